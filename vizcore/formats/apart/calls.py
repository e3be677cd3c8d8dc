"""Call a function that reads a stranger's file in a process of its own, with limits; it may break, and nothing else.

    call("video", read, path) - helper, kept warm - fork - read(path) -> its result, or its refusal as a sentence

A helper (helper.py) is kept for each set of modules that reading needs. Linux has all of the limits; on other systems,
and inside of a helper, the function is called here.
"""

import atexit
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, wraps
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, TypeVar

import orjson

from vizcore.formats.apart import channel
from vizcore.formats.apart.limits import FORMS, MEGABYTE, Form, own_memory
from vizcore.formats.apart.values import name_of, packed, unpacked

Result = TypeVar("Result")

LOOK, CHECK = 0.02, 0.25  # seconds between two looks at the memory of a fork, and at whether anybody waits for it
HOUSE = Path(__file__).resolve().parents[3]
TRIES = 2  # a helper that is gone is started anew once
_here = threading.local()  # depth: of blocks `in_this_process`; check: of the block `checked`


class Lost(RuntimeError):
    """The helper cannot be reached."""


def call(
    form: str,
    function: str,
    *args: Any,
    called: str = "",
    progress: Callable[[int, int], None] | None = None,
    **kwargs: Any,
) -> Any:
    """The result of function(*args, **kwargs).

    Args:
        form: a key of FORMS, whose limits hold.
        function: "module:name", which is not imported here.
        args, kwargs: numbers, words, arrays, paths, and records of the house; so is the result.
        called: what the file is called in a refusal; usually the name of the first argument that is a path.
        progress: handed on to the function, where it is given.

    Raises:
        ValueError: the function has refused, in its own words and by its own class; or a limit was reached, or what
            reads the file broke, in a sentence.
        OSError: the file is not there, or cannot be opened.
        Exception: what the check of `checked` raises, a few times a second, as where nobody wants the result any more.
    """
    if not apart():
        more = {} if progress is None else {"progress": progress}
        return resolve_name(function)(*args, **kwargs, **more)
    row = FORMS[form]
    name = called or next((Path(one).name for one in args if isinstance(one, str | Path)), "a file")
    for attempt in range(TRIES):
        try:
            with _asked(row, function, args, kwargs, progress is not None) as (line, answer):
                return _heard(row, name, line, answer, progress)
        except Lost:
            _drop(row.preload)
            if attempt + 1 == TRIES:
                raise
    raise AssertionError


