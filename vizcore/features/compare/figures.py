"""Panes beside each other in numbers: what each comes to on many clips, and the difference of two, clip by clip.

mean heat over time -> profile_figure
values (K,) of each pane -> spread_figure          differences with their intervals -> paired_figure
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, EDGE, SYMBOLS, style

if TYPE_CHECKING:
    from vizcore.algorithms.statistics.paired_mean import MeanDifference

ROOM = 0.56  # of the distance between two rows, that the marks of a row take


@captioned(
    "The heat of each frame that a pane's model saw, scaled as in the player: when it is high, and which panes "
    "agree about that. It is the mean of all patches; of attention, whose mean is fixed, that of the hottest."
)
def profile_figure(lines: Mapping[str, tuple[np.ndarray, np.ndarray]], unit: str, measure: str) -> go.Figure:
    """A line for each pane: (F,) moments and (F,) numbers from 0 to 1.

    Args:
        lines: by what the panes are called, which begins with their number.
        unit: of the moments, in words.
        measure: what the numbers are, in words.
    """
    fig = go.Figure()
    for name, (at, heat) in lines.items():
        k = int(name.split()[0]) - 1
        fig.add_scatter(
            x=at,
            y=heat,
            name=name,
            mode="lines+markers",
            line={"color": COLOURWAY[k]},
            marker={"symbol": SYMBOLS[k], "size": 8},
            hovertemplate="%{x:.2f}: %{y:.3f}<extra>" + name + "</extra>",
        )
    fig.update_xaxes(title=unit)
    fig.update_yaxes(title=measure, rangemode="tozero")
    return style(fig, height=230 + 18 * len(lines))


@captioned(
    "A small mark for each clip, at the same height in every row of the same clip; the large one is their mean, "
    "with a standard deviation to each side."
)
def spread_figure(values: Mapping[str, np.ndarray], names: Sequence[Sequence[str]], measure: str) -> go.Figure:
    """Every pane's (K,) numbers as marks in a row, with mean and standard deviation.

    Args:
        values: by what the panes are called; nan where not known.
        names: what the K clips of each pane are called.
        measure: in words.
    """
    fig = go.Figure()
    for k, row in enumerate(values.values()):
        colour, symbol = COLOURWAY[k % len(COLOURWAY)], SYMBOLS[k % len(SYMBOLS)]
        _marks(fig, row, k, colour, symbol, names[k])
        known = row[np.isfinite(row)]
        if len(known):
            _mean(fig, float(known.mean()), k, colour, symbol, float(known.std(ddof=1)) if len(known) > 1 else 0.0)
    return _rows(fig, list(values), measure)


@captioned(
    "A small mark for each clip: this pane minus the other on that clip alone, so that what is hard for both "
    "cancels. The large one is their mean with its 95 % interval, from drawing the clips anew. An interval that "
    "does not contain 0 says that chance in the choice of clips is no likely reason."
)
def paired_figure(differences: Mapping[str, MeanDifference], names: Sequence[str], measure: str) -> go.Figure:
    """The same for differences, with their intervals and a line at 0.

    Args:
        differences: by what is less what.
        names: of the clips.
        measure: in words.
    """
    fig = go.Figure()
    for k, one in enumerate(differences.values()):
        colour, symbol = COLOURWAY[k + 1], SYMBOLS[k + 1]
        _marks(fig, one.each, k, colour, symbol, names)
        if one.clips:
            _mean(fig, one.value, k, colour, symbol, one.high - one.value, one.value - one.low)
    fig.add_vline(0, line={"color": EDGE, "width": 2})
    return _rows(fig, list(differences), measure)


def _marks(fig: go.Figure, row: np.ndarray, k: int, colour: str, symbol: str, names: Sequence[str]) -> None:
    """A mark for each clip, spread over the height of the row in the order of the clips."""
    fig.add_scatter(
        x=row,
        y=k + np.linspace(-ROOM / 2, ROOM / 2, len(row)) if len(row) > 1 else [k],
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 8, "opacity": 0.55},
        text=list(names),
        hovertemplate="%{text}: %{x:.3g}<extra></extra>",
    )


def _mean(fig: go.Figure, value: float, k: int, colour: str, symbol: str, more: float, less: float | None = None):
    """The mean and how far it may be off, or how far the clips are from it."""
    span = {"array": [more], "thickness": 2.5, "width": 7, "color": colour}
    span |= {} if less is None else {"symmetric": False, "arrayminus": [less]}
    fig.add_scatter(
        x=[value],
        y=[k],
        mode="markers",
        error_x=span,
        marker={"color": colour, "symbol": symbol, "size": 15, "line": {"color": "white", "width": 1.5}},
        hovertemplate="mean %{x:.3g}<extra></extra>",
    )


def _rows(fig: go.Figure, panes: list[str], measure: str) -> go.Figure:
    fig.update_xaxes(title=measure)
    fig.update_yaxes(tickvals=list(range(len(panes))), ticktext=panes, range=[len(panes) - 0.5, -0.5], showgrid=False)
    fig.update_layout(showlegend=False)
    return style(fig, height=96 + 84 * len(panes))
