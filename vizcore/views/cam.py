"""Heat over frames, drawn: strips of pictures, the scale of their colours, what heat sums up to and what it is worth.

frames (F, H, W, 3), heat from 0 to 1 (F, h, w) -> heated -> heat_strip
energies, curves -> figures
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.algorithms.attribution.faithfulness import Curves
from vizcore.views.strips import tile
from vizcore.views.theme import BAR_ROOM, COLOURWAY, DIVERGING, OKABE_ITO, SEQUENTIAL, SYMBOLS, paint, scale, style

HOW_TO_READ = {
    "scale_figure": "The colours of all pictures above, from the lowest heat of what shares the scale to the highest.",
    "energy_figure": (
        "The mean of the heat of each frame, as coloured above (its sum over the number of patches), a line for each "
        "row. On a clip in which nothing moves, a row that sees each frame alone is level."
    ),
    "curves_figure": (
        "The model's belief in the class while patches go (left) and come (right), the hottest first. A heat map that "
        "tells where the answer is from falls early on the left and rises early on the right; thin lines are patches "
        "in no order."
    ),
    "foreground_figure": (
        "The share of a row's heat that lies on people and things, beside the share of the picture that they cover "
        "(dashed): a bar that ends there says that the heat does not know them."
    ),
}

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
    how = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    painted = []
    for frame, one in zip(frames, heat, strict=True):
        large = cv2.resize(one.astype(np.float32), (width, height), interpolation=how)
        coloured = shades[(large.clip(0, 1) * (SHADES - 1)).round().astype(np.uint8)]  # (H, W, 3)
        painted.append(cv2.addWeighted(coloured, opacity, frame, 1 - opacity, 0))
    return np.stack(painted)


def heat_strip(frames: np.ndarray, heat: np.ndarray, opacity: float = 0.55, smooth: bool = True) -> np.ndarray:
    """Small frames (F, H, W, 3) with heat (F, h, w) over them in one row: (H, w, 3)."""
    return tile(heated(frames, heat, opacity, smooth), len(frames))


def difference_strip(frames: np.ndarray, less: np.ndarray, opacity: float = 0.55, smooth: bool = True) -> np.ndarray:
    """The same for a difference (F, h, w) from -1 to 1; where there is none, the colour is a neutral grey."""
    return tile(heated(frames, (less + 1) / 2, opacity, smooth, DIVERGING), len(frames))


def small(frames: np.ndarray, width: int = WIDTH) -> np.ndarray:
    """Frames (F, H, W, 3) at the size of a strip."""
    size = (width, max(1, round(width * frames.shape[1] / frames.shape[2])))
    return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames])


def marked(frames: np.ndarray, index: int, patch: int, grid: tuple[int, int]) -> np.ndarray:
    """A copy of frames (F, H, W, 3) with one patch of one of them outlined."""
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


def scale_figure(ends: tuple[str, str], middle: str, diverging: bool = False) -> go.Figure:
    """The colours from one end to the other, with what stands at the ends and in the middle."""
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


def energy_figure(energies: Mapping[str, np.ndarray], columns: Sequence[str]) -> go.Figure:
    """A line of (F,) numbers from 0 to 1 for each row, under the columns of the strips.

    Args:
        energies: by the words that the rows are called by.
        columns: F words, one for each frame.
    """
    fig = go.Figure()
    for (name, energy), colour, symbol in zip(energies.items(), COLOURWAY, SYMBOLS):
        fig.add_scatter(
            x=np.arange(len(energy)) + 0.5,
            y=energy,
            name=name,
            mode="lines+markers",
            line={"color": colour},
            marker={"symbol": symbol, "size": 7},
            hovertemplate="%{y:.3f}<extra>" + name + "</extra>",
        )
    middles = np.arange(len(columns)) + 0.5
    fig.update_xaxes(title="frame", range=[0, len(columns)], tickvals=middles, ticktext=list(columns))
    fig.update_yaxes(title="mean heat", rangemode="tozero")
    return style(fig, height=220 + 18 * len(energies))


def curves_figure(tried: Mapping[str, tuple[Curves, Sequence[Curves]]]) -> go.Figure:
    """Deletion beside insertion: for each row the curves of its heat, and thinly those of patches in no order."""
    fig = make_subplots(rows=1, cols=2, shared_yaxes=True, subplot_titles=("patches go", "patches come"))
    for (name, (own, chance)), colour, symbol in zip(tried.items(), COLOURWAY, SYMBOLS):
        for side, part in enumerate(("deletion", "insertion"), 1):
            for one in chance:
                fig.add_scatter(
                    x=one.share,
                    y=getattr(one, part),
                    mode="lines",
                    line={"color": colour, "width": 1, "dash": "dot"},
                    opacity=0.45,
                    hoverinfo="skip",
                    showlegend=False,
                    row=1,
                    col=side,
                )
            fig.add_scatter(
                x=own.share,
                y=getattr(own, part),
                name=name,
                legendgroup=name,
                showlegend=side == 1,
                mode="lines+markers",
                line={"color": colour, "width": 2.5},
                marker={"symbol": symbol, "size": 7},
                hovertemplate="%{x:.0%}: %{y:.2f}<extra>" + name + "</extra>",
                row=1,
                col=side,
            )
    fig.update_xaxes(title="share of patches", tickformat=".0%", range=[-0.02, 1.02], dtick=0.5)
    fig.update_yaxes(range=[-0.02, 1.02])
    fig.update_yaxes(title="probability", col=1)
    return style(fig, height=320 + 22 * len(tried), top=28)


def foreground_figure(shares: Mapping[str, float], area: float) -> go.Figure:
    """A bar of a share of 0 to 1 for each row, and a line at the share of the picture that things cover."""
    fig = go.Figure(
        go.Bar(
            y=list(shares),
            x=list(shares.values()),
            orientation="h",
            marker={"color": OKABE_ITO["blue"]},
            text=[f"{share:.0%}" for share in shares.values()],
            hovertemplate="%{x:.1%} of the heat<extra>%{y}</extra>",
        )
    )
    fig.add_vline(area, line={"color": OKABE_ITO["vermilion"], "dash": "dash", "width": 2})
    fig.add_annotation(
        x=area, y=1, yref="paper", yanchor="bottom", text=f"they cover {area:.0%}", showarrow=False, xanchor="left"
    )
    fig.update_xaxes(title="share of the heat on people and things", tickformat=".0%", range=[0, 1])
    fig.update_yaxes(autorange="reversed")
    return style(fig, height=BAR_ROOM + 40 + 34 * max(len(shares), 2), top=24)
