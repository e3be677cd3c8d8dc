"""Matching by hand: every way to give each row a column of its own, the best of them, and what greed makes of it.

similarity (N, N), N of 2 to 4 - all permutations, one line each - assign -> the one of largest sum
                               - assign_greedily -> pair after pair, and what it lost
"""

from itertools import permutations

import numpy as np

from vizcore.algorithms.matching.assignment import assign, assign_greedily
from vizcore.algorithms.matching.walkthrough import Stage
from vizcore.features.lessons import numbers
from vizcore.features.lessons.boards import Cells
from vizcore.features.lessons.boards.cells import ONE_TO_ONE, Cell
from vizcore.features.lessons.worked import Line, Numbers, Sum, Worked, added, listed, written

LISTED = 6  # ways that are written out: all of 3 x 3
ROWS, COLUMNS = "patch of this frame", "patch of the next"


def _assignment(given: Numbers, hand: tuple[Cell, ...]) -> Worked:
    similarity = given["similarity"]
    sigma, orders = assign(similarity), list(permutations(range(len(similarity))))
    ranked = sorted(orders, key=lambda order: -_total(similarity, order))
    shown = orders if len(orders) <= LISTED else ranked[:LISTED]
    left_out = f" Of {len(orders)} ways, the {len(shown)} best are written out." if len(shown) < len(orders) else ""
    lines = [Line(f"Way {k}: {_arrows(order)}", added(_taken(similarity, order))) for k, order in enumerate(shown, 1)]
    best = f"The Hungarian method finds the largest without trying them all: {_arrows(sigma)}.{left_out}"
    lines.append(Line(best, added(_taken(similarity, sigma))))
    stay = range(len(similarity))
    values = {
        "total": _total(similarity, sigma),
        "second": _total(similarity, ranked[1]),
        "stay": _total(similarity, stay),
        "ways": len(orders),
        "best": _arrows(sigma),
    }
    return _worked(similarity, sigma, hand, lines, values)


def _greedy(given: Numbers, hand: tuple[Cell, ...]) -> Worked:
    similarity = given["similarity"]
    greedy, best = assign_greedily(similarity), assign(similarity)
    order = sorted(enumerate(greedy.tolist()), key=lambda cell: -similarity[cell])
    lines = []
    for k, (row, column) in enumerate(order):
        free = "" if k == 0 else " that is still free"
        words = f"The largest number{free} is {written(similarity[row, column])}, in row {row} and column {column}."
        lines.append(Line(f"{words} Both are taken now.", f"row {row} → column {column}"))
    taken = [similarity[cell] for cell in order]
    lines.append(Line("Greedy, in the order in which it took them:", added(taken)))
    lines.append(Line(f"The Hungarian method: {_arrows(best)}.", added(_taken(similarity, best))))
    total, reached = _total(similarity, best), _total(similarity, greedy)
    lines.append(Line("What greed lost:", f"{written(total)} - {written(reached)} = {written(total - reached)}"))
    values = {
        "greedy": reached,
        "total": total,
        "lost": total - reached,
        "first": float(similarity.max()),
        "by_greed": _arrows(greedy),
        "best": _arrows(best),
    }
    return _worked(similarity, best, hand, lines, values)


def _worked(similarity: np.ndarray, sigma: np.ndarray, hand: tuple[Cell, ...], lines: list, values: dict) -> Worked:
    """A sum that is drawn as its table with the best cells framed."""
    chosen = [similarity[cell] for cell in hand]
    whole = len(hand) == len(similarity)
    values["yours"] = sum(chosen) if whole else float("nan")
    yours = f"Yours{'' if whole else ' so far'}: {added(chosen)}" if chosen else ""
    pairs = tuple(enumerate(sigma.tolist()))
    plain, framed = (Stage("Matching", "", "", similarity, ROWS, COLUMNS, pairs=found) for found in ((), pairs))
    alt = f"The best matching is {_arrows(sigma)}"
    return Worked(tuple(lines), values, (framed,), alt, (plain,), yours)


def _taken(similarity: np.ndarray, sigma) -> list[float]:
    return [similarity[row, column] for row, column in enumerate(sigma)]


def _total(similarity: np.ndarray, sigma) -> float:
    return float(sum(_taken(similarity, sigma)))


def _arrows(sigma) -> str:
    return listed([f"{row} → {column}" for row, column in enumerate(sigma)])


def _board(given: Numbers, _sliders: tuple) -> Cells:
    rows, columns = given["similarity"].shape
    if rows != columns:
        raise ValueError(f"want a similarity of as many rows as columns, got {rows} x {columns}")
    return Cells(given["similarity"], ONE_TO_ONE, ROWS, COLUMNS)


SIMILARITY = {"similarity": numbers.table((2, 4), (2, 4))}
ASSIGNMENT = Sum("the matching of largest sum, among all that there are", SIMILARITY, _board, _assignment)
GREEDY = Sum("greedy matching, pair after pair, against the best", SIMILARITY, _board, _greedy)
