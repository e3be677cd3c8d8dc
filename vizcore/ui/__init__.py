"""The one room that knows streamlit: the frame around every page, the clip menu, long work, exports."""

import streamlit as st

from vizcore.ui.clips import pick_clip
from vizcore.ui.controls import button, number, option, switch, word
from vizcore.ui.front import gallery, status
from vizcore.ui.shell import page, warm
from vizcore.ui.show import downloads, figure, link_and_lines, metrics, picture, table
from vizcore.ui.work import work

columns, popover, row, note, heading, text = (
    st.columns,
    st.popover,
    st.container,
    st.caption,
    st.subheader,
    st.markdown,
)

__all__ = [
    "button",
    "columns",
    "downloads",
    "figure",
    "gallery",
    "heading",
    "link_and_lines",
    "metrics",
    "note",
    "number",
    "option",
    "page",
    "pick_clip",
    "picture",
    "popover",
    "row",
    "status",
    "switch",
    "table",
    "text",
    "warm",
    "word",
    "work",
]
