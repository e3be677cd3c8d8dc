"""Things as a grid of patches sees them: which patch holds which thing, and the tracks that truly follow them.

truth, grid -> coverage (T, N, K) -> holders (T, N);  middles (T, K);  true_order (T, N)
truth, grid -> things_followed, joints_followed -> Followed -> holds(order) (T, K): is each track still on its own?
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.matching.tracks import compose
from vizcore.synthetic.figure import J
from vizcore.synthetic.truth import GROUND, HOLDS, Truth, patch_of, true_partner

NOBODY = -1
MIDDLE, REST = 200, 0.05  # what a thing's middle and a pixel of the ground are worth, beside a pixel of a thing


def coverage(truth: Truth, grid: tuple[int, int]) -> np.ndarray:
    """(T, N, K) float32: share of each patch that each thing covers, 0 to 1.

    Args:
        grid: rows and columns of patches over the whole picture.
    """
    frames, height, width = truth.surface.shape
    rows, columns = np.indices((height, width))
    patch, patches = patch_of(columns, rows, (height, width), grid), grid[0] * grid[1]  # (H, W)
    owner, things = truth.owner[truth.surface], len(truth.things)  # (T, H, W) -1 for the ground
    cell = (np.arange(frames)[:, None, None] * patches + patch) * (things + 1) + owner + 1
    counts = np.bincount(cell.ravel(), minlength=frames * patches * (things + 1))
    counts = counts.reshape(frames, patches, things + 1)
    return (counts[..., 1:] / counts.sum(-1, keepdims=True)).astype(np.float32)


def holders(truth: Truth, grid: tuple[int, int]) -> np.ndarray:
    """(T, N) int: the thing that covers the most of each patch, NOBODY (-1) where none covers a fifth of it."""
    shares = coverage(truth, grid)
    return np.where(shares.max(-1) >= HOLDS, shares.argmax(-1), NOBODY)


def middles(truth: Truth, grid: tuple[int, int]) -> np.ndarray:
    """(T, K) int: the patch in which the middle of each thing lies, or the nearest one where that is out of view.

    The middle is where a thing's first surface has its origin.
    """
    height, width = truth.surface.shape[1:]
    first = [int(np.flatnonzero(truth.owner == thing)[0]) for thing in range(len(truth.things))]
    x, y = np.rint(truth.places[..., 2][:, first]).astype(int).transpose(2, 0, 1)
    return patch_of(x.clip(0, width - 1), y.clip(0, height - 1), (height, width), grid)


def true_order(truth: Truth, grid: tuple[int, int]) -> np.ndarray:
    """(T, N) int64: the tracks that collect the most pixels of things, and first of all their middles.

    Track i is patch order[t, i] of frame t and begins at patch i. Where several patches of a thing become one, the
    others are given what is left, so that even these tracks are not right everywhere.
    """
    lamps, frames = middles(truth, grid), len(truth.surface)
    steps = []
    for t in range(frames - 1):
        ground = truth.surface[t] == GROUND
        gain = truth.votes(t, t + 1, grid) + REST * truth.votes(t, t + 1, grid, ground)
        gain[lamps[t], lamps[t + 1]] += MIDDLE
        steps.append(true_partner(gain))
    return compose(np.stack(steps))


@dataclass(frozen=True, eq=False)
class TargetPatches:
    """K things or joints that tracks should stay on, in a clip of T frames of N patches."""

    names: tuple[str, ...]
    begins: np.ndarray  # (K,) int: the patch in which the middle of each lies at first
    right: np.ndarray  # (T, N, K) bool: whether a patch is on each

    def holds(self, order: np.ndarray) -> np.ndarray:
        """(T, K) bool: whether the track of order (T, N) that begins in the middle of each is on it in frame t."""
        at = order[:, self.begins]  # (T, K)
        return np.take_along_axis(self.right, at[:, None], 1)[:, 0]


def things_followed(truth: Truth, grid: tuple[int, int]) -> TargetPatches:
    """Things that are not there to distract and cover enough of the patch in which their middle lies at first."""
    begins, held = middles(truth, grid)[0], holders(truth, grid)
    things = [k for k, thing in enumerate(truth.things) if thing.role != "distractor" and held[0, begins[k]] == k]
    names = tuple(truth.things[k].name for k in things)
    return TargetPatches(names, begins[things], held[..., None] == np.array(things, int))


def joints_followed(truth: Truth, grid: tuple[int, int], joints: Sequence[str]) -> TargetPatches:
    """Joints of the first person; a patch is on a joint that lies in it or in one of its eight neighbours.

    Args:
        truth: of a clip with a person.
        grid: (rows, columns) of patches.
        joints: K names of JOINTS.
    """
    height, width = truth.surface.shape[1:]
    person = int(np.flatnonzero(np.isfinite(truth.joints[0, :, 0, 0]))[0])
    x, y = np.rint(truth.joints[:, person, [J[name] for name in joints]]).astype(int).transpose(2, 0, 1)  # (T, K)
    at = patch_of(x.clip(0, width - 1), y.clip(0, height - 1), (height, width), grid)  # (T, K)
    row, column = np.divmod(np.arange(grid[0] * grid[1])[:, None], grid[1])  # (N, 1)
    far = np.maximum(abs(row - at[:, None] // grid[1]), abs(column - at[:, None] % grid[1]))  # (T, N, K)
    return TargetPatches(tuple(joints), at[0], far <= 1)
