"""What a hostile file could make of the process that reads it, for the tests of vizcore/formats/apart."""

import ctypes
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass
class Stranger:
    """A record, but none of the house."""

    words: list = field(default_factory=list)


def fill(megabytes: int) -> int:
    """Take memory, slowly enough to be seen."""
    kept = []
    for _ in range(megabytes // 16):
        kept.append(np.ones(16 << 20, np.uint8))
        time.sleep(0.002)
    return len(kept)


def take(megabytes: int) -> int:
    """Ask for memory all at once."""
    return len(np.empty(megabytes << 20, np.uint8))


def spin() -> None:
    """Never end."""
    while True:
        pass


def crash() -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


def leave() -> None:
    """End without a word."""
    os._exit(0)


def long(megabytes: int) -> bytes:
    """A long answer."""
    return bytes(megabytes << 20)


def fail() -> None:
    """Break as a library does."""
    raise RecursionError("maximum recursion depth exceeded")


def stranger() -> Stranger:
    """Something that does not travel."""
    return Stranger([1])


def here(path: Path) -> tuple[str, int]:
    """The text of a file, and the process that read it."""
    return path.read_text(), os.getpid()


def steps(count: int, progress=None) -> int:
    """So many steps, each told."""
    for done in range(1, count + 1):
        progress(done, count)
    return count


def wait(path: Path) -> None:
    """Say who waits, and go on waiting."""
    path.write_text(str(os.getpid()))
    time.sleep(600)
