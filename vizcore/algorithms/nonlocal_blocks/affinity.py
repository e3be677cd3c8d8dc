"""Who attends to whom in a non-local block: positions are nodes of a graph, affinities its edges.

    theta, phi (..., N, S) - a row of GRAPHS -> a graph A: apply(z) = A z, rows(positions), matrix()

No graph keeps its N x N edges: a product of two thin matrices is applied factor by factor, a softmax by fused
attention, criss-cross attention along one axis of the grid at a time. Sources: NL (Wang et al. 2018), A2 (Chen et al.
2018), CGNL (Yue et al. 2018), CCNet (Huang et al. 2019), and the symmetric graph of SNL (Zhu et al. 2021).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vizcore.algorithms.nonlocal_blocks.criss_cross import CrissCross
from vizcore.algorithms.nonlocal_blocks.edges import ROWS_SUM_TO_1, SYMMETRIC, UNNORMALISED, refuse_large

TAYLOR_ORDER, TAYLOR_GAMMA = 2, 1e-4  # of CGNL's kernel, as released


@dataclass(frozen=True, eq=False)
class Softmax:
    """A = D^-1 M with M_ij = exp(theta_i . phi_j): every row sums to 1."""

    theta: Tensor  # (..., N, S)
    phi: Tensor  # (..., N, S)
    kind: str = ROWS_SUM_TO_1

    @property
    def count(self) -> int:
        """N."""
        return self.theta.shape[-2]

    @property
    def reversible(self) -> bool:
        """M is symmetric, so that A has real eigenvalues."""
        return self.theta is self.phi or torch.equal(self.theta, self.phi)

    def nodes(self, z: Tensor) -> Tensor:
        """Features (..., N, V) as signals on the graph: every position is a node."""
        return z

    def apply(self, z: Tensor) -> Tensor:
        """A z for z (..., N, V), by fused attention, which wants one width of all three."""
        width = max(self.theta.shape[-1], z.shape[-1])
        query, key, value = (F.pad(x, (0, width - x.shape[-1])) for x in (self.theta, self.phi, z))
        heads = [x.unsqueeze(-3) for x in (query, key, value)]
        heads = [x if x.ndim > 3 else x[None] for x in heads]  # fused for (B, heads, N, d) alone
        output = F.scaled_dot_product_attention(*heads, scale=1.0).reshape(*z.shape[:-1], width)
        return output[..., : z.shape[-1]]

    def rows(self, positions: Sequence[int]) -> Tensor:
        """(..., K, N) what the positions hear."""
        return (self.theta[..., list(positions), :] @ self.phi.mT).softmax(-1)

    def matrix(self) -> Tensor:
        """(..., N, N)."""
        refuse_large(self.count)
        return (self.theta @ self.phi.mT).softmax(-1)

    def balanced(self) -> tuple[Tensor, Tensor]:
        """Of a reversible graph: D^1/2 A D^-1/2, which is symmetric, and log d / 2, (..., N, N) and (..., N)."""
        refuse_large(self.count)
        scores = self.theta @ self.phi.mT
        half = scores.logsumexp(-1) / 2
        return (scores - half[..., :, None] - half[..., None, :]).exp(), half


@dataclass(frozen=True, eq=False)
class Factored:
    """A = left right^T of rank R at most: A z is left (right^T z), at O(N R V)."""

    left: Tensor  # (..., nodes, R)
    right: Tensor  # (..., nodes, R)
    kind: str
    channels: int = 1  # of a position, that are a node each: nodes = N channels

    reversible = False

    @property
    def count(self) -> int:
        """Nodes."""
        return self.left.shape[-2]

    @property
    def rank(self) -> int:
        """R."""
        return self.left.shape[-1]

    def nodes(self, z: Tensor) -> Tensor:
        """Features (..., N, V) as signals on the graph; where every channel is a node, V is one of them."""
        if self.channels == 1:
            return z
        if z.shape[-1] != self.channels:
            raise ValueError(f"want values of {self.channels} channels, as many as theta and phi, got {z.shape[-1]}")
        return z.flatten(-2)[..., None]  # (..., N V, 1)

    def apply(self, z: Tensor) -> Tensor:
        """A z for z (..., N, V)."""
        return (self.left @ (self.right.mT @ self.nodes(z))).reshape(z.shape)

    def rows(self, positions: Sequence[int]) -> Tensor:
        """(..., K, N) what the positions hear; the mean over both channels where every channel is a node."""
        left, right = (side.unflatten(-2, (-1, self.channels)).mean(-2) for side in (self.left, self.right))
        return left[..., list(positions), :] @ right.mT

    def matrix(self) -> Tensor:
        """(..., nodes, nodes)."""
        refuse_large(self.count)
        return self.left @ self.right.mT


def double_attention(theta: Tensor, phi: Tensor) -> Factored:
    """A2's: each position gathers over all positions, and distributes over channels. Rows sum to 1; rank S."""
    return Factored(theta.softmax(-1), phi.softmax(-2), ROWS_SUM_TO_1)


def compact(theta: Tensor, phi: Tensor) -> Factored:
    """CGNL's, one group, dot product: every channel of every position is a node; rank 1, rows of any sum."""
    left, right = (side.flatten(-2)[..., None] for side in (theta, phi))
    return Factored(left, right, UNNORMALISED, theta.shape[-1])


def compact_taylor(theta: Tensor, phi: Tensor) -> Factored:
    """CGNL's radial basis kernel as its Taylor series: sum over k of a_k theta^k phi^k; rank 3."""
    left, right = (side.flatten(-2)[..., None] for side in (theta, phi))
    powers = torch.arange(TAYLOR_ORDER + 1, device=theta.device)
    twice = 2 * TAYLOR_GAMMA
    factors = [math.exp(-twice) * twice**k / math.factorial(k) for k in range(TAYLOR_ORDER + 1)]
    scale = torch.tensor(factors, dtype=theta.dtype, device=theta.device)
    return Factored(scale * left**powers, right**powers, UNNORMALISED, theta.shape[-1])


def symmetric(theta: Tensor, phi: Tensor) -> Factored:
    """SNL's: D^-1/2 (M + M^T)/2 D^-1/2 with M = relu(theta) relu(phi)^T; real spectrum in [-1, 1]; rank 2 S.

    Nodes of degree zero have no edges.
    """
    ahead, behind = theta.relu(), phi.relu()
    degree = (ahead @ behind.sum(-2)[..., None] + behind @ ahead.sum(-2)[..., None]) / 2  # (..., N, 1)
    linked = degree > 0
    scale = torch.where(linked, torch.where(linked, degree, 1).rsqrt(), 0)  # twice: the other branch has no gradient
    ahead, behind = scale * ahead, scale * behind
    return Factored(torch.cat([ahead, behind], -1) / 2, torch.cat([behind, ahead], -1), SYMMETRIC)


Graph = Softmax | Factored | CrissCross

GRAPHS: dict[str, Callable[[Tensor, Tensor, tuple[int, ...] | None], Graph]] = {
    "softmax": lambda theta, phi, grid: Softmax(theta, phi),
    "double": lambda theta, phi, grid: double_attention(theta, phi),
    "compact": lambda theta, phi, grid: compact(theta, phi),
    "taylor": lambda theta, phi, grid: compact_taylor(theta, phi),
    "criss-cross": lambda theta, phi, grid: CrissCross(theta, phi, grid or ()),
    "symmetric": lambda theta, phi, grid: symmetric(theta, phi),
}
