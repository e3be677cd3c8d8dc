"""The compiled heart of assignment.py: shortest augmenting paths in 32-bit fixed point. Imported on first use only.

    similarity (B, N, N) - round -> gain (N, M) int32 - best row of each column - one augmenting path a row left over

M is N rounded up to whole vectors. Integers make the prices exact and the inner loops vectorise (a float minimum does
not). Jonker and Volgenant's second phase, the augmenting row reduction, is left out: on patch features its price wars
cost several times what they save. A path is not recorded while it is searched, but found again from its lengths.

No number here can leave 32 bits. With |gain| <= s a free column keeps its first price, which is at most s, so a row
always has a column at price - gain <= 2 s; hence prices stay within [-s, 3 s], path lengths within [-2 s, 2 s], and
what is compared within [-6 s, 8 s]. assignment.py has s <= 2^27 + 2^21: 8 s is about 2^30.
"""

import numpy as np
from numba import njit

from vizcore.algorithms.compiled import cached

LANES = 64
FAR = np.int32(2**31 - 1)  # further than any path
DONE = np.int32(-FAR)  # a column that the search left behind, or padding: nearer than any path, so never improved


@njit(nogil=True)
def _quantise(similarity, factor, stay, gain):
    n = similarity.shape[0]
    scale = similarity.dtype.type(factor)  # a power of two: exact in float32 too, and twice as many to a vector
    for i in range(n):
        for j in range(n):
            gain[i, j] = np.int32(np.rint(similarity[i, j] * scale))
        gain[i, i] += stay  # among equals, stay in place


@njit(nogil=True)
def _best_rows(gain, price, best):
    """Price every column at its largest gain, and name the row that gains it; on ties the row of the same index."""
    n = gain.shape[0]
    price[:] = gain[0]
    best[:] = 0
    for i in range(1, n):
        row = gain[i]
        for j in range(len(price)):
            better = row[j] > price[j]
            price[j] = row[j] if better else price[j]
            best[j] = np.int32(i) if better else best[j]
    for j in range(n):
        if gain[j, j] == price[j]:
            best[j] = j


@njit(nogil=True)
def _relax(price, row, offset, distance, taken):
    """Shorten the paths to all columns through one more row; the least length to any column, and to a free one."""
    nearest, nearest_free = FAR, FAR
    for j in range(len(distance)):
        length = min(distance[j], np.int32(np.int32(price[j] - row[j]) + offset))
        distance[j] = length
        nearest = min(nearest, length if length > DONE else FAR)
        nearest_free = min(nearest_free, max(length, taken[j]))
    return nearest, nearest_free


@njit(nogil=True)
def _first(distance, nearest):
    """The first column at this distance, looked for a vector at a time."""
    start = 0
    while True:
        hit = False
        for j in range(start, start + LANES):
            hit |= distance[j] == nearest
        if hit:
            break
        start += LANES
    while distance[start] != nearest:
        start += 1
    return start


@njit(nogil=True)
def _augment(gain, start, column_of, owner, price, distance, taken, rows, offsets, left, lengths):
    """Give row `start` a column: on the shortest path to a free one, every row hands its column to the row before."""
    n = gain.shape[0]
    distance[:n] = FAR
    distance[n:] = DONE
    rows[0], offsets[0] = start, 0
    count = 0
    while True:
        nearest, nearest_free = _relax(price, gain[rows[count]], offsets[count], distance, taken)
        if nearest_free == nearest:
            break
        column = _first(distance, nearest)
        left[count], lengths[count] = column, nearest
        distance[column] = DONE
        row = owner[column]
        count += 1
        rows[count] = row
        offsets[count] = nearest - np.int32(price[column] - gain[row, column])
    column, length = 0, nearest
    while distance[column] != nearest or owner[column] >= 0:
        column += 1
    taken[column] = FAR
    while True:
        k = 0  # the first row that reaches the column at this length is the one that comes before it
        while np.int32(np.int32(price[column] - gain[rows[k], column]) + offsets[k]) != length:
            k += 1
        owner[column], column_of[rows[k]] = rows[k], column
        if k == 0:
            break
        column, length = left[k - 1], lengths[k - 1]
    for k in range(count):
        price[left[k]] += nearest - lengths[k]


@njit(nogil=True)
def _near(gain, price, column_of, i, doubt):
    """What the columns that row i could have, for at most `doubt` more than its own, cost it at most."""
    assigned = column_of[i]
    return np.int32(np.int32(price[assigned] - gain[i, assigned]) + doubt)


