"""The fields of a lesson file as types, of which msgspec makes it; what a type cannot say is proved in reading.py."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from vizcore.features.catalog import PAGES
from vizcore.features.lessons.numbers import Number, several
from vizcore.features.lessons.sums import SUMS

TITLE, SENTENCE, PARAGRAPH = 60, 400, 2000  # letters at most
MOST_AIMS = 4  # pairs of values that a task may ask for

Title = Annotated[str, Meta(min_length=1, max_length=TITLE)]
Sentence = Annotated[str, Meta(min_length=1, max_length=SENTENCE)]
Paragraph = Annotated[str, Meta(min_length=1, max_length=PARAGRAPH)]
Value = str | Number


class Titled(Struct):
    """What a menu needs of a file; whatever else is in it does not matter."""

    title: Title


class Fields(Struct, frozen=True, forbid_unknown_fields=True):
    """A table that has no other fields: a misspelt one would do nothing, and say nothing."""


class Guess(Fields):
    """A choice before the sum is known."""

    text: Sentence
    value: Value | UnsetType = UNSET  # of a question with an answer: the choice that has the answer's value is right
    right: bool | UnsetType = UNSET  # of a question without


class Answer(Guess, kw_only=True):
    """A choice, and why it is right or wrong."""

    why: Sentence


class Predict(Fields):
    """The question before the sum is known."""

    ask: Paragraph
    choices: several(Guess, 2, 6)
    answer: str = ""  # which value of the sum it is


class Check(Predict):
    """The question at the end."""

    choices: several(Answer, 2, 6)


class Try(Fields):
    """What to do on the board."""

    ask: Paragraph
    first: dict[str, Value] = {}  # where sliders stand
    reach: several(tuple[str, Value], 1, MOST_AIMS) = ()
    reached: Sentence = ""


class Reveal(Fields):
    """What is said beside the sum."""

    text: Paragraph


class Door(Fields):
    """A page of the app on which the same happens to real clips."""

    page: Literal[tuple(row.name for row in PAGES)]
    label: Sentence
    query: dict[str, Annotated[str, Meta(max_length=TITLE)]] = {}


class LessonFile(Fields):
    """All of a file."""

    title: Title
    goal: Paragraph
    sum: Literal[tuple(SUMS)]
    numbers: dict[str, Any]
    predict: Predict
    attempt: Try = field(name="try")
    reveal: Reveal
    check: Check
    door: Door | UnsetType = UNSET
