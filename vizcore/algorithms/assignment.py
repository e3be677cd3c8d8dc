"""One-to-one assignment: every row gets its own column, with the largest possible sum (exact) or greedily.

    similarity (B, N, N) - fixed point -> int32 - shortest augmenting paths -> columns (B, N)

The exact solver is Jonker and Volgenant's (1987) without its row reduction, in assignment_kernel.py. It is compiled on
the first call (some seconds, kept on disk); without numba scipy solves the same integers.
"""

from types import ModuleType

import numpy as np

from vizcore.algorithms.compiled import kernel

FIXED_POINT = 2.0**27  # units in the largest |similarity|, rounded up to a power of two
SMALLEST_EXPONENT = -100  # similarities below 2^-127 count as 0: their factor would not fit into float32


def assign(similarity: np.ndarray) -> np.ndarray:
    """The permutation of largest total similarity, for each matrix.

    Similarities are rounded to 2^-27 of s, the power of two at or above the matrix's largest |similarity| (1 for
    cosines; at least 2^-100), and staying in place earns one such unit: among equal totals the most rows stay (equal
    rows give the identity). Both together can lose at most N s 2^-26 of the exact total, which is below the rounding
    of float32 sums.

    Args:
        similarity: (B, N, N) or (N, N) finite floats, rows to be assigned to columns. B may be 0, N at least 1.

    Returns:
        (B, N) or (N,) int64: row i gets column columns[i].

    Raises:
        ValueError: not square, empty, or not finite.
    """
    stack, shape = _square(similarity)
    compiled = kernel("assignment_kernel")
    factors = _factors(stack, compiled)
    columns = compiled.solve(stack, factors) if compiled else _solve_by_scipy(stack, factors)
    return columns.reshape(shape)


def assign_greedily(similarity: np.ndarray) -> np.ndarray:
    """Repeatedly the most similar row and column that are both free; ties go to staying in place, then the first.

    Same arguments, result and refusals as assign. Found in rounds: pairs that are each other's best are all taken at
    once, because no earlier choice of the one-by-one procedure can touch them.
    """
    stack, shape = _square(similarity)
    _refuse_unless_finite(stack)
    columns = np.empty(stack.shape[:2], np.int64)
    for matrix, chosen in zip(stack, columns):
        _take_mutual_best(matrix, chosen)
    return columns.reshape(shape)


def _take_mutual_best(matrix: np.ndarray, chosen: np.ndarray) -> None:
    rows = columns = np.arange(len(matrix))  # still free; both ascend, so argmax breaks ties by the first
    while len(rows):
        best_column, best_row = matrix.argmax(1), matrix.argmax(0)
        own = np.searchsorted(columns, rows)  # where a row's own column stands, if it is free
        own[own == len(columns)] = 0
        index = np.arange(len(rows))
        free, staying = columns[own] == rows, matrix[index, own]
        ties_row, ties_column = (free & (staying >= best) for best in (matrix.max(1), matrix.max(0)[own]))
        best_column[ties_row] = own[ties_row]
        best_row[own[ties_column]] = index[ties_column]
        mutual = best_row[best_column] == index
        chosen[rows[mutual]] = columns[best_column[mutual]]
        kept_columns = np.ones(len(columns), bool)
        kept_columns[best_column[mutual]] = False
        rows, columns, matrix = rows[~mutual], columns[kept_columns], matrix[~mutual][:, kept_columns]


def _square(similarity: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """As a stack (B, N, N) of float32 or float64, and the shape of the answer."""
    similarity = np.asarray(similarity)
    if similarity.ndim not in (2, 3) or similarity.shape[-1] != similarity.shape[-2] or similarity.shape[-1] == 0:
        raise ValueError(f"want square similarities (N, N) or (B, N, N) with N > 0, got {similarity.shape}")
    dtype = np.float32 if similarity.dtype in (np.float16, np.float32) else np.float64
    stack = np.ascontiguousarray(similarity, dtype).reshape(-1, *similarity.shape[-2:])
    return stack, similarity.shape[:-1]


def _factors(stack: np.ndarray, compiled: ModuleType | None) -> np.ndarray:
    """(B,) what to multiply each matrix with so that its largest |value| is within the fixed point."""
    if compiled:  # floats without their sign are in the order of their bits, and integers are compared by the vector
        bits = stack.reshape(len(stack), stack.shape[1] ** 2).view(f"i{stack.itemsize}")
        peak = compiled.peaks(bits).view(stack.dtype).astype(np.float64)
    else:
        peak = np.maximum(stack.max((1, 2)), -stack.min((1, 2))).astype(np.float64)
    _refuse_unless_finite(peak)
    mantissa, exponent = np.frexp(np.where(peak > 0, peak, 1.0))  # peak = mantissa 2^exponent, mantissa in [0.5, 1)
    exponent = np.where(mantissa == 0.5, exponent - 1, exponent)
    return np.ldexp(FIXED_POINT, -exponent.clip(SMALLEST_EXPONENT))


def _refuse_unless_finite(values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise ValueError("want finite similarities, got nan or infinity")


def _solve_by_scipy(stack: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """The same integers as the kernel's, exact in float64: the same optimum, ties included up to equal totals."""
    from scipy.optimize import linear_sum_assignment  # 0.4 s to import, and hardly ever needed

    columns = np.empty(stack.shape[:2], np.int64)
    stay = np.eye(stack.shape[1])
    for b, (matrix, factor) in enumerate(zip(stack, factors)):
        gain = np.rint(matrix.astype(np.float64) * factor) + stay
        columns[b] = linear_sum_assignment(gain, maximize=True)[1]
    return columns
