"""A sum, worked out line by line: words beside the arithmetic, the values that texts may name, and what is drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vizcore.features.lessons.boards import Board, Hand, Slider
from vizcore.runtime.short_repr import short_repr

Value = float | str
Numbers = Mapping[str, object]


@dataclass(frozen=True)
class Line:
    """One line of a sum."""

    words: str
    sum: str = ""  # the arithmetic: "0.9 + 0.4 = 1.3"


@dataclass(frozen=True, eq=False)
class Worked:
    """A sum that is done."""

    lines: tuple[Line, ...]
    values: Mapping[str, Value]  # by the names that texts and questions use; nan for what is not there yet
    drawn: tuple  # what the figure of the sum is given
    told: str  # what the figure shows, for who does not see it
    asked: tuple = ()  # what the same figure is given before the sum is known; nothing is drawn of nothing
    yours: str = ""  # what the learner's hand comes to, with the arithmetic

    __repr__ = short_repr(lambda worked: f"{len(worked.lines)} lines; {worked.told[:120]}")


@dataclass(frozen=True, eq=False)
class Sum:
    """One row of SUMS: what a lesson can be about."""

    about: str
    numbers: Mapping[str, Any]  # of a file's [numbers]: name -> its type
    board: Callable[..., Board]  # (numbers, sliders) -> what the learner moves
    work: Callable[[Numbers, Hand], Worked]
    sliders: Sequence[Slider] = field(default=())  # of a sum that has them


def written(value: Value) -> str:
    """A number in as few signs as tell it, up to three decimals: 1, 0.85, -0.5; words stay as they are."""
    if isinstance(value, str):
        return value
    return f"{round(float(value), 3) + 0.0:.3f}".rstrip("0").rstrip(".")  # + 0.0 turns -0.0 into 0.0


def added(terms: Sequence[float]) -> str:
    """0.9 + 0.4 = 1.3."""
    signs = (("- " if term < 0 else "+ ") + written(abs(term)) for term in terms[1:])
    return f"{' '.join([written(terms[0]), *signs])} = {written(sum(terms))}"


def listed(words: Sequence[object]) -> str:
    """a, b and c."""
    *others, last = map(str, words)
    return f"{', '.join(others)} and {last}" if others else last
