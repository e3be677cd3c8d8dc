"""The minimum that has a gradient, drawn: what smoothMin and min^gamma add to the least value or take from it.

N values, the least 0 and the others a gap above -> penalty_figure;  N = 3 -> surface_figure;  N = 2 -> slope_figure
"""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.algorithms.alignment.smooth_minimum import slopes, smooth_min, smooth_min_gap, soft_min
from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, DIVERGING, EDGE, OKABE_ITO, bar, scale, style

SMOOTH, SOFT = OKABE_ITO["orange"], OKABE_ITO["blue"]
FINE, CELLS = 161, 61  # samples of a curve, and of a side of the surface
FAR = 8.0  # gammas


@captioned(
    "One value is the least and the others lie a gap above it. smoothMin is too large by at most γ(x(N) − 1), at "
    "the gap γx(N) (diamond), and forgets what is far away; min^γ is too small by γ log N when all are equal "
    "(square), and gets there from below."
)
def penalty_figure(count: int, gamma: float, gap: float) -> go.Figure:
    """How far both minima are from the least of `count` values whose others lie a gap above it.

    Args:
        count: N, 2 or more.
        gamma: temperature, above 0.
        gap: where the hand is, in gammas, 0 to FAR.
    """
    gaps = np.linspace(0, FAR, FINE)
    fig = go.Figure()
    ends = {"smoothMin": (SMOOTH, "diamond", smooth_min_gap(count), smooth_min), "min^γ": (SOFT, "square", 0, soft_min)}
    for name, (colour, symbol, worst, minimum) in ends.items():
        curve = minimum(_values(count, gaps * gamma), gamma)
        line = {"color": colour, "width": 3}
        fig.add_scatter(x=gaps * gamma, y=curve, name=name, mode="lines", line=line)
        most = float(minimum(_values(count, np.array([worst * gamma])), gamma)[0])
        marker = {"color": colour, "symbol": symbol, "size": 13, "line": {"color": EDGE, "width": 1.5}}
        at = {"x": [float(worst) * gamma], "y": [most], "marker": marker, "mode": "markers"}
        fig.add_scatter(**at, name=f"worst of {name}: {most:+.4f}", hovertemplate="gap %{x:.4f}: %{y:+.5f}")
        here = float(minimum(_values(count, np.array([gap * gamma])), gamma)[0])
        hand = {"color": colour, "size": 9, "symbol": "circle-open", "line": {"width": 2.5}}
        fig.add_scatter(x=[gap * gamma], y=[here], mode="markers", marker=hand, showlegend=False, hoverinfo="skip")
    fig.add_hline(0, line={"color": EDGE, "width": 1})
    fig.add_vline(gap * gamma, line={"color": EDGE, "width": 1, "dash": "dot"})
    fig.update_xaxes(title="gap between the least value and the others", range=[-0.02 * FAR * gamma, FAR * gamma])
    fig.update_yaxes(title="result less the minimum")
    return style(fig, height=400)


@captioned(
    "Three values: the least is 0, the others lie as far above it as the axes say. Orange is above the minimum, "
    "blue below. smoothMin is worst where both are γx(3) away (cross), min^γ where all three are equal."
)
def surface_figure(gamma: float) -> go.Figure:
    """The same for three values, of which two move."""
    side = np.linspace(0, FAR * gamma, CELLS)
    values = np.stack(np.broadcast_arrays(0, side[:, None], side[None]), -1)  # (CELLS, CELLS, 3)
    fig = make_subplots(rows=2, cols=1, subplot_titles=("smoothMin", "min^γ"), vertical_spacing=0.14)
    most = gamma * np.log(3)
    for row, minimum in enumerate((smooth_min, soft_min), 1):
        z = minimum(values, gamma).astype(np.float32)
        hover = "%{x:.3f}, %{y:.3f}: %{z:+.4f}<extra></extra>"
        fig.add_heatmap(z=z, x=side, y=side, coloraxis="coloraxis", hovertemplate=hover, row=row, col=1)
    place = float(smooth_min_gap(3)) * gamma
    cross = {"symbol": "x-thin", "size": 13, "line": {"color": "black", "width": 2.5}}
    fig.add_scatter(
        x=[place], y=[place], mode="markers", marker=cross, showlegend=False, hoverinfo="skip", row=1, col=1
    )
    fig.update_xaxes(title="second value")
    fig.update_yaxes(title="third value")
    colours = {"cmin": -most, "cmax": most, "colorscale": scale(DIVERGING), "colorbar": bar("result less the minimum")}
    fig.update_layout(coloraxis=colours)
    return style(fig, height=760, top=BAR_ROOM + 24)


@captioned(
    "Two values, one is 0 and the other moves. smoothMin first rises with it, then falls although the value goes "
    "on rising: where it lies more than γ above the result (shaded) its derivative is negative. min^γ never falls."
)
def slope_figure(gamma: float) -> go.Figure:
    """Both minima of 0 and a value that rises, and their derivatives by that value."""
    rising = np.linspace(0, FAR * gamma, FINE)
    values = np.stack([np.zeros_like(rising), rising], -1)
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    for name, colour, minimum in (("smoothMin", SMOOTH, "smooth"), ("min^γ", SOFT, "soft")):
        result = (smooth_min if minimum == "smooth" else soft_min)(values, gamma)
        slope = slopes(values, gamma, minimum)[:, 1]
        line = {"color": colour, "width": 3}
        fig.add_scatter(x=rising, y=result, name=name, legendgroup=name, mode="lines", line=line, row=1, col=1)
        common = {"legendgroup": name, "showlegend": False, "mode": "lines", "line": line}
        fig.add_scatter(x=rising, y=slope, name=name, **common, row=2, col=1)
    turn = float(smooth_min_gap(2)) * gamma
    fig.add_vrect(turn, FAR * gamma, fillcolor=SMOOTH, opacity=0.12, line_width=0)
    fig.add_hline(0, line={"color": EDGE, "width": 1}, row=2, col=1)
    fig.update_yaxes(title="result", row=1, col=1)
    fig.update_yaxes(title="derivative", row=2, col=1)
    fig.update_xaxes(title="the value that moves", range=[0, FAR * gamma], row=2, col=1)
    fig.update_xaxes(showticklabels=False, range=[0, FAR * gamma], row=1, col=1)
    return style(fig, height=440)


def gap_table(counts: tuple[int, ...] = (1, 2, 3, 4, 5, 10, 100, 1000)) -> list[dict]:
    """x(N) beside log(N + 1), which bounds it from N = 4 on."""
    return [
        {"N": count, "x(N)": round(float(smooth_min_gap(count)), 6), "log(N + 1)": round(float(np.log(count + 1)), 6)}
        for count in counts
    ]


def _values(count: int, gaps: np.ndarray) -> np.ndarray:
    """(G, N): nought, and all others a gap above it."""
    return np.concatenate([np.zeros((len(gaps), 1)), np.repeat(gaps[:, None], count - 1, 1)], 1)
