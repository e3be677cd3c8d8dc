"""The controls of a page: each one keeps its value in the page's link, so that a link restores the view.

arriving at a page: link, else first value -> control; from then on: control -> link
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import streamlit as st

from vizcore import former
from vizcore.player import moments
from vizcore.player.session import session
from vizcore.ui import history
from vizcore.ui.link import from_link, say_again, set_link, walked_back_to
from vizcore.ui.state import Frame, Visit, now

MOMENT = "t"  # in the link: the second at which the player rests
Width = int | Literal["stretch"]  # px, or all there is
Value = TypeVar("Value")


def arrive(name: str) -> None:
    """Note that the person came to a page, and what the link asked of it; every run of a page calls this first."""
    arriving = now().page != name
    if arriving:
        linked = former.link(name, st.query_params.to_dict())
        session(Frame).visit = Visit(name, linked, bool(linked))
        moments.arrive(from_link(MOMENT))
    say_again(arriving=arriving)


def keep_moment() -> None:
    """Put the moment at which a person has left the player into the link; every run of a page ends with this."""
    moment = moments.moment()
    if moment is not None and from_link(MOMENT) != (second := f"{moment:.2f}"):
        set_link(MOMENT, second)


def selectbox(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    default: str | None = None,
    help: str | None = None,
    width: Width = "stretch",
    label_visibility: Literal["visible", "collapsed"] = "visible",
) -> str:
    """A menu of words.

    Args:
        label: what the menu is called.
        options: at least one.
        key: its name in the link.
        default: one of options; the first if it is none of them.
        help: what its question mark says.
        width: px, or all there is.
        label_visibility: whether the label is shown.
    """
    default = default if default in options else options[0]
    _settle(key, default, lambda linked: linked if linked in options else default)
    at = list(options).index(default)
    return st.selectbox(
        label, options, at, key=key, help=help, width=width, label_visibility=label_visibility, bind="query-params"
    )


def segmented_control(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    default: str | None = None,
    help: str | None = None,
    label_visibility: Literal["visible", "collapsed"] = "visible",
) -> str:
    """A few words side by side, one of them chosen.

    Args:
        label: what the choice is called.
        options: at least one.
        key: its name in the link.
        default: the one that is chosen at first; without it, the first.
        help: what its question mark says.
        label_visibility: whether the label is shown.
    """
    default = options[0] if default is None else default
    _settle(key, default, lambda linked: linked if linked in options else default)
    if st.session_state[key] not in options:  # it is offered no more
        st.session_state[key] = default
        history.remember(key, default)
    return st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        key=key,
        help=help,
        label_visibility=label_visibility,
        bind="query-params",
    )


def slider(
    label: str,
    low: float,
    high: float,
    value: float,
    key: str,
    *,
    step: float = 1,
    help: str | None = None,
    width: Width = "stretch",
) -> float:
    """A slider over [low, high]; where there is nothing to choose (low == high) it stays away and says low.

    Args:
        label: what the number is called.
        low: its least value.
        high: its largest.
        value: where it stands at first.
        key: its name in the link.
        step: between two values.
        help: what its question mark says.
        width: px, or all there is.
    """
    if low >= high:
        return low
    value = min(max(value, low), high)
    _settle(key, value, lambda linked: _within(linked, low, high, value))
    if not low <= st.session_state[key] <= high:  # the bounds have moved, say to a shorter clip
        st.session_state[key] = min(max(st.session_state[key], low), high)
        history.remember(key, value)
    return st.slider(label, low, high, value, step, key=key, help=help, width=width, bind="query-params")


def select_slider(label: str, options: Sequence[float], value: float, key: str, *, help: str | None = None) -> float:
    """A slider over given numbers, such as those that grow by factors.

    Args:
        label: what the number is called.
        options: rising.
        value: one of them, where it stands at first.
        key: its name in the link.
        help: what its question mark says.
    """

    def nearest(linked: str) -> float:
        wanted = _within(linked, options[0], options[-1], value)
        return min(options, key=lambda one: abs(one - wanted))

    _settle(key, value, nearest)
    return st.select_slider(label, options, value, lambda one: f"{one:g}", key=key, help=help, bind="query-params")


def seed(label: str, key: str, most: int, value: int = 0, *, help: str | None = None) -> int:
    """A whole number of 0 to most, and beside it a button that takes the next.

    Args:
        label: what the number is called.
        key: its name in the link.
        most: the largest.
        value: the first.
        help: what its question mark says.
    """
    _settle(key, value, lambda linked: _within(linked, 0, most, value))
    chosen = st.number_input(label, 0, most, value, key=key, help=help, width=132, bind="query-params")
    st.button("Another", on_click=_next, args=(key, most), key=f"{key}-next", icon=":material/casino:")
    return chosen


def _next(key: str, most: int) -> None:
    st.session_state[key] = (st.session_state[key] + 1) % (most + 1)


def toggle(label: str, key: str, *, value: bool = False, help: str | None = None) -> bool:
    """Yes or no.

    Args:
        label: what is switched.
        key: its name in the link.
        value: whether it is on at first.
        help: what its question mark says.
    """
    _settle(key, value, lambda linked: linked.lower() == "true")
    return st.toggle(label, value, key=key, help=help, bind="query-params")


def ask(key: str, value: str) -> None:
    """Let a control begin with a word as if the page's link had asked for it; once it is drawn, this does nothing."""
    visit = now()
    if key not in visit.settled:
        visit.address[key] = value
        st.query_params[key] = value


def choose(key: str, value: Value) -> None:
    """Set a control as if the person had: one that has been drawn already in this run, from the next run on."""
    now().chosen[key] = value


def kept(key: str, first: Value, read: Callable[[str], Value], written: Callable[[Value], str]) -> Value:
    """A setting that no widget owns, such as what was drawn on a picture: in the link, undone and reset like others.

    Args:
        key: its name in the link.
        first: its first value.
        read: a value out of what a link says; anybody can write anything.
        written: what the link says of a value.
    """
    _settle(key, first, read)
    if (said := walked_back_to(key)) is not None and said != written(st.session_state[key]):
        st.session_state[key] = read(said)
        history.remember(key, first)
    value = st.session_state[key]
    if from_link(key) != written(value):
        set_link(key, written(value))
    return value


def keep(key: str, change: Callable[[Value], Value]) -> None:
    """Change what `kept` gives, from what it is now: a callback may be older than that. Called before the page runs."""
    st.session_state[key] = change(st.session_state[key])


def _settle(key: str, first: Value, read: Callable[[str], Value]) -> None:
    """Give a control what was chosen for it, or once a visit what the link asks, read and made sound, else the first.

    Streamlit seeds a bound widget only once a session; after that a second link to the page would change nothing.
    """
    visit = now()
    chosen = visit.chosen.pop(key, None)
    if chosen is not None:
        st.session_state[key] = chosen
    elif key not in visit.settled:
        linked = visit.address.get(key)
        st.session_state[key] = first if linked is None else read(linked)
    visit.settled.add(key)
    history.remember(key, first)


def _within(linked: str, low: Value, high: Value, first: Value) -> Value:
    """A number out of a link, of low's type and between low and high."""
    try:
        value = float(linked)
    except ValueError:
        return first
    return first if math.isnan(value) else min(max(type(low)(min(max(value, low), high)), low), high)
