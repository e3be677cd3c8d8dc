"""The compiled heart of soft_dtw.py: tables and expected alignments by anti-diagonals. Imported on first use only.

    cost (B, M, N) - pack -> rows (B, S) - forward -> accumulated rows, weights (B, S) - unpack -> table (B, M, N)
                  seeds (B, M, N) - pack -> rows - backward, by the weights -> expected rows - unpack -> (B, M, N)

Cells of one anti-diagonal do not depend on each other, so whole vectors of them are worked on. The M+N-1 anti-diagonals
lie one after the other, S = M N + 2 (M+N-1) places, with one place on either side that says "nothing comes from here".
What a cell takes from above and from the left is kept for the way back (the rest is the diagonal's), which then has no
exponential.

Exponentials are polynomials here, to 1e-15: a loop that calls a library's is not made of vectors, and neither is one
that touches many arrays, or that divides where an error could be raised. Hence many short loops, and numpy's rules of
errors.
"""

import numpy as np
from numba import njit
from numpy.polynomial import Chebyshev, Polynomial

from vizcore.algorithms.compiled import cached

HARD, SOFT, SMOOTH = range(3)
BLOCK = 256  # cells whose intermediate values stay in the nearest cache
NOWHERE = 1e300  # the accumulated cost of what is no cell
FAR = (
    230.0  # e^-230 = 1e-100 counts as 0: a product of two still is a normal number, which a denormal's slowness is not
)
TINY = 1e-30  # slopes below it count as 0: as float32 they and their products could be denormal, which is slow
ROUND = 1.5 * 2.0**52  # added and taken away again, it leaves a whole number
LOG2_E = 1.4426950408889634
ROOT_3 = 3**0.5


def _polynomial(function, degree, domain):
    """Coefficients, lowest first, of the polynomial through Chebyshev's points."""
    return tuple(Chebyshev.interpolate(function, degree, domain).convert(kind=Polynomial).coef)


def _half_log(w):
    return np.arctanh(np.sqrt(w)) / np.sqrt(w)


E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10 = _polynomial(np.exp2, 10, (-0.5, 0.5))
L0, L1, L2, L3, L4, L5, L6, L7, L8, L9 = _polynomial(_half_log, 9, (0.0, ((ROOT_3 - 1) / (ROOT_3 + 1)) ** 2))
LOG_ROOT_3 = np.log(ROOT_3)

_fused = njit(nogil=True, error_model="numpy", fastmath={"contract", "nsz", "nnan"})


@_fused
def _decay(x):
    """e^-x for x from 0, exactly 0 beyond FAR."""
    t = -min(x, FAR + 1.0) * LOG2_E
    shifted = t + ROUND
    f = t - (shifted - ROUND)
    p = E10
    p = p * f + E9
    p = p * f + E8
    p = p * f + E7
    p = p * f + E6
    p = p * f + E5
    p = p * f + E4
    p = p * f + E3
    p = p * f + E2
    p = p * f + E1
    p = p * f + E0
    power = np.int64((np.float64(shifted).view(np.int64) + np.int64(1023)) << np.int64(52)).view(np.float64)
    return p * power if x <= FAR else 0.0


@_fused
def _log_1_to_3(s):
    """log s for s from 1 to 3: twice the area tangent of (s - root 3) / (s + root 3), and log of root 3."""
    z = (s - ROOT_3) / (s + ROOT_3)
    w = z * z
    p = L9
    p = p * w + L8
    p = p * w + L7
    p = p * w + L6
    p = p * w + L5
    p = p * w + L4
    p = p * w + L3
    p = p * w + L2
    p = p * w + L1
    p = p * w + L0
    return 2.0 * z * p + LOG_ROOT_3


@_fused
def _least(above, left, diagonal, least):
    for t in range(len(least)):
        least[t] = min(min(above[t], left[t]), diagonal[t])


@_fused
def _distance(value, least, scale, distance):
    for t in range(len(least)):
        distance[t] = min((value[t] - least[t]) * scale, 2 * FAR)


@_fused
def _weigh(distance, weight):
    for t in range(len(weight)):
        weight[t] = _decay(distance[t])


@_fused
def _normalise(above, left, diagonal, total):
    for t in range(len(total)):
        s = above[t] + left[t] + diagonal[t]
        total[t] = s
        r = 1.0 / s
        above[t] *= r
        left[t] *= r


@_fused
def _add_soft(cell, least, total, gamma):
    for t in range(len(cell)):
        cell[t] += least[t] - gamma * _log_1_to_3(total[t])


@_fused
def _mean_distance(above, left, far_above, far_left, far_diagonal, total, mean):
    for t in range(len(mean)):
        mean[t] = above[t] * far_above[t] + left[t] * far_left[t] + mean[t] / total[t] * far_diagonal[t]


@_fused
def _tilt(weight, distance, mean):
    for t in range(len(weight)):
        weight[t] *= 1.0 - distance[t] + mean[t]


@_fused
def _add_smooth(cell, least, mean, gamma):
    for t in range(len(cell)):
        cell[t] += least[t] + gamma * mean[t]


