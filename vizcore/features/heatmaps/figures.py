"""Heat over frames, drawn: strips of pictures, the scale of their colours, what heat sums up to and how faithful it is.

frames (F, H, W, 3), heat from 0 to 1 (F, h, w) -> heated -> heat_strip
energies, curves -> figures
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, COLOURWAY, OKABE_ITO, SYMBOLS, style

if TYPE_CHECKING:
    from vizcore.algorithms.attribution.faithfulness import Curves

BAND = 0.7  # of the distance between two bands: above it stands what the next one is
SILENT = {"hoverinfo": "skip", "showlegend": False}  # of a line that only ends what is filled


@captioned(
    "The mean of the heat of each frame, as coloured above (its sum over the number of patches), a line for each "
    "row. On a clip in which nothing moves, a row that sees each frame alone is level."
)
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


@captioned(
    "A band for each class, the one with the largest mean on top: its probability in every frame, from 0 at the foot "
    "of the band to 100%. What a net says of single frames jumps: the mean decides what is named."
)
def bands_figure(bands: Sequence[tuple[str, np.ndarray]], times: np.ndarray) -> go.Figure:
    """Probabilities over time, a filled band for each class.

    Args:
        bands: words and (F,) probabilities from 0 to 1, the topmost first.
        times: (F,) seconds.
    """
    fig = go.Figure()
    for k, ((word, shares), colour) in enumerate(zip(bands, COLOURWAY)):
        foot = len(bands) - 1 - k
        name = f"{word}, mean {shares.mean():.0%}"
        fig.add_scatter(x=times, y=np.full(len(times), foot), mode="lines", line={"width": 0}, **SILENT)
        fig.add_scatter(
            x=times,
            y=foot + BAND * shares,
            name=name,
            mode="lines",
            line={"color": colour, "width": 1.5},
            fill="tonexty",
            customdata=shares,
            hovertemplate="%{x:.2f} s: %{customdata:.0%}<extra>" + word + "</extra>",
        )
        fig.add_annotation(
            x=0, xref="paper", xanchor="left", y=foot + 1, yanchor="top", text=f"<b>{name}</b>", showarrow=False
        )
    feet = np.arange(len(bands))
    fig.update_xaxes(title="seconds")
    fig.update_yaxes(
        tickvals=np.concatenate([feet, feet + BAND]),
        ticktext=["0"] * len(bands) + ["100%"] * len(bands),
        range=[-0.02, len(bands)],
        title="probability",
    )
    fig.update_layout(showlegend=False)
    return style(fig, height=70 + 84 * len(bands))


@captioned(
    "The probability of the class as patches are deleted (above) and inserted (below), the hottest first. A faithful "
    "heat map falls early above and rises early below; dotted lines are patches in random order."
)
def curves_figure(tried: Mapping[str, tuple[Curves, Sequence[Curves]]]) -> go.Figure:
    """Deletion above insertion: for each row the curves of its heat, and thinly those of patches in random order."""
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    for (name, (measured, chance)), colour, symbol in zip(tried.items(), COLOURWAY, SYMBOLS):
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
                    row=side,
                    col=1,
                )
            fig.add_scatter(
                x=measured.share,
                y=getattr(measured, part),
                name=name,
                legendgroup=name,
                showlegend=side == 1,
                mode="lines+markers",
                line={"color": colour, "width": 2.5},
                marker={"symbol": symbol, "size": 7},
                hovertemplate="%{x:.0%}: %{y:.2f}<extra>" + name + "</extra>",
                row=side,
                col=1,
            )
    fig.update_xaxes(tickformat=".0%", range=[-0.02, 1.02], dtick=0.25)
    fig.update_xaxes(title="share of patches deleted, or inserted", row=2)
    for side, part in enumerate(("deletion", "insertion"), 1):
        fig.update_yaxes(title=f"{part}: probability", range=[-0.02, 1.02], dtick=0.5, row=side)
    return style(fig, height=430 + 22 * len(tried))


@captioned(
    "The share of a row's heat that lies on people and things, beside the share of the picture that they cover "
    "(dashed): a bar that ends there says that the heat does not depend on them."
)
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
