"""What a person has brought in this session: uploaded videos, numbers, labels and models, to be seen, removed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from vizcore.runtime.clip_library import Entry
from vizcore.ui.uploads import let_go

MENUS = {"video": "_uploads", "table": "_tables"}  # where the session has its uploads of a form
OTHERWISE = "put the folder into the server's folder (VIZCORE_MEDIA)"  # of label files that are too large together


@dataclass(frozen=True)
class SessionUpload:
    """One file of this session's own."""

    kind: str
    title: str  # as its owner calls it
    bytes: int  # 0 where it has made room for others by now
    remove: Callable[[], None]


def uploaded_files() -> list[SessionUpload]:
    """This session's uploads, nobody else's."""
    found = []
    for kind, form in (("video", "video"), ("numbers", "table")):
        entries = own_entries(form)
        found += [
            SessionUpload(kind, entry.title, _size(entry.path), partial(_drop, entries, word, entry.path))
            for word, entry in entries.items()
        ]
    labels = own_labels()
    found += [
        SessionUpload("labels", "label files", _size(path), partial(_drop, labels, menu, path))
        for menu, path in labels.items()
    ]
    files = st.session_state.get("_own_files", {})
    found += [
        SessionUpload("model", title, _size(path), partial(_drop_model, files, path))
        for path, (title, _) in files.items()
    ]
    return found


def own_entries(form: str) -> dict[str, Entry]:
    """{word: entry} of this session's uploads of a form, a key of MENUS, to be changed in place."""
    return st.session_state.setdefault(MENUS[form], {})


def own_shots() -> dict[str, Entry]:
    """{word: entry} of the clips of the world on this session's menu, the latest last, to be changed in place."""
    return st.session_state.setdefault("_filmed", {})


def own_labels() -> dict[str, Path]:
    """{menu: ZIP} of what this session has brought."""
    return st.session_state.setdefault("_labels", {})


def _drop(entries: dict, word: str, path: Path) -> None:
    entries.pop(word, None)
    let_go(path)


def _drop_model(files: dict, path: Path) -> None:
    """The file, and the rows that came of it."""
    _, names = files.pop(path, ("", ()))
    for name in names:
        st.session_state.get("_own_models", {}).pop(name, None)
    let_go(path)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
