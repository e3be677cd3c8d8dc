"""What non-local blocks compute, each as its authors write it: products with the graph A, differentiable.

    graph A (N, N), z (..., N, V), weights W_k -> F(A, Z) (..., N, C')

Source: SNL (Zhu et al., ICCV 2021, arXiv 2108.02451), and the papers that it unifies.
"""

from torch import Tensor

from vizcore.algorithms.nonlocal_blocks.affinity import Graph
from vizcore.algorithms.nonlocal_blocks.block_weights import Weights, times
from vizcore.algorithms.nonlocal_blocks.cayley import cayley_transform


def nonlocal_block(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """A Z W.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    return times(graph.apply(z), weights.out[0])


def stage(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """(A Z - Z) W.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    return times(graph.apply(z) - z, weights.out[0])


def snl(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """Z W1 + A Z W2.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    return times(z, weights.out[0]) + times(graph.apply(z), weights.out[1])


def gsnl(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """Z W1 + A Z W2 + (2 A - I) Z W3.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    first, second, third = weights.out
    applied = graph.apply(z)
    return times(z, first) + times(applied, second) + times(2 * applied - z, third)


def chebyshev(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """Sum over k of T_k(A) Z W_k.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    before, now, total = graph.apply(z), z, 0  # T_-1 = T_1
    for matrix in weights.out:
        total = total + times(now, matrix)
        before, now = now, 2 * graph.apply(now) - before
    return total


def cayley(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """Z W0 + 2 Re{(hL - i)(hL + i)^-1 Z (Wa + i Wb)}, L = I - A.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    real, imaginary = cayley_transform(graph, z, weights.h)
    zero, cosine, sine = weights.out
    return times(z, zero) + 2 * times(real, cosine) - 2 * times(imaginary, sine)


def cayley_printed(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """Z W1 + 2 (L^2 Z Wh + Z) W2, as the paper's Eq. 22 has it.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    first, second = weights.out
    return times(z, first) + 2 * times(times(_twice(graph, z), weights.inner) + z, second)


def cayley_released(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """Z W1 + (L^2 Z + Z Wh) W2, as the released code has it.

    Args:
        graph: A, over N nodes.
        z: (..., N, V) values.
        weights: the matrices W of the operator, each (V, C), and its further parameters.
    """
    first, second = weights.out
    return times(z, first) + times(_twice(graph, z) + times(z, weights.inner), second)


def _twice(graph: Graph, z: Tensor) -> Tensor:
    """L^2 z."""
    once = z - graph.apply(z)
    return once - graph.apply(once)
