"""The stretch of a video that was clicked last, which the page's link keeps.

a click -> point_at -> the page's link -> pointed, in the next run
"""

import re
from typing import NamedTuple

from vizcore import ui

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
