"""The compiled heart of assignment.py: shortest augmenting paths in 32-bit fixed point. Imported on first use only.

    similarity (B, N, N) - round -> gain (N, M) int32 - best row of each column - one augmenting path a row left over

M is N rounded up to whole vectors. Integers make the prices exact and the inner loops vectorise (a float minimum does
not). Jonker and Volgenant's second phase, the augmenting row reduction, is left out: on patch features its price wars
cost several times what they save.

No number here can leave 32 bits. With |gain| <= s a free column keeps its first price, which is at most s, so a row
always has a column at price - gain <= 2 s; hence prices stay within [-s, 3 s], path lengths within [-2 s, 2 s], and
what is compared within [-6 s, 8 s]. assignment.py uses s = 2^27 + 1: 8 s is about 2^30.
"""

import numpy as np
from numba import njit

LANES = 32
FAR = np.int32(2**31 - 1)  # a column that no path reached yet
DONE = np.int32(-FAR)  # a column that the search left behind, or padding: below every path, so never improved


def _cached(function):
    """Compile on the first call and keep the result on disk, where a folder can be written; else in memory only."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found no folder for its cache
        return njit(nogil=True)(function)


@njit(nogil=True)
def _quantise(similarity, factor, gain):
    n = similarity.shape[0]
    for i in range(n):
        for j in range(n):
            gain[i, j] = np.int32(np.rint(np.float64(similarity[i, j]) * factor))
        gain[i, i] += np.int32(1)  # among equals, stay in place


@njit(nogil=True)
def _best_rows(gain, price, parent):
    """Price every column at its largest gain; its parent is the row that gains it, on ties the row of its own index."""
    n = gain.shape[0]
    price[:] = gain[0]
    parent[:] = 0
    for i in range(1, n):
        row = gain[i]
        for j in range(len(price)):
            better = row[j] > price[j]
            price[j] = row[j] if better else price[j]
            parent[j] = np.int32(i) if better else parent[j]
    for j in range(n):
        if gain[j, j] == price[j]:
            parent[j] = j


@njit(nogil=True)
def _relax(price, row, distance, parent, offset, i):
    """Offer every column the path through row i; returns the length of the shortest path to a column not yet left."""
    nearest = FAR
    for j in range(len(distance)):
        length = np.int32(np.int32(price[j] - row[j]) + offset)
        old = distance[j]
        shorter = length < old
        parent[j] = i if shorter else parent[j]
        new = length if shorter else old
        distance[j] = new
        nearest = min(nearest, new if new > DONE else FAR)
    return nearest


@njit(nogil=True)
def _first(distance, nearest):
    """The first column at this distance, found a vector at a time."""
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
def _free_at(distance, owner, nearest):
    """A free column at this distance, or -1: a tie that ends the search at once."""
    hit = np.int32(0)
    for j in range(len(distance)):
        hit |= np.int32(distance[j] == nearest) & np.int32(owner[j] < 0)
    if hit:
        for j in range(len(distance)):
            if distance[j] == nearest and owner[j] < 0:
                return j
    return -1


@njit(nogil=True)
def _augment(gain, start, column_of, owner, price, distance, parent, left, left_at):
    """Find the cheapest path from row `start` to a free column, raise the prices on its way, and shift the owners."""
    n = gain.shape[0]
    distance[:n] = FAR
    distance[n:] = DONE
    count = 0
    previous = FAR
    nearest = _relax(price, gain[start], distance, parent, np.int32(0), np.int32(start))
    while True:
        column = _first(distance, nearest)
        if owner[column] < 0:
            break
        if nearest == previous:  # a tie: prefer a column that is free
            free = _free_at(distance, owner, nearest)
            if free >= 0:
                column = free
                break
        previous = nearest
        left[count] = column
        left_at[count] = nearest
        count += 1
        distance[column] = DONE
        row = owner[column]
        offset = np.int32(nearest - np.int32(price[column] - gain[row, column]))
        nearest = _relax(price, gain[row], distance, parent, offset, row)
    for k in range(count):
        price[left[k]] += nearest - left_at[k]
    while True:
        row = parent[column]
        owner[column] = row
        column_of[row], column = column, column_of[row]
        if row == start:
            break


@_cached
def solve(similarity, factors):
    """The best permutation of each matrix: (B, N, N) finite floats, (B,) float64 factors to fixed point -> (B, N)."""
    batch, n, _ = similarity.shape
    width = (n + LANES - 1) // LANES * LANES
    columns = np.empty((batch, n), np.int64)
    gain = np.zeros((n, width), np.int32)
    column_of, owner = np.empty(n, np.int32), np.zeros(width, np.int32)
    price, distance, parent = np.empty(width, np.int32), np.empty(width, np.int32), np.empty(width, np.int32)
    left, left_at = np.empty(n, np.int32), np.empty(n, np.int32)
    for b in range(batch):
        _quantise(similarity[b], factors[b], gain)
        _best_rows(gain, price, parent)
        column_of[:] = -1
        owner[:n] = -1
        for j in range(n):  # a row that is best for its own column keeps it
            if parent[j] == j:
                column_of[j], owner[j] = j, j
        for j in range(n - 1, -1, -1):
            row = parent[j]
            if column_of[row] < 0:
                column_of[row], owner[j] = j, row
        for i in range(n):
            if column_of[i] < 0:
                _augment(gain, i, column_of, owner, price, distance, parent, left, left_at)
        columns[b] = column_of
    return columns
