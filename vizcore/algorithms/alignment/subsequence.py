"""A moment found again: a short query warped along a long sequence, and the best places that do not overlap.

    query (Q, D), sequence (T, D) - distances, a block of frames at a time -> (Q, B) - accumulate -> ends (T,)
        - the least, walked back, its frames taken; and again -> Moments

A match begins and ends wherever it likes. Its steps are the asymmetric ones of slope 1/2 to 2 (Sakoe and Chiba 1978):
one frame of the query beside one of the sequence, two beside one, or one beside two. Every frame of the query is paid
for once, and every frame of the match has a part in it: sums are fair between matches of any length, a still frame
cannot swallow a whole query, and no match is longer than twice the query, so that stretches can be searched apart.
"""

import os
from bisect import bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from torch import Tensor

from vizcore.algorithms.alignment.feature_distances import Array, Products, products_of
from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.ties import first_least

LONGEST_QUERY = 2048  # frames: the distances of a block have to stay in memory
FRAMES_AT_ONCE = 4096  # of the sequence, so that their distances are still in the cache when they are summed
THREADS = min(4, os.cpu_count() or 1)
STEPS = ((1, 1), (2, 1), (1, 2))  # (frames of the query, frames of the sequence); of equal ways the first


@dataclass(frozen=True, eq=False)
class Moment:
    """A stretch of the sequence that is like the query."""

    path: np.ndarray  # (L, 2) int64: frame of the query and of the sequence, never falling, without a gap in either
    distance: float  # mean over the frames of the query; of a frame beside two the mean of both

    @property
    def start(self) -> int:
        """First frame of the match, in the sequence."""
        return int(self.path[0, 1])

    @property
    def stop(self) -> int:
        """The frame after its last."""
        return int(self.path[-1, 1]) + 1

    @property
    def rate(self) -> float:
        """Frames of the match for one of the query, some 1/2 to 2: above 1 it is slower than the query."""
        return (self.stop - self.start) / (int(self.path[-1, 0]) + 1)

    @property
    def partner(self) -> np.ndarray:
        """(Q,) float64: the frame of the sequence beside each of the query; the mean where it is beside two."""
        rows, columns = self.path.T
        return np.bincount(rows, columns) / np.bincount(rows)

    def __repr__(self) -> str:
        return f"Moment(frames {self.start} to {self.stop}, {self.rate:.2f} x as long, distance {self.distance:.3g})"


@dataclass(frozen=True, eq=False)
class Moments:
    """Where a query of Q frames is found again in a sequence of T."""

    found: tuple[Moment, ...]  # the nearest first; no two share a frame
    profile: np.ndarray  # (T,) float32 distance of the best match that ends in each frame; nan where none can
    query: int  # Q
    metric: str

    @cached_property
    def typical(self) -> float:
        """Median of the profile: how far from the query a stretch is that has nothing to do with it."""
        return float(np.nanmedian(self.profile))

    def __repr__(self) -> str:
        best = f", best {self.found[0].distance:.3g} against a typical {self.typical:.3g}" if self.found else ""
        return f"Moments({len(self.found)} of {self.query} frames in {len(self.profile):,}, {self.metric}{best})"


