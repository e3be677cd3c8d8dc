"""Clusters named by classes: the best of all namings by trying them, worked numbers, and what is refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.segmentation.unsupervised_scores import SCOPES, unsupervised_scores


def best_share(pairs):
    """Percent of frames that are right by the best one-to-one naming, by trying every one."""
    clusters, classes = (sorted({label for pair in pairs for label in pair[side]}) for side in (0, 1))
    classes = [*classes, *[None] * len(clusters)]
    right = max(
        sum(name[c] == t for told, truth in pairs for c, t in zip(told, truth))
        for name in (dict(zip(clusters, chosen)) for chosen in itertools.permutations(classes, len(clusters)))
    )
    return 100 * right / sum(len(truth) for _, truth in pairs)


LABELS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc")), min_size=1, max_size=12)


@given(st.lists(LABELS, min_size=1, max_size=3))
def test_no_naming_is_right_more_often(videos):
    pairs = [([c for c, _ in video], [t for _, t in video]) for video in videos]
    assert unsupervised_scores(pairs, "set").mof == pytest.approx(best_share(pairs))
    right = sum(best_share([pair]) * len(pair[0]) for pair in pairs) / sum(len(pair[0]) for pair in pairs)
    assert unsupervised_scores(pairs, "video").mof == pytest.approx(right)


def test_worked_numbers():
    found = unsupervised_scores([([0, 0, 0, 1, 1, 2], ["a", "a", "b", "b", "b", "b"])])
    assert found.names == ({0: "a", 1: "b"},)
    assert found.named == (["a", "a", "a", "b", "b", None],)
    assert found.mof == pytest.approx(100 * 4 / 6)
    assert found.iou == pytest.approx(100 * (2 / 3 + 2 / 4) / 2)
    assert found.f1 == pytest.approx(100 * (4 / 5 + 4 / 6) / 2)
    assert found.scores.f1[25] == pytest.approx(100 * 2 * 2 / (2 * 2 + 1))
    assert repr(found) == "Matched(1 videos, MoF 66.7, F1 73.3, IoU 58.3)"


def test_a_class_without_a_cluster_counts_as_nothing():
    found = unsupervised_scores([(np.zeros(4, int), np.array([7, 7, 7, 8]))])
    assert (found.mof, found.iou) == (75, pytest.approx(100 * 0.75 / 2))


def test_by_set_one_name_holds_in_all_videos():
    pairs = [([0, 0, 1], ["a", "a", "b"]), ([1, 1, 0], ["a", "a", "b"])]
    assert unsupervised_scores(pairs, "video").mof == 100
    assert unsupervised_scores(pairs, "set").mof == 50
    assert [len(unsupervised_scores(pairs, scope).names) for scope in SCOPES] == [2, 1]


@given(LABELS, st.permutations(range(4)))
def test_the_names_of_clusters_do_not_matter(video, order):
    told, truth = [c for c, _ in video], [t for _, t in video]
    one, other = unsupervised_scores([(told, truth)]), unsupervised_scores([([order[c] for c in told], truth)])
    assert one.mof == other.mof
    perfect = unsupervised_scores([(truth, truth)])
    assert perfect.mof == perfect.f1 == perfect.iou == 100


def test_wrong_arguments_are_refused():
    for pairs in ([], [([0], [])], [([0, 1], [0])]):
        with pytest.raises(ValueError, match="want a cluster for each frame of the truth"):
            unsupervised_scores(pairs)
    with pytest.raises(ValueError, match="want a scope of video, set, got 'world'"):
        unsupervised_scores([([0], [0])], "world")
