"""The page's link: what it says, and what is kept in it that no control owns, such as a patch that was clicked.

A run begins with the link as the browser had it when it asked for the run. What was kept since may be missing there,
and what a run tells the browser is lost where the next one overtakes it. So what was kept last is remembered, holds
also against a link that is late, and is said again by every run.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vizcore.ui.state import now

LATE = 16  # values of before that a late link may still say


def address() -> list[tuple[str, str]]:
    """Everything that the page's link says, names that are said several times in their order."""
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]


def from_link(name: str) -> str:
    """What the page's link says under a name that no control owns; empty where it says nothing."""
    value = st.query_params.get(name, "")
    linked = now().linked.get(name, ())
    return linked[-1] if value in linked and not _walked_back() else value


def set_link(name: str, value: str) -> None:
    """Keep a choice that no control owns in the page's link."""
    linked, before = now().linked, from_link(name)
    linked[name] = [*linked.get(name, [before])[1 - LATE :], value]
    st.query_params[name] = value


def walked_back_to(name: str) -> str | None:
    """What the link says under a name where the browser's back or forward button asked for this run; else None."""
    return st.query_params.get(name, "") if _walked_back() else None


def say_again(*, arriving: bool) -> None:
    """Tell the browser what was kept on this visit, unless its link has gone elsewhere; at the start of every run.

    Args:
        arriving: this is another visit, which has kept nothing.
    """
    linked = now().linked
    if arriving or _walked_back():
        linked.clear()
        return
    for name in [name for name, values in linked.items() if st.query_params.get(name, "") not in values]:
        del linked[name]
    if linked:
        st.query_params.update({name: values[-1] for name, values in linked.items()})


def _walked_back() -> bool:
    """The browser's back or forward button asked for this run: its link is what the person wants."""
    return getattr(get_script_run_ctx(), "is_history_navigation", False)
