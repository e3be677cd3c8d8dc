"""One-to-one assignment: every row gets its own column, with the largest possible sum (exact) or greedily.

    similarity (B, N, N) - fixed point -> int32 - shortest augmenting paths -> columns (B, N), prices (B, N)
                         - pairs that rounding could exchange - stay, else go to the nearest -> Assignment

The exact solver is Jonker and Volgenant's (1987) without its row reduction, in assignment_kernel.py. It is compiled on
the first call (some seconds, kept on disk); without numba scipy solves the same integers. Ties: assignment_ties.py.

Where a matrix holds forbidden pairs, or values that are so much larger than most that the others would be lost in fixed
point, scipy solves it in float64.
"""

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.matching.assignment_ties import Grid, exchangeable, in_doubt, prices_of, settle, take_nearest

FIXED_POINT = 2.0**27  # units in the largest |similarity|, rounded up to a power of two
SMALLEST_EXPONENT = -100  # similarities below 2^-127 count as 0: their factor would not fit into float32
COARSEST = 2.0**-7  # of the largest |similarity|: a larger rounding error is taken for this much of a larger one
NOT_FINITE = "want finite similarities, got nan or infinity"
UNITS = 2.0  # the largest |similarity| of what is measured in units
TINY = 2.0**-12  # of the largest |similarity|: what is smaller keeps less than 15 bits in fixed point
MOST_TINY = 0.004  # of the similarities, 0 aside, may be so small; or one for two rows
STAY = 2  # in rounding errors: what staying in place earns
TIE, DOUBT = (
    6,
    12,
)  # in rounding errors: within what two columns of a row are tied, and within what they might have been


@dataclass(frozen=True, eq=False)
class Assignment:
    """One column for each row, and where rounding leaves no reason for it."""

    columns: np.ndarray  # (B, N) or (N,) int64: row i gets column columns[i]
    undecided: np.ndarray  # the same shape, bool: without this pair the total is as large, up to rounding


def assign(similarity: np.ndarray, rounding: float = 0.0, grid: Grid | None = None) -> np.ndarray:
    """The columns of best_assignment, alone.

    Args:
        similarity: (N, N) or (B, N, N) finite floats: row i with column j.
        rounding: how far a similarity may be off: what differs by less is a tie.
        grid: (rows, columns) of the N patches, to break ties by distance; None for one row.
    """
    return best_assignment(similarity, rounding, grid).columns


def assign_greedily(similarity: np.ndarray, rounding: float = 0.0, grid: Grid | None = None) -> np.ndarray:
    """The columns of greedy_assignment, alone.

    Args:
        similarity: (N, N) or (B, N, N) finite floats: row i with column j.
        rounding: how far a similarity may be off: what differs by less is a tie.
        grid: (rows, columns) of the N patches, to break ties by distance; None for one row.
    """
    return greedy_assignment(similarity, rounding, grid).columns


def best_assignment(similarity: np.ndarray, rounding: float = 0.0, grid: Grid | None = None) -> Assignment:
    """The permutation of largest total similarity, for each matrix.

    Similarities are rounded to 2^-27 of s, the power of two at or above the matrix's largest |similarity| (1 for
    cosines; at least 2^-100), and staying in place earns one such unit or twice the rounding error: among equal totals
    the most rows stay (equal rows give the identity), then rows go to the nearest. Without a rounding error this can
    lose at most N s 2^-26 of the exact total, which is below the rounding of float32 sums; with one, at most
    STAY + TIE times that error for each row whose column changes.

    Args:
        similarity: (B, N, N) or (N, N) floats, rows to be assigned to columns; -infinity is a pair that is forbidden. B
            may be 0, N at least 1.
        rounding: how wrong one similarity may be, 0 or more: totals that differ by less are ties.
        grid: (rows, columns) in which the N places lie, row by row, to tell which is nearest; a line if not given.

    Raises:
        ValueError: not square, empty, nan or infinity; forbidden pairs leave a row without a column; the rounding error
            is negative or the grid does not fit.
    """
    stack, shape = _square(similarity)
    grid = _checked(rounding, grid, shape[-1])
    compiled = kernel("matching.assignment_kernel")
    peaks = _peaks(stack, compiled)
    wide = _wide(stack, peaks, compiled)
    if not wide.any():
        columns, undecided = _in_fixed_point(stack, peaks, rounding, grid, compiled)
        return Assignment(columns.reshape(shape), undecided.reshape(shape))
    columns, undecided = np.empty(stack.shape[:2], np.int64), np.empty(stack.shape[:2], bool)
    columns[~wide], undecided[~wide] = _in_fixed_point(stack[~wide], peaks[~wide], rounding, grid, compiled)
    for b in np.flatnonzero(wide):
        columns[b], undecided[b] = _in_floats(stack[b].astype(np.float64), rounding, grid)
    return Assignment(columns.reshape(shape), undecided.reshape(shape))


