"""An alignment for paper: the matrix with its path and pictures along both axes, drawn by matplotlib.

cost (N, M), path (L, 2), pictures along the axes -> cost_matrix_paper
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from vizcore.figures.theme import OKABE_ITO, SEQUENTIAL

WIDE = 4.6  # inches across a printed figure
LEFT, FOOT, RIGHT, HEAD = 1.05, 1.0, 0.75, 0.08  # inches: room for pictures and numbers, and for the colour bar
PICTURE = 0.5  # inches: how wide a picture along an axis is
SHADES = LinearSegmentedColormap.from_list("cost", SEQUENTIAL)


def cost_matrix_paper(
    values: np.ndarray,
    path: np.ndarray,
    truth: np.ndarray | None,
    pictures: tuple[np.ndarray, np.ndarray] | None,
    axes: tuple[tuple[str, Sequence[tuple[float, str]]], tuple[str, Sequence[tuple[float, str]]]],
    label: str = "cost",
) -> Figure:
    """The matrix, black on white, WIDE inches across, for savefig.

    Args:
        values: (N, M): the first clip goes to the right, the second up.
        path: (L, 2) places.
        truth: (N,) places of the second; None where it is not known.
        pictures: (K, H, W, 3) uint8 for each axis, evenly spaced along it; None draws none.
        axes: title and ticks (place, text) of each.
        label: of the colour bar.
    """
    side = WIDE - LEFT - RIGHT
    tall = side * float(np.clip(values.shape[1] / values.shape[0], 0.6, 1.1))
    whole = HEAD + tall + FOOT
    fig = Figure(figsize=(WIDE, whole), facecolor="white")
    axis = fig.add_axes([LEFT / WIDE, FOOT / whole, side / WIDE, tall / whole])
    image = axis.imshow(values.T, origin="lower", aspect="auto", cmap=SHADES, interpolation="nearest")
    axis.plot(*path.T, color="white", linewidth=3.2, solid_capstyle="round")
    axis.plot(*path.T, color=OKABE_ITO["orange"], linewidth=1.8, label="path", solid_capstyle="round")
    if truth is not None:
        axis.plot(
            np.arange(len(truth)), truth, color="white", linewidth=1.4, linestyle=(0, (4, 3)), label="ground truth"
        )
        axis.legend(loc="lower right", fontsize=7, framealpha=0.6, facecolor="#404040", labelcolor="white")
    for part, (title, ticks) in zip((axis.xaxis, axis.yaxis), axes):
        part.set_label_text(title, fontsize=8)
        part.set_ticks([at for at, _ in ticks], [text for _, text in ticks], fontsize=7)
    axis.set_xlim(-0.5, values.shape[0] - 0.5)
    axis.set_ylim(-0.5, values.shape[1] - 0.5)
    bar = fig.colorbar(image, cax=fig.add_axes([(WIDE - RIGHT + 0.1) / WIDE, FOOT / whole, 0.12 / WIDE, tall / whole]))
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7)
    for which, strip in enumerate(pictures or ()):
        _hang(fig, strip, which, side, tall, whole)
    return fig


def _hang(fig: Figure, strip: np.ndarray, which: int, side: float, tall: float, whole: float) -> None:
    """Pictures (K, H, W, 3) along the lower edge (which 0) or, from below, along the left one (1)."""
    height = PICTURE * strip.shape[1] / strip.shape[2]
    for k, picture in enumerate(strip):
        middle = (k + 0.5) / len(strip)
        left, bottom = (
            (LEFT + side * middle - PICTURE / 2, 0.02) if which == 0 else (0.02, FOOT + tall * middle - height / 2)
        )
        place = fig.add_axes([left / WIDE, bottom / whole, PICTURE / WIDE, height / whole])
        place.imshow(picture, aspect="auto")
        place.set_axis_off()
