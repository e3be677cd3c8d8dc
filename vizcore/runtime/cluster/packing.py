"""What travels between this process and a worker: results as bytes, and how both know that they are the same code.

Ray would give arrays that cannot be written to and that hold on to its memory: unpacked bytes are the taker's own.
A model of the table travels as its name, so that it arrives as the row that it was.
"""

import hashlib
import io
import pickle
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vizcore.runtime.row import Model, find
from vizcore.runtime.tables import MODELS

HOUSE = Path(__file__).resolve().parents[2]
CARDS = HOUSE.parent / "assets" / "weights"
COUNTS = ("numpy", "torch", "numba", "scipy", "av", "opencv-python-headless")  # packages that numbers depend on


def packed(value: Any) -> bytes:
    """A value as bytes, for unpacked."""
    file = io.BytesIO()
    _Packer(file, protocol=5).dump(value)
    return file.getvalue()


def unpacked(data: bytes) -> Any:
    """What was packed, by a worker of one's own cluster: never what a person sent."""
    return _Unpacker(io.BytesIO(data)).load()


@cache
def edition() -> str:
    """16 hex digits of the code, the cards of the weights and the packages: two machines that agree give one result."""
    digest = hashlib.sha256(repr((sys.version_info[:2], [version(name) for name in COUNTS])).encode())
    for file in sorted([*HOUSE.rglob("*.py"), *CARDS.glob("*.json")]):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


class _Packer(pickle.Pickler):
    def persistent_id(self, value: Any) -> str | None:
        """The name of a row of the table of models; None for all else."""
        return value.name if isinstance(value, Model) and MODELS.get(value.name) is value else None


class _Unpacker(pickle.Unpickler):
    def persistent_load(self, name: str) -> Model:
        return find(name, MODELS)