@njit(nogil=True)
def _find_ties(gain, price, column_of, owner, doubt, tied):
    """Which rows could exchange columns in a circle, or lead to one, each for at most `doubt` more than its own costs.

    Rows that could have no column but their own are taken away, then those that could only have the column of one that
    is gone, and so on: what is left, if anything, leads round a circle.
    """
    n = gain.shape[0]
    ahead = np.empty(n, np.int32)  # how many other rows' columns a row could have
    for i in range(n):
        most, near = _near(gain, price, column_of, i, doubt), np.int32(-1)
        for j in range(n):
            near += np.int32(np.int32(price[j] - gain[i, j]) <= most)
        ahead[i] = near
    rows, others = np.empty(ahead.sum(), np.int32), np.empty(ahead.sum(), np.int32)  # row could have the other's column
    count = 0
    for i in range(n):
        if ahead[i]:
            most, last = _near(gain, price, column_of, i, doubt), count + ahead[i]
            for j in range(n):
                if np.int32(price[j] - gain[i, j]) <= most and owner[j] != i:
                    rows[count], others[count] = i, owner[j]
                    count += 1
                    if count == last:
                        break
    before = np.zeros(n + 1, np.int64)  # where the rows begin that could have the column of row k
    for k in others:
        before[k + 1] += 1
    before = np.cumsum(before)
    behind, filled = np.empty(count, np.int32), before[:n].copy()
    for e in range(count):
        behind[filled[others[e]]] = rows[e]
        filled[others[e]] += 1
    gone, count = np.empty(n, np.int32), 0
    for i in range(n):
        if ahead[i] == 0:
            gone[count] = i
            count += 1
    done = 0
    while done < count:
        k = gone[done]
        done += 1
        for i in behind[before[k] : before[k + 1]]:
            ahead[i] -= 1
            if ahead[i] == 0:
                gone[count] = i
                count += 1
    for i in range(n):
        tied[i] = ahead[i] > 0


@cached
def peaks(bits):
    """(B,) the bits of each matrix's largest |value|, from the bits (B, M) of floats; nan and infinity are larger."""
    largest = np.empty(len(bits), bits.dtype)
    without_sign = np.iinfo(bits.dtype).max
    for b in range(len(bits)):
        peak = bits.dtype.type(0)
        for j in range(bits.shape[1]):
            peak = max(peak, bits.dtype.type(bits[b, j] & without_sign))
        largest[b] = peak
    return largest


@cached
def count_below(bits, limits):
    """(B,) how many values of each matrix are nearer to 0 than a limit, and not 0, from the bits (B, M) of floats.

    Args:
        bits: (B, M) of the floats.
        limits: (B,) bits of positive floats.
    """
    counts = np.zeros(len(bits), np.int64)
    without_sign = np.iinfo(bits.dtype).max
    for b in range(len(bits)):
        limit, below, noughts = limits[b], np.int32(0), np.int32(0)
        for j in range(bits.shape[1]):
            size = bits.dtype.type(bits[b, j] & without_sign)
            below += np.int32(size < limit)
            noughts += np.int32(size == 0)
        counts[b] = below - noughts if limit > 0 else 0
    return counts


@cached
def solve(similarity, factors, stays, tolerances):
    """The best permutation of each matrix, its prices, and where there may be ties.

    (B, N, N) finite floats, (B,) float64 factors to fixed point, (B,) int32 what staying earns and within what two
    columns of a row could be tied, in units -> columns (B, N) int64, prices (B, N) int32, tied rows (B, N) bool.

    Args:
        similarity: (B, N, N) finite floats.
        factors: (B,) float64, to fixed point.
        stays: (B,) int32, what staying in place earns, in units of fixed point.
        tolerances: (B,) int32, within what two columns of a row could be tied, in the same units.
    """
    batch, n, _ = similarity.shape
    width = (n + LANES - 1) // LANES * LANES
    columns, prices = np.empty((batch, n), np.int64), np.empty((batch, n), np.int32)
    tied = np.empty((batch, n), np.bool_)
    gain = np.zeros((n, width), np.int32)
    column_of, owner = np.empty(n, np.int32), np.empty(width, np.int32)
    price, best = np.empty(width, np.int32), np.empty(width, np.int32)
    distance, taken = np.empty(width, np.int32), np.empty(width, np.int32)
    rows, offsets = np.empty(n + 1, np.int32), np.empty(n + 1, np.int32)
    left, lengths = np.empty(n, np.int32), np.empty(n, np.int32)
    for b in range(batch):
        _quantise(similarity[b], factors[b], stays[b], gain)
        _best_rows(gain, price, best)
        column_of[:] = -1
        owner[:n], owner[n:] = -1, 0
        for j in range(n):  # a row that is best for its own column keeps it
            if best[j] == j:
                column_of[j], owner[j] = j, j
        for j in range(n - 1, -1, -1):
            row = best[j]
            if column_of[row] < 0:
                column_of[row], owner[j] = j, row
        for j in range(width):
            taken[j] = FAR if owner[j] >= 0 else DONE
        for i in range(n):
            if column_of[i] < 0:
                _augment(gain, i, column_of, owner, price, distance, taken, rows, offsets, left, lengths)
        columns[b], prices[b] = column_of, price[:n]
        _find_ties(gain, price, column_of, owner, tolerances[b], tied[b])
    return columns, prices, tied