def find_moments(
    query: Array,
    sequence: Array,
    k: int = 5,
    metric: str = "cosine",
    *,
    breaks: Sequence[int] = (),
    threads: int = THREADS,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Moments:
    """Look for a short sequence of features within a long one.

    The first moment is the cheapest match of all; each further one is the cheapest through frames that no earlier one
    has. Of equally cheap ones, up to rounding, the first in time.

    Args:
        query: (Q, D) one vector a frame, numpy or torch, any device; Q at most LONGEST_QUERY.
        sequence: (T, D) likewise; distances are summed in its precision, float32 or float64.
        k: how many moments are wanted; fewer are found where no more have room.
        metric: a key of dtw.METRICS.
        breaks: frames at which another clip begins, rising, 1 to T - 1: no match goes over them.
        threads: how many blocks are worked on at once; the result does not depend on it.
        step: told how many frames are searched, and of how many; may raise to stop.

    Raises:
        ValueError: features are empty, not 2-D, not finite or of two widths; the query is too long, or longer than
            twice the longest clip; k, threads, breaks or the metric are none.
    """
    products = products_of(_as_precise(query, sequence), sequence, metric)
    edges = _edges(products, k, breaks, threads)
    ends = _search(products, edges, threads, step)
    profile = np.where(np.isfinite(ends), ends / len(products.x), np.nan).astype(np.float32)
    found = []
    while len(found) < k and np.isfinite(ends).any():
        found.append(_take(products, edges, ends))
    return Moments(tuple(found), profile, len(products.x), metric)


def _as_precise(query: Array, sequence: Array) -> np.ndarray:
    """The query without gradients, no wider than the sequence: a million frames are not copied for its sake."""
    query = query.detach().cpu().double().numpy() if isinstance(query, Tensor) else np.asarray(query)
    narrow = str(sequence.dtype).rpartition(".")[2] in ("float16", "bfloat16", "float32")
    return query.astype(np.float32) if narrow else query


def _edges(products: Products, k: int, breaks: Sequence[int], threads: int) -> list[int]:
    """0, the breaks and T, once all is as it should be."""
    count, frames = len(products.x), len(products.y)
    edges = [0, *map(int, breaks), frames]
    if any(b <= a for a, b in pairwise(edges)):
        raise ValueError(f"want breaks that rise from 1 to at most {frames - 1}, got {list(breaks)[:8]}")
    if count > LONGEST_QUERY:
        raise ValueError(f"want a query of at most {LONGEST_QUERY:,} frames, got {count:,}")
    longest = max(b - a for a, b in pairwise(edges))
    if longest < count // 2 + 1:
        raise ValueError(f"want a clip of at least {count // 2 + 1} frames for a query of {count}, got {longest}")
    if k < 1 or threads < 1:
        raise ValueError(f"want one moment or more and one thread or more, got {k} and {threads}")
    return edges


def _search(products: Products, edges: list[int], threads: int, step: Callable[[int, int], None]) -> np.ndarray:
    """(T,) float64: what the cheapest match costs that ends in each frame."""
    ends, reach = np.empty(len(products.y)), 2 * len(products.x) - 1  # frames of the longest match

    def fill(block: tuple[int, int, int]) -> int:
        lo, first, stop = block
        lead = max(lo, first - reach + 1)
        ends[first:stop] = _ends(products.of_columns(slice(lead, stop)))[first - lead :]
        return stop

    step(0, len(ends))
    fill_all = ThreadPoolExecutor(threads) if threads > 1 else None
    try:
        for stop in (fill_all.map if fill_all else map)(fill, _blocks(edges, reach)):
            step(stop, len(ends))
    finally:
        if fill_all:
            fill_all.shutdown(cancel_futures=True)
    return ends


def _blocks(edges: list[int], reach: int) -> Iterator[tuple[int, int, int]]:
    """Where its clip begins, where it begins and where it stops, for each block of the sequence."""
    some = max(FRAMES_AT_ONCE, 2 * reach)
    for lo, hi in pairwise(edges):
        for first in range(lo, hi, some):
            yield lo, first, min(first + some, hi)


def _ends(cost: np.ndarray) -> np.ndarray:
    """(B,) float64: what the cheapest match costs that ends in each column of distances (Q, B)."""
    compiled = kernel("alignment.subsequence_kernel")
    if not compiled:
        return _table(cost)[-1]
    out = np.empty(cost.shape[1])
    compiled.ends(cost, out)
    return out


def _table(cost: np.ndarray) -> np.ndarray:
    """(Q, B) float64: what the cheapest way costs that reaches each cell."""
    cost = cost.astype(np.float64)
    table = np.empty(cost.shape)
    table[0] = cost[0]
    for i in range(1, len(cost)):
        table[i] = _ways(cost, table, i).min(0)
    return table


def _ways(cost: np.ndarray, table: np.ndarray, i: int) -> np.ndarray:
    """(3, B): what row i costs by each of STEPS; infinity where the step would begin outside."""
    width = cost.shape[1]
    ways = np.full((len(STEPS), width), np.inf)
    ways[0, 1:] = table[i - 1, :-1] + cost[i, 1:]
    if i > 1:
        ways[1, 1:] = table[i - 2, :-1] + (cost[i - 1, 1:] + cost[i, 1:])
    ways[2, 2:] = table[i - 1, :-2] + 0.5 * (cost[i, 1:-1] + cost[i, 2:])
    return ways


def _take(products: Products, edges: list[int], ends: np.ndarray) -> Moment:
    """The cheapest match that is left. Its frames become edges, and what ends after it is reckoned without them."""
    reach = 2 * len(products.x) - 1
    last = int(first_least(ends, products.tie))
    lo = edges[bisect_right(edges, last) - 1]
    first = max(lo, last + 1 - reach)
    path = _walk(products.of_columns(slice(first, last + 1)), products.tie) + np.array([0, first])
    moment = Moment(path, float(ends[last]) / len(products.x))
    ends[moment.start : moment.stop] = np.inf
    hi = edges[bisect_right(edges, last)]
    for edge in {moment.start, moment.stop} - {lo, hi}:
        insort(edges, edge)
    after = slice(moment.stop, min(hi, moment.stop + reach - 1))
    if after.start < after.stop:
        ends[after] = _ends(products.of_columns(after))
    return moment


def _walk(cost: np.ndarray, tie: float) -> np.ndarray:
    """(L, 2) int64: the cells of the cheapest match that ends in the last column of distances (Q, B)."""
    table, cost = _table(cost), cost.astype(np.float64)
    i, j = len(cost) - 1, cost.shape[1] - 1
    path = [(i, j)]
    while i:
        down, right = STEPS[int(first_least(_ways(cost, table, i)[:, j], tie))]
        if down == 2:
            path.append((i - 1, j))
        elif right == 2:
            path.append((i, j - 1))
        i, j = i - down, j - right
        path.append((i, j))
    return np.array(path[::-1], np.int64)
