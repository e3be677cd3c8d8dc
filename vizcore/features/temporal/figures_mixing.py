"""Ways to mix tokens over time, drawn: how far each moves the answers, frame by frame and for other orders of frames.

nats (T,) of each -> divergence_figure                      nats (M,) of each order -> orders_figure
"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import OKABE_ITO, style

LINES = {  # colour and dash of each way; places are light, tracks dark
    "average in place": (OKABE_ITO["orange"], "dot"),
    "average along tracks": (OKABE_ITO["vermilion"], "solid"),
    "attention in place": (OKABE_ITO["sky"], "dot"),
    "attention along tracks": (OKABE_ITO["blue"], "solid"),
}
ROW, ROOM = 46, 100  # px of a row; of axis and margins


@captioned(
    "How far the answer of each frame moves from what the frame says by itself: the Kullback-Leibler divergence of the "
    "class probabilities, 0 for no change. Dotted: in place; solid: along the tracks."
)
def divergence_figure(lines: Mapping[str, np.ndarray], times: np.ndarray) -> go.Figure:
    """The divergence of every frame.

    Args:
        lines: {name of a way: (T,) nats}.
        times: (T,) seconds.
    """
    fig = go.Figure()
    for name, nats in lines.items():
        colour, dash = LINES[name]
        fig.add_scatter(
            x=times,
            y=nats,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="%{x:.2f} s: %{y:.3f} nats",
        )
    fig.update_xaxes(title="seconds")
    fig.update_yaxes(title="divergence, nats", rangemode="tozero")
    return style(fig, height=380)


@captioned(
    "How far the answer for the whole clip moves when its frames come in another order, in nats; a fuller cell is a "
    "larger change, and 0 means that who looks so cannot tell."
)
def orders_figure(moved: Mapping[str, np.ndarray], names: Sequence[str]) -> go.Figure:
    """The divergence of every order and way.

    Args:
        moved: {order: (M,) nats}.
        names: (M,) of the ways to look at time.
    """
    nats = np.stack(list(moved.values()), 1)  # (M, orders)
    fig = go.Figure(
        go.Heatmap(
            z=np.log1p(nats),  # small changes are seen beside large ones
            x=list(moved),
            y=list(names),
            zmin=0,
            zmax=max(1.0, float(np.log1p(nats.max()))),
            colorscale=[[0, "rgba(0, 114, 178, 0)"], [1, "rgba(0, 114, 178, 1)"]],
            showscale=False,
            xgap=3,
            ygap=3,
            customdata=nats,
            hovertemplate="%{y}, %{x}: %{customdata:.3f} nats<extra></extra>",
        )
    )
    dark = np.log1p(nats) > 0.55 * max(1.0, float(np.log1p(nats.max())))
    for cells, colour in ((~dark, None), (dark, "white")):  # None: the colour of text
        y, x = np.nonzero(cells)
        places = {"x": [list(moved)[k] for k in x], "y": [names[k] for k in y]}
        texts = [f"{one:.2f}" for one in nats[cells]]
        font = {"size": 14, "weight": 600, "color": colour}
        fig.add_scatter(**places, text=texts, mode="text", textfont=font, hoverinfo="skip", showlegend=False)
    fig.update_xaxes(side="top", showgrid=False)
    fig.update_yaxes(autorange="reversed", showgrid=False)
    return style(fig, height=ROOM + ROW * len(names))
