"""Labels of any kind that a dict can go by: they score as whole numbers in their place do, and as sets of frames do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_segmentation import PREDICTED, TRUTH, VIDEOS, listed, pairs_of

from vizcore.algorithms.segmentation import metrics as segmentation
from vizcore.algorithms.segmentation.metrics import (
    Segment,
    accuracy,
    edit_score,
    evaluate,
    evaluate_each,
    f1_score,
    segments,
)

KINDS = {  # what a class is called: four of them
    "words": ["take", "open the jar", "", "0"],
    "tuples": [("take", 1), (), ("take", 2, 3), ("take",)],
    "numbers and words that look alike": [1, "1", b"1", 1.5],
    "anything": [None, ("a", ("b",)), frozenset([1]), 10**30],
    "fractions": [0.5, 0.25, 1e300, -1.0],
    "large numbers": [2**63, 2**64 - 1, 0, 1],
    "types": [int, str, np.int32, object()],
}


def objects(names):
    """(T,) object array: numpy would take tuples apart."""
    found = np.empty(len(names), object)
    found[:] = names
    return found


@pytest.mark.parametrize("hold", [list, tuple, objects])
@pytest.mark.parametrize("kind", KINDS)
@given(VIDEOS, st.sets(st.integers(0, 3), max_size=3))
@settings(max_examples=25)
def test_labels_of_any_kind_score_as_sets_of_frames_of_them_do(kind, hold, videos, dropped):
    names = KINDS[kind]
    numbered = list(pairs_of(videos))
    pairs = [tuple([names[label] for label in side] for side in pair) for pair in numbered]
    background = [names[label] for label in dropped]
    scores = evaluate([tuple(map(hold, pair)) for pair in pairs], background)
    predicted, true = zip(*pairs)
    acc = np.mean([a == b for pair in pairs for a, b in zip(*pair)])
    assert scores.acc == pytest.approx(100 * acc)
    assert scores == evaluate(numbered, dropped)
    assert evaluate_each(map(hold, pair) for pair in pairs) == evaluate_each(numbered)
    for labels in (*predicted, *true):
        found = segments(hold(labels), background)
        expected = [(min(frames), max(frames) + 1, label) for label, frames in listed(labels, background)]
        assert found == tuple(expected)
        assert [type(one.label) for one in found] == [type(label) for _, _, label in expected]


@given(VIDEOS)
def test_words_in_an_array_score_as_in_a_list(videos):
    names = np.array(KINDS["words"])
    pairs = list(pairs_of(videos))
    worded = [tuple(names[side] for side in pair) for pair in pairs]
    assert evaluate(worded, ["take"]) == evaluate(pairs, [0])
    assert evaluate([(predicted, true.tolist()) for predicted, true in worded]) == evaluate(pairs)
    assert {type(one.label) for one in segments(worded[0][0])} == {str}


@pytest.mark.parametrize("compiled", [True, False])
def test_worked_example_in_words_with_words_as_background(compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(segmentation, "kernel", lambda name: None)
    names = np.array(["background", "take", "open"])
    predicted, true = names[PREDICTED].tolist(), names[TRUTH]
    scores = evaluate([(predicted, true)], background=["background", "no class"])
    assert (scores.acc, scores.edit) == pytest.approx((80, 66.667), abs=1e-3)
    assert scores.f1 == pytest.approx({10: 80, 25: 80, 50: 40})
    assert accuracy(predicted, true) == pytest.approx(80)
    assert edit_score(predicted, true, ("background",)) == pytest.approx(66.667, abs=1e-3)
    assert f1_score(predicted, true, 50, {"background"}) == pytest.approx(40)
    assert segments(true, ["take"]) == (Segment(0, 10, "background"), Segment(20, 30, "open"))


def test_a_number_and_a_word_are_two_classes_and_a_background_of_words_leaves_numbers_alone():
    assert accuracy([1, "1", True, 1.0], np.array([1, 1, 1, 1])) == 75
    assert evaluate([(PREDICTED, TRUTH)], ["background", 0]) == evaluate([(PREDICTED, TRUTH)], [0])
    assert (
        evaluate([(PREDICTED, TRUTH)], iter([0]))
        == evaluate([(PREDICTED, TRUTH)], [0.0])
        == evaluate([(PREDICTED, TRUTH)], [0])
    )
    assert segments([2**63, 2**63, -1]) == (Segment(0, 2, 2**63), Segment(2, 3, -1))
    assert segments(np.array([2**63, 1], np.uint64))[0].label == 2**63
    assert segments([]) == segments(()) == ()


def test_arrays_of_whole_numbers_are_neither_copied_nor_looked_up():
    labels = np.arange(9, dtype=np.int32)
    (numbers,), dropped = segmentation._numbered([segmentation._values(labels)], (3, np.int64(1)))
    assert np.shares_memory(numbers, labels)
    assert dropped.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("predicted", "background", "wanted"),
    [
        ([[0], [1]], (), r"want labels that a dict can go by .*unhashable type: 'list'"),
        ([[0, 1], [1, 0]], (), "want labels that a dict can go by"),
        (["a", {}], (), "want labels that a dict can go by"),
        ("ab", (), r"want labels \(T,\) of whole numbers or words, got \(\) of <U2"),
        ({"a", "b"}, (), r"got \(\) of object"),
        (np.array([["a", "b"]]), (), r"got \(1, 2\) of <U1"),
        (["a", "b"], "background", r"want a collection of background classes, such as \['background'\], got the word"),
        (["a", "b"], [[]], "want labels that a dict can go by"),
        ([0, 1], [{}], "want labels that a dict can go by"),
    ],
)
def test_labels_that_cannot_be_compared_are_refused(predicted, background, wanted):
    for ask in (lambda: segments(predicted, background), lambda: evaluate([(predicted, ["a", "b"])], background)):
        with pytest.raises(ValueError, match=wanted):
            ask()
