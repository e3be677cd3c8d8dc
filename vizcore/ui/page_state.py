"""What changes while a page is open: parts drawn by the clock, buttons and lines that act, and what is remembered.

remembered, remember, take: for the session;  once, note_once: until the person leaves the page
"""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

Value = TypeVar("Value")


def ticking(draw: Callable[[], None], every: float) -> None:
    """Draw a part now, and again every so many seconds for as long as the page is open."""
    st.fragment(run_every=every)(draw)()


def bar(share: float, words: str) -> None:
    """How far something is, 0 to 1."""
    st.progress(share, text=words)


def press(
    label: str,
    key: str,
    act: Callable[[], object],
    *,
    icon: str | None = None,
    about: str | None = None,
    plain: bool = False,
    off: bool = False,
) -> None:
    """A button; once it is pressed `act` is done, and then the page runs.

    Args:
        plain: without a frame, as beside a title.
        off: it is there, but there is nothing to do.
    """
    kind = "tertiary" if plain else "secondary"
    st.button(label, key=key, on_click=act, icon=icon, help=about, type=kind, disabled=off)


def text_input(label: str, now: str, key: str, told: Callable[[str], None], *, most: int) -> None:
    """A line that a person may change; `told` is given what it says from now on, and then the page runs.

    Args:
        most: characters.
    """
    st.text_input(label, now, key=key, max_chars=most, on_change=lambda: told(st.session_state[key]))


def text_area(label: str, now: str, key: str, told: Callable[[str], None], *, most: int, hint: str) -> None:
    """Several lines that a person may change, as `text_input`.

    Args:
        hint: what they say while they are empty.
    """
    changed = {"key": key, "on_change": lambda: told(st.session_state[key])}
    st.text_area(label, now, height=80, max_chars=most, placeholder=hint, **changed)


def say(words: str, *, icon: str | None = None, long: bool = False) -> None:
    """A few words in a corner of the page, for a moment, or for some more."""
    st.toast(words, icon=icon, duration="long" if long else "short")


def remembered(name: str, first: Callable[[], Value]) -> Value:
    """What this session remembers under a name, to be changed in place; it begins with what `first` makes."""
    return st.session_state.setdefault(f"_{name}", first())


def remember(name: str, value: object) -> None:
    """Let this session remember something under a name, in the place of what it remembered there."""
    st.session_state[f"_{name}"] = value


def take(name: str) -> Any:
    """What this session remembers under a name, from now on no longer; None where it is nothing."""
    return st.session_state.pop(f"_{name}", None)


def once(key: str) -> object:
    """What `note_once` has noted under a key since the person came to this page; None where nothing."""
    visit, value = st.session_state.get(f"_once.{key}", (None, None))
    return value if visit == st.session_state.get("_visit") else None


def note_once(key: str, value: object) -> None:
    """Note something for as long as the person stays on this page."""
    st.session_state[f"_once.{key}"] = st.session_state.get("_visit"), value
