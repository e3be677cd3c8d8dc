"""Files that people bring: proved to be what they should be, then kept on disk under their own hash.

name, bytes - size - draft - prove(draft) -> folder/sha256; beyond a limit the ones opened longest ago go
"""

import hashlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal
from weakref import WeakSet

import streamlit as st

from vizcore.files import CachedFiles, draft_of, make_room
from vizcore.formats.apart.calls import checked
from vizcore.player.session import session
from vizcore.runtime.context import default_context

MEGABYTE = 1 << 20
STORE_LIMIT = 4096 * MEGABYTE  # on disk together, of one kind
QUIET = 0.5  # seconds for which nothing is said of a file that is being read
CHECKED = "Its content is checked, and nothing in it is run."
LARGEST = 500 * MEGABYTE  # the server's own limit (.streamlit/config.toml); checked here again


@dataclass(eq=False)
class Opened:
    """What this session has opened; gone with it, and then nobody holds its files."""

    turns: Counter[str] = field(default_factory=Counter)  # {menu: how many times something was opened from it}
    refusal: str = ""  # why the last was refused, until it was said


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
    make_room(map(CachedFiles.of, filter(Path.is_file, folder.iterdir())), STORE_LIMIT, size=data.nbytes)
    with draft_of(path, shared=False) as draft:
        draft.write_bytes(data)
        prove(draft)
    return path


def let_go(path: Path) -> None:
    """Remove a file that this session has brought, unless another session that is still there has brought it too."""
    with _lock:
        holders = _holders.get(path, WeakSet())
        holders.discard(session(Opened))
        if not holders:
            _holders.pop(path, None)
            path.unlink(missing_ok=True)


class OpenMenu:
    """A menu from which something of a person's own is opened, once: then it closes, and the page runs.

    After each time its widgets have other keys, so that Streamlit lets the copies of files in memory go.

    Args:
        key: its name on the page.
        refused: a place where a refusal is said at once, so that the rest of the page stays as it is; without one the
            page runs anew, which shuts the menu.
    """

    def __init__(self, key: str, refused: Any = None):
        self.turns, self.name, self.refused = session(Opened).turns, key, refused

    @property
    def key(self) -> str:
        """Of a widget in the menu, until something was opened."""
        return f"{self.name}-{self.turns[self.name]}"

    def file(self, label: str, caption: str, megabytes: int, opening: Callable[[str, memoryview], None]) -> None:
        """A place for a file from the person's computer.

        Args:
            label: what is asked for.
            caption: what becomes of it.
            megabytes: its largest size.
            opening: gets its name and its bytes.
        """
        file = st.file_uploader(label, key=f"upload-{self.key}", max_upload_size=megabytes)
        st.caption(caption)
        if file is not None:
            self.open(partial(opening, file.name, file.getbuffer()), file.name)

    def open(self, opening: Callable[[], None], name: str = "") -> None:
        """Open something: why it could not be, its ValueError, is said at the top of the page.

        Args:
            name: of the file, where the sentence may lack it.
        """
        try:
            with checked(partial(_reading, plain(name), st.empty(), time.monotonic())):
                opening()
        except ValueError as fault:
            sentence, called = str(fault), plain(name)
            sentence = sentence if not name or called in sentence else f"{called}: {sentence}"
            if self.refused is not None:
                self.turns[self.name] += 1
                self.refused.error(sentence, icon=":material/error:")
                return
            session(Opened).refusal = sentence
        self.turns[self.name] += 1
        st.rerun()


def _reading(name: str, place: Any, began: float) -> None:
    """Say what is being read, once it takes a while; whoever goes on clicking ends it.

    Args:
        name: of the file.
        place: where it is said.
        began: when, by the steady clock.
    """
    if (seconds := time.monotonic() - began) > QUIET:
        place.caption(f"Reading {name}: {seconds:.0f} s")


@contextmanager
def open_menu(
    label: str,
    key: str,
    icon: str = ":material/upload_file:",
    place: Any = st,
    width: Literal["content", "stretch"] = "content",
) -> Iterator[OpenMenu]:
    """A button that opens a menu, which closes when something was opened.

    Args:
        label: what stands on the button.
        key: its name on the page.
        icon: a Material symbol.
        place: the column or container that it stands in.
        width: of the button, as Streamlit has it.
    """
    menu = OpenMenu(key)
    with place.popover(label, icon=icon, key=f"{menu.key}-menu", width=width):
        yield menu


def picked_files(label: str, key: str, megabytes: int) -> list:
    """A place for several files from a person's computer; those that are there now, each with a name and its bytes.

    Args:
        label: what is asked for.
        key: its name on the page.
        megabytes: the largest of them.
    """
    return st.file_uploader(label, key=key, accept_multiple_files=True, max_upload_size=megabytes)


def refusal() -> None:
    """Say why the file that was opened last was refused, if it was."""
    opened = session(Opened)
    if opened.refusal:
        st.error(opened.refusal, icon=":material/error:")
        opened.refusal = ""


def _hold(path: Path) -> None:
    with _lock:
        for gone in [one for one, holders in _holders.items() if not holders]:
            del _holders[gone]
        _holders.setdefault(path, WeakSet()).add(session(Opened))


def plain(text: str) -> str:
    """The last part of a name without markup, at most 60 characters: fit to be shown."""
    return re.sub(r"[^\w .()+-]", "_", re.split(r"[/\\]", text)[-1])[:60] or "unnamed"
