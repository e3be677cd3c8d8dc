"""Timelines over the whole length of a video, with the stretch that was clicked last, which the page's link keeps.

rows {who: labels (T,)} -> overview            a click -> point_at -> the page's link -> pointed, in the next run
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vizcore import ui
from vizcore.player.timeline import timeline

GUIDE = (
    "**Click** a segment to go there, **drag** over a stretch to enlarge it, scroll sideways to move on. By keys: left "
    "and right go from segment to segment, up and down from row to row, + and − enlarge and shrink, 0 shows all, Enter "
    "goes there."
)
LINK = "at"
WORDS = re.compile(r"(\d{1,9})-(\d{1,9})\.(\d{1,9})\.(.{1,200})")


class Spot(NamedTuple):
    """The stretch [start, stop) in frames that a person has clicked last, of all so many clicks."""

    start: int
    stop: int
    clicks: int


def pointed(video: str) -> Spot | None:
    """What was clicked last of a video, or what the page's link says of it."""
    found = WORDS.fullmatch(ui.from_link(LINK))
    return Spot(*map(int, found.groups()[:3])) if found and found[4] == video else None


def point_at(video: str, start: int, stop: int) -> None:
    """Keep a stretch of a video in the link, also where it is the one that was clicked before.

    Args:
        video: its name.
        start, stop: [start, stop) in frames.
    """
    before = pointed(video)
    ui.set_link(LINK, f"{start}-{stop}.{before.clicks + 1 if before else 1}.{video}")


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
