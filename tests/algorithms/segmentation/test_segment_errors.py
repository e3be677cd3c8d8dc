"""Verdicts on segments: each kind by an example, and counts that add up to those of F1 whatever the labels are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_segmentation import PREDICTED, RUNS, TRUTH, pairs_of

from vizcore.algorithms.segmentation.metrics import THRESHOLDS, evaluate, segments
from vizcore.algorithms.segmentation.segment_errors import KINDS, diagnose


def painted(*runs):
    return np.repeat([label for label, _ in runs], [frames for _, frames in runs])


def kinds(predicted, true, background=(0,), threshold=50):
    found = diagnose(predicted, true, background, threshold)
    return [one.kind for one in found.predicted], [one.kind for one in found.true]


def test_worked_example():
    found = diagnose(PREDICTED, TRUTH)
    assert [one.kind for one in found.predicted] == ["hit", "fragmented", "substituted", "fragmented", "hit"]
    assert [one.kind for one in found.true] == ["hit", "fragmented", "hit"]
    assert [one.shift for one in found.predicted] == [(0, 2), (2, -6), None, (6, 2), (2, 0)]
    assert [one.overlap for one in found.predicted] == pytest.approx([10 / 12, 0.2, 0.2, 4 / 12, 0.8])
    assert found.predicted[2].other == (10, 20, 1)  # the third was predicted as class 0, and was the second true one
    assert found.counts == {"hit": (2, 2), "fragmented": (2, 1), "substituted": (1, 0)}
    assert found.mean_shift == (1, 1)


def test_one_segment_told_in_pieces():
    true, predicted = painted((1, 20)), painted((1, 6), (0, 2), (1, 12))
    assert kinds(predicted, true) == (["fragmented", "hit"], ["hit"])
    assert kinds(predicted, true, threshold=75) == (["fragmented", "fragmented"], ["fragmented"])


def test_several_segments_told_as_one():
    true, predicted = painted((1, 5), (0, 2), (1, 5)), painted((1, 12))
    assert kinds(predicted, true) == (["merged"], ["merged", "merged"])
    assert kinds(predicted, true, threshold=25) == (["hit"], ["hit", "merged"])


def test_boundaries_too_far_away():
    true, predicted = painted((0, 5), (1, 10), (0, 5)), painted((0, 11), (1, 9))
    assert kinds(predicted, true) == (["shifted"], ["shifted"])
    found = diagnose(predicted, true, [0])
    assert found.predicted[0].shift == found.true[0].shift == (6, 5)


def test_another_class_something_from_nothing_and_nothing_from_something():
    true, predicted = painted((1, 10), (0, 10), (3, 10)), painted((2, 10), (0, 3), (4, 7), (0, 10))
    assert kinds(predicted, true) == (["substituted", "inserted"], ["substituted", "deleted"])
    found = diagnose(predicted, true, [0])
    assert found.predicted[0].other == (0, 10, 1)
    assert found.true[0].other == (0, 10, 2)
    assert found.predicted[1].other is found.true[1].other is None
    assert np.isnan(found.mean_shift).all()


def test_of_equal_shares_the_first_is_blamed():
    true, predicted = painted((1, 10)), painted((2, 5), (3, 5))
    assert diagnose(predicted, true).true[0].other == (0, 5, 2)


@given(RUNS, RUNS, st.sets(st.integers(0, 3), max_size=2), st.sampled_from(THRESHOLDS))
@settings(max_examples=250)
def test_every_false_positive_and_negative_of_f1_has_one_reason(one, other, background, threshold):
    ((predicted, true),) = pairs_of([(one, other)])
    found = diagnose(predicted, true, background, threshold)
    hits, extra, missed = evaluate([(predicted, true)], background).counts[threshold]
    assert tuple(verdict.segment for verdict in found.predicted) == segments(predicted, background)
    assert tuple(verdict.segment for verdict in found.true) == segments(true, background)
    assert [sum(verdict.kind == "hit" for verdict in side) for side in (found.predicted, found.true)] == [hits, hits]
    assert [sum(verdict.kind != "hit" for verdict in side) for side in (found.predicted, found.true)] == [extra, missed]
    assert set(found.counts) <= set(KINDS)
    assert sum(ours for ours, _ in found.counts.values()) == hits + extra


@given(RUNS, RUNS)
@settings(max_examples=100)
def test_the_blame_is_what_the_frames_say(one, other):
    ((predicted, true),) = pairs_of([(one, other)])
    for side, labels, kind in (("predicted", true, "inserted"), ("true", predicted, "deleted")):
        for verdict in getattr(diagnose(predicted, true, [0]), side):
            start, stop, label = verdict.segment
            if verdict.other is None:
                assert verdict.kind == kind
                assert label not in labels[start:stop]
            else:
                frames, others = set(range(start, stop)), set(range(verdict.other.start, verdict.other.stop))
                assert verdict.overlap == pytest.approx(len(frames & others) / len(frames | others))
                assert set(labels[verdict.other.start : verdict.other.stop]) == {verdict.other.label}
                assert (verdict.kind == "substituted") == (verdict.other.label != label)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="want a threshold of 1 to 100 percent, got 0"):
        diagnose(PREDICTED, TRUTH, threshold=0)
    with pytest.raises(ValueError, match="want a label for each frame of the ground truth, got 29 for 30"):
        diagnose(PREDICTED[1:], TRUTH)
