"""The board of keypoints: points to drag, what the rules made of them step by step, and the timeline they end in.

    Reassembly, names of classes -> [browser: drag, add, delete, replay, undo] -> points as a person left them

The browser knows no rule: it shows the steps that Python found, each a stretch of points that replaces another, and
tells Python where the points are now.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, Reassembly, Step
from vizcore.player.parts import script, styles
from vizcore.player.scene import COLOUR
from vizcore.runtime.recording import blocks, recorded

SCRIPT = script("board")
MOST = 2000  # points of a kind that a board has
NOTHING = "#7F7F7F"  # the colour of frames without an action

_mount = st.components.v2.component("vizcore_board", css=styles("board"), js=SCRIPT)


class Placed(NamedTuple):
    """Points as a person left them."""

    actions: list[ActionPoint]
    boundaries: list[BoundaryPoint]


def placed(key: str, origin: str, length: int, classes: int) -> Placed | None:
    """Where a person has put the points of a board, or None while they are where they were.

    Args:
        key: the board's name on the page.
        origin: what the points are of; what was done to others is not looked at.
        length: T in frames.
        classes: how many there are.
    """
    state = st.session_state.get(key)
    edit = state.get("edit") if isinstance(state, Mapping) else None
    return None if edit is None else sound(edit, origin, length, classes)


def sound(edit: object, origin: str, length: int, classes: int) -> Placed | None:
    """What the browser sent, or None where it does not fit, since anybody can send anything.

    Args:
        edit: the state of the board, as it came.
        origin: what the points are of.
        length: T in frames.
        classes: how many there are.
    """
    if not isinstance(edit, Mapping) or edit.get("origin") != origin:
        return None
    rows = edit.get("actions"), edit.get("boundaries")
    if not all(isinstance(some, list) and len(some) <= MOST for some in rows):
        return None
    if not all(_fits(row, width, length) for some, width in zip(rows, (3, 2)) for row in some):
        return None
    if not all(type(row[1]) is int and 0 <= row[1] < classes for row in rows[0]):
        return None
    return Placed([ActionPoint(*row) for row in rows[0]], [BoundaryPoint(*row) for row in rows[1]])


def board(
    found: Reassembly, classes: Sequence[tuple[str, str]], *, key: str, origin: str, truth: Sequence = ()
) -> None:
    """Show points with their replay.

    Args:
        found: what became of the points.
        classes: (name, #rrggbb) of each class, by number.
        key: the board's name on the page.
        origin: what the points are of; where it changes, edits are dropped and the replay begins anew.
        truth: (start, stop, class) segments to compare with, or none.

    Raises:
        ValueError: there are more points than MOST, or a colour is not written #rrggbb.
    """
    start = found.start
    if max(len(start.actions), len(start.boundaries)) > MOST:
        raise ValueError(f"want at most {MOST:,} points of a kind, got {len(start.actions):,}; raise the threshold")
    for name, colour in classes:
        if not COLOUR.fullmatch(colour):
            raise ValueError(f"want a colour as #rrggbb for {name}, got {colour!r}")
    names = [name for name, _ in classes]
    state = st.session_state.get(key)
    edit = state.get("edit") if isinstance(state, Mapping) else None
    data = {
        "origin": origin,
        "seq": edit.get("seq") if isinstance(edit, Mapping) and edit.get("origin") == origin else 0,
        "length": len(found.labels),
        "classes": [list(one) for one in classes],
        "nothing": NOTHING,
        "actions": [list(point) for point in start.actions],
        "boundaries": [list(point) for point in start.boundaries],
        "steps": [_step_words(step, names) for step in found.steps],
        "segments": [list(map(int, one)) for one in found.segments],
        "truth": [list(map(int, one)) for one in truth],
    }
    _mount(key=key, data=data, on_edit_change=_registered)
    alt = f"{len(start.actions)} action points and {len(start.boundaries)} boundaries of {origin}, and their timeline"

    def still():
        from vizcore.player.still_boards import board_figure  # only a report asks for it

        return blocks.figure(board_figure(found, classes, truth), alt, board_figure.caption)

    recorded.note(still)


def _registered() -> None:
    """An event is registered by having a callback; the points are read by placed."""


def _step_words(step: Step, names: Sequence[str]) -> list:
    changes = [[one.at, len(one.removed), [list(p) for p in one.added]] for one in (step.actions, step.boundaries)]
    return [step.stage, step.words(names), *changes, list(map(float, step.within))]


def _fits(row: object, width: int, length: int) -> bool:
    """A list of numbers whose time lies in the video and whose confidence is 0 to 1."""
    return (
        isinstance(row, list)
        and len(row) == width
        and all(type(value) in (int, float) and math.isfinite(value) for value in row)
        and 0 <= row[0] <= length
        and 0 <= row[-1] <= 1
    )
