"""Streamlit's own widgets and state, for the few pages that are made of more than controls, figures and tables."""

from typing import Any

import streamlit

NAMES = (
    "button",
    "caption",
    "columns",
    "container",
    "download_button",
    "error",
    "file_uploader",
    "image",
    "metric",
    "page_link",
    "plotly_chart",
    "popover",
    "rerun",
    "session_state",
    "space",
    "switch_page",
    "text_area",
    "text_input",
    "title",
    "toast",
)


def __getattr__(name: str) -> Any:
    if name not in NAMES:
        raise AttributeError(f"want one of the widgets that pages are lent ({', '.join(NAMES)}), got {name!r}")
    return getattr(streamlit, name)
