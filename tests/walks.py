"""Every way to walk two sequences side by side: the slow truth for warping."""

from itertools import pairwise

STEPS = ((1, 1), (1, 0), (0, 1))


def every_walk(n, m, start=(0, 0), anywhere=False):
    """All walks of an (n, m) table from a cell to the last one, or to any of the last row."""
    if start[0] == n - 1 and (anywhere or start[1] == m - 1):
        yield [start]
    for down, right in STEPS:
        cell = start[0] + down, start[1] + right
        if cell[0] < n and cell[1] < m:
            for walk in every_walk(n, m, cell, anywhere):
                yield [start, *walk]


def price(cost, walk, diagonal=1.0):
    """What a walk costs; a diagonal step pays `diagonal` times."""
    total = cost[walk[0]]
    for before, cell in pairwise(walk):
        slanted = before[0] != cell[0] and before[1] != cell[1]
        total += cost[cell] * (diagonal if slanted else 1.0)
    return total
