"""The overview of a long film under its player: which stretch the settings Start and Length are about.

path, start, span -> strip with a window -> the setting "start"
"""

from functools import partial

import streamlit as st

from vizcore.player.overview_strip import overview_strip
from vizcore.runtime.clip_info import LONG, look_into
from vizcore.runtime.overview import overview as look_over
from vizcore.ui.controls import choose
from vizcore.ui.work import work_beside


def overview(path: str, start: float, span: float | None, key: str = "start") -> None:
    """Show a long film at a glance, with a window over the stretch that is looked at; of a short clip nothing.

    Args:
        path: the video file.
        start: of the stretch, seconds.
        span: its length, seconds; None: all there is from there on.
        key: the setting that says where it begins.
    """
    duration = look_into(path).duration
    if duration < LONG:
        return
    found = work_beside("Looking over the film", look_over, path=path)
    if found is None:
        st.caption("Looking over the whole film")
    else:
        place = {"key": f"overview-{key}", "choose": partial(choose, key)}
        overview_strip(found.strip, duration, start, duration - start if span is None else span, **place)