def _in_fixed_point(
    stack: np.ndarray, peaks: np.ndarray, rounding: float, grid: Grid, compiled: ModuleType | None
) -> tuple[np.ndarray, np.ndarray]:
    """(B, N) columns and whether each is undecided.

    Args:
        stack: (B, N, N) finite similarities.
        peaks: (B,) the largest |similarity| of each.
        rounding: how wrong one may be.
        grid: in which the places lie.
        compiled: the kernel, if there is one.
    """
    factors = _factors(stack, rounding, compiled, peaks)
    errors = np.ceil(rounding * factors).astype(np.int32)
    stays, tolerances = np.maximum(STAY * errors, 1), DOUBT * errors
    solve = compiled.solve if compiled else _solve_by_scipy
    columns, prices, tied = solve(stack, factors, stays, tolerances)
    undecided = np.zeros(columns.shape, bool)
    for b in np.flatnonzero(tied.any(1)):
        rows = np.flatnonzero(tied[b])
        gain = _gain(stack[b], factors[b], stays[b], rows, columns[b, rows])
        more = prices[b, columns[b, rows]] - gain
        more -= np.diag(more)[:, None].copy()  # what each column costs a row more than its own
        undecided[b, rows] = exchangeable(more <= tolerances[b])
        columns[b, rows] = settle(more <= TIE * errors[b], rows, columns[b, rows], grid)
    return columns, undecided


