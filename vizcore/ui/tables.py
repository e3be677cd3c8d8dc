"""The menu of files of numbers: an example, one of the server's folder, or an upload of this session."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from vizcore.runtime import clip_library as shelf
from vizcore.runtime.clip_library import Entry
from vizcore.runtime.recording import recorded as seen
from vizcore.ui.uploads import keep, plain

LOST = "An upload is seen only in the session that made it: open the file again, or pick one from the menu."
OTHERWISE = "thin it out, or put it into the server's folder (VIZCORE_MEDIA)"


def pick_table(
    key: str,
    label: str,
    examples: Sequence[str],
    first: str,
    read: Callable[[Path], object],
    *,
    kinds: str = "NPY or CSV",
    endings: tuple[str, ...] = shelf.TABLES,
    megabytes: int = 64,
) -> Entry:
    """A menu of every file of numbers this session may open, with an upload beside it; the choice is in the link.

    Args:
        examples: names that the recipe knows; their entry's path is the name.
        first: what a page shows to who has chosen none.
        read: told where a file is; what it raises says that it is none.
        kinds: what the upload asks for.
        endings: of the server's files that are listed.
        megabytes: the largest upload.
    """
    given = {name: Entry(name, name, Path(name), form="example") for name in examples}
    served = shelf.served(os.environ.get("VIZCORE_MEDIA", ""), endings)
    entries = {**given, **served, **st.session_state.setdefault("_tables", {})}
    state, menu_key, lost_key = st.session_state, f"{key}-menu", f"{key}-lost"
    wanted = state.pop(f"{key}-wanted", None)
    if wanted is not None or state.get(menu_key) not in entries:
        asked = wanted or st.query_params.get(key, first)
        state[menu_key] = asked if asked in entries else first
        state[lost_key] = "" if asked in entries else asked
    if state.get(lost_key):
        st.warning(f"There is no file “{plain(state[lost_key])}” here. {LOST}", icon=":material/link_off:")
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    word = line.selectbox(
        label,
        list(entries),
        format_func=lambda word: entries[word].title,
        key=menu_key,
        on_change=lambda: state.pop(lost_key, None),
        persist_state="session",
    )
    if st.query_params.get(key, first) != word:
        st.query_params[key] = word
    with line.popover("Open…", icon=":material/upload_file:"):
        _uploader(key, read, kinds, megabytes)
    seen.opened(entries[word])
    return entries[word]


def _uploader(key: str, read: Callable[[Path], object], kinds: str, megabytes: int) -> None:
    turn = st.session_state.setdefault("_table_turn", 0)
    file = st.file_uploader(f"{kinds} from your computer", key=f"table-{key}-{turn}", max_upload_size=megabytes)
    st.caption("It stays on this server, is seen only in this session, and nothing in it is run.")
    if file is None:
        return
    try:
        path = keep("tables", file.getbuffer(), read, OTHERWISE)
    except ValueError as refusal:
        st.error(f"{plain(file.name)}: {refusal}", icon=":material/error:")
        return
    entry = Entry(f"table-{path.name[:12]}", plain(file.name), path, form="features")
    st.session_state["_tables"][entry.word] = entry
    st.session_state[f"{key}-wanted"] = entry.word
    st.session_state["_table_turn"] = turn + 1  # a new widget: the old one's copy in memory is dropped
    st.rerun()
