"""Where clips rest in their players, so that who comes from another page, or by a link, finds the same moment.

rest: clip, second -> kept;  arrive at another player of the clip -> the frame that is nearest to it
"""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from vizcore.player.session import session

MOST = 64  # clips that a session remembers


@dataclass
class Moments:
    """What this session remembers."""

    seconds: dict[str, float] = field(default_factory=dict)  # {clip's label: where it rests}, the last one last
    began: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)  # {player: frames asked for, and given}
    linked: float | None = None  # second that the link asks for, until a player has gone there
    last: float | None = None  # where the clip rests that was moved last on this page


def starting_at(key: str, label: str, times: np.ndarray, frames: list[int]) -> list[int]:
    """The frames that a player starts from: what the page asks, or on arrival where its first clip rests elsewhere.

    Args:
        key: the player's name on the page.
        label: of its first clip.
        times: (F,) seconds of that clip's frames.
        frames: what the page asks, for each clip.
    """
    moments = session(Moments)
    if key not in st.session_state:  # the person has just come
        second, given = moments.seconds.get(label) if moments.linked is None else moments.linked, list(frames)
        moments.linked = None
        if second is not None and len(frames) == 1:
            given = [int(np.abs(np.asarray(times) - second).argmin())]
        moments.began[key] = (frames, given)
    asked, given = moments.began.get(key, (frames, frames))
    return given if asked == frames else frames


def rests(label: str, second: float, *, moved: bool) -> None:
    """Keep where a clip rests.

    Args:
        label: the clip's.
        second: from its first frame.
        moved: it is not where its player began.
    """
    moments = session(Moments)
    if moved or moments.last is not None:
        moments.last = second
    seconds = moments.seconds
    seconds.pop(label, None)
    seconds[label] = second
    for former in list(seconds)[:-MOST]:
        del seconds[former]


def arrive(linked: str) -> None:
    """A person comes to a page.

    Args:
        linked: what its link says of the moment, in seconds; anybody can write anything.
    """
    moments = session(Moments)
    number = linked.replace(".", "", 1)
    moments.linked = float(linked) if number.isascii() and number.isdecimal() and len(linked) < 12 else None
    moments.last = None


def moment() -> float | None:
    """Where the clip rests that was moved last on this page, in seconds; None where none was."""
    return session(Moments).last
