"""Ties of an assignment: pairs that rounding could exchange are settled by where things are, the same on every machine.

    best columns and what others cost more (R, R) - those that cost next to nothing -> a graph of rows
        - its cycles: rows that could exchange columns - most stay, then the nearest -> columns, undecided

With the prices of the best assignment, a row's column costs it price - gain, and no other column costs it less. An
assignment made of columns that cost next to nothing more is as good as the best; which one a solver finds first is
decided by the last bit of a matrix product. All of them are the perfect matchings within the strongly connected parts
of the graph "row i could have row k's column" (Dulmage and Mendelsohn 1958), and these parts do not depend on the one
that was found.
"""

import numpy as np

Grid = tuple[int, int]


def exchangeable(near: np.ndarray) -> np.ndarray:
    """(R,) bool: the row could have another column.

    Args:
        near: (R, R) bool: row i could have the column of row k, for next to nothing more than its own.
    """
    found = np.zeros(len(near), bool)
    for part in _exchanging(near):
        found[part] = True
    return found


def settle(near: np.ndarray, rows: np.ndarray, columns: np.ndarray, grid: Grid) -> np.ndarray:
    """Of all assignments that are as good as the best, the one where most rows stay and the others go least far.

    Args:
        near: (R, R) bool: row i could have the column of row k, and the total would be as good.
        rows: (R,) ascending.
        columns: (R,) of theirs in the assignment that was found.
        grid: (rows, columns) in which all places lie, row by row.

    Returns:
        (R,) int64 columns.
    """
    settled = columns.copy()
    for part in _exchanging(near):
        if (columns[part] != rows[part]).any():
            order = part[np.argsort(columns[part])]
            chosen = _nearest(near[np.ix_(part, order)], rows[part], columns[order], grid)
            settled[part] = columns[order[chosen]]
    return settled


def prices_of(gain: np.ndarray, columns: np.ndarray, error: float = 0.0) -> np.ndarray:
    """(N,) prices with which no column costs a row less than its own, for an assignment of largest total.

    Longest paths by Bellman and Ford: from 0, a column is raised until no row would rather have it.

    Args:
        gain: (N, N) what each row gains by each column.
        columns: (N,) of an assignment of largest total.
        error: how wrong a sum of gains may be; 0 where they are whole numbers.
    """
    assigned = np.take_along_axis(gain, columns[:, None], 1)
    prices = np.zeros(len(gain))
    while True:
        wanted = (prices[columns, None] + gain - assigned).max(0)
        if (wanted <= prices + error).all():
            return prices
        prices = np.maximum(prices, wanted)


def take_nearest(
    window: np.ndarray, rows: np.ndarray, columns: np.ndarray, grid: Grid
) -> tuple[np.ndarray, np.ndarray]:
    """Of equally good pairs, those that stay, or else the one that goes least far, then the first.

    Args:
        window: (R, K) bool, at least one: the pairs of free rows (R,) and columns (K,) that are equally good.
        rows, columns: (R,) and (K,) int, patches that are free.
        grid: (rows, columns) of all patches.

    Returns:
        Places in rows and in columns.
    """
    at_row, at_column = np.nonzero(window)
    away = _squared(rows[at_row], columns[at_column], grid)
    taken = np.flatnonzero(away == 0) if (away == 0).any() else [away.argmin()]
    return at_row[taken], at_column[taken]


def in_doubt(matrix: np.ndarray, columns: np.ndarray, doubt: float) -> np.ndarray:
    """(N,) bool: rows whose greedy choice had a rival within doubt, or came after a choice that had one.

    A rival of a pair shares its row or its column. A pair that was taken clearly earlier rules rivals out; if it is in
    doubt itself, so is everything that it ruled out.

    Args:
        matrix: (N, N) similarities.
        columns: (N,) int, the greedy choice of each row.
        doubt: within what a rival is as good.
    """
    value = np.take_along_axis(matrix, columns[:, None], 1)  # (N, 1)
    crossed = matrix[:, columns]  # [i, k] row i with the column of row k
    rival = np.maximum(crossed, crossed.T) >= value - doubt  # [i, k] a pair that would part i and k was as good as i's
    np.fill_diagonal(rival, False)
    found = (rival & (value + doubt >= value.T)).any(1)
    while True:
        spread = found | rival[:, found].any(1)
        if (spread == found).all():
            return found
        found = spread


def _exchanging(near: np.ndarray) -> list[np.ndarray]:
    """Rows that could exchange columns among themselves: the strongly connected parts, of two rows or more, of near."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    free = np.flatnonzero((near.sum(1) > 1) & (near.sum(0) > 1))
    if not len(free):
        return []
    count, part = connected_components(csr_array(near[np.ix_(free, free)]), connection="strong")
    sizes = np.bincount(part, minlength=count)
    return [free[part == k] for k in np.flatnonzero(sizes > 1)]


def _nearest(near: np.ndarray, rows: np.ndarray, columns: np.ndarray, grid: Grid) -> np.ndarray:
    """(n,) places in columns: the perfect matching within near where most stay, and whose squared moves sum least."""
    from scipy.optimize import linear_sum_assignment

    away = _squared(rows[:, None], columns, grid).astype(np.float64)
    moving = 1 + away.max() * len(rows)  # one more that stays is worth any distance
    cost = np.where(near, away + moving * (away > 0), np.inf)
    return linear_sum_assignment(cost)[1]


def _squared(here: np.ndarray, there: np.ndarray, grid: Grid) -> np.ndarray:
    """Squared distance of places in the grid, in steps."""
    _, width = grid
    return (here // width - there // width) ** 2 + (here % width - there % width) ** 2
