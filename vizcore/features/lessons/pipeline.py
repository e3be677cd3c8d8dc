"""The lessons that came with the app and those of the server's folder: their titles, each one read, each sum worked.

assets/lessons, VIZCORE_LESSONS - titles -> {title: file} - read_lesson -> Lesson - hand -> Worked
"""

import os
from functools import lru_cache
from pathlib import Path

from vizcore.features.lessons import reading
from vizcore.features.lessons.boards import Hand
from vizcore.features.lessons.lesson import Lesson
from vizcore.features.lessons.worked import Worked

OURS = Path(__file__).resolve().parents[3] / "assets" / "lessons"


def titles() -> tuple[dict[str, Path], tuple[str, ...]]:
    """{title: file} of every lesson, and sentences on files that are none.

    They are those of OURS and, after them, of the folder that VIZCORE_LESSONS names.
    """
    folders = (OURS, *map(Path, filter(None, [os.environ.get("VIZCORE_LESSONS", "")])))
    stamps = tuple(_stamp(path) for folder in folders for path in sorted(folder.glob("*.toml")))
    return _titles(folders, stamps)


def lesson(title: str) -> Lesson:
    """One lesson, by its title.

    Raises:
        ValueError: there is none of that title, or its file is wrong (file, field, what was wanted, what was got).
    """
    found, _ = titles()
    if title not in found:
        raise ValueError(f"want a lesson of {', '.join(found)}, got {title!r}")
    return _lesson(*_stamp(found[title]))


def worked(title: str, hand: Hand | None = None) -> Worked:
    """The sum of a lesson, line by line.

    Args:
        title: of a lesson.
        hand: what the learner has done on the lesson's board; what it begins with if not given.

    Raises:
        ValueError: as of lesson.
    """
    found = lesson(title)
    return found.worked if hand is None else found.work(hand)


def _stamp(path: Path) -> tuple[Path, int]:
    """A file and when it was written: one that was changed is read anew."""
    try:
        return path, path.stat().st_mtime_ns
    except OSError:  # a link to nowhere; whoever reads it will say so
        return path, 0


@lru_cache(maxsize=4)
def _titles(folders: tuple[Path, ...], _stamps: tuple) -> tuple[dict[str, Path], tuple[str, ...]]:
    return reading.titles(*folders)


@lru_cache(maxsize=64)
def _lesson(path: Path, _written: int) -> Lesson:
    return reading.read_lesson(path)
