"""What a clip is, and of a long film the overview under its player: which stretch Start and Length are about.

path -> its info, with warnings on the page; start, span -> strip with a window -> the setting "start"
"""

from functools import partial

import streamlit as st

from vizcore.runtime.clip_info import LONG
from vizcore.runtime.clip_info import look_into as info_of
from vizcore.ui.controls import choose
from vizcore.ui.show import warning
from vizcore.ui.work import work, work_ahead, work_beside
from vizcore.video import VideoInfo

OVERVIEW = "Looking over the film"  # what is being done


def look_into(path: str) -> VideoInfo:
    """What a clip is; of what its viewer is to be warned stands on the page, and a long film is looked over meanwhile.

    Args:
        path: the video file.
    """
    info = work("Reading the clip", info_of, path=path)
    for words in info.warnings:
        warning(f"{words[:1].upper()}{words[1:]}.", icon=":material/warning:")
    if info.duration >= LONG:
        from vizcore.runtime.overview import overview as look_over  # most clips are short

        work_ahead(OVERVIEW, look_over, path=path)
    return info


def overview(path: str, start: float, span: float | None, key: str = "start") -> None:
    """Show a long film at a glance, with a window over the stretch that is looked at; of a short clip nothing.

    Args:
        path: the video file.
        start: of the stretch, seconds.
        span: its length, seconds; None: all there is from there on.
        key: the setting that says where it begins.
    """
    duration = info_of(path).duration
    if duration < LONG:
        return
    from vizcore.player.overview_strip import overview_strip
    from vizcore.runtime.overview import overview as look_over

    found = work_beside(OVERVIEW, look_over, path=path)
    if found is None:
        st.caption("Looking over the whole film")
    else:
        place = {"key": f"overview-{key}", "choose": partial(choose, key)}
        overview_strip(found.strip, duration, start, duration - start if span is None else span, **place)
