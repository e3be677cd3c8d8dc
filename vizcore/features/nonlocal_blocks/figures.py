"""The frequencies of a graph, drawn: its eigenvalues in the unit disc, or along a line where they are real.

eigenvalues (K,), energy (K,) -> disc_figure, line_figure;  frames, what a position attends to -> attention_strip
"""

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.heat import heated, marked, small
from vizcore.figures.strips import tile
from vizcore.figures.theme import EDGE, OKABE_ITO, style

LEAST = 1e-8  # share of energy that is drawn
CELL = 160  # px of a frame without a picture
WIDTH = 224  # px of a frame in a strip


@captioned(
    "Every dot is an eigenvalue of a graph whose rows sum to 1: none is outside the circle. Off the line they come "
    "in pairs: modes that turn while they fade, since the weights are not symmetric. A larger dot carries more of the "
    "features."
)
def disc_figure(values: np.ndarray, energy: np.ndarray | None) -> go.Figure:
    """Complex eigenvalues (K,) in the unit disc; dots grow with the energy (K,), if that is known."""
    angle = np.linspace(0, 2 * np.pi, 97)
    fig = go.Figure(go.Scatter(x=np.cos(angle), y=np.sin(angle), mode="lines", line={"color": EDGE}, hoverinfo="skip"))
    size = 7.0 if energy is None else 5 + 11 * (energy / max(energy.max(), 1e-300)) ** 0.25
    fig.add_scatter(
        x=np.asarray(values.real),
        y=np.asarray(np.imag(values)),
        mode="markers",
        marker={"size": size, "color": OKABE_ITO["blue"], "opacity": 0.6, "line": {"width": 0}},
        hovertemplate="λ = %{x:.3f} + %{y:.3f} i<extra></extra>",
    )
    reach = max(1.08, 1.08 * float(np.abs(values).max(initial=0.0)))
    fig.update_xaxes(title="real part", range=[-reach, reach], nticks=5, constrain="domain")
    fig.update_yaxes(title="imaginary part", range=[-reach, reach], scaleanchor="x", nticks=5, constrain="domain")
    return style(fig, height=300).update_layout(showlegend=False)


@captioned(
    "Every stem is a real eigenvalue: right is slow (λ = 1 is what all share), left is fast. Its height is the "
    "share of the features' energy in that mode, on a logarithmic scale."
)
def line_figure(values: np.ndarray, energy: np.ndarray | None) -> go.Figure:
    """Real eigenvalues (K,) as stems as high as their share of the energy (K,), if that is known."""
    share = np.ones(len(values)) if energy is None else energy / max(energy.sum(), 1e-300)
    height = np.maximum(share, LEAST)
    x, y = np.repeat(values.real, 3), np.stack([np.full(len(values), LEAST), height, np.full(len(values), np.nan)], 1)
    fig = go.Figure(go.Scatter(x=x, y=y.ravel(), mode="lines", line={"color": EDGE, "width": 1}, hoverinfo="skip"))
    fig.add_scatter(
        x=np.asarray(values.real),
        y=height,
        mode="markers",
        marker={"size": 7, "color": OKABE_ITO["blue"], "opacity": 0.6, "line": {"width": 0}},
        hovertemplate="λ = %{x:.4f}: %{y:.2e}<extra></extra>",
    )
    reach = max(1.08, 1.08 * float(np.abs(values).max(initial=0.0)))
    fig.update_xaxes(title="eigenvalue λ", range=[-reach, reach], nticks=5)
    fig.update_yaxes(title="share of energy", type="log", range=[np.log10(LEAST), 0.3], nticks=5)
    fig.update_yaxes(exponentformat="power")
    return style(fig, height=300).update_layout(showlegend=False)


@captioned(
    "With W as numbers a filter has one curve; a trained block has matrices. A dot says how much longer one mode "
    "of this clip is behind the W that the net has learnt than before them; larger dots carry more of the features."
)
def learnt_figure(values: np.ndarray, gain: np.ndarray, energy: np.ndarray) -> go.Figure:
    """How much longer the mode of each eigenvalue is behind a trained block, a dot a mode.

    Args:
        values: (K,) eigenvalues.
        gain: (K,) lengths behind the block over lengths before it.
        energy: (K,) of the features in each mode; larger dots have more.
    """
    fig = go.Figure(
        go.Scatter(
            x=np.asarray(values.real),
            y=gain,
            mode="markers",
            marker={
                "size": 6 + 14 * (energy / max(energy.max(), 1e-300)) ** 0.25,
                "color": OKABE_ITO["green"],
                "opacity": 0.6,
                "line": {"width": 0},
            },
            hovertemplate="λ = %{x:.3f}: %{y:.2f} times<extra></extra>",
        )
    )
    fig.update_xaxes(title="eigenvalue λ: right is slow", range=[-1.08, 1.08], nticks=5)
    fig.update_yaxes(title="times as long", rangemode="tozero")
    return style(fig, height=300).update_layout(showlegend=False)


def attention_strip(
    frames: np.ndarray | None, heat: np.ndarray, at: tuple[int, int], opacity: float = 0.65, across: int | None = None
) -> np.ndarray:
    """What a position attends to over the frames, side by side, with the position outlined: (H, W, 3) uint8.

    Args:
        frames: (T, H, W, 3) uint8; None for plain cells.
        heat: (T, rows, columns) 0 to 1.
        at: (frame, cell of its grid) of the position.
        opacity: of the colours over the frames.
        across: frames in a row; None for all.
    """
    grid = heat.shape[1:]
    if frames is None:
        frames, opacity = np.zeros((len(heat), *_size(grid), 3), np.uint8), 1.0
    painted = heated(small(frames, WIDTH), heat, opacity, smooth=False)
    return tile(marked(painted, *at, grid), across or len(painted))


def _size(grid: tuple[int, int]) -> tuple[int, int]:
    """Height and width of a frame of plain cells, in px."""
    return max(8, round(CELL * grid[0] / grid[1])), CELL
