"""Change points: similarity by hand, valleys by looking around, and steps that are found where they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.segmentation.change_points import change_points, neighbour_similarity, valleys


@pytest.mark.parametrize("window", [1, 3, 50])
def test_similarity_is_of_the_means_before_and_after(window):
    x = np.random.default_rng(0).standard_normal((20, 4))
    found = neighbour_similarity(x, window)
    assert np.isnan(found[0])
    half = max(1, int(np.ceil(window / 2)))
    assert np.isnan(found[:half]).all()
    assert np.isnan(found[20 - half + 1 :]).all()
    for t in range(half, 20 - half + 1):
        before, after = x[max(0, t - window) : t].mean(0), x[t : t + window].mean(0)
        assert found[t] == pytest.approx(before @ after / np.linalg.norm(before) / np.linalg.norm(after))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 8))
def test_valleys_are_the_first_lowest_of_all_around(numbers, window):
    values = np.array([np.nan, *numbers], float)
    wanted = []
    for t in range(1, len(values)):
        before, after = values[max(1, t - window) : t], values[t + 1 : t + window + 1]
        if (before > values[t]).all() and (after >= values[t]).all():
            wanted.append(t)
    assert valleys(values, window).tolist() == wanted


def test_steps_are_found_where_they_are():
    rng = np.random.default_rng(1)
    lengths = (30, 45, 25, 50)
    x = np.repeat(rng.standard_normal((4, 8)), lengths, 0) + 0.1 * rng.standard_normal((150, 8))
    assert set(change_points(x, 4, 12)) >= {30, 75, 100}
    assert len(change_points(x, 4, 12)) < 10


@given(st.integers(1, 30), st.integers(0, 50))
def test_there_are_enough_of_them_even_where_nothing_changes(enough, more):
    found = change_points(np.ones((enough + more, 2)), enough, 5)
    assert len(found) >= enough - 1
    assert (np.diff([0, *found, enough + more]) > 0).all()
