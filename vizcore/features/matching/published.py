"""What the ATA paper printed: its two ablation tables as data, drawn beside what this project computes.

published rows, Cost of each mode -> table1_figure, table1_rows       published rows -> table2_figure, table2_ticks
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.algorithms.matching.complexity import Cost
from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, EDGE, OKABE_ITO, SYMBOLS, style

SOURCE = "Zhao, Li, Guo, Lu: Alignment-guided Temporal Attention, NeurIPS 2022 (arXiv 2210.00132), supplement"


@dataclass(frozen=True)
class Published:
    """A row of Table 1: ViT-Base on Kinetics-400, 8 frames of 224 x 224."""

    mode: str  # as algorithms.matching.complexity names it
    name: str
    order: str  # cost of an encoder block
    top1: float  # %
    top5: float  # %
    gflops: float  # multiply-adds of one view, in 1e9
    mparams: float  # parameters, in 1e6


@dataclass(frozen=True)
class Stages:
    """A row of Table 2: the first blocks of 12 aligned, the rest with plain temporal attention."""

    blocks: int  # aligned, counted from the first
    top1: float  # %
    top5: float  # %
    gflops: float = 201.8
    mparams: float = 121.8


TABLE_1 = (
    Published("space", "space only", "T n² d", 76.0, 92.6, 140.3, 86.2),
    Published("joint", "joint", "T² n² d", 77.4, 92.8, 179.7, 86.2),
    Published("factorized", "factorized", "T n² d + T² n d", 78.0, 94.3, 201.8, 121.8),
    Published("ata", "ATA", "T n³ + T n² d + T² n d", 79.6, 94.3, 201.8, 121.8),
)
TABLE_2 = (
    Stages(0, 78.0, 93.7),
    Stages(3, 79.3, 94.4),
    Stages(6, 79.2, 94.3),
    Stages(9, 79.4, 94.4),
    Stages(12, 79.6, 94.3),
)
DEPTH, GROUP = 12, 3  # blocks, and blocks of one column of Table 2

NOTES = {
    "two values of one model": (
        "Factorized attention is one model in both tables, but its top-5 accuracy is 94.3 in Table 1 and 93.7 in "
        "Table 2. One of them is wrong; 94.3 is also what the row below it has, so it may be a copy."
    ),
    "not monotone": (
        "The text says that accuracy grows gradually with more aligned stages. Printed are 79.3, 79.2, 79.4, 79.6 "
        "(top-1) and 94.4, 94.3, 94.4, 94.3 (top-5), neither of which is monotone. Its “1.6 %” are 1.6 points."
    ),
    "cost of alignment": (
        "The cost is printed as the same with and without alignment. The matching itself takes no multiply-adds of "
        "the kind that are counted, but the similarity it needs does: T - 1 products n x n x d for each block."
    ),
    "counts": (
        "The named layers make 196.0 billion multiply-adds and 121.6 million parameters, not the printed 201.8 and "
        "121.8. With every permutation applied as a product with an n x n matrix of ones and zeros, and the class "
        "token among the n, the multiply-adds come to 201.8; the paper does not say that this is what was counted."
    ),
    "cubic": (
        "The text calls the matching quadratic in the number n of patches of a frame; its table has n³, which is "
        "right. It is of the order of the other terms only as long as n is of the order of d."
    ),
}


@captioned(
    "Higher is more accurate, further left is cheaper, a larger disc has more parameters; filled discs are as "
    "printed, rings have the cost that VizCore counts from the named layers (the accuracy is the printed one)."
)
def table1_figure(computed: Mapping[str, Cost] | None = None) -> go.Figure:
    """Top-1 accuracy against multiply-adds, discs by parameters; `computed` adds a ring for each mode it has."""
    fig = go.Figure()
    for row, colour in zip(TABLE_1, COLOURWAY):
        fig.add_trace(_disc(row.name, row, row.gflops, row.mparams, {"color": colour, "opacity": 0.85}))
        cost = (computed or {}).get(row.mode)
        if cost is not None:
            ring = {"color": "rgba(0, 0, 0, 0)", "line": {"color": colour, "width": 2}}
            fig.add_trace(_disc(f"{row.name}, computed", row, cost.macs / 1e9, cost.parameters / 1e6, ring))
            fig.data[-1].showlegend = False
    fig.update_xaxes(title="multiply-adds of one view, 10⁹", range=[120, 222])
    fig.update_yaxes(title="top-1 accuracy, %", range=[75.2, 80.4], dtick=1)
    return style(fig, height=400)


def table1_rows(computed: Mapping[str, Cost] | None = None) -> list[dict]:
    """Table 1 with a column for each computed number beside the printed one; None where it is not given."""
    costs = computed or {}
    return [
        {
            "temporal modelling": row.name,
            "order of a block": row.order,
            "top-1, %": row.top1,
            "top-5, %": row.top5,
            "10⁹ multiply-adds, printed": row.gflops,
            "computed": round(costs[row.mode].macs / 1e9, 1) if row.mode in costs else None,
            "10⁶ parameters, printed": row.mparams,
            "computed ": round(costs[row.mode].parameters / 1e6, 1) if row.mode in costs else None,
        }
        for row in TABLE_1
    ]


@captioned(
    "Accuracy against the number of blocks whose temporal attention is aligned; the ring is the top-5 accuracy "
    "that Table 1 prints for the model without alignment."
)
def table2_figure() -> go.Figure:
    """Top-1 and top-5 accuracy against the number of aligned blocks."""
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    blocks = [row.blocks for row in TABLE_2]
    for line, (name, values) in enumerate((("top-1", [r.top1 for r in TABLE_2]), ("top-5", [r.top5 for r in TABLE_2]))):
        fig.add_scatter(
            x=blocks,
            y=values,
            name=name,
            mode="lines+markers+text",
            text=[f"{value:.1f}" for value in values],
            textposition=["bottom right"] + ["top center"] * (len(blocks) - 1),
            cliponaxis=False,
            row=line + 1,
            col=1,
            showlegend=False,
            line={"color": COLOURWAY[line], "width": 2},
            marker={"symbol": SYMBOLS[line], "size": 9},
            hovertemplate="%{x} aligned blocks: %{y:.1f} %<extra>" + name + "</extra>",
        )
    plain = next(row for row in TABLE_1 if row.mode == "factorized")
    fig.add_scatter(
        x=[0],
        y=[plain.top5],
        name=f"as Table 1 prints it: {plain.top5}",
        mode="markers",
        row=2,
        col=1,
        marker={"symbol": "circle-open", "size": 12, "color": OKABE_ITO["vermilion"], "line": {"width": 2}},
    )
    fig.update_yaxes(title="top-1, %", range=[77.6, 80.2], row=1, col=1)
    fig.update_yaxes(title="top-5, %", range=[93.5, 94.75], row=2, col=1)
    fig.update_xaxes(title="aligned blocks of 12, from the first", tickvals=blocks, range=[-0.7, 12.7], row=2, col=1)
    fig.update_xaxes(tickvals=blocks, range=[-0.7, 12.7], row=1, col=1)
    return style(fig, height=400)


def table2_ticks() -> list[dict]:
    """Table 2 as printed: a tick for each group of three aligned blocks, then the numbers."""
    starts = range(0, DEPTH, GROUP)
    return [
        {f"blocks {start}-{start + GROUP - 1}": row.blocks >= start + GROUP for start in starts}
        | {"top-1, %": row.top1, "top-5, %": row.top5, "10⁹ multiply-adds": row.gflops, "10⁶ parameters": row.mparams}
        for row in TABLE_2
    ]


def _disc(name: str, row: Published, gflops: float, mparams: float, marker: dict) -> go.Scatter:
    """A model as a disc whose area is its parameters: 120 million make one of 42 px."""
    marker = {"line": {"color": EDGE, "width": 1}} | marker | {"size": 42 * np.sqrt(mparams / 120)}
    return go.Scatter(
        x=[gflops],
        y=[row.top1],
        name=name,
        mode="markers",
        marker=marker,
        hovertemplate=f"{row.order}<br>top-1 %{{y:.1f}} %, top-5 {row.top5} %<br>%{{x:.1f}} · 10⁹ multiply-adds, "
        f"{mparams:.1f} · 10⁶ parameters<extra>{name}</extra>",
    )
