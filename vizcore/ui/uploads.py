"""Files that people bring: proved to be what they should be, then kept on disk under their own hash.

name, bytes - size - draft - prove(draft) -> folder/sha256; beyond a limit the ones opened longest ago go
"""

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from weakref import WeakSet

import streamlit as st

from vizcore.runtime.context import default_lab

MEGABYTE = 1 << 20
KEPT = 4096 * MEGABYTE  # on disk together, of one kind
LARGEST = 500 * MEGABYTE  # the server's own limit (.streamlit/config.toml); checked here again

_holders: dict[Path, WeakSet] = {}  # by file: the sessions that have brought it and are still there
_lock = threading.Lock()


def keep(kind: str, data: memoryview, prove: Callable[[Path], None], otherwise: str) -> Path:
    """Put a file on disk, once it has proved to be what it should be.

    Args:
        kind: the folder's name.
        data: its bytes.
        prove: told where the draft is; what it raises ends the matter, and nothing is kept.
        otherwise: what to do with a file that is too large.

    Returns:
        Its path, which is made of its hash alone.

    Raises:
        ValueError: it is too large.
    """
    if data.nbytes > LARGEST:
        raise ValueError(
            f"want a file of at most {LARGEST // MEGABYTE} MB, got {data.nbytes // MEGABYTE} MB: {otherwise}"
        )
    folder = default_lab().store.root / kind
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / hashlib.sha256(data).hexdigest()
    _hold(path)
    if path.exists():
        path.touch()
        return path
    make_room(folder, data.nbytes)
    handle, draft = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        prove(Path(draft))
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path


def let_go(path: Path) -> None:
    """Remove a file that this session has brought, unless another session that is still there has brought it too."""
    with _lock:
        holders = _holders.get(path, WeakSet())
        holders.discard(_this_session())
        if not holders:
            _holders.pop(path, None)
            path.unlink(missing_ok=True)


def make_room(folder: Path, size: int, limit: int = KEPT) -> None:
    """Remove the files that were opened longest ago, until `size` bytes more fit into the limit."""
    kept = sorted((file.stat().st_mtime_ns, file.stat().st_size, file) for file in folder.iterdir() if file.is_file())
    total = size + sum(length for _, length, _ in kept)
    for _, length, file in kept:
        if total <= limit:
            return
        file.unlink(missing_ok=True)
        total -= length


class _Session:
    """One person's visit: gone with the session whose state holds it."""


def _this_session() -> _Session:
    return st.session_state.setdefault("_session", _Session())


def _hold(path: Path) -> None:
    with _lock:
        for gone in [one for one, holders in _holders.items() if not holders]:
            del _holders[gone]
        _holders.setdefault(path, WeakSet()).add(_this_session())


def plain(text: str) -> str:
    """The last part of a name without markup, at most 60 characters: fit to be shown."""
    return re.sub(r"[^\w .()+-]", "_", re.split(r"[/\\]", text)[-1])[:60] or "unnamed"
