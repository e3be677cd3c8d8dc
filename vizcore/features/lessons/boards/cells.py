"""A table of numbers whose cells are clicked: one of every row and column, or a walk from corner to corner."""

from dataclasses import dataclass

import numpy as np

Cell = tuple[int, int]  # row and column
ONE_TO_ONE = "Every row and every column is used once: a new cell frees the others of its row and column."
WALK = (
    "A walk begins top left and goes right, down or both, one cell at a time. A cell that is on it already goes back."
)


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a table (N, M); a hand is those that are chosen, in the order in which they were."""

    table: np.ndarray  # (N, M) what the cells say
    rule: str  # ONE_TO_ONE or WALK
    rows: str  # what a row is
    columns: str

    first = ()

    def pressed(self, hand: tuple[Cell, ...], cell: Cell) -> tuple[Cell, ...]:
        """The hand after a click; one that is against the rule changes nothing."""
        if self.rule == WALK:
            return self._walked(hand, cell)
        others = tuple(other for other in hand if other[0] != cell[0] and other[1] != cell[1])
        return others if cell in hand else (*others, cell)

    def read(self, word: str) -> tuple[Cell, ...]:
        """The hand that a link's word tells, as far as it keeps the rule."""
        hand = ()
        for part in word.split("_")[: self.table.size]:
            row, _, column = part.partition(".")
            if not (_whole(row, self.table.shape[0]) and _whole(column, self.table.shape[1])):
                return hand
            longer = self.pressed(hand, (int(row), int(column)))
            if len(longer) <= len(hand):
                return hand
            hand = longer
        return hand

    def word(self, hand: tuple[Cell, ...]) -> str:
        """What read understands."""
        return "_".join(f"{row}.{column}" for row, column in hand)

    def _walked(self, hand: tuple[Cell, ...], cell: Cell) -> tuple[Cell, ...]:
        if cell in hand:
            return hand[: hand.index(cell)]
        if not hand:
            return (cell,) if cell == (0, 0) else hand
        step = cell[0] - hand[-1][0], cell[1] - hand[-1][1]
        return (*hand, cell) if step in ((0, 1), (1, 0), (1, 1)) else hand


def _whole(text: str, below: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 4 and int(text) < below
