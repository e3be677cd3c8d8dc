"""The layer picker: which places of a net give something that can be laid out as maps, and in which shape.

model - a ghost of it on the "meta" device - one pass, every module watched -> the tensors that token_maps reads
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vizcore.algorithms.attribution.token_maps import reading
from vizcore.models import Model


@dataclass(frozen=True)
class Layer:
    """A place of a net."""

    name: str  # as in module.named_modules()
    shape: tuple[int, ...]  # of what it gives for one clip
    maps: tuple[int, int, int, int]  # (T', h, w, D) of the same, as token_maps lays it out


def fitting_layers(model: Model) -> tuple[Layer, ...]:
    """The layers that can be drawn as maps, in the order in which they run, each tensor once.

    Of several that give the same tensor it is the one that the row names, else the first.

    Nothing is computed and no weights are read: milliseconds, whatever the size of the net.
    """
    with torch.device("meta"):
        net = model.build().eval().to("meta")  # tables that are made of numbers, too
        video = torch.empty(1, 3, model.frames, *model.picture)
    given: list[tuple[str, Tensor]] = []
    with ExitStack() as hooks, torch.no_grad():
        for name, module in net.named_modules():
            if name:
                hooks.callback(module.register_forward_hook(_noting(given, name)).remove)
        net(video)
    found, known = [], {}  # what is known already: its place among those found
    for name, tensor in given:
        what = (tensor.untyped_storage()._cdata, tensor.storage_offset(), tensor.shape, tensor.stride())
        read = reading(tensor.shape, model.frames, model.grid) if tensor.is_floating_point() else None
        if read is not None and (what not in known or name in model.layers):
            known.setdefault(what, len(found))
            found[known[what] : known[what] + 1] = [Layer(name, tuple(tensor.shape), read.shape)]
    return tuple(found)


def _noting(given: list[tuple[str, Tensor]], name: str) -> Callable:
    """A hook that notes a tensor, or the first of several, and keeps it: no later one takes its place in memory."""

    def hook(_module: nn.Module, _inputs: tuple, output: object) -> None:
        """Note what a module gave.

        Args:
            _module, _inputs: torch passes them.
            output: a tensor, or several of which the first counts.
        """
        tensor = output[0] if isinstance(output, (tuple, list)) and len(output) else output
        if isinstance(tensor, Tensor):
            given.append((name, tensor))

    return hook
