"""AP per class: the fixture of the official evaluator, a literal evaluator on random scenes, ties, limits, refusals."""

import heapq
import random

import ava_literal
import numpy as np
import pytest
from conftest import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import PROTOCOLS, evaluate_ava, most_confident
from vizcore.formats.action_lists import read_label_map
from vizcore.formats.ava_files import read_ava_csv

BOX = (0.1, 0.1, 0.5, 0.5)


def table(rows, scored=False, bare=()):
    """AvaRows of rows as the literal evaluator has them."""
    columns = [[row[k] for row in rows] for k in range(4)]
    return ava_rows(*columns, [row[4] for row in rows] if scored else None, bare)


def result(truths, detections, classes=(1,), bare=(), **options):
    return evaluate_ava(table(truths, bare=bare), table(detections, True), classes, **options)


def hits_in_order(pattern, positives):
    """A class of as many truths, each in its own key frame, and detections of falling score that hit or do not."""
    truths = [("v", float(k), BOX, 1) for k in range(positives)]
    right = iter(range(positives))
    away = (0.6, 0.6, 0.9, 0.9)
    rows = [
        ("v", float(next(right)), BOX, 1, 0.9 - k / 10) if hit else ("v", 0.0, away, 1, 0.9 - k / 10)
        for k, hit in enumerate(pattern)
    ]
    return result(truths, rows)


@pytest.mark.parametrize(
    ("pattern", "positives", "ap"), [((1, 0, 1, 0), 2, 0.833333), ((0, 0, 0), 2, 0.0), ((1, 1, 0), 3, 0.666667)]
)
def test_worked_examples(pattern, positives, ap):
    found = hits_in_order(pattern, positives)
    assert found.ap[1] == pytest.approx(ap, abs=1e-6)
    assert found.rankings[1].hits.tolist() == [bool(hit) for hit in pattern]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_fixture_of_the_official_evaluator_gives_its_numbers(protocol):
    folder = DATA / "ava" / "unit_fixture"
    if not folder.exists():
        pytest.skip("no AVA fixture: set VIZCORE_SHARED_DATA to the folder that holds ava/")
    truth, detections = read_ava_csv(folder / "gt.csv"), read_ava_csv(folder / "pred.csv")
    actions = read_label_map(folder / "action_list.txt")
    found = evaluate_ava(truth, detections, actions, protocol=protocol)
    by_name = {actions[action].name: ap for action, ap in found.ap.items()}
    expected = {"action1": 0.17045454545454545, "action2": 0.0, "action3": 0.1111111111111111}
    assert by_name == pytest.approx(expected, abs=1e-12)
    assert found.mean == pytest.approx(0.09385521885521886, abs=1e-12)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(seed=st.integers(0, 10**6), rows=st.sampled_from([8, 40, 160]))
@settings(max_examples=12)
def test_every_class_is_as_in_the_literal_evaluator(protocol, seed, rows):
    truths, detections = ava_literal.scene(seed, rows=rows)
    excluded = [truths[0][:2], detections[-1][:2] if detections else ("video0", 1.0)]
    excluded = excluded if {row[:2] for row in truths} - set(excluded) else []
    classes = [3, 1, 2, 4, 5, 6, 9]
    if not any(row[:2] in {truth[:2] for truth in truths} for row in detections):
        return
    found = result(truths, detections, classes, protocol=protocol, excluded=excluded)
    expected = ava_literal.evaluate(truths, detections, classes, protocol, excluded)
    assert list(found.ap) == classes
    for action in classes:
        assert found.ap[action] == pytest.approx(expected[action], abs=1e-9, nan_ok=True)
        assert np.isnan(found.ap[action]) or 0 <= found.ap[action] <= 1
    assert found.mean == pytest.approx(np.nanmean(list(expected.values())), abs=1e-9)


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_without_ties_the_order_of_rows_does_not_matter(seed):
    truths, detections = ava_literal.scene(seed, rows=40)
    shuffled = random.Random(seed).sample(detections, len(detections)), random.Random(seed).sample(truths, len(truths))
    for protocol in ("activitynet", "uncapped", "slowfast"):
        plain = result(truths, detections, range(1, 7), protocol=protocol).ap
        assert result(shuffled[1], shuffled[0], range(1, 7), protocol=protocol).ap == pytest.approx(plain, nan_ok=True)


def test_of_equal_scores_the_first_in_the_file_comes_first():
    truths = [("v", 1.0, BOX, 1)]
    right, wrong = ("v", 1.0, BOX, 1, 0.5), ("v", 1.0, (0.6, 0.6, 0.9, 0.9), 1, 0.5)
    assert result(truths, [right, wrong]).ap[1] == 1
    assert result(truths, [wrong, right]).ap[1] == 0.5


def test_a_detection_never_falls_back_on_its_second_best_truth():
    near, far = (0.1, 0.1, 0.5, 0.5), (0.1, 0.1, 0.5, 0.6)  # overlap of the two: 0.8
    truths = [("v", 1.0, near, 1), ("v", 1.0, far, 1)]
    rows = [("v", 1.0, near, 1, 0.9), ("v", 1.0, near, 1, 0.8)]
    assert result(truths, rows).rankings[1].hits.tolist() == [True, False]


def test_an_overlap_of_exactly_the_threshold_is_a_hit():
    half = (0.1, 0.1, 0.5, 0.3)
    assert result([("v", 1.0, (0.0, 0.0, 0.5, 0.5), 1)], [("v", 1.0, (0.0, 0.0, 0.5, 0.25), 1, 0.9)]).ap[1] == 1
    assert result([("v", 1.0, BOX, 1)], [("v", 1.0, half, 1, 0.9)], iou=0.51).ap[1] == 0


