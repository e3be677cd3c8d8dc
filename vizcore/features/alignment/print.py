"""An alignment for paper: the matrix with its path and pictures along both axes, drawn by matplotlib.

cost (N, M), path (L, 2), pictures along the axes -> cost_matrix_paper
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vizcore.features.alignment.figures import PATH, path_name
from vizcore.figures.paper import PaperSize
from vizcore.figures.printing import LINE, SHADES, SMALL, USUAL, bare, label_every, place, sheet, span
from vizcore.figures.theme import FAINT

TITLE, BELOW, RIGHT, HEAD = 0.34, 0.44, 0.75, 0.1  # inches: of titles at the side and below, of the bar, above
PICTURE, GAP = 0.5, 0.05  # inches: of the longer side of a picture along an axis, and between two
TALLEST = 4.6  # inches of the matrix

Marks = tuple[str, Sequence[tuple[float, str]]]  # of an axis: its title, and what stands at some places


def cost_matrix_paper(
    values: np.ndarray,
    path: np.ndarray,
    truth: np.ndarray | None,
    pictures: tuple[np.ndarray, np.ndarray] | None,
    axes: tuple[Marks, Marks],
    label: str,
    size: PaperSize,
    faint: bool = False,
) -> Figure:
    """The matrix with its path, and what it is of along its edges.

    Args:
        values: (N, M): the first clip goes to the right, the second up.
        path: (L, 2) places.
        truth: (N,) places of the second; None where it is not known.
        pictures: (K, H, W, 3) uint8 for each axis, evenly spaced along it, of which as many are shown as fit.
        axes: title and ticks of each.
        label: of the colour bar.
        size: what it is laid out for.
        faint: the path is not to be trusted.
    """
    below, beside = [_box(strip) for strip in pictures] if pictures else [(0.0, 0.0)] * 2
    left = TITLE + max((span(text) for _, text in axes[1][1]), default=0) + beside[0] + 0.04
    foot = BELOW + below[1] + 0.04
    side = size.wide - left - RIGHT
    tall = side * float(np.clip(values.shape[1] / values.shape[0], 0.6, 1.1))
    tall = min(tall, TALLEST, size.tall - HEAD - foot)
    fig = sheet(size, HEAD + tall + foot)
    axis = place(fig, left, foot, side, tall)
    image = axis.imshow(values.T, origin="lower", aspect="auto", cmap=SHADES, interpolation="nearest")
    _routes(axis, path, truth, faint)
    _mark(axis, axes, (side, tall))
    axis.set_xlim(-0.5, values.shape[0] - 0.5)
    axis.set_ylim(-0.5, values.shape[1] - 0.5)
    bar = fig.colorbar(image, cax=place(fig, size.wide - RIGHT + 0.1, foot, 0.12, tall))
    bar.set_label(label, fontsize=USUAL, labelpad=2)
    bar.ax.tick_params(labelsize=SMALL)
    for strip, (wide, high), upwards in zip(pictures or (), (below, beside), (False, True)):
        start, room, each = (foot, tall, high) if upwards else (left, side, wide)
        for k, picture in _fitting(strip, room, each):
            along = start + room * (k + 0.5) / len(strip) - each / 2
            at = (0.02, along) if upwards else (along, 0.02)
            bare(place(fig, *at, wide, high)).imshow(picture, aspect="auto")
    return fig


def _box(strip: np.ndarray) -> tuple[float, float]:
    """Inches across a picture (K, H, W, 3) along an axis, and its height: the longer side is always the same."""
    tall, wide = strip.shape[1:3]
    return PICTURE * wide / max(tall, wide), PICTURE * tall / max(tall, wide)


def _mark(axis: Axes, marks: tuple[Marks, Marks], rooms: tuple[float, float]) -> None:
    """Titles and numbers, as many as stand clear of each other in so many inches."""
    for part, (title, ticks), room in zip((axis.xaxis, axis.yaxis), marks, rooms):
        part.set_label_text(title, fontsize=USUAL)
        part.labelpad = 2
        words, pitch = [text for _, text in ticks], room / max(1, len(ticks))
        every = label_every(words, pitch) if part is axis.xaxis else max(1, int(np.ceil(LINE / pitch)))
        part.set_ticks([at for at, _ in ticks[::every]], words[::every], fontsize=SMALL)


def _routes(axis: Axes, path: np.ndarray, truth: np.ndarray | None, faint: bool) -> None:
    """The path and, where it is known, the ground truth, with a legend."""
    usual = {"alpha": FAINT if faint else 1, "solid_capstyle": "round"}
    axis.plot(*path.T, color="white", linewidth=3.2, **usual)
    axis.plot(*path.T, color=PATH, linewidth=1.8, label=path_name(faint), **usual)
    if truth is not None:
        dashes = {"color": "white", "linewidth": 1.4, "linestyle": (0, (4, 3))}
        axis.plot(np.arange(len(truth)), truth, label="ground truth", **dashes)
    axis.legend(loc="lower right", fontsize=SMALL, framealpha=0.6, facecolor="#404040", labelcolor="white")


def _fitting(strip: np.ndarray, room: float, each: float) -> list[tuple[int, np.ndarray]]:
    """Every which picture of a strip, with its place in it, so that they stand clear of each other."""
    step = max(1, int(np.ceil(len(strip) * (each + GAP) / room)))
    return list(enumerate(strip))[(len(strip) - 1) % step // 2 :: step]
