"""What a lesson is once it is read: words, questions, numbers, and the sum that they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

from vizcore.features.lessons.boards import Board, Hand
from vizcore.features.lessons.fields import Door
from vizcore.features.lessons.sums import SUMS
from vizcore.features.lessons.worked import Value, Worked, written

STEPS = ("Goal", "Predict", "Try", "Reveal", "Check")
NEAR = 0.005  # a choice of this value is the right one: values are printed with two or three decimals


@dataclass(frozen=True)
class Choice:
    """One answer that a learner may give."""

    text: str
    why: str = ""  # why it is right or wrong


@dataclass(frozen=True)
class Question:
    """What is asked, and which of the choices is right."""

    ask: str
    choices: tuple[Choice, ...]
    right: int  # its place among the choices


@dataclass(frozen=True, eq=False)
class Lesson:
    """One lesson, as its file has it."""

    file: str  # name without a folder
    title: str
    goal: str
    sum: str  # a key of SUMS
    numbers: Mapping[str, object]  # what the sum works on
    board: Board
    predict: Question
    task: str  # what to try
    reach: tuple[tuple[str, Value], ...]  # pairs of a value and what it is once the learner has got there
    reached: str  # said then
    reveal: str
    check: Question
    door: Door | None

    @cached_property
    def worked(self) -> Worked:
        """The sum of the numbers as the file has them."""
        return self.work(self.board.first)

    def work(self, hand: Hand) -> Worked:
        """The sum of the numbers with what the learner has done."""
        return SUMS[self.sum].work(self.numbers, hand)

    def there(self, worked: Worked) -> bool:
        """The learner has reached what the task asks for; never where it asks for nothing."""
        met = (alike(worked.values[name], worked.values.get(aim, aim)) for name, aim in self.reach)
        return bool(self.reach) and all(met)

    def filled(self, text: str, worked: Worked | None = None) -> str:
        """A text of the lesson with the values that it names in braces."""
        return filled(text, (worked or self.worked).values)


def filled(text: str, values: Mapping[str, Value]) -> str:
    """The text with {name} replaced by the value of that name.

    Raises:
        ValueError: braces do not close, or name what there is not; nothing but names may be in them.
    """
    parts = []
    for plain, name, form, conversion in Formatter().parse(text):
        parts.append(plain)
        if name is None:
            continue
        if name not in values or form or conversion:
            raise ValueError(f"want a value of {', '.join(values)} in braces, got {{{name}}}")
        parts.append(written(values[name]))
    return "".join(parts)


def alike(first: Value, second: Value) -> bool:
    """Two values are one: the same words, or numbers that differ by less than is printed."""
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    return abs(first - second) <= NEAR
