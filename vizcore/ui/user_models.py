"""Models of a person's own: opened from a file, the server's folder or the hub, and seen in this session alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.ui.uploads import keep, plain
from vizcore.ui.work import work

if TYPE_CHECKING:  # a page that opens no model need not wait for torch
    from vizcore.models import Model

MOST = 24  # that a session keeps; the ones opened first go
OTHERWISE = "put it into the server's folder (VIZCORE_MODELS)"


def opened_models() -> dict[str, Model]:
    """{name: row} of this session's own models, the latest last."""
    return st.session_state.setdefault("_own_models", {})


def just_opened() -> tuple[str, ...]:
    """The names of the models that were opened since this was asked last."""
    return st.session_state.pop("_own_models_new", ())


def open_user_model(key: str) -> None:
    """A button that opens a model of one's own: an upload, one that the server offers, or one of the hub."""
    from vizcore.models.user_models import from_hub, from_server, hub_allowed, offered

    turn = st.session_state.setdefault("_own_turn", 0)
    with st.popover("Your own model", icon=":material/upload_file:", key=f"own-{key}-menu-{turn}"):
        file = st.file_uploader("A checkpoint from your computer", key=f"own-{key}-{turn}", max_upload_size=500)
        st.caption(
            "Of this project, a TimeSformer, a VideoMAE or a ResNet of CIFAR: safetensors, or what `torch.save` wrote "
            "of tensors alone. Its content is checked, nothing in it is run, and only this session sees it."
        )
        if file is not None:
            _opened(partial(_uploaded, file.name, file.getbuffer()))
        if names := list(offered()):
            chosen = st.selectbox("One that the server offers", names, index=None, key=f"own-served-{key}-{turn}")
            if chosen:
                _opened(partial(work, "Opening the model", from_server, name=chosen))
        if hub_allowed():
            words = st.text_input(
                "An id on the Hugging Face hub", placeholder="facebook/dinov2-small", key=f"hub-{key}-{turn}"
            )
            if words:
                _opened(partial(work, "Fetching the model", from_hub, repository=words.strip()))


def _opened(opening) -> None:
    """Put what was opened among this session's models, or say why it could not be."""
    try:
        rows = opening()
    except ValueError as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    _take(rows)
    st.session_state["_own_models_new"] = tuple(row.name for row in rows)
    st.session_state["_own_turn"] += 1  # a new menu, which is closed; the old one's copies in memory are dropped
    st.rerun()


def own_files() -> dict[Path, tuple[str, tuple[str, ...]]]:
    """{file: (title, names of its rows)} of the checkpoints that this session has brought and still has a row of."""
    files = st.session_state.get("_own_files", {})
    return {path: (title, names) for path, (title, names) in files.items() if opened_models().keys() & set(names)}


def found_again(name: str, data: memoryview) -> Callable[[], None]:
    """Open a checkpoint out of a session's file as if it were uploaded now; what comes back puts it on the menus.

    Raises:
        ValueError: it is none.
    """
    from vizcore.models.user_models import from_file

    path = _kept(name, data)
    rows = from_file(path, name=plain(name))

    def put() -> None:
        _belongs(path, name, rows)
        _take(rows)

    return put


def _take(rows: tuple[Model, ...]) -> None:
    """Put rows among this session's models."""
    mine = opened_models()
    mine.update({row.name: row for row in rows})
    for name in list(mine)[:-MOST]:
        del mine[name]


def _uploaded(name: str, data: memoryview) -> tuple[Model, ...]:
    from vizcore.models.user_models import from_file

    path = _kept(name, data)
    rows = work("Opening the model", from_file, path=str(path), name=plain(name))
    _belongs(path, name, rows)
    return rows


def _kept(name: str, data: memoryview) -> Path:
    from vizcore.models.user_models import from_file

    return keep("models", data, lambda draft: from_file(draft, name=plain(name)), OTHERWISE)


def _belongs(path: Path, name: str, rows: tuple[Model, ...]) -> None:
    st.session_state.setdefault("_own_files", {})[path] = plain(name), tuple(row.name for row in rows)
