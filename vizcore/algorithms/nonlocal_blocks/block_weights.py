"""What a non-local block has learnt: a matrix for each of its maps, or a number that stands for one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

Array = np.ndarray | Tensor
Map = Array | float  # a matrix, or so many times the identity


@dataclass(frozen=True, eq=False)
class Weights:
    """The maps of a block; matrices are multiplied from the right: x @ theta."""

    out: Sequence[Map] = ()  # W_1, W_2 ..., each (V, C'); where none are given they are 1
    theta: Map = 1.0  # (C, S)
    phi: Map = 1.0  # (C, S)
    value: Map = 1.0  # (C, V), W_g
    inner: Map = 1.0  # (V, V), W_h of the printed and the released Cayley block
    h: float | Tensor = 1.0  # of the exact Cayley filter


def times(left: Map, right: Map) -> Map:
    """left @ right, where either may be a number."""
    number = any(isinstance(side, int | float) for side in (left, right))
    return left * right if number else left @ right
