"""A menu of files, whose choice is in the page's link: clips, and files of numbers.

just opened | link, when one was followed | as it was | the default -> the menu -> link
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.player.session import session
from vizcore.runtime.clip_library import ClipEntry
from vizcore.ui.controls import Width


@dataclass
class Menu:
    """One menu, on whichever page it is."""

    wanted: str = ""  # what it is to show next: what was just opened
    shown: str = ""  # what the link says since it was drawn last
    lost: str = ""  # what the link asked for and is not there, until the person chooses something


@dataclass
class Menus:
    """All of this session."""

    by_key: defaultdict[str, Menu] = field(default_factory=lambda: defaultdict(Menu))


def file_menu(
    label: str,
    key: str,
    entries: Mapping[str, ClipEntry],
    default: str,
    *,
    lost: Callable[[str], str],
    place: Any,
    width: Width = "stretch",
) -> str:
    """The clip id of the entry that is chosen.

    Args:
        label: what the menu is called.
        key: its name in the link.
        entries: what it shows, by clip id; at least one.
        default: what is shown to who has chosen none, if it is there.
        lost: what to say where the link asks for a clip id that is not there.
        place: the column or container that it stands in.
        width: px, without its label; or all there is.
    """
    settled_file(key, entries, default, lost=lost, place=place)
    clip_id = place.selectbox(
        label,
        list(entries),
        format_func=lambda clip_id: entries[clip_id].title,
        key=f"{key}-menu",
        on_change=lambda: setattr(session(Menus).by_key[key], "lost", ""),
        persist_state="session",
        width=width,
        label_visibility="visible" if width == "stretch" else "collapsed",
    )
    note_file(key, clip_id, default)
    return clip_id


def settled_file(
    key: str, entries: Mapping[str, ClipEntry], default: str, *, lost: Callable[[str], str], place: Any
) -> str:
    """What a menu shows in this run; what the link asked for and is not there is said.

    Args:
        key: its name in the link.
        entries: what it shows, by clip id; at least one.
        default: what is shown to who has chosen none, if it is there.
        lost: what to say where the link asks for a clip id that is not there.
        place: where it is said.
    """
    menu, menu_key = session(Menus).by_key[key], f"{key}-menu"
    _settle(menu, menu_key, key, entries, default if default in entries else next(iter(entries)))
    if menu.lost:
        place.warning(lost(menu.lost), icon=":material/link_off:")
    return st.session_state[menu_key]


def note_file(key: str, clip_id: str, default: str) -> None:
    """Put what a menu shows into the link.

    Args:
        key: its name in the link.
        clip_id: what it shows.
        default: what a link without it stands for.
    """
    if st.query_params.get(key, default) != clip_id:
        st.query_params[key] = clip_id
    session(Menus).by_key[key].shown = clip_id


def choose_file(key: str, clip_id: str) -> None:
    """Let a menu show an entry from the next run on."""
    session(Menus).by_key[key].wanted = clip_id


def _settle(menu: Menu, menu_key: str, key: str, entries: Mapping[str, ClipEntry], default: str) -> None:
    """Set the menu before it is drawn: to what was just opened, to what the link asks, to something that exists."""
    state = st.session_state
    if menu.wanted:
        state[menu_key], menu.wanted, menu.lost = menu.wanted, "", ""
    elif menu_key not in state or st.query_params.get(key, menu.shown) != menu.shown:  # a link was followed
        linked = st.query_params.get(key, default)
        state[menu_key], menu.lost = (linked, "") if linked in entries else (default, linked)
    elif state[menu_key] not in entries:
        state[menu_key] = default
