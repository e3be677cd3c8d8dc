"""Heat maps for paper: the layout of Figure 1 of ATA, the frames above a row for each model, drawn by matplotlib.

pictures (R, F, H, W, 3), labels, scale -> heat_paper
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from vizcore.figures.theme import SEQUENTIAL

PAPER = 7.0  # inches across a printed figure
LEFT, RIGHT, FOOT, HEAD, BAR = 1.15, 0.85, 0.22, 0.05, 0.12  # inches; BAR is the width of the colour bar
GAP = 0.03  # inches between pictures


def heat_paper(
    rows: Sequence[np.ndarray],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    ends: tuple[str, str],
) -> Figure:
    """Rows of pictures with labels and the scale of their colours: black on white, PAPER inches wide, for savefig.

    Args:
        rows: R arrays (F, H, W, 3) uint8 RGB of one shape: the frames, then the frames under each row's heat.
        row_labels: R words or short lines.
        column_labels: F words, such as the numbers of the frames.
        ends: what stands at the low and the high end of the colour bar.

    Raises:
        ValueError: the numbers of rows, columns and labels do not agree.
    """
    shapes = {row.shape for row in rows}
    if len(shapes) != 1 or len(rows) != len(row_labels) or {len(row) for row in rows} != {len(column_labels)}:
        raise ValueError(
            f"want one label a row and one a column, and rows of one shape, got {len(rows)} rows of {sorted(shapes)}, "
            f"{len(row_labels)} row and {len(column_labels)} column labels"
        )
    across = (PAPER - LEFT - RIGHT) / len(column_labels)
    tall = across * rows[0].shape[1] / rows[0].shape[2]
    whole = HEAD + len(rows) * tall + FOOT
    fig = Figure(figsize=(PAPER, whole), facecolor="white")
    for r, (pictures, label) in enumerate(zip(rows, row_labels)):
        bottom = whole - HEAD - (r + 1) * tall
        for f, picture in enumerate(pictures):
            axis = _axis(fig, LEFT + f * across, bottom, across - GAP, tall - GAP, whole)
            axis.imshow(picture, aspect="auto", interpolation="nearest")
        middle = (bottom + (tall - GAP) / 2) / whole
        fig.text((LEFT - 0.08) / PAPER, middle, label, ha="right", va="center", fontsize=8, linespacing=1.15)
    for f, label in enumerate(column_labels):
        middle = (LEFT + f * across + (across - GAP) / 2) / PAPER
        fig.text(middle, (FOOT - 0.06) / whole, label, ha="center", va="top", fontsize=8)
    _bar(fig, (len(rows) - 1) * tall - GAP, whole, ends)
    return fig


def _bar(fig: Figure, tall: float, whole: float, ends: tuple[str, str]) -> None:
    """The scale of the colours, beside the rows that have them."""
    axis = _axis(fig, PAPER - RIGHT + 0.08, FOOT, BAR, max(tall, 0.4), whole)
    shades = LinearSegmentedColormap.from_list("heat", SEQUENTIAL)
    axis.imshow(np.linspace(1, 0, 255)[:, None], aspect="auto", cmap=shades, extent=(0, 1, 0, 1))
    axis.yaxis.tick_right()
    axis.set_yticks([0, 1], ends, fontsize=7)


def _axis(fig: Figure, left: float, bottom: float, wide: float, tall: float, whole: float) -> Axes:
    """A place without ticks; all in inches."""
    axis = fig.add_axes([left / PAPER, bottom / whole, wide / PAPER, tall / whole])
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(False)
    return axis
