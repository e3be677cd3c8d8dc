"""The frequencies of a graph: eigenvalues and modes of its edges, computed once, and filters that then cost little.

    graph - eigen-decomposition, whole, of its thin factors, or of the top part -> Spectrum (values, right, left)
    z (N, V) - Spectrum.analysed -> Signal (coefficients (K, V), rest) - g(lambda), Spectrum.filtered -> Signal

lambda = 1 is the slowest frequency (mu = 1 - lambda = 0 of the Laplacian), lambda = -1 the fastest there can be.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigs, eigsh

from vizcore.algorithms.nonlocal_blocks.affinity import CrissCross, Factored, Graph
from vizcore.algorithms.nonlocal_blocks.edges import SYMMETRIC
from vizcore.algorithms.ties import upright

WHOLE = 1024  # nodes up to which all modes are computed; above it the largest ones
MODES = 128  # so many of them
NEAR = 1e-9  # of the largest eigenvalue: how exact those are
SPACE, TURNS = 64, 40  # least size of Lanczos' basis, and how often it begins anew before it gives up
WORST = 1e10  # condition of the modes, above which they cannot carry a signal
SAME = 1e-6  # of the largest eigenvalue: two numbers that are one eigenvalue
LARGEST_EXPONENT = 700.0  # of e in 64 bits
ROUNDING = 1e-12  # of the largest eigenvalue: what counts as zero in thin factors

Response = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Signal:
    """Features in terms of a graph's modes: nodes = right coefficients + rest."""

    nodes: np.ndarray  # (nodes, V) the features
    coefficients: np.ndarray  # (K, V), complex where the modes are
    rest: np.ndarray  # (nodes, V) what the modes do not carry; it has the eigenvalue 0, or is taken to have it

    @property
    def energy(self) -> np.ndarray:
        """(K,) of every mode; with the rest's they add up to that of the features if the graph is symmetric."""
        return (np.abs(self.coefficients) ** 2).sum(-1)

    @property
    def rest_energy(self) -> float:
        """Of what the modes do not carry."""
        return float((self.rest**2).sum())


@dataclass(frozen=True, eq=False)
class Spectrum:
    """K modes of a graph with `nodes` nodes, slowest first: A = right diag(values) left on them."""

    values: np.ndarray  # (K,) real, or complex with its conjugates
    right: np.ndarray  # (nodes, K) columns of length 1; orthogonal where the graph is symmetric
    left: np.ndarray  # (K, nodes), left right = 1
    kind: str  # of the graph
    whole: bool  # all other eigenvalues are 0; False: the others are only smaller

    @property
    def frequencies(self) -> np.ndarray:
        """(K,) mu = 1 - lambda, from 0 to 2 where the graph is symmetric."""
        return 1 - self.values

    def analysed(self, nodes: np.ndarray) -> Signal:
        """The signal (nodes, V) in terms of modes; of a graph's `nodes(z)`, if every channel is a node."""
        coefficients = self.left @ nodes
        return Signal(nodes, coefficients, nodes - (self.right @ coefficients).real)

    def filtered(self, signal: Signal, response: Response) -> Signal:
        """The signal after a filter: every mode times g(lambda), the rest times g(0)."""
        gain, still = response(self.values)[:, None], response(np.zeros(1))
        moved = self.right @ ((gain - still) * signal.coefficients)  # exact however small a mode's eigenvalue is
        return Signal(moved.real + still * signal.nodes, gain * signal.coefficients, still * signal.rest)

    def __repr__(self) -> str:
        nodes, count = self.right.shape
        most = f"largest |eigenvalue| {np.abs(self.values).max(initial=0):.3g}"
        return f"Spectrum({count} modes of {nodes} nodes{'' if self.whole else ', the largest'}, {self.kind}, {most})"


