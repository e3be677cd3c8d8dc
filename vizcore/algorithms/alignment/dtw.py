"""Dynamic time warping: the cheapest way to walk two sequences side by side, hard (this file) or soft (soft_dtw.py).

    x (N, D), y (M, D) - distance, some rows at a time -> cost rows - accumulate -> directions (N, M) - back -> path

A walk goes down, right or both, and pays for the cells it lands on (Sakoe and Chiba 1978). The kernel in dtw_kernel.py
is compiled on the first call and kept on disk; without numba the rows are accumulated by numpy's scans.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vizcore.algorithms.alignment.feature_distances import METRICS, Array, distances, float_type, products_of
from vizcore.algorithms.alignment.warping import PATTERNS, Rules, Walk, widest_band
from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.ties import SLACK, first_least

__all__ = [
    "LARGEST_TABLE",
    "METRICS",
    "PATTERNS",
    "Rules",
    "Walk",
    "Warping",
    "distances",
    "dtw",
    "warp",
    "widest_band",
]

LARGEST_TABLE = 2**26  # cells of a band, one byte each: 8192 x 8192 without a band
START, LEFT, ABOVE, DIAGONAL = 3, 2, 1, 0  # where a cell came from


@dataclass(frozen=True, eq=False)
class Warping(Walk):
    """A walk together with the costs that it was found in."""

    cost: np.ndarray  # (N, M) as it was given
    __repr__ = Walk.__repr__

    @cached_property
    def table(self) -> np.ndarray:
        """(N, M) float64 accumulated costs of reaching a cell; infinity outside the band."""
        table = np.full(self.cost.shape, np.inf)
        _accumulate([self.cost], *self.cost.shape, self.rules, 0.0, table)
        return table


def dtw(
    cost: np.ndarray,
    *,
    pattern: str = "symmetric1",
    band: int | None = None,
    open_begin: bool = False,
    open_end: bool = False,
) -> Warping:
    """The cheapest walk through a table of costs; of equal ways the diagonal one, then the one from above.

    Ways are equal that differ by less than 64 units in the last place of the largest cost: of a walk among rounded
    zeros, as between a clip and itself, the diagonal is left.

    Args:
        cost: (N, M) finite costs of pairing row i with column j, numpy.
        pattern: a key of PATTERNS.
        band: how many columns a walk may stray from the line between the corners; None: anywhere.
        open_begin: the walk may begin in any column of the first row.
        open_end: the walk may end in any column of the last row. With open_begin: rows are found within the columns.

    Raises:
        ValueError: the cost is not (N, M), empty, not finite within the band, or more than LARGEST_TABLE cells large
            in the band; or the pattern is unknown or the band negative.
    """
    rules = Rules(pattern, band, open_begin, open_end)
    cost = np.asarray(cost)
    if cost.ndim != 2 or 0 in cost.shape:
        raise ValueError(f"want costs (N, M), not empty, got {cost.shape}")
    cost = np.require(cost, float_type(cost), ["C", "W"])
    tie = SLACK * float(np.finfo(cost.dtype).eps) * float(np.abs(cost).max())
    path, total = _walk([cost], *cost.shape, rules, tie if math.isfinite(tie) else 0.0)
    return Warping(path, total, rules, cost)


def warp(
    x: Array,
    y: Array,
    metric: str = "cosine",
    *,
    pattern: str = "symmetric1",
    band: int | None = None,
    open_begin: bool = False,
    open_end: bool = False,
) -> Walk:
    """The cheapest walk along two sequences of features, without keeping their (N, M) costs.

    Args:
        x, y: (N, D) and (M, D) one vector a frame, numpy or torch, any device.
        metric: a key of METRICS.
        pattern, band, open_begin, open_end: as dtw.

    Raises:
        ValueError: a sequence is empty, not 2-D or not finite; the widths differ, the metric is unknown, the table has
            more than LARGEST_TABLE cells in the band, or the rules are unknown.
    """
    rules = Rules(pattern, band, open_begin, open_end)
    products = products_of(x, y, metric)
    path, total = _walk(products.rows(), len(products.x), len(products.y), rules, products.tie)
    return Walk(path, total, rules)


def _walk(rows: Iterable[np.ndarray], n: int, m: int, rules: Rules, tie: float) -> tuple[np.ndarray, float]:
    """The path (L, 2) through costs that come some rows at a time, and its total."""
    directions, lo, last = _accumulate(rows, n, m, rules, tie, np.empty((0, m)))
    column = int(first_least(last, tie)) if rules.open_end else m - 1
    compiled = kernel("alignment.dtw_kernel")
    back = compiled.walk_back if compiled else _walk_back
    return back(directions, lo, column), float(last[column])


def _accumulate(
    rows: Iterable[np.ndarray], n: int, m: int, rules: Rules, tie: float, table: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Directions (N, W) uint8, first columns (N,), and the last accumulated row (M,); fills a table that has rows."""
    lo, hi = rules.stretches(n, m)
    width = m if rules.band is None else int((hi - lo).max()) + 1
    if n * width > LARGEST_TABLE:
        side, band = math.isqrt(LARGEST_TABLE), widest_band(n, m, LARGEST_TABLE)
        raise ValueError(
            f"want at most {LARGEST_TABLE:,} pairs of frames (such as {side:,} x {side:,}), got {n:,} x {m:,} in "
            f"{'no band' if rules.band is None else f'a band of {rules.band:,}'}: a band of {band:,} frames would fit"
        )
    compiled = kernel("alignment.dtw_kernel")
    advance = compiled.advance if compiled else _advance
    directions, before = np.empty((n, width), np.uint8), np.full(m, np.inf)
    extra, first = PATTERNS[rules.pattern].diagonal - 1, 0
    for cost in rows:
        stop = first + len(cost)
        some, filled = directions[first:stop], table[first:stop]
        if not advance(cost, first, before, some, lo, hi, extra, tie, rules.open_begin, filled):
            raise ValueError("want finite costs, got nan or infinity")
        first = stop
    return directions, lo, before


def _advance(cost, first, before, directions, lo, hi, extra, tie, open_begin, table) -> bool:
    """The kernel's advance by numpy's scans: with s the sums of a row's costs, it is s + least so far of entry - s."""
    for r, prices in enumerate(cost.astype(np.float64)):
        i = first + r
        here = slice(lo[i], hi[i] + 1)
        price = prices[here]
        if not np.isfinite(price).all():
            return False
        if i == 0:
            entry = np.where((np.arange(len(price)) == 0) | open_begin, 0.0, np.inf)
            direction = START
        else:
            slanted, above = np.concatenate([[np.inf], before])[here] + extra * price, before[here]
            entry, direction = np.minimum(slanted, above), np.where(slanted <= above + tie, DIAGONAL, ABOVE)
        sums = np.cumsum(price)
        row = sums + np.minimum.accumulate(entry + price - sums)
        directions[r, : len(row)] = np.where(entry <= np.concatenate([[np.inf], row[:-1]]) + tie, direction, LEFT)
        before[: lo[i]], before[here] = np.inf, row
        if len(table):
            table[r, here] = row
    return True


def _walk_back(directions: np.ndarray, lo: np.ndarray, column: int) -> np.ndarray:
    row, path = len(directions) - 1, []
    while True:
        path.append((row, column))
        direction = directions[row, column - lo[row]]
        if direction == START:
            return np.array(path[::-1], np.int64)
        row -= direction != LEFT
        column -= direction != ABOVE
