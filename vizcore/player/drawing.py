"""A box that a person draws on a clip: which boxes may be drawn, and what the browser says of one that was.

style of annotations -> the browser draws -> {frame, corners} -> DrawnBox, once it is known to be one
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from vizcore.player.annotations import Annotations


@dataclass(frozen=True)
class DrawnBox:
    """A box that a person drew, or put right."""

    frame: int  # of the pack
    corners: tuple[float, float, float, float]  # x0 < x1, y0 < y1 as shares of the picture


def drawing_words(key: str, style: int, annotations: Annotations | None) -> dict:
    """What the browser is told of it.

    Args:
        key: the player's name on the page.
        style: of the annotations.
        annotations: of the first clip.

    Raises:
        ValueError: the annotations have no boxes, or no such style.
    """
    if annotations is None or annotations.boxes is None or style not in range(len(annotations.styles)):
        raise ValueError(f"want annotations with boxes, which may be none, and the style {style}, got {annotations}")
    press = st.session_state[key].get("box") if key in st.session_state else None
    heard = press.get("at") if isinstance(press, Mapping) else 0
    return {"style": int(style), "heard": heard if isinstance(heard, int | float) else 0}


def box_drawn(frames: int, drawn: Callable[[DrawnBox], None] | None, state: Mapping) -> None:
    """Pass a box on, if it makes sense: anybody can send anything.

    Args:
        frames: of the clip.
        drawn: gets the box.
        state: what the browser says.
    """
    frame, corners = state.get("frame"), state.get("corners")
    numbers = isinstance(corners, list) and len(corners) == 4 and all(type(one) in (int, float) for one in corners)
    if not drawn or type(frame) is not int or frame not in range(frames) or not numbers:
        return
    x0, y0, x1, y1 = corners
    if 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1:
        drawn(DrawnBox(frame, (float(x0), float(y0), float(x1), float(y1))))
