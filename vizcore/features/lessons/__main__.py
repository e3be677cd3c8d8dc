"""`python -m vizcore.features.lessons FILE ...`: say of every file whether it is a lesson, or what is wrong with it."""

import sys
from pathlib import Path

from vizcore.features.lessons.reading import read_lesson
from vizcore.features.lessons.sums import SUMS


def main(names: list[str]) -> int:
    """Look at every file; 1 if one of them is none."""
    faults = 0
    for name in names:
        try:
            lesson = read_lesson(Path(name))
            print(
                f"{name}: {lesson.title!r} is a lesson about {SUMS[lesson.sum].about}; its values are {named(lesson)}"
            )
        except ValueError as refusal:
            faults += 1
            print(refusal)
    return int(faults > 0)


def named(lesson) -> str:
    """What texts and questions of the lesson may name, and what it is."""
    return ", ".join(f"{name} = {lesson.filled(f'{{{name}}}')}" for name in lesson.worked.values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
