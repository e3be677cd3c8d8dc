"""What a report is made of: sections, and in them what a view showed and how it was made; words, numbers and bytes.

Report(Section(Words | Figure | Picture | Table | Numbers ..., Run ...) ...)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from vizcore.runtime.clip_library import Form

MEGABYTE = 1 << 20
MOST_SECTIONS, MOST_BYTES = 40, 60 * MEGABYTE  # of a report
MOST_ARRAYS = 8 * MEGABYTE  # bytes of one result's NPZ
MOST_ROWS = 2000  # of a table
LONGEST_TITLE, LONGEST_NOTE = 200, 4000  # characters
Link = tuple[tuple[str, str], ...]  # (name, value) of a page's address, some names more than once
Cell = str | float | int | bool | None


@dataclass(frozen=True)
class Words:
    """A heading, a paragraph, a remark, a warning or lines of code."""

    style: Literal["heading", "text", "note", "warning", "code"]
    text: str


@dataclass(frozen=True)
class Figure:
    """A plot with everything that it draws."""

    plot: str  # the JSON of a plotly figure
    alt: str  # what it shows, in a sentence
    how: str = ""  # how to read it


@dataclass(frozen=True)
class Picture:
    """An image file."""

    mime: Literal["image/jpeg", "image/png"]
    data: bytes
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    percent: tuple[str, ...] = ()  # columns that are shares of 0 to 1
    left_out: int = 0  # rows beyond MOST_ROWS


@dataclass(frozen=True)
class Numbers:
    """Numbers in a row: (label, value, what it means)."""

    rows: tuple[tuple[str, str, str], ...]


Block = Words | Figure | Picture | Table | Numbers


@dataclass(frozen=True)
class Source:
    """A clip or a file of numbers that a view was about."""

    word: str  # what a link calls it
    title: str
    sha256: str  # "" of an example, which is made from its word
    shot: str = ""  # of a clip of the world: the word that makes it
    form: Form = "clip"


@dataclass(frozen=True)
class Run:
    """A recipe that was asked, and what came of it."""

    recipe: str  # vizcore.features.matching.pipeline.match_clip
    settings: dict[str, Any]  # words, numbers and lists of them; {"source": k} is the k-th source of the section
    fingerprint: str  # of the result, see runtime.plain_arrays; "" where it has none
    numbers: dict[str, Cell] = field(default_factory=dict)  # what a person would tell of the result
    lines: str = ""  # of Python that give the same result
    command: str = ""  # of the command line, where there is one
    arrays: bytes = b""  # the result's arrays as NPZ
    left_out: str = ""  # why there are none, as a sentence


@dataclass(frozen=True)
class Section:
    """One view: what it showed, and everything that made it."""

    title: str
    page: str  # of the catalog
    link: Link  # what restores the view
    added: str  # when, as ISO 8601 in UTC
    blocks: tuple[Block, ...]
    runs: tuple[Run, ...] = ()
    sources: tuple[Source, ...] = ()
    models: tuple[tuple[str, str, str], ...] = ()  # (name, version of its weights, where they come from)
    versions: dict[str, str] = field(default_factory=dict)  # of vizcore and what it computes with
    note: str = ""  # what the person says of it

    @property
    def size(self) -> int:
        """Bytes of memory, nearly."""
        return sum(len(one) for one in leaves(self) if isinstance(one, (str, bytes)))


@dataclass(frozen=True)
class Report:
    """Sections in their order, under a title."""

    title: str = "VizCore report"
    sections: tuple[Section, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of memory, nearly."""
        return sum(one.size for one in self.sections)


def leaves(value: object) -> Iterator[object]:
    """Every word, number and run of bytes in a section."""
    if is_dataclass(value):
        value = [getattr(value, one.name) for one in fields(value)]
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves(one)
    else:
        yield value
