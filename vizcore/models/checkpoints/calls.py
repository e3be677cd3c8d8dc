"""What a pickle of torch.save may call, done on stand-ins that weigh nothing: size and shape are checked, nothing made.

    name of a function, stand-ins of its arguments - CALLS - stand-in of the result, or Refused

Even harmless calls can fill the memory or take for ever: bytearray(10**9), a tensor of a terabyte, a list that is
copied a million times, a key nested without end. What is copied counts as steps, see opcodes.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch

MOST_AXES = 64
LATIN = ("latin1", "latin-1")
LETTERS = 64  # that are copied at the price of one step
SCALARS = (str, bytes, int, float, type(None))
DTYPES = {f"torch {str(one)[6:]}": one.itemsize for one in vars(torch).values() if isinstance(one, torch.dtype)}
KINDS = {
    "Float": torch.float32,
    "Double": torch.float64,
    "Half": torch.float16,
    "BFloat16": torch.bfloat16,
    "Long": torch.int64,
    "Int": torch.int32,
    "Short": torch.int16,
    "Char": torch.int8,
    "Byte": torch.uint8,
    "Bool": torch.bool,
    "ComplexFloat": torch.complex64,
    "ComplexDouble": torch.complex128,
}
STORAGES = {  # name -> bytes of a number
    f"{place} {kind}Storage": dtype.itemsize for kind, dtype in KINDS.items() for place in ("torch", "torch.cuda")
} | {"torch.storage UntypedStorage": 1}
PARAMETER = "torch.nn.parameter Parameter"
TYPES = ("torch Tensor", PARAMETER)


class Refused(Exception):
    """What is wrong with a file of torch: words that go on after "got FILE, "."""


class Damaged(Refused):
    """A file that is not whole: to write it anew would not help, to copy it anew may."""


@dataclass(frozen=True, eq=False, slots=True)
class Global:
    """Something that a pickle names: a function, a class, a number type."""

    name: str  # "module name"

    @property
    def shown(self) -> str:
        return re.sub(r"[^\w.]", "_", self.name.replace(" ", "."))[:80]


@dataclass(frozen=True, eq=False, slots=True)
class Stored:
    """The numbers of a storage, or of a view of one."""

    count: int
    bytes: int  # of each


@dataclass(eq=False, slots=True)
class Held:
    """A list with its entries, a dict with its keys, or something of which nothing needs to be known."""

    kind: str  # list, dict, OrderedDict, Counter, or another that nothing is put into
    items: list = field(default_factory=list)


TENSOR, OTHER = Held("tensor"), Held("other")


class Ledger(Protocol):
    """Who counts what all calls together ask for."""

    room: int  # bytes of the file

    def spend(self, steps: int) -> None:
        """Refuse beyond a limit."""


def known(name: str) -> Global:
    """What a pickle names, as Python 3 calls it.

    Raises:
        Refused: it is none of NAMES.
    """
    found = Global(name.replace("__builtin__ ", "builtins ", 1))
    if found.name not in NAMES:
        raise Refused(f"whose pickle asks for {found.shown}, which was not run")
    return found


def key_of(ledger: Ledger, key: Any) -> Any:
    """What a dict or a set may go by: to look up a tuple of tuples of tuples can take for ever."""
    parts = key if isinstance(key, tuple) else (key,)
    ledger.spend(len(parts))
    if not all(isinstance(part, SCALARS) for part in parts):
        raise Refused("whose pickle has keys that are neither words nor numbers")
    return key


def is_count(number: Any) -> bool:
    """It is a whole number, 0 or more."""
    return isinstance(number, int) and number >= 0


def shown(number: int) -> str:
    """A number in digits, of a very large one how many bits it has."""
    return str(number) if number.bit_length() < 100 else f"2^{number.bit_length() - 1} or more"


def tensor(ledger: Ledger, storage: Stored, first: int, size: tuple, stride: tuple, *more: Any, each: int = 0) -> Held:
    """A tensor laid over a storage: inside it, and no larger than the file even where it repeats itself.

    Args:
        ledger: what the pickle has claimed so far, and how much it may.
        storage: numbers that the file holds.
        first: number of the storage that the tensor begins with.
        size, stride: whole numbers, one for each axis.
        *more: what torch passes behind them.
        each: bytes of a number; 0 for those of the storage.
    """
    if not isinstance(storage, Stored) or not all(isinstance(one, tuple) for one in (size, stride)):
        raise TypeError
    if not len(size) == len(stride) <= MOST_AXES or not all(map(is_count, (first, *size, *stride))):
        raise Refused("whose pickle asks for a tensor of no shape")
    each = each or storage.bytes
    stop = 0 if 0 in size else first + 1 + sum((length - 1) * step for length, step in zip(size, stride))
    claimed = math.prod(size) * each
    if claimed > ledger.room:
        raise Refused(f"whose tensors claim {shown(claimed)} bytes, more than it holds")
    if stop * each > storage.count * storage.bytes:
        raise Refused("whose pickle asks for a tensor that lies beyond its storage")
    return TENSOR


def tensor_of(ledger: Ledger, storage: Stored, first: int, size: tuple, stride: tuple, *more: Any) -> Held:
    """The same of a number type that has no storage of its own: after what it needs and its hooks comes its type.

    Args:
        ledger: what the pickle has claimed so far, and how much it may.
        storage: numbers that the file holds.
        first: number of the storage that the tensor begins with.
        size, stride: whole numbers, one for each axis.
        *more: what it needs, its hooks and its type.
    """
    _, _, dtype, *_ = more
    return tensor(ledger, storage, first, size, stride, each=DTYPES[dtype.name])


def with_words(ledger: Ledger, maker: Global, kind: Global, given: tuple, state: Any) -> Held:
    """A tensor that has attributes.

    Args:
        ledger: what the pickle has claimed so far, and how much it may.
        maker: the call that builds the tensor.
        kind: its class.
        given: arguments of the call.
        state: its attributes, which are not set.
    """
    if kind.name not in TYPES or maker.name not in TENSORS:
        raise Refused(f"whose pickle makes {kind.shown} by {maker.shown}, which was not run")
    return TENSORS[maker.name](ledger, *given)


def parameter(ledger: Ledger, data: Held, *more: Any) -> Held:
    """A tensor that is trained.

    Args:
        ledger: what the pickle has claimed so far, and how much it may.
        data: its tensor.
        *more: whether it is trained, and hooks.
    """
    if data is not TENSOR:
        raise TypeError
    return TENSOR


def mapping(ledger: Ledger, pairs: Held | None = None) -> Held:
    """An OrderedDict: empty, or of a list of pairs as Python 2 wrote it."""
    held = Held("OrderedDict")
    for pair in _listed(pairs):
        key, _ = pair.items if isinstance(pair, Held) else pair
        held.items.append(key_of(ledger, key))
    return held


def counter(ledger: Ledger, counts: Held | None = None) -> Held:
    """How often each of some things was there."""
    if counts is not None and counts.kind != "dict":
        raise TypeError
    return Held("Counter", [key_of(ledger, key) for key in counts.items] if counts else [])


def set_of(ledger: Ledger, entries: Held | None = None) -> Held:
    """A set of words or numbers."""
    for one in _listed(entries):
        key_of(ledger, one)
    return OTHER


def size_of(ledger: Ledger, axes: tuple) -> tuple:
    """The shape of a tensor."""
    if len(axes) > MOST_AXES or not all(map(is_count, axes)):
        raise TypeError
    return axes


def encoded(ledger: Ledger, text: str, encoding: str) -> bytes:
    """Bytes as protocol 2 spells them: a letter for each.

    Args:
        ledger: what the pickle has claimed so far, and how much it may.
        text: a letter for each byte.
        encoding: Latin-1, by one of its names.
    """
    if not isinstance(text, str) or encoding not in LATIN:
        raise TypeError
    ledger.spend(len(text) // LETTERS)
    return text.encode("latin1")


def letters(ledger: Ledger, given: str | bytes = b"", encoding: str = "latin1") -> Held:
    """Bytes that can be changed, and never a number of zeros.

    Args:
        ledger: what the pickle has claimed so far, and how much it may.
        given: what they are to hold.
        encoding: of a text: Latin-1.
    """
    if isinstance(given, int):
        raise Refused(f"whose pickle asks for bytearray({shown(given)}), zeros that it does not hold")
    if not isinstance(given, (str, bytes)) or encoding not in LATIN:
        raise TypeError
    ledger.spend(len(given) // LETTERS)
    return OTHER


def plain(ledger: Ledger, *given: Any) -> Held:
    """A complex number, a device: of words and numbers."""
    if not all(isinstance(one, (str, int, float)) for one in given):
        raise TypeError
    return OTHER


def _listed(entries: Held | None) -> list:
    """What a list holds; a tensor would be walked through number by number."""
    if entries is not None and entries.kind != "list":
        raise TypeError
    return entries.items if entries else []


TENSORS = {
    "torch._utils _rebuild_tensor": tensor,
    "torch._utils _rebuild_tensor_v2": tensor,
    "torch._utils _rebuild_tensor_v3": tensor_of,
}
CALLS = TENSORS | {
    "torch._tensor _rebuild_from_type_v2": with_words,
    "torch._utils _rebuild_parameter": parameter,
    "torch._utils _rebuild_parameter_with_state": parameter,
    PARAMETER: parameter,
    "collections OrderedDict": mapping,
    "collections Counter": counter,
    "builtins set": set_of,
    "builtins bytearray": letters,
    "builtins complex": plain,
    "_codecs encode": encoded,
    "torch Size": size_of,
    "torch device": plain,
}
NAMES = {*CALLS, *DTYPES, *STORAGES, *TYPES}
