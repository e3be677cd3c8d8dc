"""What the papers on non-local blocks claim, drawn: a claim and what is measured, in one figure each.

curves over mu -> curves_figure;  the turning fraction -> circle_figure;  sums, degrees, eigenvalues, errors -> others
"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, EDGE, OKABE_ITO, SYMBOLS, style


@captioned(
    "The fraction at frequencies from μ = 0 to 2, each a dot. It walks along the unit circle from −1; a fraction "
    "that “can do without Re” would stay on the horizontal line."
)
def circle_figure(mu: np.ndarray, fraction: np.ndarray) -> go.Figure:
    """A complex fraction (K,) of modulus 1 at frequencies mu (K,)."""
    angle = np.linspace(0, 2 * np.pi, 97)
    fig = go.Figure(go.Scatter(x=np.cos(angle), y=np.sin(angle), mode="lines", line={"color": EDGE}, hoverinfo="skip"))
    fig.add_scatter(x=[-1, 1], y=[0, 0], mode="lines", line={"color": OKABE_ITO["vermilion"], "dash": "dash"})
    fig.add_scatter(
        x=fraction.real,
        y=fraction.imag,
        mode="lines+markers",
        line={"color": OKABE_ITO["blue"]},
        marker={"size": 4},
        customdata=mu,
        hovertemplate="μ = %{customdata:.2f}: %{x:.2f} + %{y:.2f} i<extra></extra>",
    )
    whole = [int(np.abs(mu - at).argmin()) for at in (0, 1, 2)]
    fig.add_scatter(
        x=fraction.real[whole],
        y=fraction.imag[whole],
        mode="markers+text",
        text=["μ = 0", "μ = 1", "μ = 2"],
        textposition="top center",
        marker={"size": 12, "color": OKABE_ITO["blue"]},
        hoverinfo="skip",
    )
    fig.update_xaxes(title="real part", range=[-1.25, 1.25], constrain="domain")
    fig.update_yaxes(title="imaginary part", range=[-1.25, 1.25], scaleanchor="x", constrain="domain")
    return style(fig, height=420).update_layout(showlegend=False)


@captioned("What each filter multiplies a frequency by: left is slow (μ = 0), right is fast (μ = 2).")
def curves_figure(mu: np.ndarray, curves: Mapping[str, np.ndarray]) -> go.Figure:
    """Responses (K,) at frequencies mu (K,), with marks at 0, 1 and 2."""
    fig = go.Figure()
    whole = [int(np.abs(mu - at).argmin()) for at in (0, 1, 2)]
    dashes = "solid", "dash", "dot"
    for (name, values), colour, symbol, dash in zip(curves.items(), COLOURWAY, SYMBOLS, dashes):
        fig.add_scatter(
            x=mu,
            y=values,
            name=name,
            legendgroup=name,
            mode="lines",
            line={"color": colour, "width": 3, "dash": dash},
            hovertemplate="μ = %{x:.2f}: %{y:.2f}<extra>" + name + "</extra>",
        )
        fig.add_scatter(
            x=mu[whole],
            y=values[whole],
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 11},
            legendgroup=name,
            showlegend=False,
            hoverinfo="skip",
        )
    fig.update_xaxes(title="frequency μ = 1 − λ", range=[-0.04, 2.04])
    fig.update_yaxes(title="response g")
    return style(fig, height=420)


@captioned(
    "The sum of each row of A for four choices of the axes of the two softmaxes, a dot a row. On the line at 1 a "
    "position gets an average of what is there; elsewhere it gets more or less of everything."
)
def sums_figure(sums: Mapping[str, np.ndarray]) -> go.Figure:
    """Sums of rows (N,) for each way, as dots along a line each."""
    fig = go.Figure()
    chance = np.random.default_rng(0)
    for k, (name, values) in enumerate(sums.items()):
        fig.add_scatter(
            x=values,
            y=k + chance.uniform(-0.16, 0.16, len(values)),
            mode="markers",
            marker={"color": OKABE_ITO["blue"] if k == 0 else OKABE_ITO["vermilion"], "size": 7, "opacity": 0.55},
            hovertemplate="sum %{x:.3f}<extra>" + name + "</extra>",
        )
        fig.add_annotation(x=0, xref="paper", y=k - 0.36, text=name, showarrow=False, xanchor="left")
    fig.add_vline(1, line={"color": EDGE, "dash": "dash"})
    fig.update_xaxes(title="sum of a row of A")
    fig.update_yaxes(visible=False, showticklabels=False, range=[len(sums) - 0.6, -0.7])
    return style(fig, height=360).update_layout(showlegend=False)


@captioned("What D⁻¹ would divide rows by, the largest first: at 0 it cannot, below 0 it turns the sign.")
def degrees_figure(degrees: np.ndarray) -> go.Figure:
    """Sums of rows (K,), falling; those that nothing can be divided by fairly in another colour."""
    fig = go.Figure()
    parts = (("above 0", degrees > 0, "blue"), ("0 or below", degrees <= 0, "vermilion"))
    for name, which, colour in parts:
        if which.any():
            fig.add_scatter(
                x=np.flatnonzero(which),
                y=degrees[which],
                name=f"{name}: {which.sum()} of {len(degrees)}",
                mode="markers",
                marker={"color": OKABE_ITO[colour], "size": 5},
                hovertemplate="degree %{y:.2f}<extra></extra>",
            )
    fig.add_hline(0, line={"color": EDGE})
    fig.update_xaxes(title="node: a channel of a position, by its degree")
    fig.update_yaxes(title="degree")
    return style(fig, height=360)


@captioned(
    "Eigenvalues of L = I − A. Frequencies lie between the two lines, from 0 to 2; far below 0 there is none that "
    "the curve of a filter is about."
)
def laplacian_figure(values: Mapping[str, np.ndarray]) -> go.Figure:
    """Eigenvalues (N,) of L for each affinity, as marks along a line each."""
    fig = go.Figure()
    colours = OKABE_ITO["vermilion"], OKABE_ITO["blue"]
    for k, ((name, row), colour, symbol) in enumerate(zip(values.items(), colours, ("x", "circle"))):
        fig.add_scatter(
            x=row,
            y=np.full(len(row), k),
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 9, "opacity": 0.6},
            hovertemplate="μ = %{x:.3f}<extra>" + name + "</extra>",
        )
        fig.add_annotation(x=0, xref="paper", y=k - 0.35, text=name, showarrow=False, xanchor="left")
    for at in (0, 2):
        fig.add_vline(at, line={"color": EDGE, "dash": "dash"})
    fig.update_xaxes(title="eigenvalue of L = I − A")
    fig.update_yaxes(visible=False, showticklabels=False, range=[1.6, -0.7])
    return style(fig, height=280).update_layout(showlegend=False)


@captioned(
    "How far Jacobi's iteration still is from the inverse: a straight fall is steady gain, a rise is an iteration "
    "that runs away, which it does where its spectral radius exceeds 1."
)
def steps_figure(errors: Mapping[str, np.ndarray]) -> go.Figure:
    """Errors (S,) after 1, 2, ... S steps, for each setting."""
    fig = go.Figure()
    for (name, row), colour, symbol in zip(errors.items(), COLOURWAY, SYMBOLS):
        fig.add_scatter(
            x=np.arange(1, len(row) + 1),
            y=row,
            name=name,
            mode="lines+markers",
            line={"color": colour},
            marker={"symbol": symbol, "size": 6},
            hovertemplate="%{x} steps: %{y:.1e}<extra>" + name + "</extra>",
        )
    fig.update_xaxes(title="steps", rangemode="tozero")
    fig.update_yaxes(title="largest error", type="log", nticks=7, exponentformat="power")
    return style(fig, height=380)
