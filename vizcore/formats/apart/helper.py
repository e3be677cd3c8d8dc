"""The helper: a process that is kept warm and forks for each call, so that what reads a file has nothing else to lose.

    python -m vizcore.formats.apart.helper LINE MODULE ...

It gets, over the line, for each call: a line of its own, a file with the blocks of the arguments and one for those of
the answer. The fork reads the arguments, takes its limits on, calls the function and says what came of it.
"""

import logging
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import orjson

from vizcore.formats.apart import channel
from vizcore.formats.apart.limits import own_memory
from vizcore.formats.apart.values import name_of, packed, unpacked

FILES = 256  # that a fork may have open
SLACK = 1 << 30  # bytes of address space for threads and buffers, beyond what may be filled
# how messages to the asking side begin
ANSWER, REFUSED, BROKEN, PROGRESS, STARTED, STRANGE, MISSING = b"A", b"R", b"B", b"P", b"S", b"T", b"M"
GONE = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)  # of the file, not of its content


def main(words: list[str]) -> None:
    """Serve until the line is closed."""
    line = socket.socket(fileno=int(words[0]))
    for module in words[1:]:
        with suppress(ImportError):  # what is not installed is refused when it is asked for
            import_module(module)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the asking side ends, and with it the line
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks are gone when they are done
    while True:
        word, files, _, _ = socket.recv_fds(line, 1, 3)
        if not word:
            return
        if not os.fork():
            line.close()
            _answer(*files)
        for file in files:
            os.close(file)


def _answer(line: int, given: int, answer: int) -> None:
    """Do one call, and end."""
    asking, code = socket.socket(fileno=line), 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel.send(asking, STARTED + orjson.dumps([os.getpid(), own_memory()]))
        head, _, description = channel.received(asking).partition(b"\n")
        words = orjson.loads(head)
        function, args, kwargs = unpacked(description, channel.read_blocks(given, words["sizes"]))
        os.chdir(words["folder"])
        _limit(words["memory"], words["seconds"], words["answer"])
        if words["progress"]:
            kwargs["progress"] = lambda *at: channel.send(asking, PROGRESS + packed(at)[0])
        channel.send(asking, _outcome(function, args, kwargs, answer))
        code = 0
    except BrokenPipeError:  # nobody wants the answer any more
        pass
    finally:
        logging.shutdown()
        os._exit(code)


def _outcome(function: str, args: tuple, kwargs: dict[str, Any], answer: int) -> bytes:
    """What came of a call, as a message."""
    try:
        found = resolve_name(function)(*args, **kwargs)
    except MemoryError:
        return BROKEN + b"memory"
    except ValueError as fault:  # a sentence
        return REFUSED + orjson.dumps([name_of(type(fault)), str(fault)])
    except GONE as fault:
        return MISSING + orjson.dumps([fault.errno, fault.strerror, str(fault.filename)])
    except Exception as fault:  # whatever a broken file does to what reads it
        logging.getLogger(__name__).warning("%s could not read a file", function, exc_info=True)
        return BROKEN + f"{type(fault).__name__}: {fault}"[:200].encode()
    try:
        description, blocks = packed(found)
        sizes = channel.write_blocks(answer, blocks)
    except (MemoryError, OSError):  # more than it may write
        return BROKEN + b"memory"
    except TypeError as fault:  # nothing of the file: what reads it gives what does not travel
        return STRANGE + str(fault).encode()
    return ANSWER + orjson.dumps(sizes) + b"\n" + description


def _limit(memory: int, seconds: int, answer: int) -> None:
    """What this process may take from now on. The asking side watches its memory as well, and closer.

    Args:
        memory: bytes more than now.
        seconds: of a processor.
        answer: bytes of the largest file that it may write.
    """
    now = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()  # data and stacks
    for kind, most in (
        (resource.RLIMIT_DATA, now + memory + SLACK),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, answer),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing fails instead


if __name__ == "__main__":
    main(sys.argv[1:])
