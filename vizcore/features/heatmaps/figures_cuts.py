"""Where a film cuts, drawn: the two probabilities of every frame over time, and the cuts among them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import EDGE, OKABE_ITO, style

HEADS = {"last frame of a shot": OKABE_ITO["blue"], "inside a change": OKABE_ITO["orange"]}  # what is told, its colour


@captioned(
    "What TransNetV2 says of every frame: that it is the last of its shot (one frame of each change), and that it "
    "belongs to a change (all frames of a dissolve). Diamonds are the cuts above the threshold (dashed)."
)
def cuts_figure(
    curves: tuple[np.ndarray, np.ndarray, np.ndarray], cuts: Sequence[tuple[float, float]], threshold: float
) -> go.Figure:
    """Two lines of probabilities over time, and a mark for each cut.

    Args:
        curves: seconds, and the probabilities of both heads, (K,) each.
        cuts: seconds and probability of each.
        threshold: 0 to 1.
    """
    times, *heads = curves
    fig = go.Figure()
    for (name, colour), shares, dash in zip(HEADS.items(), heads, ("solid", "dot"), strict=True):
        fig.add_scatter(
            x=times,
            y=shares,
            name=name,
            mode="lines",
            line={"color": colour, "width": 1.5, "dash": dash},
            hovertemplate="%{x:.2f} s: %{y:.0%}<extra>" + name + "</extra>",
        )
    fig.add_scatter(
        x=[seconds for seconds, _ in cuts],
        y=[share for _, share in cuts],
        name="cut",
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": OKABE_ITO["vermilion"]},
        customdata=np.arange(len(cuts)),
        hovertemplate="cut at %{x:.2f} s: %{y:.0%}<extra></extra>",
    )
    fig.add_hline(threshold, line={"color": EDGE, "dash": "dash", "width": 1})
    fig.update_xaxes(title="seconds")
    fig.update_yaxes(title="probability", range=[-0.03, 1.05], tickformat=".0%", dtick=0.5)
    return style(fig, height=250)
