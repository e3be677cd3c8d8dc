"""What acts on a page: parts drawn by the clock, buttons, and lines that a person may change."""

from collections.abc import Callable

import streamlit as st


def ticking(draw: Callable[[], None], every: float) -> None:
    """Draw a part now, and again every so many seconds for as long as the page is open."""
    st.fragment(run_every=every)(draw)()


def progress(share: float, text: str) -> None:
    """How far something is, 0 to 1."""
    st.progress(share, text=text)


def action_button(
    label: str,
    key: str,
    on_click: Callable[[], object],
    *,
    icon: str | None = None,
    help: str | None = None,
    plain: bool = False,
    disabled: bool = False,
) -> None:
    """A button; once it is pressed `on_click` is done, and then the page runs.

    Args:
        label: what stands on it.
        key: its name on the page.
        on_click: done once it is pressed.
        icon: a Material symbol.
        help: what is said where the pointer rests.
        plain: without a frame, as beside a title.
        disabled: it is there, but there is nothing to do.
    """
    kind = "tertiary" if plain else "secondary"
    st.button(label, key=key, on_click=on_click, icon=icon, help=help, type=kind, disabled=disabled)


def text_input(label: str, value: str, key: str, on_change: Callable[[str], None], *, max_chars: int) -> None:
    """A line that a person may change; then the page runs.

    Args:
        label: what the line is called.
        value: what it says at first.
        key: its name on the page.
        on_change: gets what it says from now on.
        max_chars: letters at most.
    """
    st.text_input(label, value, key=key, max_chars=max_chars, on_change=lambda: on_change(st.session_state[key]))


def text_area(
    label: str, value: str, key: str, on_change: Callable[[str], None], *, max_chars: int, placeholder: str
) -> None:
    """Several lines that a person may change, as `text_input`.

    Args:
        label: what the field is called.
        value: what it says at first.
        key: its name on the page.
        on_change: gets what it says from now on.
        max_chars: letters at most.
        placeholder: what stands in it while it is empty.
    """
    changed = {"key": key, "on_change": lambda: on_change(st.session_state[key])}
    st.text_area(label, value, height=80, max_chars=max_chars, placeholder=placeholder, **changed)


def toast(body: str, *, icon: str | None = None, long: bool = False) -> None:
    """A few words in a corner of the page, for a moment, or for some more.

    Args:
        body: Markdown.
        icon: a Material symbol.
        long: it stays for some moments more.
    """
    st.toast(body, icon=icon, duration="long" if long else "short")
