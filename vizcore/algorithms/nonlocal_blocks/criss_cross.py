"""Criss-cross attention: a position attends to those of its own row and column, and in a clip of its own place in time.

    theta, phi (..., N, S) on a grid - scores along each axis - one softmax over all -> N (T + H + W) shares

Source: CCNet (Huang et al., ICCV 2019; in three dimensions TPAMI 2020).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from vizcore.algorithms.nonlocal_blocks.edges import ROWS_SUM_TO_1, refuse_large


@dataclass(frozen=True, eq=False)
class CrissCross:
    """A = D^-1 (C * M), M_ij = exp(theta_i . phi_j), C_ij = 1 where i and j differ along one axis at most.

    In a picture of H x W positions each attends to H + W - 1 of them, itself among them.
    """

    theta: Tensor  # (..., N, S)
    phi: Tensor  # (..., N, S)
    grid: tuple[int, ...]  # (H, W) or (T, H, W) of N positions, row by row
    kind: str = ROWS_SUM_TO_1

    def __post_init__(self):
        if not self.grid or min(self.grid) < 1 or math.prod(self.grid) != self.theta.shape[-2]:
            raise ValueError(f"want a grid of {self.theta.shape[-2]} positions for criss-cross, got {self.grid}")

    @property
    def count(self) -> int:
        """N."""
        return self.theta.shape[-2]

    @property
    def reversible(self) -> bool:
        """M is symmetric, so that A has real eigenvalues."""
        return self.theta is self.phi or torch.equal(self.theta, self.phi)

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of the grid that have somebody to hear, from the last: at least one."""
        longer = tuple(axis for axis in range(-1, -len(self.grid) - 1, -1) if self.grid[axis] > 1)
        return longer or (-1,)

    @cached_property
    def scores(self) -> Tensor:
        """(..., *grid, L): scores along each axis in turn, L their summed lengths; oneself counts along the first."""
        query, key = (x.unflatten(-2, self.grid) for x in (self.theta, self.phi))  # (..., *grid, S)
        found = []
        for axis in self.axes:
            lines = [x.movedim(axis - 1, -2) for x in (query, key)]  # (..., others, n, S)
            along = lines[0] @ lines[1].mT  # (..., others, n, n)
            if found:
                diagonal = torch.eye(along.shape[-1], dtype=torch.bool, device=along.device)
                along = along.masked_fill(diagonal, -torch.inf)
            found.append(along.movedim(-2, axis - 1))
        return torch.cat(found, -1)

    def nodes(self, z: Tensor) -> Tensor:
        """Features (..., N, V) as signals on the graph: every position is a node."""
        return z

    def apply(self, z: Tensor) -> Tensor:
        """A z for z (..., N, V)."""
        values = z.unflatten(-2, self.grid)
        total = 0
        for axis, shares in zip(self.axes, self._shares(self.scores.softmax(-1))):
            lines = shares.movedim(axis - 1, -2) @ values.movedim(axis - 1, -2)  # (..., others, n, V)
            total = total + lines.movedim(-2, axis - 1)
        return total.reshape(z.shape)

    def rows(self, positions: Sequence[int]) -> Tensor:
        """(..., K, N) what the positions hear."""
        shares = self.scores.softmax(-1).flatten(-len(self.grid) - 1, -2)[..., list(positions), :]  # (..., K, L)
        attended = torch.from_numpy(self.neighbours()[list(positions)]).to(shares.device)  # (K, L)
        rows = shares.new_zeros(*shares.shape[:-1], self.count)
        return rows.scatter_add(-1, attended.expand(shares.shape), shares)

    def matrix(self) -> Tensor:
        """(..., N, N)."""
        refuse_large(self.count)
        return self.rows(range(self.count))

    def neighbours(self) -> np.ndarray:
        """(N, L) int64: the positions that scores are of."""
        places = np.arange(self.count).reshape(self.grid)
        lines = []
        for axis in self.axes:
            line = np.expand_dims(np.moveaxis(places, axis, -1), axis - 1)  # the whole line where `axis` was
            lines.append(np.broadcast_to(line, (*self.grid, self.grid[axis])))
        return np.concatenate(lines, -1).reshape(self.count, -1)

    def sparse(self, balanced: bool = False) -> tuple[sparse.csr_array, np.ndarray]:
        """A of a single graph as (N, N) with N L edges, and log d / 2 (N,); balanced: D^1/2 A D^-1/2 instead."""
        scores, attended = self.scores.flatten(0, -2).double().numpy(), self.neighbours()  # (N, L)
        half = torch.from_numpy(scores).logsumexp(-1).numpy() / 2
        edges = np.exp(scores - half[:, None] - (half[attended] if balanced else half[:, None]))
        starts = np.arange(0, attended.size + 1, attended.shape[1])
        return sparse.csr_array((edges.ravel(), attended.ravel(), starts), (self.count, self.count)), half

    def _shares(self, along: Tensor) -> list[Tensor]:
        """(..., *grid, L) by axis."""
        return list(along.split([self.grid[axis] for axis in self.axes], -1))
