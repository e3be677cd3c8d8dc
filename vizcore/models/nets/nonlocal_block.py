"""A non-local block: any operator of the family, to be put into a net of pictures, of clips, or of tokens.

    x - positions (B, N, C) - theta, phi -> graph A, - value -> Z - F(A, Z) -> heard (B, N, C) - x + ReLU(BN(heard))

    (B, C, H, W)      pictures: N = H W
    (B, C, T, H, W)   clips of a 3-D net: N = T H W
    (B, T, N, C)      tokens of a video transformer, for a block that is given their grid (rows, columns)

Block as SNL's authors release it (Zhu et al., ICCV 2021): 1 x 1 maps without bias, C / 2 channels inside; where the
operator has a W_h, and in the exact Cayley filter, values have C / 4. Where to look: `heard` (B, N, C) is F(A, Z).
"""

from contextlib import nullcontext

import torch
from torch import Tensor, nn

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS, Weights, operate
from vizcore.runtime.capture import Tap

HIGHEST = 3  # polynomials of a "chebyshev" block: T_0 to T_2


class NonlocalBlock(nn.Module):
    """See the module's first lines.

    Args:
        name: a key of OPERATORS.
        width: C, even; in multiples of 4 for the Cayley blocks.
        grid: (rows, columns) of a frame's patches, for tokens; None for pictures and clips.
        still: the norm's scale begins at zero, so that the block begins as the identity. Its ReLU has slope 1 at zero:
            with the usual 0 the scale would never get a gradient, and the block would stay the identity for ever.

    Raises:
        ValueError: the name is unknown or the width does not fit.
    """

    def __init__(self, name: str, width: int, grid: tuple[int, int] | None = None, still: bool = True):
        super().__init__()
        if name not in OPERATORS:
            raise ValueError(f"want an operator of {', '.join(OPERATORS)}, got {name!r}")
        row = OPERATORS[name]
        step = 4 if row.narrow else 2
        if width < step or width % step:
            raise ValueError(f"want a width that {step} divides for {name!r}, got {width}")
        self.name, self.width, self.grid, inner, values = name, width, grid, width // 2, width // step
        self.theta, self.phi = (nn.Linear(width, inner, bias=False) for _ in range(2))
        self.value = nn.Linear(width, values, bias=False)
        if row.inner:
            self.inner = nn.Linear(values, values, bias=False)
        if row.zoom:
            self.h = nn.Parameter(torch.ones(()))
        self.out = nn.ModuleList(nn.Linear(values, width, bias=False) for _ in range(row.outs or HIGHEST))
        self.heard, self.norm = Tap(), nn.BatchNorm1d(width)
        if still:
            nn.init.zeros_(self.norm.weight)

    def weights(self) -> Weights:
        """What apply_operator wants; the tensors are the block's own."""
        maps = {part: getattr(self, part).weight.T for part in ("theta", "phi", "value")}
        if hasattr(self, "inner"):
            maps["inner"] = self.inner.weight.T
        if hasattr(self, "h"):
            maps["h"] = self.h
        return Weights(tuple(one.weight.T for one in self.out), **maps)

    def forward(self, x: Tensor) -> Tensor:
        positions, grid = self._positions(x)  # (B, N, C)
        # Shares and degrees are sums of many small numbers; a tensor without data knows no number types to cast to.
        with nullcontext() if x.is_meta else torch.autocast(x.device.type, enabled=False):
            answer = self.heard(operate(self.name, positions.to(self.norm.weight.dtype), self.weights(), grid))
        if OPERATORS[self.name].sums:  # the norm gets the mean: sums overflow 16 bits
            answer = answer / (answer.shape[1] * self.theta.out_features)
        added = self.norm(answer.flatten(0, 1)).clamp(min=0).view_as(positions).to(x.dtype)
        if self.grid is not None:
            return x + added.view_as(x)
        return x + added.transpose(1, 2).reshape(x.shape)

    def _positions(self, x: Tensor) -> tuple[Tensor, tuple[int, ...]]:
        """The input as (B, N, C), and the grid of its N positions."""
        tokens = self.grid is not None
        if tokens:
            wanted = f"tokens (B, T, {self.grid[0] * self.grid[1]}, {self.width})"
            fits = x.ndim == 4 and tuple(x.shape[2:]) == (self.grid[0] * self.grid[1], self.width)
        else:
            wanted = f"pictures (B, {self.width}, H, W) or clips (B, {self.width}, T, H, W)"
            fits = x.ndim in (4, 5) and x.shape[1] == self.width
        if not fits or 0 in x.shape:
            raise ValueError(f"want {wanted}, got {(*x.shape,)}")
        if tokens:
            return x.flatten(1, 2), (x.shape[1], *self.grid)
        return x.flatten(2).transpose(1, 2), tuple(x.shape[2:])
