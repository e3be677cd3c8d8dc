"""Which classes count where no list says it, and whether two tables count theirs from the same number.

    ground truth, detections - default_classes -> ids that count, and a sentence where they are not the usual ones
                             - numbered_alike  -> the same tables, one of them moved by one where it counts from 0

A list comes before the limit of rows in a key frame. With the ids of the ground truth alone, rows of other classes do
not take their place among the 50, and the number is too good.
"""

from dataclasses import replace

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows
from vizcore.algorithms.detection.ava_warnings import some
from vizcore.algorithms.detection.shared_frames import share_frames

MOST = 80  # AVA names classes 1 to 80
UNEVALUATED = (2, 16, 18, 19, 21, 23, 25, 31, 32, 33, 35, 39, 40, 42, 44, 50, 53, 55, 71, 75)  # too rare to be scored
EVALUATED = tuple(k for k in range(1, MOST + 1) if k not in UNEVALUATED)  # the 60 of the ActivityNet challenge


def default_classes(ground_truth: AvaRows, detections: list[AvaRows]) -> tuple[tuple[int, ...], str]:
    """Ids that count: AVA's 60, else all 80, else those of all tables; and what is to be said of that, if anything.

    Args:
        ground_truth: whose ids decide.
        detections: tables whose ids count too where they are none of AVA's.
    """
    truths = np.unique(ground_truth.actions)
    others = truths[~np.isin(truths, EVALUATED)].tolist()
    if not others:
        return EVALUATED, ""
    told = some(others)
    if truths.min() >= 1 and truths.max() <= MOST:
        return tuple(range(1, MOST + 1)), f"classes that AVA does not evaluate ({told}): all {MOST} of AVA count"
    ids = np.unique(np.concatenate([truths, *(table.actions for table in detections)])).tolist()
    return tuple(ids), f"classes that AVA does not have ({told}): the {len(ids)} of ground truth and detections count"


def refuse_unless_shared(ground_truth: AvaRows, detections: AvaRows, title: str) -> None:
    """Refuse detections of which not one is of a class that the ground truth has: that would be a silent zero.

    Args:
        ground_truth, detections: the two tables.
        title: what the detections are called.
    """
    if len(detections) and len(ground_truth) and not np.isin(detections.actions, ground_truth.actions).any():
        truths, theirs = (some(np.unique(table.actions)) for table in (ground_truth, detections))
        raise ValueError(
            f"want detections ({title}) of the classes of the ground truth ({truths}), got {theirs} alone: "
            "is this the list of actions of these files?"
        )


def numbered_alike(ground_truth: AvaRows, detections: AvaRows) -> AvaRows:
    """The detections, one class up or down where one of the two tables counts from 0 and the other does not.

    It is moved where more rows are then of a class that the ground truth has in their key frame; its notes say so.
    """
    if not len(ground_truth) or not len(detections):
        return detections
    from_zero = [table.actions.min() == 0 for table in (ground_truth, detections)]
    if from_zero[0] == from_zero[1]:
        return detections
    step = 1 if from_zero[1] else -1
    met, moved = (_met(ground_truth, detections, by) for by in (0, step))
    who = "the detections count" if from_zero[1] else "the ground truth counts"
    if moved <= met:
        return replace(detections, notes=(*detections.notes, f"{who} classes from 0, the other table from 1"))
    note = f"{who} classes from 0, the other table from 1: {step:+d} is added to the classes of the detections"
    return replace(detections, actions=detections.actions + np.int32(step), notes=(*detections.notes, note))


def _met(ground_truth: AvaRows, detections: AvaRows, step: int) -> int:
    """How many detections are of a class that the ground truth has in their key frame, `step` added to theirs."""
    shared = share_frames(ground_truth, detections)
    wide = np.int64(1 << 33)
    truths = shared.of_truth[ground_truth.frames] * wide + ground_truth.actions
    found = shared.of_detection[detections.frames] * wide + detections.actions + step
    return int(np.isin(found, truths).sum())
