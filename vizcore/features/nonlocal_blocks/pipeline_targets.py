"""What a position of a clip of two lanterns might attend to: the other lantern, by where the world has put both.

lanterns-SEED-KIND, (T, rows, columns) -> patches that each lantern covers -> Target: the other one, or both
"""

from dataclasses import dataclass

import numpy as np

from vizcore.synthetic.pair import places
from vizcore.synthetic.truth import HOLDS

LEAST = 14 / 64  # share of a patch that a lantern must cover to be what the patch holds


@dataclass(frozen=True, eq=False)
class Target:
    """Positions that attention might be about."""

    mask: np.ndarray  # (T, rows, columns) bool
    words: str  # what they are


def target_of(word: str, shape: tuple[int, int, int], position: int) -> Target:
    """The lantern that a position is not on; both, for a position on the wall.

    Args:
        word: lanterns-SEED-KIND.
        shape: (T, rows, columns) of the positions.
        position: 0 to N - 1.
    """
    first, second = lantern_masks(int(word.split("-")[1]), shape)
    on = [bool(mask.ravel()[position]) for mask in (first, second)]
    if not any(on):
        return Target(first | second, "the two lanterns")
    return Target(second if on[0] else first, "the other lantern")


def lantern_masks(seed: int, shape: tuple[int, int, int]) -> np.ndarray:
    """(2, T, rows, columns) bool: whether each lantern covers enough of a patch to be what it shows.

    Args:
        seed: of the clip.
        shape: (T, rows, columns) of the positions; the first lantern is in the earlier half of the T frames.
    """
    frames, rows, columns = shape
    masks = np.zeros((2, *shape), bool)
    for k, (x0, y0, x1, y1) in enumerate(places(seed)):
        covered = np.outer(_overlap(y0, y1, rows), _overlap(x0, x1, columns)) >= HOLDS
        half = slice(0, frames // 2) if k == 0 else slice(frames // 2, frames)
        masks[k, half] = covered
    return masks


def _overlap(start: float, stop: float, cells: int) -> np.ndarray:
    """(cells,) the share of every cell of [0, 1] that [start, stop] covers."""
    edges = np.arange(cells + 1) / cells
    return (np.minimum(stop, edges[1:]) - np.maximum(start, edges[:-1])).clip(0) * cells
