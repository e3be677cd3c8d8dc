"""Strips for paper: rows of frames with labels, and one track through the clip, drawn by matplotlib.

rows of pictures (T, H, W, 3), labels -> strip_paper          frames, Tracks -> track_picture
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vizcore.algorithms.matching.tracks import Tracks
from vizcore.figures.caption import captioned
from vizcore.figures.strip_figures import check
from vizcore.figures.theme import OKABE_ITO

PAPER = 7.0  # inches across a printed figure


@captioned("A row is one way to see the clip, and a column is one moment.")
def strip_paper(rows: Sequence[np.ndarray], row_labels: Sequence[str], column_labels: Sequence[str]) -> Figure:
    """The same rows for paper: black on white, PAPER inches wide, ready for savefig as PNG, SVG or PDF.

    Args and errors as for strip_figure.

    Args:
        rows: R arrays (F, H, W, 3) uint8 RGB.
        row_labels: R words.
        column_labels: F words.
    """
    check(rows, row_labels, column_labels)
    tall = rows[0].shape[1] / rows[0].shape[2]
    side = (PAPER - 1.1) / len(column_labels)
    fig = Figure(figsize=(PAPER, len(rows) * side * tall * 1.06 + 0.3), layout="constrained", facecolor="white")
    fig.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    axes = fig.subplots(len(rows), len(column_labels), squeeze=False)
    for line, label, pictures in zip(axes, row_labels, rows):
        for axis, picture in zip(line, pictures):
            _show(axis, picture)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=8)
    for axis, label in zip(axes[-1], column_labels):
        axis.set_xlabel(label, fontsize=8)
    return fig


@captioned(
    "The outlined patch is one content followed through the clip; below, how similar each match is and by how much "
    "it beats the next best match, with a cross where a better match went to another patch."
)
def track_picture(
    frames: np.ndarray, tracks: Tracks, patch: int, grid: tuple[int, int], times: np.ndarray | None = None
) -> Figure:
    """One track for paper: its patch outlined in every frame, over the similarity and margin of its steps.

    Args:
        frames: (T, H, W, 3) uint8 RGB, two or more.
        tracks: their matching.
        patch: a patch of frame 0.
        grid: (rows, columns) of patches.
        times: (T,) seconds; without them frames are numbered.

    Raises:
        ValueError: frames and tracks differ in number, or there is no such patch.
    """
    count = len(frames)
    if tracks.sigma.shape[0] != count or count < 2 or not 0 <= patch < tracks.sigma.shape[1]:
        raise ValueError(f"want tracks of {count} frames (2 or more) that have patch {patch}, got {tracks.sigma.shape}")
    path = tracks.sigma[:, patch]  # (T,)
    left, right, foot, panel = 0.65, 0.05, 0.45, 0.85  # inches: margins, and each panel below the frames
    across = (PAPER - left - right) / count
    tall = across * frames.shape[1] / frames.shape[2]
    whole = foot + 2 * (panel + 0.1) + 0.2 + tall + 0.05
    fig = Figure(figsize=(PAPER, whole), facecolor="white")
    for t, frame in enumerate(frames):
        box = (left + (t + 0.02) * across, whole - 0.05 - tall, 0.96 * across, tall)
        axis = fig.add_axes([side / (PAPER, whole)[k % 2] for k, side in enumerate(box)])
        _show(axis, frame)
        _outline(axis, frame.shape[:2], grid, int(path[t]))
        axis.set_xlabel(f"frame {t}" if times is None else f"{times[t]:.2f} s", fontsize=7, labelpad=2)
    for bottom, values, colour, label in _panels(tracks, path):
        box = (left, foot + bottom * (panel + 0.1), PAPER - left - right, panel)
        axis = fig.add_axes([side / (PAPER, whole)[k % 2] for k, side in enumerate(box)])
        _plot_steps(axis, values, tracks.overruled[np.arange(count - 1), path[:-1]], colour, label)
        axis.tick_params(labelbottom=bottom == 0)
    fig.axes[-1].set_xlabel("frame; a step lies between its two frames", fontsize=8)
    return fig


def _show(axis: Axes, picture: np.ndarray) -> None:
    axis.imshow(picture, interpolation="nearest")
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(False)


def _outline(axis: Axes, size: tuple[int, int], grid: tuple[int, int], patch: int) -> None:
    tall, wide = size[0] / grid[0], size[1] / grid[1]
    corner = patch % grid[1] * wide - 0.5, patch // grid[1] * tall - 0.5
    for colour, width in (("black", 2.4), (OKABE_ITO["orange"], 1.2)):
        axis.add_patch(Rectangle(corner, wide, tall, fill=False, edgecolor=colour, linewidth=width))


def _panels(tracks: Tracks, path: np.ndarray) -> tuple[tuple, ...]:
    """What is drawn under a track that visits the patches of path (T,), from the top."""
    along = np.arange(len(path) - 1), path[:-1]
    return (
        (1, tracks.matched[along], OKABE_ITO["blue"], "cosine"),
        (0, tracks.margin[along], OKABE_ITO["green"], "margin"),
    )


def _plot_steps(axis: Axes, values: np.ndarray, overruled: np.ndarray, colour: str, label: str) -> None:
    """One number of each step (T-1,), under the gap between its two frames."""
    places = np.arange(len(values)) + 0.5
    axis.plot(places, values, color=colour, linewidth=1.2)
    axis.plot(places[~overruled], values[~overruled], "o", color=colour, markersize=4)
    axis.plot(places[overruled], values[overruled], "X", color=OKABE_ITO["vermilion"], markersize=6, label="overruled")
    if label == "margin":
        axis.axhline(0, color="0.4", linewidth=0.8)
        if overruled.any():
            axis.legend(fontsize=7, frameon=False)
    axis.set_ylabel(label, fontsize=8)
    axis.set_xlim(-0.5, len(values) + 0.5)
    axis.set_xticks(range(len(values) + 1))
    axis.margins(y=0.2)
    axis.tick_params(labelsize=7)
    axis.grid(color="0.85", linewidth=0.6)
    axis.spines[["top", "right"]].set_visible(False)
