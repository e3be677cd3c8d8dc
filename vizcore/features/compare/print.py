"""Panes for paper: each frame with its heat, its names above it and one scale of colours, drawn by matplotlib.

pictures (H, W, 3) of each pane, titles, scale -> panes_paper
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from vizcore.figures.paper import PaperSize, per_line
from vizcore.figures.printing import LINE, SHADES, bare, folded, place, sheet, write

FOOT, GAP, SIDE = 0.42, 0.1, 0.05  # inches: the scale below, between panes, at the sides
LEAST, MOST, USUAL_TITLE = 1.5, 6, 3  # inches across a pane at least; lines of its title at most, and mostly
BAR = 0.4  # share of the width that the scale takes


def panes_paper(
    pictures: Sequence[np.ndarray], titles: Sequence[str], ends: tuple[str, str], measure: str, size: PaperSize
) -> Figure:
    """Panes side by side, in as many lines as the page needs.

    Args:
        pictures: (H, W, 3) uint8 RGB each; their shapes may differ.
        titles: up to three short lines each.
        ends: what stands at the low and the high end of the scale.
        measure: what the scale is of.
        size: what it is laid out for.

    Raises:
        ValueError: there is no picture, or not one title for each.
    """
    if not pictures or len(pictures) != len(titles):
        raise ValueError(f"want 1 picture or more and a title each, got {len(pictures)} and {len(titles)}")
    line = per_line(len(pictures), size.wide - 2 * SIDE + GAP, LEAST)
    lines = [range(start, min(start + line, len(pictures))) for start in range(0, len(pictures), line)]
    leans = [picture.shape[0] / picture.shape[1] for picture in pictures]
    tallest = sum(max(leans[k] for k in one) for one in lines)  # of all lines, for an inch across
    room = (size.tall - FOOT - len(lines) * (GAP + USUAL_TITLE * LINE)) / tallest  # inches, where the page has an end
    across = min((size.wide - 2 * SIDE - GAP * (line - 1)) / line, max(1.0, room))
    start = (size.wide - line * across - GAP * (line - 1)) / 2
    words = [folded(title, across, most=MOST) for title in titles]
    heads = [LINE * max(words[k].count("\n") + 1 for k in one) + GAP for one in lines]
    whole = FOOT + sum(heads) + across * tallest
    fig, top = sheet(size, whole), whole
    for one, head in zip(lines, heads):
        top -= head
        for place_in_line, k in enumerate(one):
            left, high = start + place_in_line * (across + GAP), across * leans[k]
            axis = place(fig, left, top - high, across, high)
            bare(axis).imshow(pictures[k], aspect="auto", interpolation="nearest")
            write(fig, left, top + 0.04, words[k], va="bottom")
        top -= across * max(leans[k] for k in one)
    _scale(fig, size.wide, ends, measure)
    return fig


def _scale(fig: Figure, wide: float, ends: tuple[str, str], measure: str) -> None:
    """The colours from low to high, below all panes."""
    left, right = wide * (1 - BAR) / 2, wide * (1 + BAR) / 2
    axis = bare(place(fig, left, 0.2, right - left, 0.1))
    axis.imshow(np.linspace(0, 1, 255)[None], aspect="auto", cmap=SHADES, extent=(0, 1, 0, 1))
    low, high = (end.replace("\n", " ") for end in ends)
    write(fig, left - 0.06, 0.25, low, ha="right", va="center")
    write(fig, right + 0.06, 0.25, high, va="center")
    write(fig, wide / 2, 0.16, measure, ha="center", va="top")
