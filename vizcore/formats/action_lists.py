"""The list of actions of a data set, as the tools of AVA write it.

label { name label_id label_type } or item { name id } - marks - entries - read_label_map -> {id: Action}

A list is anybody's file: its size is looked at before it is read, and it is walked through once, letter by letter, so
that no text takes longer than its length.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vizcore.formats.apart.calls import read_apart

LARGEST = 1 << 20  # bytes of a file: AVA's own list of 80 actions has 7 KB
SHOWN = 120  # letters that a sentence quotes
GROUPS = {"PERSON_MOVEMENT": "pose", "OBJECT_MANIPULATION": "object", "PERSON_INTERACTION": "person"}
QUOTES = ('"', "'")
TEXT, NUMBER, WORD, SIGN = "text", "number", "word", "sign"  # what a mark may be
FIELDS = {  # what stands before a colon, and what has to stand after it
    ("name", TEXT): "name",
    ("id", NUMBER): "id",
    ("label_id", NUMBER): "id",
    ("label_type", WORD): "kind",
}


@dataclass(frozen=True)
class Action:
    """One entry of a list of actions."""

    name: str
    group: str | None  # "pose", "object" or "person"; None where the list does not tell


@dataclass
class Entry:
    """What stands between the braces of one entry, while it is read and after."""

    start: int  # of the first letter behind its brace
    stop: int = 0  # of its closing brace
    fields: dict[str, str] = field(default_factory=dict)  # by FIELDS, the first of each
    label: str = ""  # the word before the colon that is the last mark, if it is
    before: str = ""  # the last mark, if it is a word

    def take(self, kind: str, mark: str) -> None:
        """Go on by one mark."""
        if self.label and (self.label, kind) in FIELDS:
            self.fields.setdefault(FIELDS[self.label, kind], mark)
        self.label = self.before if mark == ":" else ""
        self.before = mark if kind == WORD else ""


@read_apart("list")
def read_label_map(path: str | Path) -> dict[int, Action]:
    """Read a list of actions in either form: `label { name label_id label_type }` or `item { name id }`.

    Returns:
        {class id: Action}, in the file's order.

    Raises:
        ValueError: the file is larger than LARGEST, there is no entry, a quote in one is not closed on its line, an
            entry lacks its name or number, a number is given twice or is below 1.
    """
    file = Path(path).name
    text = _text(Path(path))
    actions: dict[int, Action] = {}
    for entry in entries(text, file):
        number, name = _number(entry.fields.get("id", "")), entry.fields.get("name")
        if name is None or number < 1:
            shown = " ".join(text[entry.start : entry.stop].split())[:SHOWN]
            raise ValueError(f"want a name and an id of 1 or more in every entry, got {shown!r}")
        if number in actions:
            raise ValueError(f"want every id once, got {number} again for name: {name[:SHOWN]}")
        actions[number] = Action(_unquoted(name), GROUPS.get(entry.fields.get("kind", "")))
    if not actions:
        raise ValueError(f'want entries such as item {{ name: "walk" id: 14 }}, got none in {file}')
    return actions


def entries(text: str, file: str = "the list") -> Iterator[Entry]:
    """What `word { ... }` stands in a text, in its order.

    One that another begins in, and one that nothing closes, is passed over. Quotes count inside an entry alone: outside
    there may be remarks with an apostrophe.

    Raises:
        ValueError: a quote is not closed on its line.
    """
    entry, before, at = None, SIGN, 0
    while at < len(text):
        kind, stop = _mark(text, at, entry is not None)
        if kind == TEXT and stop == at:
            line = text.count("\n", 0, at) + 1
            raise ValueError(f"want every quote closed on its line, got one that is not in line {line} of {file}")
        mark = text[at:stop]
        if mark == "{":
            entry = Entry(stop) if before in (WORD, NUMBER) else None
        elif mark == "}" and entry:
            entry.stop = at
            yield entry
            entry = None
        elif entry:
            entry.take(kind, mark)
        before, at = kind, _past(text, stop, str.isspace)


def _mark(text: str, at: int, quoting: bool) -> tuple[str, int]:
    """What stands at a place, and where it stops; there itself if it is a quote that is not closed."""
    first = text[at]
    if quoting and first in QUOTES:
        return TEXT, _closed(text, at)
    if first.isdecimal() or (first == "-" and text[at + 1 : at + 2].isdecimal()):
        return NUMBER, _past(text, at + 1, str.isdecimal)
    return (WORD, _past(text, at + 1, _in_word)) if _in_word(first) else (SIGN, at + 1)


def _past(text: str, at: int, belongs: Callable[[str], bool]) -> int:
    """Where the letters that belong together stop."""
    while at < len(text) and belongs(text[at]):
        at += 1
    return at


def _closed(text: str, at: int) -> int:
    """The place behind the quote that closes the one at `at`; `at` itself if there is none on its line."""
    place = at + 1
    while place < len(text) and text[place] != "\n":
        if text[place] == text[at]:
            return place + 1
        place += 2 if text[place] == "\\" else 1
    return at


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _unquoted(quoted: str) -> str:
    """The words in quotes, without the strokes that keep a letter from meaning something."""
    letters = iter(quoted[1:-1])
    return "".join(next(letters, "") if letter == "\\" else letter for letter in letters)


def _number(digits: str) -> int:
    """The number, or 0 where there is none or one that no list has."""
    return int(digits) if 0 < len(digits) < SHOWN else 0


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"want a list of actions of at most {LARGEST >> 20} MB, got {path.name} of {size / LARGEST:.1f} MB: "
            "open the list itself, which names every class once"
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"want a text file of actions, got {path.name}") from None
