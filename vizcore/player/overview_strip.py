"""The overview of a long film on a page: a strip of pictures, and a window over the stretch that is looked at.

strip, stretch -> [browser: drag the window, click beside it, keys] -> where the stretch begins now
"""

import math
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from vizcore.player.parts import script, styles
from vizcore.player.presses import act_once, catch_up
from vizcore.player.publishing import publish

MIME = "image/jpeg"

_mount = st.components.v2.component("vizcore_overview_strip", css=styles("overview_strip"), js=script("overview_strip"))


def overview_strip(
    strip: bytes, duration: float, start: float, span: float, *, key: str, choose: Callable[[float], None]
) -> None:
    """Show the overview.

    Args:
        strip: JPEG of pictures side by side, evenly spread over the film.
        duration: of the film, seconds.
        start, span: of the stretch that is looked at, seconds.
        key: its name on the page.
        choose: gets where the stretch is to begin, before the page runs.
    """
    url = publish(strip, MIME, f"{key}.strip")
    act = partial(_chosen, duration, choose)
    state = _mount(
        key=key,
        data={"url": url, "duration": duration, "start": start, "span": span},
        on_stretch_change=partial(act_once, key, "stretch", act),
    )
    catch_up(key, "stretch", act, state.get("stretch"))


def _chosen(duration: float, choose: Callable[[float], None], press: Mapping) -> bool:
    """Pass a place on, if it is in the film: anybody can send anything."""
    start = press.get("start")
    if type(start) not in (int, float) or not math.isfinite(start) or not 0 <= start <= duration:
        return False
    choose(float(start))
    return True
