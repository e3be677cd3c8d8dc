"""The controls of a page: each one keeps its value in the page's link, so that a link restores the view."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

KEPT = {"bind": "query-params"}  # in the link: a link to the page alone brings the first values back


Width = int | Literal["stretch"]  # px, or all there is


def word(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    first: str | None = None,
    about: str | None = None,
    width: Width = "stretch",
) -> str:
    """A menu of words."""
    at = list(options).index(first) if first in options else 0
    return st.selectbox(label, options, index=at, key=key, help=about, width=width, **KEPT)


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
        **KEPT,
    )


def number(
    label: str,
    low: float,
    high: float,
    first: float,
    key: str,
    *,
    step: float = 1,
    about: str | None = None,
    width: Width = "stretch",
) -> float:
    """A slider over [low, high]; where there is nothing to choose (low == high) it stays away and says low."""
    if low >= high:
        return low
    return st.slider(label, low, high, min(max(first, low), high), step, key=key, help=about, width=width, **KEPT)


def switch(label: str, key: str, *, first: bool = False, about: str | None = None) -> bool:
    """Yes or no."""
    return st.toggle(label, first, key=key, help=about, **KEPT)


def button(label: str, key: str, icon: str | None = None) -> bool:
    """True in the run that a press of it starts."""
    return st.button(label, key=key, icon=icon)


def from_link(name: str) -> str:
    """What the page's link says under a name that no control owns; empty where it says nothing."""
    return st.query_params.get(name, "")


def set_link(name: str, value: str) -> None:
    """Keep a choice that no control owns, such as a picked patch, in the page's link."""
    st.query_params[name] = value
