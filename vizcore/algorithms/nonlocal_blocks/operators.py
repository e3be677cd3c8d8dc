"""The family of non-local blocks: a row is an operator, with all that page, browser, nets and command line want of it.

    x (..., N, C) - theta, phi -> graph A,  - value -> z (..., N, V)
    OPERATORS[name].direct(A, z, weights)     F(A, Z) by products with A            (..., N, C')
    OPERATORS[name].terms(lambda, weights)    the same as sum over k of p_k(A) Z W_k: each p_k at eigenvalues of A

Source: SNL (Zhu et al., ICCV 2021, arXiv 2108.02451). Its L = I - A has eigenvalues mu = 1 - lambda, and its rescaled
Laplacian is -A, so T_1 appears here without its sign: the sign belongs to W.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from vizcore.algorithms.nonlocal_blocks import direct_forms as direct
from vizcore.algorithms.nonlocal_blocks import responses as p
from vizcore.algorithms.nonlocal_blocks.affinity import GRAPHS, Graph
from vizcore.algorithms.nonlocal_blocks.block_weights import Array, Map, Weights, times

__all__ = ["OPERATORS", "Array", "Map", "Operator", "Terms", "Weights", "graph_of", "operate", "times"]

Terms = list[tuple[np.ndarray, Map]]
Piece = tuple[str, int | str | None]  # a piece of a formula, and whose it is: of W_k its k, "inner", "h", or of none
ORDERS = 6  # polynomials of a Chebyshev filter that have a slider
NEW = r"\textcolor{#d55e00}{"  # what a block changes about NL


@dataclass(frozen=True)
class Operator:
    """One row of OPERATORS."""

    title: str
    latex: tuple[str, ...]  # of F(A, Z), in orange what it changes about NL; lines short enough for a phone
    pieces: tuple[Piece, ...]  # of F(A, Z), for sliders
    graph: str  # of GRAPHS
    direct: Callable[[Graph, Tensor, Weights], Tensor]
    responses: tuple[p.Response, ...] | None  # p_k of every W_k; None of a Chebyshev filter, which has any number
    first: tuple[float, ...] = (1.0,)  # the W that a new visitor sees
    learnt: str = ""  # the operator whose trained net lends it weights, where that is another one
    inner: bool = False  # has a W_h
    zoom: bool = False  # has an h
    narrow: bool = False  # a block of it has half as many channels of values
    shown: bool = True  # on the page

    @property
    def outs(self) -> int:
        """How many W there are; 0 for any number."""
        return len(self.responses or ())

    @property
    def weights(self) -> tuple[str, ...]:
        """The names of its W, as its formula writes them."""
        return tuple(text.split()[-1] for text, of in self.pieces if isinstance(of, int))

    @property
    def sums(self) -> bool:
        """Its graph sums over all nodes: a block takes the mean."""
        return self.graph in ("compact", "taylor")

    def responding(self, count: int) -> tuple[p.Response, ...]:
        """p_k of `count` weights W."""
        return self.responses or tuple(map(p.chebyshev, range(count)))

    def terms(self, values: np.ndarray, weights: Weights) -> Terms:
        """[(p_k (K,) at eigenvalues of A, W_k) ...]: several for a W that is multiplied by W_h."""
        found: Terms = []
        for response, matrix in zip(self.responding(len(weights.out)), weights.out, strict=True):
            if self.zoom:
                found.append((response.at(values, float(weights.h)), matrix))
            else:
                inner = (matrix, times(weights.inner, matrix)) if self.inner else (matrix,)
                found += list(zip(response.parts(values), inner))
        return found


def graph_of(name: str, x: Tensor, weights: Weights, grid: tuple[int, ...] | None = None) -> Graph:
    """The graph A of an operator: (..., N, C) features, and for criss-cross the grid (H, W) or (T, H, W).

    Args:
        name: a key of OPERATORS.
        x: (..., N, C) features, torch.
        weights: theta, phi and value, and the matrices of the operator.
        grid: (H, W) or (T, H, W) with N places, for criss-cross; None for others.
    """
    return GRAPHS[OPERATORS[name].graph](times(x, weights.theta), times(x, weights.phi), grid)


def operate(name: str, x: Tensor, weights: Weights, grid: tuple[int, ...] | None = None) -> Tensor:
    """F(A, Z) of torch features (..., N, C), in the direct form, differentiable.

    Args:
        name: a key of OPERATORS.
        x: (..., N, C) features, torch.
        weights: theta, phi and value, and the matrices of the operator.
        grid: (H, W) or (T, H, W) with N places, for criss-cross; None for others.
    """
    return OPERATORS[name].direct(graph_of(name, x, weights, grid), times(x, weights.value), weights)


SNL = rf"F = {NEW}Z W_1 +}}\, A Z W_2"
CGNL = (
    rf"{NEW}\mathrm{{vec}}\,}}F' = {NEW}\mathrm{{vec}}(\theta)\mathrm{{vec}}(\varphi)^\top\mathrm{{vec}}}}(Z)",
    "F = F' W",
)
CONTRACTED: tuple[Piece, ...] = (("M vec(Z) ", None), ("W1", 0))
CHEBYSHEV: tuple[Piece, ...] = tuple((f"T{'₀₁₂₃₄₅'[k]}(A) Z W{k + 1}", k) for k in range(ORDERS))
OPERATORS = {
    "nl": Operator(
        "NL",
        (r"F = A Z W", r"A = D^{-1}M"),
        (("A Z ", None), ("W1", 0)),
        "softmax",
        direct.nonlocal_block,
        (p.ATTENDED,),
    ),
    "ns": Operator(
        "NS", (rf"F = A Z W {NEW}-\,Z W}}",), (("(A Z − Z) ", None), ("W1", 0)), "softmax", direct.stage, (p.LACKING,)
    ),
    "a2": Operator(
        "A²",
        (
            rf"F = {NEW}\bar A}} Z W",
            rf"{NEW}\bar A = \mathrm{{softmax}}_c(\theta)\,\mathrm{{softmax}}_i(\varphi)^\top}}",
        ),
        (("Ā Z ", None), ("W1", 0)),
        "double",
        direct.nonlocal_block,
        (p.ATTENDED,),
    ),
    "cgnl": Operator("CGNL", CGNL, CONTRACTED, "compact", direct.nonlocal_block, (p.ATTENDED,)),
    "cgnl-taylor": Operator(
        "CGNL, Taylor kernel",
        CGNL,
        CONTRACTED,
        "taylor",
        direct.nonlocal_block,
        (p.ATTENDED,),
        learnt="cgnl",
        shown=False,
    ),
    "cc": Operator(
        "CC",
        (r"F = A Z W", rf"A = D^{{-1}}({NEW}C \odot}}\, M)"),
        (("A Z ", None), ("W1", 0)),
        "criss-cross",
        direct.nonlocal_block,
        (p.ATTENDED,),
    ),
    "snl": Operator(
        "SNL",
        (SNL, rf"A = {NEW}D^{{-1/2}}\tfrac{{M + M^\top}}{{2}}D^{{-1/2}}}}"),
        (("Z W1", 0), (" + ", None), ("A Z W2", 1)),
        "symmetric",
        direct.snl,
        (p.ITSELF, p.ATTENDED),
        first=(1.0, -0.8),
    ),
    "gsnl": Operator(
        "gSNL",
        (SNL, rf"{NEW}+\,(2A - I) Z W_3}}"),
        (("Z W1", 0), (" + ", None), ("A Z W2", 1), (" + ", None), ("(2A − I) Z W3", 2)),
        "symmetric",
        direct.gsnl,
        (p.ITSELF, p.ATTENDED, p.Response(((-1.0, 2.0),))),
        first=(0.5, 0.5, 0.5),
        learnt="snl",
    ),
    "chebyshev": Operator(
        "Chebyshev",
        (rf"F = {NEW}\textstyle\sum_k T_{{k-1}}(A)}}\, Z W_k",),
        CHEBYSHEV,
        "symmetric",
        direct.chebyshev,
        None,
        first=(0.0, 0.0, 1.0),
        learnt="snl",
    ),
    "cayley": Operator(
        "Cayley, exact",
        (
            rf"F = {NEW}Z W_0 + 2\,\mathrm{{Re}}\{{(hL - i)(hL + i)^{{-1}}}} Z {NEW}(W_a + i W_b)\}}}}",
            rf"{NEW}L = I - A}}",
        ),
        (
            *(("Z W0", 0), (" + 2 Re{(", None), ("h", "h"), ("L − i)(", None), ("h", "h"), ("L + i)⁻¹ Z (", None)),
            *(("Wa", 1), (" + i ", None), ("Wb", 2), (")}", None)),
        ),
        "symmetric",
        direct.cayley,
        (p.ITSELF, p.COSINE, p.SINE),
        first=(0.0, 0.5, 0.0),
        zoom=True,
        narrow=True,
    ),
    "cayley-printed": Operator(
        "Cayley, Eq. 22",
        (rf"F = {NEW}Z W_1 + 2(L^2}} Z {NEW}W_h + Z)}} W_2",),
        (("Z W1", 0), (" + 2 (L² Z ", None), ("Wh", "inner"), (" + Z) ", None), ("W2", 1)),
        "symmetric",
        direct.cayley_printed,
        (p.ITSELF, p.PRINTED),
        first=(0.0, 0.5),
        learnt="cayley",
        inner=True,
        narrow=True,
    ),
    "cayley-code": Operator(
        "Cayley, as released",
        (rf"F = {NEW}Z W_1 + (L^2}} Z {NEW}+ Z W_h)}} W_2",),
        (("Z W1", 0), (" + (L² Z + Z ", None), ("Wh", "inner"), (") ", None), ("W2", 1)),
        "symmetric",
        direct.cayley_released,
        (p.ITSELF, p.RELEASED),
        first=(0.0, 0.5),
        learnt="cayley",
        inner=True,
        narrow=True,
    ),
}
