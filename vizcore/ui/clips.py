"""The clip menu: a bundled clip, one of the world, one of the server's folder, or an upload of this session."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.runtime import clip_library
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.clip_sources import BUNDLED, FILMS, FOLDER, WORLD, ClipSource
from vizcore.runtime.recording import recorded
from vizcore.ui.file_menu import choose_file, note_file, settled_file
from vizcore.ui.frame import slots, top
from vizcore.ui.session_uploads import files
from vizcore.ui.state import now
from vizcore.ui.uploads import LARGEST, MEGABYTE, OpenMenu, keep, plain
from vizcore.ui.work import work
from vizcore.video import VideoError, probe

if TYPE_CHECKING:
    from vizcore.player.clip_menu import MenuClip

LOST = "It was uploaded in another session, and uploads are seen only by who made them: open the file again."
OPENED = "It stays on this server, is seen only in this session, and is checked before it is opened."
GROUPS = {  # by source: what its clips have in common, for the menu
    "films": "Real films",
    "bundled": "Rendered here",
    "folder": "In the server's folder",
    "world": "Rendered by you, on the page World",
    "upload": "Opened by you",
}
WORLD_CLIPS = 12  # that a session's menu has, the latest
DEFAULT = "parade"  # the clip of a link that names none
FILM = "film-carphone"  # the clip that a new visitor sees
FILM_PAIR = FILM, "film-carphone-distorted"  # the clips, on pages of two: frame by frame the same
SOURCES = (  # in the order of the menu
    FILMS,
    BUNDLED,
    replace(FOLDER, listed=lambda: _served(os.environ.get("VIZCORE_MEDIA", ""))),
    replace(WORLD, listed=lambda: files().world_clips),
    ClipSource(
        "upload", lambda: files().videos, lambda clip_id, _: files().videos.get(clip_id), lambda: LOST, prefix="upload-"
    ),
)


def pick_clip(
    key: str = "clip",
    label: str = "Clip",
    default: str = DEFAULT,
    film: str = "",
    place: Callable[[], AbstractContextManager] = top,
) -> ClipEntry:
    """A menu of every clip this session may open, with an upload beside it; the choice is in the page's link.

    Args:
        key: its name in the link.
        label: what the menu is called.
        default: the clip that a link without one stands for; it may be one of the world.
        film: the clip that a page shows to who comes without a link, where it is there.
        place: of the menu: the top row, or the drawer for one of several clips.
    """
    from vizcore.player.clip_menu import clip_menu  # a page of one clip of the world has no menu

    first = film if film in FILMS.listed() and not now().linked_to else default
    _add_world_clip(st.query_params.get(key, first))
    entries = _entries()
    clip_id = settled_file(key, entries, first, lost=_lost, place=slots().refusal) if entries else ""
    with place():
        clip_menu(
            _rows(), clip_id, key=f"{key}-list", label=label, uploader=_uploader(key), pick=partial(choose_file, key)
        )
    if not entries:
        st.info("There is no clip here yet: open a video from your computer.", icon=":material/video_library:")
        st.stop()
    note_file(key, clip_id, default)
    return _opened(entries[clip_id])


def begins_with_film() -> bool:
    """Whether the page begins with a real film: no link says otherwise, and film and net of photographs are there."""
    from vizcore.models.photographs import missing

    return not now().linked_to and FILM in FILMS.listed() and not missing()


def pick_clips(key: str, label: str, default: tuple[str, ...], most: int) -> list[ClipEntry]:
    """A menu of which several clips can be chosen, 1 to `most`; the choice is in the page's link.

    Args:
        key: its name in the link.
        label: what the menu is called.
        default: the clips that a page shows to who has chosen none.
        most: how many can be chosen.
    """
    linked = st.query_params.get_all(key)
    for clip_id in linked:
        _add_world_clip(clip_id)
    entries, menu_key = _entries(), f"{key}-menu"
    if menu_key not in st.session_state:
        known = [clip_id for clip_id in linked if clip_id in entries] or [
            clip_id for clip_id in default if clip_id in entries
        ]
        st.session_state[menu_key] = known[:most]
    clip_ids = st.multiselect(
        label,
        list(entries),
        format_func=lambda clip_id: entries[clip_id].title,
        key=menu_key,
        max_selections=most,
        persist_state="session",
    )
    st.query_params[key] = clip_ids
    return [_opened(entries[clip_id]) for clip_id in clip_ids]


def clip_named(name: str) -> ClipEntry | None:
    """The clip of this session whose file has a name, its ending aside; None where there is none."""
    found = (
        one for one in _entries().values() if name in (one.clip_id, one.title, Path(one.title).stem, one.path.stem)
    )
    entry = next(found, None)
    return world_clip(entry.clip_id) if entry is not None and entry.clip_id in files().world_clips else entry


def _opened(entry: ClipEntry) -> ClipEntry:
    """A clip that was chosen, rendered if need be; a report says so."""
    if entry.clip_id in files().world_clips:
        return world_clip(entry.clip_id)
    recorded.opened(entry)
    return entry


def _entries() -> dict[str, ClipEntry]:
    """Every clip that this session may open, by clip id."""
    return {clip_id: entry for source in SOURCES for clip_id, entry in source.listed().items()}


def world_clip(clip_id: str) -> ClipEntry:
    """The clip of the world that a word names, rendered if need be.

    Raises:
        ValueError: the word names none, or a number in it is out of range.
    """
    from vizcore.runtime.world_clips import rendered  # a page that shows no clip need not wait for it

    work("Rendering the clip", rendered, clip_id=clip_id)
    entry = rendered(clip_id)  # quick by now: it notes that the clip is in use
    recorded.opened(entry)
    return entry


def _add_world_clip(clip_id: str) -> None:
    """Put a clip of the world that a link asks for on this session's menu; one that there is not is said to be lost."""
    clips = files().world_clips
    if clip_id.startswith(WORLD.prefix) and clip_id not in clips:
        with suppress(ValueError):
            clips[clip_id] = world_clip(clip_id)
        for clip_id in list(clips)[:-WORLD_CLIPS]:
            del clips[clip_id]


