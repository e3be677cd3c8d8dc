"""Buttons of the frame that need no run of the page: they open and close the settings, and copy the link."""

import streamlit as st

from vizcore.player.parts import script

_mount = st.components.v2.component("vizcore_frame_buttons", js=script("frame_buttons"))


def frame_buttons() -> None:
    """Let the buttons `open-settings`, `close-settings` and `share` of this page act; it shows nothing itself."""
    _mount(key="frame-buttons")
