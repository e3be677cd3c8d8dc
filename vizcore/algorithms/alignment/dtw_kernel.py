"""The compiled heart of dtw.py: rows of a hard warping table, and the way back. Imported on first use only.

    cost rows (R, M) - advance -> accumulated row (M,) float64, directions (R, W) uint8 - walk_back -> path (L, 2)

What a cell gets from its left is a chain in which every sum waits for the one before. So six rows are worked on at
once, each one column behind the row above it: six chains that do not wait for each other, and what comes from above
and from the diagonal is still at hand. Of the table only the last row is kept, and one byte a cell that says where it
came from. The sums are float64 whatever the costs are: in float32 a path of 1000 frames already changes.
"""

import numpy as np
from numba import njit

from vizcore.algorithms.compiled import cached

DIAGONAL, ABOVE, LEFT, START = 0, 1, 2, 3
LANES = 6  # rows that are worked on at once
NOWHERE = 1e300  # the cost of what is no cell: not infinity, which times 0 is nan
LARGEST_COST = 1e200

_fused = njit(nogil=True, fastmath={"contract", "nsz", "nnan"})


@njit(nogil=True)
def _copy(cost, price):
    """Costs as float64; whether all are numbers of a size that can be summed."""
    bad = False
    for t in range(len(cost)):
        value = np.float64(cost[t])
        bad |= not abs(value) <= LARGEST_COST
        price[t] = value
    return not bad


@_fused
def _first_row(price, row, direction, open_begin):
    """The first row's accumulated costs and directions: it begins at its first cell, or wherever that is cheaper."""
    from_left = np.inf
    for t in range(len(price)):
        starts = t == 0 or (open_begin and from_left >= 0.0)
        from_left = price[t] if starts else from_left + price[t]
        row[t] = from_left
        direction[t] = START if starts else LEFT


@_fused
def _cell(cost, diagonal, above, left):
    return min(min(diagonal, above), left) + cost


def _six_rows(pays_extra):
    """Accumulates six rows; the compiler leaves out what is not paid, a fourth of the work."""

    @_fused
    def accumulate(price, before, rows, extra):
        """LANES columns on either side of the cells are no cells, at a price of NOWHERE.

        Args:
            price: (6, W + 12) float64 costs of the six rows, with margins.
            before: (W + 12,) accumulated costs of the row above.
            rows: (6, W + 12) to be filled with accumulated costs.
            extra: what a diagonal step pays beyond one cost.
        """
        price_0, price_1, price_2 = price[0, 6:], price[1, 5:], price[2, 4:]
        price_3, price_4, price_5 = price[3, 3:], price[4, 2:], price[5, 1:]
        row_0, row_1, row_2 = rows[0, 6:], rows[1, 5:], rows[2, 4:]
        row_3, row_4, row_5 = rows[3, 3:], rows[4, 2:], rows[5, 1:]
        now_0 = now_1 = now_2 = now_3 = now_4 = now_5 = np.inf  # the last cell done of each row
        old_0 = old_1 = old_2 = old_3 = old_4 = np.inf  # and the one before it
        old, above = before[5], before[6:]
        for t in range(len(price_0) - 1):
            cost = price_5[t]
            now_5 = _cell(cost, old_4 + extra * cost if pays_extra else old_4, now_4, now_5)
            row_5[t] = now_5
            cost, old_4 = price_4[t], now_4
            now_4 = _cell(cost, old_3 + extra * cost if pays_extra else old_3, now_3, now_4)
            row_4[t] = now_4
            cost, old_3 = price_3[t], now_3
            now_3 = _cell(cost, old_2 + extra * cost if pays_extra else old_2, now_2, now_3)
            row_3[t] = now_3
            cost, old_2 = price_2[t], now_2
            now_2 = _cell(cost, old_1 + extra * cost if pays_extra else old_1, now_1, now_2)
            row_2[t] = now_2
            cost, old_1 = price_1[t], now_1
            now_1 = _cell(cost, old_0 + extra * cost if pays_extra else old_0, now_0, now_1)
            row_1[t] = now_1
            cost, old_0 = price_0[t], now_0
            now_0 = _cell(cost, old + extra * cost if pays_extra else old, above[t], now_0)
            row_0[t] = now_0
            old = above[t]

    return accumulate


_plain, _slanted = _six_rows(False), _six_rows(True)


@_fused
def _direct(price, above, diagonal, left, extra, tie, direction):
    """Where each cell came from; of equals, up to tie, the diagonal, then from above."""
    for t in range(len(direction)):
        slanted = diagonal[t] + extra * price[t]
        straight = np.uint8(DIAGONAL) if slanted <= above[t] + tie else np.uint8(ABOVE)
        direction[t] = straight if min(slanted, above[t]) <= left[t] + tie else np.uint8(LEFT)


