"""What goes wrong, and what each kind of error costs: the question of TIDE (Bolya et al., ECCV 2020), for many labels.

    AveragePrecision - every false positive is of one kind - mend one kind at a time -> AP gained, per class and kind

A person has several actions and every box speaks about all of them, so the kinds of TIDE are read anew. For a false
positive of an action, let `own` be its best overlap with people who do it, and `any` that with anyone in its key frame:

    duplicate      own reaches the threshold: the person was claimed by another detection
    class          any does: somebody is there and does not do this
    localization   own reaches the background's limit: the right person, a bad box
    both           any does: a bad box on somebody who does not do this
    background     nobody is there

and for the truths:

    miss           no hit claims it, and no localization error is about it

TIDE asks for localization before class; here a box that sits well on a person is about that person, even if somebody
who does the action stands in the corner of it. Correcting: a box with a localization error is moved onto its person,
whom the most confident one then claims (the others go); misses leave the ground truth; every other error goes. A class
error is not given another class, as in TIDE, because the same box has its own detections for the person's true actions.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.average_precision import AveragePrecision, Ranking
from vizcore.algorithms.detection.best_overlap import BestOverlap, best_overlap

KINDS = ("localization", "class", "both", "duplicate", "background", "miss")
BACKGROUND = 0.1  # overlap below which a box is on nobody, as in TIDE
HIT = -1  # in `kinds`: no error


@dataclass(frozen=True, eq=False)
class Errors:
    """The errors of one class with P truths and R detections that count."""

    kinds: np.ndarray  # (R,) int8: place in KINDS of each detection of the ranking, HIT for a hit
    missed: np.ndarray  # rows of the ground truth that are misses
    gains: dict[str, float]  # by kind: what AP would rise by; nan for a class without truth

    @property
    def counts(self) -> dict[str, int]:
        """By kind: how many errors there are."""
        found = {kind: int((self.kinds == place).sum()) for place, kind in enumerate(KINDS)}
        return found | {"miss": len(self.missed)}

    def __repr__(self) -> str:
        return f"Errors({', '.join(f'{count} {kind}' for kind, count in self.counts.items())})"


@dataclass(frozen=True, eq=False)
class ErrorTypes:
    """What goes wrong in each class."""

    classes: dict[int, Errors]

    @property
    def mean(self) -> dict[str, float]:
        """By kind: what the mean AP would rise by if all errors of that kind were mended."""
        return {kind: float(np.nanmean([one.gains[kind] for one in self.classes.values()])) for kind in KINDS}

    def __repr__(self) -> str:
        gains = ", ".join(f"{kind} {gain:+.3f}" for kind, gain in self.mean.items())
        return f"ErrorTypes({len(self.classes)} classes, gain of mAP: {gains})"


def error_types(result: AveragePrecision, background: float = BACKGROUND) -> ErrorTypes:
    """Sort the errors behind an average precision by kind, and weigh each kind.

    Args:
        background: overlap below which a detection is on nobody, from 0 up to the result's threshold.

    Raises:
        ValueError: background is not below the threshold.
    """
    if not 0 < background < result.iou:
        raise ValueError(f"want a background limit above 0 and below {result.iou}, got {background}")
    anyone = np.unique(np.concatenate([ranking.positives for ranking in result.rankings.values()]))
    return ErrorTypes(
        {action: _errors(result, ranking, anyone, background) for action, ranking in result.rankings.items()}
    )


def _errors(result: AveragePrecision, ranking: Ranking, anyone: np.ndarray, background: float) -> Errors:
    """The errors of one class; `anyone`: rows of the ground truth of all classes."""
    if not len(ranking.positives):
        return Errors(np.empty(0, np.int8), ranking.positives, dict.fromkeys(KINDS, float("nan")))
    same_class = _met(result, ranking, ranking.positives)
    any_overlap = _met(result, ranking, anyone).spread(len(ranking.rows))
    class_overlap = same_class.spread(len(ranking.rows))
    kinds = np.select(
        [
            ranking.hits,
            class_overlap >= result.iou,
            any_overlap >= result.iou,
            class_overlap >= background,
            any_overlap >= background,
        ],
        [HIT, *map(KINDS.index, ("duplicate", "class", "localization", "both"))],
        KINDS.index("background"),
    ).astype(np.int8)
    about = np.zeros(len(ranking.rows), np.int64)  # the person of each detection, a place among the positives
    about[same_class.detections] = same_class.truths
    badly_placed = kinds == KINDS.index("localization")
    missed = np.setdiff1d(ranking.misses, ranking.positives[about[badly_placed]])
    mend = {kind: _without(ranking, kinds == place) for place, kind in enumerate(KINDS)}
    mend["localization"] = _moved(ranking, about, badly_placed)
    mend["miss"] = Ranking(
        ranking.rows, ranking.hits, ranking.truths, np.setdiff1d(ranking.positives, missed, assume_unique=True)
    )
    gains = {kind: _ap(corrected) - ranking.ap for kind, corrected in mend.items()}
    return Errors(kinds, missed, gains)


def _met(result: AveragePrecision, ranking: Ranking, truths: np.ndarray) -> BestOverlap:
    """Whom each detection of a ranking overlaps most, of some rows of the ground truth."""
    shared, ground_truth, detections = result.shared, result.ground_truth, result.detections
    return best_overlap(
        detections.boxes[ranking.rows],
        shared.of_detection[detections.frames[ranking.rows]],
        ground_truth.boxes[truths],
        shared.of_truth[ground_truth.frames[truths]],
        len(shared.video),
    )


def _without(ranking: Ranking, gone: np.ndarray) -> Ranking:
    """The ranking without some of its false positives."""
    return Ranking(ranking.rows[~gone], ranking.hits[~gone], ranking.truths, ranking.positives)


def _moved(ranking: Ranking, about: np.ndarray, badly_placed: np.ndarray) -> Ranking:
    """The ranking after its badly placed boxes were moved onto their people; who comes second to a person goes."""
    candidates = np.flatnonzero(ranking.hits | badly_placed)  # in the order of the ranking
    claimed = ranking.positives[about[candidates]]
    claimed[ranking.hits[candidates]] = ranking.truths
    _, first = np.unique(claimed, return_index=True)
    first.sort()
    hits = np.zeros(len(ranking.rows), bool)
    hits[candidates[first]] = True
    stays = np.ones(len(ranking.rows), bool)
    stays[candidates] = hits[candidates]
    return Ranking(ranking.rows[stays], hits[stays], claimed[first], ranking.positives)


def _ap(ranking: Ranking) -> float:
    """AP; 1 where every truth was a miss, and so none is left to be found."""
    return ranking.ap if len(ranking.positives) else 1.0
