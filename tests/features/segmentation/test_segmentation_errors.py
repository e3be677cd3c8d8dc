"""Every net's timeline against the ground truth: the threshold counts, predicted and true are not changed round."""

import numpy as np
import pytest

from vizcore.features.segmentation import pipeline
from vizcore.features.segmentation.pipeline_predictions import TRUTH, Prediction, Predictions
from vizcore.runtime.clip_library import bundled

CLASSES = ("background", "wave", "sit_down")


def predicted(labels, truth):
    tiers = (Prediction(TRUTH, "truth", np.array(truth)), Prediction("a", "A", np.array(labels)))
    return Predictions(np.arange(len(truth)) / 25, CLASSES, tiers)


TRUE = np.repeat([0, 1, 0], [10, 20, 10])
LATE = np.repeat([0, 1, 0], [16, 20, 4])  # 14 of 26 frames overlap: 54 %


@pytest.mark.parametrize(("threshold", "kinds"), [(50, ["hit"]), (60, ["shifted"])])
def test_what_counts_as_a_hit_is_what_the_threshold_says(threshold, kinds):
    (one,) = pipeline.against_truth(predicted(LATE, TRUE), threshold)
    assert [verdict.kind for verdict in one.diagnosis.predicted] == kinds
    assert [verdict.overlap for verdict in one.diagnosis.predicted] == pytest.approx([14 / 26])


def test_predicted_and_ground_truth_segments_are_not_changed_round():
    split = np.repeat([0, 1, 0, 1, 0], [10, 8, 4, 8, 10])  # one wave, predicted as two
    (one,) = pipeline.against_truth(predicted(split, TRUE))
    assert [verdict.segment[:2] for verdict in one.diagnosis.predicted] == [(10, 18), (22, 30)]
    assert [verdict.segment[:2] for verdict in one.diagnosis.true] == [(10, 30)]
    assert [tier.tier.name for tier in pipeline.against_truth(predicted(split, TRUE))] == ["a"]


def test_it_is_predicted_segments_that_look_for_ground_truth_ones():
    wave = np.zeros((2, 40), int)
    for labels, spans in zip(wave, (((0, 20), (21, 40)), ((0, 4), (10, 40)))):
        for start, stop in spans:
            labels[start:stop] = 1
    ours, theirs = (pipeline.against_truth(predicted(*pair))[0].scores.f1[10] for pair in (wave, wave[::-1]))
    assert ours == pytest.approx(50)  # both predicted ones are most like the second true one, and it can be had once
    assert theirs == pytest.approx(100)


def test_the_background_counts_in_accuracy_alone():
    (one,) = pipeline.against_truth(predicted(np.ones(40, int), TRUE))
    assert one.scores.acc == pytest.approx(100 * 20 / 40)
    assert one.scores.edit == pytest.approx(100)  # one wave predicted, one wave true
    assert one.scores.f1[50] == pytest.approx(100)  # 20 of 40 frames overlap: just half
    (none,) = pipeline.against_truth(predicted(np.zeros(40, int), TRUE))
    assert none.scores.acc == pytest.approx(50)
    assert none.scores.f1[50] == 0


def test_without_a_truth_nothing_is_judged():
    one = Predictions(np.arange(40) / 25, CLASSES, (Prediction("a", "A", TRUE),))
    assert not pipeline.has_truth(one)
    assert pipeline.against_truth(one) == ()
    assert pipeline.has_truth(predicted(LATE, TRUE))
    assert not pipeline.has_truth(Predictions(np.arange(0), CLASSES, ()))


def test_a_clip_is_judged_by_its_threshold():
    path = bundled()["story"].path
    loose, strict = pipeline.judged(path, threshold=10), pipeline.judged(path, threshold=90)
    hits = [
        [sum(verdict.kind == "hit" for verdict in one.diagnosis.predicted) for one in all_] for all_ in (loose, strict)
    ]
    assert sum(hits[0]) > sum(hits[1])
    for one in strict:
        assert all(verdict.overlap >= 0.9 for verdict in one.diagnosis.predicted if verdict.kind == "hit")


def test_frames_a_second_are_the_gaps_and_not_the_frames():
    assert pipeline.rate_of([0.0, 0.1, 0.2]) == pytest.approx(10)


def test_a_truth_of_another_length_than_the_clip_is_not_shown(monkeypatch):
    monkeypatch.setattr(pipeline, "shown", lambda: ())
    monkeypatch.setattr(pipeline, "true_labels", lambda path: TRUE)
    with pytest.raises(ValueError, match="want a clip of the world in which one person acts"):
        pipeline.timelines(bundled()["story"].path)


def test_a_clip_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(pipeline, "shown", lambda: ())
    monkeypatch.setattr(pipeline, "MOST", 100)
    with pytest.raises(ValueError, match="want a clip of the world"):
        pipeline.timelines(bundled()["story"].path)


def test_predictions_print_their_sizes_and_scores_in_a_line():
    found = predicted(LATE, TRUE)
    (one,) = pipeline.against_truth(found)
    assert repr(found) == "Predictions(40 frames, 3 classes; segments: truth 3, a 3)"
    assert repr(found.tiers[1]) == "Prediction(A, 40 frames, 3 segments)"
    assert repr(one) == "ScoredPrediction(A, 40 frames, accuracy 70.0 %, edit score 100.0, F1@50 100.0)"