def spectrum(graph: Graph, most: int = MODES, whole: int = WHOLE) -> Spectrum:
    """Eigenvalues and modes of a single graph, in 64 bits.

    A graph of thin factors has all of its modes computed from these, whatever its size. Any other is decomposed whole
    up to `whole` nodes, or twice as many where eigenvalues are real, which is faster; above that its modes of largest
    |eigenvalue| are found by Lanczos' or Arnoldi's method.

    Args:
        graph: of affinity; without leading axes.
        most: how many modes of a large graph, at least 1.
        whole: nodes, or columns of the factors, up to which all modes are computed.

    Raises:
        ValueError: the graph is a batch, too large for this, or has no modes that span its signals.
    """
    side = graph.left if isinstance(graph, Factored) else graph.theta
    if side.ndim != 2:
        raise ValueError(f"want a single graph, theta (N, S), got a batch of shape {(*side.shape,)}")
    if most < 1:
        raise ValueError(f"want at least 1 mode, got {most}")
    thin = isinstance(graph, Factored) and graph.rank < graph.count
    if thin and graph.rank <= whole:
        return _of_factors(graph)
    if graph.count <= whole * (2 if graph.kind == SYMMETRIC or graph.reversible else 1):
        return _of_matrix(graph)
    return _largest(graph, min(most, graph.count - 2))


def _of_factors(graph: Factored) -> Spectrum:
    """All modes of eigenvalues that are not 0, from factors (N, R): a problem of R x R."""
    left, right = (_numbers(side) for side in (graph.left, graph.right))
    if graph.kind == SYMMETRIC:
        basis, part = np.linalg.qr(left)  # right has the same span
        values, modes = np.linalg.eigh(part @ (right.T @ basis))
        modes = basis @ modes
        return _sorted(values, modes, modes.T, graph.kind)
    left, right = _compressed(left, right)
    if not left.shape[1]:  # no edge at all
        return _sorted(np.zeros(0), left, right.T, graph.kind)
    values, inner = np.linalg.eig(right.T @ left)
    if not values.all():
        _refuse_worse(np.inf)
    modes, duals = left @ inner, _inverse(inner) @ right.T / values[:, None]
    length = np.linalg.norm(modes, axis=0)
    modes, duals = modes / length, length[:, None] * duals
    _refuse_worse(np.linalg.norm(duals, axis=1).max())
    return _sorted(values, modes, duals, graph.kind)


