"""Scores of embeddings that should tell the time: worked numbers, scipy's and scikit-learn's, and their edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from vizcore.algorithms.alignment.kendall import (
    kendall_tau,
    mean_tau,
    name_phases,
    nearest,
    phase_progression,
    progress,
)


@pytest.mark.parametrize(
    ("order", "a", "b"),
    [
        ((0, 1, 2, 3), 1, 1),
        ((3, 2, 1, 0), -1, -1),
        ((0, 0, 1, 1), 0.666667, 0.816497),
        ((0, 2, 1, 3), 0.666667, 0.666667),
        ((4, 4, 4), 0, math.nan),
        ((7,), math.nan, math.nan),
        ((), math.nan, math.nan),
    ],
)
def test_worked_taus(order, a, b):
    assert kendall_tau(order, "a") == pytest.approx(a, abs=1e-6, nan_ok=True)
    assert kendall_tau(order) == pytest.approx(b, abs=1e-6, nan_ok=True)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=40))
def test_tau_b_is_scipys_and_tau_a_is_nearer_to_0(order):
    ours = kendall_tau(order)
    assert ours == pytest.approx(kendalltau(np.arange(len(order)), order).statistic, nan_ok=True)
    assert math.isnan(ours) or abs(kendall_tau(order, "a")) <= abs(ours) + 1e-12 <= 1 + 1e-9


def clip(count, seed=0, width=8):
    moments = np.linspace(0, 1, count) ** (1 + seed / 4)
    return np.stack([np.sin((k + 1) * moments + k) for k in range(width)], 1)


def test_neighbours_are_the_nearest_frames_and_the_first_of_equals():
    x, y = clip(9), clip(12, 1)
    assert nearest(x, y).tolist() == np.linalg.norm(x[:, None] - y, axis=2).argmin(1).tolist()
    assert nearest(x[:1], np.vstack([y[:1] + 9, x[:1], x[:1]])).tolist() == [1]


def test_tau_is_1_for_one_clip_twice_and_minus_1_for_its_reverse():
    assert mean_tau([clip(41), clip(41)]) == 1
    assert mean_tau([clip(41), clip(41)[::-1]]) == pytest.approx(-1)
    assert mean_tau([clip(41), clip(50, 2)]) > 0.9


def test_pairs_whose_neighbours_coincide_are_left_out():
    still = np.ones((30, 8))
    assert mean_tau([clip(41), clip(41), still]) == pytest.approx(1)
    assert math.isnan(mean_tau([still, still]))
    assert math.isnan(mean_tau([clip(41)]))


def blobs(count, seed):
    chance = np.random.default_rng(seed)
    phases = chance.integers(0, 3, count)
    return np.eye(3)[phases] @ np.array([[2.0, 0], [0, 2], [-1, -1]]) + chance.standard_normal((count, 2)), phases + 5


def test_phases_are_named_as_scikit_learn_names_them():
    linear = pytest.importorskip("sklearn.linear_model", reason="the peer scikit-learn is not installed")
    (x, phases), (others, truth) = blobs(120, 0), blobs(400, 1)
    for penalty in (0.1, 1.0, 30.0):
        peer = linear.LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=1000).fit(x, phases).predict(others)
        assert (name_phases(x, phases, others, penalty) == peer).mean() > 0.995
    assert (name_phases(x, phases, others) == truth).mean() > 0.75


def test_phases_that_lie_apart_are_all_named():
    x, phases = np.repeat(np.eye(4), 5, 0), np.repeat([3, 1, 4, 9], 5)
    assert name_phases(x, phases, np.eye(4) * 0.9).tolist() == [3, 1, 4, 9]


def test_worked_progress():
    frames = np.arange(6)
    assert progress([0, 0, 1, 1, 1, 2], 3) == pytest.approx(np.stack([(frames - 1) / 6, (frames - 4) / 6], 1))
    assert progress([0, 0, 2, 2], 3)[:, 1] == pytest.approx((np.arange(4) - 2) / 4)
    assert progress([0, 0, 1], 4)[:, 2] == pytest.approx((np.arange(3) - 2) / 3)


def test_progress_is_guessed_from_features_that_tell_the_time_and_not_from_noise():
    chance = np.random.default_rng(0)
    phases = [np.sort(chance.integers(0, 3, count)) for count in (30, 40, 35, 28)]
    telling = [progress(p, 3) @ np.array([[1.0, 2, 0], [0, 1, 3]]) + 4 for p in phases]
    noise = [chance.standard_normal((len(p), 3)) for p in phases]
    assert phase_progression(telling[:2], phases[:2], telling[2:], phases[2:], 3) == pytest.approx(1)
    assert phase_progression(noise[:2], phases[:2], noise[2:], phases[2:], 3) < 0.2


def test_wrong_arguments_are_refused():
    for order, variant in (([[1]], "b"), ([1, np.nan], "b"), ([1, 2], "c")):
        with pytest.raises(ValueError, match=r"want \(T,\) numbers without nan and variant"):
            kendall_tau(order, variant)
    with pytest.raises(ValueError, match=r"of one width D, got \(2, 3\) and \(2, 4\)"):
        nearest(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match="want finite features"):
        nearest(np.zeros((2, 3)), np.full((2, 3), np.nan))
    with pytest.raises(ValueError, match=r"want at least two different phases, got \[1\]"):
        name_phases(np.zeros((2, 3)), [1, 1], np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"phases \(K,\) and features \(L, D\), got \(2, 3\), \(3,\) and \(2, 3\)"):
        name_phases(np.zeros((2, 3)), [1, 1, 2], np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"want phases \(T,\), not empty, and a count of 2 or more, got \(0,\) and 3"):
        progress([], 3)


def test_neighbours_are_right_far_from_zero_and_beside_a_black_frame():
    """Seconds since 1970 in a column, and a first frame of noughts: each neighbour by plain differences."""
    rng = np.random.default_rng(0)
    stamped = np.column_stack([1.7e9 + np.arange(100) * 0.04, rng.normal(size=(100, 4)) * 0.1])
    wide = (np.cumsum(rng.normal(size=(100, 256)) * 1e-3, 0) + 3).astype(np.float32)
    wide[0] = 0
    for y in (stamped, wide, wide.astype(np.float64)):
        x = y[rng.permutation(100)][:60]
        slow = np.square(x[:, None].astype(float) - y).sum(-1).argmin(1)
        assert np.array_equal(nearest(x, y), slow)
