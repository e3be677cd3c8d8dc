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
        """The hand with the line at a place moved up (by -1) or down (by 1); at the ends nothing moves."""
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
