"""The Cayley filter of a graph: a rational response that a polynomial of its order cannot have.

    g(mu) = c0 + 2 Re{c1 (h mu - i) / (h mu + i)} = c0 + 2 (a (h^2 mu^2 - 1) + 2 b h mu) / (h^2 mu^2 + 1),  c1 = a + b i

mu from 0 to 2 is an eigenvalue of L = I - A. Source: CayleyNets (Levie et al., IEEE TSP 2019), as a non-local block in
SNL (Zhu et al., ICCV 2021). That paper's Eq. 22 drops Re and the inverse; what is left is a parabola in mu.
"""

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.nonlocal_blocks.affinity import Factored


def cayley_parts(values: np.ndarray, h: float) -> tuple[np.ndarray, np.ndarray]:
    """Real and imaginary part of (h mu - i) / (h mu + i) at mu = 1 - values: cosine and sine of one angle."""
    along = h * (1 - values)
    return (along**2 - 1) / (along**2 + 1), -2 * along / (along**2 + 1)


def cayley_transform(graph: Factored, z: Tensor, h: float | Tensor) -> tuple[Tensor, Tensor]:
    """Real and imaginary part of (hL - iI)(hL + iI)^-1 z, differentiable, without N x N where N is above the rank.

    Args:
        graph: symmetric, A = X Y^T with R columns.
        z: (..., N, V).
        h: the zoom: above 1 spreads low frequencies out.
    """
    kind = torch.complex128 if z.dtype == torch.float64 else torch.complex64
    nodes, rank = graph.left.shape[-2:]
    imaginary = torch.tensor(1j, dtype=kind, device=z.device)
    if nodes <= rank:
        whole = torch.eye(nodes, dtype=kind, device=z.device)
        solved = torch.linalg.solve((h + imaginary) * whole - h * graph.matrix().to(kind), z.to(kind))
    else:  # Woodbury: a system of R unknowns in place of N
        small = (h + imaginary) * torch.eye(rank, dtype=kind, device=z.device) - h * (graph.right.mT @ graph.left)
        inner = torch.linalg.solve(small, (graph.right.mT @ z).to(kind))  # (..., R, V)
        solved = (z + h * (graph.left.to(kind) @ inner)) / (h + imaginary)
    return z + 2 * solved.imag, -2 * solved.real  # (hL - i)(hL + i)^-1 = 1 - 2 i (hL + i)^-1


def cayley_matrix(laplacian: np.ndarray, h: float) -> np.ndarray:
    """(hL - iI)(hL + iI)^-1 of a whole Laplacian (N, N), complex; unitary for a real symmetric L."""
    whole = np.eye(len(laplacian))
    return np.linalg.solve((h * laplacian + 1j * whole).T, (h * laplacian - 1j * whole).T).T


def jacobi(laplacian: np.ndarray, z: np.ndarray, h: float, steps: int) -> tuple[np.ndarray, float]:
    """The same product by Jacobi's iteration instead of an inverse, as CayleyNets computes it.

    Args:
        laplacian: (N, N).
        z: (N, V) or (N,).
        h: zoom of the filter, above 0.
        steps: from the start Diag^-1 (hL - iI) z.

    Returns:
        complex, like z; and the spectral radius of the iteration, which converges if that is below 1.
    """
    plus, minus = (h * laplacian + sign * 1j * np.eye(len(laplacian)) for sign in (1, -1))
    diagonal = np.diag(plus)
    turn = (np.diag(diagonal) - plus) / diagonal[:, None]
    start = ((minus @ z).T / diagonal).T
    found = start
    for _ in range(steps):
        found = turn @ found + start
    return found, float(np.abs(np.linalg.eigvals(turn)).max())
