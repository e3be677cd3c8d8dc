"""The sentence that each result of segmentation begins with, for every outcome there is."""

from types import SimpleNamespace

import numpy as np
import pytest

from vizcore.algorithms.segmentation.frame_labels import FrameLabels
from vizcore.algorithms.segmentation.label_sets import gather, ranked
from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, reassemble
from vizcore.algorithms.segmentation.segment_errors import diagnose
from vizcore.features.segmentation.pipeline import ScoredPredictions, against_truth
from vizcore.features.segmentation.pipeline_files import compared, parts_of
from vizcore.features.segmentation.pipeline_graph_matching import GRAPHS, matched
from vizcore.features.segmentation.pipeline_predictions import TITLE, TRUTH, Prediction, Predictions
from vizcore.features.segmentation.pipeline_verdict import (
    Counted,
    counted,
    matching_verdict,
    predicted_verdict,
    ranking_verdict,
    reassembly_verdict,
    scored_verdict,
    table_verdict,
)
from vizcore.features.segmentation.published import COLUMNS, TABLE_1
from vizcore.synthetic.doing import CLASSES


def net(title, hits, predicted, *missed):
    return Counted(title, hits, predicted, missed)


@pytest.mark.parametrize(
    ("nets", "sentence"),
    [
        ([], "There is no ground truth to score timelines by."),
        ([net("A", 2, 2)], "A finds all 2 segments and none wrong."),
        ([net("A", 1, 3)], "A finds all 1 segment and 2 wrong."),
        ([net("A", 0, 3, "pull", "stir")], "A finds none of the 2 segments."),
        ([net("A", 0, 3, "pull"), net("B", 0, 0, "pull")], "None of the 2 nets finds one of the 1 segment."),
        (
            [net("A", 7, 9, "pull", "stir"), net("B", 8, 8, "pull")],
            "B finds 8 of 9 segments and none wrong, against 7 and 2 wrong by A; the miss is *pull*.",
        ),
        (
            [net("A", 8, 8, "pull"), net("B", 8, 8, "stir"), net("C", 0, 0, *9 * ["x"])],
            "A finds 8 of 9 segments and none wrong, against 0 and none wrong by C; the miss is *pull*.",
        ),
        (
            [net("A", 8, 9, "pull", "stir"), net("B", 8, 9, "pull", "stir")],
            "A finds 8 of 10 segments and 1 wrong, like B; it misses *pull* and *stir*.",
        ),
        (
            [net("A", 1, 1, "a", "b", "a", "c"), net("B", 1, 1, *"abac"), net("C", 1, 1, *"abac")],
            "A finds 1 of 5 segments and none wrong, like the other 2 nets; it misses 2 × *a*, *b* and 1 more.",
        ),
        ([net("A", 0, 0)], "By the ground truth nothing is done, as A says."),
        ([net("A", 0, 3), net("B", 0, 1)], "By the ground truth nothing is done, but B predicts 1 segment."),
    ],
)
def test_the_best_net_comes_first_with_what_it_misses(nets, sentence):
    assert scored_verdict(nets) == sentence


def test_a_video_is_named_where_the_sentence_must_say_whose_segments_they_are():
    assert scored_verdict([net("A", 1, 1, "cut")], " of film") == (
        "A finds 1 of 2 segments of film and none wrong; the miss is *cut*."
    )


def test_segments_are_counted_as_their_errors_are():
    truth, predicted = np.repeat([1, 0, 2, 3], 10), np.repeat([1, 0, 3, 3], 10)
    names = ["background", "a", "sit_down", "c"]
    found = counted("A", diagnose(predicted, truth, (0,), 50), names)
    assert found == ("A", 2, 2, ("sit down",))
    assert found.f1 == pytest.approx(4 / 5)


@pytest.mark.parametrize(
    ("counts", "true", "sentence"),
    [
        ({}, 3, "The ground truth has 3 segments; the nets of segmentation are not here to predict any."),
        ({"A": 1}, None, "No ground truth: A predicts 1 segment."),
        ({"A": 7, "B": 9, "C": 8}, None, "No ground truth: B predicts 9 segments, C 8 and A 7."),
        ({"A": 4, "B": 4}, None, "No ground truth: each of the 2 nets predicts 4 segments."),
        ({"A": 0, "B": 0}, None, "No ground truth: no net predicts an action here."),
        ({"A": 2, "B": 1}, 3, "The ground truth has 3 segments: A predicts 2 segments and B 1."),
    ],
)
def test_where_nothing_is_scored_the_segments_are_counted(counts, true, sentence):
    assert predicted_verdict(counts, true) == sentence


def rules(actions, boundaries, length=100):
    points = [ActionPoint(*one) for one in actions], [BoundaryPoint(*one) for one in boundaries]
    return reassembly_verdict(reassemble(*points, length))


