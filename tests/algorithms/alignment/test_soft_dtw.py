"""Soft warping: worked tables, all walks as the truth, gradients by finite differences, and three ways that agree."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from walks import every_walk, price

from vizcore.algorithms.alignment import soft_dtw as module
from vizcore.algorithms.alignment.dtw import dtw
from vizcore.algorithms.alignment.smooth_minimum import MINIMA, smooth_min_gap
from vizcore.algorithms.alignment.soft_dtw import accumulate, soft_dtw

pytestmark = pytest.mark.usefixtures("one_thread")

WORKED = np.array([[1.0, 2, 3], [2, 1, 2], [3, 2, 1]])
TABLES = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: hnp.arrays(np.float64, shape, elements=st.floats(0, 10))
)


@pytest.fixture(params=["compiled", "diagonals"])
def way(request, monkeypatch):
    if request.param == "diagonals":
        monkeypatch.setattr(module, "kernel", lambda name: None)


def drawn(*shape, seed=0):
    return torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed), requires_grad=True)


def test_worked_tables(way):
    sharp = soft_dtw(WORKED, 0.1).table
    assert [sharp[1, 2], sharp[2, 1], sharp[2, 2]] == pytest.approx([4.000045, 4.000045, 3], abs=1e-6)
    wide = [[1, 3, 6], [3, 2.426028, 4.692182], [6, 4.692182, 3.815326]]
    assert soft_dtw(WORKED, 1).table == pytest.approx(np.array(wide), abs=1e-6)
    assert soft_dtw(WORKED, 0.1, "soft").table[1, 2] == pytest.approx(3.999995, abs=1e-6)
    for gamma, minimum in ((0.1, "hard"), (0, "smooth"), (0, "soft")):
        assert soft_dtw(WORKED, gamma, minimum).table.tolist() == [[1, 3, 6], [3, 2, 4], [6, 4, 3]]
    assert soft_dtw(np.zeros((2, 2)), 1).table.tolist() == [[0, 0], [0, 0]]
    assert soft_dtw(np.zeros((2, 2)), 1, "soft").value == pytest.approx(-np.log(3))


@pytest.mark.parametrize("minimum", MINIMA)
@pytest.mark.parametrize("gamma", [0, 0.1, 7])
def test_a_single_row_or_column_is_a_plain_sum(way, minimum, gamma):
    row = np.array([[0.7, 0.2, 0.1]])
    for cost in (row, row.T):
        result = soft_dtw(cost, gamma, minimum)
        assert result.value == pytest.approx(1)
        assert result.gradient.tolist() == np.ones_like(cost).tolist()


@pytest.mark.parametrize("gamma", [0.05, 1, 30])
def test_soft_minimum_weighs_every_walk_by_its_price(way, gamma):
    cost = np.random.default_rng(0).uniform(0, 2, (4, 5))
    walks = list(every_walk(4, 5))
    prices = np.array([price(cost, walk) for walk in walks])
    weights = np.exp((prices.min() - prices) / gamma)
    expected = np.zeros_like(cost)
    for walk, weight in zip(walks, weights / weights.sum()):
        expected[tuple(np.transpose(walk))] += weight
    result = soft_dtw(cost, gamma, "soft")
    assert result.value == pytest.approx(prices.min() - gamma * np.log(weights.sum()))
    assert result.gradient == pytest.approx(expected, abs=1e-9)


@given(TABLES)
def test_gamma_0_is_the_hard_walk_and_its_gradient_the_path(cost):
    hard, result = dtw(cost), soft_dtw(cost, 0)
    assert result.value == pytest.approx(hard.total)
    assert result.table == pytest.approx(hard.table)
    assert (result.gradient * cost).sum() == pytest.approx(hard.total)
    assert set(np.unique(result.gradient)) <= {0, 1}


@given(TABLES, st.floats(0.01, 5))
def test_soft_values_stay_within_their_bounds_of_the_hard_one(cost, gamma):
    hard = dtw(cost).total
    steps = sum(cost.shape) - 2
    smooth, soft = soft_dtw(cost, gamma).value, soft_dtw(cost, gamma, "soft").value
    assert hard - 1e-9 <= smooth <= hard + gamma * (smooth_min_gap(3) - 1) * steps + 1e-9
    assert soft <= hard + 1e-9


@pytest.mark.parametrize("minimum", MINIMA)
def test_gradients_are_those_of_finite_differences(way, minimum):
    assert torch.autograd.gradcheck(lambda cost: accumulate(cost, 0.3, minimum), drawn(2, 4, 5))
    assert torch.autograd.gradcheck(lambda cost: accumulate(cost, 0.3, minimum)[..., -1, -1], drawn(3, 4))


@pytest.mark.parametrize("minimum", MINIMA)
@pytest.mark.parametrize("gamma", [1e-6, 0.1, 10])
@pytest.mark.parametrize("shape", [(3, 7, 4), (1, 1, 5), (2, 5, 1), (1, 1, 1), (2, 20, 300), (1, 290, 270)])
def test_the_kernel_and_whole_diagonals_agree_there_and_back(shape, gamma, minimum):
    cost, slope = drawn(*shape), torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    tables = module._Compiled.apply(cost, gamma, minimum), module._by_diagonals(cost, gamma, minimum)
    gradients = [torch.autograd.grad(table, cost, slope)[0] for table in tables]
    for compiled, whole in (tables, gradients):
        assert (compiled - whole).abs().max() <= 1e-10 * whole.abs().max().clamp(1)


@settings(max_examples=20)
@given(st.floats(-3, 6), st.floats(-6, 0), st.sampled_from(list(MINIMA)))
def test_no_size_of_costs_or_gamma_overflows(size, sharpness, minimum):
    cost = np.random.default_rng(0).uniform(-1, 1, (9, 7)) * 10**size
    result = soft_dtw(cost, 10**sharpness, minimum)
    assert np.isfinite(result.table).all()
    assert np.isfinite(result.gradient).all()


def test_exponentials_and_logarithms_are_exact_to_1e_15():
    from vizcore.algorithms.alignment import soft_dtw_kernel as kernel

    far = np.concatenate([np.linspace(0, 5, 2000), np.linspace(5, 230, 500)])
    assert [kernel._decay(x) for x in far] == pytest.approx(np.exp(-far), rel=4e-14, abs=1e-15)
    assert [kernel._decay(x) for x in (231.0, 1e6, 1e300)] == [0, 0, 0]
    sums = np.linspace(1, 3, 2000)
    assert [kernel._log_1_to_3(s) for s in sums] == pytest.approx(np.log(sums), abs=1e-15)


def test_stacks_half_floats_and_devices_keep_their_kind():
    cost = drawn(2, 3, 4, 5)
    table = accumulate(cost)
    assert table.shape == (2, 3, 4, 5)
    assert (table[1, 2] - accumulate(cost[1, 2])).abs().max() == 0
    assert accumulate(cost.float()).dtype == torch.float32
    assert accumulate(cost.bfloat16()).dtype == torch.float32
    assert accumulate(torch.zeros(0, 2, 2)).shape == (0, 2, 2)
    assert accumulate(cost.mT)[0, 0, -1, -1] == table[0, 0, -1, -1]


@pytest.mark.gpu
def test_on_a_gpu_tables_and_gradients_are_the_same():
    here, there = drawn(2, 20, 30), drawn(2, 20, 30).detach().cuda().requires_grad_()
    for minimum in MINIMA:
        tables = accumulate(here, 0.1, minimum), accumulate(there, 0.1, minimum)
        gradients = [torch.autograd.grad(t.sum(), c)[0] for t, c in zip(tables, (here, there))]
        assert torch.allclose(tables[1].cpu(), tables[0])
        assert torch.allclose(gradients[1].cpu(), gradients[0])


def test_the_soft_warping_of_tslearn_is_ours(way):
    metrics = pytest.importorskip("tslearn.metrics", reason="the peer tslearn is not installed")
    cost = np.random.default_rng(1).uniform(0, 3, (30, 41))
    for gamma in (0.1, 2.0):
        peer = metrics.SoftDTW(cost, gamma=gamma)
        value, gradient = peer.compute(), peer.grad()
        result = soft_dtw(cost, gamma, "soft")
        assert result.value == pytest.approx(value)
        assert result.gradient == pytest.approx(gradient, abs=1e-9)


def test_the_costs_are_not_changed_and_may_be_read_only_or_strided():
    cost = np.random.default_rng(0).uniform(0, 1, (8, 9))
    cost.flags.writeable = False
    before = cost.copy()
    assert soft_dtw(cost[::-2, ::2]).value == soft_dtw(cost[::-2, ::2].copy()).value
    assert soft_dtw(cost).table.shape == (8, 9)
    assert np.array_equal(cost, before)


def test_wrong_arguments_are_refused():
    for shape in [(0, 3), (3,), (2, 2, 2)]:
        with pytest.raises(ValueError, match=r"want costs \(M, N\), not empty, got"):
            soft_dtw(np.zeros(shape))
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="want finite costs, got nan or infinity"):
            soft_dtw(np.array([[0, bad]]))
    with pytest.raises(
        ValueError,
        match=r"such as 5,792 x 5,792 frames\), got 10,000 x 10,000: leave out frames, or align with",
    ):
        soft_dtw(np.broadcast_to(0.0, (10_000, 10_000)))
    with pytest.raises(ValueError, match="want a finite gamma of 0 or more, got -1"):
        soft_dtw(WORKED, -1)
    with pytest.raises(ValueError, match="want a minimum of smooth, soft, hard, got 'least'"):
        soft_dtw(WORKED, 1, "least")
    with pytest.raises(ValueError, match=r"want costs \(..., M, N\) with M and N above 0, got \(2, 0, 3\)"):
        accumulate(torch.zeros(2, 0, 3))
