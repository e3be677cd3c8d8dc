"""Dynamic time warping: the cheapest way to walk two sequences side by side, hard (this file) or soft (soft_dtw.py).

    x (N, D), y (M, D) - distance, some rows at a time -> cost rows - accumulate -> directions (N, M) - back -> path

A walk goes down, right or both, and pays for the cells it lands on (Sakoe and Chiba 1978). The kernel in dtw_kernel.py
is compiled on the first call and kept on disk; without numba the rows are accumulated by numpy's scans.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.alignment.warping import PATTERNS, Rules, Walk, widest_band
from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.ties import SLACK, cosine_error, first_least

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

Array = np.ndarray | Tensor

METRICS = {
    "cosine": "1 - cosine: 0 alike, 1 unrelated, 2 opposed; lengths do not matter",
    "euclidean": "the length of the difference",
    "squared": "the squared length of the difference",
}

LARGEST_TABLE = 2**26  # cells of a band, one byte each: 8192 x 8192 without a band
CELLS_AT_ONCE = 2**19  # of costs that are made before they are used, while they are in the cache ...
FEWEST_ROWS = 128  # ... but not fewer rows: smaller products are slow
SMALLEST_LENGTH = 1e-12
ERRORS = 8  # of a cosine, within which two ways are equal: their sums have met several
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
    cost = np.require(cost, _float_type(cost), ["C", "W"])
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


def distances(x: Array, y: Array, metric: str = "cosine") -> np.ndarray:
    """(N, M) distances of two sequences of features: float64 for float64 features, else float32.

    Args:
        x, y: (N, D) and (M, D) one vector a frame, numpy or torch, any device.
        metric: a key of METRICS.

    Raises:
        ValueError: as warp, but for the size of the table.
    """
    return np.concatenate([block.copy() for block in products_of(x, y, metric).rows()])


@dataclass(frozen=True, eq=False)
class Products:
    """Two sequences of features whose products, scaled and shifted, are distances."""

    x: np.ndarray  # (N, D)
    y: np.ndarray  # (M, D), of x's type
    by_row: np.ndarray  # (N,)
    by_column: np.ndarray  # (M,)
    row_plus: np.ndarray  # (N,)
    column_plus: np.ndarray  # (M,)
    root: bool
    tie: float  # accumulated distances that differ by less are equal

    def rows(self) -> Iterator[np.ndarray]:
        """Distances (R, M) of some rows after the other, in a place that is used again."""
        some = max(FEWEST_ROWS, CELLS_AT_ONCE // len(self.y))
        place = np.empty((min(some, len(self.x)), len(self.y)), self.x.dtype)
        columns = self.y.T
        for first in range(0, len(self.x), some):
            here = slice(first, first + some)
            block = place[: len(self.x) - first]
            np.matmul(self.x[here], columns, out=block)
            yield self._finished(block, here, slice(None))

    def of_columns(self, some: slice) -> np.ndarray:
        """Distances (N, some) of all of x to some frames of y."""
        return self._finished(self.x @ self.y[some].T, slice(None), some)

    def _finished(self, block: np.ndarray, rows: slice, columns: slice) -> np.ndarray:
        """A block of products, changed in place into distances."""
        row, column = (self.by_row[rows], self.row_plus[rows]), (self.by_column[columns], self.column_plus[columns])
        compiled = kernel("alignment.dtw_kernel")
        (compiled.finish if compiled else _finish)(block, row[0], column[0], row[1], column[1], self.root)
        return block


def _finish(products, by_row, by_column, row_plus, column_plus, root) -> None:
    """The kernel's finish by numpy."""
    products *= by_row[:, None] * by_column
    products += row_plus[:, None] + column_plus
    np.maximum(products, 0, out=products)
    if root:
        np.sqrt(products, out=products)


def products_of(x: Array, y: Array, metric: str) -> Products:
    """What the distances of two sequences are made of.

    Args:
        x, y, metric: as of distances, which refuses the same.
    """
    if metric not in METRICS:
        raise ValueError(f"want a metric of {', '.join(METRICS)}, got {metric!r}")
    x, y = _array(x), _array(y)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or 0 in (*x.shape, *y.shape):
        raise ValueError(f"want features (N, D) and (M, D), not empty, of one width D, got {x.shape} and {y.shape}")
    kind = np.result_type(x, y)
    x, y = x.astype(kind, copy=False), y.astype(kind, copy=False)
    if metric != "cosine":  # the squares of what is far from 0 would drown the differences
        x, y = x - y[0], y - y[0]
    squares_y, squares_x = _squares(y, "second"), _squares(x, "first")
    one_x, one_y = np.ones(len(x), kind), np.ones(len(y), kind)
    if metric == "cosine":
        short = kind.type(SMALLEST_LENGTH)
        by_row, by_column = -1 / np.sqrt(squares_x).clip(short), 1 / np.sqrt(squares_y).clip(short)
        tie = ERRORS * cosine_error(x.shape[1], kind)
        return Products(x, y, by_row, by_column, one_x, 0 * one_y, False, tie)
    largest, root = float(squares_x.max() + squares_y.max()), metric == "euclidean"
    tie = SLACK * float(np.finfo(kind).eps) * (math.sqrt(largest) if root else largest)
    return Products(x, y, -2 * one_x, one_y, squares_x, squares_y, root, tie)


def _array(x: Array) -> np.ndarray:
    """Float32 or float64 on the CPU, without gradients."""
    if isinstance(x, Tensor):
        x = x.detach().to("cpu", torch.promote_types(x.dtype, torch.float32)).numpy()
    x = np.asarray(x)
    return np.require(x, _float_type(x), ["C", "W"])


def _float_type(x: np.ndarray) -> type:
    return np.float32 if x.dtype in (np.float16, np.float32) else np.float64


def _squares(x: np.ndarray, which: str) -> np.ndarray:
    """(N,) squared lengths of the frames of the first or second sequence."""
    squares = np.vecdot(x, x)
    if not np.isfinite(squares.sum()):
        frame = int((~np.isfinite(squares)).argmax())
        raise ValueError(
            f"want finite features, got nan, infinity or too much in frame {frame} of the {which} sequence"
        )
    return squares


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
