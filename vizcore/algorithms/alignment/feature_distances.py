"""How far the frames of two sequences are from each other, some rows at a time.

x (N, D), y (M, D) - less what they share, in float64 - products (R, M) - scaled and shifted -> distances (R, M)
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.ties import SLACK, cosine_error

Array = np.ndarray | Tensor

METRICS = {
    "cosine": "1 - cosine: 0 alike, 1 unrelated, 2 opposed; lengths do not matter",
    "euclidean": "the length of the difference",
    "squared": "the squared length of the difference",
}

CELLS_AT_ONCE = 2**19  # of costs that are made before they are used, while they are in the cache ...
FEWEST_ROWS = 128  # ... but not fewer rows: smaller products are slow
SMALLEST_LENGTH = 1e-12
ERRORS = 8  # of a cosine, within which two ways are equal: their sums have met several


def distances(x: Array, y: Array, metric: str = "cosine") -> np.ndarray:
    """(N, M) distances of two sequences of features: float64 for float64 features, else float32.

    Args:
        x, y: (N, D) and (M, D) one vector a frame, numpy or torch, any device.
        metric: a key of METRICS.

    Raises:
        ValueError: as warp, but for the size of the table.
    """
    products = products_of(x, y, metric)
    return np.concatenate([block.astype(products.kind) for block in products.rows()])


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
    floor: float  # squares below are rounding, and count as 0
    tie: float  # accumulated distances that differ by less are equal
    kind: np.dtype  # of the features as they were given

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
        (compiled.finish if compiled else _finish)(block, row[0], column[0], row[1], column[1], self.floor, self.root)
        return block


def _finish(products, by_row, by_column, row_plus, column_plus, floor, root) -> None:
    """The kernel's finish by numpy."""
    products *= by_row[:, None] * by_column
    products += row_plus[:, None] + column_plus
    products[products < floor] = 0
    if root:
        np.sqrt(products, out=products)


def products_of(x: Array, y: Array, metric: str) -> Products:
    """What the distances of two sequences are made of.

    Of float32 features, lengths of differences are made in float64, less what the sequences have in common: the squares
    of what is far from 0, such as all frames where one is black, would drown the differences.

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
    if metric != "cosine":
        _refuse_unless_finite(y, "second")
        _refuse_unless_finite(x, "first")
        centre = (x.sum(0, dtype=np.float64) + y.sum(0, dtype=np.float64)) / (len(x) + len(y))
        x, y = x - centre, y - centre
    squares_y, squares_x = _squares(y, "second"), _squares(x, "first")
    one_x, one_y = np.ones(len(x), x.dtype), np.ones(len(y), x.dtype)
    if metric == "cosine":
        short = kind.type(SMALLEST_LENGTH)
        by_row, by_column = -1 / np.sqrt(squares_x).clip(short), 1 / np.sqrt(squares_y).clip(short)
        tie = ERRORS * cosine_error(x.shape[1], kind)
        return Products(x, y, by_row, by_column, one_x, 0 * one_y, False, 0.0, tie, kind)
    largest, root = float(squares_x.max() + squares_y.max()), metric == "euclidean"
    error = SLACK * float(np.finfo(x.dtype).eps)
    tie = error * (math.sqrt(largest) if root else largest)
    return Products(x, y, -2 * one_x, one_y, squares_x, squares_y, root, error * largest, tie, kind)


def _array(x: Array) -> np.ndarray:
    """Float32 or float64 on the CPU, without gradients."""
    if isinstance(x, Tensor):
        x = x.detach().to("cpu", torch.promote_types(x.dtype, torch.float32)).numpy()
    x = np.asarray(x)
    return np.require(x, float_type(x), ["C", "W"])


def float_type(x: np.ndarray) -> type:
    return np.float32 if x.dtype in (np.float16, np.float32) else np.float64


def _squares(x: np.ndarray, which: str) -> np.ndarray:
    """(N,) squared lengths of the frames of the first or second sequence."""
    squares = np.vecdot(x, x)
    if not np.isfinite(squares.sum()):
        _refuse_unless_finite(squares[:, None], which)
    return squares


def _refuse_unless_finite(x: np.ndarray, which: str) -> None:
    wrong = ~np.isfinite(x).all(1)
    if wrong.any():
        raise ValueError(
            f"want finite features, got nan, infinity or too much in frame {wrong.argmax()} of the {which} sequence"
        )
