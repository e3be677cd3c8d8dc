"""What a layer of a video net gives for one clip, laid out as maps: which numbers belong to which frame and patch.

    tensor in any of LAYOUTS - reading (from its shape alone) -> maps (T', h, w, D)

Nobody has to say how a layer lays out its tokens: its shape, the T frames and the H x W patches of the model do. A
layer may be coarser than those: T' frames of two or more each (tubelets, strides), h x w patches two or more wide.
Tokens in front of the patches (class and register tokens) belong to no place and are left out.

Where a shape can be read in several ways: of one layout, that of most frames. Of several layouts, that of the grid
nearest to the model's own, and of equals the first row of LAYOUTS: (8, 14, 14, 14) has channels before places.
A person who knows better passes the layer's own T' and grid as `frames` and `grid`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

LAYOUTS = (
    "1 T N D",  # frames, each with its patches (and tokens in front of them)
    "1 TN D",  # one list, frame after frame (and tokens in front of it): order="time"
    "1 NT D",  # one list, patch after patch, each through all its frames, as in TimeSformer: order="place"
    "T N D",  # frame by frame, as an image net sees them
    "N T D",  # patch by patch, as attention over time sees them: order="place"
    "T D h w",  # frame by frame through 2-D convolutions
    "T h w D",
    "1 D T h w",  # 3-D convolutions
    "1 T h w D",
    "1 T D h w",
)
ORDERS = {"time": {"1 NT D", "N T D"}, "place": {"1 TN D"}}  # the layouts that an order rules out
IN_FRONT = 17  # tokens in front of the patches at most: a class token and sixteen registers
# A count of tokens does not spell rows and columns out, so a coarser grid is only guessed if it is not too coarse:
LEAST_SIDE, COARSEST_TIME, IN_FRONT_OF_COARSE = 4, 4, 1  # patches a side; frames in one; tokens in front


@dataclass(frozen=True)
class Reading:
    """How a layer's tensor is laid out."""

    layout: str  # a row of LAYOUTS
    frames: int  # T'
    grid: tuple[int, int]  # h rows and w columns
    front: int  # tokens before the patches of every frame, or before the whole list
    width: int  # D

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(T', h, w, D) of the maps."""
        return self.frames, *self.grid, self.width


def token_maps(tensor: Tensor | np.ndarray, frames: int, grid: tuple[int, int], order: str = "time") -> Tensor:
    """Lay out as maps what a layer gave for one clip, or its gradients.

    Args:
        tensor: one of LAYOUTS.
        frames: T that the model saw.
        grid: (H, W), the model's rows and columns of patches.
        order: how the model puts frames and patches into one list: "time" frame after frame, "place" patch after
            patch. It makes no difference to other layouts.

    Returns:
        (T', h, w, D); it shares the tensor's memory where torch can.

    Raises:
        ValueError: the shape fits no layout, or the order is unknown.
    """
    tensor = tensor_of(tensor)
    read = reading(tensor.shape, frames, grid, order)
    if read is None:
        raise ValueError(f"{_wanted(frames, grid)}, got {(*tensor.shape,)}")
    names = read.layout.split()
    if read.front:
        axis = next(axis for axis, name in enumerate(names) if "N" in name)
        tensor = tensor.narrow(axis, read.front, tensor.shape[axis] - read.front)
    sizes = dict(zip("ThwD", read.shape))
    letters = "".join(names).replace("1", "").replace("N", "hw")
    return tensor.reshape([sizes[letter] for letter in letters]).permute([letters.index(letter) for letter in "ThwD"])


def reading(shape: Sequence[int], frames: int, grid: tuple[int, int], order: str = "time") -> Reading | None:
    """How token_maps would read a tensor of this shape; None where it would refuse. Arguments as there.

    Args:
        shape: of a tensor, such as (B, T, N, D).
        frames: T of the clip that it was made from.
        grid: (rows, columns) of patches that are expected.
        order: a key of ORDERS: what comes first where a shape leaves it open.
    """
    if order not in ORDERS:
        raise ValueError(f"want an order of {', '.join(ORDERS)}, got {order!r}")
    if frames < 1 or len(grid) != 2 or min(grid) < 1:
        raise ValueError(f"want frames and a grid (rows, columns) of at least 1, got {frames} and {grid}")
    best = []
    for layout in LAYOUTS:
        if layout not in ORDERS[order] and len(layout.split()) == len(shape) and 0 not in shape:
            reads = list(_readings(layout, shape, frames, tuple(grid)))
            best += [max(reads, key=lambda read: read.frames)] if reads else []
    return min(best, key=lambda read: _away(read.grid, grid), default=None)  # of equals the first


def fits(shape: Sequence[int], frames: int, grid: tuple[int, int], order: str = "time") -> bool:
    """Whether token_maps can lay out a tensor of this shape. Arguments as there.

    Args:
        shape: of a tensor, such as (B, T, N, D).
        frames: T of the clip that it was made from.
        grid: (rows, columns) of patches that are expected.
        order: a key of ORDERS: what comes first where a shape leaves it open.
    """
    return reading(shape, frames, grid, order) is not None


def tensor_of(numbers: Tensor | np.ndarray) -> Tensor:
    """A tensor as it is; an array, which may be read-only or turned round, as a copy."""
    return numbers if isinstance(numbers, Tensor) else torch.tensor(np.ascontiguousarray(numbers))


def _readings(layout: str, shape: Sequence[int], frames: int, grid: tuple[int, int]) -> Iterator[Reading]:
    sizes = dict(zip(layout.split(), shape))
    if sizes.get("1", 1) != 1 or sizes.get("T", 1) not in _fewer(frames):
        return
    if layout in ("T N D", "N T D") and shape[0] == 1:
        return  # a list, which is read as one
    if "h" in sizes:
        spelled = sizes["h"], sizes["w"]
        if _away(spelled, grid) is not None:
            yield Reading(layout, sizes["T"], spelled, 0, sizes["D"])
        return
    name = next(name for name in sizes if "N" in name)
    for rows, columns in _coarser_grids(grid):
        same_grid = (rows, columns) == grid
        most = min(IN_FRONT if same_grid else IN_FRONT_OF_COARSE, rows * columns - 1) if layout != "N T D" else 0
        for time in [sizes["T"]] if "T" in sizes else [t for t in range(1, frames + 1) if frames % t == 0]:
            front = sizes[name] - rows * columns * (time if "T" in name else 1)
            if 0 <= front <= most and (same_grid or frames <= COARSEST_TIME * time):
                yield Reading(layout, time, (rows, columns), front, sizes["D"])


def _fewer(frames: int) -> set[int]:
    """The lengths that pooling or striding over k frames leaves, for every k; 1 is always among them."""
    return {length for k in range(1, frames + 1) for length in (frames // k, -(-frames // k))}


def _coarser_grids(grid: tuple[int, int]) -> list[tuple[int, int]]:
    """The model's own grid, and those of patches 2, 4, 8, ... wide that divide it."""
    steps = [2**power for power in range(1, min(grid).bit_length())]
    steps = [k for k in steps if grid[0] % k == grid[1] % k == 0 and min(grid) // k >= LEAST_SIDE]
    return [grid, *((grid[0] // k, grid[1] // k) for k in steps)]


def _away(spelled: tuple[int, int], grid: tuple[int, int]) -> int | None:
    """How many times coarser or finer a grid is than the model's own, 1 for the same; None if it is no such grid."""
    (h, w), (rows, columns) = spelled, grid
    if (h, w) == (rows, columns):
        return 1
    if h % rows == w % columns == 0 and h // rows == w // columns:
        return h // rows
    if min(h, w) < 2:
        return None  # pooled to a line or a point: no map
    steps = range(2, max(rows, columns) + 1)
    return next((k for k in steps if (h, w) in {(rows // k, columns // k), (-(-rows // k), -(-columns // k))}), None)


def _wanted(frames: int, grid: tuple[int, int]) -> str:
    rows, columns = grid
    n = rows * columns
    return (
        f"want what a layer gives for one clip of {frames} frames and {rows} x {columns} patches, such as "
        f"(1, {frames}, {n}, D), ({frames}, 1 + {n}, D), (1, 1 + {frames * n}, D), ({frames}, D, {rows}, {columns}) "
        f"or (1, D, {frames}, {rows}, {columns})"
    )
