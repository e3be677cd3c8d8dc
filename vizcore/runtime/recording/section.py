"""What a report is made of: sections, and in them what a view showed and how it was made; words, numbers and bytes.

Report(Section(Words | Figure | Picture | Table | Numbers ..., Run ...) ...)
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import astuple

from vizcore.runtime.clip_library import Form

MEGABYTE = 1 << 20
MOST_SECTIONS, MOST_BYTES = 40, 60 * MEGABYTE  # of a report
MOST_ARRAYS = 8 * MEGABYTE  # bytes of one result's NPZ
MOST_ROWS = 2000  # of a table
LONGEST_TITLE, LONGEST_NOTE = 200, 4000  # characters
MOST_ENTRIES = 200_000  # of any list in a file
T = TypeVar("T")
Title = Annotated[str, Meta(max_length=LONGEST_TITLE)]
Many = Annotated[tuple[T, ...], Meta(max_length=MOST_ENTRIES)]
Link = Many[tuple[str, str]]  # (name, value) of a page's address, some names more than once
Cell = str | float | int | bool | None


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """What a file keeps under the names of its fields, and under no others."""


class Shown(Record, tag_field="kind", tag=str.lower):
    """What a section shows; a file says its `kind`, the class's name in small letters."""


class Words(Shown):
    """A heading, a paragraph, a remark, a warning or lines of code."""

    style: Literal["heading", "text", "note", "warning", "code"]
    text: str


class Figure(Shown):
    """A plot with everything that it draws."""

    plot: str  # the JSON of a plotly figure
    alt: str  # what it shows, in a sentence
    caption: str = ""  # how to read it


class Picture(Shown):
    """An image file."""

    mime: Literal["image/jpeg", "image/png"]
    data: bytes
    alt: str
    caption: str = ""


class Table(Shown):
    """Rows of cells."""

    columns: Many[str]
    rows: Many[Many[Cell]]
    percent: Many[str] = ()  # columns that are shares of 0 to 1
    left_out: int = 0  # rows beyond MOST_ROWS


class Numbers(Shown):
    """Numbers in a row: (label, value, what it means)."""

    rows: Many[tuple[str, str, str]]


Content = Words | Figure | Picture | Table | Numbers


class Source(Record):
    """A clip or a file of numbers that a view was about."""

    clip_id: str  # what a link calls it
    title: str
    sha256: str  # "" of an example, which is made from its word
    shot: str = ""  # of a clip of the world: the word that makes it
    form: Form = "clip"


class Run(Record):
    """A pipeline that was asked, and what came of it."""

    pipeline: str  # vizcore.features.matching.pipeline.match_clip
    settings: dict[str, Any]  # words, numbers and lists of them; {"source": k} is the k-th source of the section
    fingerprint: str  # of the result, see runtime.plain_arrays; "" where it has none
    numbers: dict[str, Cell] = {}  # what a person would tell of the result
    lines: str = ""  # of Python that give the same result
    command: str = ""  # of the command line, where there is one
    arrays: bytes = b""  # the result's arrays as NPZ
    left_out: str = ""  # why there are none, as a sentence


class Section(Record):
    """One view: what it showed, and everything that made it."""

    title: Title
    page: str  # of the catalog
    link: Link  # what restores the view
    added: str  # when, as ISO 8601 in UTC
    blocks: Many[Content]
    runs: Many[Run] = ()
    sources: Many[Source] = ()
    models: Many[tuple[str, str, str]] = ()  # (name, version of its weights, where they come from)
    versions: dict[str, str] = {}  # of vizcore and what it computes with
    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""  # what the person says of it

    @property
    def size(self) -> int:
        """Bytes of memory, nearly."""
        return sum(len(one) for one in leaves(self) if isinstance(one, (str, bytes)))


class Report(Record):
    """Sections in their order, under a title."""

    title: Title = "VizCore report"
    sections: Annotated[tuple[Section, ...], Meta(max_length=MOST_SECTIONS)] = ()

    @property
    def size(self) -> int:
        """Bytes of memory, nearly."""
        return sum(one.size for one in self.sections)


def leaves(value: object) -> Iterator[object]:
    """Every word, number and run of bytes in a section."""
    if isinstance(value, Struct):
        value = astuple(value)
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves(one)
    else:
        yield value
