"""Segmentation without training: frames that belong together, found in their features alone.

    features (T, D) - unit length - cluster by a row of METHODS -> labels (T,), numbered as they appear -> Clusters

TW-FINCH (Sarfraz et al., CVPR 2021) links every frame with its nearest in feature and time, and what hangs together is
a group; again with the groups, until there is one. Change points are in change_points.py (after ABD, CVPR 2022). The
baseline is k-means, which knows no time. The number of groups is given, or it is that of the largest variance ratio
among 2 to MOST_FOUND: that a clip is all one thing is not found.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.cluster.vq import vq
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from vizcore.algorithms.segmentation.change_points import change_points
from vizcore.algorithms.segmentation.nearest_groups import (
    Merges,
    at_unit_length,
    best_count,
    first_neighbours,
    merge,
    sums_of,
)

LONGEST = 50_000  # frames: distances of all pairs are computed, some rows at a time
MOST_FOUND = 16  # groups, where their number is not given
FINEST = 2048  # groups that are merged one by one, at most, unless more are asked for
SHARE = 0.4  # of the mean length of MOST_FOUND segments: the frames compared on either side of a change point
RESTARTS, ROUNDS = 5, 50  # of k-means


@dataclass(frozen=True, eq=False)
class Clusters:
    """Frames in groups that nobody taught."""

    labels: np.ndarray  # (T,) int32, 0 to K - 1 in the order in which they appear
    method: str  # a key of METHODS
    given: bool  # whether the number of groups was

    @property
    def count(self) -> int:
        """K, the number of groups; less than was asked for where k-means finds no more that differ."""
        return int(self.labels.max()) + 1

    @property
    def boundaries(self) -> np.ndarray:
        """(S - 1,) frames that belong to another group than the frame before."""
        return np.flatnonzero(np.diff(self.labels)) + 1

    def __repr__(self) -> str:
        how = "given" if self.given else "found"
        return f"Clusters({self.count} groups ({how}) in {len(self.boundaries) + 1} segments, {self.method})"


def cluster(features: np.ndarray, method: str = "tw-finch", count: int | None = None, seed: int = 0) -> Clusters:
    """Put the frames of a clip into groups.

    Args:
        features: (T, D) finite, one vector a frame; only directions count. Less the clip's mean, they tell more.
        method: a key of METHODS.
        count: groups wanted, 1 to T; None: found.
        seed: of k-means; the others know no chance.

    Raises:
        ValueError: the features are not (T, D), empty, too many or not finite; the method is unknown, or there are not
            as many frames as groups.
    """
    features = np.asarray(features)
    if method not in METHODS:
        raise ValueError(f"want a method of {', '.join(METHODS)}, got {method!r}")
    if features.ndim != 2 or 0 in features.shape or len(features) > LONGEST:
        raise ValueError(f"want features (T, D), not empty, of at most {LONGEST:,} frames, got {features.shape}")
    if count is not None and not 1 <= count <= len(features):
        raise ValueError(f"want 1 to {len(features)} groups of {len(features)} frames, got {count}")
    unit = at_unit_length(features.astype(np.float64))
    if len(features) == 1 or count == 1:
        return Clusters(np.zeros(len(features), np.int32), method, count is not None)
    return Clusters(in_order(METHODS[method](unit, count, seed)), method, count is not None)


def in_order(labels: np.ndarray) -> np.ndarray:
    """(T,) int32: the same groups, numbered from 0 in the order in which they appear."""
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    return first.argsort().argsort()[number].astype(np.int32)


def partitions(unit: np.ndarray) -> list[np.ndarray]:
    """The hierarchy of TW-FINCH: (T,) labels 0 to C - 1 of each partition, from the finest to the coarsest.

    Args:
        unit: (T, D) float32 at unit length, T of 2 or more.
    """
    found, labels, means, times = [], np.arange(len(unit)), unit, np.arange(len(unit), dtype=np.float64)
    while len(means) > 1:
        nearest, _ = first_neighbours(means, times)
        links = csr_array((np.ones(len(means)), (np.arange(len(means)), nearest)), (len(means), len(means)))
        labels = connected_components(links, directed=False)[1][labels]
        found.append(labels)
        sums, _, times = sums_of(unit, labels)
        means = at_unit_length(sums)
    return found


def _tw_finch(unit: np.ndarray, count: int | None, seed: int) -> np.ndarray:
    """The coarsest partition that has enough groups, the nearest of which are merged one by one.

    Enough are at least MOST_FOUND, so that the groups of any number come from one course of merges; the paper begins at
    the coarsest with as many as are asked for, in which a short segment may be gone already.
    """
    enough = min(max(count or 0, MOST_FOUND), len(unit))
    finest = np.arange(len(unit)) * min(len(unit), max(FINEST, enough)) // len(unit)
    levels = [labels for labels in partitions(unit) if labels.max() + 1 >= enough]
    return _cut(merge(unit, levels[-1] if levels else finest, in_time=True), count)


def _change_points(unit: np.ndarray, count: int | None, seed: int) -> np.ndarray:
    """What lies between change points; the most alike become one, wherever they lie."""
    enough = min(count or MOST_FOUND, len(unit))
    begins = change_points(unit, enough, round(SHARE * len(unit) / max(enough, MOST_FOUND)))
    return _cut(merge(unit, np.searchsorted(begins, np.arange(len(unit)), "right"), in_time=False), count)


def _cut(merges: Merges, count: int | None) -> np.ndarray:
    return merges.at(count or best_count(merges.within[::-1][:MOST_FOUND], len(merges.labels)))


def _k_means(unit: np.ndarray, count: int | None, seed: int) -> np.ndarray:
    """The best of some starts; the number, where it is not given, is found on at most FINEST frames."""
    if count:
        return _lloyd(unit, count, seed)[0]
    some = unit[:: -(-len(unit) // FINEST)]
    within = [_lloyd(some, k, seed)[1] for k in range(1, min(MOST_FOUND, len(some)) + 1)]
    return _lloyd(unit, best_count(np.array(within), len(some)), seed)[0]


def _lloyd(unit: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, float]:
    """(T,) labels and the summed squared distances to the means, of the best of RESTARTS; the seed decides all."""
    best, least = np.zeros(len(unit), np.int32), np.inf
    for start in range(RESTARTS if count > 1 else 1):
        means = _seeds(unit, count, np.random.default_rng([seed, count, start]))
        labels, far = vq(unit, means, check_finite=False)
        for _ in range(ROUNDS):
            _, labels = np.unique(labels, return_inverse=True)  # a mean that no frame is nearest to goes
            sums, counts, _ = sums_of(unit, labels)
            before = labels
            labels, far = vq(unit, (sums / counts[:, None]).astype(np.float32), check_finite=False)
            if np.array_equal(labels, before):
                break
        spread = float((far.astype(np.float64) ** 2).sum())
        if spread < least:
            best, least = labels, spread
    return best, least


def _seeds(unit: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """(K, D) frames, each drawn by its squared distance to those drawn before (Arthur and Vassilvitskii 2007)."""
    drawn = [int(rng.integers(len(unit)))]
    far = np.full(len(unit), np.inf)
    while len(drawn) < count:
        far = np.minimum(far, ((unit - unit[drawn[-1]]) ** 2).sum(1, dtype=np.float64))
        if not far.sum() > 0:
            break  # no frame differs from those drawn
        drawn.append(int(rng.choice(len(unit), p=far / far.sum())))
    return unit[drawn]


METHODS: dict[str, Callable[[np.ndarray, int | None, int], np.ndarray]] = {
    "tw-finch": _tw_finch,
    "change points": _change_points,
    "k-means": _k_means,
}
