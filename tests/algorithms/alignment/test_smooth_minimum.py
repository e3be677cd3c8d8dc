"""smoothMin and min^gamma: worked numbers, bounds that are reached, and what their gradients must do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizcore.algorithms.alignment.smooth_minimum import slopes, smooth_min, smooth_min_gap, soft_min

VALUES = hnp.arrays(np.float64, st.integers(1, 8), elements=st.floats(-50, 50))
GAMMA = st.floats(1e-3, 1e3)
BOTH = [smooth_min, soft_min]


@pytest.mark.parametrize(
    ("a", "gamma", "smooth", "soft"),
    [
        ((1, 2, 3), 1, 1.424790, 0.592394),
        ((1, 2, 3), 0.1, 1.0000454, 0.9999955),
        ((1, 2, 3), 1e-3, 1, 1),
        ((1, 2, 3), 1e6, 1.9999993, -1098610.288669),
        ((5,), 0.3, 5, 5),
        ((4, 4, 4), 0.5, 4, 3.450694),
        ((0, 0, 1), 0.1, 2.26994e-5, -0.069317),
    ],
)
def test_worked_examples(a, gamma, smooth, soft):
    assert smooth_min(a, gamma) == pytest.approx(smooth, abs=1e-6)
    assert soft_min(a, gamma) == pytest.approx(soft, abs=1e-6)


def test_the_gap_is_the_root_of_its_equation():
    worked = {1: 1, 2: 1.278465, 3: 1.463056, 4: 1.603546, 5: 1.717825, 10: 2.101003, 100: 3.628650, 1000: 5.420502}
    n = np.array(list(worked))
    gap = smooth_min_gap(n)
    assert gap == pytest.approx(np.array(list(worked.values())), abs=1e-6)
    assert np.abs(gap - 1 - (n - 1) * np.exp(-gap)).max() < 1e-12
    assert gap[0] == 1


def test_the_gap_is_below_log_n_plus_1_from_four_values_on():
    n = np.arange(4, 2000)
    assert (smooth_min_gap(n) < np.log(n + 1)).all()
    assert smooth_min_gap(3) > np.log(4)


@given(VALUES, GAMMA)
def test_smooth_min_lies_between_the_minimum_and_the_mean_and_near_the_minimum(a, gamma):
    value = smooth_min(a, gamma)
    assert a.min() <= value <= a.mean() + 1e-9
    assert value - a.min() <= gamma * (smooth_min_gap(len(a)) - 1) + 1e-9


@given(VALUES, GAMMA)
def test_soft_min_lies_below_the_minimum_by_at_most_gamma_log_n(a, gamma):
    value = soft_min(a, gamma)
    assert a.min() - gamma * np.log(len(a)) - 1e-9 <= value <= a.min()


@pytest.mark.parametrize("n", [2, 3, 7, 100])
def test_the_largest_penalty_has_one_least_value_and_all_others_second_smallest_at_the_gap(n):
    gamma, gap = 0.1, smooth_min_gap(n)
    worst = np.array([0, *[gap * gamma] * (n - 1)])
    assert smooth_min(worst, gamma) == pytest.approx(gamma * (gap - 1), rel=1e-12)
    rng = np.random.default_rng(n)
    for _ in range(200):
        other = np.abs(worst + rng.normal(0, 0.03, n))
        assert smooth_min(other, gamma) - other.min() <= gamma * (gap - 1)
    assert n != 3 or smooth_min(worst, gamma) == pytest.approx(0.0463056, abs=1e-7)


@pytest.mark.parametrize(("n", "ties", "largest"), [(3, 2, 0.157185), (5, 2, 0.378089)])
def test_with_several_least_values_the_largest_penalty_is_smaller(n, ties, largest):
    gap = smooth_min_gap((n - ties) / ties + 1)
    worst = np.array([*[0.0] * ties, *[gap] * (n - ties)])
    assert gap - 1 == pytest.approx(largest, abs=1e-6)
    assert smooth_min(worst, 1) == pytest.approx(largest, abs=1e-6)
    assert largest < smooth_min_gap(n) - 1


def test_strictness_ends_at_one_value_and_where_floats_end():
    assert soft_min([3.0], 1) == 3
    assert soft_min([0, 36.0], 1) < 0
    assert soft_min([0, 40.0], 1) == 0


@given(VALUES, GAMMA, st.floats(-20, 20), st.floats(0.1, 10))
def test_a_shift_shifts_and_a_scale_scales(a, gamma, shift, scale):
    for minimum in BOTH:
        assert minimum(a + shift, gamma) == pytest.approx(minimum(a, gamma) + shift, abs=1e-6)
        assert minimum(scale * a, scale * gamma) == pytest.approx(scale * minimum(a, gamma), abs=1e-6)
        assert minimum(a[::-1], gamma) == pytest.approx(minimum(a, gamma), abs=1e-9)


@given(VALUES)
def test_gamma_0_is_the_minimum_and_small_gammas_are_near_it(a):
    for minimum in BOTH:
        assert minimum(a, 0) == a.min()
        assert minimum(a, 1e-9) == pytest.approx(a.min(), abs=1e-7)


def test_extreme_values_do_not_overflow():
    a = np.array([1e6, -1e6, 0, -1e6 + 1])
    for minimum in BOTH:
        assert minimum(a, 1e-6) == -1e6
    assert np.isfinite(slopes(a, 1e-6)).all()


def test_smooth_min_is_not_monotone():
    gaps = np.array([0.1, 0.5, 1, 5])
    values = smooth_min(np.stack([0 * gaps, gaps], 1), 0.5)
    assert values == pytest.approx([0.045017, 0.134471, 0.119203, 0.000227], abs=1e-6)
    turn = 0.5 * smooth_min_gap(2)
    assert slopes([0, turn - 0.01], 0.5)[1] > 0 > slopes([0, turn + 0.01], 0.5)[1]


@given(VALUES, st.floats(0.5, 20))
def test_slopes_are_those_of_finite_differences_and_sum_to_1(a, gamma):
    for name, minimum in (("smooth", smooth_min), ("soft", soft_min)):
        nudge = 1e-5 * np.eye(len(a))
        numbers = (minimum(a + nudge, gamma) - minimum(a - nudge, gamma)) / 2e-5
        assert slopes(a, gamma, name) == pytest.approx(numbers, abs=1e-6)
        assert slopes(a, gamma, name).sum() == pytest.approx(1)
    assert slopes(a, gamma, "hard").tolist() == np.eye(len(a))[a.argmin()].tolist()


def test_any_axis_can_be_taken():
    a = np.random.default_rng(0).standard_normal((3, 4, 5))
    for minimum in BOTH:
        assert minimum(a, 0.3, axis=1) == pytest.approx(minimum(a.swapaxes(1, 2), 0.3))
    assert slopes(a, 0.3, axis=0).sum(0) == pytest.approx(np.ones((4, 5)))


def test_wrong_arguments_are_refused():
    for gamma in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match=f"want a finite gamma of 0 or more, got {gamma}"):
            smooth_min([1.0], gamma)
    with pytest.raises(ValueError, match=r"want at least one value along axis -1, got \(0,\)"):
        soft_min([], 1)
    with pytest.raises(ValueError, match="want a minimum of smooth, soft, hard, got 'least'"):
        slopes([1.0], 1, "least")
    with pytest.raises(ValueError, match="want a number of values of 1 or more"):
        smooth_min_gap(0.5)