def test_re_assembly_says_what_was_merged_and_deleted():
    actions = (10, 0, 0.9), (14, 0, 0.3), (30, 1, 0.6), (36, 2, 0.8), (70, 1, 0.7)
    assert rules(actions, ((20, 0.8), (50, 0.4), (54, 0.6))) == (
        "Four steps make 3 segments of 5 action points and 3 boundaries: 2 merged and 1 deleted."
    )
    assert (
        rules(((10, 0, 0.9),), ((5, 0.5),)) == "Two steps make 1 segment of 1 action point and 1 boundary: 1 deleted."
    )
    assert rules(((10, 0, 0.9), (30, 1, 0.9)), ((20, 0.5),)) == (
        "The 2 action points and 1 boundary alternate already: they make 2 segments."
    )
    assert (
        rules((), ((20, 0.8),))
        == "There is no action point inside the video, so there is nothing to make a timeline of."
    )


def set_of(**models):
    """Rankings of models that say words of one video of ten frames, or of several."""
    videos = {video for told in models.values() for video in told}

    def labels(whose, video, words):
        runs = [(word, 5) for word in words]
        return FrameLabels(f"{whose}/{video}", *(tuple(part) for part in zip(*runs)), ("line 1",) * len(runs))

    truth = [labels("groundTruth", video, ("a", "b")) for video in sorted(videos)]
    told = {name: [labels(name, video, words) for video, words in one.items()] for name, one in models.items()}
    found = gather(truth, told)
    return [ranked(found, model) for model in found.models]


def test_of_models_the_best_is_named_with_its_scores():
    right, wrong, late = ("a", "b"), ("b", "b"), ("b", "a")
    assert ranking_verdict(set_of(one={"x": right})) == (
        "one scores F1@50 100.0, F1@25 100.0, F1@10 100.0, edit 100.0 and acc 100.0 on x."
    )
    assert ranking_verdict(set_of(one={"x": right, "y": wrong}), 1).endswith(
        "on 2 videos; the worst is y (F1@50 66.7); 1 note on reading below."
    )
    assert ranking_verdict(set_of(one={"x": right}, two={"x": late}), 2) == (
        "one is best by every score: F1@50 100.0 against 0.0 of two; 2 notes on reading below."
    )
    assert ranking_verdict(set_of(one={"x": right}, two={"x": right})) == "one and two score the same."


def test_where_no_model_is_best_by_all_scores_each_has_its_own():
    def model(name, *values):
        metrics = dict(zip(("acc", "edit", "F1@10", "F1@25", "F1@50"), values))
        return SimpleNamespace(model=name, scores=SimpleNamespace(metrics=metrics), rows=())

    assert ranking_verdict([model("one", 90, 80, 70, 60, 50), model("two", 80, 80, 70, 65, 60)]) == (
        "one is best by acc (90.0), two is best by F1@25 (65.0) and F1@50 (60.0) and some are equal by edit (80.0) and "
        "F1@10 (70.0)."
    )


def test_a_plan_says_how_many_nodes_are_assigned_rightly():
    assert matched(GRAPHS["three nodes"], 1.0, 40).verdict == (
        "Hungarian assigns all 3 nodes of the plan as in the ground truth; its rows and columns sum to 1."
    )
    assert matched(GRAPHS["all alike"], 1.0, 10).verdict == (
        "All 9 shares are equal: nothing tells one match from another."
    )
    plan = np.array([[0.6, 0.3], [0.4, 0.9]])
    assert matching_verdict(plan, np.array([0, 1]), np.array([1, 0])) == (
        "Hungarian assigns 0 of 2 nodes of the plan as in the ground truth; "
        "a row or column of it is 0.3 from a sum of 1."
    )


def test_the_papers_table_has_a_winner_and_so_has_one_without():
    assert table_verdict(TABLE_1, COLUMNS) == (
        "As printed, RTK is best in every column: F1@50 83.4 against 80.5 of ASFormer + extra modules."
    )
    assert table_verdict({"A": (1, 9), "B": (2, 3), "C": (3, 4)}, ("edit", "F1@50")).startswith("As printed, ")
    assert table_verdict({"A": (1, 9, 9), "B": (2, 3, 4)}, ("edit", "F1@50", "acc")) == (
        "As printed, A is best in 2 of 3 columns: F1@50 9 against 3 of B."
    )


def test_results_say_their_own_verdict():
    labels = np.repeat([CLASSES.index("walk"), 0, CLASSES.index("push")], 10)
    tiers = Prediction(TRUTH, TITLE, labels), Prediction("a", "A", np.where(labels == labels[-1], 0, labels))
    found = Predictions(np.arange(30) / 10, CLASSES, tiers)
    assert found.verdict == "The ground truth has 2 segments: A predicts 1 segment."
    assert against_truth(found).verdict == "A finds 1 of 2 segments and none wrong; the miss is *push*."
    assert ScoredPredictions().verdict == "There is no ground truth to score timelines by."
    files = {"groundTruth/v.txt": b"cut\n" * 5 + b"stir\n" * 5, "net/v": b"### x\n" + b"cut " * 10}
    dataset = compared(parts_of(files))
    assert dataset.verdict == "net scores F1@50 66.7, F1@25 66.7, F1@10 66.7, edit 50.0 and acc 50.0 on v."
    assert dataset.video_verdict("net", "v") == "net finds 1 of 2 segments of v and none wrong; the miss is *stir*."
