"""The clip menu: a bundled clip, one of the world, one of the server's folder, or an upload of this session."""

import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from vizcore.runtime import clip_library
from vizcore.runtime.clip_library import Entry
from vizcore.runtime.clip_sources import BUNDLED, FOLDER, WORLD, ClipSource
from vizcore.runtime.recording import recorded as seen
from vizcore.ui.uploads import keep, plain
from vizcore.ui.work import work
from vizcore.video import VideoError, probe

LOST = "It was uploaded in another session, and uploads are seen only by who made them: open the file again."
FILMED = 12  # clips of the world that a session's menu has, the latest
FIRST = "parade"  # the clip a new visitor sees
SOURCES = (  # in the order of the menu
    BUNDLED,
    replace(FOLDER, listed=lambda: _served(os.environ.get("VIZCORE_MEDIA", ""))),
    replace(WORLD, listed=lambda: st.session_state.setdefault("_filmed", {})),
    ClipSource("upload", lambda: _uploads(), lambda word, _: _uploads().get(word), LOST, prefix="upload-"),
)


def pick_clip(key: str = "clip", label: str = "Clip", first: str = FIRST) -> Entry:
    """A menu of every clip this session may open, with an upload beside it; the choice is in the page's link.

    Args:
        first: the clip that a page shows to who has chosen none; it may be one of the world.
    """
    _film(st.query_params.get(key, first))
    entries = _entries()
    if not entries:
        st.info("There is no clip here yet: open a video from your computer.", icon=":material/video_library:")
        _uploader(key)
        st.stop()
    words, menu_key = list(entries), f"{key}-menu"
    _settle(key, menu_key, entries, first)
    menu, upload = st.columns([3, 1], vertical_alignment="bottom", gap="small")
    word = menu.selectbox(
        label,
        words,
        format_func=lambda word: entries[word].title,
        key=menu_key,
        on_change=lambda: st.session_state.pop(f"{key}-lost", None),
        persist_state="session",
        help="Bundled clips, those you made on the page World, your uploads, and the videos of the folder that "
        "VIZCORE_MEDIA names.",
    )
    if st.query_params.get(key, first) != word:
        st.query_params[key] = word
    st.session_state[f"{key}-said"] = word
    with upload.popover("Open…", icon=":material/upload_file:", width="stretch"):
        _uploader(key)
    entry = world_clip(word) if word in st.session_state["_filmed"] else entries[word]
    seen.opened(entry)
    return entry


def pick_clips(key: str, label: str, first: tuple[str, ...], most: int) -> list[Entry]:
    """A menu of which several clips can be chosen, 1 to `most`; the choice is in the page's link.

    Args:
        first: the clips that a page shows to who has chosen none.
    """
    asked = st.query_params.get_all(key)
    for word in asked:
        _film(word)
    entries, menu_key = _entries(), f"{key}-menu"
    if menu_key not in st.session_state:
        known = [word for word in asked if word in entries] or [word for word in first if word in entries]
        st.session_state[menu_key] = known[:most]
    words = st.multiselect(
        label,
        list(entries),
        format_func=lambda word: entries[word].title,
        key=menu_key,
        max_selections=most,
        persist_state="session",
    )
    st.query_params[key] = words
    chosen = [world_clip(word) if word in st.session_state["_filmed"] else entries[word] for word in words]
    for entry in chosen:
        seen.opened(entry)
    return chosen


def clip_named(name: str) -> Entry | None:
    """The clip of this session whose file has a name, its ending aside; None where there is none."""
    found = (one for one in _entries().values() if name in (one.word, one.title, Path(one.title).stem, one.path.stem))
    entry = next(found, None)
    return world_clip(entry.word) if entry is not None and entry.word in st.session_state["_filmed"] else entry


def _uploads() -> dict[str, Entry]:
    """The clips that this session has brought, by word."""
    return st.session_state.setdefault("_uploads", {})


def _entries() -> dict[str, Entry]:
    """Every clip that this session may open, by word."""
    return {word: entry for source in SOURCES for word, entry in source.listed().items()}


def world_clip(word: str) -> Entry:
    """The clip of the world that a word names, rendered if need be.

    Raises:
        ValueError: the word names none, or a number in it is out of range.
    """
    from vizcore.runtime.world_clips import rendered  # a page that shows no clip need not wait for it

    work("Rendering the clip", rendered, word=word)
    entry = rendered(word)  # quick by now: it notes that the clip is in use
    seen.opened(entry)
    return entry


def _film(asked: str) -> None:
    """Put a clip of the world that a link asks for on this session's menu; one that there is not is said to be lost."""
    filmed = st.session_state.setdefault("_filmed", {})
    if asked.startswith(WORLD.prefix) and asked not in filmed:
        with suppress(ValueError):
            filmed[asked] = world_clip(asked)
        for word in list(filmed)[:-FILMED]:
            del filmed[word]


@st.cache_data(ttl=5, max_entries=4, show_spinner=False)
def _served(folder: str) -> dict[str, Entry]:
    """The server folder's listing, read anew every few seconds: walking thousands of files takes 0.1 s."""
    return clip_library.served(folder)


def _settle(key: str, menu_key: str, entries: dict[str, Entry], first: str) -> None:
    """Set the menu before it is drawn: to what was just uploaded, to what the link asks, to something that exists."""
    state, first = st.session_state, first if first in entries else next(iter(entries))
    wanted, said = state.pop(f"{key}-wanted", None), state.get(f"{key}-said")
    if wanted is not None:
        state[menu_key] = wanted
        state.pop(f"{key}-lost", None)
    elif menu_key not in state or st.query_params.get(key, said) != said:  # a link was followed
        asked = st.query_params.get(key, first)
        state[menu_key] = asked if asked in entries else first
        state[f"{key}-lost"] = None if asked in entries else asked
    elif state[menu_key] not in entries:
        state[menu_key] = first
    if state.get(f"{key}-lost"):
        _say_what_is_lost(state[f"{key}-lost"])


def _say_what_is_lost(asked: str) -> None:
    """The link asked for a clip that is not here; said until the person chooses one."""
    named = (source.lost for source in SOURCES if source.prefix and asked.startswith(source.prefix))
    why = next(named, BUNDLED.lost)
    st.warning(f"There is no clip “{plain(asked)}” here. {why}", icon=":material/link_off:")


def _uploader(key: str) -> None:
    turn = st.session_state.setdefault("_upload_turn", 0)
    file = st.file_uploader("A video from your computer", key=f"upload-{key}-{turn}", max_upload_size=500)
    st.caption("It stays on this server, is seen only in this session, and is sniffed before it is opened.")
    if file is not None:
        try:
            entry = keep_upload(file.name, file.getbuffer())
        except ValueError as refusal:
            st.error(str(refusal), icon=":material/error:")
            return
        _uploads()[entry.word] = entry
        st.session_state[f"{key}-wanted"] = entry.word
        st.session_state["_upload_turn"] = turn + 1  # a new widget: the old one's copy in memory is dropped
        st.rerun()


def keep_upload(name: str, data: memoryview) -> Entry:
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
    return Entry(f"upload-{path.name[:12]}", plain(name), path, "Your upload.")


def _probe_as(name: str, draft: Path) -> None:
    """Probe a file, and speak of it by the name that the person knows."""
    try:
        probe(draft)
    except VideoError as refusal:
        raise VideoError(str(refusal).replace(draft.name, plain(name))) from None
