"""Quadratic assignment: Q against sums over pairs, the optimum against all permutations, and graphs of networkx."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, quadratic_assignment

from vizcore.algorithms.matching.quadratic_assignment import incidence, qap_affinity, qap_optimum, qap_value, vectorise


def problem(seed, count):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((3, count, count))


def value(nodes, source, target, sigma):
    """The objective in words: nodes that go together, and edges that both graphs have."""
    count = len(sigma)
    total = sum(nodes[i, sigma[i]] for i in range(count))
    for i, j in itertools.permutations(range(count), 2):
        total += source[i, j] * target[sigma[i], sigma[j]]
    return total


@given(st.integers(0, 10**6), st.integers(1, 5))
@settings(max_examples=60)
def test_the_optimum_is_the_best_of_all_permutations(seed, count):
    tables = problem(seed, count)
    found = qap_optimum(qap_affinity(*tables))
    values = {sigma: value(*tables, sigma) for sigma in itertools.permutations(range(count))}
    assert found.value == pytest.approx(max(values.values()))
    assert values[tuple(found.sigma.tolist())] == pytest.approx(found.value)


@given(st.integers(0, 10**6), st.integers(1, 5))
@settings(max_examples=60)
def test_the_value_is_x_q_x_with_x_the_stacked_columns(seed, count):
    tables = problem(seed, count)
    affinity = qap_affinity(*tables)
    sigma = np.random.default_rng(seed).permutation(count)
    x = np.zeros(count**2)
    for i, a in enumerate(sigma):
        x[a * count + i] = 1
    assert np.array_equal(vectorise(np.eye(count)[sigma]), x)
    assert qap_value(affinity, sigma) == pytest.approx(x @ affinity @ x)
    assert x @ affinity @ x == pytest.approx(value(*tables, sigma))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_errata_3_h_sums_rows_and_columns_and_ones_alone_do_not_make_a_permutation(count):
    h = incidence(count)
    assert h.shape == (2 * count, count**2)
    for sigma in itertools.permutations(range(count)):
        assert (h @ vectorise(np.eye(count)[list(sigma)]) == 1).all()
    even = np.full((count, count), 1 / count)  # also fits: x must be binary as well
    assert h @ vectorise(even) == pytest.approx(np.ones(2 * count))
    table = np.random.default_rng(count).random((count, count))
    assert h @ vectorise(table) == pytest.approx(np.concatenate([table.sum(1), table.sum(0)]))


def test_without_edges_it_is_linear_assignment():
    nodes = np.random.default_rng(0).standard_normal((6, 6))
    none = np.zeros((6, 6))
    assert qap_optimum(qap_affinity(nodes, none, none)).sigma.tolist() == linear_sum_assignment(nodes, True)[1].tolist()


def test_without_nodes_no_heuristic_of_scipy_is_better():
    for seed in range(10):
        _, source, target = problem(seed, 6)
        np.fill_diagonal(source, 0)
        peer = quadratic_assignment(
            source, target, method="2opt", options={"maximize": True, "rng": np.random.default_rng(seed)}
        )
        assert qap_optimum(qap_affinity(np.zeros((6, 6)), source, target)).value >= peer.fun - 1e-9


def test_a_renamed_graph_is_found_again():
    networkx = pytest.importorskip("networkx", reason="networkx is not installed")
    source = networkx.random_regular_graph(3, 8, seed=1)
    target = networkx.relabel_nodes(source, dict(enumerate(np.random.default_rng(1).permutation(8).tolist())))
    one, other = (networkx.to_numpy_array(graph, nodelist=range(8)) for graph in (source, target))
    found = qap_optimum(qap_affinity(np.zeros((8, 8)), one, other))
    assert found.value == 2 * source.number_of_edges()
    renamed = networkx.relabel_nodes(source, dict(enumerate(found.sigma.tolist())))
    assert networkx.utils.graphs_equal(networkx.Graph(renamed.edges), networkx.Graph(target.edges))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"want three tables \(M, M\), got \(2, 2\), \(3, 3\) and \(2, 2\)"):
        qap_affinity(np.eye(2), np.eye(3), np.eye(2))
    with pytest.raises(ValueError, match=r"want affinities \(M M, M M\) of M from 1 to 8 nodes, got \(81, 81\)"):
        qap_optimum(np.eye(81))
    with pytest.raises(ValueError, match=r"got \(5, 5\)"):
        qap_optimum(np.eye(5))
