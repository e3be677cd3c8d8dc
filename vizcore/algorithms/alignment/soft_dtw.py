"""Soft dynamic time warping: a table of accumulated costs that has a gradient, in numpy and in torch.

    cost (M, N) - r[i, j] = cost[i, j] + minimum(r[i, j-1], r[i-1, j-1], r[i-1, j]) -> table (M, N), value r[M-1, N-1]
                - slope of the value by each cost -> gradient (M, N), the expected alignment

The minimum is smoothMin (Hadji et al. 2021), min^gamma (Cuturi and Blondel 2017) or the hard one (see
smooth_minimum.py). For min^gamma the gradient is the share of all warping paths, each weighted by e^(-cost / gamma),
that pass through a cell; for the hard minimum it is 1 along one cheapest path.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from vizcore.algorithms.alignment.smooth_minimum import MINIMA, refuse_temperature, refuse_unknown
from vizcore.algorithms.compiled import kernel

__all__ = ["LARGEST_SOFT_TABLE", "MINIMA", "SoftWarping", "accumulate", "soft_dtw"]

LARGEST_SOFT_TABLE = 2**25  # cells, 5792 x 5792: the way there and back takes 40 bytes a cell, 1.3 GB
HARDEST_GAMMA = 1e-12  # below it, costs that differ at all are as good as infinitely far apart
NOWHERE = 1e30  # the accumulated cost of what is no cell


@dataclass(frozen=True, eq=False)
class SoftWarping:
    """Two sequences of M and N frames, softly aligned."""

    cost: np.ndarray  # (M, N) float64, as it was given
    value: float  # the accumulated cost at the end, in units of the cost
    gradient: np.ndarray  # (M, N) float64 slope of the value by each cost: the expected alignment
    gamma: float
    minimum: str  # a key of MINIMA

    @cached_property
    def table(self) -> np.ndarray:
        """(M, N) float64 accumulated cost of reaching a cell; found again when it is first asked for."""
        return accumulate(torch.from_numpy(self.cost), self.gamma, self.minimum).numpy()

    def __repr__(self) -> str:
        m, n = self.cost.shape
        return f"SoftWarping({m} x {n} frames, {self.minimum} minimum, gamma {self.gamma:g}, value {self.value:.4g})"


def soft_dtw(cost: np.ndarray, gamma: float = 0.1, minimum: str = "smooth") -> SoftWarping:
    """Accumulate costs with a soft minimum, and say how much every cell counts.

    Args:
        cost: (M, N) finite costs of pairing frame i with frame j; at most LARGEST_SOFT_TABLE cells.
        gamma: temperature in units of the cost, 0 or more; 0 is the hard minimum.
        minimum: a key of MINIMA.

    Raises:
        ValueError: the cost is not (M, N), empty, too large or not finite; gamma is negative or not finite, or the
            minimum is unknown.
    """
    cost = np.asarray(cost)
    if cost.ndim != 2 or 0 in cost.shape:
        raise ValueError(f"want costs (M, N), not empty, got {cost.shape}")
    if cost.size > LARGEST_SOFT_TABLE:
        side = math.isqrt(LARGEST_SOFT_TABLE)
        raise ValueError(
            f"want at most {LARGEST_SOFT_TABLE:,} cells for a soft alignment (such as {side:,} x {side:,} frames), got "
            f"{cost.shape[0]:,} x {cost.shape[1]:,}: leave out frames, or align with hard DTW in a band"
        )
    if not np.isfinite(cost.sum(dtype=np.float64)):
        raise ValueError("want finite costs, got nan or infinity")
    minimum = _checked(gamma, minimum)
    cost = np.require(cost, np.float64, ["C", "W"])
    if kernel("alignment.soft_dtw_kernel"):
        rows, above, left = _there(cost[None], gamma, minimum)
        value = float(rows[0, -2])  # the last cell
        rows.fill(0)
        rows[0, -2] = 1
        gradient = _back(rows, above, left, cost[None])[0]
    else:
        tensor = torch.from_numpy(cost).requires_grad_()
        end = _by_diagonals(tensor[None], gamma, minimum)[0, -1, -1]
        value, gradient = end.item(), torch.autograd.grad(end, tensor)[0].numpy()
    return SoftWarping(cost, value, gradient, gamma, minimum)


def accumulate(cost: Tensor, gamma: float = 0.1, minimum: str = "smooth") -> Tensor:
    """The table of accumulated costs; differentiable once by the costs, in every cell (the last is soft-DTW's value).

    Args:
        cost: (..., M, N) finite floats, on any device. Accumulated in float64.
        gamma: temperature in units of the cost, 0 or more; 0 is the hard minimum, whose gradient follows one path.
        minimum: a key of MINIMA.

    Returns:
        (..., M, N), of the costs' device and type (float32 for half precision).

    Raises:
        ValueError: fewer than two axes or an empty table; gamma is negative or not finite, or the minimum is unknown.
    """
    minimum = _checked(gamma, minimum)
    if cost.ndim < 2 or 0 in cost.shape[-2:]:
        raise ValueError(f"want costs (..., M, N) with M and N above 0, got {(*cost.shape,)}")
    kind = torch.promote_types(cost.dtype, torch.float32)
    stack = cost.to(kind).reshape(-1, *cost.shape[-2:])  # (B, M, N)
    if cost.device.type == "cpu" and kernel("alignment.soft_dtw_kernel"):
        table = _Compiled.apply(stack, gamma, minimum)
    else:
        table = _by_diagonals(stack.double(), gamma, minimum).to(kind)
    return table.reshape(cost.shape)


def _checked(gamma: float, minimum: str) -> str:
    """The minimum that is to be used."""
    refuse_unknown(minimum)
    refuse_temperature(gamma)
    return "hard" if gamma < HARDEST_GAMMA else minimum


def _there(cost: np.ndarray, gamma: float, minimum: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Accumulated costs, weights above and weights left of (B, M, N), as the kernel's rows (B, S)."""
    k = kernel("alignment.soft_dtw_kernel")
    batch, m, n = cost.shape
    place = k.places(m, n)
    rows, above, left = (np.empty((batch, m * n + 2 * len(place))) for _ in range(3))
    kernel("alignment.soft_dtw_layout").pack(cost, rows, place)
    k.forward(rows, above, left, place, m, gamma, {"hard": k.HARD, "soft": k.SOFT, "smooth": k.SMOOTH}[minimum])
    return rows, above, left


def _table(rows: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Rows (B, S) as a table (B, M, N) of the shape and type of another."""
    k = kernel("alignment.soft_dtw_kernel")
    table = np.empty(like.shape, like.dtype)
    kernel("alignment.soft_dtw_layout").unpack(rows, table, k.places(*like.shape[1:]))
    return table


def _back(rows: np.ndarray, above: np.ndarray, left: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Slopes by the costs (B, M, N), from slopes by the table as rows, which are used up."""
    k = kernel("alignment.soft_dtw_kernel")
    k.backward(rows, above, left, k.places(*like.shape[1:]), like.shape[1])
    return _table(rows, like)


class _Compiled(torch.autograd.Function):
    """Tables (B, M, N) on the CPU, there and back by the kernel, which sums in float64."""

    @staticmethod
    def forward(ctx, cost: Tensor, gamma: float, minimum: str) -> Tensor:
        """Accumulated costs.

        Args:
            ctx: torch's, which keeps the weights for the way back.
            cost: (B, M, N) on the CPU.
            gamma: temperature in units of the cost, 0 or more.
            minimum: a key of MINIMA.
        """
        rows, ctx.above, ctx.left = _there(cost.detach().contiguous().numpy(), gamma, minimum)
        return torch.from_numpy(_table(rows, cost.detach().numpy()))

    @staticmethod
    @once_differentiable
    def backward(ctx, slope: Tensor) -> tuple[Tensor, None, None]:
        k, slopes = kernel("alignment.soft_dtw_kernel"), slope.contiguous().numpy()
        rows = np.empty_like(ctx.above)
        kernel("alignment.soft_dtw_layout").pack(slopes, rows, k.places(*slopes.shape[1:]))
        return torch.from_numpy(_back(rows, ctx.above, ctx.left, slopes)), None, None


def _by_diagonals(cost: Tensor, gamma: float, minimum: str) -> Tensor:
    """Tables (B, M, N) by whole anti-diagonals: on any device, with torch's own gradient."""
    batch, m, n = cost.shape
    skewed = F.pad(cost, (0, m)).flatten(1)[:, : m * (m + n - 1)].view(batch, m, m + n - 1)  # row i moved i cells right
    place = torch.arange(m + n - 1, device=cost.device)[:, None] - torch.arange(m, device=cost.device)  # j of (k, i)
    cells = (place >= 0) & (place < n)  # (M+N-1, M)
    edge = cost.new_full((batch, 1), NOWHERE)
    before = twice = cost.new_full((batch, m + 1), NOWHERE)  # frame -1 first
    diagonals = []
    for k, column in enumerate(skewed.unbind(2)):
        start = F.pad(edge * 0, (0, m - 1), value=NOWHERE) if k == 0 else twice[:, :m]
        choices = torch.stack([start, before[:, :m], before[:, 1:]], -1)  # (B, M, 3) diagonal, above, left
        reached = torch.where(cells[k], column + _minimum(choices, gamma, minimum), NOWHERE)
        diagonals.append(reached)
        before, twice = torch.cat([edge, reached], 1), before
    table = torch.stack(diagonals, 2)  # (B, M, M+N-1)
    return F.pad(table.flatten(1), (0, m)).view(batch, m, m + n)[:, :, :n]


def _minimum(choices: Tensor, gamma: float, minimum: str) -> Tensor:
    """(B, M) the minimum of three choices (B, M, 3); it shifts with all of them, so the least takes no gradient."""
    if minimum == "hard":
        return choices.min(-1).values
    least = choices.detach().amin(-1, keepdim=True)
    above = choices - least
    if minimum == "soft":
        return least[..., 0] - gamma * torch.logsumexp(-above / gamma, -1)
    return least[..., 0] + (above * torch.softmax(-above / gamma, -1)).sum(-1)
