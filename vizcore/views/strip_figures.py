"""Strips as figures: rows of pictures with labels, for the page (plotly) and for paper (matplotlib).

rows of pictures (T, H, W, 3), labels -> strip_figure, strip_paper          frames, Tracks -> track_picture
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vizcore.algorithms.tracks import Tracks
from vizcore.views.matching import jpeg
from vizcore.views.theme import OKABE_ITO, style

HOW_TO_READ = {
    "strip_figure": "A row is one way to see the clip, and a column is one moment.",
    "strip_paper": "A row is one way to see the clip, and a column is one moment.",
    "track_picture": (
        "The outlined patch is one content followed through the clip; below, how similar each match is and by how much "
        "it beats the next best partner, with a cross where a better partner went to another patch."
    ),
}

LARGEST_THUMB = 160  # px of a thumbnail's longer side on the page
WIDTH = 600  # px of the page for which a strip's height is right
PAPER = 7.0  # inches across a printed figure
SPACE = 0.06  # of a thumbnail, between thumbnails
HEAD = 0.05  # of the strip's width: room above each row for its label, on a phone too


def strip_figure(rows: Sequence[np.ndarray], row_labels: Sequence[str], column_labels: Sequence[str]) -> go.Figure:
    """Rows of pictures for the page, as JPEGs; a click on one gives (row, column) as its customdata.

    Args:
        rows: R arrays (T, H, W, 3) uint8 RGB, of one T; sizes may differ, the first row's shape is the places' shape.
        row_labels: R words, written above their rows.
        column_labels: T words, written below the last row.

    Raises:
        ValueError: numbers of rows, columns and labels do not agree.
    """
    _check(rows, row_labels, column_labels)
    tall = rows[0].shape[1] / rows[0].shape[2]  # of a place, whose width is 1
    head = HEAD * len(column_labels)
    tops = [r * (tall + head) + head for r in range(len(rows))]
    bottom = tops[-1] + tall
    fig = go.Figure(_places(tops, tall, row_labels, column_labels))
    images = [_hung(picture, t, top, tall) for top, pictures in zip(tops, rows) for t, picture in enumerate(pictures)]
    name = {"x": SPACE / 2, "xref": "x", "yref": "y", "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    names = [name | {"text": label, "y": top} for top, label in zip(tops, row_labels)]
    fig.update_layout(images=images, annotations=names)  # at once: plotly copies all that hang with every new one
    plain = {"showgrid": False, "zeroline": False, "showline": False, "constrain": "domain"}
    middles = np.arange(len(column_labels)) + 0.5
    fig.update_xaxes(title="frame", range=[0, len(middles)], tickvals=middles, ticktext=column_labels, **plain)
    fig.update_yaxes(showticklabels=False, range=[bottom, 0], scaleanchor="x", constraintoward="top", **plain)
    return style(fig, height=round(64 + WIDTH / len(middles) * bottom))


def strip_paper(rows: Sequence[np.ndarray], row_labels: Sequence[str], column_labels: Sequence[str]) -> Figure:
    """The same rows for paper: black on white, PAPER inches wide, ready for savefig as PNG, SVG or PDF.

    Args and errors as for strip_figure.
    """
    _check(rows, row_labels, column_labels)
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


def _places(tops: list[float], tall: float, row_labels: Sequence[str], column_labels: Sequence[str]) -> go.Scatter:
    """A mark that is not seen in the middle of every picture: it says what the picture is, and can be clicked."""
    cells = np.array(list(np.ndindex(len(tops), len(column_labels))))  # (R T, 2) row, column
    return go.Scatter(
        x=cells[:, 1] + 0.5,
        y=np.array(tops)[cells[:, 0]] + tall / 2,
        mode="markers",
        customdata=cells,
        marker={"opacity": 0, "size": 24},
        text=[f"{row_labels[row]}, {column_labels[column]}" for row, column in cells],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _hung(picture: np.ndarray, column: int, top: float, tall: float) -> dict:
    """A picture in its place, which is 1 wide and `tall` high."""
    place = {"xref": "x", "yref": "y", "x": column + SPACE / 2, "y": top, "sizex": 1 - SPACE, "sizey": tall}
    return place | {"source": jpeg(picture, LARGEST_THUMB), "sizing": "stretch", "layer": "below"}


def _check(rows: Sequence[np.ndarray], row_labels: Sequence[str], column_labels: Sequence[str]) -> None:
    counts = {len(pictures) for pictures in rows}
    if not rows or len(rows) != len(row_labels) or counts != {len(column_labels)}:
        raise ValueError(
            f"want one label a row and one a column, got {len(rows)} rows of {sorted(counts)} pictures, "
            f"{len(row_labels)} row and {len(column_labels)} column labels"
        )


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
