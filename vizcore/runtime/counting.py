"""Count a network's parameters and multiply-adds by running it on tensors that have shapes and no data.

    module, example (any shape) -> a ghost of both on the "meta" device -> one pass, every operation seen -> Count

The convention is the one of papers on video transformers: a multiply-add of a linear layer, convolution or matrix
product is 1, a layer norm is 5 for each of its elements; softmax, activation functions and additions are not counted.
"""

import copy
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

PER_NORM_ELEMENT = 5
aten = torch.ops.aten


@dataclass(frozen=True)
class Count:
    """What a network holds and what one pass costs."""

    parameters: int  # numbers in its weights, a shared weight once
    macs: int  # multiply-adds of the pass
    by_kind: dict[str, int]  # the same by kind: linear, product (attention's), convolution, norm


@torch.inference_mode(False)  # in which operations would not be taken apart into those that are counted
def count(module: nn.Module, *examples: Tensor) -> Count:
    """Count a module's parameters, and the multiply-adds of module(*examples).

    Neither is changed, moved or copied, and nothing is computed: no memory, and milliseconds whatever the size.

    Args:
        module: any module whose operations know shapes; in its own mode (train or eval).
        examples: tensors of the shapes to count for, on any device.
    """
    weights = {id(weight): weight for weight in module.parameters()}
    shadows = {address: nn.Parameter(torch.empty_like(weight, device="meta")) for address, weight in weights.items()}
    shadows |= {id(buffer): torch.empty_like(buffer, device="meta") for buffer in module.buffers()}
    ghost = copy.deepcopy(module, shadows)  # deepcopy takes what it finds here in place of a copy
    with _Tally() as tally:
        ghost(*(torch.empty_like(example, device="meta") for example in examples))
    parameters = sum(weight.numel() for weight in weights.values())
    return Count(parameters, sum(tally.by_kind.values()), dict(tally.by_kind))


class _Tally(TorchDispatchMode):
    """Adds up the multiply-adds of the operations that run inside it."""

    def __init__(self):
        super().__init__()
        self.by_kind: Counter[str] = Counter()

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        result = operation(*args, **(kwargs or {}))
        if known := COSTS.get(operation.overloadpacket):
            kind, cost = known
            self.by_kind[kind] += cost(args, result)
        return result


def _product(at: int) -> Callable[[tuple, Tensor], int]:
    """The cost of a matrix product whose left matrix is argument `at`: result elements times the summed length."""
    return lambda args, result: result.numel() * args[at].shape[-1]


def _convolution(args: tuple, result: Tensor) -> int:
    image, weight, transposed = args[0], args[1], args[6]
    return (image if transposed else result).numel() * math.prod(weight.shape[1:])  # weight (out, in / groups, ...)


def _norm(args: tuple, result: tuple) -> int:
    return PER_NORM_ELEMENT * args[0].numel()


COSTS: dict[object, tuple[str, Callable[[tuple, object], int]]] = {
    aten.mm: ("linear", _product(0)),
    aten.addmm: ("linear", _product(1)),
    aten.bmm: ("product", _product(0)),
    aten.baddbmm: ("product", _product(1)),
    aten.convolution: ("convolution", _convolution),
    aten.native_layer_norm: ("norm", _norm),
}