@cached
def advance(cost, first, before, directions, lo, hi, extra, tie, open_begin, table):
    """Walk on by the rows of cost (R, M), of which the first is row `first` of the table.

    Args:
        cost: (R, M) floats.
        first: row of the table that the first of them is.
        before: (M,) float64 accumulated costs of the row before, infinity where no walk comes; becomes the last row's.
        directions: (R, W) uint8 to be filled, column j of row i at j - lo[i].
        lo, hi: (N,) int, first and last column of each row of the table.
        extra: what a diagonal step pays beyond one cost.
        tie: within what two paths cost the same.
        open_begin: whether a walk may begin in any column of row 0.
        table: (R, M) float64 to be filled, or without rows.

    Returns:
        Whether all costs that were met are finite.
    """
    count, m = cost.shape
    price, rows = np.full((LANES, m + 2 * LANES), NOWHERE), np.full((LANES, m + 2 * LANES), np.inf)
    top = np.full(m + 2 * LANES, np.inf)  # the row before, with its margins
    top[LANES : m + LANES] = before
    fine = True
    r = 0
    while r < count:
        i = first + r
        some = 1 if i == 0 else min(LANES, count - r)
        a, b = lo[i], hi[i + some - 1] + 1
        for k in range(some):
            start, stop = lo[i + k] + LANES, hi[i + k] + 1 + LANES
            price[k, a + LANES - k : start] = NOWHERE
            price[k, stop : b + 2 * LANES - k] = NOWHERE
            fine &= _copy(cost[r + k, lo[i + k] : hi[i + k] + 1], price[k, start:stop])
        if i == 0:
            _first_row(price[0, LANES : b + LANES], rows[0, LANES : b + LANES], directions[0, :b], open_begin)
        else:
            rows[0, a + LANES - 1] = np.inf
            place = slice(a, b + 2 * LANES)
            if extra == 0.0:
                _plain(price[:, place], top[place], rows[:, place], extra)
            else:
                _slanted(price[:, place], top[place], rows[:, place], extra)
            for k in range(some):
                above = top if k == 0 else rows[k - 1]
                start, stop = lo[i + k] + LANES, hi[i + k] + 1 + LANES
                _direct(
                    price[k, start:stop],
                    above[start:stop],
                    above[start - 1 : stop - 1],
                    rows[k, start - 1 : stop - 1],
                    extra,
                    tie,
                    directions[r + k, : stop - start],
                )
        if len(table):
            for k in range(some):
                table[r + k, lo[i + k] : hi[i + k] + 1] = rows[k, lo[i + k] + LANES : hi[i + k] + 1 + LANES]
        last = i + some - 1
        top[lo[max(i - 1, 0)] + LANES : lo[last] + LANES] = np.inf
        top[lo[last] + LANES : b + LANES] = rows[some - 1, lo[last] + LANES : b + LANES]
        r += some
    before[:] = top[LANES : m + LANES]
    return fine


@cached
def finish(products, by_row, by_column, row_plus, column_plus, floor, root):
    """Products (R, M) of features become distances in place: by_row by_column product + row_plus + column_plus, 0
    where that is below a floor, or the root of that.

    Args:
        products: (R, M) floats, changed in place.
        by_row, by_column: (R,) and (M,) factors.
        row_plus, column_plus: (R,) and (M,) summands.
        floor: 0 or more.
        root: whether the square root is taken at the end.
    """
    least = products.dtype.type(floor)
    for r in range(len(products)):
        factor, plus, row = by_row[r], row_plus[r], products[r]
        for t in range(len(row)):
            value = factor * by_column[t] * row[t] + plus + column_plus[t]
            row[t] = value if value >= least else row.dtype.type(0)
        if root:
            for t in range(len(row)):
                row[t] = np.sqrt(row[t])


@cached
def walk_back(directions, lo, column):
    """The walk that ends in this column of the last row, as (L, 2) int64, from its beginning.

    Args:
        directions: (N, W) uint8, as of advance.
        lo: (N,) int, first column of each row.
        column: where the walk ends, 0 to M - 1.
    """
    row = len(directions) - 1
    path = np.empty((row + column + 1, 2), np.int64)
    at = len(path)
    while True:
        at -= 1
        path[at, 0], path[at, 1] = row, column
        direction = directions[row, column - lo[row]]
        if direction == START:
            break
        row -= direction != LEFT
        column -= direction != ABOVE
    return path[at:]
