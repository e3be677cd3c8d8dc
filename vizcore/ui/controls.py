"""The controls of a page: each one keeps its value in the page's link, so that a link restores the view."""

from collections.abc import Sequence

import streamlit as st


def word(label: str, options: Sequence[str], key: str, *, first: str | None = None, about: str | None = None) -> str:
    """A menu of words."""
    at = list(options).index(first) if first in options else 0
    return st.selectbox(label, options, index=at, key=key, help=about, bind="query-params", persist_state="session")


def option(label: str, options: Sequence[str], key: str, *, about: str | None = None, quiet: bool = False) -> str:
    """A few words side by side, one of them chosen."""
    return st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        key=key,
        help=about,
        label_visibility="collapsed" if quiet else "visible",
        bind="query-params",
        persist_state="session",
    )


def number(
    label: str, low: float, high: float, first: float, key: str, *, step: float = 1, about: str | None = None
) -> float:
    """A slider over [low, high]; where there is nothing to choose (low == high) it stays away and says low."""
    if low >= high:
        return low
    return st.slider(
        label, low, high, min(max(first, low), high), step, key=key, help=about, bind="query-params"
    )  # fmt: skip


def switch(label: str, key: str, *, first: bool = False, about: str | None = None) -> bool:
    """Yes or no."""
    return st.toggle(label, first, key=key, help=about, bind="query-params", persist_state="session")


def button(label: str, key: str, icon: str | None = None) -> bool:
    """True in the run that a press of it starts."""
    return st.button(label, key=key, icon=icon)