def _in_floats(matrix: np.ndarray, rounding: float, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """(N,) columns and whether each is undecided, by sums in float64.

    Args:
        matrix: (N, N) float64, -infinity for forbidden pairs.
        rounding: how wrong a similarity may be.
        grid: in which the places lie.
    """
    from scipy.optimize import linear_sum_assignment

    sizes = np.abs(matrix[np.isfinite(matrix) & (matrix != 0)])
    error = max(rounding, float(np.median(sizes, keepdims=True)[0]) / FIXED_POINT if len(sizes) else 1 / FIXED_POINT)
    gain = matrix + STAY * error * np.eye(len(matrix))
    try:
        columns = linear_sum_assignment(gain, maximize=True)[1].astype(np.int64)
    except ValueError:
        raise ValueError("want a column for every row, got forbidden pairs that leave a row none of its own") from None
    prices = prices_of(gain, columns, error / len(matrix))
    more = prices[columns] - gain[:, columns]
    more -= np.diag(more)[:, None].copy()
    undecided = exchangeable(more <= DOUBT * error)
    return settle(more <= TIE * error, np.arange(len(matrix)), columns, grid), undecided


def greedy_assignment(similarity: np.ndarray, rounding: float = 0.0, grid: Grid | None = None) -> Assignment:
    """Repeatedly the most similar row and column that are both free; ties go to staying, the nearest, then the first.

    Same arguments and refusals as best_assignment. Found in rounds: pairs that are each other's best beyond rounding
    are all taken at once, because no earlier choice of the one-by-one procedure can touch them.

    Args:
        similarity: (N, N) or (B, N, N) finite floats: row i with column j.
        rounding: how far a similarity may be off: what differs by less is a tie.
        grid: (rows, columns) of the N patches, to break ties by distance; None for one row.
    """
    stack, shape = _square(similarity)
    grid = _checked(rounding, grid, shape[-1])
    _refuse_unless_finite(stack)
    columns, undecided = np.empty(stack.shape[:2], np.int64), np.zeros(stack.shape[:2], bool)
    for b, matrix in enumerate(stack):
        _take_greedily(matrix, STAY * rounding, grid, columns[b])
        undecided[b] = in_doubt(matrix, columns[b], 2 * STAY * rounding)
    return Assignment(columns.reshape(shape), undecided.reshape(shape))


def _take_greedily(matrix: np.ndarray, tie: float, grid: Grid, chosen: np.ndarray) -> None:
    rows = columns = np.arange(len(matrix))  # still free; both ascend
    while len(rows):
        near_row = matrix >= matrix.max(1, keepdims=True) - tie
        near_column = matrix >= matrix.max(0) - tie
        alone = near_row & near_column & (near_row.sum(1, keepdims=True) == 1) & (near_column.sum(0) == 1)
        at_row, at_column = np.nonzero(alone)
        if not len(at_row):
            at_row, at_column = take_nearest(matrix >= matrix.max() - tie, rows, columns, grid)
        chosen[rows[at_row]] = columns[at_column]
        rows, columns = np.delete(rows, at_row), np.delete(columns, at_column)
        matrix = np.delete(np.delete(matrix, at_row, 0), at_column, 1)


def _square(similarity: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """As a stack (B, N, N) of float32 or float64, and the shape of the answer."""
    similarity = np.asarray(similarity)
    if similarity.ndim not in (2, 3) or similarity.shape[-1] != similarity.shape[-2] or similarity.shape[-1] == 0:
        raise ValueError(f"want square similarities (N, N) or (B, N, N) with N > 0, got {similarity.shape}")
    dtype = np.float32 if similarity.dtype in (np.float16, np.float32) else np.float64
    stack = np.ascontiguousarray(similarity, dtype).reshape(-1, *similarity.shape[-2:])
    return stack, similarity.shape[:-1]


def _checked(rounding: float, grid: Grid | None, count: int) -> Grid:
    if not 0 <= rounding < np.inf:
        raise ValueError(f"want a rounding error of 0 or more, got {rounding}")
    rows, columns = grid or (1, count)
    if rows * columns != count:
        raise ValueError(f"want a grid of {count} places, got {rows} x {columns}")
    return rows, columns


def _peaks(stack: np.ndarray, compiled: ModuleType | None) -> np.ndarray:
    """(B,) the largest |similarity| of each matrix; nan and infinity are larger than all others."""
    if compiled:  # floats without their sign are in the order of their bits, and integers are compared by the vector
        return compiled.peaks(_bits(stack)).view(stack.dtype)
    return np.maximum(stack.max((1, 2)), -stack.min((1, 2)))


def _bits(floats: np.ndarray) -> np.ndarray:
    """(B, M) the bits of (B, N, N) floats, as integers."""
    return floats.reshape(len(floats), floats.shape[1] ** 2).view(f"i{floats.itemsize}")


def _wide(stack: np.ndarray, peaks: np.ndarray, compiled: ModuleType | None) -> np.ndarray:
    """(B,) bool: matrices that fixed point would spoil, for their forbidden pairs or a few very large values.

    Args:
        stack: (B, N, N) similarities.
        peaks: (B,) the largest |similarity| of each, of the same type.
        compiled: the kernel, if there is one.
    """
    forbidden = np.isinf(peaks)
    if np.isnan(peaks).any() or any(stack[b].max() == np.inf for b in np.flatnonzero(forbidden)):
        raise ValueError(NOT_FINITE)
    if (peaks <= UNITS).all():  # cosines and shares, which nobody forbids by a large number
        return forbidden
    limits = peaks * peaks.dtype.type(TINY)
    if compiled:
        tiny = compiled.count_below(_bits(stack), limits.view(f"i{stack.itemsize}"))
    else:
        tiny = ((np.abs(stack) < limits[:, None, None]) & (stack != 0)).sum((1, 2))
    count = stack.shape[1]
    return forbidden | (tiny > max(MOST_TINY * count**2, count / 2))


def _factors(
    stack: np.ndarray, rounding: float, compiled: ModuleType | None, peaks: np.ndarray | None = None
) -> np.ndarray:
    """(B,) what to multiply each matrix with so that its largest |value| is within the fixed point.

    Args:
        stack: (B, N, N) similarities.
        rounding: how wrong one may be.
        compiled: the kernel, if there is one.
        peaks: (B,) the largest |value| of each, if known.
    """
    peak = (_peaks(stack, compiled) if peaks is None else peaks).astype(np.float64)
    _refuse_unless_finite(peak)
    peak = np.maximum(peak, rounding / COARSEST)
    mantissa, exponent = np.frexp(np.where(peak > 0, peak, 1.0))  # peak = mantissa 2^exponent, mantissa in [0.5, 1)
    exponent = np.where(mantissa == 0.5, exponent - 1, exponent)
    return np.ldexp(FIXED_POINT, -exponent.clip(SMALLEST_EXPONENT))


def _refuse_unless_finite(values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise ValueError(NOT_FINITE)


def _gain(matrix: np.ndarray, factor: float, stay: int, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(R, K) float64: the integers that the kernel works on, of some rows and columns."""
    return np.rint(matrix[np.ix_(rows, columns)].astype(np.float64) * factor) + stay * (rows[:, None] == columns)


def _solve_by_scipy(
    stack: np.ndarray, factors: np.ndarray, stays: np.ndarray, tolerances: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same integers as the kernel's, exact in float64; every row is looked at for ties."""
    from scipy.optimize import linear_sum_assignment  # 0.4 s to import, and hardly ever needed

    columns, prices, every = np.empty(stack.shape[:2], np.int64), np.empty(stack.shape[:2]), np.arange(stack.shape[1])
    for b, (matrix, factor, stay) in enumerate(zip(stack, factors, stays)):
        gain = _gain(matrix, factor, stay, every, every)
        columns[b] = linear_sum_assignment(gain, maximize=True)[1]
        prices[b] = prices_of(gain, columns[b])
    return columns, prices, np.ones(columns.shape, bool)
