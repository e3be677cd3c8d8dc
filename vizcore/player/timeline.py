"""Timelines of a whole video, however long: rows of segments that are enlarged and walked along in the browser.

    rows {who: labels (T,)} - runs -> [browser: enlarge, move, hover, click] -> the segment that was clicked

Three hours are 300,000 frames and some thousands of segments a row, five bytes each: everything is sent once, exactly,
and nothing but a click comes back.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.player.parts import script, styles
from vizcore.player.payload import pack
from vizcore.player.presses import act_once, catch_up
from vizcore.player.scene import COLOUR
from vizcore.runtime.recording import blocks, recorded

SCRIPT = script("timeline")

_mount = st.components.v2.component("vizcore_timeline", css=styles("timeline"), js=SCRIPT)


def timeline(
    rows: Mapping[str, np.ndarray],
    classes: Sequence[tuple[str, str]],
    *,
    key: str,
    origin: str,
    rate: float | None = None,
    mark: tuple[int, int, int] | None = None,
    click: Callable[[int, int], None] | None = None,
) -> None:
    """Show rows of labels over time.

    Args:
        rows: {who tells: (T,) labels, numbers of classes}; they may differ in length.
        classes: (name, #rrggbb) of each class, by number; at most 65,536.
        key: the timelines' name on the page.
        origin: what they are of; where it changes, all of it is shown again.
        rate: frames in a second; without it, frames are counted.
        mark: a stretch [start, stop) in frames that is outlined, and the number of the click that made it.
        click: told the segment [start, stop) that a person has clicked, in frames.

    Raises:
        ValueError: there is no row, or a colour is not written #rrggbb.
    """
    if not rows:
        raise ValueError("want at least one row of labels, got none")
    for name, colour in classes:
        if not COLOUR.fullmatch(colour):
            raise ValueError(f"want a colour as #rrggbb for {name}, got {colour!r}")
    length = max(map(len, rows.values()))
    block, contents = pack(_runs(rows, len(classes)))
    meta = {
        "origin": origin,
        "rows": list(rows),
        "stops": [len(labels) for labels in rows.values()],
        "length": length,
        "classes": [list(one) for one in classes],
        "rate": rate,
        "mark": None if mark is None else [min(mark[0], length), min(mark[1], length), mark[2]],
        "contents": contents,
    }
    act = partial(_clicked, origin, length, click)
    state = _mount(key=key, data={"meta": meta, "block": block}, on_click_change=partial(act_once, key, "click", act))
    catch_up(key, "click", act, state.get("click"))

    def still():
        from vizcore.player.still_boards import blocks_of, rows_figure  # only a report asks for it

        found = {name: blocks_of(labels, classes, rate or 1.0) for name, labels in rows.items()}
        drawn = rows_figure(found, "seconds" if rate else "frames")
        return blocks.figure(drawn, f"The whole of {origin}: {', '.join(rows)}", rows_figure.caption)

    recorded.note(still)


def _runs(rows: Mapping[str, np.ndarray], classes: int) -> dict[str, np.ndarray]:
    """Where the segments of each row start (S,), and their classes (S,)."""
    arrays = {}
    for k, labels in enumerate(rows.values()):
        starts, _, found = np.array(segments(labels), np.int64).reshape(-1, 3).T
        arrays[f"starts.{k}"] = starts.astype(np.uint32)
        arrays[f"labels.{k}"] = found.astype(np.uint8 if classes <= 256 else np.uint16)
    return arrays


def _clicked(origin: str, length: int, click: Callable[[int, int], None] | None, press: Mapping) -> None:
    """Pass a click on, if it makes sense: anybody can send anything, and a click may be on what was here before."""
    ends = press.get("start"), press.get("stop")
    sound = all(type(end) is int for end in ends) and 0 <= ends[0] < ends[1] <= length
    if click and sound and press.get("origin") == origin:
        click(*ends)
