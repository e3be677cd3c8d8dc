"""Arrays as fingerprints: kind, shape, hash and a few numbers, and the arrays themselves as far as they are small.

{name: array} -> write -> NAME.json, NAME.npz -> read -> Frozen
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

WHOLE = 32 << 10  # bytes: arrays up to this size are kept
SAMPLE = 1 << 10  # numbers that are kept of a larger one, evenly


@dataclass(frozen=True, eq=False)
class Frozen:
    """What was kept of a result."""

    prints: dict[str, dict[str, Any]]  # {array: fingerprint}
    kept: Mapping[str, np.ndarray]  # {array: itself, or (SAMPLE,) of it}

    def is_whole(self, name: str) -> bool:
        """All of an array is kept."""
        return list(self.kept[name].shape) == self.prints[name]["shape"]


def fingerprint(array: np.ndarray) -> dict[str, Any]:
    """Kind, shape and SHA-256; of numbers the least, the largest and the mean finite one, and how many are not finite.

    Numbers are those of JSON; the largest is None where no number is finite.
    """
    array = np.asarray(array)
    told: dict[str, Any] = {"dtype": array.dtype.name, "shape": list(array.shape), "sha256": _hash(array)}
    if array.dtype.kind not in "biufc":
        return told | {"dtype": "str"}
    size = np.abs(array) if array.dtype.kind == "c" else array
    finite = size[np.isfinite(size)].astype(np.float64)
    few = {"min": finite.min(), "max": finite.max(), "mean": finite.mean()} if finite.size else dict.fromkeys(
        ("min", "max", "mean")
    )  # fmt: skip
    told |= {name: None if value is None else float(value) for name, value in few.items()}
    return told | {"not finite": int(size.size - finite.size)}


def write(place: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Two files of that name: PLACE.json with fingerprints, PLACE.npz with what is kept."""
    place.parent.mkdir(parents=True, exist_ok=True)
    prints = {name: fingerprint(array) for name, array in arrays.items()}
    place.with_name(f"{place.name}.json").write_text(json.dumps(prints, indent=0, sort_keys=True) + "\n")
    np.savez_compressed(place.with_name(f"{place.name}.npz"), **{name: _kept(one) for name, one in arrays.items()})


def read(place: Path) -> Frozen:
    """What write wrote."""
    prints = json.loads(place.with_name(f"{place.name}.json").read_text())
    with np.load(place.with_name(f"{place.name}.npz"), allow_pickle=False) as file:
        return Frozen(prints, {name: file[name] for name in file.files})


def _hash(array: np.ndarray) -> str:
    if array.dtype.kind in "US":
        return hashlib.sha256(json.dumps(array.tolist()).encode()).hexdigest()
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _kept(array: np.ndarray) -> np.ndarray:
    if array.nbytes <= WHOLE:
        return array
    places = np.linspace(0, array.size - 1, SAMPLE).astype(np.int64)
    return np.ascontiguousarray(array).reshape(-1)[places]
