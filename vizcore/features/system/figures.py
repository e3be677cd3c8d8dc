"""How full things are: memory, disk, and what is kept, as bars from nothing to all there is.

Filling(name, taken, total, words) -> fullness_figure
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import EDGE, OKABE_ITO, style

NEARLY, ROW, FRAME = 0.9, 40, 36  # share from which a bar is nearly full; px of a row, and around all of them


@dataclass(frozen=True)
class Filling:
    """One bar."""

    name: str
    taken: float
    total: float  # in the same unit
    words: str  # both as a person reads them


@captioned("Each bar is all there is or may be; the filled part is taken, and hatched where less than a tenth is left.")
def fullness_figure(rows: Sequence[Filling]) -> go.Figure:
    """Horizontal bars of 0 to 100 %, the words of each above it."""
    names = [row.name for row in rows]
    shares = [min(row.taken / row.total, 1.0) if row.total else 0.0 for row in rows]
    full = [share > NEARLY for share in shares]
    colours = [OKABE_ITO["vermilion" if nearly else "blue"] for nearly in full]
    pattern = {"shape": ["/" if nearly else "" for nearly in full], "fgcolor": "white", "fgopacity": 0.6}
    fig = go.Figure()
    fig.add_bar(
        x=shares,
        y=names,
        orientation="h",
        marker={"color": colours, "pattern": pattern, "line": {"width": 0}},
        width=0.34,
        customdata=[row.words for row in rows],
        hovertemplate="%{y}: %{customdata} (%{x:.1%})<extra></extra>",
    )
    for name, row in zip(names, rows):
        where = {"x": 0, "y": name, "xanchor": "left", "yanchor": "bottom", "yshift": 6, "showarrow": False}
        fig.add_annotation(text=row.words, font={"size": 12}, **where)
        fig.add_shape(
            type="rect", x0=0, x1=1, y0=name, y1=name, y0shift=-0.17, y1shift=0.17, line={"color": EDGE, "width": 1}
        )
    fig.update_xaxes(range=[0, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], showgrid=False)
    fig.update_yaxes(autorange="reversed", showgrid=False)
    return style(fig, height=ROW * len(rows) + FRAME)
