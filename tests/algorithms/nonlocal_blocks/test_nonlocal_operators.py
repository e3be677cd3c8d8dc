"""The family of non-local blocks: against sums over all pairs, worked numbers, and what must hold between them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests import operator_sums
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights, affinity, apply_operator

pytestmark = pytest.mark.usefixtures("one_thread")
NAMES = [*OPERATORS]
GRID = (2, 3, 4)
BOUNDS = {np.float32: 1e-5, np.float64: 1e-12}


def drawn(name, seed=0, count=24, channels=6, inner=4, dtype=np.float64):
    """Features (N, C) and weights of an operator, of sizes at which sums over positions stay of order 1."""
    rng = np.random.default_rng(seed)

    def matrix(*shape):
        return (rng.standard_normal(shape) / shape[0] ** 0.5).astype(dtype)

    out = tuple(matrix(inner, channels) for _ in range(OPERATORS[name].outs or 4))
    weights = Weights(
        out, matrix(channels, inner), matrix(channels, inner), matrix(channels, inner), matrix(inner, inner), h=1.7
    )
    return rng.standard_normal((count, channels)).astype(dtype), weights


def summed(name, x, weights, grid=None):
    """The operator by sums over pairs, in 64 bits."""
    theta, phi, z = (x.astype(np.float64) @ np.asarray(part) for part in (weights.theta, weights.phi, weights.value))
    table = operator_sums.edges(name, theta, phi, grid)
    return operator_sums.operator(name, table, z, weights.out, weights.inner, weights.h)


def two(kernel):
    """Features and maps of two nodes whose affinities before normalisation are the kernel, by exp or by relu."""
    return np.eye(len(kernel)), {"softmax": np.log(np.maximum(kernel, 1e-300)), "relu": np.array(kernel, float)}


def worked(name, kernel, z, grid=None, **weights):
    """An operator on nodes of a given kernel with values z (N,)."""
    x, maps = two(np.array(kernel, float))
    theta = maps["relu" if OPERATORS[name].graph == "symmetric" else "softmax"]
    column = np.array(z, float)[:, None]
    return apply_operator(name, x, Weights(theta=theta, phi=np.eye(len(x)), value=column, **weights), grid=grid)[:, 0]


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("name", NAMES)
def test_an_operator_is_its_sum_over_all_pairs(name, dtype):
    x, weights = drawn(name, dtype=dtype)
    found = apply_operator(name, x, weights, grid=GRID)
    assert found.dtype == dtype
    expected = summed(name, x, weights, GRID)
    size = max(1, np.abs(expected).max())  # CGNL is not normalised: its sums are as large as there are positions
    np.testing.assert_allclose(found, expected, rtol=0, atol=BOUNDS[dtype] * size)


@given(st.sampled_from(NAMES), st.integers(0, 1000), st.integers(1, 30), st.integers(1, 5))
def test_any_number_of_positions_will_do(name, seed, count, inner):
    x, weights = drawn(name, seed, count, inner=inner)
    expected = summed(name, x, weights, (count, 1))
    found = apply_operator(name, x, weights, grid=(count, 1))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("name", NAMES)
def test_torch_is_answered_by_torch_and_with_gradients(name):
    x, weights = drawn(name)
    tensor = torch.from_numpy(x).requires_grad_()
    found = apply_operator(name, tensor, weights, grid=GRID)
    found.square().sum().backward()
    assert tensor.grad.isfinite().all()
    assert tensor.grad.abs().max() > 0
    np.testing.assert_array_equal(found.detach().numpy(), apply_operator(name, x, weights, grid=GRID))


def test_two_nodes_by_hand():
    kernel, z = [[1, 3], [1, 1]], (2, 4)
    x, maps = two(np.array(kernel, float))
    shares = affinity("nl", x, Weights(theta=maps["softmax"])).matrix().numpy()
    assert shares == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))
    assert worked("nl", kernel, z) == pytest.approx([3.5, 3])
    assert worked("ns", kernel, z) == pytest.approx([1.5, -1])
    evened = affinity("snl", x, Weights(theta=maps["relu"])).matrix().numpy()
    assert evened == pytest.approx(np.array([[1, 2], [2, 1]]) / 3)
    assert worked("snl", kernel, z, out=(1.0, 1.0)) == pytest.approx([5.333333, 6.666667], abs=1e-6)
    assert worked("snl", kernel, z, out=(0.5, -1.0)) == pytest.approx([-2.333333, -0.666667], abs=1e-6)
    assert worked("cayley-code", kernel, z, out=(1.0, 1.0)) == pytest.approx([2.222222, 9.777778], abs=1e-6)
    assert worked("cayley-printed", kernel, z, out=(0.0, 0.5)) == pytest.approx([0.222222, 5.777778], abs=1e-6)
    assert worked("cayley", kernel, z, out=(0.0, 0.5, 0.0)) == pytest.approx([-3.28, -2.72])


def test_a_node_that_nobody_attends_to_keeps_its_own_and_gives_no_nan():
    kernel = [[0, 0, 0], [0, 1, 1], [0, 1, 1]]
    graph = affinity("snl", np.eye(3), Weights(theta=np.array(kernel, float)))
    assert graph.matrix().numpy() == pytest.approx(np.array([[0, 0, 0], [0, 0.5, 0.5], [0, 0.5, 0.5]]))
    x = torch.eye(3, dtype=torch.float64, requires_grad=True)
    found = apply_operator("snl", x, Weights((1.0, 1.0), torch.tensor(kernel).double()))
    found.sum().backward()
    assert x.grad.isfinite().all()
    assert found[0].tolist() == [1, 0, 0]
    for name in NAMES:  # no position has an edge at all
        x, weights = drawn(name, count=6)
        dead = replace(weights, theta=0 * weights.theta)
        assert np.isfinite(apply_operator(name, x, dead, grid=(2, 3))).all()
        assert np.isfinite(apply_operator(name, x, dead, form="spectral", grid=(2, 3))).all()


def test_one_position_attends_to_itself():
    x = np.array([[2.0, -1.0]])
    assert apply_operator("nl", x).tolist() == x.tolist()
    assert apply_operator("cc", x, grid=(1, 1)).tolist() == x.tolist()
    assert apply_operator("ns", x).tolist() == [[0, 0]]
    nobody = apply_operator("snl", x, Weights((3.0, 5.0), theta=0.0, phi=0.0))
    assert nobody.tolist() == (3 * x).tolist()
    assert apply_operator("snl", x, Weights((3.0, 5.0))) == pytest.approx(8 * x)


def test_three_equal_nodes_by_hand():
    even, z = np.ones((3, 3)), (1, 2, 6)
    assert worked("nl", even, z) == pytest.approx([3, 3, 3])
    assert worked("ns", even, z) == pytest.approx([2, 1, -3])
    assert worked("snl", even, z, out=(1.0, 1.0)) == pytest.approx([4, 5, 9])
    assert worked("gsnl", even, z, out=(1.0, 1.0, 1.0)) == pytest.approx([9, 9, 9])
    assert worked("snl", even, z, out=(0.0, 3.0)) == pytest.approx([9, 9, 9])
    table = affinity("snl", np.eye(3), Weights(theta=even)).matrix()
    assert (table @ table).numpy() == pytest.approx(table.numpy())  # the "stable hypothesis" holds here


def test_two_sides_that_only_attend_to_each_other_by_hand():
    assert worked("snl", [[0, 1], [1, 0]], (1, 3), out=(1.0, 1.0)) == pytest.approx([4, 4])
    assert worked("snl", [[0, 1], [1, 0]], (1, 3), out=(1.0, -1.0)) == pytest.approx([-2, 2])


def test_criss_cross_on_four_places_by_hand():
    assert worked("cc", np.ones((4, 4)), (1, 2, 3, 4), grid=(2, 2)) == pytest.approx([2, 7 / 3, 8 / 3, 3])
    table = affinity("cc", np.zeros((4, 1)), grid=(2, 2)).matrix().numpy()
    assert table == pytest.approx((1 - np.eye(4)[::-1]) / 3)


def test_double_attention_by_hand():
    far = np.log(3)
    theta, phi = np.array([[0, far], [0, 0]]), np.array([[0, 0], [far, 0]])
    weights = Weights(theta=theta, phi=phi, value=np.array([[2.0], [4.0]]))
    graph = affinity("a2", np.eye(2), weights)
    assert graph.left.numpy() == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))
    assert graph.right.numpy() == pytest.approx(np.array([[0.25, 0.5], [0.75, 0.5]]))
    assert graph.matrix().numpy() == pytest.approx(np.array([[0.4375, 0.5625], [0.375, 0.625]]))
    assert apply_operator("a2", np.eye(2), weights)[:, 0] == pytest.approx([3.125, 3.25])


def test_compact_generalised_by_hand():
    weights = Weights(theta=np.array([[1.0, 2.0]]), phi=np.array([[3.0, -1.0]]), value=np.array([[1.0, 1.0]]))
    assert apply_operator("cgnl", np.ones((1, 1)), weights)[0] == pytest.approx([2, 4])


def test_a_third_term_under_the_stable_hypothesis_adds_nothing():
    x, weights = drawn("gsnl")
    first, second, third = weights.out
    folded = replace(weights, out=(first - third, second + 2 * third))
    assert apply_operator("gsnl", x, weights) == pytest.approx(apply_operator("snl", x, folded), abs=1e-12)
    true = apply_operator("chebyshev", x, weights)
    assert np.abs(true - apply_operator("gsnl", x, weights)).max() > 0.1  # T_2 = 2 A^2 - I is another filter


def test_the_stage_block_and_its_values_make_the_non_local_block():
    x, weights = drawn("ns")
    z = x @ weights.value @ weights.out[0]
    assert apply_operator("ns", x, weights) + z == pytest.approx(apply_operator("nl", x, weights), abs=1e-12)


def test_the_sign_of_the_second_weight_is_all_that_papers_and_code_differ_in():
    x, weights = drawn("snl")
    first, second = weights.out
    z = x @ weights.value
    minus = z @ first - affinity("snl", x, weights).matrix().numpy() @ z @ second  # T_1 of the rescaled Laplacian
    assert apply_operator("snl", x, replace(weights, out=(first, -second))) == pytest.approx(minus, abs=1e-12)


def test_what_is_everywhere_the_same_stays_and_leaves_nothing_for_the_stage_block():
    x, weights = drawn("nl")
    level = np.tile([[1.0, -2.0]], (24, 1))
    for name in ("nl", "a2", "cc"):
        applied = affinity(name, x, weights, grid=GRID).apply(torch.from_numpy(level)).numpy()
        assert applied == pytest.approx(level, abs=1e-12)
    same = np.tile(x[:1], (24, 1))
    assert apply_operator("ns", same, weights) == pytest.approx(np.zeros((24, 6)), abs=1e-12)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cc"])
def test_positions_may_be_numbered_in_any_order(name):
    x, weights = drawn(name)
    order = np.random.default_rng(1).permutation(24)
    assert apply_operator(name, x[order], weights) == pytest.approx(apply_operator(name, x, weights)[order], abs=1e-11)


def test_criss_cross_depends_on_where_positions_are():
    x, weights = drawn("cc")
    order = np.random.default_rng(1).permutation(24)
    moved = apply_operator("cc", x[order], weights, grid=GRID)
    assert np.abs(moved - apply_operator("cc", x, weights, grid=GRID)[order]).max() > 0.1


REFUSED = {
    "an operator of nl": {"name": "nonlocal"},
    "a form of direct, spectral": {"form": "fourier"},
    "not empty": {"x": np.zeros((0, 6))},
    r"features \(N, C\)": {"x": np.zeros(6)},
    "real and finite": {"x": np.full((24, 6), np.nan)},
    "2 weights W": {"weights": Weights((1.0,))},
    r"theta \(6, ...\)": {"weights": Weights((1.0, 1.0), theta=np.ones((5, 2)))},
    "of one width": {"weights": Weights((1.0, 1.0), theta=np.ones((6, 2)))},
    "a square inner": {"weights": Weights((1.0, 1.0), inner=np.ones((6, 2)))},
    r"out \(6, ...\)": {"weights": Weights((1.0, np.ones((5, 5))))},
    "all out weights": {"weights": Weights((1.0, np.ones((6, 5))))},
    "a grid of 24": {"name": "cc", "weights": None},
    "as many as theta": {"name": "cgnl", "weights": Weights(theta=np.ones((6, 2)), phi=np.ones((6, 2)))},
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_does_not_fit_is_refused_in_a_sentence(words):
    arguments = {"name": "snl", "x": drawn("snl")[0], "weights": None} | REFUSED[words]
    with pytest.raises(ValueError, match=words):
        apply_operator(**arguments)
