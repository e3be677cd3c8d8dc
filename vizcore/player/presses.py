"""What a person pressed in a component, acted on once: neither lost with a run nor repeated by a later one.

Streamlit drops a trigger where another request overtakes its run, and may stop a callback before it has done anything.
So the browser tells a press as state, which comes again with every run, under numbers of its own: the press that was
acted on last is remembered, and any other is acted on as soon as a run gets that far.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from vizcore.player.session import session

Act = Callable[[Mapping], bool | None]  # given what the browser says; False where there was nothing to do


@dataclass
class Pressed:
    """What was acted on."""

    last: dict[tuple[str, str], dict] = field(default_factory=dict)  # {(component, event): press}


def act_once(key: str, event: str, act: Act) -> None:
    """The callback of a press: act on it before the page runs.

    Args:
        key: the component's name on the page.
        event: the name of the state that carries presses.
        act: gets the press.
    """
    _act(key, event, act, st.session_state[key].get(event))


def catch_up(key: str, event: str, act: Act, press: object) -> None:
    """Where the component is on the page: act on a press whose callback was stopped, and run the page anew.

    Args:
        key: the component's name on the page.
        event: the name of the state that carries presses.
        act: gets the press.
        press: the state of that name as the component returned it.
    """
    if _act(key, event, act, press):
        st.rerun()


def _act(key: str, event: str, act: Act, press: object) -> bool:
    """Act on a press unless that was done before; says whether there was something to do."""
    if not isinstance(press, Mapping):
        return False
    last = session(Pressed).last
    if last.get((key, event)) == press:
        return False
    acted = act(press)
    last[key, event] = dict(press)
    return acted is not False