def read_apart(form: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """A decorator for what reads a file: whoever calls it, it runs in a process of its own, as of call.

    Args:
        form: a key of FORMS.
    """

    def decorated(function: Callable[..., Result]) -> Callable[..., Result]:
        @wraps(function)
        def asked(*args: Any, **kwargs: Any) -> Result:
            return call(form, name_of(function), *args, **kwargs) if apart() else function(*args, **kwargs)

        return asked

    return decorated


def apart() -> bool:
    """Whether files are read in a process of their own here."""
    return sys.platform == "linux" and not getattr(_here, "depth", 0) and "vizcore.formats.apart.helper" not in _main()


@contextmanager
def in_this_process() -> Iterator[None]:
    """Call functions in this thread as they are, for as long as the block lasts."""
    _here.depth = getattr(_here, "depth", 0) + 1
    try:
        yield
    finally:
        _here.depth -= 1


@contextmanager
def checked(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` a few times a second while this thread waits for a call; what it raises ends the call."""
    before, _here.check = _here.__dict__.get("check", _nothing), check
    try:
        yield
    finally:
        _here.check = before


def _nothing() -> None:
    """Nobody checks."""


def warm(*forms: str) -> None:
    """Start the helpers for some forms, before they are needed; all if none is named."""
    if apart():
        for preload in {FORMS[form].preload for form in forms or FORMS}:
            _helper(preload)


@contextmanager
def _asked(row: Form, function: str, args: tuple, kwargs: dict, progress: bool) -> Iterator[tuple]:
    """The line to a fork that has got its call, and the file for the answer; closed on the way out."""
    description, blocks = packed((function, args, kwargs))
    line, other = socket.socketpair()
    given, answer = channel.block_file(), channel.block_file()
    try:
        words = {
            "sizes": channel.write_blocks(given, blocks),
            "memory": row.memory,
            "seconds": row.seconds,
            "answer": row.answer,
            "progress": progress,
            "folder": str(Path.cwd()),
        }
        try:
            socket.send_fds(_helper(row.preload), [b"c"], [other.fileno(), given, answer])
        except OSError as fault:
            raise Lost(f"the helper that reads files is gone ({fault})") from None
        other.close()
        channel.send(line, orjson.dumps(words) + b"\n" + description)
        yield line, answer
    finally:
        for file in (given, answer):
            os.close(file)
        line.close()
        other.close()


def _heard(
    row: Form,
    name: str,
    line: socket.socket,
    answer: int,
    progress: Callable[[int, int], None] | None,
) -> Any:
    """What a fork says in the end; it is killed where it takes too much, and where nobody waits for it any more.

    Args:
        row: of the table of forms.
        name: of the file.
        line: to the fork.
        answer: the file with the blocks of its answer.
        progress: as of call.
    """
    process, before, checked_at = 0, 0, time.monotonic()
    try:
        while True:
            if not select.select([line], [], [], LOOK)[0]:
                if time.monotonic() - checked_at > CHECK:
                    _here.__dict__.get("check", _nothing)()
                    checked_at = time.monotonic()
                if process and own_memory(process) - before > row.memory:
                    raise ValueError(_too_much(row, name, f"{row.memory // MEGABYTE} MB of memory"))
                continue
            try:
                message = channel.received(line)
            except ConnectionError:
                message = b""
            kind, rest = message[:1], message[1:]
            if kind == b"S":
                process, before = orjson.loads(rest)
            elif kind == b"P" and progress is not None:
                progress(*unpacked(rest, ()))
            elif kind:
                process = 0
                return _said(row, name, kind, rest, answer)
            elif not process:
                raise Lost("the helper that reads files did not begin")
            else:
                process = 0
                raise ValueError(_broken(row, name, f"or takes more than {row.seconds} s of a processor to read"))
    finally:
        if process:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _said(row: Form, name: str, kind: bytes, rest: bytes, answer: int) -> Any:
    """The result, or the refusal raised.

    Args:
        row, name, answer: as of _heard.
        kind: what begins the message.
        rest: of it.
    """
    if kind == b"A":
        sizes, _, description = rest.partition(b"\n")
        return unpacked(description, channel.read_blocks(answer, orjson.loads(sizes)))
    if kind == b"R":
        refusal, sentence = orjson.loads(rest)
        raise _refusal(refusal)(sentence)
    if kind == b"M":
        raise OSError(*orjson.loads(rest))
    if kind == b"T":
        raise TypeError(rest.decode())
    if rest == b"memory":
        raise ValueError(_too_much(row, name, "the memory that is there"))
    logging.getLogger(__name__).warning("%s could not be read: %s", name, rest.decode(errors="replace"))
    raise ValueError(_broken(row, name, "or of another kind than its name says"))


def _too_much(row: Form, name: str, what: str) -> str:
    return f"want {row.wanted}, got {name}, which takes more than {what} to read: {row.advice}"


def _broken(row: Form, name: str, otherwise: str) -> str:
    return f"want {row.wanted}, got {name}, which is damaged, {otherwise}: {row.advice}"


@cache
def _refusal(name: str) -> type[ValueError]:
    """A class of refusals of the house by its name; of others the plain one."""
    module, _, word = name.partition(":")
    found = getattr(import_module(module), word, None) if module.startswith("vizcore.") else None
    return found if isinstance(found, type) and issubclass(found, ValueError) else ValueError


_helpers: dict[tuple[str, ...], tuple[subprocess.Popen, socket.socket]] = {}
_lock = threading.Lock()


def _helper(preload: tuple[str, ...]) -> socket.socket:
    """The line to the helper that has these modules at hand; started where there is none, or it is gone."""
    with _lock:
        process, line = _helpers.get(preload, (None, None))
        if process is None or process.poll() is not None:
            if line is not None:
                line.close()
            line, other = socket.socketpair()
            with other:
                process = subprocess.Popen(
                    [sys.executable, "-m", "vizcore.formats.apart.helper", str(other.fileno()), *preload],
                    pass_fds=[other.fileno()],
                    stdin=subprocess.DEVNULL,
                    cwd=HOUSE,
                    env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(HOUSE)},
                )
            _helpers[preload] = process, line
        return line


@atexit.register
def _end() -> None:
    """Let all helpers go."""
    for preload in list(_helpers):
        _drop(preload)


def _drop(preload: tuple[str, ...]) -> None:
    """Forget a helper."""
    with _lock:
        process, line = _helpers.pop(preload, (None, None))
    if process is not None:
        line.close()
        process.kill()
        process.wait()


def _main() -> str:
    """The module that this process was started with."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return "" if spec is None else spec.name
