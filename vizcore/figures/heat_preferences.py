"""How heat is put before a person: its scale, its ends, how strong and how smooth."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preferences:
    """How heat is put before a person."""

    scope: str = "row"  # a key of SCOPES of algorithms.attribution.cam
    robust: bool = False
    opacity: float = 0.55
    smooth: bool = True
