"""The clip menu: a bundled clip, one of the world, one of the server's folder, or an upload of this session."""

import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.runtime import clip_library
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.clip_sources import BUNDLED, FOLDER, WORLD, ClipSource
from vizcore.runtime.recording import recorded
from vizcore.ui.file_menu import choose_file, file_menu
from vizcore.ui.session_uploads import files
from vizcore.ui.state import Frame, session
from vizcore.ui.uploads import LARGEST, MEGABYTE, keep, open_menu, plain
from vizcore.ui.work import work
from vizcore.video import VideoError, probe

LOST = "It was uploaded in another session, and uploads are seen only by who made them: open the file again."
OPENED = "It stays on this server, is seen only in this session, and is checked before it is opened."
SOURCES_IN_WORDS = (
    "Bundled clips, those you made on the page World, your uploads, and the videos of the folder that "
    "VIZCORE_MEDIA names."
)
WORLD_CLIPS = 12  # that a session's menu has, the latest
DEFAULT = "parade"  # the clip a new visitor sees
SOURCES = (  # in the order of the menu
    BUNDLED,
    replace(FOLDER, listed=lambda: _served(os.environ.get("VIZCORE_MEDIA", ""))),
    replace(WORLD, listed=lambda: files().world_clips),
    ClipSource(
        "upload", lambda: files().videos, lambda clip_id, _: files().videos.get(clip_id), LOST, prefix="upload-"
    ),
)


def pick_clip(key: str = "clip", label: str = "Clip", default: str = DEFAULT) -> ClipEntry:
    """A menu of every clip this session may open, with an upload beside it; the choice is in the page's link.

    Args:
        key: its name in the link.
        label: what the menu is called.
        default: the clip that a page shows to who has chosen none; it may be one of the world.
    """
    _add_world_clip(st.query_params.get(key, default))
    entries = _entries()
    if not entries:
        st.info("There is no clip here yet: open a video from your computer.", icon=":material/video_library:")
        _open_video(key, st)
        st.stop()
    menu, upload = st.columns([3, 1], vertical_alignment="bottom", gap="small")
    clip_id = file_menu(label, key, entries, default, lost=_lost, place=menu, help=SOURCES_IN_WORDS)
    _open_video(key, upload)
    return _opened(entries[clip_id])


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
    return f"There is no clip “{plain(clip_id)}” here. {next(named, BUNDLED.lost)}"


def _open_video(key: str, place: Any) -> None:
    """A menu that opens a video of one's own, and then shows it."""

    def opening(name: str, data: memoryview) -> None:
        entry = keep_upload(name, data)
        files().videos[entry.clip_id] = entry
        choose_file(key, entry.clip_id)

    with open_menu("Open…", f"video-{key}", place=place, width="stretch", refused=session(Frame).refusal) as menu:
        menu.file("A video from your computer", OPENED, LARGEST // MEGABYTE, opening)


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