@st.cache_data(ttl=5, max_entries=4, show_spinner=False)
def _served(folder: str) -> dict[str, ClipEntry]:
    """The server folder's listing, read anew every few seconds: walking thousands of files takes 0.1 s."""
    return clip_library.served(folder)


def _lost(clip_id: str) -> str:
    """What to say where the link asks for a clip that is not here."""
    named = (source.lost for source in SOURCES if source.prefix and clip_id.startswith(source.prefix))
    return f"There is no clip “{plain(clip_id)}” here. {next(named, BUNDLED.lost)()}"


def _rows() -> list[MenuClip]:
    """The clips of the menu, with their pictures as far as they are made."""
    from vizcore.player.clip_menu import MenuClip
    from vizcore.runtime.clip_thumbnails import pictures

    by_source = {source.name: source.listed() for source in SOURCES}
    found = pictures(entry for entries in by_source.values() for entry in entries.values())
    return [
        MenuClip(clip_id, entry.title, entry.about, GROUPS[name], found.get(clip_id, b""))
        for name, entries in by_source.items()
        for clip_id, entry in entries.items()
    ]


def _uploader(key: str) -> str:
    """The key of a container with the uploader that takes a video of one's own, and then shows it."""

    def opening(name: str, data: memoryview) -> None:
        entry = keep_upload(name, data)
        files().videos[entry.clip_id] = entry
        choose_file(key, entry.clip_id)

    menu, place = OpenMenu(f"video-{key}", slots().refusal), f"video-file-{key}"
    with st.container(key=place):
        menu.file("A video from your computer", OPENED, LARGEST // MEGABYTE, opening)
    return place


def keep_upload(name: str, data: memoryview) -> ClipEntry:
    """Put an upload on disk under its own hash, once it has proved to be a video.

    Args:
        name: what the browser calls it: shown, never used as a path.
        data: its bytes.

    Raises:
        VideoError: it is no video.
        ValueError: it is too large.
    """
    otherwise = "cut or convert it, or put it into the server's folder (VIZCORE_MEDIA)"
    path = keep("uploads", data, partial(_probe_as, name), otherwise)
    return ClipEntry(f"upload-{path.name[:12]}", plain(name), path, "Your upload.")


def _probe_as(name: str, draft: Path) -> None:
    """Probe a file, and speak of it by the name that the person knows."""
    try:
        probe(draft)
    except VideoError as refusal:
        raise VideoError(str(refusal).replace(draft.name, plain(name))) from None
