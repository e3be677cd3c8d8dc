"""Timelines over the whole length of a video, with the stretch outlined that was clicked last.

rows {who: labels (T,)} -> overview
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from vizcore import ui
from vizcore.features.segmentation.page_player import pointed
from vizcore.player.timeline import timeline

GUIDE = (
    "**Click** a segment to go there, **drag** over a stretch to enlarge it, scroll sideways to move on. By keys: left "
    "and right go from segment to segment, up and down from row to row, + and − enlarge and shrink, 0 shows all, Enter "
    "goes there."
)


def overview(
    rows: Mapping[str, np.ndarray],
    classes: Sequence[tuple[str, str]],
    rate: float | None,
    video: str,
    click: Callable[[int, int], None],
) -> None:
    """All rows of a video, with what was clicked last outlined.

    Args:
        rows: {name: (T,) labels}.
        classes: (name, #rrggbb) of each class, by number.
        rate: frames in a second; without it, times are frames.
        video: its name.
        click: called with the segment [start, stop) that a person has clicked, in frames.
    """
    timeline(rows, classes, key="timelines", origin=video, rate=rate, mark=pointed(video), click=click)
    ui.caption(GUIDE)
