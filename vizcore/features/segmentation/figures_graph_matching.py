"""Graph matching, drawn: tables with their numbers and the chosen cells, how a plan balances, both forms of the loss.

plan (M, M), sigma (M,) -> plan_figure      gaps (K + 1, 2) -> balance_figure      Q -> quadratic_figure
"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, SEQUENTIAL, paint, scale, style

FLOOR = 1e-16  # gaps below are drawn there
HALF = 110  # of 255: cells whose channels are above it on the mean bear black numbers


@captioned(
    "A row is a source node, a column a target node, a number the share of the match; framed cells are the "
    "assignment that Hungarian makes of them, one in every row and column."
)
def plan_figure(plan: np.ndarray, sigma: np.ndarray) -> go.Figure:
    """Shares (M, M) with the assignment (M,) framed."""
    count = len(plan)
    fig = go.Figure(_table(plan, 0, 1))
    for row, column in enumerate(sigma.tolist()):
        for colour, width in (("white", 6), ("black", 2.5)):
            edges = {"x0": column - 0.43, "x1": column + 0.43, "y0": row - 0.43, "y1": row + 0.43}
            fig.add_shape(type="rect", line={"color": colour, "width": width}, **edges)
    whole = {"tickmode": "linear", "dtick": 1, "showgrid": False, "zeroline": False, "constrain": "domain"}
    fig.update_xaxes(title="target node", range=[-0.5, count - 0.5], **whole)
    fig.update_yaxes(title="source node", range=[count - 0.5, -0.5], scaleanchor="x", **whole)
    return style(fig, height=340)


@captioned(
    "How far the sums of rows and columns are from 1 after each normalisation, rows first: each one puts its own "
    "sums right and the other's a little wrong. The smaller the temperature, the longer it takes."
)
def balance_figure(gaps: np.ndarray) -> go.Figure:
    """Distances of sums from 1 (K + 1, 2: rows, columns), by the number of normalisations."""
    fig = go.Figure()
    steps = np.arange(len(gaps))
    for name, column, dash in (("rows", gaps[:, 0], "solid"), ("columns", gaps[:, 1], "dot")):
        values = np.maximum(column, FLOOR)
        fig.add_scatter(x=steps, y=values, name=f"sums of {name}", mode="lines+markers", line={"dash": dash})
    fig.update_xaxes(title="normalisations", dtick=max(1, len(gaps) // 10))
    fig.update_yaxes(title="largest distance from 1", type="log", exponentformat="power")
    return style(fig, height=340)


@captioned(
    "Q of equation 2: node affinities on the diagonal, and beside it what two pairs together are worth. Entry "
    "a M + i is source node i with target node a."
)
def quadratic_figure(affinity: np.ndarray) -> go.Figure:
    """Q (M M, M M)."""
    side = round(len(affinity) ** 0.5)
    names = [f"{i} → {a}" for a in range(side) for i in range(side)]
    heat = _table(affinity, float(affinity.min()), float(max(affinity.max(), 1e-9)), "%{y} and %{x}: %{z:.2f}")
    fig = go.Figure(heat)
    ticks = {"tickvals": list(range(len(names))), "ticktext": names, "showgrid": False, "constrain": "domain"}
    fig.update_xaxes(title="pair", **ticks)
    fig.update_yaxes(title="pair", autorange="reversed", scaleanchor="x", **ticks)
    return style(fig, height=460)


@captioned(
    "The loss of one pair against its share. Cross entropy falls to 0 where the share is right; as printed, a pair "
    "that does not belong together pays less the smaller its share is, without end."
)
def loss_figure(shares: np.ndarray, curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> go.Figure:
    """Losses of a pair against its share (n,): {form: (where G = 0, where G = 1)}."""
    fig = go.Figure()
    for k, (form, both) in enumerate(curves.items()):
        for truth, values in enumerate(both):
            line = {"color": COLOURWAY[k], "dash": "solid" if truth else "dot", "width": 2.5}
            fig.add_scatter(x=shares, y=values, mode="lines", line=line, name=f"{form}, G = {truth}")
    fig.update_xaxes(title="share S")
    fig.update_yaxes(title="loss of the pair", range=[-8, 8])
    return style(fig, height=380)


def _table(values: np.ndarray, low: float, high: float, hover: str = "%{y}, %{x}: %{z:.6f}") -> list:
    """Cells (rows, columns) with their numbers written out, white on the dark ones and black on the others."""
    cells = go.Heatmap(
        z=values,
        zmin=low,
        zmax=high,
        colorscale=scale(SEQUENTIAL),
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate=hover + "<extra></extra>",
    )
    light = paint(values, low, high).mean(-1) > HALF  # (rows, columns)
    return [cells, *(_numbers(values, light == bright, "black" if bright else "white") for bright in (True, False))]


def _numbers(values: np.ndarray, chosen: np.ndarray, colour: str) -> go.Scatter:
    """The chosen numbers, each in its cell."""
    rows, columns = np.nonzero(chosen)
    written = [f"{value:.3f}".rstrip("0").rstrip(".") for value in values[chosen]]
    common = {"textfont": {"color": colour, "size": 14}, "hoverinfo": "skip", "showlegend": False}
    return go.Scatter(x=columns, y=rows, text=written, mode="text", **common)
