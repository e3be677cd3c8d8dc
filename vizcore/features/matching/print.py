"""One track through a clip for paper: its patch outlined in every frame, over its similarity and margin.

frames (T, H, W, 3), Tracks -> track_paper, drawn by matplotlib
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from vizcore.algorithms.matching.tracks import Tracks
from vizcore.figures.caption import captioned
from vizcore.figures.paper import PaperSize, per_line
from vizcore.figures.printing import LINE, SMALL, USUAL, bare, place, sheet, write
from vizcore.figures.theme import OKABE_ITO

LEFT, RIGHT, FOOT, PANEL = 0.65, 0.08, 0.42, 0.8  # inches: margins, and each panel below the frames
LEAST, BELOW = 0.5, 2 * LINE + 0.08  # inches: across a frame at least, and what is written below it
KEY = 0.2  # inches that a legend takes
COLOURS = {"cosine": OKABE_ITO["blue"], "margin": OKABE_ITO["orange"]}  # as on the page


@captioned(
    "The outlined patch is one content followed through the clip; below, how similar each match is and by how much "
    "it beats the next best match, with a cross where a better match went to another patch."
)
def track_paper(
    frames: np.ndarray,
    tracks: Tracks,
    patch: int,
    grid: tuple[int, int],
    size: PaperSize,
    times: np.ndarray | None = None,
) -> Figure:
    """A track's frames, as many in a line as fit, and below them one point for each of its steps.

    Args:
        frames: (T, H, W, 3) uint8 RGB, two or more.
        tracks: their matching.
        patch: a patch of frame 0.
        grid: (rows, columns) of patches.
        size: what it is laid out for.
        times: (T,) seconds; without them frames are numbered.

    Raises:
        ValueError: frames and tracks differ in number, or there is no such patch.
    """
    count = len(frames)
    if tracks.sigma.shape[0] != count or count < 2 or not 0 <= patch < tracks.sigma.shape[1]:
        raise ValueError(f"want tracks of {count} frames (2 or more) that have patch {patch}, got {tracks.sigma.shape}")
    path, steps = tracks.sigma[:, patch], np.arange(count - 1)  # (T,), (T-1,)
    overruled = tracks.overruled[steps, path[:-1]]
    room, lean = size.wide - LEFT - RIGHT, frames.shape[1] / frames.shape[2]
    line = per_line(count, room, LEAST)
    lines, under = -(-count // line), FOOT + 2 * PANEL + 0.15 + KEY * bool(overruled.any())
    across = room / line
    limit = max(LEAST, ((size.tall - under) / lines - BELOW) / lean)  # of a picture, where the page has an end
    tall = min(across, limit) * lean
    fig = sheet(size, under + lines * (tall + BELOW))
    for t, frame in enumerate(frames):
        wide, bottom = 0.96 * tall / lean, under + (lines - 1 - t // line) * (tall + BELOW) + BELOW - 0.03
        middle = LEFT + (t % line + 0.5) * across
        axis = bare(place(fig, middle - wide / 2, bottom, wide, tall))
        axis.imshow(frame, interpolation="nearest", aspect="auto")
        _outline(axis, frame.shape[:2], grid, int(path[t]))
        said = f"frame {t}" if times is None else f"frame {t}\n{times[t]:.2f} s"
        write(fig, middle, bottom - 0.03, said, ha="center", va="top")
    panels = {"cosine": tracks.matched[steps, path[:-1]], "margin": tracks.margin[steps, path[:-1]]}
    for k, (label, values) in enumerate(panels.items()):
        axis = place(fig, LEFT, FOOT + (1 - k) * (PANEL + 0.1), room, PANEL)
        _plot_steps(axis, values, overruled, label)
        axis.tick_params(labelbottom=k == 1)
    axis.set_xlabel("frame; a step lies between its two frames", fontsize=USUAL)
    if overruled.any():
        handles = [Line2D([], [], color=OKABE_ITO["grey"], marker="X", linestyle="", markersize=6, label="overruled")]
        place_of = (1 - RIGHT / size.wide, (under - KEY + 0.03) / fig.get_size_inches()[1])
        fig.legend(handles=handles, loc="lower right", bbox_to_anchor=place_of, borderaxespad=0, borderpad=0,
                   fontsize=SMALL, frameon=False)  # fmt: skip
    return fig


def _outline(axis: Axes, size: tuple[int, int], grid: tuple[int, int], patch: int) -> None:
    tall, wide = size[0] / grid[0], size[1] / grid[1]
    corner = patch % grid[1] * wide - 0.5, patch // grid[1] * tall - 0.5
    for colour, width in (("black", 2.4), (OKABE_ITO["orange"], 1.2)):
        axis.add_patch(Rectangle(corner, wide, tall, fill=False, edgecolor=colour, linewidth=width))


def _plot_steps(axis: Axes, values: np.ndarray, overruled: np.ndarray, label: str) -> None:
    """One number of each step (T-1,), between its two frames."""
    places, colour = np.arange(len(values)) + 0.5, COLOURS[label]
    axis.plot(places, values, color=colour, linewidth=1.2)
    axis.plot(places[~overruled], values[~overruled], "o", color=colour, markersize=4)
    axis.plot(places[overruled], values[overruled], "X", color=colour, markersize=6)
    if label == "margin":
        axis.axhline(0, color="0.4", linewidth=0.8)
    axis.set_ylabel(label, fontsize=USUAL)
    axis.set_xlim(-0.5, len(values) + 0.5)
    axis.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(3))
    axis.margins(y=0.2)
    axis.tick_params(labelsize=SMALL)
    axis.grid(color="0.85", linewidth=0.6)
    axis.spines[["top", "right"]].set_visible(False)
