"""What a stranger's pickle asks for, by its opcodes, before torch builds anything of it.

    bytes - pickletools.genops - each step done on stand-ins - calls, see calls - all that it asks for is in the file

A pickle is a program. Only steps that torch.save writes are taken, with a limit on how many.
"""

import pickletools
from collections.abc import Callable
from typing import Any, BinaryIO

from vizcore.models.checkpoints.calls import (
    CALLS,
    PARAMETER,
    STORAGES,
    Damaged,
    Global,
    Held,
    Refused,
    Stored,
    is_count,
    key_of,
    known,
    parameter,
    shown,
)

MOST_STEPS = 1_000_000  # opcodes, and what calls copy: a net of 4096 tensors and its optimiser take half of it
MOST_CALLS = 100_000
LITERALS = {"BININT", "BININT1", "BININT2", "BINFLOAT", "BINUNICODE", "SHORT_BINSTRING", "LONG1"}
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
EMPTY = {"EMPTY_LIST": "list", "EMPTY_DICT": "dict"}
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
DICTS = ("dict", "OrderedDict", "Counter")
FAULTS = (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError)  # of a broken one


class OpcodeWalk:
    """The steps through the pickles of one file, and what all of them together ask for."""

    def __init__(self, room: int, size_of: Callable[[str], int] | None = None):
        """
        Args:
            room: bytes of the file.
            size_of: bytes of the part of the file that holds the storage of a key; without it, all share the file.
        """
        self.room, self.size_of = room, size_of
        self.steps = self.calls = self.claimed = 0
        self.storages: dict[str, Stored] = {}

    def through(self, file: BinaryIO) -> None:
        """OpcodeWalk through one pickle; the file is left behind it.

        Raises:
            Refused: it asks for what it may not, or ends too soon, or is none.
        """
        self.stack, self.marks, self.memo = [], [], {}
        try:
            for opcode, argument, _ in pickletools.genops(file):
                self.spend(1)
                self._step(opcode.name, argument)
        except FAULTS:
            raise Damaged("which is cut off or damaged") from None

    def spend(self, steps: int) -> None:
        """Count steps, up to a limit."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise Refused(f"whose pickle has more than {MOST_STEPS:,} steps")

    def _step(self, name: str, argument: Any) -> None:
        if name in LITERALS:
            self.stack.append(argument)
        elif name in CONSTANTS:
            self.stack.append(CONSTANTS[name])
        elif name in EMPTY:
            self.stack.append(Held(EMPTY[name]))
        elif name in TUPLES:
            self.stack.append(tuple(self._popped(TUPLES[name])))
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.memo[argument] = self.stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif name == "GLOBAL":
            self.stack.append(known(argument))
        elif name in STEPS:
            STEPS[name](self)
        elif name not in ("PROTO", "STOP"):
            raise Refused(f"whose pickle has the step {name}, which torch.save does not write")

    def _popped(self, count: int) -> list:
        first = len(self.stack) - count
        if first < 0:
            raise IndexError
        found = self.stack[first:]
        del self.stack[first:]
        return found

    def _mark(self) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def _marked(self) -> list:
        found, self.stack = self.stack, self.marks.pop()
        return found

    def _tuple(self) -> None:
        found = tuple(self._marked())
        self.stack.append(found)

    def _append(self, entries: list) -> None:
        if self.stack[-1].kind != "list":
            raise TypeError
        self.stack[-1].items += entries

    def _set(self, entries: list) -> None:
        if self.stack[-1].kind not in DICTS:
            raise TypeError
        self.stack[-1].items += [key_of(self, key) for key in entries[::2]]

    def _call(self) -> None:
        called, given = self._popped(2)
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise Refused(f"whose pickle makes more than {MOST_CALLS:,} calls")
        if not isinstance(called, Global) or called.name not in CALLS or not isinstance(given, tuple):
            raise Refused("whose pickle calls what is no function of torch.save")
        self.stack.append(CALLS[called.name](self, *given))

    def _new(self) -> None:
        kind, given = self._popped(2)
        if kind.name != PARAMETER:
            raise Refused(f"whose pickle makes {kind.shown}, which was not run")
        self.stack.append(parameter(self, *given))

    def _more(self) -> None:
        """More of a dict: a state_dict tells its modules' versions so. Anything else would change what it does."""
        state = self.stack.pop()
        if self.stack[-1].kind != "OrderedDict" or state.kind != "dict" or set(state.items) - {"_metadata"}:
            raise Refused("whose pickle changes more of an object than torch.save does")

    def _storage(self) -> None:
        """A storage by its key: one that the file has no room for is never asked for."""
        word, kind, key, _, count, *view = self.stack.pop()
        if word != "storage" or not isinstance(key, str) or not is_count(count):
            raise TypeError
        found = self.storages.get(key)
        if found is None or not found.count:  # torch forgets an empty one, and asks again
            wanted = count * STORAGES[kind.name]
            self.claimed += wanted
            if wanted > (self.room if self.size_of is None else self.size_of(key)) or self.claimed > self.room:
                raise Refused(f"whose pickle asks for {shown(wanted)} bytes of numbers, more than it holds")
            found = self.storages[key] = Stored(count, STORAGES[kind.name])
        if view and view[0] is not None:
            _, first, length = view[0]
            if not is_count(first) or not is_count(length) or first + length > found.count:
                raise Refused("whose pickle asks for a part that lies beyond its storage")
            found = Stored(length, found.bytes)
        self.stack.append(found)


STEPS = {
    "MARK": OpcodeWalk._mark,
    "TUPLE": OpcodeWalk._tuple,
    "APPEND": lambda walk: walk._append(walk._popped(1)),
    "APPENDS": lambda walk: walk._append(walk._marked()),
    "SETITEM": lambda walk: walk._set(walk._popped(2)),
    "SETITEMS": lambda walk: walk._set(walk._marked()),
    "REDUCE": OpcodeWalk._call,
    "NEWOBJ": OpcodeWalk._new,
    "BUILD": OpcodeWalk._more,
    "BINPERSID": OpcodeWalk._storage,
}
