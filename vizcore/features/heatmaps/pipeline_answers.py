"""What the rows of heat take the clip for, of those whose answers may be shown, and how far they are at home in it.

rows -> badges_of, answers                     HeatMaps -> class_scores -> ClassScores
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vizcore.features.heatmaps.pipeline import HeatMaps
from vizcore.features.heatmaps.pipeline_rows import Row
from vizcore.features.heatmaps.pipeline_verdict import classes_verdict
from vizcore.runtime.domain import NONE, Badge


@dataclass(frozen=True)
class RowClasses:
    """The likeliest classes of one row."""

    name: str
    domain: str  # as of Row.standing
    classes: tuple[tuple[str, float], ...]  # and their probabilities, the likeliest first; () where they are not shown
    of_truth: float | None  # probability of the ground truth; None where the row does not know it, or is not shown


@dataclass(frozen=True)
class ClassScores:
    """The likeliest classes of every row."""

    rows: tuple[RowClasses, ...]
    label: str  # the ground truth; "" where it is not known

    @property
    def verdict(self) -> str:
        """Which rows are right, in one sentence."""
        return classes_verdict(self.rows, self.label)


def class_scores(maps: HeatMaps, count: int = 5, anyway: bool = False) -> ClassScores:
    """What each row takes the clip for.

    Args:
        maps: the rows.
        count: classes of each row.
        anyway: also of rows that were trained on other clips.
    """
    rows = (row_classes(row, maps.label, count, anyway) for row in maps.rows)
    return ClassScores(tuple(rows), maps.label)


def row_classes(row: Row, label: str, count: int = 5, anyway: bool = False) -> RowClasses:
    """What one row takes its clip for.

    Args:
        row: of any model.
        label: the ground truth; "" where it is not known.
        count: classes at most.
        anyway: also where its model was trained on other clips.
    """
    shown = answers(row, anyway)
    known = shown and label in row.model.classes
    of_truth = float(row.probabilities[row.model.classes.index(label)]) if known else None
    return RowClasses(row.name, row.standing, tuple(row.top(count)) if shown else (), of_truth)


def said(row: Row, anyway: bool = False) -> str:
    """The likeliest class of a row, or that it sees none of its classes; "" where neither may be said.

    Args:
        row: of any model.
        anyway: name it also where the model was trained on other clips, or sees none of its classes.
    """
    if row.none and not anyway:
        return NONE
    return row.top(1)[0][0] if answers(row, anyway) else ""


def answers(row: Row, anyway: bool = False) -> bool:
    """Whether what a row takes the clip for may be shown: it has classes, and learnt from such clips or is a person's.

    Args:
        row: of any model.
        anyway: also where it was trained on other clips.
    """
    return row.trained and bool(len(row.probabilities)) and (row.badge.shown or anyway)


def badges_of(rows: Iterable[Row]) -> list[Badge]:
    """How far the models of rows are at home in their clips: what several share is said once."""
    return once(row.badge for row in rows)


def once(badges: Iterable[Badge]) -> list[Badge]:
    """Badges of several models, each label once."""
    alike: dict[str, dict[Badge, None]] = {}
    for one in badges:
        alike.setdefault(one.label, {})[one] = None
    return [
        one if len(same) == 1 else replace(one, why=one.together or one.why)
        for same in alike.values()
        for one in list(same)[:1]
    ]


def hidden(rows: Iterable[Row]) -> list[Badge]:
    """The badges of what has classes that are not shown, unless somebody asks for them."""
    return badges_of(row for row in rows if answers(row, anyway=True) and not answers(row))
