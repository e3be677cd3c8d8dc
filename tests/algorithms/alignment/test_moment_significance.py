"""What chance finds: random stretches and shuffled queries, and that a share of them is a fair p."""

import numpy as np
import pytest

from vizcore.algorithms.alignment.moment_significance import (
    nearest,
    random_stretches,
    shuffled_queries,
    significance,
)
from vizcore.algorithms.alignment.subsequence import find_moments


def test_significance_is_counted_by_hand():
    random = np.array([0.5, 0.2, 0.4, 0.4])
    assert significance([0.1, 0.2, 0.4, 0.6], random).tolist() == [1 / 5, 2 / 5, 4 / 5, 1]


def test_a_query_that_is_one_of_the_random_ones_is_below_p_with_probability_p():
    rng = np.random.default_rng(0)
    shares = [significance(rng.standard_normal(1), rng.standard_normal(19))[0] for _ in range(4000)]
    for p in (0.05, 0.2, 0.5):
        assert np.mean(np.array(shares) <= p) == pytest.approx(p, abs=0.03)


def test_stretches_are_of_the_pool_and_every_beginning_is_as_likely():
    pool = [np.arange(4.0)[:, None], np.arange(10.0, 13)[:, None], np.arange(20.0, 21)[:, None]]
    drawn = random_stretches(pool, 3, np.random.default_rng(0), 3000)
    assert drawn.shape == (3000, 3, 1)
    assert (np.diff(drawn[..., 0]) == 1).all()
    begins, counts = np.unique(drawn[:, 0, 0], return_counts=True)
    assert begins.tolist() == [0, 1, 10]
    assert counts / 3000 == pytest.approx(1 / 3, abs=0.04)


@pytest.mark.parametrize(("length", "pieces"), [(2, 5), (7, 3), (50, 5)])
def test_a_shuffled_query_has_the_same_frames_in_pieces_and_another_order(length, pieces):
    query = np.arange(float(length))[:, None]
    for shuffled in shuffled_queries(query, np.random.default_rng(0), 50, pieces)[..., 0]:
        assert sorted(shuffled) == query[:, 0].tolist()
        assert shuffled.tolist() != query[:, 0].tolist()
        assert (np.diff(shuffled) != 1).sum() < min(pieces, length)


def test_a_planted_moment_is_significant_by_both_and_an_unrelated_one_by_neither():
    rng = np.random.default_rng(1)
    film, pool = np.cumsum(rng.standard_normal((2, 400, 8)), 1)
    near = film[100:130] + 0.3 * rng.standard_normal((30, 8))
    stretches = nearest(random_stretches([pool], 30, rng, 39), film)
    shuffles = nearest(shuffled_queries(near, rng, 39), film)
    found = find_moments(near, film, 1).found[0]
    assert (found.start, found.stop) == (100, 130)
    assert significance([found.distance], stretches)[0] == significance([found.distance], shuffles)[0] == 1 / 40
    strange = find_moments(random_stretches([pool], 30, rng, 1)[0], film, 1).found[0]
    assert significance([strange.distance], stretches)[0] > 0.05


def test_the_nearest_are_what_each_query_finds_by_itself():
    rng = np.random.default_rng(2)
    queries, film, told = rng.standard_normal((3, 6, 4)), rng.standard_normal((50, 4)), []
    found = nearest(queries, film, "euclidean", breaks=(20,), step=lambda done, total: told.append((done, total)))
    alone = [find_moments(query, film, 5, "euclidean", breaks=(20,)).found[0].distance for query in queries]
    assert found.tolist() == alone
    assert told == [(0, 3), (1, 3), (2, 3)]


def test_wrong_arguments_are_refused():
    rng = np.random.default_rng(0)
    for distances, random in [([0.1], []), ([np.nan], [0.1]), ([0.1], [np.nan]), ([[0.1]], [0.1])]:
        with pytest.raises(ValueError, match=r"want distances \(K,\) and \(R,\)"):
            significance(np.array(distances), np.array(random))
    for pool, length, draws in [([np.zeros((4, 2))], 5, 1), ([], 5, 1), ([np.zeros((4, 2))], 3, 0)]:
        with pytest.raises(ValueError, match="want a clip of at least"):
            random_stretches(pool, length, rng, draws)
    for query, draws, pieces in [(np.zeros((1, 2)), 1, 2), (np.zeros(5), 1, 2), (np.zeros((5, 2)), 1, 1)]:
        with pytest.raises(ValueError, match="want a query"):
            shuffled_queries(query, rng, draws, pieces)
