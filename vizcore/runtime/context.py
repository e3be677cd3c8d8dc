"""What every recipe works with: the engine, the store, and somebody to tell how far it is."""

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
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Lab:
    """One engine, one store, one listener."""

    engine: Engine
    store: Store
    progress: Progress = silent

    def told(self, progress: Progress) -> Lab:
        """The same lab with another listener."""
        return replace(self, progress=progress)


@cache
def default_lab() -> Lab:
    """The lab of this process: page, command line and notebook share its results."""
    from vizcore.runtime.engine import (
        Engine,  # torch takes more than a second: a page that only shows pictures need not wait
    )

    return Lab(Engine(), Store())
