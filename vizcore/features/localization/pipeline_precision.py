"""How well is each class detected? One table of results or two against a table of ground truth, class by class.

files of AVA, or names of examples -> compare_files -> Compared: average precision, errors, difference
tables of truths and detections    -> compared      -> the same
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from vizcore.algorithms.detection.ava_classes import default_classes, numbered_alike, refuse_unless_shared
from vizcore.algorithms.detection.ava_rows import AvaRows
from vizcore.algorithms.detection.average_precision import PROTOCOLS, AveragePrecision, evaluate_ava
from vizcore.algorithms.detection.calibration import Calibration, calibrate
from vizcore.algorithms.detection.detection_errors import BACKGROUND, ErrorTypes, error_types
from vizcore.algorithms.detection.paired_difference import Difference, PairedDifference, paired_difference
from vizcore.algorithms.detection.sensitivity import GROUPINGS, Sensitivity
from vizcore.features.localization.pipeline_example import ACTIONS, EXAMPLES, LIST, example
from vizcore.features.localization.pipeline_verdict_precision import Chance, Outcome, precision_verdict
from vizcore.formats.action_lists import Action, read_label_map
from vizcore.formats.ava_files import read_ava_csv, read_excluded
from vizcore.former import VALUES
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.refusals import NothingToScore
from vizcore.runtime.short_repr import short_repr

DRAWS = 2000  # of the bootstrap, while somebody waits; the least p after Holm over 12 classes is 0.012
NONE = "none"  # instead of a file of excluded key frames
OF_AVA = "AVA's 60 evaluated classes"  # instead of a list of actions
LEVEL = 0.05  # of p after Holm
GROUPS = ("pose", "object", "person")
ORDERS = ("AP", "difference", "count", "group")


@dataclass(frozen=True, eq=False)
class Compared:
    """One result or two on the same ground truth."""

    titles: tuple[str, ...]  # 1 or 2 names
    actions: dict[int, Action]
    results: tuple[AveragePrecision, ...]  # 1 or 2
    errors: tuple[ErrorTypes, ...]  # of each
    difference: PairedDifference | None  # the second less the first, where there are two
    note: str = ""  # what these tables are

    __repr__ = short_repr(
        lambda found: (
            f"{len(found.evaluated)} of {len(found.actions)} classes with ground truth; "
            + ", ".join(f"{title[:40]}: mAP {one.mean:.3f}" for title, one in zip(found.titles, found.results))
        )
    )

    @property
    def evaluated(self) -> tuple[int, ...]:
        """Classes with ground truth."""
        return tuple(k for k, ranking in self.results[0].rankings.items() if len(ranking.positives))

    @property
    def outcomes(self) -> list[Outcome]:
        """What a verdict wants to know of each result."""
        names = {k: self.name(k) for k in self.evaluated}
        means = (one.mean if names else float("nan") for one in self.results)
        aps = ({name: one.ap[k] for k, name in names.items()} for one in self.results)
        return [Outcome(*one) for one in zip(self.titles, means, aps)]

    def name(self, action: int) -> str:
        """What a class is called, with its number where another has the same name."""
        name = self.actions[action].name
        alone = sum(one.name == name for one in self.actions.values()) == 1
        return name if alone else f"{name} ({action})"

    @property
    def chance(self) -> Chance | None:
        """What a verdict wants to know of the difference, where there are two results."""
        if self.difference is None:
            return None
        mean = self.difference.mean
        counts = len(self.difference.better(LEVEL)), len(self.difference.worse(LEVEL))
        return Chance(*counts, 100 * mean.value, mean.p)

    @property
    def verdict(self) -> str:
        """How well the results detect, in one sentence."""
        return precision_verdict(self.outcomes, self.chance, self.results[0].iou)

    def truths(self, action: int) -> int:
        """How many rows of the ground truth a class has."""
        return len(self.results[0].rankings[action].positives)

    @cached_property
    def improved(self) -> tuple[int, int]:
        """In how many classes the second is better and worse."""
        changes = np.array([self.results[1].ap[k] - self.results[0].ap[k] for k in self.evaluated])
        return int((changes > 0).sum()), int((changes < 0).sum())

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the tables, and of which, where it does not hold of all."""
        shared = [set(result.notes) for result in self.results]
        everywhere = [note for note in self.results[0].notes if all(note in notes for notes in shared)]
        parts = [f"ground truth: {note}" for note in self.results[0].ground_truth.notes] + everywhere
        for title, result in zip(self.titles, self.results):
            notes = (*result.detections.notes, *result.notes)
            parts += [f"{title}: {note}" for note in notes if note not in everywhere]
        return tuple(parts)

    def ordered(self, by: str) -> tuple[int, ...]:
        """Classes with ground truth, in the order of bars.

        Args:
            by: one of ORDERS; "AP" is the last result's, "difference" is AP where there is one result.
        """
        if by not in ORDERS:
            raise ValueError(f"want an order of {', '.join(ORDERS)}, got {by!r}")
        ap = self.results[-1].ap
        sort_key = {
            "AP": lambda k: (-ap[k],),
            "difference": lambda k: (-ap[k] if self.difference is None else self.results[0].ap[k] - ap[k],),
            "count": lambda k: (-self.truths(k),),
            "group": lambda k: (_group(self.actions[k]), -ap[k]),
        }[by]
        return tuple(sorted(self.evaluated, key=lambda k: (*sort_key(k), k)))

    def change(self, action: int) -> Difference | None:
        """What became of a class, where there are two results."""
        return None if self.difference is None else self.difference.classes[action]


