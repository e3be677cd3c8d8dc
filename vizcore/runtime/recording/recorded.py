"""What a page shows while it runs, noted in order, so that all of it can be sent to a report when somebody asks.

with watching() as seen: ... note(make), asked(pipeline, settings, result), opened(entry) ...

Noting costs nothing: blocks are made from what was noted only where the view is sent. A fragment that runs alone is
watched by nobody, and its notes go nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vizcore.runtime.clip_library import ClipEntry
    from vizcore.runtime.recording.section import Content


@dataclass(frozen=True, eq=False)
class Call:
    """A pipeline, what it was asked, and what it answered."""

    pipeline: Callable
    settings: dict[str, Any]
    result: object


@dataclass(eq=False)
class Recorded:
    """One run of a page."""

    blocks: list[Callable[[], Content]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    entries: list[ClipEntry] = field(default_factory=list)


_now: ContextVar[Recorded | None] = ContextVar("seen", default=None)


@contextmanager
def watching() -> Iterator[Recorded]:
    """Collect what the code inside shows."""
    recorded = Recorded()
    before = _now.set(recorded)
    try:
        yield recorded
    finally:
        _now.reset(before)


def note(make: Callable[[], Content]) -> None:
    """Something was put before the person; `make` gives it as a block, if it is wanted."""
    if (recorded := _now.get()) is not None:
        recorded.blocks.append(make)


def called(pipeline: Callable, settings: dict[str, Any], result: object) -> None:
    """A pipeline has answered.

    Args:
        pipeline: that was run.
        settings: its keyword arguments, the context aside.
        result: what it returned.
    """
    if (recorded := _now.get()) is not None:
        recorded.calls.append(Call(pipeline, settings, result))


def opened(entry: ClipEntry) -> None:
    """A clip or a file of numbers is what the page is about."""
    if (recorded := _now.get()) is not None:
        recorded.entries.append(entry)
