"""Segmentation without training: the papers' steps by hand, planted segments, properties, and what is refused."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.segmentation import clustering, nearest_groups
from vizcore.algorithms.segmentation.clustering import METHODS, MOST_FOUND, cluster, in_order, partitions
from vizcore.algorithms.segmentation.nearest_groups import at_unit_length, best_count, first_neighbours, merge


def planted(lengths, width=12, noise=0.3, seed=0):
    """Frames around one direction for each stretch, and which stretch each is of."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(lengths)), lengths)
    middles = rng.standard_normal((len(lengths), width))
    return middles[labels] + noise * rng.standard_normal((len(labels), width)), labels


def weights(means, times):
    """The paper's distances, one pair at a time; at least one frame apart in time."""
    table = np.full((len(means), len(means)), np.inf)
    for i, j in itertools.permutations(range(len(means)), 2):
        cosine = means[i] @ means[j] / np.linalg.norm(means[i]) / np.linalg.norm(means[j])
        table[i, j] = (1 - cosine) * max(1, abs(times[i] - times[j]))
    return table


def slow_tw_finch(features, count):
    """The paper's algorithms on whole tables, from a partition of MOST_FOUND groups; components by networkx."""
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    labels, levels = np.arange(len(unit)), []
    while labels.max():
        means = np.stack([unit[labels == c].mean(0) for c in range(labels.max() + 1)])
        times = [np.flatnonzero(labels == c).mean() for c in range(labels.max() + 1)]
        graph = nx.Graph(enumerate(weights(means, times).argmin(1).tolist()))
        name = {c: k for k, part in enumerate(nx.connected_components(graph)) for c in part}
        labels = np.array([name[c] for c in labels])
        levels.append(labels)
    labels = [level for level in [np.arange(len(unit)), *levels] if level.max() + 1 >= max(count, MOST_FOUND)][
        -1
    ].copy()
    while labels.max() + 1 > count:
        means = np.stack([unit[labels == c].mean(0) for c in range(labels.max() + 1)])
        times = [np.flatnonzero(labels == c).mean() for c in range(labels.max() + 1)]
        table = weights(means, times)
        a, b = np.unravel_index(table.argmin(), table.shape)
        labels[labels == b] = a
        labels = np.unique(labels, return_inverse=True)[1]
    return levels, in_order(labels)


@pytest.mark.parametrize("count", [2, 3, 5, 9, 30])
def test_tw_finch_is_the_papers_by_whole_tables(monkeypatch, count):
    monkeypatch.setattr(nearest_groups, "CELLS_AT_ONCE", 100)  # blocks of one or two rows
    for seed in range(4):
        features = np.cumsum(np.random.default_rng(seed).standard_normal((60, 5)), 0) + 2
        levels, labels = slow_tw_finch(features, count)
        found = partitions(at_unit_length(features))
        assert [in_order(one).tolist() for one in found] == [in_order(one).tolist() for one in levels]
        assert cluster(features, "tw-finch", count).labels.tolist() == labels.tolist()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("lengths", [(40, 25, 60), (30, 30, 30, 30, 30), (60, 25, 50, 40)])
def test_planted_segments_are_found_with_their_number_given_and_not(method, lengths):
    features, labels = planted(lengths)
    for count in (len(lengths), None):
        found = cluster(features, method, count)
        assert found.count == len(lengths)
        assert (found.labels != labels).mean() < 0.02
        assert found.given == (count is not None)
    assert repr(found).startswith(f"Clusters({len(lengths)} groups (found) in ")


def test_what_returns_is_one_group_for_change_points_and_k_means():
    features, labels = planted((40, 50))
    again = np.concatenate([features, features[:40]])
    for method in ("change points", "k-means"):
        found = cluster(again, method, 2)
        assert np.array_equal(found.labels, np.concatenate([labels, labels[:40]]))
        assert found.boundaries.tolist() == [40, 90]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(METHODS)), st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_every_frame_is_in_one_of_so_many_groups_numbered_as_they_appear(method, frames, count, seed):
    features = np.random.default_rng(seed).standard_normal((frames, 3))
    count = min(frames, count)
    found = cluster(features, method, count)
    assert found.labels.shape == (frames,)
    assert found.labels.dtype == np.int32
    firsts = [int((found.labels == k).argmax()) for k in range(found.count)]
    assert firsts == sorted(firsts)
    assert set(found.labels.tolist()) == set(range(count))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(list(METHODS)), st.floats(0.1, 30), st.integers(0, 9))
