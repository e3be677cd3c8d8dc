"""Which frames of a clip are alike, drawn: the cosine of every pair of their vectors."""

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import DIVERGING, scale, style

MOST = 200  # frames of a side


@captioned(
    "The cosine of every pair of frames' vectors, less the clip's mean: red pairs change alike, blue ones the other "
    "way. Squares on the diagonal are stretches in which little changes."
)
def alike_figure(vectors: np.ndarray, times: np.ndarray) -> go.Figure:
    """The cosines of all pairs of frames, or of MOST of them, evenly taken.

    Args:
        vectors: (F, D).
        times: (F,) seconds.
    """
    some = np.unique(np.linspace(0, len(vectors) - 1, min(len(vectors), MOST)).round().astype(int))
    unit = vectors[some] / np.maximum(np.linalg.norm(vectors[some], axis=1, keepdims=True), 1e-12)
    seconds = times[some]
    hover = "%{x:.2f} s and %{y:.2f} s: %{z:.2f}<extra></extra>"
    fig = go.Figure(
        go.Heatmap(
            x=seconds, y=seconds, z=unit @ unit.T, zmin=-1, zmax=1, colorscale=scale(DIVERGING), hovertemplate=hover
        )
    )
    fig.update_xaxes(title="seconds")
    fig.update_yaxes(title="seconds", scaleanchor="x")
    return style(fig, height=420)
