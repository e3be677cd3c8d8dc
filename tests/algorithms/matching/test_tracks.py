"""Tracks: what a matching says about itself, against plain loops over its patches."""

import functools
import itertools

import numpy as np
import pytest
import torch

from vizcore.algorithms.matching.matching import METHODS, loops, match, proximity, track
from vizcore.algorithms.matching.tracks import Tracks, compose

EVERY_METHOD = pytest.mark.parametrize("method", METHODS)


def clip(t=5, n=12, c=8, seed=0):
    return np.random.default_rng(seed).standard_normal((t, n, c)).astype(np.float32)


def test_example_3_the_best_for_both_gives_way():
    matching = Tracks(np.array([[1, 0]]), np.array([[[0.9, 0.8], [0.85, 0.1]]]), "hungarian")
    assert (matching.total[0], matching.identity_total[0]) == pytest.approx((1.65, 1.0))
    assert matching.margin[0] == pytest.approx([-0.1, 0.75])
    assert matching.overruled.tolist() == [[True, False]]
    assert matching.mutual.tolist() == [[True, False]]  # column 0 is more similar to row 0, column 1 to row 0
    assert matching.identity_share.tolist() == [0]


def test_displacement_counts_rows_down_and_columns_right():
    steps = np.array([[5, 1, 2, 3, 4, 0]])
    move = Tracks(steps, np.zeros((1, 6, 6)), "hungarian").displacement((2, 3))
    assert move[0].tolist() == [[1, 2], [0, 0], [0, 0], [0, 0], [0, 0], [-1, -2]]
    with pytest.raises(ValueError, match="want a grid of 6 patches, got 2 x 4 = 8"):
        Tracks(steps, np.zeros((1, 6, 6)), "hungarian").displacement((2, 4))


@EVERY_METHOD
def test_margin_mutual_and_matched_are_what_their_loops_say(method):
    tracks = track(clip(4, 9), method)
    for t, i in itertools.product(range(3), range(9)):
        row, j = tracks.similarity[t, i], tracks.steps[t, i]
        assert tracks.matched[t, i] == row[j]
        assert tracks.margin[t, i] == row[j] - max(row[k] for k in range(9) if k != j)
        assert tracks.mutual[t, i] == (tracks.similarity[t, :, j].argmax() == i)


def test_a_single_patch_has_no_margin_and_is_not_overruled():
    tracks = track(clip(3, 1))
    assert np.isnan(tracks.margin).all()
    assert not tracks.overruled.any()
    assert tracks.mutual.all()


def test_match_is_one_step_of_track():
    x = clip(2, 15)
    matching, tracks = match(*x), track(x)
    assert np.array_equal(matching.sigma, tracks.steps[0])
    assert np.array_equal(matching.similarity, tracks.similarity[0])
    assert np.array_equal(matching.margin, tracks.margin[0])
    assert matching.total == pytest.approx(tracks.total[0])
    assert matching.identity_total == pytest.approx(tracks.identity_total[0])
    assert matching.method == tracks.method == "hungarian"


def test_the_similarity_is_the_cosine():
    x = clip(3, 5, 4)
    expected = torch.cosine_similarity(torch.from_numpy(x[:-1, :, None]), torch.from_numpy(x[1:, None]), dim=-1)
    assert track(x).similarity == pytest.approx(expected.numpy(), abs=1e-6)


def test_loops_counts_the_tracks_that_the_direct_matching_confirms():
    x = clip(5, 20, 4)
    tracks = track(x)
    share = loops(x, tracks)
    assert share[:2].tolist() == [1, 1]
    for t in range(2, 5):
        assert share[t] == (match(x[0], x[t]).sigma == tracks.sigma[t]).mean()
    assert share[2:].max() < 1  # noise has no loops


def test_compose_follows_one_patch_at_a_time():
    rng = np.random.default_rng(0)
    steps = np.stack([[rng.permutation(6) for _ in range(3)] for _ in range(2)])
    sigma = compose(steps)
    for b, i in itertools.product(range(2), range(6)):
        walk = functools.reduce(lambda path, step: [*path, step[path[-1]]], steps[b], [i])
        assert sigma[b, :, i].tolist() == walk


def test_features_of_another_clip_are_refused():
    with pytest.raises(ValueError, match=r"want features of \(3, 4\) patches, got \(3, 5, 2\)"):
        loops(clip(3, 5, 2), track(clip(3, 4, 2)))


def test_a_prior_keeps_look_alikes_near_and_lets_the_distinct_go():
    rng = np.random.default_rng(0)
    plain = np.ones(8) + 0.02 * rng.standard_normal((2, 36, 8))  # a wall, every patch alike but for noise
    plain[0, 0], plain[1, 35] = np.eye(8)[0], np.eye(8)[0]  # and one thing that crosses the picture
    free, held = track(plain), track(plain, prior=0.1, grid=(6, 6))
    assert free.steps[0, 0] == held.steps[0, 0] == 35
    far = [np.abs(tracks.displacement((6, 6))[0, 1:]).max(-1).mean() for tracks in (free, held)]
    assert far[1] < 0.5 < 1.5 < far[0]
    assert np.array_equal(held.similarity, free.similarity)
    assert np.array_equal(track(plain, prior=0.0, grid=(6, 6)).steps, free.steps)


def test_proximity_is_a_gaussian_of_3_patches():
    near = proximity((3, 4))
    assert near.shape == (12, 12)
    assert np.array_equal(near, near.T)
    assert near[0, 0] == 1
    assert near[0, 3] == pytest.approx(np.exp(-0.5))  # three columns away
    assert near[0, 9] == pytest.approx(np.exp(-5 / 18))  # two rows down, one column right


@pytest.mark.parametrize(("prior", "grid"), [(0.1, None), (0.1, (2, 5)), (-0.1, (3, 4)), (np.nan, (3, 4))])
def test_a_prior_without_a_fitting_grid_is_refused(prior, grid):
    with pytest.raises(ValueError, match="want a prior of 0 or more with a grid of 12 patches"):
        track(clip(), prior=prior, grid=grid)
