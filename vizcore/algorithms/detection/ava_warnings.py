"""What a careful person would ask before believing a number: do these two tables belong together?

ground truth, detections - find_warnings -> sentences, or a refusal where the number would be a silent zero
"""

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows
from vizcore.algorithms.detection.shared_frames import SharedFrames

NAMED = 3  # how many examples a sentence names


def find_warnings(
    ground_truth: AvaRows,
    detections: AvaRows,
    classes: np.ndarray,
    shared: SharedFrames,
    everywhere: bool,
    title: str = "",
) -> tuple[str, ...]:
    """Sentences on rows that do not count, or count for nothing.

    Args:
        ground_truth, detections: the two tables.
        classes: (C,) ids that count.
        shared: their key frames, of share_frames.
        everywhere: detections in key frames that the ground truth does not list count as false positives.
        title: what a refusal calls the detections, besides that.

    Raises:
        ValueError: the ground truth has no row of the classes, or a box the wrong way round; or there are detections,
            but none that could be right.
    """
    who = f"detections ({title})" if title else "detections"
    upright = (ground_truth.boxes[:, :2] <= ground_truth.boxes[:, 2:]).all(1)
    if not upright.all():
        wrong = int(np.flatnonzero(~upright)[0])
        box = ground_truth.boxes[wrong].tolist()
        raise ValueError(f"want x1 <= x2 and y1 <= y2 in the ground truth, got {box} in row {wrong + 1}")
    known = [np.isin(table.actions, classes) for table in (ground_truth, detections)]
    found = [*_strangers(ground_truth, known[0], classes, "ground truth")]
    found += _strangers(detections, known[1], classes, who)
    truths = known[0] & shared.counted(False)[shared.of_truth][ground_truth.frames]
    if not truths.any():
        raise ValueError("want ground truth, got no row that counts")
    found += _elsewhere(ground_truth, detections, shared, everywhere, who)
    missing = len(classes) - len(np.unique(ground_truth.actions[truths]))
    if missing:
        found.append(f"{missing} of {len(classes)} classes without ground truth: no AP, and left out of the mean")
    if not len(detections):
        found.append("there are no detections: every AP is 0")
    elif detections.scores is None:
        found.append("the detections have no scores: all count as equally confident, and rank in the order of the file")
    return tuple(found)


def _strangers(table: AvaRows, known: np.ndarray, classes: np.ndarray, who: str) -> list[str]:
    """A sentence on rows of classes that the list of actions does not have; a refusal where there are no others."""
    if known.all():
        return []
    if not known.any():
        raise ValueError(
            f"want {who} of the classes {some(classes)}, got {some(np.unique(table.actions))} alone: "
            "is this the list of actions of these files?"
        )
    others = some(np.unique(table.actions[~known]))
    count = many(int((~known).sum()), "row")
    return [
        f"{count} of the {who.partition(' (')[0]} with classes that are not in the list of actions ({others}): ignored"
    ]


def _elsewhere(
    ground_truth: AvaRows, detections: AvaRows, shared: SharedFrames, everywhere: bool, who: str
) -> list[str]:
    """Sentences on detections in key frames without ground truth, and on key frames without detections.

    Args:
        ground_truth, detections: the two tables.
        shared: their key frames.
        everywhere: detections in key frames that the ground truth does not list count as false positives.
        who: what a refusal calls the detections.
    """
    if not len(detections):
        return []
    foreign = sorted(set(detections.videos) - set(ground_truth.videos))
    if len(foreign) == len(detections.videos):
        ours = some(ground_truth.videos)
        raise ValueError(f"want {who} in the videos of the ground truth ({ours}), got {some(foreign)} alone")
    met = shared.listed[shared.of_detection]  # (frames of the detections,) bool
    if not met.any():
        ours, theirs = (f"{table.keys[0][0]} at {table.keys[0][1]:g} s" for table in (ground_truth, detections))
        raise ValueError(f"want {who} in the key frames of the ground truth (such as {ours}), got {theirs} and others")
    found = []
    outside = int((~met)[detections.frames].sum())
    if outside:
        fate = "they count as false positives" if everywhere else "ignored"
        also = f" (also of videos that it does not have: {some(foreign)})" if foreign else ""
        found.append(f"{many(outside, 'detection')} in key frames that the ground truth does not list{also}: {fate}")
    left_out = int(shared.excluded[shared.of_detection][detections.frames].sum())
    if left_out:
        found.append(f"{many(left_out, 'detection')} in excluded key frames: ignored")
    answered = np.zeros(len(shared.video), bool)
    answered[shared.of_detection] = True
    counted = shared.counted(False)
    silent = int((counted & ~answered).sum())
    if silent:
        found.append(f"{silent:,} of {counted.sum():,} key frames without a detection: all of theirs are misses")
    return found


def many(count: int, thing: str) -> str:
    """A number of things in words."""
    return f"{count:,} {thing}{'s' if count != 1 else ''}"


def some(values) -> str:
    """The first few of many, in words."""
    shown = ", ".join(map(str, list(values)[:NAMED]))
    return f"{shown} and {len(values) - NAMED} more" if len(values) > NAMED else shown
