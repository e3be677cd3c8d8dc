"""Values that travel between this process and one that reads a stranger's file: described, never unpickled.

value - packed -> a description (JSON) and its blocks of bytes;  both - unpacked -> the value

What comes back is believed no more than the file was: numbers, words, arrays without objects, and records of this house
(dataclasses, structs and named tuples), made by their own constructors.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from msgspec import Struct

HOUSE = "vizcore."
SMALL = 1 << 53  # whole numbers beyond it are written as words
GROUPS: dict[type, tuple[str, Callable]] = {
    list: ("list", list),
    tuple: ("tuple", tuple),
    set: ("set", set),
    frozenset: ("frozenset", frozenset),
}
GROUP_OF = dict(GROUPS.values())
KINDS = "biufcUSmM"  # of arrays: no objects


@dataclass(frozen=True, eq=False)
class Sealed:
    """A value that is handed on as it is, by those who need not know what it is made of."""

    description: bytes
    blocks: tuple[bytes, ...]


def sealed(value: Any) -> Sealed:
    """A value, to be handed on; refuses as packed does."""
    description, blocks = packed(value)
    return Sealed(description, tuple(map(bytes, blocks)))


def unsealed(closed: Sealed) -> Any:
    """The value, whose arrays are its own; refuses as unpacked does."""
    return unpacked(closed.description, [memoryview(bytearray(block)) for block in closed.blocks])


def packed(value: Any) -> tuple[bytes, list[memoryview]]:
    """A description and the blocks that it speaks of.

    Raises:
        TypeError: there is something else in it than what the module's first lines name.
    """
    blocks: list[memoryview] = []
    return orjson.dumps(_described(value, blocks)), blocks


def unpacked(description: bytes, blocks: Sequence[memoryview]) -> Any:
    """The value; its arrays share the memory of the blocks.

    Raises:
        ValueError: the description is not one that `packed` gives.
    """
    try:
        return _made(orjson.loads(description), blocks)
    except (LookupError, TypeError, AttributeError, OverflowError, ImportError, RuntimeError) as fault:
        raise ValueError(f"want the description of a value, got one with {type(fault).__name__}: {fault}") from None


def name_of(what: Callable) -> str:
    """How a function or class at the top of a module is called in a description."""
    return f"{what.__module__}:{what.__qualname__}"


def _described(value: Any, blocks: list[memoryview]) -> Any:
    """What JSON has for itself, else [kind, ...]."""
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if -SMALL < value < SMALL else ["int", str(value)]
    if kind is float:
        return value if math.isfinite(value) else ["float", str(value)]
    if kind in GROUPS:
        return [GROUPS[kind][0], [_described(one, blocks) for one in value]]
    if isinstance(value, Mapping):
        return ["dict", [[_described(key, blocks), _described(one, blocks)] for key, one in value.items()]]
    if isinstance(value, Path):
        return ["path", str(value)]
    if isinstance(value, np.ndarray):
        return ["array", *_array(value, blocks)]
    if isinstance(value, np.generic):
        return ["scalar", *_array(np.asarray(value), blocks)]
    if isinstance(value, bytes | bytearray | memoryview):
        return ["bytes", _block(memoryview(value), blocks)]
    if _kept(kind):
        return ["object", name_of(kind), [_described(getattr(value, name), blocks) for name in _names(kind)]]
    if kind.__module__ == "torch":  # without importing it for those who have no tensors
        return ["tensor", *_tensor(value, blocks)]
    raise TypeError(f"want numbers, words, arrays and records of the house, got {kind.__qualname__}")


def _array(value: np.ndarray, blocks: list[memoryview]) -> list:
    if value.dtype.kind not in KINDS:
        raise TypeError(f"want arrays of numbers or words, got one of {value.dtype}")
    whole = np.ascontiguousarray(value)
    return [value.dtype.str, list(value.shape), _block(memoryview(whole.reshape(-1).view(np.uint8)), blocks)]


def _tensor(value: Any, blocks: list[memoryview]) -> list:
    """The bytes of a tensor, whatever its numbers are: numpy has no bfloat16."""
    import torch

    whole = value.detach().contiguous().cpu()
    raw = whole.reshape(-1).view(torch.uint8).numpy() if whole.numel() else np.zeros(0, np.uint8)
    return [str(value.dtype).removeprefix("torch."), list(value.shape), _block(memoryview(raw), blocks)]


def _block(data: memoryview, blocks: list[memoryview]) -> int:
    blocks.append(data)
    return len(blocks) - 1


def _made(one: Any, blocks: Sequence[memoryview]) -> Any:
    if not isinstance(one, list):
        return one
    kind, *rest = one
    return MAKERS[kind](rest, blocks)


def _group(kind: str) -> Callable[[list, Sequence[memoryview]], Any]:
    return lambda rest, blocks: GROUP_OF[kind](_made(one, blocks) for one in rest[0])


def _array_made(rest: list, blocks: Sequence[memoryview]) -> np.ndarray:
    kind, shape, number = rest
    dtype = np.dtype(kind)
    if dtype.kind not in KINDS:
        raise TypeError(f"an array of {dtype}")
    return np.frombuffer(blocks[number], dtype).reshape(shape)


def _tensor_made(rest: list, blocks: Sequence[memoryview]) -> Any:
    import torch

    kind, shape, number = rest
    dtype = getattr(torch, kind)
    if not isinstance(dtype, torch.dtype):
        raise TypeError(f"a tensor of {kind}")
    if len(blocks[number]):
        return torch.frombuffer(blocks[number], dtype=torch.uint8).view(dtype).reshape(shape)
    return torch.zeros(0, dtype=dtype).reshape(shape)


def _object_made(rest: list, blocks: Sequence[memoryview]) -> Any:
    kind = _class(rest[0])
    return kind(**{name: _made(one, blocks) for name, one in zip(_names(kind), rest[1], strict=True)})


@cache
def _kept(kind: type) -> bool:
    """Whether a class is a record of this house."""
    named = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return kind.__module__.startswith(HOUSE) and (is_dataclass(kind) or issubclass(kind, Struct) or named)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields that a constructor takes."""
    if issubclass(kind, Struct):
        return kind.__struct_fields__
    if issubclass(kind, tuple):
        return kind._fields
    return tuple(field.name for field in fields(kind) if field.init)


@cache
def _class(name: str) -> type:
    """A record of this house by its name."""
    module, _, words = name.partition(":")
    if not module.startswith(HOUSE):
        raise TypeError(f"a class of {module}")
    found = import_module(module)
    for word in words.split("."):
        found = getattr(found, word)
    if not (isinstance(found, type) and _kept(found)):
        raise TypeError(f"{name}, which is no record")
    return found


MAKERS: dict[str, Callable[[list, Sequence[memoryview]], Any]] = {
    **{name: _group(name) for name in GROUP_OF},
    "int": lambda rest, _: int(rest[0]),
    "float": lambda rest, _: float(rest[0]),
    "path": lambda rest, _: Path(rest[0]),
    "bytes": lambda rest, blocks: bytes(blocks[rest[0]]),
    "dict": lambda rest, blocks: {_made(key, blocks): _made(one, blocks) for key, one in rest[0]},
    "array": _array_made,
    "scalar": lambda rest, blocks: _array_made(rest, blocks)[()],
    "tensor": _tensor_made,
    "object": _object_made,
}