@_fused
def _add_hard(cell, from_above, from_left, from_diagonal, above, left):
    for t in range(len(cell)):
        a, b, c = from_above[t], from_left[t], from_diagonal[t]
        diagonal = c <= a and c <= b
        above[t] = 1.0 if not diagonal and a <= b else 0.0
        left[t] = 1.0 if not diagonal and b < a else 0.0
        cell[t] += min(min(a, b), c)


@_fused
def _advance(cell, from_above, from_left, from_diagonal, above, left, gamma, kind, scratch):
    """One stretch of an anti-diagonal: costs become accumulated costs, and what was taken from where is kept."""
    if kind == HARD:
        _add_hard(cell, from_above, from_left, from_diagonal, above, left)
        return
    n = len(cell)
    least, total, diagonal = scratch[0, :n], scratch[1, :n], scratch[2, :n]
    far_above, far_left, far_diagonal = scratch[3, :n], scratch[4, :n], scratch[5, :n]
    _least(from_above, from_left, from_diagonal, least)
    _distance(from_above, least, 1.0 / gamma, far_above)
    _distance(from_left, least, 1.0 / gamma, far_left)
    _distance(from_diagonal, least, 1.0 / gamma, far_diagonal)
    _weigh(far_above, above)
    _weigh(far_left, left)
    _weigh(far_diagonal, diagonal)
    _normalise(above, left, diagonal, total)
    if kind == SOFT:
        _add_soft(cell, least, total, gamma)
        return
    mean = diagonal
    _mean_distance(above, left, far_above, far_left, far_diagonal, total, mean)
    _tilt(above, far_above, mean)
    _tilt(left, far_left, mean)
    _add_smooth(cell, least, mean, gamma)


@njit(nogil=True)
def _span(k, m, n):
    """The first row of anti-diagonal k, and one more than its last."""
    return max(0, k - n + 1), min(k + 1, m)


@cached
def places(m, n):
    """(M+N-1,) where row 0 of each anti-diagonal would be: cell (i, j) is at places[i + j] + i."""
    found = np.empty(m + n - 1, np.int64)
    end = 0
    for k in range(m + n - 1):
        lo, hi = _span(k, m, n)
        found[k] = end + 1 - lo
        end += hi - lo + 2
    return found


@cached
def forward(rows, above, left, place, m, gamma, kind):
    """Costs become accumulated costs in place.

    Args:
        rows: (B, S) float64 costs by anti-diagonals.
        above, left: (B, S) float64 to be filled with the weights of what comes from there.
        place: (M+N-1,) of places.
        m: rows of a table.
        gamma: temperature in units of the cost, above 0 but for HARD.
        kind: HARD, SOFT or SMOOTH.
    """
    diagonals = len(place)
    n = diagonals - m + 1
    scratch = np.empty((6, BLOCK))
    nothing = np.full(BLOCK, NOWHERE)
    for b in range(len(rows)):
        row, up, aside = rows[b], above[b], left[b]
        for k in range(diagonals):
            lo, hi = _span(k, m, n)
            here = place[k]
            for edge in (here + lo - 1, here + hi):
                row[edge], up[edge], aside[edge] = NOWHERE, 0.0, 0.0
            if k == 0:
                up[here], aside[here] = 0.0, 0.0
                continue
            before, twice = place[k - 1], place[k - 2]
            for start in range(lo, hi, BLOCK):
                stop = min(start + BLOCK, hi)
                _advance(
                    row[here + start : here + stop],
                    row[before + start - 1 : before + stop - 1],
                    row[before + start : before + stop],
                    row[twice + start - 1 : twice + stop - 1] if k > 1 else nothing[: stop - start],
                    up[here + start : here + stop],
                    aside[here + start : here + stop],
                    gamma,
                    kind,
                    scratch,
                )


@_fused
def _gather(expected, of_left, left, of_above, above):
    for t in range(len(expected)):
        expected[t] += of_left[t] * left[t] + of_above[t] * above[t]


@_fused
def _gather_diagonal(expected, of_diagonal, above, left):
    for t in range(len(expected)):
        expected[t] += of_diagonal[t] * (1.0 - above[t] - left[t])


@_fused
def _drop_tiny(expected):
    for t in range(len(expected)):
        expected[t] = expected[t] if abs(expected[t]) > TINY else 0.0


@cached
def backward(rows, above, left, place, m):
    """Slopes by the cells' own values become slopes by their costs in place.

    Args:
        rows: (B, S) float64 slopes by anti-diagonals.
        above, left: (B, S) float64 weights, as forward left them.
        place, m: as of forward.
    """
    diagonals = len(place)
    n = diagonals - m + 1
    for b in range(len(rows)):
        row, up, aside = rows[b], above[b], left[b]
        for k in range(diagonals - 1, -1, -1):
            lo, hi = _span(k, m, n)
            row[place[k] + lo - 1] = row[place[k] + hi] = 0.0
            expected = row[place[k] + lo : place[k] + hi]
            if k + 1 < diagonals:
                start, stop = place[k + 1] + lo, place[k + 1] + hi
                right, below = slice(start, stop), slice(start + 1, stop + 1)
                _gather(expected, row[right], aside[right], row[below], up[below])
            if k + 2 < diagonals:
                below = slice(place[k + 2] + lo + 1, place[k + 2] + hi + 1)
                _gather_diagonal(expected, row[below], up[below], aside[below])
            _drop_tiny(expected)
