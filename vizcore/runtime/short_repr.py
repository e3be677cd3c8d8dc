"""Results print in a line: what they are of, shapes with their units, and the number that one looks for first."""

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def short_repr(words: Callable[[Result], str]) -> Callable[[Result], str]:
    """A `__repr__` that says the class and, in brackets, what `words` says of the result.

    __repr__ = short_repr(lambda result: f"{len(result.steps)} steps, mean cosine {result.mean:.2f}")
    """

    def written(result: Result) -> str:
        return f"{type(result).__name__}({words(result)})"

    return written
