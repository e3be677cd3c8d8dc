"""What goes between this process and one that reads a file: messages over a line, and beside them a file of blocks."""

import mmap
import os
import socket
import struct
import sys
import tempfile
from collections.abc import Sequence

LENGTH = struct.Struct("<I")
ALIGNED = 64  # bytes at whose multiples blocks begin
LONGEST = 256 << 20  # bytes of a message; blocks are no part of it


def send(line: socket.socket, message: bytes) -> None:
    """A message, whole."""
    line.sendall(LENGTH.pack(len(message)) + message)


def received(line: socket.socket, longest: int = LONGEST) -> bytes:
    """The next message; empty when the other side is gone.

    Args:
        line: of a pair of sockets.
        longest: bytes that it may have.

    Raises:
        ValueError: it is longer.
    """
    head = _exactly(line, LENGTH.size)
    if not head:
        return b""
    (length,) = LENGTH.unpack(head)
    if length > longest:
        raise ValueError(f"want a message of at most {longest} bytes, got {length}")
    return _exactly(line, length)


def _exactly(line: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        part = line.recv(min(count - len(found), 1 << 20))
        if not part:
            return b""
        found += part
    return bytes(found)


def block_file() -> int:
    """A file without a name, in memory where the system has that; gone when nobody holds it any more."""
    if sys.platform == "linux":
        return os.memfd_create("vizcore-blocks")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def write_blocks(file: int, blocks: Sequence[memoryview]) -> list[int]:
    """Write blocks one after the other; how many bytes each has.

    Raises:
        OSError: they are more than this process may write, or the disk is full.
    """
    place = 0
    for block in blocks:
        done = 0
        while done < len(block):
            done += os.pwrite(file, block[done : done + (64 << 20)], place + done)
        place += -(-len(block) // ALIGNED) * ALIGNED
    return [len(block) for block in blocks]


def read_blocks(file: int, sizes: Sequence[int]) -> list[memoryview]:
    """The blocks, of memory that is the reader's own to write to.

    Args:
        file: of write_blocks.
        sizes: bytes of each.

    Raises:
        ValueError: the file has fewer.
    """
    if not any(sizes):
        return [memoryview(bytearray()) for _ in sizes]
    there = os.fstat(file).st_size
    places, place = [], 0
    for size in sizes:
        places.append(place)
        if not isinstance(size, int) or size < 0 or (size and place + size > there):
            raise ValueError(f"want blocks of {there} bytes in all, got one of {size} from {place} on")
        place += -(-size // ALIGNED) * ALIGNED
    memory = memoryview(mmap.mmap(file, there, access=mmap.ACCESS_COPY))
    return [memory[start : start + size] for start, size in zip(places, sizes)]
