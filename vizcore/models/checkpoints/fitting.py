"""Tensors under a net's own names: renamed, held against the shapes that the net wants, and poured in.

published tensors - Naming -> ours - checked -> the same, or the first that is missing, left over or of another shape
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

HEAD_WIDTH = 64  # channels of a head in every published vision transformer, but in the widest:
HEADS_OF_WIDTH = {1280: 16, 1408: 16}
MOST_FRAMES, MOST_PIXELS, MOST_PATCHES = 512, 2048, 2**15  # a side's pixels; patches of all frames
BATCHES = "num_batches_tracked"  # what a batch norm counts and never uses once it is trained


class Length(nn.Module):
    """In a head's place: descriptors (..., D) -> their lengths (..., 1), the one number that a net without classes
    can be asked about."""

    def forward(self, descriptor: Tensor) -> Tensor:
        return descriptor.norm(dim=-1, keepdim=True)


LENGTH = ("length of the descriptor (this net has no classes)",)


@dataclass(frozen=True)
class Naming:
    """How a published net calls what ours has: the beginnings of names, theirs to ours."""

    block: str  # what they call their list of blocks
    within: Mapping[str, str]  # inside a block
    outside: Mapping[str, str]

    def ours(self, name: str) -> str:
        """Our name for theirs; a name that is not in the tables stays as it is."""
        return _renamed(name, self.block, "blocks", self.within, self.outside)

    def theirs(self, name: str) -> str:
        """Their name for ours."""
        within, outside = ({new: old for old, new in table.items()} for table in (self.within, self.outside))
        return _renamed(name, "blocks", self.block, within, outside)


OURS = Naming("blocks", {}, {})


@dataclass(frozen=True, eq=False)
class Plan:
    """What a checkpoint turned out to be: the net that it fits, and its tensors under that net's names."""

    family: str  # "TimeSformer"
    net: Callable[..., nn.Module]  # a net of random weights; takes mode= where there are modes
    tensors: dict[str, Tensor]
    frames: int
    size: int  # px
    grid: tuple[int, int]
    layers: Callable[[str], tuple[str, ...]]  # mode -> places for Model.layers
    modes: tuple[str, ...] = ("",)  # the modes that have exactly these weights, the net's own first
    mean: tuple[float, float, float] | None = None  # None: ImageNet's
    std: tuple[float, float, float] | None = None
    classes: tuple[str, ...] = ()  # of the data that such nets were trained on, where the file names none
    naming: Naming = OURS
    assumed: str = ""  # what the file does not tell and was taken as usual


def checked(tensors: Mapping[str, Tensor], net: nn.Module, file: str, plan: Plan) -> None:
    """Refuse tensors that do not fit a net, name by name.

    Args:
        tensors: by the net's names.
        net: whose weights they are to be.
        file: its name, for refusals.
        plan: what the file was taken for.

    Raises:
        ValueError: one is missing, left over or of another shape.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()}
    got = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    names, what = plan.naming.theirs, f"want the tensors of a {plan.family} of this size"
    wrong = [name for name in wanted if name in got and got[name] != wanted[name]]
    missing = [name for name in wanted if name not in got and not name.endswith(BATCHES)]
    left = [name for name in got if name not in wanted]
    if wrong:
        shapes = f"of shape {wanted[wrong[0]]}, got {got[wrong[0]]}"
        raise ValueError(f"{what}, {names(wrong[0])} {shapes} in {file}{_more(wrong)}")
    if missing:
        shape = f"of shape {wanted[missing[0]]}"
        raise ValueError(f"{what}, {names(missing[0])} {shape} among them, got none in {file}{_more(missing)}")
    if left:
        shape = f"of shape {got[left[0]]}"
        raise ValueError(f"{what} and no others, got {names(left[0])[:80]} {shape} in {file}{_more(left)}")


def filled(net: Callable[[], nn.Module], tensors: Mapping[str, Tensor]) -> nn.Module:
    """A net with these weights, in 32 bits and in memory of its own: the file may go."""
    copies = {name: _copy(tensor) for name, tensor in tensors.items()}
    with torch.device("meta"):  # fresh weights would only be thrown away
        result = net()
    if any(buffer.is_meta for name, buffer in result.named_buffers() if name not in result.state_dict()):
        result = net()  # it has buffers that are computed and not loaded
        result.load_state_dict(copies, strict=False)
    else:
        copies |= {name: torch.tensor(0) for name in result.state_dict() if name.endswith(BATCHES)}
        result.load_state_dict(copies, assign=True)
    return result


def headed(net: Callable[..., nn.Module], tensors: Mapping[str, Tensor]) -> Callable[..., nn.Module]:
    """The same net, with the descriptor's Length in the place of a `head` that the file does not have."""
    return net if any(name.startswith("head.") for name in tensors) else partial(_with_length, net)


