"""Timelines for paper: key frames, a labelled bar for ground truth and each net, a legend of the classes that occur.

rows {who: labels (T,)}, class names, pictures (K, H, W, 3) -> timeline_paper
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.features.segmentation.figures import class_colours
from vizcore.figures.paper import PaperSize, per_line
from vizcore.figures.printing import LINE, SMALL, USUAL, bare, folded, place, sheet, span

LABEL, RIGHT, EDGE = 1.2, 0.15, 0.05  # inches: of the rows' names at most, and margins
ROW, AXIS = 0.34, 0.45  # inches: of a row, and of the axis below the rows
PICTURE, GAP = 0.5, 0.03  # inches across a key frame at least, and between two
SWATCH, APART = 0.14, 0.14  # inches: a colour of the legend, and between two of its entries
ENTRY = 1.6  # inches that a class name takes at most


def timeline_paper(
    rows: Mapping[str, np.ndarray],
    names: Sequence[str],
    nothing: Sequence[int],
    rate: float | None,
    pictures: np.ndarray | None,
    size: PaperSize,
) -> Figure:
    """A figure of bars, as Figure 2 of the RTK paper.

    Args:
        rows: {name: (T,) labels}, the first one on top.
        names: of the classes, by number.
        nothing: classes that are grey.
        rate: frames in a second; None counts frames.
        pictures: (K, H, W, 3) uint8 from the middles of K equal stretches of the video, or none.
        size: what it is laid out for; of more pictures than fit, some are shown.
    """
    colours, scale = class_colours(len(names), nothing), 1 / (rate or 1)
    present = sorted({int(label) for labels in rows.values() for label in np.unique(labels)})
    who = [folded(name, LABEL, most=2) for name in rows]
    left = max(map(span, who)) + 0.12
    room, shown = size.wide - left - RIGHT, _some(pictures, size.wide - left - RIGHT)
    strip = 0 if shown is None else room / len(shown) * shown.shape[1] / shown.shape[2] + GAP
    legend = _Legend([folded(names[label].replace("_", " "), ENTRY, most=1) for label in present], size.wide)
    whole = EDGE + strip + ROW * len(rows) + AXIS + legend.tall
    fig = sheet(size, whole)
    axes = place(fig, left, legend.tall + AXIS, room, ROW * len(rows))
    for row, labels in enumerate(rows.values()):
        found = segments(labels)
        spans = [(one.start * scale, one.frames * scale) for one in found]
        axes.broken_barh(spans, (row - 0.4, 0.8), facecolors=[colours[one.label] for one in found], linewidth=0)
    axes.set_yticks(range(len(rows)), who, fontsize=SMALL, linespacing=1.1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, max(len(labels) for labels in rows.values()) * scale)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=rate is None))
    axes.set_xlabel("seconds" if rate else "frame", fontsize=USUAL, labelpad=1)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.tick_params(axis="y", length=0, pad=4)
    axes.spines[["top", "right", "left"]].set_visible(False)
    for k, picture in enumerate(() if shown is None else shown):
        across = room / len(shown)
        axis = place(fig, left + k * across + GAP / 2, whole - EDGE - strip + GAP, across - GAP, strip - GAP)
        bare(axis).imshow(picture, aspect="auto")
    legend.draw(fig, [colours[label] for label in present])
    return fig


def _some(pictures: np.ndarray | None, room: float) -> np.ndarray | None:
    """As many pictures as fit, from the middles of equal stretches again."""
    if pictures is None:
        return None
    count = min(len(pictures), max(1, int(room / PICTURE)))
    return pictures[((np.arange(count) + 0.5) / count * len(pictures)).astype(int)]


class _Legend:
    """The classes with their colours, in columns below everything."""

    def __init__(self, words: Sequence[str], wide: float):
        self.words = words
        self.column = max(map(span, words)) + SWATCH + 0.06 + APART
        self.columns = per_line(len(words), wide - 2 * EDGE + APART, self.column)
        self.left = (wide - self.columns * self.column + APART) / 2
        self.lines = -(-len(words) // self.columns)
        self.tall = self.lines * 1.2 * LINE + EDGE

    def draw(self, fig: Figure, colours: Sequence[str]) -> None:
        """Put it at the foot of a sheet."""
        wide = fig.get_size_inches()[0]
        axis = bare(place(fig, 0, 0, wide, self.tall))
        axis.set(xlim=(0, wide), ylim=(self.tall, 0))  # inches, downwards
        for k, (words, colour) in enumerate(zip(self.words, colours, strict=True)):
            left, middle = self.left + k % self.columns * self.column, (k // self.columns + 0.5) * 1.2 * LINE
            axis.add_patch(Rectangle((left, middle - 0.045), SWATCH, 0.09, color=colour, linewidth=0))
            axis.text(left + SWATCH + 0.06, middle, words, fontsize=SMALL, va="center")
