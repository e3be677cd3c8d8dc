"""Two pictures of one page: which share of their pixels differs, and both beside each other with what differs.

PNG, PNG -> difference -> share of pixels, in words; side_by_side -> PNG of the first, the second, and where they differ
"""

from pathlib import Path

import numpy as np
from PIL import Image

LEVELS = 16  # of 255: channels may differ so far without being seen
TOLERANCE = 1e-4  # share of pixels: some edges of letters and curves
MARK = np.array([230, 0, 120], np.uint8)


def difference(first: Path, second: Path) -> tuple[float, str]:
    """(share of pixels that differ by more than LEVELS, 0 to 1; in words); 1 where the sizes differ."""
    one, other = _pixels(first), _pixels(second)
    if one.shape != other.shape:
        sizes = (f"{picture.shape[1]} x {picture.shape[0]}" for picture in (one, other))
        return 1.0, " became ".join(sizes)
    differs = _differs(one, other)
    share = float(differs.mean())
    if not share:
        return 0.0, ""
    rows, columns = (np.flatnonzero(differs.any(axis)) for axis in (1, 0))
    where = f"x {columns[0]} to {columns[-1]}, y {rows[0]} to {rows[-1]}"
    return share, f"{100 * share:.3g} % of pixels differ, between {where}"


def side_by_side(first: Path, second: Path, out: Path) -> None:
    """A PNG of both pictures, and of the second in grey with what differs in colour."""
    one, other = _pixels(first), _pixels(second)
    height, width = (max(one.shape[axis], other.shape[axis]) for axis in (0, 1))
    one, other = (_padded(picture, height, width) for picture in (one, other))
    grey = np.repeat(other.mean(-1, keepdims=True) // 2 + 120, 3, -1).astype(np.uint8)
    grey[_differs(one, other)] = MARK
    out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate([one, other, grey], 1)).save(out)


def _pixels(path: Path) -> np.ndarray:
    """(H, W, 3) uint8."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def _differs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(H, W) bool."""
    return (np.abs(one.astype(np.int16) - other) > LEVELS).any(-1)


def _padded(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    below, right = height - picture.shape[0], width - picture.shape[1]
    return np.pad(picture, ((0, below), (0, right), (0, 0)))
