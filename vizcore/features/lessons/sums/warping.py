"""Dynamic time warping by hand: the cheapest walk through a table of costs, cell by cell.

x (N,), y (M,) - |x_i - y_j| -> cost (N, M) - dtw -> path (L, 2) and the table of what it costs to come to each cell
"""

import numpy as np

from vizcore.algorithms.matching.walkthrough import Stage
from vizcore.features.lessons import numbers
from vizcore.features.lessons.boards import Cells
from vizcore.features.lessons.boards import cells as rules
from vizcore.features.lessons.worked import Line, Numbers, Sum, Worked, added, written

ROWS, COLUMNS = "frame of the first", "frame of the second"
BEFORE = {"diagonal": (-1, -1), "above": (-1, 0), "left": (0, -1)}


def _walk(given: Numbers, hand: tuple[rules.Cell, ...]) -> Worked:
    from vizcore.algorithms.alignment.dtw import dtw  # torch comes with it

    cost = _cost(given)
    walk = dtw(cost)
    path = [tuple(cell) for cell in walk.path.tolist()]
    prices = [cost[cell] for cell in path]
    end = tuple(size - 1 for size in cost.shape)
    chosen = [cost[cell] for cell in hand]
    done = bool(hand) and hand[-1] == end
    straight = [cost[cell] for cell in _straight(*cost.shape)]
    values = {
        "total": walk.total,
        "cells": len(path),
        "straight": float(sum(straight)),
        "dearest": float(max(prices)),
        "yours": float(sum(chosen)) if done else float("nan"),
    }
    lines = [_line(walk.table, cost, cell) for cell in path]
    lines.append(Line("All that the walk paid, cell by cell:", added(prices)))
    stage = Stage("Costs so far", "", "", walk.table, ROWS, COLUMNS, pairs=tuple(path))
    before = Stage("Costs", "", "", cost, ROWS, COLUMNS)
    alt = f"The cheapest walk has {len(path)} cells and costs {written(walk.total)}"
    yours = f"Yours{'' if done else ' so far'}: {added(chosen)}" if hand else ""
    return Worked(tuple(lines), values, (stage,), alt, (before,), yours)


def _line(table: np.ndarray, cost: np.ndarray, cell: tuple[int, int]) -> Line:
    """How the table came to its number in one cell."""
    row, column = cell
    here = f"Cell ({row}, {column}) costs {written(cost[cell])}"
    if cell == (0, 0):
        return Line(f"{here}; every walk begins there.", f"D(0, 0) = {written(table[cell])}")
    places = {name: (row + down, column + right) for name, (down, right) in BEFORE.items()}
    reached = {name: table[place] for name, place in places.items() if min(place) >= 0}
    terms = ", ".join(f"{name} {written(value)}" for name, value in reached.items())
    least = written(min(reached.values()))
    arithmetic = f"D({row}, {column}) = {written(cost[cell])} + min({terms}) = {written(cost[cell])} + {least}"
    return Line(
        f"{here}, and it is reached from the cheapest cell before it.", f"{arithmetic} = {written(table[cell])}"
    )


def _straight(n: int, m: int) -> list[tuple[int, int]]:
    """The walk that goes down the diagonal as long as it can, and then along the edge."""
    return [(min(k, n - 1), min(k, m - 1)) for k in range(max(n, m))]


def _cost(given: Numbers) -> np.ndarray:
    from vizcore.algorithms.alignment.dtw import distances

    return distances(given["first"][:, None], given["second"][:, None], "euclidean")


def _board(given: Numbers, _sliders: tuple) -> Cells:
    return Cells(_cost(given), rules.WALK, ROWS, COLUMNS)


SEQUENCES = {"first": numbers.row(2, 6), "second": numbers.row(2, 6)}
WALK = Sum("dynamic time warping of two short sequences", SEQUENCES, _board, _walk)