def test_lengths_and_turns_of_the_features_do_not_matter(method, scale, seed):
    rng = np.random.default_rng(seed)
    features, _ = planted((20, 30, 25), 6, 0.2, seed)
    turn, lengths = np.linalg.qr(rng.standard_normal((6, 6)))[0], scale * rng.uniform(0.5, 2, (75, 1))
    assert np.array_equal(cluster(features, method, 3).labels, cluster(lengths * features @ turn, method, 3).labels)


@pytest.mark.parametrize("method", ["tw-finch", "change points"])
def test_a_film_backwards_has_the_same_segments_backwards(method):
    features, _ = planted((20, 31, 25, 44))
    forwards, backwards = (cluster(one, method, 4).labels for one in (features, features[::-1]))
    assert np.array_equal(in_order(backwards[::-1]), forwards)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [None, 1, 3])
def test_a_film_that_stands_still_is_segmented_as_well_as_can_be(method, count):
    found = cluster(np.ones((50, 4)), method, count)
    if method == "k-means":
        assert found.count == 1  # there are no two frames that differ
    elif count:
        assert found.count == count
        assert len(found.boundaries) == count - 1


def test_k_means_is_decided_by_its_seed_and_as_good_as_scikit_learns():
    peer = pytest.importorskip("sklearn.cluster", reason="the peer scikit-learn is not installed")
    features, _ = planted((60, 50, 80, 40), 8, 1.0)
    unit = at_unit_length(features)
    for count in (2, 4, 7):
        first, again = (cluster(features, "k-means", count, seed=3).labels for _ in range(2))
        assert np.array_equal(first, again)
        means = np.stack([unit[first == k].mean(0) for k in range(count)])
        ours = ((unit - means[first]) ** 2).sum()
        assert ours <= 1.03 * peer.KMeans(count, n_init=10, random_state=0).fit(unit).inertia_


def test_the_number_that_is_found_is_that_of_the_best_ratio_by_scikit_learn():
    peer = pytest.importorskip("sklearn.metrics", reason="the peer scikit-learn is not installed")
    features, _ = planted((30, 20, 40, 35), 6, 0.9)
    unit = at_unit_length(features)
    merges = merge(unit, np.arange(len(unit)), in_time=True)
    ratios = {k: peer.calinski_harabasz_score(unit, merges.at(k)) for k in range(2, 17)}
    assert best_count(merges.within[::-1][:16], len(unit)) == max(ratios, key=ratios.get)
    for k in range(1, 17):
        labels = merges.at(k)
        means = np.stack([unit[labels == one].mean(0) for one in np.unique(labels)])
        within = ((unit - means[np.unique(labels, return_inverse=True)[1]]) ** 2).sum()
        assert merges.within[-k] == pytest.approx(within, abs=1e-4)


def test_of_equal_frames_the_next_in_time_is_the_neighbour():
    unit = np.tile(np.float32([[0.6, 0.8]]), (9, 1))
    nearest, _ = first_neighbours(unit, np.arange(9.0))
    assert nearest.tolist() == [1, 0, 1, 2, 3, 4, 5, 6, 7]


def test_a_long_film_needs_no_table_of_all_pairs(monkeypatch):
    made = []
    whole = nearest_groups.distances_from

    def counted(*given):
        table = whole(*given)
        made.append(table.size)
        return table

    monkeypatch.setattr(nearest_groups, "distances_from", counted)
    features, labels = planted((2500, 2000, 3500), 8, 0.3)
    found = cluster(features, "tw-finch", 3)
    assert (found.labels != labels).mean() < 0.01
    assert max(made) <= nearest_groups.CELLS_AT_ONCE


def test_nothing_is_changed():
    features, _ = planted((9, 9))
    before = features.copy()
    for method in METHODS:
        cluster(features, method)
    assert np.array_equal(features, before)


def test_wrong_arguments_are_refused(monkeypatch):
    for shape in [(5,), (0, 3), (5, 0), (2, 3, 4)]:
        with pytest.raises(ValueError, match=r"want features \(T, D\), not empty, of at most 50,000 frames, got"):
            cluster(np.zeros(shape))
    with pytest.raises(ValueError, match="want a method of tw-finch, change points, k-means, got 'magic'"):
        cluster(np.ones((5, 2)), "magic")
    for count in (0, 6):
        with pytest.raises(ValueError, match=f"want 1 to 5 groups of 5 frames, got {count}"):
            cluster(np.ones((5, 2)), count=count)
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="want finite features"):
            cluster(np.array([[1.0, 2], [bad, 0]]))
    monkeypatch.setattr(clustering, "LONGEST", 4)
    with pytest.raises(ValueError, match="of at most 4 frames, got"):
        cluster(np.ones((5, 2)))
