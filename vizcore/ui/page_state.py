"""One visit of a page: parts that are drawn anew by the clock, buttons that act, and what is noted meanwhile."""

from collections.abc import Callable

import streamlit as st


def ticking(draw: Callable[[], None], every: float) -> None:
    """Draw a part now, and again every so many seconds for as long as the page is open."""
    st.fragment(run_every=every)(draw)()


def bar(share: float, words: str) -> None:
    """How far something is, 0 to 1."""
    st.progress(share, text=words)


def press(label: str, key: str, act: Callable[[], None], *, icon: str | None = None, about: str | None = None) -> None:
    """A button; once it is pressed `act` is done, and then the page runs."""
    st.button(label, key=key, on_click=act, icon=icon, help=about)


def say(words: str) -> None:
    """A few words in a corner of the page, for a moment."""
    st.toast(words)


def once(key: str) -> object:
    """What `note_once` has noted under a key since the person came to this page; None where nothing."""
    visit, value = st.session_state.get(f"_once.{key}", (None, None))
    return value if visit == st.session_state.get("_visit") else None


def note_once(key: str, value: object) -> None:
    """Note something for as long as the person stays on this page."""
    st.session_state[f"_once.{key}"] = st.session_state.get("_visit"), value
