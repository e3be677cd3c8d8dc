"""What a session remembers beside the values of its widgets: a dataclass for whoever remembers something.

session(Pressed).done[key] = press    made when it is first asked for, changed in place, gone with the session

In place, since what a run that is overtaken puts into st.session_state itself may be lost.
"""

from typing import TypeVar

import streamlit as st

Kind = TypeVar("Kind")


def session(kind: type[Kind]) -> Kind:
    """This session's own instance of a class that is made without arguments."""
    name = name_of(kind)
    if name not in st.session_state:
        st.session_state[name] = kind()
    return st.session_state[name]


def name_of(kind: type) -> str:
    """Where st.session_state has the instance of a class."""
    return f"_{kind.__module__}.{kind.__qualname__}"
