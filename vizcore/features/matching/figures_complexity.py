"""What temporal modelling costs: the orders of Table 1 and Equation 1, and the counted parts of whole networks.

frames, patches, width -> crossing_figure          Cost of each mode -> cost_figure
"""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.algorithms.matching.complexity import Cost, block_cost
from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, EDGE, OKABE_ITO, style

MODES = {"joint": "joint", "factorized": "factorized", "ata": "ATA"}
MOST_PATCHES, MOST_FRAMES = 16384, 256  # as far as the axes go
POINTS = 65
BILLION = 1e9
SMALLEST_PART = 0.005  # of the costliest network: less is not seen as a piece of a bar


@captioned(
    "Cost of one block in units of a factorized block, against the patches of a frame (above) and the number of "
    "frames (below); left of n = d the matching is cheaper than spatial attention, as Equation 1 assumes."
)
def crossing_figure(frames: int, patches: int, width: int) -> go.Figure:
    """The orders of Equation 1 against n and against T, with the place where n = d marked.

    Args:
        frames: T, held fixed above.
        patches: n of a frame, held fixed below.
        width: d.
    """
    fig = make_subplots(rows=2, cols=1, vertical_spacing=0.2)
    counts = np.unique(np.geomspace(4, max(MOST_PATCHES, 2 * patches, 2 * width), POINTS).round().astype(int))
    lengths = np.unique(np.geomspace(1, max(MOST_FRAMES, 2 * frames), POINTS).round().astype(int))
    _curves(fig, 1, counts, [(frames, n) for n in counts.tolist()], width)
    _curves(fig, 2, lengths, [(t, patches) for t in lengths.tolist()], width)
    _upright(fig, 1, width, f" n = d = {width}", OKABE_ITO["vermilion"], 0.9)
    _upright(fig, 1, patches, f"here n = {patches} ", EDGE, 0.02, "right")
    _upright(fig, 2, frames, f" here T = {frames}", EDGE, 0.02)
    fig.update_xaxes(type="log", dtick=1)
    fig.update_yaxes(type="log", title="factorized blocks", dtick=1)
    fig.update_xaxes(title=f"patches of a frame, n (T = {frames})", row=1, col=1)
    fig.update_xaxes(title=f"frames, T (n = {patches})", row=2, col=1)
    return style(fig, height=560)


@captioned(
    "A bar is one network, its pieces are what the multiply-adds are spent on, and their sum is at its end; the "
    "hatched piece is the similarity that matching needs, which the published tables do not count."
)
def cost_figure(costs: Mapping[str, Cost]) -> go.Figure:
    """Multiply-adds of several networks, split into parts.

    Args:
        costs: a Cost for each name, drawn from the top in this order.
    """
    names = list(costs)
    parts = _shown_parts(costs)
    fig = go.Figure()
    for (part, values), colour in zip(parts.items(), cycle(COLOURWAY)):
        fig.add_trace(_pieces(part, names, values, {"color": colour}))
    matching = [cost.matching / BILLION for cost in costs.values()]
    if any(matching):
        hatched = {"color": OKABE_ITO["grey"], "pattern": {"shape": "/"}}
        fig.add_trace(_pieces("similarity to match by", names, matching, hatched))
    totals = [cost.macs / BILLION for cost in costs.values()]
    ends = np.add(totals, matching)
    fig.add_scatter(
        x=ends,
        y=names,
        mode="text",
        text=[f" {_short(total)}" + (f" + {_short(more)}" if more else "") for total, more in zip(totals, matching)],
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    fig.update_layout(barmode="stack", bargap=0.35, legend={"traceorder": "normal"})
    fig.update_xaxes(title="multiply-adds of one view, 10⁹", range=[0, 1.25 * ends.max()])
    fig.update_yaxes(title="temporal modelling", autorange="reversed", ticksuffix=" ")
    return style(fig, height=160 + 45 * len(names) + 12 * len(parts))


def _pieces(name: str, networks: list[str], values: list[float], marker: dict) -> go.Bar:
    """One part of every network's bar."""
    words = "%{y}: %{x:.3~g} · 10⁹<extra>" + name + "</extra>"
    return go.Bar(y=networks, x=values, orientation="h", name=name, marker=marker, hovertemplate=words)


def _short(number: float) -> str:
    return f"{number:.1f}" if number >= 10 else f"{number:.2g}"


def _shown_parts(costs: Mapping[str, Cost]) -> dict[str, list[float]]:
    """Name of a part -> its billions of multiply-adds in every network; parts that nowhere show are one, the rest."""
    names = dict.fromkeys(part for cost in costs.values() for part in cost.parts)
    least = SMALLEST_PART * max(cost.macs for cost in costs.values())
    parts = {name: [cost.parts.get(name, 0) / BILLION for cost in costs.values()] for name in names}
    shown = {name: values for name, values in parts.items() if max(values) * BILLION >= least}
    rest = np.sum([values for name, values in parts.items() if name not in shown], axis=0)
    return shown | ({"the rest": rest.tolist()} if np.any(rest) else {})


def _curves(fig: go.Figure, row: int, x: np.ndarray, sizes: list[tuple[int, int]], width: int) -> None:
    """The orders of all modes, and of the matching alone, at sizes (frames, patches)."""
    orders = {mode: np.array([block_cost(mode, t, n, width) for t, n in sizes], float) for mode in MODES}
    unit = orders["factorized"]
    lines = [(name, orders[mode], colour, "solid") for (mode, name), colour in zip(MODES.items(), COLOURWAY)]
    lines.append(("matching alone, T n³", orders["ata"] - orders["factorized"], OKABE_ITO["purple"], "dash"))
    for name, order, colour, dash in lines:
        fig.add_scatter(
            x=x,
            y=order / unit,
            customdata=order,
            name=name,
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            row=row,
            col=1,
            legendgroup=name,
            showlegend=row == 1,
            hovertemplate="%{x}: %{y:.2f}, %{customdata:.3s} in all",
        )


def _upright(fig: go.Figure, row: int, x: float, words: str, colour: str, height: float, side: str = "left") -> None:
    """A dotted line across a panel at x, with its name at a height of 0 to 1."""
    fig.add_vline(x, line={"color": colour, "width": 1.5, "dash": "dot"}, row=row, col=1)
    axis = "" if row == 1 else str(row)
    fig.add_annotation(
        text=words,
        x=np.log10(x),
        y=height,
        xref=f"x{axis}",
        yref=f"y{axis} domain",
        xanchor=side,
        yanchor="bottom",
        showarrow=False,
        font={"size": 11},
    )
