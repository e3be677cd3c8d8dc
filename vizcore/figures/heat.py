"""Heat over frames, drawn: strips of pictures, a patch pointed out, and the scale of the colours."""

import cv2
import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.strips import tile
from vizcore.figures.theme import DIVERGING, OKABE_ITO, SEQUENTIAL, paint, scale, style

WIDTH = 168  # px of a frame in a strip
SHADES = 255  # an odd number: the middle of a diverging scale is one of them
MARK = tuple(int(OKABE_ITO["orange"][k : k + 2], 16) for k in (1, 3, 5))


def heated(
    frames: np.ndarray,
    heat: np.ndarray,
    opacity: float = 0.55,
    smooth: bool = True,
    colours: tuple[str, ...] = SEQUENTIAL,
) -> np.ndarray:
    """Frames with heat over them: (F, H, W, 3) uint8.

    Args:
        frames: (F, H, W, 3) uint8 RGB.
        heat: (F, h, w) from 0 to 1.
        opacity: of the heat, 0 to 1.
        smooth: between the middles of patches the heat goes over evenly; else every patch has one colour.
        colours: of the theme, for 0 to 1.
    """
    shades = paint(np.arange(SHADES), 0, SHADES - 1, colours)  # (SHADES, 3)
    height, width = frames.shape[1:3]
    interpolation = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    painted = []
    for frame, one in zip(frames, heat, strict=True):
        large = cv2.resize(one.astype(np.float32), (width, height), interpolation=interpolation)
        coloured = shades[(large.clip(0, 1) * (SHADES - 1)).round().astype(np.uint8)]  # (H, W, 3)
        painted.append(cv2.addWeighted(coloured, opacity, frame, 1 - opacity, 0))
    return np.stack(painted)


def heat_strip(
    frames: np.ndarray, heat: np.ndarray, opacity: float = 0.55, smooth: bool = True, across: int | None = None
) -> np.ndarray:
    """Small frames with heat over them, side by side: (H', W', 3) uint8.

    Args:
        frames: (F, H, W, 3) uint8 RGB.
        heat: (F, h, w) from 0 to 1.
        opacity: of the heat, 0 to 1.
        smooth: heat is interpolated between patches.
        across: frames in a line; None for all in one.
    """
    return tile(heated(frames, heat, opacity, smooth), across or len(frames))


def difference_strip(
    frames: np.ndarray, less: np.ndarray, opacity: float = 0.55, smooth: bool = True, across: int | None = None
) -> np.ndarray:
    """The same for a difference; where there is none, the colour is a neutral grey.

    Args:
        frames: (F, H, W, 3) uint8 RGB.
        less: (F, h, w) from -1 to 1.
        opacity: of the colours, 0 to 1.
        smooth: they are interpolated between patches.
        across: frames in a line; None for all in one.
    """
    return tile(heated(frames, (less + 1) / 2, opacity, smooth, DIVERGING), across or len(frames))


def small(frames: np.ndarray, width: int = WIDTH) -> np.ndarray:
    """Frames (F, H, W, 3) at the size of a strip."""
    size = (width, max(1, round(width * frames.shape[1] / frames.shape[2])))
    return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames])


def marked(frames: np.ndarray, index: int, patch: int, grid: tuple[int, int]) -> np.ndarray:
    """A copy of frames with one patch of one of them outlined.

    Args:
        frames: (F, H, W, 3) uint8 RGB.
        index: of the frame, 0 to F - 1.
        patch: of the grid, row by row.
        grid: rows and columns of patches.
    """
    frames = frames.copy()
    height, width = frames.shape[1:3]
    (top, left), (rows, columns) = divmod(patch, grid[1]), grid
    corners = [
        (round((left + k) * width / columns) + inset, round((top + k) * height / rows) + inset)
        for k, inset in ((0, 2), (1, -3))  # the line is 5 px thick: no more than the patch is marked
    ]
    cv2.rectangle(frames[index], *corners, (0, 0, 0), 5)
    cv2.rectangle(frames[index], *corners, MARK, 3)
    return frames


@captioned("The colours of all pictures above, from the lowest heat of what shares the scale to the highest.")
def scale_figure(ends: tuple[str, str], middle: str, diverging: bool = False) -> go.Figure:
    """The colours from one end to the other, with what stands at the ends and in the middle.

    Args:
        ends: what stands at the low and the high end.
        middle: what stands between them.
        diverging: from cool over grey to hot, instead of dark to bright.
    """
    ramp = np.linspace(0, 1, SHADES)[None].astype(np.float32)
    colours = scale(DIVERGING if diverging else SEQUENTIAL)
    fig = go.Figure(
        go.Heatmap(z=ramp, x0=0, dx=1 / (SHADES - 1), colorscale=colours, showscale=False, hoverinfo="skip")
    )
    labels = [ends[0].replace("\n", " "), middle, ends[1].replace("\n", " ")]
    fig.update_xaxes(tickvals=[0, 0.5, 1], ticktext=labels, range=[-0.16, 1.16], tickangle=0, zeroline=False)
    fig.update_xaxes(showgrid=False, showline=False)
    fig.update_yaxes(visible=False, showticklabels=False)
    style(fig, height=64)
    fig.update_xaxes(automargin=False)
    return fig.update_layout(margin={"b": 30, "t": 4})
