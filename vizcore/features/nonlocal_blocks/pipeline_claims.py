"""What the papers on non-local blocks claim, tried out on small graphs: one experiment each, as arrays.

h, weights, seed -> turning, third_term, axis_sums, degrees, laplacians, iterated
"""

from dataclasses import dataclass

import numpy as np
import torch

from vizcore.algorithms.nonlocal_blocks.affinity import compact, symmetric
from vizcore.algorithms.nonlocal_blocks.cayley import cayley_matrix, cayley_parts, jacobi
from vizcore.algorithms.nonlocal_blocks.spectral import Weights, response

PLACES = 121  # of a curve
NODES, CHANNELS = 48, 6  # of the random graphs
AXES = {  # what softmax of theta and of phi runs over -> axes of (N, S)
    "distribute over channels, gather over positions": (1, 0),
    "both over channels": (1, 1),
    "both over positions": (0, 0),
    "distribute over positions, gather over channels": (0, 1),
}
MEANT = next(iter(AXES))
STEPS = 40  # of Jacobi's iteration


@dataclass(frozen=True, eq=False)
class Iterated:
    """Jacobi's iteration in place of an inverse."""

    errors: np.ndarray  # (STEPS,) largest error after so many steps, as a share of the largest number of the answer
    radius: float  # spectral radius: it converges below 1


def places() -> np.ndarray:
    """(PLACES,) frequencies mu from 0 to 2."""
    return np.linspace(0, 2, PLACES)


def turning(h: float) -> np.ndarray:
    """(PLACES,) complex: (h mu - i) / (h mu + i), which Eq. 22 takes for real."""
    real, imaginary = cayley_parts(1 - places(), h)
    return real + 1j * imaginary


def three_filters(out: tuple[float, float], inner: float, h: float) -> dict[str, np.ndarray]:
    """{filter: (PLACES,)}: the Cayley filter with c0 and real c1, and what is printed and released in its place.

    Args:
        out: c0 or W1, and c1 or W2.
        inner: W_h.
        h: of the exact filter; what is printed has it inside W_h.
    """
    values = 1 - places()
    return {
        "exact": response("cayley", values, Weights((*out, 0.0), h=h)),
        "Eq. 22 as printed": response("cayley-printed", values, Weights(out, inner=inner)),
        "as released": response("cayley-code", values, Weights(out, inner=inner)),
    }


def third_term(first: float, second: float, third: float) -> dict[str, np.ndarray]:
    """{filter: (PLACES,)}: gSNL with three weights, SNL with two that say the same, and a true third polynomial.

    Args:
        first: W1 of gSNL.
        second: W2.
        third: W3, of its term 2A - I.
    """
    values = 1 - places()
    out = (first, second, third)
    return {
        "gSNL, three weights": response("gsnl", values, Weights(out)),
        "SNL with W1 − W3 and W2 + 2 W3": response("snl", values, Weights((first - third, second + 2 * third))),
        "Chebyshev, T₂ = 2A² − I": response("chebyshev", values, Weights(out)),
    }


def axis_sums(seed: int) -> dict[str, np.ndarray]:
    """{what the softmaxes run over: (N,)}: sums of the rows of A2's affinity; 1 would make it an average."""
    theta, phi = _sides(seed)
    return {name: (theta.softmax(one) @ phi.softmax(other).mT).sum(1).numpy() for name, (one, other) in AXES.items()}


def degrees(seed: int) -> np.ndarray:
    """(N S,) sums of the rows of CGNL's M, falling: what D^-1 would divide by."""
    graph = compact(*_sides(seed))
    sums = graph.left @ graph.right.sum(0)
    return np.sort(sums.numpy())[::-1]


def laplacians(seed: int) -> dict[str, np.ndarray]:
    """{affinity: (N,)}: eigenvalues of L = I - A, of a sigmoid as "just" said, and of the normalised graph."""
    theta, phi = _sides(seed)
    scores = (theta @ phi.mT).sigmoid()
    plain = (scores + scores.mT) / 2
    return {
        "A = sigmoid, not normalised": 1 - np.linalg.eigvalsh(plain.numpy()),
        "A normalised, as in Eq. 23": 1 - np.linalg.eigvalsh(symmetric(theta, phi).matrix().numpy()),
    }


def iterated(seed: int, h: float) -> Iterated:
    """The Cayley fraction applied to a random signal by Jacobi's iteration, beside the exact inverse."""
    laplacian = np.eye(NODES) - symmetric(*_sides(seed)).matrix().numpy()
    z = np.random.default_rng(seed).standard_normal(NODES)
    exact = cayley_matrix(laplacian, h) @ z
    errors, radius = [], 0.0
    for steps in range(1, STEPS + 1):
        found, radius = jacobi(laplacian, z, h, steps)
        errors.append(np.abs(found - exact).max() / np.abs(exact).max())
    return Iterated(np.array(errors), radius)


def _sides(seed: int) -> list[torch.Tensor]:
    """theta and phi (N, S) of a random graph, in 64 bits."""
    chance = torch.Generator().manual_seed(seed)
    return [torch.randn(NODES, CHANNELS, generator=chance, dtype=torch.float64) for _ in range(2)]
