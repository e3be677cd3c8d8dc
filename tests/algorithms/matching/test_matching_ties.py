"""Ties: what rounding could decide is decided by where things are, whatever the last bits of a product say."""

import itertools

import numpy as np
import pytest
import torch
from conftest import real_clip
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from vizcore.algorithms.matching import assignment, matching
from vizcore.algorithms.matching.assignment import best_assignment, greedy_assignment
from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import align, match, track
from vizcore.algorithms.matching.tracks import Tracks
from vizcore.algorithms.ties import cosine_error
from vizcore.video import read_clip

ULP = float(np.finfo(np.float32).eps) / 2  # of a cosine from 1/2 to 1
GRID = (4, 5)
ROUNDING = cosine_error(32, np.float32)
METHODS = pytest.mark.parametrize("method", ["hungarian", "greedy", "sinkhorn"])


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def textures(rng, kind, count):
    """Two frames (2, N, 32) in which equal patches are equal on purpose."""
    patches = unit(rng.standard_normal((count, 32)))
    if kind == "all grey":
        return np.stack([np.tile(patches[:1], (count, 1))] * 2)
    if kind == "wallpaper":  # three patches, over and over, that go on by one
        papered = patches[np.arange(count + 1) % 3]
        return np.stack([papered[:-1], papered[1:]])
    if kind == "two alike":
        patches[count // 2 :] = patches[: count - count // 2]
        return np.stack([patches, patches[rng.permutation(count)]])
    bars = patches.copy()  # "black bars" above and below a picture that moves by one
    inner = slice(count // 4, count - count // 4)
    bars[: inner.start] = bars[inner.stop :] = 0
    after = bars.copy()
    after[inner] = np.roll(bars[inner], 1, 0)
    return np.stack([bars, after])


KINDS = ["all grey", "wallpaper", "two alike", "black bars"]


def noisy(cosines, rng, ulps):
    """The same matrix from another machine: every number off by some units in its last place."""
    return (cosines + rng.integers(-ulps, ulps + 1, cosines.shape) * ULP).astype(np.float32)


def by_the_rule(cosines, grid):
    """Every permutation: of those with the largest total, most stay, then the squared moves sum least."""
    places = np.stack(np.divmod(np.arange(len(cosines)), grid[1]), -1)
    away = ((places[:, None] - places) ** 2).sum(-1)
    rows = np.arange(len(cosines))
    orders = np.array(list(itertools.permutations(rows)))
    totals = cosines[rows, orders].sum(1)
    best = orders[totals > totals.max() - 1e-9]
    keys = [(-(order == rows).sum(), away[rows, order].sum()) for order in best]
    return min(keys), [tuple(order) for order, key in zip(best, keys) if key == min(keys)]


@pytest.mark.parametrize("channels", [3, 46, 193, 706, 4096])
@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_a_cosine_is_no_farther_off_than_its_cosine_error(channels, kind):
    rng = np.random.default_rng(channels)
    for x in (rng.standard_normal((3, 80, channels)), rng.random((3, 80, channels))):
        single = matching._similarity(kind(x.astype(np.float32)), *matching.NEIGHBOURS)
        exact = matching._similarity(x.astype(np.float32).astype(np.float64), *matching.NEIGHBOURS)
        assert np.abs(single - exact).max() <= cosine_error(channels, np.float32)


@pytest.mark.parametrize("solver", ["compiled", "scipy"])
@pytest.mark.parametrize("ulps", [0, 1, 8])
@pytest.mark.parametrize("kind", KINDS)
def test_made_ties_are_settled_by_staying_and_nearness_whatever_the_last_bits(kind, ulps, solver, monkeypatch):
    if solver == "scipy":
        monkeypatch.setattr(assignment, "kernel", lambda name: None)
    for seed in range(6):
        rng = np.random.default_rng((seed, ulps))
        before, after = textures(rng, kind, 6)
        key, permutations = by_the_rule(before @ after.T, (2, 3))
        found = {tuple(best_assignment(noisy(before @ after.T, rng, ulps), ROUNDING, (2, 3)).columns) for _ in range(8)}
        assert len(found) == 1
        assert found <= set(permutations), key


@METHODS
@pytest.mark.parametrize("kind", KINDS)
def test_clips_with_made_ties_are_matched_alike_on_every_machine(kind, method, monkeypatch):
    exact = matching._similarity
    frames = textures(np.random.default_rng(1), kind, 20).astype(np.float32)
    rng = np.random.default_rng(2)
    monkeypatch.setattr(matching, "_similarity", lambda *given: noisy(exact(*given), rng, 8))
    tracks = [track(frames, method, grid=GRID) for _ in range(12)]
    assert len({one.steps.tobytes() for one in tracks}) == 1
    assert len({one.undecided.tobytes() for one in tracks}) == 1
    assert len({one.overruled.tobytes() for one in tracks}) == 1
    if kind == "all grey":
        assert tracks[0].identity_share[0] == 1
        assert tracks[0].undecided.all()
    if kind == "black bars":
        assert tracks[0].steps[0, :5].tolist() == list(range(5))
        assert tracks[0].undecided[0, :5].all()
        assert not tracks[0].undecided[0, 5:15].any()


@pytest.mark.parametrize("solve", [best_assignment, greedy_assignment])
@given(seed=st.integers(0, 10**6), count=st.integers(2, 24), spread=st.sampled_from([1e-6, 1e-5, 1e-4, 1e-2]))
def test_what_two_machines_match_differently_is_undecided(solve, seed, count, spread):
    rng = np.random.default_rng(seed)
    cosines = 0.6 + spread * rng.standard_normal((count, count))
    one, other = (solve(noisy(cosines, rng, 2), ROUNDING) for _ in range(2))
    differ = one.columns != other.columns
    assert one.undecided[differ].all()
    assert other.undecided[differ].all()


@given(st.integers(0, 10**6), st.integers(2, 24), st.sampled_from([1e-6, 1e-5, 1e-4, 1e-2]))
@example(1762, 2, 1e-5)  # loses six errors a row, and more by staying
def test_settling_ties_loses_no_more_than_rounding(seed, count, spread):
    rng = np.random.default_rng(seed)
    cosines = 0.6 + spread * rng.standard_normal((count, count))
    rows = np.arange(count)
    best = cosines[linear_sum_assignment(cosines, maximize=True)].sum()
    found = best_assignment(noisy(cosines, rng, 2), ROUNDING)
    most = (assignment.TIE + assignment.STAY) * ROUNDING + 2 * 2 * ULP  # a row; noise is in what is taken and left
    assert cosines[rows, found.columns].sum() >= best - count * most


def test_a_clear_best_is_decided():
    cosines = np.eye(6)[[1, 2, 0, 3, 5, 4]]
    for solve in (best_assignment, greedy_assignment):
        found = solve(cosines, ROUNDING)
        assert found.columns.tolist() == [1, 2, 0, 3, 5, 4]
        assert not found.undecided.any()


def test_of_equal_patches_the_nearest_in_the_grid_is_taken_not_the_next_in_the_list():
    before = unit(np.random.default_rng(0).standard_normal((12, 32)))  # 3 rows of 4
    before[4] = before[3]  # two balls: at the left of the second row, at the right of the first
    after = before.copy()
    after[[0, 7, 3, 4]] = before[[4, 3, 0, 7]]  # one goes up, the other down, and two walls take their places
    straight, crossed = [0, 7], [7, 0]  # where patches 4 and 3 go
    clip = np.stack([before, after])
    assert track(clip, grid=(3, 4)).steps[0, [4, 3]].tolist() == straight
    assert align(clip.reshape(2, 3, 4, 32))[1][1, [4, 3]].tolist() == straight
    assert align(clip[None], batched=True, grid=(3, 4))[1][0, 1, [4, 3]].tolist() == straight
    assert track(clip).steps[0, [4, 3]].tolist() == crossed  # in a line


def test_a_partner_that_is_better_by_rounding_alone_overrules_nobody():
    cosines = np.array([[[0.9, 0.9 + 2 * ULP], [0.1, 0.2]]], np.float32)
    order = np.array([[0, 1]])
    assert not Tracks(order, cosines, "hungarian", rounding=ROUNDING).overruled.any()
    assert Tracks(order, cosines, "hungarian", rounding=ROUNDING).mutual.tolist() == [[True, False]]
    assert Tracks(order, cosines, "hungarian").overruled.tolist() == [[True, False]]


def test_a_match_says_which_of_its_pairs_are_undecided():
    frame = unit(np.random.default_rng(3).standard_normal((5, 16)))
    frame[3] = frame[1]
    found = match(frame, frame)
    assert found.sigma.tolist() == [0, 1, 2, 3, 4]
    assert found.undecided.tolist() == [False, True, False, True, False]


def test_errors_larger_than_every_similarity_leave_everything_in_place():
    rng = np.random.default_rng(4)
    found = best_assignment(1e-6 * rng.standard_normal((9, 9)), 1e-3)
    assert found.columns.tolist() == list(range(9))
    assert found.undecided.all()


@pytest.mark.parametrize("solve", [best_assignment, greedy_assignment])
def test_a_negative_error_and_a_grid_that_does_not_fit_are_refused(solve):
    with pytest.raises(ValueError, match=r"want a rounding error of 0 or more, got -0\.1"):
        solve(np.eye(4), -0.1)
    with pytest.raises(ValueError, match="want a grid of 4 places, got 3 x 2"):
        solve(np.eye(4), 0.0, (3, 2))


@pytest.mark.parametrize("name", ["moviepy_chaplin.mp4", "mmaction2_demo.mp4"])
def test_a_real_film_is_matched_alike_but_for_pairs_that_say_so(name, monkeypatch):
    frames = read_clip(real_clip(name), count=4, size=(320, 180)).frames
    features = describe(frames, (9, 16))
    exact, rng = matching._similarity, np.random.default_rng(5)
    plain = track(features, grid=(9, 16))
    monkeypatch.setattr(matching, "_similarity", lambda *given: noisy(exact(*given), rng, 8))
    other = track(features, grid=(9, 16))
    differ = plain.steps != other.steps
    assert plain.undecided[differ].all()
    assert differ.mean() < 0.02
    assert np.abs(plain.total - other.total).max() < plain.steps.shape[1] * assignment.TIE * plain.rounding
