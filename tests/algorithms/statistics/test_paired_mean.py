"""The mean difference of paired numbers, with an interval from every way to draw the clips anew."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.statistics.paired_mean import mean_difference


def test_the_interval_is_that_of_all_draws_of_four_clips():
    first, second = np.array([0.1, 0.5, 0.2, 0.9]), np.array([0.4, 0.4, 0.9, 1.0])
    found = mean_difference(first, second, np.random.default_rng(1), draws=40_000)
    means = [np.mean(draw) for draw in itertools.product(second - first, repeat=4)]  # 256, equally likely
    np.testing.assert_allclose([found.low, found.high], np.quantile(means, [0.025, 0.975]), atol=0.03)
    assert found.value == pytest.approx(np.mean(second - first))
    assert found.clips == 4


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng, hits = np.random.default_rng(2), 0
    for _ in range(200):
        pairs = np.array([[0], [0.5]]) + rng.normal(0.3, 1, (2, 30))
        found = mean_difference(*pairs, rng, draws=300)
        hits += found.low <= 0.5 <= found.high
    assert 0.88 <= hits / 200 <= 0.99


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=8))
def test_the_other_way_round_is_the_mirror_and_a_series_with_itself_nothing(numbers):
    first, second = np.array(numbers), np.array(numbers[::-1])
    there = mean_difference(first, second, np.random.default_rng(0), draws=50)
    back = mean_difference(second, first, np.random.default_rng(0), draws=50)
    np.testing.assert_allclose([there.low, there.high], [-back.high, -back.low], atol=1e-12)
    same = mean_difference(first, first, np.random.default_rng(0), draws=50)
    assert (same.value, same.low, same.high, same.clear) == (0, 0, 0, False)


def test_clips_count_where_both_are_known_and_one_clip_has_no_interval():
    rng = np.random.default_rng(0)
    found = mean_difference([1, np.nan, 3], [2, 5, np.nan], rng)
    assert (found.clips, found.value) == (1, 1)
    assert np.isnan([found.low, found.high]).all()
    assert not found.clear
    assert np.isnan(mean_difference([np.nan], [1], rng).value)
    assert mean_difference([0, 0, 0], [1, 2, 3], rng).clear


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [([1, 2], [1], {}), ([[1, 2]], [[1, 2]], {}), ([1], [2], {"confidence": 1}), ([1], [2], {"draws": 0})],
)
def test_series_that_do_not_pair_are_refused(first, second, how):
    with pytest.raises(ValueError, match="want two series"):
        mean_difference(first, second, np.random.default_rng(0), **how)
