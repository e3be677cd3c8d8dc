"""What a person has opened in this session: videos, numbers, labels and models, to be seen, removed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vizcore.player.session import session
from vizcore.runtime.clip_library import ClipEntry
from vizcore.ui.uploads import let_go

if TYPE_CHECKING:  # a page that opens no model need not wait for torch
    from vizcore.models import Model

OTHERWISE = "put the folder into the server's folder (VIZCORE_MEDIA)"  # of label files that are too large together


@dataclass
class SessionFiles:
    """The files of this session, to be changed in place."""

    videos: dict[str, ClipEntry] = field(default_factory=dict)  # by clip id
    tables: dict[str, ClipEntry] = field(default_factory=dict)  # by clip id
    labels: dict[str, Path] = field(default_factory=dict)  # {menu: ZIP}
    checkpoints: dict[Path, tuple[str, tuple[str, ...]]] = field(default_factory=dict)  # {file: (title, its models)}
    models: "dict[str, Model]" = field(default_factory=dict)  # by name, the latest last
    new_models: tuple[str, ...] = ()  # that no page has put on its menu yet
    world_clips: dict[str, ClipEntry] = field(default_factory=dict)  # made on the page World, the latest last


@dataclass(frozen=True)
class SessionUpload:
    """One file of this session's own."""

    kind: str
    title: str  # as its owner calls it
    bytes: int  # 0 where it has made room for others by now
    remove: Callable[[], None]


def files() -> SessionFiles:
    """This session's files."""
    return session(SessionFiles)


def uploaded_files() -> list[SessionUpload]:
    """This session's uploads, nobody else's."""
    opened = files()
    found = [
        *(("video", entry.title, entry.path, opened.videos, clip_id) for clip_id, entry in opened.videos.items()),
        *(("numbers", entry.title, entry.path, opened.tables, clip_id) for clip_id, entry in opened.tables.items()),
        *(("labels", "label files", path, opened.labels, menu) for menu, path in opened.labels.items()),
        *(("model", title, path, opened.checkpoints, path) for path, (title, _) in opened.checkpoints.items()),
    ]
    return [
        SessionUpload(kind, title, path.stat().st_size if path.exists() else 0, partial(_remove, menu, key, path))
        for kind, title, path, menu, key in found
    ]


def _remove(menu: dict, key: str | Path, path: Path) -> None:
    """Take a file off its menu, and the models that came of it."""
    found = menu.pop(key, None)
    _, names = found if menu is files().checkpoints and found else ("", ())
    for name in names:
        files().models.pop(name, None)
    let_go(path)
