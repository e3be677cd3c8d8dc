"""A file becomes a lesson, or a sentence that says which field is wrong; a folder becomes titles and such sentences.

file.toml - tomllib - LessonFile - numbers, sum, questions - worked once: every name in a text, every answer is proved
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from vizcore.features.lessons import numbers
from vizcore.features.lessons.boards import Slider
from vizcore.features.lessons.boards.sliders import Sliders
from vizcore.features.lessons.fields import Answer, Check, LessonFile, Predict, Titled, Try, Value
from vizcore.features.lessons.lesson import Choice, Lesson, Question, alike, filled
from vizcore.features.lessons.sums import SUMS
from vizcore.features.lessons.worked import Sum, written
from vizcore.formats.conversion import Misfit, convert, guess, short

LARGEST_FILE = 64 * 1024  # bytes
MOST_DOTS = 200  # of a line: tomllib's work on a key grows with the square of its parts
MOST_FILES = 100  # of a folder


def titles(*folders: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """What a menu of lessons shows: {title: file} in the order of the file names, and what is wrong with other files.

    Nothing but the title is looked at, so that one faulty lesson, or one that needs torch, keeps nobody from another.

    Args:
        folders: one that is not there has no lessons.
    """
    found, faults = {}, []
    for folder in folders:
        for path in sorted(folder.glob("*.toml"))[:MOST_FILES]:
            try:
                with _refusals_of(path):
                    title = convert(_opened(path), Titled, "").title
                    if title in found:
                        raise Misfit("title", f"want a title of its own, got that of {found[title].name}")
                found[title] = path
            except ValueError as refusal:
                faults.append(str(refusal))
    return found, tuple(faults)


def read_lesson(path: Path) -> Lesson:
    """One lesson, proved: its sum is done, every name in braces is a value of it, and every answer is right.

    Raises:
        ValueError: file, field, what was wanted and what was got.
    """
    with _refusals_of(path):
        return _lesson(convert(_opened(path), LessonFile, ""), path.name)


@contextmanager
def _refusals_of(path: Path) -> Iterator[None]:
    """Say of a refusal in which file and field something is wrong."""
    try:
        yield
    except Misfit as fault:
        place = fault.place.lstrip(".") or "the whole file"
        raise ValueError(f"Lesson file {path.name}, {place}: {fault.what}") from None


def _opened(path: Path) -> dict[str, Any]:
    """What is in a file; texts without the white space around them."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise Misfit("", f"want at most {LARGEST_FILE // 1024} KB, got more")
        dots = max(line.count(b".") for line in data.split(b"\n"))
        if dots > MOST_DOTS:
            raise Misfit("", f"want at most {MOST_DOTS} dots in a line, got {dots}")
        return _stripped(tomllib.loads(data.decode()))
    except OSError as fault:
        raise Misfit("", f"want a file that can be read, got: {fault.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise Misfit("", f"want TOML in UTF-8, got: {fault}") from None


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stripped(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    return value.strip() if isinstance(value, str) else value


def _lesson(given: LessonFile, file: str) -> Lesson:
    about = SUMS[given.sum]
    found = numbers.read(given.numbers, about.numbers, "numbers")
    sliders = _sliders(given.attempt.first, about)
    with _refusal_at("numbers"):
        board = about.board(found, sliders)
        values = about.work(found, board.first).values
    return Lesson(
        file=file,
        title=given.title,
        goal=given.goal,
        sum=given.sum,
        numbers=found,
        board=board,
        predict=_question(given.predict, values, "predict"),
        task=_text(given.attempt.ask, values, "try.ask"),
        reach=_reach(given.attempt, values),
        reached=_text(given.attempt.reached, values, "try.reached"),
        reveal=_text(given.reveal.text, values, "reveal.text"),
        check=_question(given.check, values, "check"),
        door=given.door or None,
    )


@contextmanager
def _refusal_at(place: str) -> Iterator[None]:
    """Say of a refusal to which field it belongs."""
    try:
        yield
    except ValueError as refusal:
        raise Misfit(place, str(refusal)) from None


def _text(text: str, values: Mapping[str, Value], place: str) -> str:
    """A text whose braces name values that there are."""
    with _refusal_at(place):
        filled(text, values)
    return text


def _question(given: Predict | Check, values: Mapping[str, Value], place: str) -> Question:
    """A question whose right answer is marked, or is the choice that has the value which the sum gives."""
    answer, known = given.answer, ", ".join(values)
    if answer and answer not in values:
        raise Misfit(f"{place}.answer", f"want one of {known}, got {short(answer)}{guess(answer, values)}")
    choices, right = [], []
    for k, one in enumerate(given.choices, 1):
        at = f"{place}.choices[{k}]"
        if (one.value is UNSET) == bool(answer):
            wanted = "a number or a text, as the question has an answer" if answer else "none without an answer"
            raise Misfit(f"{at}.value", f"want {wanted}, got {'nothing' if answer else short(one.value)}")
        if answer and one.right is not UNSET:
            raise Misfit(f"{at}.right", f"want none beside an answer, got {short(one.right)}")
        why = _text(one.why, values, f"{at}.why") if isinstance(one, Answer) else ""
        choices.append(Choice(_text(one.text, values, f"{at}.text"), why))
        if alike(one.value, values[answer]) if answer else one.right:
            right.append(k - 1)
    if len(right) != 1:
        wanted = f"whose value is {answer} = {written(values[answer])}" if answer else "with right = true"
        raise Misfit(f"{place}.choices", f"want exactly one choice {wanted}, got {len(right)}")
    if len({choice.text for choice in choices}) < len(choices):
        raise Misfit(f"{place}.choices", "want choices of different texts")
    return Question(_text(given.ask, values, f"{place}.ask"), tuple(choices), right[0])


def _sliders(first: Mapping[str, Value], about: Sum) -> tuple[Slider, ...]:
    """The sliders of a sum, with where the file wants them to stand at first."""
    kind = msgspec.defstruct(
        "First", [(one.name, Value, one.first) for one in about.sliders], forbid_unknown_fields=True
    )
    stand = convert(first, kind, "try.first")
    moved = tuple(replace(one, first=getattr(stand, one.name)) for one in about.sliders)
    for slider in moved:
        if isinstance(slider.first, str) or Sliders((slider,)).read(f"{slider.first:.9g}") != (slider.first,):
            steps = f"{written(slider.low)} to {written(slider.high)} in steps of {written(slider.step)}"
            raise Misfit(f"try.first.{slider.name}", f"want a number of {steps}, got {short(slider.first)}")
    return moved


def _reach(given: Try, values: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """What the learner is to reach, if anything; every name is that of a value."""
    known = ", ".join(values)
    for name, other in given.reach:
        if name not in values or (isinstance(other, str) and other not in values):
            wanted = f"want pairs [value, value or number], each value one of {known}"
            raise Misfit("try.reach", f"{wanted}, got {short([*map(list, given.reach)])}")
    if given.reach and not given.reached:
        raise Misfit("try.reached", "want a text that says so when it is reached, got nothing")
    if given.reached and not given.reach:
        raise Misfit("try.reached", f"want none where nothing is to be reached, got {short(given.reached)}")
    return given.reach
