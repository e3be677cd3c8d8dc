"""The settings of a visit as they were: reset, undo and redo.

A run begins with what the widgets say now; where that differs from what they said in the run before, a person has
changed a setting, and the former values are put on the pile.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from vizcore.ui.state import now

MOST = 100  # steps that are kept


def buttons() -> None:
    """The head of the drawer: what it is, undo, redo, reset, and a way out."""
    _note()
    visit = now()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown("**Settings**", width="stretch")
        _button("Undo", "undo-setting", "undo", _undo, disabled=not visit.past)
        _button("Redo", "redo-setting", "redo", _redo, disabled=not visit.future)
        changed = any(visit.values.get(key, first) != first for key, first in visit.first.items())
        _button("Reset", "reset-settings", "restart_alt", _reset, disabled=not changed)
        _button("Close", "close-settings", "close")  # in the browser, see player/frame_buttons.js


def _button(label: str, key: str, icon: str, act: Callable[[], None] | None = None, *, disabled: bool = False) -> None:
    st.button(label, key=key, on_click=act, disabled=disabled, icon=f":material/{icon}:", type="tertiary")


def forget(key: str) -> None:
    """A control that is no setting: neither reset nor undone."""
    now().first.pop(key, None)
    now().values.pop(key, None)


def remember(key: str, first: Any) -> None:
    """Note a control that is drawn in this run.

    Args:
        key: its name in the link.
        first: its first value.
    """
    visit = now()
    visit.first[key] = first
    visit.values[key] = st.session_state[key]


def _note() -> None:
    """Put what a person has changed since the last run on the pile."""
    visit, state = now(), st.session_state
    drawn = visit.values.keys() & state.keys() - visit.chosen.keys()  # what is chosen waits for its control
    changed = {key: visit.values[key] for key in drawn if state[key] != visit.values[key]}
    if changed:
        visit.past = [*visit.past, changed][-MOST:]
        visit.future = []
        visit.values |= {key: state[key] for key in changed}


def _undo() -> None:
    _walk(now().past, now().future)


def _redo() -> None:
    _walk(now().future, now().past)


def _walk(taken: list[dict[str, Any]], given: list[dict[str, Any]]) -> None:
    """Take the last values from one pile, and put what they replace on the other."""
    visit = now()
    if taken:
        values = taken.pop()
        given.append({key: visit.values[key] for key in values if key in visit.values})
        _choose(values)


def _reset() -> None:
    visit = now()
    changed = {key: first for key, first in visit.first.items() if visit.values.get(key, first) != first}
    if changed:
        visit.past = [*visit.past, {key: visit.values[key] for key in changed}][-MOST:]
        visit.future = []
        _choose(changed)


def _choose(values: dict[str, Any]) -> None:
    visit = now()
    visit.chosen |= values
    visit.values |= values
