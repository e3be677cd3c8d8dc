"""Points that are switched on and off."""

from dataclasses import dataclass

NONE = "none"  # of the points is on


@dataclass(frozen=True)
class Points:
    """Points with a name each; a hand is the numbers of those that are on, ascending."""

    names: tuple[str, ...]

    @property
    def first(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(range(len(self.names)))

    def switched(self, hand: tuple[int, ...], point: int) -> tuple[int, ...]:
        """The hand with one point turned over."""
        return tuple(sorted({*hand} ^ {point}))

    def read(self, word: str) -> tuple[int, ...]:
        """The hand that a link's word tells; numbers of no point are left out, and a word of none is the first."""
        if word == NONE:
            return ()
        known = {str(number): number for number in self.first}
        return tuple(sorted({known[part] for part in word.split("_") if part in known})) or self.first

    def word(self, hand: tuple[int, ...]) -> str:
        """What read understands."""
        return "_".join(map(str, hand)) or NONE
