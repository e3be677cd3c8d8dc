"""Sinkhorn's plan and the permutation loss: worked numbers, plain loops as oracles, limits, and numpy against torch."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linear_sum_assignment

from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.matching.graph_matching import FORMS, balance_error, log_sinkhorn, permutation_loss, sinkhorn

SCORES = np.array([[2.0, 1, 0], [1, 3, 0], [0, 1, 1]])
SQUARE = st.integers(1, 6).flatmap(lambda n: hnp.arrays(np.float64, (n, n), elements=st.floats(-4, 4)))


def divided(scores, temperature, iterations):
    """exp, then rows and columns divided by their sums in turn, number by number."""
    n = len(scores)
    plan = [[np.exp(scores[i, j] / temperature) for j in range(n)] for i in range(n)]
    for k in range(iterations):
        if k % 2 == 0:
            plan = [[value / sum(row) for value in row] for row in plan]
        else:
            sums = [sum(row[j] for row in plan) for j in range(n)]
            plan = [[row[j] / sums[j] for j in range(n)] for row in plan]
    return np.array(plan)


def test_worked_examples():
    two = [[0.731059, 0.268941], [0.268941, 0.731059]]
    assert sinkhorn(np.eye(2)) == pytest.approx(np.array(two), abs=1e-6)
    assert sinkhorn(np.eye(2), temperature=0.1)[0] == pytest.approx([0.999955, 0.000045], abs=1e-6)
    assert sinkhorn(SCORES, iterations=1)[0] == pytest.approx([0.665241, 0.244728, 0.090031], abs=1e-6)
    ten = [[0.688686, 0.13024, 0.181372], [0.18106, 0.687747, 0.129618], [0.130254, 0.182013, 0.689009]]
    plan = sinkhorn(SCORES)
    assert plan == pytest.approx(np.array(ten), abs=1e-6)
    assert plan.sum(0) == pytest.approx(np.ones(3), abs=1e-12)
    assert plan.sum(1) == pytest.approx([1.000297, 0.998425, 1.001277], abs=1e-6)
    assert np.diag(sinkhorn(SCORES, iterations=100)) == pytest.approx([0.688481] * 3, abs=1e-6)
    assert sinkhorn(np.array([[7.0]])).tolist() == [[1]]
    assert sinkhorn(np.zeros((3, 3))) == pytest.approx(np.full((3, 3), 1 / 3))


@given(SQUARE, st.floats(0.3, 3), st.integers(0, 12))
def test_the_log_domain_is_plain_division(scores, temperature, iterations):
    assert sinkhorn(scores, temperature, iterations) == pytest.approx(divided(scores, temperature, iterations))


@given(SQUARE, st.integers(1, 12))
def test_what_was_normalised_last_sums_to_1(scores, iterations):
    plan = sinkhorn(scores, iterations=iterations)
    assert (plan >= 0).all()
    assert plan.sum(1 if iterations % 2 else 0) == pytest.approx(np.ones(len(scores)))


@given(SQUARE, st.floats(-3, 3))
@settings(max_examples=15)
def test_a_constant_on_a_row_or_column_does_not_change_the_limit(scores, constant):
    limit = sinkhorn(scores, iterations=2000)
    for place in np.s_[0, :], np.s_[:, -1]:
        shifted = scores.copy()
        shifted[place] += constant
        assert sinkhorn(shifted, iterations=2000) == pytest.approx(limit, abs=1e-3)


def test_a_low_temperature_nears_the_best_permutation():
    scores = np.random.default_rng(0).standard_normal((8, 8))
    best = np.eye(8)[linear_sum_assignment(scores, maximize=True)[1]]
    far, near = (np.abs(sinkhorn(scores, t, 2000) - best).max() for t in (0.5, 0.02))
    assert near < 0.05 < far


def test_scores_beyond_the_range_of_exp_do_no_harm():
    plan = sinkhorn(np.array([[5e4, 1e4], [0, 5e4]]), temperature=0.05)
    assert plan == pytest.approx(np.eye(2))


def test_a_stack_is_its_matrices_one_by_one_in_numpy_and_torch():
    stack = np.random.default_rng(0).standard_normal((2, 3, 5, 5))
    plans = sinkhorn(stack, 0.2, 7)
    assert np.array_equal(plans[1, 2], sinkhorn(stack[1, 2], 0.2, 7))
    tensor = sinkhorn(torch.from_numpy(stack), 0.2, 7)
    assert isinstance(tensor, torch.Tensor)
    assert tensor.numpy() == pytest.approx(plans)
    assert np.exp(log_sinkhorn(stack, 0.2, 7)) == pytest.approx(plans)


def test_gradients_are_those_of_finite_differences():
    scores = torch.randn(4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    assert torch.autograd.gradcheck(lambda s: sinkhorn(s, 0.5, 6), scores)


def test_the_scores_are_not_changed():
    scores = SCORES.copy()
    sinkhorn(scores)
    assert np.array_equal(scores, SCORES)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"want square scores \(..., N, N\), got \(2, 3\)"):
        sinkhorn(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="want a temperature above 0 and iterations of 0 or more, got 0 and 10"):
        sinkhorn(np.zeros((2, 2)), temperature=0)
    with pytest.raises(ValueError, match="got nan and 10"):
        sinkhorn(np.zeros((2, 2)), temperature=float("nan"))
    with pytest.raises(ValueError, match=r"got 1\.0 and -1"):
        sinkhorn(np.zeros((2, 2)), iterations=-1)


def mixed(e):
    """The identity of two nodes, e away from it."""
    return np.array([[1 - e, e], [e, 1 - e]])


@given(SQUARE.filter(lambda scores: len(scores) <= 5))
def test_p12_the_hungarian_matching_of_a_plan_is_the_best_of_all_permutations(scores):
    plan = sinkhorn(scores, 0.5)
    rows = np.arange(len(plan))
    best = max(plan[rows, list(order)].sum() for order in itertools.permutations(rows))
    assert plan[rows, assign(plan)].sum() == pytest.approx(best)


def test_the_best_of_each_row_may_collide_where_the_hungarian_does_not():
    scores = np.array([[5.0, 4], [4, 0]])
    assert scores.argmax(1).tolist() == [0, 0]
    assert assign(sinkhorn(scores)).tolist() == [1, 0]


@pytest.mark.parametrize(("e", "printed", "right"), [(0.1, -6.3944, 0.421442), (0.01, -11.1902, 0.040201)])
def test_errata_1_worked_losses(e, printed, right):
    assert permutation_loss(mixed(e), np.eye(2), "printed") == pytest.approx(printed, abs=1e-4)
    assert permutation_loss(mixed(e), np.eye(2)) == pytest.approx(right, abs=1e-6)


def test_errata_1_the_printed_loss_falls_for_ever_and_the_right_one_to_0():
    assert permutation_loss(mixed(1e-6), np.eye(2), "printed") == pytest.approx(-29.631, abs=1e-3)
    assert permutation_loss(mixed(1e-6), np.eye(2)) == pytest.approx(4e-6, rel=1e-3)
    assert permutation_loss(np.eye(3), np.eye(3)) == pytest.approx(0, abs=1e-5)  # as far as the clamp lets it
    assert permutation_loss(np.eye(3), np.eye(3), "printed") < -100


@given(SQUARE, st.data())
def test_the_loss_is_the_sum_over_pairs_and_never_below_0(scores, data):
    plan = sinkhorn(scores)
    order = data.draw(st.permutations(range(len(plan))))
    wanted = 0.0
    for i, j in np.ndindex(plan.shape):
        share = min(max(plan[i, j], 1e-7), 1 - 1e-7)
        wanted -= np.log(share) if order[i] == j else np.log(1 - share)
    loss = permutation_loss(plan, np.eye(len(plan))[list(order)])
    assert loss == pytest.approx(wanted)
    assert loss >= 0


@pytest.mark.parametrize("form", FORMS)
def test_p11_gradients_of_the_loss_are_those_of_finite_differences(form):
    scores = torch.randn(4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    truth = torch.eye(4, dtype=torch.float64)[[2, 0, 3, 1]]
    assert torch.autograd.gradcheck(lambda s: permutation_loss(sinkhorn(s, 0.5, 6), truth, form), scores)


def test_losses_of_a_stack_are_those_of_its_plans_in_numpy_and_torch():
    plans = sinkhorn(np.random.default_rng(0).standard_normal((2, 3, 4, 4)))
    truth = np.broadcast_to(np.eye(4), plans.shape)
    losses = permutation_loss(plans, truth)
    assert losses.shape == (2, 3)
    assert losses[1, 2] == pytest.approx(permutation_loss(plans[1, 2], np.eye(4)))
    assert permutation_loss(*map(torch.from_numpy, (plans, truth.copy()))).numpy() == pytest.approx(losses)


def test_losses_of_what_does_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"want a plan and a ground truth \(..., N, N\), got \(2, 2\) and \(3, 3\)"):
        permutation_loss(np.eye(2), np.eye(3))
    with pytest.raises(ValueError, match="want a form of right, printed, got 'wrong'"):
        permutation_loss(np.eye(2), np.eye(2), "wrong")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_refused(bad):
    for scores in (np.array([[bad, 1], [1, 1.0]]), torch.tensor([[bad, 1], [1, 1.0]])):
        with pytest.raises(ValueError, match="want finite scores"):
            sinkhorn(scores)


@pytest.mark.parametrize("kind", [np.float16, torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(kind):
    scores = np.array([[1, 2], [3, 5]]) * 1000.0
    half = scores.astype(kind) if kind is np.float16 else torch.tensor(scores, dtype=kind)
    found = sinkhorn(half, 0.01)
    wide = half.astype(np.float64) if kind is np.float16 else half.double()
    assert str(found.dtype).endswith("float32")
    assert np.allclose(np.asarray(found), np.asarray(sinkhorn(wide, 0.01)))


def test_how_far_a_plan_is_from_balance_is_told():
    scores = np.random.default_rng(0).normal(size=(6, 6)) * 5
    rough, long = sinkhorn(scores, 0.05, 20), sinkhorn(scores, 1.0, 2000)
    assert balance_error(rough) == pytest.approx(max(abs(rough.sum(1) - 1).max(), abs(rough.sum(0) - 1).max()))
    assert balance_error(rough) > 0.5
    assert balance_error(long) < 1e-9
    assert balance_error(torch.eye(3)) == 0
