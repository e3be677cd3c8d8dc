"""Pickles written by hand, step by step, and the two kinds of file that torch.save puts them into."""

import struct
import zipfile

PROTO, STOP, MARK, REDUCE, TUPLE, APPENDS, BUILD, PERSID = b"\x80\x02", b".", b"(", b"R", b"t", b"e", b"b", b"Q"
EMPTY_TUPLE, EMPTY_LIST, EMPTY_DICT, SETITEM, NONE, FALSE, PAIR = b")", b"]", b"}", b"s", b"N", b"\x89", b"\x86"
MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
HOOKS = b"ccollections\nOrderedDict\n)R"


def word(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def number(value: int) -> bytes:
    length = value.bit_length() // 8 + 1
    return b"\x8a" + bytes([length]) + value.to_bytes(length, "little", signed=True)


def put(place: int) -> bytes:
    return b"r" + struct.pack("<I", place)


def get(place: int) -> bytes:
    return b"j" + struct.pack("<I", place)


def named(name: str) -> bytes:
    return b"c" + name.replace(" ", "\n").encode() + b"\n"


def row(*values: bytes) -> bytes:
    return MARK + b"".join(values) + TUPLE


def numbers(*values: int) -> bytes:
    return row(*map(number, values))


def call(name: str, *given: bytes) -> bytes:
    return named(name) + row(*given) + REDUCE


def storage(count: int, key: str = "0", kind: str = "torch FloatStorage") -> bytes:
    return row(word("storage"), named(kind), word(key), word("cpu"), number(count)) + PERSID


def view(count: int, first: int, length: int) -> bytes:
    """A part of a storage, which only the older form knows."""
    part = row(word("view"), number(first), number(length))
    return (
        row(word("storage"), named("torch FloatStorage"), word("0"), word("cpu"), number(count), part) + put(0) + PERSID
    )


def twice(times: int) -> bytes:
    """What is on the stack in a pair with itself, and that pair with itself, so many times."""
    return b"".join(put(k) + get(k) + PAIR for k in range(times))


def tensor(stored: bytes, size: tuple, stride: tuple, first: int = 0) -> bytes:
    given = (stored, number(first), numbers(*size), numbers(*stride), FALSE, HOOKS)
    return call("torch._utils _rebuild_tensor_v2", *given)


def entry(value: bytes, key: bytes | None = None) -> bytes:
    """A dict with one value, by a name or by a key that is built."""
    return EMPTY_DICT + (key or word("a")) + value + SETITEM


def archive(path, steps: bytes, parts: dict[str, bytes] | None = None):
    """The form of today: a ZIP with the pickle and a part for each storage."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x/data.pkl", PROTO + steps + STOP)
        for name, content in ({"data/0": bytes(64), "version": b"3\n"} if parts is None else parts).items():
            file.writestr(f"x/{name}", content)
    return path


def older(path, steps: bytes, keys: tuple[str, ...] = ("0",), count: int = 16):
    """The form before: one pickle after the other, then the numbers of every storage."""
    steps = steps.replace(TUPLE + PERSID, NONE + TUPLE + PERSID)  # a whole storage, and no view of it
    pickles = [number(1001), EMPTY_DICT, steps, EMPTY_LIST + MARK + b"".join(map(word, keys)) + APPENDS]
    content = MAGIC + b"".join(PROTO + one + STOP for one in pickles)
    path.write_bytes(content + b"".join(struct.pack("<q", count) + bytes(4 * count) for _ in keys))
    return path
