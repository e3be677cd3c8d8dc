"""Files that people bring: proved to be what they should be, then kept on disk under their own hash.

name, bytes - size - draft - prove(draft) -> folder/sha256; beyond a limit the ones opened longest ago go
"""

import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from weakref import WeakSet

import streamlit as st

from vizcore.files import Kept, draft_of, make_room
from vizcore.runtime.context import default_context

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
    folder = default_context().store.root / kind
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / hashlib.sha256(data).hexdigest()
    _hold(path)
    if path.exists():
        path.touch()
        return path
    make_room(map(Kept.of, filter(Path.is_file, folder.iterdir())), KEPT, size=data.nbytes)
    with draft_of(path, shared=False) as draft:
        draft.write_bytes(data)
        prove(draft)
    return path


def let_go(path: Path) -> None:
    """Remove a file that this session has brought, unless another session that is still there has brought it too."""
    with _lock:
        holders = _holders.get(path, WeakSet())
        holders.discard(_this_session())
        if not holders:
            _holders.pop(path, None)
            path.unlink(missing_ok=True)


def picked_files(label: str, key: str, megabytes: int) -> list:
    """A place for several files from a person's computer; those that are there now, each with a name and its bytes.

    Args:
        megabytes: the largest of them.
    """
    return st.file_uploader(label, key=key, accept_multiple_files=True, max_upload_size=megabytes)


def open_file(label: str, asks: str, key: str, opening: Callable[[bytes], None], *, megabytes: int) -> None:
    """A button that opens a file once, and then the page runs; why it was not opened is what `refusal` says.

    Args:
        asks: what it wants, and where from.
        opening: given the file's content; its ValueError is what is said.
        megabytes: the largest file.
    """
    turn = st.session_state.setdefault("_desk_turn", 0)
    with st.popover(label, icon=":material/file_open:", key=f"{key}-menu-{turn}"):
        file = st.file_uploader(asks, key=f"{key}-{turn}", max_upload_size=megabytes)
        st.caption("Its content is checked, and nothing in it is run.")
    if file is None:
        return
    st.session_state["_desk_turn"] = turn + 1  # a new widget: the old one's copy in memory is dropped
    try:
        opening(file.getvalue())
    except ValueError as refusal:
        st.session_state["_desk_says"] = f"{plain(file.name)}: {refusal}"
    st.rerun()


def refusal() -> None:
    """Say why the file that was opened last was refused, if it was."""
    if said := st.session_state.pop("_desk_says", None):
        st.error(said, icon=":material/error:")


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
