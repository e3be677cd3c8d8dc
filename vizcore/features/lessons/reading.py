"""A file becomes a lesson, or a sentence that says which field is wrong; a folder becomes titles and such sentences.

file.toml - tomllib - Fields - questions, numbers, sum - worked once: every name in a text and every answer is proved
"""

import tomllib
from dataclasses import replace
from pathlib import Path

from vizcore.features.catalog import PAGES
from vizcore.features.lessons.boards import Slider
from vizcore.features.lessons.boards.sliders import Sliders
from vizcore.features.lessons.fields import Fields
from vizcore.features.lessons.lesson import Choice, Door, Lesson, Question, alike, filled
from vizcore.features.lessons.numbers import LARGEST, told
from vizcore.features.lessons.sums import SUMS
from vizcore.features.lessons.worked import Sum, Value, written

LARGEST_FILE = 64 * 1024  # bytes
MOST_DOTS = 200  # of a line: tomllib's work on a key grows with the square of its parts
MOST_FILES = 100  # of a folder
MOST_AIMS = 4  # pairs of values that a task may ask for
TITLE, SENTENCE, PARAGRAPH = 60, 400, 2000  # letters at most


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
                fields = _opened(path)
                title = fields.text("title", TITLE)
                if title in found:
                    fields.refuse("title", f"want a title of its own, got that of {found[title].name}")
                found[title] = path
            except ValueError as refusal:
                faults.append(str(refusal))
    return found, tuple(faults)


def read_lesson(path: Path) -> Lesson:
    """One lesson, proved: its sum is done, every name in braces is a value of it, and every answer is right.

    Raises:
        ValueError: file, field, what was wanted and what was got.
    """
    return _lesson(_opened(path))


def _opened(path: Path) -> Fields:
    """The fields of a file."""
    whole = Fields({}, path.name)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            whole.refuse("", f"want at most {LARGEST_FILE // 1024} KB, got more")
        dots = max(line.count(b".") for line in data.split(b"\n"))
        if dots > MOST_DOTS:
            whole.refuse("", f"want at most {MOST_DOTS} dots in a line, got {dots}")
        return Fields(tomllib.loads(data.decode()), path.name)
    except OSError as fault:
        whole.refuse("", f"want a file that can be read, got: {fault.strerror}")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        whole.refuse("", f"want TOML in UTF-8, got: {fault}")


def _lesson(fields: Fields) -> Lesson:
    title, goal = fields.text("title", TITLE), fields.text("goal", PARAGRAPH)
    name = fields.one_of("sum", tuple(SUMS))
    about = SUMS[name]
    given = fields.needed("numbers")
    numbers = {name: given.given(name, read) for name, read in about.numbers.items()}
    given.no_more()
    predict, trying, reveal, check = map(fields.needed, ("predict", "try", "reveal", "check"))
    sliders = _sliders(trying, about)
    try:
        board = about.board(numbers, sliders)
        values = about.work(numbers, board.first).values
    except ValueError as refusal:
        fields.refuse("numbers", str(refusal))
    reach = trying.given("reach", lambda found: _pairs(found, values), ())
    lesson = Lesson(
        file=fields.file,
        title=title,
        goal=goal,
        sum=name,
        numbers=numbers,
        board=board,
        predict=_question(predict, values, explained=False),
        task=_text(trying, "ask", PARAGRAPH, values),
        reach=reach,
        reached=_text(trying, "reached", SENTENCE, values) if reach else "",
        reveal=_text(reveal, "text", PARAGRAPH, values),
        check=_question(check, values, explained=True),
        door=_door(fields),
    )
    for part in (predict, trying, reveal, check, fields):
        part.no_more()
    return lesson


def _text(fields: Fields, name: str, most: int, values: dict[str, Value]) -> str:
    """A text whose braces name values that there are."""
    text = fields.text(name, most)
    try:
        filled(text, values)
    except ValueError as refusal:
        fields.refuse(name, str(refusal))
    return text


def _question(fields: Fields, values: dict[str, Value], explained: bool) -> Question:
    """A question whose right answer is marked, or is the choice that has the value which the sum gives."""
    ask, answer = _text(fields, "ask", PARAGRAPH, values), fields.one_of("answer", tuple(values), "")
    choices, right = [], []
    for k, one in enumerate(fields.tables("choices", 2, 6)):
        why = _text(one, "why", SENTENCE, values) if explained else ""
        choices.append(Choice(_text(one, "text", SENTENCE, values), why))
        marked = alike(one.given("value", _value), values[answer]) if answer else one.given("right", _flag, False)
        right += [k] * marked
        one.no_more()
    if len(right) != 1:
        wanted = f"whose value is {answer} = {written(values[answer])}" if answer else "with right = true"
        fields.refuse("choices", f"want exactly one choice {wanted}, got {len(right)}")
    if len({choice.text for choice in choices}) < len(choices):
        fields.refuse("choices", "want choices of different texts")
    return Question(ask, tuple(choices), right[0])


def _sliders(fields: Fields, about: Sum) -> tuple[Slider, ...]:
    """The sliders of a sum, with where the file wants them to stand at first."""
    first = fields.table("first")
    if first is None:
        return tuple(about.sliders)
    moved = tuple(replace(one, first=first.given(one.name, _value, one.first)) for one in about.sliders)
    for slider in moved:
        if isinstance(slider.first, str) or Sliders((slider,)).read(f"{slider.first:.9g}") != (slider.first,):
            steps = f"{written(slider.low)} to {written(slider.high)} in steps of {written(slider.step)}"
            first.refuse(slider.name, f"want a number of {steps}, got {told(slider.first)}")
    first.no_more()
    return moved


def _door(fields: Fields) -> Door | None:
    door = fields.table("door")
    if door is None:
        return None
    page, label = door.one_of("page", tuple(row.name for row in PAGES)), door.text("label", SENTENCE)
    query = door.given("query", _query, {})
    door.no_more()
    return Door(page, label, query)


def _pairs(found: object, values: dict[str, Value]) -> tuple[tuple[str, str | float], ...]:
    fits = isinstance(found, list) and 0 < len(found) <= MOST_AIMS
    fits = fits and all(isinstance(pair, list) and len(pair) == 2 and pair[0] in list(values) for pair in found)
    if not fits or any(other not in list(values) and not _is_number(other) for _, other in found):
        raise ValueError(
            f"want pairs [value, value or number], each value one of {', '.join(values)}, got {told(found)}"
        )
    return tuple((name, other) for name, other in found)


def _value(found: object) -> Value:
    if not isinstance(found, str) and not _is_number(found):
        raise ValueError(f"want a number or a text, got {told(found)}")
    return found


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) <= LARGEST


def _flag(found: object) -> bool:
    if not isinstance(found, bool):
        raise ValueError(f"want true or false, got {told(found)}")
    return found


def _query(found: object) -> dict[str, str]:
    fits = isinstance(found, dict)
    if not fits or not all(isinstance(value, str) and len(value) <= TITLE for value in found.values()):
        raise ValueError(f'want texts, such as {{ show = "Scores" }}, got {told(found)}')
    return found