def heads_of(width: int, metadata: Mapping) -> tuple[int, str]:
    """How many heads a net of this width has, and what to say where the file does not tell it (weights cannot).

    Raises:
        ValueError: the file does not tell, and no published net has this width.
    """
    if "heads" in metadata:
        return metadata["heads"], ""
    if width not in HEADS_OF_WIDTH and width % HEAD_WIDTH:
        raise ValueError(
            f"want to know into how many heads {width} channels are split: weights do not tell; pass heads=, or write "
            'it into the file, as in save_file(tensors, path, metadata={"heads": "4"})'
        )
    heads = HEADS_OF_WIDTH.get(width, width // HEAD_WIDTH)
    return heads, f"with {heads} head{'s' * (heads > 1)}, as is usual for {width} channels"


def block_count(tensors: Mapping[str, Tensor], block: str = "blocks") -> int:
    """How many blocks the names tell of."""
    return len({match[1] for name in tensors if (match := re.match(rf"{block}\.(\d+)\.", name))})


def shape_of(tensors: Mapping[str, Tensor], name: str, axes: int, plan: str, file: str) -> tuple[int, ...]:
    """The shape of a tensor that sizes are read from, where it has so many axes and none is empty.

    Args:
        tensors: of the file.
        name: of the tensor.
        axes: how many it must have.
        plan: the family that is looked for, in words.
        file: its name, for refusals.
    """
    shape = tuple(tensors[name].shape) if name in tensors else None
    if shape is None or len(shape) != axes or 0 in shape:
        raise ValueError(f"want the tensors of a {plan}, {name} of {axes} axes among them, got {shape} in {file}")
    return shape


def side_of(patches: int, file: str) -> int:
    """Rows, and columns, of a square of so many patches."""
    side = math.isqrt(max(patches, 0))
    if not side or side**2 != patches:
        raise ValueError(f"want places for a square of patches, such as 196, got {patches} in {file}")
    return side


def classes_of(tensors: Mapping[str, Tensor], family: str, file: str) -> int:
    """C of the `head`; 1 where there is none, see headless.

    Args:
        tensors: of the file.
        family: in words.
        file: its name, for refusals.
    """
    return shape_of(tensors, "head.weight", 2, family, file)[0] if "head.weight" in tensors else 1


def refuse_giants(frames: int, size: int, patches: int, file: str) -> None:
    """Refuse a net whose pictures, rather than its weights, would fill the memory; `patches` are those of a frame.

    Args:
        frames: T.
        size: px of a side.
        patches: of a frame.
        file: its name, for refusals.
    """
    if frames > MOST_FRAMES or size > MOST_PIXELS or frames * patches > MOST_PATCHES:
        raise ValueError(
            f"want a net of at most {MOST_FRAMES} frames, {MOST_PIXELS} px and {MOST_PATCHES} patches, "
            f"got {frames} frames of {size} px with {patches} patches each in {file}"
        )


def _renamed(name: str, block: str, new_block: str, within: Mapping[str, str], outside: Mapping[str, str]) -> str:
    match = re.fullmatch(rf"{block}\.(\d+)\.(.+)", name)
    if match:
        return f"{new_block}.{match[1]}.{_swapped(match[2], within)}"
    return _swapped(name, outside)


def _swapped(name: str, table: Mapping[str, str]) -> str:
    for old in sorted(table, key=len, reverse=True):
        if name == old or name.startswith(f"{old}."):
            return table[old] + name[len(old) :]
    return name


def _with_length(net: Callable[..., nn.Module], **choices: str) -> nn.Module:
    result = net(**choices)
    result.head = Length()
    return result


def _copy(tensor: Tensor) -> Tensor:
    return tensor.float().clone() if tensor.is_floating_point() else tensor.clone()


def _more(names: list[str]) -> str:
    return f" (and {len(names) - 1} more like it)" if len(names) > 1 else ""
