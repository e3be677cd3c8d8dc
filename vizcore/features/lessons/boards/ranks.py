"""A list whose lines are moved up and down."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ranks:
    """Lines of a list; a hand is their numbers from the top."""

    lines: tuple[str, ...]

    @property
    def first(self) -> tuple[int, ...]:
        """The order of the file."""
        return tuple(range(len(self.lines)))

    def moved(self, hand: tuple[int, ...], place: int, by: int) -> tuple[int, ...]:
        """The hand with one line moved; at the ends nothing moves.

        Args:
            hand: numbers of the lines, from the top.
            place: of the line that is moved, from 0.
            by: -1 for up, 1 for down.
        """
        other = place + by
        if not 0 <= other < len(hand):
            return hand
        order = list(hand)
        order[place], order[other] = order[other], order[place]
        return tuple(order)

    def read(self, word: str) -> tuple[int, ...]:
        """The hand that a link's word tells, or the first if it tells no order of these lines."""
        parts = word.split("_")
        return tuple(map(int, parts)) if sorted(parts) == sorted(map(str, self.first)) else self.first

    def word(self, hand: tuple[int, ...]) -> str:
        """What read understands."""
        return "_".join(map(str, hand))
