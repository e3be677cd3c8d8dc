"""Non-local blocks as filters on graphs: one family behind one switch, by direct sums and through the spectrum.

    affinity(name, x, weights)          -> graph A       who attends to whom: rows(positions), apply(z), matrix()
    apply_operator(name, x, weights)    -> F(A, Z)       directly, or form="spectral"
    spectrum(graph)                     -> Spectrum      once: then .analysed(z) and .filtered(signal, g) are cheap
    response(name, values, weights)     -> g(lambda)     what the block does to each frequency

x (N, C) numpy or torch; N = H W or T H W positions. Source: SNL (Zhu et al., ICCV 2021, arXiv 2108.02451).
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.attribution.token_maps import tensor_of
from vizcore.algorithms.nonlocal_blocks.affinity import Graph
from vizcore.algorithms.nonlocal_blocks.graph_spectrum import MODES, WHOLE, Signal, Spectrum, spectrum
from vizcore.algorithms.nonlocal_blocks.operators import (
    OPERATORS,
    Array,
    Operator,
    Terms,
    Weights,
    graph_of,
    operate,
    times,
)

__all__ = [
    "FORMS",
    "MODES",
    "OPERATORS",
    "WHOLE",
    "Graph",
    "Operator",
    "Signal",
    "Spectrum",
    "Weights",
    "affinity",
    "apply_operator",
    "response",
    "spectrum",
    "through",
]

FORMS = ("direct", "spectral")


def affinity(name: str, x: Array, weights: Weights | None = None, grid: tuple[int, ...] | None = None) -> Graph:
    """The graph of an operator.

    Args:
        name: a key of OPERATORS.
        x: (N, C) features, numpy or torch, any device.
        weights: theta and phi are used; features compared as they are if not given.
        grid: (H, W) or (T, H, W) of the N positions, row by row; needed for "cc".

    Raises:
        ValueError: the name is unknown, x is empty, not (N, C) or not finite, or weights or grid do not fit.
    """
    x, weights = _checked(name, x, weights)
    return graph_of(name, x, weights, grid)


def apply_operator(
    name: str,
    x: Array,
    weights: Weights | None = None,
    form: str = "direct",
    grid: tuple[int, ...] | None = None,
) -> Array:
    """F(A, Z): what a non-local block adds to its input, before norm and ReLU.

    Args:
        name, x, grid: as of affinity.
        weights: of the block; all maps 1 if not given.
        form: "direct", by products with A, differentiable for torch; or "spectral", by eigen-decomposition: the same
            up to rounding, and up to the smaller modes where the spectrum is not whole.

    Returns:
        (N, C'), of x's kind, device and number type.

    Raises:
        ValueError: as of affinity and spectrum, or the form is unknown.
    """
    if form not in FORMS:
        raise ValueError(f"want a form of {', '.join(FORMS)}, got {form!r}")
    tensor, weights = _checked(name, x, weights)
    if form == "direct":
        found = operate(name, tensor, weights, grid)
    else:
        graph = graph_of(name, tensor, weights, grid)
        found = through(spectrum(graph), name, graph, times(tensor, weights.value), weights).to(tensor)
    return found if isinstance(x, Tensor) else found.detach().numpy()


def through(modes: Spectrum, name: str, graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """F(A, Z) in 64 bits by a spectrum that is at hand: for every W its response on the modes.

    Args:
        modes: of the graph.
        name: a key of OPERATORS.
        graph: whose modes they are.
        z: (N, V) values.
        weights: of the operator, as of operate.
    """
    signal = modes.analysed(graph.nodes(z.detach().double().cpu()).numpy())
    total, count = 0, len(_terms(name, np.zeros(1), weights))
    for k in range(count):
        part = modes.filtered(signal, lambda values, k=k: _terms(name, values, weights)[k][0]).nodes
        matrix = _terms(name, np.zeros(1), weights)[k][1]
        total = total + times(torch.from_numpy(part).reshape(z.shape), _double(matrix))
    return total


def response(name: str, values: np.ndarray, weights: Weights | None = None) -> np.ndarray:
    """g(lambda), the factor that an operator puts on each frequency.

    Args:
        name: a key of OPERATORS.
        values: (K,) eigenvalues lambda of A; those of L = I - A are mu = 1 - lambda.
        weights: out, inner and h are used and must be numbers; each out is 1 if not given.

    Returns:
        (K,), complex where the values are.

    Raises:
        ValueError: the name is unknown, or a weight is missing or is a matrix, which has no single response.
    """
    weights = _fitting(name, weights)
    if any(not isinstance(one, int | float) for one in (*weights.out, weights.inner)):
        raise ValueError("want numbers as weights, got a matrix, which has a response for every pair of channels")
    return sum(number * part for part, number in _terms(name, np.asarray(values), weights))


def _terms(name: str, values: np.ndarray, weights: Weights) -> Terms:
    return OPERATORS[name].terms(values, weights)


def _fitting(name: str, weights: Weights | None) -> Weights:
    """Weights with as many W as the operator has; a Chebyshev filter has two if nobody says how many."""
    if name not in OPERATORS:
        raise ValueError(f"want an operator of {', '.join(OPERATORS)}, got {name!r}")
    weights, outs = weights or Weights(), OPERATORS[name].outs
    if not weights.out:
        return replace(weights, out=(1.0,) * (outs or 2))
    if outs and len(weights.out) != outs:
        raise ValueError(f"want {outs} weights W for {name!r}, got {len(weights.out)}")
    return weights


def _checked(name: str, x: Array, weights: Weights | None) -> tuple[Tensor, Weights]:
    """Features as a tensor of 32 bits at least, and weights of their kind that fit."""
    weights, tensor = _fitting(name, weights), tensor_of(x)
    if tensor.ndim != 2 or 0 in tensor.shape:
        raise ValueError(f"want features (N, C), not empty, got {(*tensor.shape,)}")
    tensor = tensor.to(torch.promote_types(tensor.dtype, torch.float32))
    if tensor.is_complex() or not tensor.isfinite().all():
        raise ValueError("want features that are real and finite, got nan, infinity or complex numbers")
    like = {part: _like(getattr(weights, part), tensor) for part in ("theta", "phi", "value", "inner", "h")}
    weights = replace(weights, out=tuple(_like(one, tensor) for one in weights.out), **like)
    _check_shapes(tensor.shape[1], weights)
    return tensor, weights


def _like(one: Array | float, x: Tensor) -> Tensor | float:
    return one if isinstance(one, int | float) else tensor_of(one).to(x)


def _double(one: Tensor | float) -> Tensor | float:
    return one if isinstance(one, int | float) else one.detach().double().cpu()


def _check_shapes(channels: int, weights: Weights) -> None:
    """Refuse matrices that do not fit behind one another."""

    def passed(name: str, width: int, one: Tensor | float) -> int:
        """The width behind a matrix.

        Args:
            name: as Weights calls it.
            width: before it.
            one: (width, any), or a number, which changes no width.
        """
        if isinstance(one, int | float):
            return width
        if one.ndim != 2 or one.shape[0] != width:
            raise ValueError(f"want {name} ({width}, ...), got {(*one.shape,)}")
        return one.shape[1]

    compared = {passed("theta", channels, weights.theta), passed("phi", channels, weights.phi)}
    if len(compared) > 1:
        raise ValueError(f"want theta and phi of one width, got {sorted(compared)}")
    inner = passed("inner", value := passed("value", channels, weights.value), weights.inner)
    if inner != value:
        raise ValueError(f"want a square inner, got ({value}, {inner})")
    if len({passed("out", value, one) for one in weights.out}) > 1:
        raise ValueError("want all out weights of one width")
