"""Two tables that may not belong together: what is told, and when a number would be a silent zero."""

import pytest

from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import evaluate_ava

BOX = (0.1, 0.1, 0.5, 0.5)
TRUTHS = [("a", 902.0, BOX, 1), ("a", 903.0, BOX, 2), ("b", 902.0, BOX, 1)]
RIGHT = [(*row, 0.9) for row in TRUTHS]


def table(rows, scored=True):
    columns = [[row[k] for row in rows] for k in range(4)]
    return ava_rows(*columns, [row[4] for row in rows] if scored else None)


def notes(detections, truths=TRUTHS, classes=(1, 2), scored=True, **options):
    return evaluate_ava(table(truths, False), table(detections, scored), classes, **options).notes


def test_nothing_is_told_of_tables_that_belong_together():
    assert notes(RIGHT) == ()


@pytest.mark.parametrize(
    ("detections", "options", "note"),
    [
        (
            [*RIGHT, ("c", 902.0, BOX, 1, 0.5), ("d", 902.0, BOX, 1, 0.5)],
            {},
            "2 detections in key frames that the ground truth does not list (also of videos that it does not have: "
            "c, d): ignored",
        ),
        (
            [*RIGHT, ("c", 902.0, BOX, 1, 0.5)],
            {"protocol": "slowfast"},
            "1 detection in key frames that the ground truth does not list (also of videos that it does not have: c): "
            "they count as false positives",
        ),
        (
            [*RIGHT, ("a", 950.0, BOX, 1, 0.5)],
            {},
            "1 detection in key frames that the ground truth does not list: ignored",
        ),
        (
            [*RIGHT, *[("a", 902.0, BOX, action, 0.5) for action in (80, 7, 9, 8)]],
            {},
            "4 rows of the detections with classes that are not in the list of actions (7, 8, 9 and 1 more): ignored",
        ),
        (
            RIGHT,
            {"truths": [*TRUTHS, ("a", 902.0, BOX, 80)]},
            "1 row of the ground truth with classes that are not in the list of actions (80): ignored",
        ),
        (RIGHT, {"excluded": [("b", 902.0)]}, "1 detection in excluded key frames: ignored"),
        (RIGHT[:1], {}, "2 of 3 key frames without a detection: all of theirs are misses"),
        (RIGHT, {"classes": (1, 2, 3)}, "1 of 3 classes without ground truth: no AP, and left out of the mean"),
        (
            [row[:4] for row in RIGHT],
            {"scored": False},
            "the detections have no scores: all count as equally confident, and rank in the order of the file",
        ),
        (
            [*RIGHT, ("a", 902.0, (0.2, 0.1, 0.2, 0.5), 1, 0.5)],
            {},
            "1 detection without an area: left out, as the official evaluators do",
        ),
        ([], {}, "there are no detections: every AP is 0"),
    ],
)
def test_rows_that_do_not_count_are_told(detections, options, note):
    assert notes(detections, **options) == (note,)


@pytest.mark.parametrize(
    ("detections", "sentence"),
    [
        ([("c", 902.0, BOX, 1, 0.9)], r"want detections in the videos of the ground truth \(a, b\), got c alone"),
        ([("a", 902000.0, BOX, 1, 0.9)], r"want detections in the key frames of .* a at 902 s\), got a at 902000 s"),
        ([("a", 902.0, BOX, 9, 0.9)], "want detections of the classes 1, 2, got 9 alone: is this the list of actions"),
    ],
)
def test_a_silent_zero_is_refused(detections, sentence):
    with pytest.raises(ValueError, match=sentence):
        notes(detections)


def test_a_truth_the_wrong_way_round_is_refused_and_a_detection_left_out():
    wrong = (0.5, 0.1, 0.1, 0.5)
    with pytest.raises(ValueError, match=r"want x1 <= x2 .* got \[0.5, 0.1, 0.1, 0.5\] in row 4"):
        notes(RIGHT, [*TRUTHS, ("a", 902.0, wrong, 1)])
    assert notes([*RIGHT, ("a", 902.0, wrong, 1, 0.9)]) == (
        "1 detection without an area: left out, as the official evaluators do",
    )
