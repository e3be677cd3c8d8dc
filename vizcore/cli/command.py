"""One command: what one gets of it, and the function that is run with what was given."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One row of COMMANDS."""

    about: str  # what one gets
    run: Callable[..., int] | str  # annotations and docstring say what it takes; "module:name" is imported when needed
    passes_on: bool = False  # its words as they are, for another command line
