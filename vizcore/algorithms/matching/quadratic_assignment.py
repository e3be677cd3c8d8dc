"""Graph matching as quadratic assignment: which permutation keeps most of the nodes and of the edges between them.

    node affinities (M, M), edges (M, M) of each graph - qap_affinity -> Q (M M, M M) - every permutation -> Optimum

maximise x' Q x over x = vec(X), X a permutation matrix: the RTK supplement's equation 2 (Lawler 1963). vec stacks the
columns, so that source node i matched with target node a is entry a M + i.
"""

import itertools
from dataclasses import dataclass

import numpy as np

LARGEST = 8  # nodes whose permutations are all tried: 40,320


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best of all permutations."""

    sigma: np.ndarray  # (M,) int64: source node i is target node sigma[i]
    value: float  # x' Q x


def qap_affinity(nodes: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Q of two graphs: affinities of nodes on the diagonal, products of edge weights elsewhere.

    Q[a M + i, a M + i] = nodes[i, a] and Q[a M + i, b M + j] = source[i, j] target[a, b] (Koopmans & Beckmann 1957).

    Args:
        nodes: (M, M) how well source node i and target node a go together.
        source: (M, M) weight of the edge between source nodes i and j; the diagonal is not looked at.
        target: (M, M) likewise.

    Returns:
        (M M, M M) float64.

    Raises:
        ValueError: the shapes are not one and square.
    """
    if (
        nodes.ndim != 2
        or len({*nodes.shape, *source.shape, *target.shape}) != 1
        or source.ndim != 2
        or target.ndim != 2
    ):
        raise ValueError(f"want three tables (M, M), got {nodes.shape}, {source.shape} and {target.shape}")
    off = 1 - np.eye(len(nodes))
    return np.kron(target * off, source * off) + np.diag(vectorise(nodes))


def vectorise(matrix: np.ndarray) -> np.ndarray:
    """(M M,): the columns of (M, M), one below the other."""
    return np.asarray(matrix, float).T.reshape(-1)


def incidence(count: int) -> np.ndarray:
    """H (2 M, M M) of H vec(X) = 1: the M sums of rows, then the M sums of columns."""
    eye, ones = np.eye(count), np.ones((1, count))
    return np.concatenate([np.kron(ones, eye), np.kron(eye, ones)])


def qap_value(affinity: np.ndarray, sigma: np.ndarray) -> float:
    """x' Q x of a permutation (M,)."""
    pairs = np.asarray(sigma) * len(sigma) + np.arange(len(sigma))  # the entries of x that are 1
    return float(affinity[np.ix_(pairs, pairs)].sum())


def qap_optimum(affinity: np.ndarray) -> Optimum:
    """Try every permutation; of equal ones the first in the order of words.

    Args:
        affinity: Q (M M, M M), M up to 8; need not be symmetric.

    Raises:
        ValueError: Q is not (M M, M M), or M is above 8.
    """
    count = round(len(affinity) ** 0.5)
    if affinity.shape != (count**2, count**2) or not 1 <= count <= LARGEST:
        raise ValueError(f"want affinities (M M, M M) of M from 1 to {LARGEST} nodes, got {affinity.shape}")
    permutations = np.array(list(itertools.permutations(range(count))))  # (M!, M)
    pairs = permutations * count + np.arange(count)
    values = np.zeros(len(pairs))
    for i in range(count):  # a row of x' Q x at a time, so that no table of M! M M is made
        values += affinity[pairs[:, i, None], pairs].sum(1)
    best = int(values.argmax())
    return Optimum(permutations[best], qap_value(affinity, permutations[best]))
