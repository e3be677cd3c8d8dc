"""One command: a name, a sentence, what it takes, and what it does."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One row of COMMANDS."""

    name: str
    about: str
    add: Callable[[ArgumentParser], None]  # its arguments
    run: Callable[[Namespace], int]  # its exit code
