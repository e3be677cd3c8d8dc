"""Metrics of segments: worked numbers, the public evaluation as oracle, numpy and compiled code, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.segmentation import metrics as segmentation
from vizcore.algorithms.segmentation.metrics import (
    THRESHOLDS,
    Segment,
    accuracy,
    edit_score,
    evaluate,
    evaluate_each,
    f1_score,
    segments,
)

TRUTH = np.repeat([0, 1, 2], 10)
PREDICTED = np.repeat([0, 1, 0, 1, 2], [12, 2, 2, 6, 8])
RUNS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=12)
VIDEOS = st.lists(st.tuples(RUNS, RUNS), min_size=1, max_size=3)


@pytest.fixture(params=["compiled", "numpy"])
def way(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(segmentation, "kernel", lambda name: None)


def spread(runs):
    return np.repeat(*map(np.array, zip(*runs)))


def pairs_of(videos):
    """Both sides of every video, as long as the shorter."""
    for one, other in videos:
        predicted, true = spread(one), spread(other)
        shorter = min(len(predicted), len(true))
        yield predicted[:shorter], true[:shorter]


def listed(labels, background):
    """Segments frame by frame: (label, frames of it)."""
    found = []
    for frame, label in enumerate(labels):
        if frame == 0 or labels[frame - 1] != label:
            found.append((label, set()))
        found[-1][1].add(frame)
    return [(label, frames) for label, frames in found if label not in background]


def distance(one, other):
    """Levenshtein, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            changed = table[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            table[i, j] = min(changed, table[i - 1, j] + 1, table[i, j - 1] + 1)
    return table[len(one), len(other)]


def oracle(pairs, background):
    """Accuracy, edit score and {threshold: (TP, FP, FN)} by sets of frames."""
    right = frames = 0
    edits, counts = [], {k: [0, 0, 0] for k in THRESHOLDS}
    for predicted, true in pairs:
        right, frames = right + sum(predicted == true), frames + len(true)
        p, t = listed(predicted, background), listed(true, background)
        longer = max(len(p), len(t))
        edits.append(100 * (1 - distance([c for c, _ in p], [c for c, _ in t]) / longer) if longer else 0)
        for k in THRESHOLDS:
            hit = set()
            for label, stretch in p:
                shares = [len(stretch & s) / len(stretch | s) if c == label else 0 for c, s in t]
                best = max(range(len(t)), key=lambda j: shares[j]) if t else None
                if best is not None and shares[best] >= k / 100 and best not in hit:
                    hit.add(best)
            for place, number in enumerate((len(hit), len(p) - len(hit), len(t) - len(hit))):
                counts[k][place] += number
    return 100 * right / frames, np.mean(edits), {k: tuple(v) for k, v in counts.items()}


def test_worked_example(way):
    scores = evaluate([(PREDICTED, TRUTH)])
    assert (scores.videos, scores.frames) == (1, 30)
    assert scores.acc == pytest.approx(80)
    assert scores.edit == pytest.approx(60)
    assert scores.counts == {10: (3, 2, 0), 25: (3, 2, 0), 50: (2, 3, 1)}
    assert scores.f1 == pytest.approx({10: 75, 25: 75, 50: 50})


def test_worked_example_without_the_background(way):
    scores = evaluate([(PREDICTED, TRUTH)], background=[0])
    assert scores.acc == pytest.approx(80)  # of all frames, as before
    assert scores.edit == pytest.approx(66.667, abs=1e-3)
    assert scores.f1 == pytest.approx({10: 80, 25: 80, 50: 40})


@pytest.mark.parametrize("background", [[], [0], [3, 1]])
@given(VIDEOS)
@settings(max_examples=120)
def test_scores_are_those_of_sets_of_frames(background, videos):
    pairs = list(pairs_of(videos))
    acc, edit, counts = oracle(pairs, background)
    scores = evaluate(pairs, background)
    assert (scores.acc, scores.edit) == pytest.approx((acc, edit))
    assert scores.counts == counts


@given(VIDEOS, st.sets(st.integers(0, 3), max_size=3))
@settings(max_examples=120)
def test_numpy_counts_what_the_compiled_tally_counts(videos, background):
    dropped, thresholds = np.array(sorted(background), np.int64), np.array(THRESHOLDS)
    compiled = pytest.importorskip("vizcore.algorithms.segmentation.metrics_kernel", reason="numba is not installed")
    for predicted, true in pairs_of(videos):
        one = compiled.tally(predicted, true, dropped, thresholds).tolist()
        assert one == segmentation._tally_by_numpy(predicted, true, dropped, thresholds).tolist()


def test_long_runs_and_many_segments_are_counted_alike(way):
    rng = np.random.default_rng(0)
    true = np.repeat(rng.integers(0, 5, 60), rng.integers(1, 300, 60))
    predicted = np.where(rng.random(len(true)) < 0.02, rng.integers(0, 5, len(true)), true)
    acc, edit, counts = oracle([(predicted, true)], [2])
    scores = evaluate([(predicted, true)], [2])
    assert (scores.acc, scores.edit, scores.counts) == (pytest.approx(acc), pytest.approx(edit), counts)


def test_the_edit_distance_is_that_of_rapidfuzz(way):
    peer = pytest.importorskip("rapidfuzz.distance.Levenshtein", reason="rapidfuzz is not installed")
    rng = np.random.default_rng(1)
    for _ in range(30):
        predicted, true = (np.repeat(rng.integers(0, 6, 40), 3) for _ in range(2))
        one, other = ([segment.label for segment in segments(labels)] for labels in (predicted, true))
        assert edit_score(predicted, true) == pytest.approx(100 * peer.normalized_similarity(one, other))


@given(RUNS)
def test_p13_a_perfect_prediction_scores_100(runs):
    labels = spread(runs)
    scores = evaluate([(labels, labels)])
    assert (scores.acc, scores.edit, scores.f1) == (100, 100, dict.fromkeys(THRESHOLDS, 100))


@given(RUNS)
def test_segments_tile_the_video_and_paint_its_labels(runs):
    labels = spread(runs)
    found = segments(labels)
    assert np.array_equal(np.repeat([one.label for one in found], [one.frames for one in found]), labels)
    assert [one.stop for one in found] == [other.start for other in found[1:]] + [len(labels)]
    assert segments(labels, background=[1]) == tuple(one for one in found if one.label != 1)


def test_labels_that_are_part_of_a_longer_array_are_read_no_further(way):
    whole = np.ones(300, np.int32)
    for length in range(1, 200):
        scores = evaluate([(whole[:length], np.zeros(length, np.int32))])
        assert (scores.frames, scores.acc, scores.counts[50]) == (length, 0, (0, 1, 1))
        assert accuracy(whole[:length], whole[:length]) == 100


def test_a_video_without_segments_scores_0_and_not_an_error(way):
    nothing, something = np.zeros(8, int), np.repeat([0, 1], 4)
    for predicted, true in ((nothing, nothing), (something, nothing), (nothing, something)):
        scores = evaluate([(predicted, true)], background=[0])
        assert (scores.edit, scores.f1) == (0, dict.fromkeys(THRESHOLDS, 0))
    assert segments(np.zeros(0, int)) == ()


def test_sums_are_over_videos_and_the_edit_score_is_their_mean():
    pairs = [(PREDICTED, TRUTH), (TRUTH, TRUTH), (TRUTH[::-1], TRUTH)]
    each, together = evaluate_each(pairs), evaluate(pairs)
    assert [one.edit for one in each] == [pytest.approx(edit_score(*pair)) for pair in pairs]
    assert together.edit == pytest.approx(np.mean([one.edit for one in each]))
    assert together.counts[25] == tuple(sum(one.counts[25][place] for one in each) for place in range(3))
    assert together.acc == pytest.approx(np.mean([accuracy(*pair) for pair in pairs]))  # all of one length
    assert f1_score(*pairs[0], 50) == pytest.approx(50)


def test_the_overlap_that_is_just_enough_is_a_hit(way):
    true = np.repeat([0, 1], 10)
    assert evaluate([(np.repeat([0, 1], [5, 15]), true)], [1]).counts[50] == (1, 0, 0)
    assert evaluate([(np.repeat([0, 1], [4, 16]), true)], [1]).counts[50] == (0, 1, 1)


def test_labels_may_be_of_any_kind_of_whole_number_and_are_not_changed(way):
    for kind in (np.uint8, np.int32, bool):
        predicted, true = np.array([0, 0, 1, 1], kind), np.array([0, 1, 1, 1], kind)
        assert accuracy(predicted, true) == 75
        assert predicted.tolist() == [0, 0, 1, 1]
    assert accuracy(np.arange(8)[::2], np.arange(8)[::2]) == 100  # not contiguous
    assert isinstance(segments(np.array([1, 1], np.uint8))[0], Segment)


@pytest.mark.parametrize(
    ("predicted", "true", "wanted"),
    [
        (np.zeros(3, int), np.zeros(4, int), "want a label for each frame of the ground truth, got 3 for 4"),
        (np.zeros(0, int), np.zeros(0, int), "got 0 for 0"),
        (np.zeros(3), np.zeros(3, int), r"want labels \(T,\) of whole numbers or words, got \(3,\) of float64"),
        (np.zeros((2, 2), int), np.zeros(4, int), r"got \(2, 2\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(predicted, true, wanted):
    with pytest.raises(ValueError, match=wanted):
        evaluate([(predicted, true)])


def test_nothing_to_evaluate_and_unknown_thresholds_are_refused():
    with pytest.raises(ValueError, match="want the labels of at least one video, got none"):
        evaluate([])
    with pytest.raises(ValueError, match="want a threshold of 10, 25, 50 percent, got 75"):
        f1_score(PREDICTED, TRUTH, 75)
