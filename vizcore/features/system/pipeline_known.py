"""A known answer: a question whose answer is sure beforehand, asked of the real code on this machine."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vizcore.runtime.context import Context


@dataclass(frozen=True)
class Answer:
    """What was to come and what came."""

    expected: str
    got: str
    passed: bool


@dataclass(frozen=True)
class Known:
    """One row of KNOWN."""

    part: str  # of the app
    what: str  # a sentence of a few words
    ask: Callable[[Context, np.random.Generator], Answer]  # its chance is its only input


def within(what: str, error: float, limit: float) -> Answer:
    """An error that may be as large as a limit.

    Args:
        what: the error is of, in words.
        error: as measured, at least 0.
        limit: the largest error that passes.
    """
    return Answer(f"{what} of at most {limit:g}", f"{error:.2g}", bool(error <= limit))


def all_of(right: int, total: int, what: str, wrong: tuple[str, ...] = ()) -> Answer:
    """All of so many must be right; those that are not are named.

    Args:
        right: how many came out right.
        total: of how many.
        what: they are, in words.
        wrong: names of those that are not right.
    """
    named = f": {', '.join(wrong)}" if wrong else ""
    return Answer(f"{total} of {total} {what}", f"{right} of {total}{named}", right == total)
