"""The nets of a family: one for each way to look at time, of one size, with the weights that they can share."""

from vizcore.models import FAMILIES, MODELS, Model
from vizcore.models.nets.temporal_modes import MODES

ATA, OFF = "ATA", "ATA, alignment off"  # rows: the trained ATA net, and the same with tracks that stay in place
NETS = {ATA if mode == "ata" else mode: mode for mode in MODES} | {OFF: "ata"}  # row -> mode of its net
ROWS = tuple(NETS)


def shown(family: str) -> bool:
    """The nets of a family came with the app."""
    return all(f"{family}-{mode}" in MODELS for mode in MODES)


def family_of(name: str) -> Model:
    """The row of a family's nets by which frames, grid and classes are known: they are the same for all of them.

    Raises:
        ValueError: there are no nets of that name.
    """
    if name not in FAMILIES or not shown(name):
        raise ValueError(f"want a family of nets ({', '.join(filter(shown, FAMILIES))}), got {name!r}")
    return MODELS[f"{name}-ata"]
