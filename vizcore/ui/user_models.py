"""Models of a person's own: opened from a file, the server's folder or the hub, and seen in this session alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.ui.session_uploads import files
from vizcore.ui.uploads import LARGEST, MEGABYTE, keep, open_menu, plain
from vizcore.ui.work import work

if TYPE_CHECKING:  # a page that opens no model need not wait for torch
    from vizcore.models import Model

MOST = 24  # that a session keeps; the ones opened first go
OPENED = (
    "Of this project, a TimeSformer, a VideoMAE or a ResNet of CIFAR: safetensors, or what `torch.save` wrote of "
    "tensors alone. Its content is checked, nothing in it is run, and only this session sees it."
)
OTHERWISE = "put it into the server's folder (VIZCORE_MODELS)"


def opened_models() -> dict[str, Model]:
    """{name: row} of this session's own models, the latest last."""
    return files().models


def just_opened() -> tuple[str, ...]:
    """The names of the models that were opened since this was asked last."""
    new, files().new_models = files().new_models, ()
    return new


def open_user_model(key: str) -> None:
    """A button that opens a model of one's own: an upload, one that the server offers, or one of the hub."""
    with open_menu("Your own model", f"model-{key}") as menu:
        menu.file("A checkpoint from your computer", OPENED, LARGEST // MEGABYTE, _open_upload)
        if not os.environ.keys() & {"VIZCORE_MODELS", "VIZCORE_HUB"}:
            return
        from vizcore.models.user_models import from_hub, from_server, hub_allowed, offered

        if names := list(offered()):
            chosen = st.selectbox("One that the server offers", names, index=None, key=f"served-{menu.key}")
            if chosen:
                menu.open(lambda: _take(work("Opening the model", from_server, name=chosen)))
        if hub_allowed():
            hub = f"hub-{menu.key}"
            words = st.text_input("An id on the Hugging Face hub", placeholder="facebook/dinov2-small", key=hub)
            if words:
                menu.open(lambda: _take(work("Fetching the model", from_hub, repository=words.strip())))


def checkpoints() -> dict[Path, tuple[str, tuple[str, ...]]]:
    """{file: (title, names of its rows)} of the checkpoints that this session has opened and still has a row of."""
    found = files().checkpoints.items()
    return {path: (title, names) for path, (title, names) in found if files().models.keys() & set(names)}


def found_again(name: str, data: memoryview) -> Callable[[], None]:
    """Open a checkpoint out of a session's file as if it were uploaded now; what comes back puts it on the menus.

    Args:
        name: what its owner calls it.
        data: its bytes.

    Raises:
        ValueError: it is none.
    """
    from vizcore.models.user_models import from_file

    path = _stored(name, data)
    rows = from_file(path, name=plain(name))

    def put() -> None:
        _belongs(path, name, rows)
        _put(rows)

    return put


def _take(rows: tuple[Model, ...]) -> None:
    """Put rows that were just opened among this session's models."""
    _put(rows)
    files().new_models = tuple(row.name for row in rows)


def _put(rows: tuple[Model, ...]) -> None:
    models = files().models
    models.update({row.name: row for row in rows})
    for name in list(models)[:-MOST]:
        del models[name]


def _open_upload(name: str, data: memoryview) -> None:
    from vizcore.models.user_models import from_file

    path = _stored(name, data)
    rows = work("Opening the model", from_file, path=str(path), name=plain(name))
    _belongs(path, name, rows)
    _take(rows)


def _stored(name: str, data: memoryview) -> Path:
    from vizcore.models.user_models import from_file

    return keep("models", data, lambda draft: from_file(draft, name=plain(name)), OTHERWISE)


def _belongs(path: Path, name: str, rows: tuple[Model, ...]) -> None:
    files().checkpoints[path] = plain(name), tuple(row.name for row in rows)
