"""Timelines for paper: key frames, a labelled bar for ground truth and each net, a legend of the classes that occur.

rows {who: labels (T,)}, class names, pictures (K, H, W, 3) -> timeline_paper
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.features.segmentation.figures import class_colours

WIDE, ROW, EDGES = 7.0, 0.34, 0.75  # inches: of the figure, of a row, of axis and margins
GAP = 2  # px on both sides of a picture
ACROSS = 5  # classes in a line of the legend


def timeline_paper(
    rows: Mapping[str, np.ndarray],
    names: Sequence[str],
    nothing: Sequence[int],
    rate: float | None,
    pictures: np.ndarray | None = None,
) -> Figure:
    """A figure of bars, as Figure 2 of the RTK paper.

    Args:
        rows: {name: (T,) labels}, the first one on top.
        names: of the classes, by number.
        nothing: classes that are grey.
        rate: frames in a second; None counts frames.
        pictures: (K, H, W, 3) uint8 from the middles of K equal stretches of the video, or none.
    """
    colours = class_colours(len(names), nothing)
    present = sorted({int(label) for labels in rows.values() for label in np.unique(labels)})
    lines = -(-len(present) // ACROSS)
    strip = 0 if pictures is None else WIDE * 0.85 * pictures.shape[1] / (pictures.shape[2] * len(pictures))
    bars = ROW * len(rows) + EDGES
    fig = Figure(figsize=(WIDE, strip + bars + 0.2 * lines), layout="constrained")
    axes = fig.add_subplot() if pictures is None else _below(fig, pictures, strip / bars)
    scale = 1 / (rate or 1)
    for place, labels in enumerate(rows.values()):
        found = segments(labels)
        spans = [(one.start * scale, one.frames * scale) for one in found]
        axes.broken_barh(spans, (place - 0.4, 0.8), facecolors=[colours[one.label] for one in found], linewidth=0)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, max(len(labels) for labels in rows.values()) * scale)
    axes.set_xlabel("seconds" if rate else "frame")
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    patches = [Patch(color=colours[label], label=names[label].replace("_", " ")) for label in present]
    fig.legend(handles=patches, loc="outside lower center", ncols=min(ACROSS, len(present)), frameon=False, fontsize=8)
    return fig


def _below(fig: Figure, pictures: np.ndarray, share: float) -> Axes:
    """The axes of the bars, with a strip of pictures above them that is as tall as a share of them."""
    above, axes = fig.subplots(2, height_ratios=[share, 1])
    count, height, width, _ = pictures.shape
    apart = np.pad(pictures, [(0, 0), (0, 0), (GAP, GAP), (0, 0)], constant_values=255)
    above.imshow(np.concatenate(apart, axis=1), extent=(0, count * width, height, 0), aspect="auto")
    above.set_axis_off()
    return axes
