"""Panes for paper: each frame with its heat, its names above it and one scale of colours, drawn by matplotlib.

pictures (H, W, 3) of each pane, titles, scale -> panes_paper
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from vizcore.figures.theme import SEQUENTIAL

PAPER = 7.0  # inches across a printed figure
HEAD, FOOT, GAP, SIDE = 0.52, 0.62, 0.08, 0.05  # inches: titles above, the scale below, between panes, at the sides


def panes_paper(pictures: Sequence[np.ndarray], titles: Sequence[str], ends: tuple[str, str], measure: str) -> Figure:
    """Panes in one row, black on white, PAPER inches wide, for savefig.

    Args:
        pictures: (H, W, 3) uint8 RGB each; their shapes may differ.
        titles: up to three short lines each.
        ends: what stands at the low and the high end of the scale.
        measure: what the scale is of.

    Raises:
        ValueError: there is no picture, or not one title for each.
    """
    if not pictures or len(pictures) != len(titles):
        raise ValueError(f"want 1 picture or more and a title each, got {len(pictures)} and {len(titles)}")
    across = (PAPER - 2 * SIDE - GAP * (len(pictures) - 1)) / len(pictures)
    tall = [across * picture.shape[0] / picture.shape[1] for picture in pictures]
    whole = HEAD + max(tall) + FOOT
    fig = Figure(figsize=(PAPER, whole), facecolor="white")
    for k, (picture, title, high) in enumerate(zip(pictures, titles, tall, strict=True)):
        left, top = SIDE + k * (across + GAP), whole - HEAD
        axis = fig.add_axes([left / PAPER, (top - high) / whole, across / PAPER, high / whole])
        axis.imshow(picture, aspect="auto", interpolation="nearest")
        axis.set_axis_off()
        fig.text(left / PAPER, (top + 0.05) / whole, title, ha="left", va="bottom", fontsize=7, linespacing=1.25)
    bar = fig.add_axes([0.3, 0.36 / whole, 0.4, 0.1 / whole])
    shades = LinearSegmentedColormap.from_list("heat", SEQUENTIAL)
    bar.imshow(np.linspace(0, 1, 255)[None], aspect="auto", cmap=shades, extent=(0, 1, 0, 1))
    bar.set_yticks([])
    bar.set_xticks([0, 1], [end.replace("\n", " ") for end in ends], fontsize=7)
    bar.set_xlabel(measure, fontsize=7, labelpad=-4)
    bar.spines[:].set_visible(False)
    return fig
