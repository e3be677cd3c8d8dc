"""The family of non-local blocks, each as its authors write it and as a filter on a graph.

    x (..., N, C) - theta, phi -> graph A,  - value -> z (..., N, V)
    OPERATORS[name].direct(A, z, weights)     F(A, Z) by products with A            (..., N, C')
    OPERATORS[name].terms(lambda, weights)    the same as sum over k of p_k(A) Z W_k: each p_k at eigenvalues of A

Source: SNL (Zhu et al., ICCV 2021, arXiv 2108.02451). Its L = I - A has eigenvalues mu = 1 - lambda, and its rescaled
Laplacian is -A, so T_1 appears here without its sign: the sign belongs to W.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from vizcore.algorithms.nonlocal_blocks.affinity import GRAPHS, Graph
from vizcore.algorithms.nonlocal_blocks.cayley import cayley_parts, cayley_transform

Array = np.ndarray | Tensor
Map = Array | float  # a matrix, or so many times the identity
Terms = list[tuple[np.ndarray, Map]]


@dataclass(frozen=True, eq=False)
class Weights:
    """What a block has learnt; a number stands for so many times the identity, so that features speak for themselves.

    Matrices are multiplied from the right: x @ theta.
    """

    out: Sequence[Map] = ()  # W_1, W_2 ..., each (V, C'); where none are given they are 1
    theta: Map = 1.0  # (C, S)
    phi: Map = 1.0  # (C, S)
    value: Map = 1.0  # (C, V), W_g
    inner: Map = 1.0  # (V, V), W_h of the printed and the released Cayley block
    h: float | Tensor = 1.0  # of the exact Cayley filter


@dataclass(frozen=True)
class Operator:
    """One row of OPERATORS."""

    title: str
    formula: str  # of F(A, Z), for people
    graph: str  # of GRAPHS
    outs: int  # how many W there are; 0 for any number
    direct: Callable[[Graph, Tensor, Weights], Tensor]
    terms: Callable[[np.ndarray, Weights], Terms]
    inner: bool = False  # has a W_h


def times(left: Map, right: Map) -> Map:
    """left @ right, where either may be a number."""
    number = any(isinstance(side, int | float) for side in (left, right))
    return left * right if number else left @ right


def graph_of(name: str, x: Tensor, weights: Weights, grid: tuple[int, ...] | None = None) -> Graph:
    """The graph A of an operator: (..., N, C) features, and for criss-cross the grid (H, W) or (T, H, W)."""
    return GRAPHS[OPERATORS[name].graph](times(x, weights.theta), times(x, weights.phi), grid)


def operate(name: str, x: Tensor, weights: Weights, grid: tuple[int, ...] | None = None) -> Tensor:
    """F(A, Z) of torch features (..., N, C), in the direct form, differentiable."""
    return OPERATORS[name].direct(graph_of(name, x, weights, grid), times(x, weights.value), weights)


def _nonlocal(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    return times(graph.apply(z), weights.out[0])


def _stage(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    return times(graph.apply(z) - z, weights.out[0])


def _snl(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    return times(z, weights.out[0]) + times(graph.apply(z), weights.out[1])


def _gsnl(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    first, second, third = weights.out
    heard = graph.apply(z)
    return times(z, first) + times(heard, second) + times(2 * heard - z, third)


def _chebyshev(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    before, now, total = graph.apply(z), z, 0  # T_-1 = T_1
    for matrix in weights.out:
        total = total + times(now, matrix)
        before, now = now, 2 * graph.apply(now) - before
    return total


def _cayley(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    real, imaginary = cayley_transform(graph, z, weights.h)
    zero, cosine, sine = weights.out
    return times(z, zero) + 2 * times(real, cosine) - 2 * times(imaginary, sine)


def _twice(graph: Graph, z: Tensor) -> Tensor:
    """L^2 z."""
    once = z - graph.apply(z)
    return once - graph.apply(once)


def _printed(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    first, second = weights.out
    return times(z, first) + 2 * times(times(_twice(graph, z), weights.inner) + z, second)


def _released(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    first, second = weights.out
    return times(z, first) + times(_twice(graph, z) + times(z, weights.inner), second)


def _one(values: np.ndarray) -> np.ndarray:
    return np.ones_like(values)


def _chebyshev_terms(values: np.ndarray, weights: Weights) -> Terms:
    before, now, terms = values, _one(values), []
    for matrix in weights.out:
        terms.append((now, matrix))
        before, now = now, 2 * values * now - before
    return terms


def _gsnl_terms(values: np.ndarray, weights: Weights) -> Terms:
    return list(zip((_one(values), values, 2 * values - 1), weights.out))


def _cayley_terms(values: np.ndarray, weights: Weights) -> Terms:
    real, imaginary = cayley_parts(values, float(weights.h))
    return list(zip((_one(values), 2 * real, -2 * imaginary), weights.out))


def _printed_terms(values: np.ndarray, weights: Weights) -> Terms:
    one, (first, second) = _one(values), weights.out
    return [(one, first), (2 * (1 - values) ** 2, times(weights.inner, second)), (2 * one, second)]


def _released_terms(values: np.ndarray, weights: Weights) -> Terms:
    one, (first, second) = _one(values), weights.out
    return [(one, first), ((1 - values) ** 2, second), (one, times(weights.inner, second))]


def _heard_terms(values: np.ndarray, weights: Weights) -> Terms:
    return [(values, weights.out[0])]


def _stage_terms(values: np.ndarray, weights: Weights) -> Terms:
    return [(values - 1, weights.out[0])]


OPERATORS = {
    "nl": Operator("NL", "A Z W", "softmax", 1, _nonlocal, _heard_terms),
    "ns": Operator("NS", "(A Z - Z) W", "softmax", 1, _stage, _stage_terms),
    "a2": Operator("A²", "Ā Z W", "double", 1, _nonlocal, _heard_terms),
    "cgnl": Operator("CGNL", "M vec(Z), then W", "compact", 1, _nonlocal, _heard_terms),
    "cgnl-taylor": Operator("CGNL, Taylor kernel", "M vec(Z), then W", "taylor", 1, _nonlocal, _heard_terms),
    "cc": Operator("CC", "A Z W", "criss-cross", 1, _nonlocal, _heard_terms),
    "snl": Operator("SNL", "Z W1 + A Z W2", "symmetric", 2, _snl, _chebyshev_terms),
    "gsnl": Operator("gSNL", "Z W1 + A Z W2 + (2 A - I) Z W3", "symmetric", 3, _gsnl, _gsnl_terms),
    "chebyshev": Operator("Chebyshev", "Σ T_k(A) Z W_k", "symmetric", 0, _chebyshev, _chebyshev_terms),
    "cayley": Operator(
        "Cayley, exact", "Z W0 + 2 Re{(hL - i)(hL + i)⁻¹ Z (Wa + i Wb)}", "symmetric", 3, _cayley, _cayley_terms
    ),
    "cayley-printed": Operator(
        "Cayley, Eq. 22", "Z W1 + 2 (L² Z Wh + Z) W2", "symmetric", 2, _printed, _printed_terms, inner=True
    ),
    "cayley-code": Operator(
        "Cayley, as released", "Z W1 + (L² Z + Z Wh) W2", "symmetric", 2, _released, _released_terms, inner=True
    ),
}
