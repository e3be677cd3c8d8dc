"""Figure 3 of BMViT for paper: p(actor) over the tokens, all boxes, and where each chosen token looks, by matplotlib.

p(actor) (h, w), boxes (N, 4), picture, frames (T', H, W, 3), chosen rows -> tokens_page
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vizcore.figures.heat import heated
from vizcore.figures.theme import OKABE_ITO, SEQUENTIAL

PAPER = 7.0  # inches across a printed figure
SIDE, GAP, NAMES = 1.5, 0.08, 0.8  # inches: of the map and of the picture, between parts, and for what a row says


def tokens_page(
    actor: np.ndarray,
    boxes: np.ndarray,
    picture: np.ndarray,
    frames: np.ndarray,
    rows: Sequence[tuple[np.ndarray, str, np.ndarray | None]],
) -> Figure:
    """Black on white, PAPER inches wide, for savefig.

    Args:
        actor: (h, w) p(actor).
        boxes: (N, 4) corners of every token's box, shares of the frame.
        picture: (H, W, 3) uint8 the key frame.
        frames: (T', H, W, 3) uint8 the frames that the looks are over; T' may be 0.
        rows: for each chosen token its box (4,), what it says, and where it looks (T', h, w) or None.
    """
    tall = SIDE * picture.shape[0] / picture.shape[1]
    across = (PAPER - SIDE - NAMES - 3 * GAP) / max(len(frames), 1)
    each = across * picture.shape[0] / picture.shape[1]
    whole = max(SIDE + tall + GAP, len(rows) * (each + GAP) * bool(len(frames))) + 2 * GAP
    fig = Figure(figsize=(PAPER, whole), facecolor="white")
    shades = LinearSegmentedColormap.from_list("heat", SEQUENTIAL)
    axis = _axis(fig, GAP, whole - GAP - SIDE, SIDE, SIDE, whole)
    axis.imshow(actor, cmap=shades, vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    axis = _axis(fig, GAP, whole - 2 * GAP - SIDE - tall, SIDE, tall, whole)
    _boxes(axis, picture, boxes, [box for box, _, _ in rows])
    for place, (_, words, attention) in enumerate(rows):
        bottom = whole - GAP - (place + 1) * (each + GAP) + GAP
        if attention is None:
            continue
        left = SIDE + 2 * GAP
        fig.text(left / PAPER, (bottom + each / 2) / whole, words, va="center", fontsize=7, linespacing=1.2)
        shown = heated(frames, attention / max(float(attention.max()), 1e-12), 0.55, True)
        for k, one in enumerate(shown):
            axis = _axis(fig, left + NAMES + k * across, bottom, across - 0.03, each, whole)
            axis.imshow(one, aspect="auto", interpolation="nearest")
    return fig


def _boxes(axis: Axes, picture: np.ndarray, boxes: np.ndarray, chosen: list[np.ndarray]) -> None:
    height, width = picture.shape[:2]
    axis.imshow(picture, aspect="auto", extent=(0, width, height, 0))
    for group, colour, thick in ((boxes, "#BBBBBB", 0.3), (chosen, OKABE_ITO["yellow"], 1.6)):
        for x1, y1, x2, y2 in group:
            at, size = (x1 * width, y1 * height), ((x2 - x1) * width, (y2 - y1) * height)
            axis.add_patch(Rectangle(at, *size, fill=False, edgecolor=colour, linewidth=thick))


def _axis(fig: Figure, left: float, bottom: float, wide: float, tall: float, whole: float) -> Axes:
    """A place without ticks; all in inches."""
    axis = fig.add_axes([left / PAPER, bottom / whole, wide / PAPER, tall / whole])
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(False)
    return axis
