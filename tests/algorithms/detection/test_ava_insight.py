"""Calibration and sensitivity: bins by hand, groups that part everything, groups as evaluations of their own."""

import ava_literal
import numpy as np
import pytest
from test_average_precision import result

from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.algorithms.detection.calibration import calibrate
from vizcore.algorithms.detection.sensitivity import GROUPINGS, by_frequency, by_number, by_size

BOX, AWAY = (0.1, 0.1, 0.5, 0.5), (0.6, 0.6, 0.9, 0.9)
CLASSES = range(1, 7)


def scene(**options):
    truths, rows = ava_literal.scene(5, frames=30, rows=60)
    return truths, rows, result(truths, rows, CLASSES, protocol="uncapped", **options)


def test_calibration_of_two_bins_by_hand():
    truths = [("v", float(k), BOX, 1) for k in range(3)]
    rows = [("v", 0.0, BOX, 1, 1.0), ("v", 1.0, BOX, 1, 0.5), ("v", 2.0, AWAY, 1, 0.6), ("v", 2.0, BOX, 1, 0.1)]
    found = calibrate(result(truths, rows), bins=2)
    assert found.count.tolist() == [1, 3]
    assert found.score == pytest.approx([0.1, 0.7])
    assert found.share == pytest.approx([1, 2 / 3])
    assert found.error == pytest.approx((0.9 + 3 * (0.7 - 2 / 3)) / 4)


def test_scores_that_are_shares_of_hits_are_calibrated():
    rng = np.random.default_rng(0)
    scores = rng.random(20000)
    truths = [("v", float(k), BOX, 1) for k in range(len(scores))]
    rows = [(*row[:2], BOX if rng.random() < score else AWAY, 1, score) for row, score in zip(truths, scores)]
    found = calibrate(result(truths, rows))
    assert found.error < 0.02
    assert found.count.sum() == len(scores)
    halved = calibrate(result(truths, [(*row[:4], row[4] / 2) for row in rows]))
    assert halved.error == pytest.approx(0.25, abs=0.02)
    assert np.isnan(halved.share[6:]).all()


def test_calibration_of_some_classes_is_of_their_detections_alone():
    *_, found = scene()
    parts = [calibrate(found, [action]).count for action in CLASSES]
    assert np.sum(parts, 0).tolist() == calibrate(found).count.tolist()
    assert np.isnan(calibrate(result([("v", 1.0, BOX, 1)], [("v", 1.0, BOX, 2, 0.9)], (1, 2)), [1]).error)


def test_calibration_without_probabilities_is_refused():
    truths = [("v", 1.0, BOX, 1)]
    with pytest.raises(ValueError, match="want scores from 0 to 1 for a calibration, got -3 to 7"):
        calibrate(result(truths, [("v", 1.0, BOX, 1, 7.0), ("v", 1.0, BOX, 1, -3.0)]))
    plain = ava_rows(["v"], [1.0], [BOX], [1])
    with pytest.raises(ValueError, match="want detections with scores"):
        calibrate(evaluate_ava(plain, plain, (1,)))
    with pytest.raises(ValueError, match="want a bin or more, and classes of the result"):
        calibrate(result(truths, [("v", 1.0, BOX, 1, 0.5)]), [2])


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_every_truth_is_in_one_group(grouping):
    *_, found = scene()
    groups = GROUPINGS[grouping][1](found)
    assert groups.by == grouping
    assert groups.truths.sum() == sum(len(ranking.positives) for ranking in found.rankings.values())
    assert len(groups.groups) == len(groups.truths) == len(groups.ap)
    table = np.array(list(groups.classes.values()))
    assert ((table >= 0) & (table <= 1) | np.isnan(table)).all()


def test_by_number_is_an_evaluation_of_the_key_frames_with_so_many_people():
    truths, rows, found = scene()
    people = {frame: len({row[2] for row in truths if row[:2] == frame}) for frame in {row[:2] for row in truths}}
    groups = by_number(found)
    for place, number in enumerate((1, 2, 3)):
        these = [[row for row in table if people.get(row[:2]) == number] for table in (truths, rows)]
        mine = result(*these, CLASSES, protocol="uncapped")
        got = [groups.classes[action][place] for action in CLASSES]
        assert got == pytest.approx(list(mine.ap.values()), nan_ok=True)
    assert np.isnan(groups.ap[3])


def test_from_4_people_on_there_are_many_and_actions_of_one_person_count_once():
    people = [(k / 10, 0.1, k / 10 + 0.05, 0.5) for k in range(5)]
    truths = [("v", float(frame), box, c) for frame, n in enumerate((5, 4, 3, 1)) for box in people[:n] for c in (1, 2)]
    found = by_number(result(truths, [(*row, 0.9) for row in truths], (1, 2)))
    assert found.groups == ("1", "2", "3", "4 or more")
    assert found.truths.tolist() == [2, 0, 6, 18]
    assert found.ap == pytest.approx([1, float("nan"), 1, 1], nan_ok=True)


def test_by_size_a_hit_is_where_its_truth_is_and_a_false_positive_where_its_box_is():
    small, large, foreign = (0.0, 0.0, 0.1, 0.1), (0.2, 0.2, 0.9, 0.9), (0.0, 0.5, 0.1, 0.6)
    truths = [("v", float(k), box, 1) for k, box in enumerate([small] * 2 + [large] * 2)]
    rows = [(*row, 0.5) for row in truths] + [("v", 0.0, foreign, 1, 0.9)]
    found = by_size(result(truths, rows))
    assert found.truths.tolist() == [2, 0, 2, 0]
    assert found.ap[[0, 2]] == pytest.approx([2 / 3, 1])
    assert found.groups[0] == "up to 1.0%"


def test_by_frequency_the_rarest_classes_come_first():
    truths = [("v", float(k), BOX, action) for action in (1, 2, 3, 4) for k in range(5 - action)]
    rows = [(*row, 0.9) for row in truths if row[3] != 4]
    found = by_frequency(result(truths, rows, (1, 2, 3, 4, 5)))
    assert found.groups == ("1 to 1", "2 to 2", "3 to 3", "4 to 4")
    assert found.ap.tolist() == [0, 1, 1, 1]
    assert found.truths.tolist() == [1, 2, 3, 4]
