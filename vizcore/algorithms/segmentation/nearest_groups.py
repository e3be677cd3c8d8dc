"""Groups of frames, and which is nearest to which: what clustering through time is made of.

    unit (T, D), times (T,) - cosine distance x distance in time, some rows at a time -> first neighbours (T,)
    unit (T, D), labels (T,) - nearest two become one, again and again -> Merges - at(k) -> labels (T,)

Nothing of the size T x T is kept.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from vizcore.algorithms.ties import cosine_error

CELLS_AT_ONCE = 2**22  # of distances


def first_neighbours(unit: np.ndarray, times: np.ndarray | None, rows: np.ndarray | None = None) -> tuple:
    """The nearest other group of some groups, (R,) int64, and how far it is, (R,) float32; of equals the first.

    The distance is that of the cosines, 0 to 2, times that in time (Sarfraz et al. 2021, eq. 1 to 3). Cosines are no
    nearer than their rounding and times no nearer than one frame: of frames that are equal the next one in time is the
    neighbour, and two groups do not become one because their middles happen to fall together.

    Args:
        unit: (C, D) float32 means at unit length.
        times: (C,) mean frame of each; None: time does not matter.
        rows: (R,) int, of which groups; None: of all.
    """
    rows = np.arange(len(unit)) if rows is None else rows
    nearest, how_far = np.empty(len(rows), np.int64), np.empty(len(rows), np.float32)
    some = max(1, CELLS_AT_ONCE // len(unit))
    for first in range(0, len(rows), some):
        here = rows[first : first + some]
        far = distances_from(unit, times, here)
        far[np.arange(len(here)), here] = np.inf
        nearest[first : first + some] = far.argmin(1)
        how_far[first : first + some] = far.min(1)
    return nearest, how_far


def distances_from(unit: np.ndarray, times: np.ndarray | None, rows: np.ndarray) -> np.ndarray:
    """(R, C) float32 distances of some groups to all.

    Args:
        unit, times, rows: as of first_neighbours.
    """
    far = unit[rows] @ unit.T
    np.subtract(1, far, out=far)
    np.maximum(far, np.float32(cosine_error(unit.shape[1], np.float32)), out=far)
    if times is not None:
        apart = np.abs(times[rows, None].astype(np.float32) - times.astype(np.float32))
        far *= np.maximum(apart, 1, out=apart)
    return far


def sums_of(unit: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each of C groups: its frames summed (C, D) float64, how many they are (C,), and their mean time (C,).

    Args:
        unit: (T, D) frames.
        labels: (T,) int, 0 to C - 1, each of them there.
    """
    frames = len(labels)
    member = csr_array((np.ones(frames), (labels, np.arange(frames))), (int(labels.max()) + 1, frames))
    counts = np.bincount(labels).astype(np.float64)
    return member @ unit, counts, member @ np.arange(frames, dtype=np.float64) / counts


def at_unit_length(vectors: np.ndarray) -> np.ndarray:
    """(C, D) float32 of length 1; what has no length stays as it is.

    Raises:
        ValueError: a number is nan or infinite.
    """
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(length).all():
        raise ValueError("want finite features, got nan, infinity or a length beyond the number range")
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Merges:
    """Groups of frames of which the nearest two became one, until there was one."""

    labels: np.ndarray  # (T,) int, 0 to C - 1: the groups at first
    pairs: np.ndarray  # (C - 1, 2) int: the group that stayed, and the one that went into it
    within: np.ndarray  # (C,) sum over frames of the squared distance to the mean of their group, from C groups to 1

    def at(self, count: int) -> np.ndarray:
        """(T,) labels once there are so many groups, 1 to C."""
        name = np.arange(len(self.pairs) + 1)
        for stays, goes in self.pairs[: len(name) - count][::-1]:  # whoever came later into a group is led on first
            name[goes] = name[stays]
        return name[self.labels]


def best_count(within: np.ndarray, frames: int) -> int:
    """The number of groups, 2 or more, of the largest variance ratio (Calinski and Harabasz 1974).

    Args:
        within: (K,) squared distances of frames to the mean of their group, summed, of 1 to K groups.
        frames: T, K or more of them.
    """
    counts = np.arange(2, min(len(within), frames - 1) + 1)
    if not len(counts):
        return len(within)
    between, spread = within[0] - within[counts - 1], within[counts - 1]
    spread = spread.clip(1e-6 * frames)  # the rounding of float32: beyond it groups are no more alike
    return int(counts[(between / (counts - 1) / (spread / (frames - counts))).argmax()])


def merge(unit: np.ndarray, labels: np.ndarray, in_time: bool) -> Merges:
    """Make the nearest two groups one, by the cosines of their means, until there is one.

    Args:
        unit: (T, D) float32 frames at unit length.
        labels: (T,) int, 0 to C - 1, each of them there.
        in_time: whether the distance is weighted by that in time.
    """
    sums, counts, times = sums_of(unit, labels)
    means, pairs = at_unit_length(sums), []
    within = [float((unit.astype(np.float64) ** 2).sum() - ((sums**2).sum(1) / counts).sum())]
    weight = times if in_time else None
    nearest, how_far = first_neighbours(means, weight)
    gone = np.zeros(len(counts), bool)
    for _ in range(len(counts) - 1):
        stays = int(how_far.argmin())
        stays, goes = sorted((stays, int(nearest[stays])))
        within.append(within[-1] + _rise(sums, counts, stays, goes))
        times[stays] = (times[[stays, goes]] * counts[[stays, goes]]).sum() / counts[[stays, goes]].sum()
        sums[stays] += sums[goes]
        counts[stays] += counts[goes]
        means[stays] = at_unit_length(sums[stays : stays + 1])[0]
        gone[goes], how_far[goes] = True, np.inf
        pairs.append((stays, goes))
        _look_again(means, weight, nearest, how_far, gone, stays, goes)
    return Merges(labels, np.array(pairs, np.int64).reshape(-1, 2), np.array(within))


def _rise(sums: np.ndarray, counts: np.ndarray, a: int, b: int) -> float:
    """By how much the squared distances to the mean grow when two groups become one (Ward 1963)."""
    apart = sums[a] / counts[a] - sums[b] / counts[b]
    return float(counts[a] * counts[b] / (counts[a] + counts[b]) * (apart @ apart))


def _look_again(
    means: np.ndarray,
    weight: np.ndarray | None,
    nearest: np.ndarray,
    how_far: np.ndarray,
    gone: np.ndarray,
    stays: int,
    goes: int,
) -> None:
    """Set the neighbours right of whoever had one of the two, and of whoever now is nearer to what they became."""
    lost = np.flatnonzero(~gone & ((nearest == stays) | (nearest == goes) | (np.arange(len(gone)) == stays)))
    some = max(1, CELLS_AT_ONCE // len(means))
    for first in range(0, len(lost), some):
        rows = lost[first : first + some]
        far = distances_from(means, weight, rows)
        far[:, gone] = np.inf
        far[np.arange(len(rows)), rows] = np.inf
        nearest[rows], how_far[rows] = far.argmin(1), far.min(1)
    far = distances_from(means, weight, np.array([stays]))[0]
    nearer = ~gone & (far < how_far) & (np.arange(len(gone)) != stays)
    nearest[nearer], how_far[nearer] = stays, far[nearer]