def _compressed(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same product of factors (N, r) without a column too many."""
    (basis, ahead), (other, behind) = np.linalg.qr(left), np.linalg.qr(right)
    turn, sizes, back = np.linalg.svd(ahead @ behind.T)
    selected = sizes > ROUNDING * sizes[0]
    return basis @ (turn * sizes)[:, selected], other @ back.T[:, selected]


def _of_matrix(graph: Graph) -> Spectrum:
    """All modes, from all edges."""
    if graph.kind == SYMMETRIC:
        values, modes = np.linalg.eigh(_numbers(graph.matrix()))
        return _sorted(values, modes, modes.T, graph.kind)
    if graph.reversible:
        balanced, half = _balanced(graph)
        values, modes = np.linalg.eigh(balanced.toarray() if isinstance(graph, CrissCross) else balanced)
        return _unbalanced(values, modes, half, graph.kind, whole=True)
    values, modes = np.linalg.eig(_numbers(graph.matrix()))
    return _sorted(values, modes, _inverse(modes), graph.kind)


def _inverse(modes: np.ndarray) -> np.ndarray:
    """Of modes that are far enough from depending on each other."""
    try:
        duals = np.linalg.inv(modes)
    except np.linalg.LinAlgError:
        duals = np.full_like(modes, np.inf)
    _refuse_worse(np.linalg.norm(duals, 1) * np.linalg.norm(modes, 1))
    return duals


def _largest(graph: Graph, most: int) -> Spectrum:
    """The modes of largest |eigenvalue|; for a graph that is neither symmetric nor reversible their duals, too."""
    if graph.kind == SYMMETRIC:
        values, modes = _lanczos(eigsh, _product(graph), most)
        return _sorted(values, modes, modes.T, graph.kind, whole=False)
    if graph.reversible:
        balanced, half = _balanced(graph)
        return _unbalanced(*_lanczos(eigsh, balanced, most), half, graph.kind, whole=False)
    if isinstance(graph, Factored):
        matrix = _product(graph)
    else:
        matrix = graph.sparse()[0] if isinstance(graph, CrissCross) else _numbers(graph.matrix())
    return _paired(*_lanczos(eigs, matrix, most), *_lanczos(eigs, matrix.T, most), graph.kind)


def _lanczos(find: Callable, matrix, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and modes by scipy's eigsh or eigs, from a start that is always the same."""
    count = matrix.shape[0]
    start = np.random.default_rng(0).standard_normal(count)
    space = min(count, max(2 * most + 1, SPACE))
    try:
        return find(matrix, most, v0=start, ncv=space, tol=NEAR, maxiter=TURNS)
    except ArpackNoConvergence:
        raise ValueError(
            f"want a graph of {count} nodes whose {most} largest modes can be told apart, got eigenvalues that lie too "
            "close: use the direct form, or fewer positions"
        ) from None


def _product(graph: Factored) -> LinearOperator:
    """A as something that can be multiplied with."""
    left, right = _numbers(graph.left), _numbers(graph.right)
    return LinearOperator(
        (graph.count, graph.count), lambda v: left @ (right.T @ v), lambda v: right @ (left.T @ v), dtype=np.float64
    )


def _balanced(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """A reversible graph as D^1/2 A D^-1/2, which is symmetric, and log d / 2."""
    if isinstance(graph, CrissCross):
        return graph.sparse(balanced=True)
    matrix, half = graph.balanced()
    return _numbers(matrix), _numbers(half)


def _unbalanced(values: np.ndarray, modes: np.ndarray, half: np.ndarray, kind: str, whole: bool) -> Spectrum:
    """Modes of A from those of D^1/2 A D^-1/2."""
    half = half - half.mean()
    _refuse_worse(np.exp(min(np.ptp(half), LARGEST_EXPONENT)))
    modes, duals = modes * np.exp(-half)[:, None], modes.T * np.exp(half)
    length = np.linalg.norm(modes, axis=0)
    return _sorted(values, modes / length, length[:, None] * duals, kind, whole)


def _paired(values: np.ndarray, modes: np.ndarray, dual_values: np.ndarray, duals: np.ndarray, kind: str) -> Spectrum:
    """The modes that were found from both sides and with their conjugates; at the end of the list some are not."""
    near = SAME * np.abs(values).max()
    selected = np.abs(values[:, None] - dual_values).min(1) < near
    selected &= np.abs(values[:, None] - values[selected].conj()).min(1, initial=np.inf) < near
    both = np.abs(dual_values[:, None] - values[selected]).min(1, initial=np.inf) < near
    modes, duals = modes[:, selected], duals[:, both].T
    return _sorted(values[selected], modes, np.linalg.solve(duals @ modes, duals), kind, whole=False)


def _sorted(values: np.ndarray, right: np.ndarray, left: np.ndarray, kind: str, whole: bool = True) -> Spectrum:
    """Slowest first, every mode with its first largest entry above 0; real where nothing is imaginary."""
    if not np.iscomplexobj(values) or not values.imag.any():
        values, right, left = values.real, right.real, left.real
    order = np.lexsort((values.imag, -values.real))
    right, left = right[:, order], left[order]
    turn = upright(right)  # (1, K) of length 1: what turns a mode turns its dual back
    return Spectrum(values[order], right * turn, left * turn.conj().T, kind, whole)


def _refuse_worse(condition: float) -> None:
    if not condition < WORST:
        raise ValueError(
            f"want a graph whose modes carry all signals, got modes of condition {condition:.0e}: use the direct form, "
            "or features of smaller size"
        )


def _numbers(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().double().cpu().numpy()
