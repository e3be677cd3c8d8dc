"""What every pipeline works with: the engine, the store, and somebody to tell how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from vizcore.runtime.store import Store

if TYPE_CHECKING:
    from vizcore.runtime.engine import Engine

Progress = Callable[[int, int, str], None]  # (done, total, what): may raise to cancel


def silent(done: int, total: int, what: str) -> None:
    """Progress that nobody watches.

    Args:
        done: steps that are done.
        total: steps in all, 0 where that is not known.
        what: is being done.
    """


@dataclass(frozen=True)
class Context:
    """One engine, one store, one listener."""

    engine: Engine
    store: Store
    progress: Progress = silent

    def with_progress(self, progress: Progress) -> Context:
        """The same context with another listener."""
        return replace(self, progress=progress)


@cache
def default_context() -> Context:
    """The context of this process: page, command line and notebook share its results."""
    from vizcore.runtime.engine import (
        Engine,  # torch takes more than a second: a page that only shows pictures need not wait
    )

    return Context(Engine(), Store())
