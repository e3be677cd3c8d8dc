"""The menu of files of numbers: an example, one of the server's folder, or an upload of this session."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from vizcore import shelf
from vizcore.shelf import Entry
from vizcore.ui.uploads import keep, plain

OTHERWISE = "thin it out, or put it into the server's folder (VIZCORE_MEDIA)"


def pick_table(key: str, label: str, examples: Sequence[str], first: str, read: Callable[[Path], object]) -> Entry:
    """A menu of every file of numbers this session may open, with an upload beside it; the choice is in the link.

    Args:
        examples: names that the recipe knows; their entry's path is the name.
        first: what a page shows to who has chosen none.
        read: told where a file is; what it raises says that it is none.
    """
    given = {name: Entry(name, name, Path(name)) for name in examples}
    served = shelf.served(os.environ.get("VIZCORE_MEDIA", ""), shelf.TABLES)
    entries = {**given, **served, **st.session_state.setdefault("_tables", {})}
    state, menu_key = st.session_state, f"{key}-menu"
    wanted = state.pop(f"{key}-wanted", None)
    if wanted is not None or state.get(menu_key) not in entries:
        asked = wanted or st.query_params.get(key, first)
        state[menu_key] = asked if asked in entries else first
    menu, upload = st.columns([3, 1], vertical_alignment="bottom", gap="small")
    word = menu.selectbox(
        label, list(entries), format_func=lambda word: entries[word].title, key=menu_key, persist_state="session"
    )
    if st.query_params.get(key, first) != word:
        st.query_params[key] = word
    with upload.popover("Open…", icon=":material/upload_file:", width="stretch"):
        _uploader(key, read)
    return entries[word]


def _uploader(key: str, read: Callable[[Path], object]) -> None:
    turn = st.session_state.setdefault("_table_turn", 0)
    file = st.file_uploader("NPY or CSV from your computer", key=f"table-{key}-{turn}", max_upload_size=64)
    st.caption("It stays on this server, is seen only in this session, and nothing in it is run.")
    if file is None:
        return
    try:
        path = keep("tables", file.getbuffer(), read, OTHERWISE)
    except ValueError as refusal:
        st.error(f"{plain(file.name)}: {refusal}", icon=":material/error:")
        return
    entry = Entry(f"table-{path.name[:12]}", plain(file.name), path)
    st.session_state["_tables"][entry.word] = entry
    st.session_state[f"{key}-wanted"] = entry.word
    st.session_state["_table_turn"] = turn + 1  # a new widget: the old one's copy in memory is dropped
    st.rerun()
