"""The menu of files of numbers: an example, one of the server's folder, or an upload of this session."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from vizcore.runtime import clip_library
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.recording import recorded
from vizcore.ui.file_menu import choose_file, file_menu
from vizcore.ui.session_uploads import files
from vizcore.ui.uploads import keep, open_menu, plain

LOST = "An upload is seen only in the session that made it: open the file again, or pick one from the menu."
OPENED = "It stays on this server, is seen only in this session, and nothing in it is run."
OTHERWISE = "thin it out, or put it into the server's folder (VIZCORE_MEDIA)"


def pick_table(
    key: str,
    label: str,
    examples: Sequence[str],
    default: str,
    read: Callable[[Path], object],
    *,
    kinds: str = "NPY or CSV",
    endings: tuple[str, ...] = clip_library.TABLES,
    megabytes: int = 64,
) -> ClipEntry:
    """A menu of every file of numbers this session may open, with an upload beside it; the choice is in the link.

    Args:
        key: its name in the link.
        label: what the menu is called.
        examples: names that the pipeline knows; their entry's path is the name.
        default: what a page shows to who has chosen none.
        read: told where a file is; what it raises says that it is none.
        kinds: what the upload asks for.
        endings: of the server's files that are listed.
        megabytes: the largest upload.
    """
    given = {name: ClipEntry(name, name, Path(name), form="example") for name in examples}
    served = clip_library.served(os.environ.get("VIZCORE_MEDIA", ""), endings)
    entries = {**given, **served, **files().tables}
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
    clip_id = file_menu(label, key, entries, default, lost=_lost, place=line)

    def opening(name: str, data: memoryview) -> None:
        path = keep("tables", data, read, OTHERWISE)
        entry = ClipEntry(f"table-{path.name[:12]}", plain(name), path, form="features")
        files().tables[entry.clip_id] = entry
        choose_file(key, entry.clip_id)

    with open_menu("Open…", f"table-{key}", place=line) as menu:
        menu.file(f"{kinds} from your computer", OPENED, megabytes, opening)
    recorded.opened(entries[clip_id])
    return entries[clip_id]


def _lost(name: str) -> str:
    """What to say where the link asks for a file that is not here."""
    return f"There is no file “{plain(name)}” here. {LOST}"
