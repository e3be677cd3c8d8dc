"""The compiled heart of subsequence.py: where matches of a query may end, and at what cost. Imported on first use only.

    distances (Q, B) - row by row, float64 -> ends (B,)

No cell waits for its neighbour in the row, so that the compiler takes several columns at once. Rows have two columns
before their cells that no match comes through. What is here is done by numpy in the same order, to the last bit.
"""

import numpy as np

from vizcore.algorithms.compiled import cached

MARGIN = 2  # columns before the cells: the longest step


@cached
def ends(cost, out):
    """Fill `out` with what the cheapest match costs that ends in each column; infinity where none can.

    Args:
        cost: (Q, B) finite floats, query frames as rows.
        out: (B,) float64.
    """
    count, width = cost.shape
    here = np.full(width + MARGIN, np.inf)
    one, two = here.copy(), here.copy()  # the row above, and the one above that
    for j in range(width):
        one[j + MARGIN] = np.float64(cost[0, j])
    for i in range(1, count):
        price, above = cost[i], cost[i - 1]
        here[MARGIN] = np.inf
        for j in range(1, width):
            now, before = np.float64(price[j]), np.float64(price[j - 1])
            diagonal = one[j + MARGIN - 1] + now
            steep = two[j + MARGIN - 1] + (np.float64(above[j]) + now)
            flat = one[j + MARGIN - 2] + 0.5 * (before + now)
            here[j + MARGIN] = min(min(diagonal, steep), flat)
        here, one, two = two, here, one
    out[:] = one[MARGIN:]