def compare_files(
    path: str | Path,
    *,
    other: str | Path,
    second: str = "",
    actions: Literal[OF_AVA, LIST] | str = OF_AVA,
    excluded: Literal[NONE] | str = NONE,
    titles: tuple[str, ...] = (),
    protocol: Literal[*PROTOCOLS] = "activitynet",
    iou: float = 0.5,
    context: Context | None = None,
) -> Compared:
    """Average precision per class, of files or examples.

    Args:
        path: the ground truth, in AVA's form, or one of pipeline_example.EXAMPLES.
        other: detections, likewise.
        second: more detections, to be compared with; "" for none.
        actions: a list of actions as a file, or one of these; where the ground truth has others than AVA's 60, all 80
            of AVA count, and beyond those the ids of ground truth and detections together.
        excluded: a file of key frames that do not count, or none.
        titles: names of the detections; of their files, if not given.
        protocol: what counts, as one of the public evaluators has it.
        iou: overlap that a hit needs at least, above 0 to 1.

    Raises:
        NothingToScore: no class that is asked for has ground truth.
        ValueError: a file is not what it should be, or the tables do not belong together.
    """
    context = context or default_context()
    tables = []
    for done, (name, scored) in enumerate([(path, False), (other, True), *([(second, True)] if second else [])]):
        context.progress(done, 4, f"reading {'detections' if scored else 'ground truth'}")
        tables.append(_rows(name, scored))
    truth, *detections = tables
    names = titles or _names(*(Path(one) for one in (other, second) if one))
    detections = [numbered_alike(truth, table) for table in detections]
    known, told = _actions(actions, truth, list(zip(names, detections)))
    truth = replace(truth, notes=(*truth.notes, *told))
    left_out = () if str(excluded) == NONE else read_excluded(excluded)
    context.progress(3, 4, "evaluating")
    found = compared(names, known, truth, detections, protocol=protocol, iou=iou, excluded=left_out)
    if not found.evaluated:
        raise NothingToScore("want ground truth of at least one of the actions that are asked for, got none")
    return found


def compared(
    titles: tuple[str, ...],
    actions: dict[int, Action],
    truth: AvaRows,
    detections: list[AvaRows],
    note: str = "",
    **rules,
) -> Compared:
    """One table of detections or two against the ground truth.

    Args:
        titles: a name for each table of detections.
        actions: {class id: action} of the classes that count.
        truth: rows of the ground truth.
        detections: 1 or 2 tables with scores.
        note: what these tables are, for a reader.
        rules: protocol, iou and excluded, as of evaluate_ava.

    Raises:
        ValueError: as of evaluate_ava.
    """
    results = tuple(evaluate_ava(truth, rows, actions, title=title, **rules) for title, rows in zip(titles, detections))
    both = len(results) == 2
    difference = paired_difference(*results, np.random.default_rng(0), DRAWS) if both else None
    nobody = min(BACKGROUND, results[0].iou / 2)  # what is on nobody stays below what is a hit
    errors = tuple(error_types(result, nobody) for result in results)
    return Compared(titles, actions, results, errors, difference, note)


def calibration_of(found: Compared) -> tuple[Calibration | None, ...]:
    """Of each result; None where its scores are no probabilities."""
    return tuple(calibrate(result) if _are_shares(result.detections) else None for result in found.results)


def sensitivity_of(found: Compared, by: str) -> tuple[Sensitivity, ...]:
    """Of each result; `by` is a key of GROUPINGS."""
    return tuple(GROUPINGS[by][1](result) for result in found.results)


def _names(first: Path, *others: Path) -> tuple[str, ...]:
    """What one table or two are called: their files' names, with a folder where these are the same."""
    if all(one.stem != first.stem for one in others):
        return tuple(one.stem for one in (first, *others))
    (second,) = others
    if first.parent.name != second.parent.name:
        return f"{first.parent.name}/{first.stem}", f"{second.parent.name}/{second.stem}"
    return first.stem, f"{second.stem} (second)"


def _rows(name: str | Path, scored: bool) -> AvaRows:
    return example(str(name)) if str(name) in EXAMPLES else read_ava_csv(name, scored)


def _actions(
    name: str | Path, truth: AvaRows, detections: list[tuple[str, AvaRows]]
) -> tuple[dict[int, Action], list[str]]:
    """The classes that count, and sentences on them.

    Args:
        name: of a list, or one of the words that stand for one.
        truth: the ground truth.
        detections: (what it is called, the table) of each.
    """
    word = VALUES["localization"]["actions"].get(str(name), str(name))
    if word == LIST:
        return ACTIONS, []
    if word != OF_AVA:
        return read_label_map(name), []
    for title, table in detections:
        refuse_unless_shared(truth, table, title)
    ids, note = default_classes(truth, [table for _, table in detections])
    return {k: Action(f"class {k}", None) for k in ids}, [note] if note else []


def _are_shares(table: AvaRows) -> bool:
    scores = table.scores
    return scores is not None and bool(len(scores)) and scores.min() >= 0 and scores.max() <= 1


def _group(action: Action) -> int:
    return GROUPS.index(action.group) if action.group in GROUPS else len(GROUPS)