def test_activitynet_counts_the_50_most_confident_rows_of_listed_classes_in_a_key_frame():
    truths = [("v", 1.0, BOX, 1)]
    crowd = [("v", 1.0, (0.6, 0.6, 0.9, 0.9), 2, 0.9)] * 49
    strangers = [("v", 1.0, (0.6, 0.6, 0.9, 0.9), 7, 0.9)] * 20
    last = [("v", 1.0, BOX, 1, 0.1)]
    assert result(truths, strangers + crowd + last, (1, 2)).ap[1] == 1
    over = result(truths, [*crowd, ("v", 1.0, BOX, 2, 0.2), *last], (1, 2))
    assert over.ap[1] == 0
    assert any("1 detection beyond the 50 most confident" in note for note in over.notes)
    assert result(truths, [*crowd, ("v", 1.0, BOX, 2, 0.2), *last], (1, 2), protocol="uncapped").ap[1] == 1
    flat = [("v", 1.0, (0.6, 0.6, 0.6, 0.9), 1, 0.9)] * 50  # they take their place although they have no area
    assert result(truths, flat + last).ap[1] == 0


def heaped(frames, scores, actions, boxes, limit):
    """Rows that a heap of each key frame holds in the end, as the public evaluators fill it."""
    heaps = {}
    for row, (frame, score, action, (x1, y1, x2, y2)) in enumerate(zip(frames, scores, actions, boxes)):
        heap, entry = heaps.setdefault(frame, []), (score, action, y1, x1, y2, x2, row)
        if len(heap) < limit:
            heapq.heappush(heap, entry)
        elif score > heap[0][0]:
            heapq.heapreplace(heap, entry)
    return sorted(entry[-1] for heap in heaps.values() for entry in heap)


@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 6))
@settings(max_examples=60)
def test_of_equal_scores_at_the_limit_the_rows_stay_that_a_heap_would_keep(seed, limit, levels):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 40)
    frames, scores, actions = rng.integers(0, 3, rows), rng.integers(0, levels, rows) / 8, rng.integers(1, 4, rows)
    boxes = rng.integers(0, 2, (rows, 4)) + np.arange(rows)[:, None] / 1000  # of two equal rows either may stay
    kept = most_confident(frames, scores, actions, boxes, limit)
    assert kept.tolist() == heaped(frames.tolist(), scores.tolist(), actions.tolist(), boxes.tolist(), limit)


def test_where_nobody_looked_detections_are_wrong_for_slowfast_alone():
    truths = [("v", 1.0, BOX, 1)]
    rows = [("v", 2.0, BOX, 1, 0.9), ("v", 1.0, BOX, 1, 0.5)]
    for protocol, ap in (("activitynet", 1), ("uncapped", 1), ("slowfast", 0.5)):
        found = result(truths, rows, protocol=protocol)
        assert found.ap[1] == ap
        assert any("1 detection in key frames that the ground truth does not list" in note for note in found.notes)


@pytest.mark.parametrize("listed", ["bare", "other class"])
def test_a_key_frame_that_is_listed_without_the_class_makes_detections_wrong(listed):
    rows = [("v", 2.0, BOX, 1, 0.9), ("v", 1.0, BOX, 1, 0.5)]
    truths, bare = [("v", 1.0, BOX, 1)], [("v", 2.0)]
    if listed == "other class":
        truths, bare = [*truths, ("v", 2.0, BOX, 80)], []
    assert result(truths, rows, bare=bare).ap[1] == 0.5


def test_who_claims_a_truth_differs_in_file_order():
    truths = [("v", 1.0, BOX, 1)]
    rows = [("v", 1.0, BOX, 1, 0.2), ("v", 1.0, BOX, 1, 0.9)]
    assert result(truths, rows, protocol="slowfast").ap[1] == 1
    assert result(truths, rows, protocol="slowfast-file-order").ap[1] == 0.5


def test_classes_without_truth_are_nan_and_left_out_of_the_mean():
    found = result([("v", 1.0, BOX, 1)], [("v", 1.0, BOX, 1, 0.9), ("v", 1.0, BOX, 2, 0.9)], (2, 1, 3))
    assert np.isnan([found.ap[2], found.ap[3]]).all()
    assert (found.mean, found.without_truth) == (1, (2, 3))
    assert any("2 of 3 classes without ground truth" in note for note in found.notes)


def test_hits_misses_and_curve_belong_together():
    truths, detections = ava_literal.scene(3, rows=60)
    found = result(truths, detections, range(1, 7))
    for action, ranking in found.rankings.items():
        scores = found.detections.scores[ranking.rows]
        assert (np.diff(scores) <= 0).all()
        assert (found.detections.actions[ranking.rows] == action).all()
        assert sorted([*ranking.truths, *ranking.misses]) == ranking.positives.tolist()
        assert len(ranking.truths) == ranking.hits.sum() == len(set(ranking.truths))
        assert (np.diff(ranking.envelope) <= 0).all()
        assert (ranking.envelope >= ranking.precision).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"protocol": "coco"}, r"want a protocol of activitynet, uncapped, slowfast.*got 'coco'"),
        ({"iou": 0}, "want an overlap above 0, up to 1, got 0"),
        ({"classes": (1, 1)}, r"want different class ids from 0 to .* got \[1, 1\]"),
        ({"classes": (-4,)}, r"want different class ids"),
        ({"classes": (5,)}, "want ground truth of the classes 5, got 1 alone"),
        ({"excluded": [("v", 1.0)]}, "want ground truth, got no row that counts"),
    ],
)
def test_wrong_arguments_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        result([("v", 1.0, BOX, 1)], [("v", 1.0, BOX, 1, 0.9)], **options)
