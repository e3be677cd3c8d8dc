"""Assignment: optimal against brute force and scipy, steady on ties, and the same with and without a compiler."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linear_sum_assignment

from vizcore.algorithms.matching import assignment
from vizcore.algorithms.matching.assignment import assign, assign_greedily, best_assignment

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def solver(request, monkeypatch):
    if request.param == "scipy":
        monkeypatch.setattr(assignment, "kernel", lambda name: None)


def total(matrix, columns):
    return matrix[np.arange(len(matrix)), columns].sum(dtype=np.float64)


def best_total(matrix):
    return total(matrix, linear_sum_assignment(matrix.astype(np.float64), maximize=True)[1])


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def cosines(rng, kind, n):
    """Matrices that stress a solver in different ways, values within -1 to 1."""
    a, b = unit(rng.standard_normal((2, n, 16)))
    if kind == "random":
        return rng.uniform(-1, 1, (n, n))
    if kind == "few values":
        return rng.integers(-2, 3, (n, n)) / 2
    if kind == "rank one":
        return np.outer(rng.uniform(-1, 1, n), rng.uniform(-1, 1, n))
    if kind == "nearly equal":
        return 0.7 + 1e-6 * rng.standard_normal((n, n))
    if kind == "still":
        return unit(a + 0.01 * b) @ a.T
    if kind == "slow pan":
        between = 0.7 * a + 0.3 * np.roll(a, 1, 0)
        return unit(between) @ unit(0.3 * a + 0.7 * np.roll(a, 1, 0)).T
    return unit(np.cumsum(a, 0)) @ unit(np.cumsum(b, 0)).T  # "smooth": neighbours are alike


KINDS = ["random", "few values", "rank one", "nearly equal", "still", "slow pan", "smooth"]


@pytest.mark.parametrize("solver", ["compiled", "scipy"], indirect=True)
@pytest.mark.parametrize("n", range(1, 7))
def test_no_permutation_has_a_larger_total(solver, n):
    rng = np.random.default_rng(n)
    for kind in KINDS:
        matrix = cosines(rng, kind, n)
        best = max(total(matrix, list(order)) for order in itertools.permutations(range(n)))
        assert total(matrix, assign(matrix)) >= best - n * 2.0**-26


@pytest.mark.parametrize("n", [31, 32, 33, 64, 100, 196])
@pytest.mark.parametrize("kind", KINDS)
def test_the_total_is_scipys(kind, n):
    stack = np.stack([cosines(np.random.default_rng((n, k)), kind, n) for k in range(3)])
    for dtype in (np.float32, np.float64):
        matrices = stack.astype(dtype)
        columns = assign(matrices)
        assert columns.dtype == np.int64
        assert np.array_equal(np.sort(columns), np.tile(np.arange(n), (3, 1)))
        for matrix, chosen in zip(matrices, columns):
            assert abs(total(matrix, chosen) - best_total(matrix)) <= n * 2.0**-26


@given(
    hnp.arrays(
        np.float64,
        st.integers(1, 12).map(lambda n: (n, n)),
        elements=st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, -1.0, 1e-30]),
    )
)
@example(np.array([[0.0, 2.0**-149], [0.0, 0.0]]))
def test_any_finite_values_lose_no_more_than_the_fixed_point_rounds(matrix):
    n, largest = len(matrix), np.abs(matrix).max()
    columns = assign(matrix)
    assert sorted(columns) == list(range(n))
    scale = max(largest, 2.0**assignment.SMALLEST_EXPONENT)
    assert total(matrix, columns) >= best_total(matrix) - n * 2 * scale * 2.0**-26


@pytest.mark.parametrize("scale", [2.0**-99, 1e-5, 1e3, 2.0**900])
def test_the_scale_of_the_values_does_not_matter(scale):
    matrix = np.random.default_rng(0).uniform(-1, 1, (40, 40))
    assert np.array_equal(assign(matrix * scale), assign(matrix))


def test_whole_numbers_are_taken_as_they_are():
    assert assign(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])).tolist() == [1, 2, 0]


@pytest.mark.parametrize("solver", ["compiled", "scipy"], indirect=True)
@pytest.mark.parametrize("value", [0.0, 1.0, -0.3])
@pytest.mark.parametrize("n", [1, 2, 5, 33, 128])
def test_all_equal_stays_in_place(solver, value, n):
    for solve in (assign, assign_greedily):
        assert np.array_equal(solve(np.full((n, n), value)), np.arange(n))


@pytest.mark.parametrize("solver", ["compiled", "scipy"], indirect=True)
def test_of_equal_totals_the_one_where_most_stay_is_taken(solver):
    rng = np.random.default_rng(1)
    for _ in range(50):
        matrix = rng.integers(0, 3, (5, 5)).astype(float)
        orders = np.array(list(itertools.permutations(range(5))))
        totals = matrix[np.arange(5), orders].sum(1)
        stays = (orders == np.arange(5)).sum(1)
        chosen = assign(matrix)
        assert total(matrix, chosen) == totals.max()
        assert (chosen == np.arange(5)).sum() == stays[totals == totals.max()].max()


def test_black_bars_stay_while_the_picture_between_moves():
    picture = unit(np.random.default_rng(0).standard_normal((20, 8)))
    before = np.concatenate([np.zeros((10, 8)), picture, np.zeros((10, 8))])
    after = np.concatenate([np.zeros((10, 8)), np.roll(picture, 1, 0), np.zeros((10, 8))])
    columns = assign(before @ after.T)
    assert columns[:10].tolist() == list(range(10))
    assert columns[30:].tolist() == list(range(30, 40))
    assert columns[10:30].tolist() == [*range(11, 30), 10]


def test_prices_stay_within_32_bits_where_rows_fight_for_columns():
    for n in (2, 33, 150):
        fight = np.linspace(-1, 1, n) + np.where(np.arange(n)[:, None] < np.arange(n), 1e-7, -1e-7)
        ladder = -np.abs(np.subtract.outer(np.arange(n), np.arange(n)) % 7 - 3) / 3
        comb = np.where(np.tri(n, dtype=bool), 1.0, -1.0) * np.linspace(0.1, 1, n)
        for matrix in (fight.clip(-1, 1), ladder, comb, comb[::-1]):
            assert abs(total(matrix, assign(matrix)) - best_total(matrix)) <= n * 2.0**-26


@pytest.mark.parametrize("kind", KINDS)
def test_in_fixed_point_the_compiled_optimum_is_exact_to_the_unit(kind):
    stack = np.stack([cosines(np.random.default_rng(k), kind, 64) for k in range(3)])
    factors = assignment._factors(stack, 0.0, None)
    gains = np.rint(stack * factors[:, None, None]) + np.eye(64)
    for gain, chosen in zip(gains, assign(stack)):
        assert total(gain, chosen) == best_total(gain)


def test_one_row_no_matrix_and_one_matrix_keep_their_shapes():
    assert assign(np.array([[-0.5]])).tolist() == [0]
    assert assign(np.zeros((0, 3, 3))).shape == (0, 3)
    assert assign_greedily(np.zeros((0, 3, 3))).shape == (0, 3)
    assert assign(np.zeros((2, 1, 3, 3))[:, 0]).shape == (2, 3)


def test_the_input_is_not_changed_and_may_be_read_only_or_strided():
    matrix = np.random.default_rng(0).uniform(-1, 1, (12, 12)).astype(np.float32)
    matrix.flags.writeable = False
    before = matrix.copy()
    for solve in (assign, assign_greedily):
        assert np.array_equal(solve(matrix[::-2, ::2]), solve(matrix[::-2, ::2].copy()))
    assert np.array_equal(matrix, before)


NOT_ALLOWED = [(solve, bad) for solve in (assign, assign_greedily) for bad in (np.nan, np.inf)]


@pytest.mark.parametrize(("solve", "bad"), [*NOT_ALLOWED, (assign_greedily, -np.inf)])
def test_values_that_are_not_finite_are_refused(solve, bad):
    matrix = np.eye(3)
    matrix[1, 2] = bad
    with pytest.raises(ValueError, match="want finite similarities, got nan or infinity"):
        solve(matrix)


@pytest.mark.parametrize("solve", [assign, assign_greedily])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (4, 2, 3), (0, 0), (1, 1, 2, 2)])
def test_what_is_not_square_is_refused(solve, shape):
    with pytest.raises(ValueError, match="want square similarities"):
        solve(np.zeros(shape))


def one_by_one(matrix):
    """The greedy choice as it is told: the best free pair, ties to the nearest, then to the first row and column."""
    n = len(matrix)
    pairs = sorted(itertools.product(range(n), range(n)), key=lambda p: (-matrix[p], abs(p[0] - p[1]), p))
    columns, taken = {}, set()
    for i, j in pairs:
        if i not in columns and j not in taken:
            columns[i] = j
            taken.add(j)
    return [columns[i] for i in range(n)]


@given(st.integers(1, 14), st.sampled_from(KINDS), st.integers(0, 1000))
@example(11, "few values", 451)  # a row that could stay wants more, and its column must not be given away meanwhile
def test_greedy_in_rounds_is_greedy_one_by_one(n, kind, seed):
    matrix = cosines(np.random.default_rng(seed), kind, n)
    assert assign_greedily(matrix).tolist() == one_by_one(matrix)


def test_greedy_takes_the_best_pair_and_pays_for_it():
    matrix = np.array([[0.9, 0.8], [0.85, 0.1]])
    assert assign_greedily(matrix).tolist() == [0, 1]
    assert assign(matrix).tolist() == [1, 0]


@pytest.mark.parametrize("forbidden", [-1e9, -1e30, -np.inf])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_pairs_that_are_forbidden_do_not_drown_the_others(forbidden, kind):
    """Random similarities, of which a third may not be: as scipy solves them in float64."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        matrix = rng.random((8, 8)).astype(kind)
        matrix[rng.random((8, 8)) < 0.3] = forbidden
        rows, columns = linear_sum_assignment(np.where(np.isinf(matrix), -1e12, matrix.astype(float)), maximize=True)
        best = matrix[rows, columns]
        if np.isinf(best).any():
            with pytest.raises(ValueError, match="want a column for every row, got forbidden pairs"):
                assign(matrix)
            continue
        found = matrix[np.arange(8), assign(matrix)].astype(float)
        assert found.sum() == pytest.approx(best.astype(float).sum(), rel=1e-9)


def test_one_matrix_of_a_stack_with_forbidden_pairs_changes_no_other():
    rng = np.random.default_rng(1)
    stack = rng.random((3, 6, 6)).astype(np.float32)
    alone = [assign(matrix) for matrix in stack]
    stack[1, 0, alone[1][0]] = -np.inf
    found = best_assignment(stack)
    assert np.array_equal(found.columns[0], alone[0])
    assert np.array_equal(found.columns[2], alone[2])
    assert found.columns[1, 0] != alone[1][0]
    assert sorted(found.columns[1]) == list(range(6))


def test_of_equal_totals_among_forbidden_pairs_most_rows_stay():
    matrix = np.zeros((5, 5))
    matrix[0, 4] = -np.inf
    assert assign(matrix).tolist() == [0, 1, 2, 3, 4]
    assert best_assignment(matrix).undecided.all()
    assert not best_assignment(np.where(np.eye(5) > 0, 1.0, -np.inf)).undecided.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_what_has_to_be_are_refused(bad):
    matrix = np.ones((3, 3))
    matrix[0, 0], matrix[1, 1] = bad, -np.inf
    with pytest.raises(ValueError, match="want finite similarities"):
        assign(matrix)
