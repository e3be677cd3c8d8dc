"""Graphs of non-local blocks: their edges against sums, what their rows add up to, and that they stay thin."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests import operator_sums
from tests.largest import Largest
from vizcore.algorithms.nonlocal_blocks.affinity import GRAPHS, CrissCross, symmetric
from vizcore.algorithms.nonlocal_blocks.edges import LARGEST
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights, affinity, apply_operator

pytestmark = pytest.mark.usefixtures("one_thread")
NAMES = ["nl", "a2", "cgnl", "cgnl-taylor", "cc", "snl"]  # one for every graph
ROWS = ["nl", "a2", "cc"]  # whose rows add up to 1
GRID = (2, 3, 3)


def sides(seed=0, count=18, inner=4):
    """theta and phi (N, S)."""
    rng = np.random.default_rng(seed)
    return tuple(rng.standard_normal((count, inner)) for _ in range(2))


def graph(name, theta, phi, grid=GRID):
    return GRAPHS[OPERATORS[name].graph](torch.from_numpy(theta), torch.from_numpy(phi), grid)


def test_every_kind_of_graph_is_tried():
    assert {OPERATORS[name].graph for name in NAMES} == set(GRAPHS)


@pytest.mark.parametrize("name", NAMES)
def test_edges_are_those_of_the_definition(name):
    theta, phi = sides()
    expected = operator_sums.edges(name, theta, phi, GRID)
    assert graph(name, theta, phi).matrix().numpy() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_is_its_graphs_one_by_one(name):
    pairs = [sides(seed) for seed in range(3)]
    batch = graph(name, *(np.stack(side) for side in zip(*pairs)))
    z = torch.from_numpy(np.random.default_rng(9).standard_normal((3, 18, 4)))
    for k, pair in enumerate(pairs):
        alone = graph(name, *pair)
        for found, expected in (
            (batch.apply(z)[k], alone.apply(z[k])),
            (batch.rows([3, 7])[k], alone.rows([3, 7])),
            (batch.matrix()[k], alone.matrix()),
        ):
            assert found.numpy() == pytest.approx(expected.numpy(), abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_rows_that_are_asked_for_are_rows_of_the_table(name):
    edges = graph(name, *sides())
    table = edges.matrix()
    if name.startswith("cgnl"):  # every channel is a node: the mean over both
        table = table.reshape(18, 4, 18, 4).mean((1, 3))
    assert edges.rows([5, 0]).numpy() == pytest.approx(table[[5, 0]].numpy(), abs=1e-12)


@given(st.sampled_from(ROWS), st.integers(0, 1000), st.floats(0.1, 30))
def test_what_a_position_attends_to_are_shares(name, seed, size):
    theta, phi = sides(seed)
    table = graph(name, size * theta, phi).matrix().numpy()
    assert (table >= 0).all()
    assert table.sum(1) == pytest.approx(np.ones(18))
    assert np.abs(np.linalg.eigvals(table)).max() <= 1 + 1e-9


def test_softmax_over_channels_on_both_sides_would_not_give_shares():
    theta, phi = (torch.from_numpy(side) for side in sides())
    both = (theta.softmax(-1) @ phi.softmax(-1).mT).sum(-1)
    assert both.min() > 1.5


@given(st.integers(0, 1000), st.integers(1, 30), st.integers(1, 6))
def test_the_symmetric_graph_has_a_real_spectrum_within_one(seed, count, inner):
    table = symmetric(*(torch.from_numpy(side) for side in sides(seed, count, inner))).matrix().numpy()
    assert (table == table.T).all() or np.abs(table - table.T).max() < 1e-15
    values = np.linalg.eigvalsh(table)
    assert values.min() >= -1 - 1e-6
    assert values.max() == pytest.approx(1) or not table.any()


@given(st.integers(0, 1000))
def test_ranks_are_those_of_the_factors(seed):
    theta, phi = sides(seed)
    for name, most in (("a2", 4), ("cgnl", 1), ("cgnl-taylor", 3), ("snl", 8)):
        assert np.linalg.matrix_rank(graph(name, theta, phi).matrix().numpy()) <= most


@pytest.mark.parametrize(("grid", "degree"), [((4, 5), 8), ((3, 4, 5), 10), ((1, 4, 5), 8), ((20, 1), 20)])
def test_criss_cross_attends_to_its_lines(grid, degree):
    count = int(np.prod(grid))
    edges = CrissCross(torch.zeros(count, 1), torch.zeros(count, 1), grid)
    table = edges.matrix().numpy() > 0
    assert (table.sum(1) == degree).all()
    steps = np.linalg.matrix_power(table.astype(int), sum(side > 1 for side in grid))
    assert (steps > 0).all()  # in a picture everybody is reached by two steps
    assert edges.sparse()[0].toarray() == pytest.approx(edges.matrix().numpy())


@pytest.mark.parametrize("name", ["nl", "a2", "cgnl", "cgnl-taylor", "cc", "snl", "gsnl", "cayley", "cayley-code"])
def test_no_table_of_all_pairs_is_ever_made(name):
    found = {}
    for side in (16, 32):
        count = side * side
        x = torch.randn(count, 16, generator=torch.Generator().manual_seed(0))
        with Largest() as largest:
            apply_operator(name, x, Weights(theta=0.1, phi=0.1), grid=(side, side))
        found[side] = largest.numbers
        assert largest.numbers < count * count / 4
    if name != "cc":  # whose lines grow, too: N (H + W)
        assert found[32] <= 4 * found[16]


@pytest.mark.parametrize("name", ["nl", "cc", "a2", "snl"])
def test_too_many_edges_are_refused_in_a_sentence(name):
    x = np.ones((LARGEST + 2, 2), np.float32)
    edges = affinity(name, x, grid=(2, LARGEST // 2 + 1))
    with pytest.raises(ValueError, match=f"at most {LARGEST} nodes for all edges at once, got {LARGEST + 2}"):
        edges.matrix()
    assert edges.rows([7]).shape == (1, LARGEST + 2)
