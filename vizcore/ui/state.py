"""What ui remembers of a session and of a visit to a page; features have dataclasses of their own for the same.

session(Kind)    this session's own Kind, made when it is first asked for
visit(Kind)      the same, made anew whenever the person comes to a page
"""

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from vizcore.player.session import session

Kind = TypeVar("Kind")


class Row(Protocol):
    """What the frame around a page wants to know of it."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def question(self) -> str: ...


@dataclass
class Visit:
    """A stay on a page, from when the person comes until they go to another."""

    page: str | None = None
    address: dict[str, str] = field(default_factory=dict)  # what the link said when the person came
    linked_to: bool = False  # the link said more than which page it is
    settled: set[str] = field(default_factory=set)  # controls that have had their value since
    chosen: dict[str, Any] = field(default_factory=dict)  # {control: value} that a page has set, for the next run
    linked: dict[str, list[str]] = field(default_factory=dict)  # {name: what the link has said, the last is what holds}
    parts: dict[type, Any] = field(default_factory=dict)  # what features note of it
    first: dict[str, Any] = field(default_factory=dict)  # {setting: its first value}
    values: dict[str, Any] = field(default_factory=dict)  # {setting: what it said in the last run}
    past: list[dict[str, Any]] = field(default_factory=list)  # what settings said before each change, the last one last
    future: list[dict[str, Any]] = field(default_factory=list)  # the same of changes that were taken back


@dataclass
class Frame:
    """What the frame around the pages remembers."""

    visit: Visit = field(default_factory=Visit)
    row: Row | None = None  # of the page that runs
    runs: int = 0
    slots: Any = None  # of the page that runs, see frame.py


def now() -> Visit:
    """This visit."""
    return session(Frame).visit


def visit(kind: type[Kind]) -> Kind:
    """This visit's own instance of a class that is made without arguments."""
    return now().parts.setdefault(kind, kind())
