"""The tables of SNL's paper as differences to the net without a block, and this project's own beside them.

TABLES -> difference_figure;  gains with intervals -> gains_figure;  table_rows for a table on the page
"""

from collections.abc import Sequence
from typing import Protocol

import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import EDGE, OKABE_ITO, style

SOURCE = "Zhu et al., Unifying Nonlocal Blocks for Neural Networks, ICCV 2021"
TABLES = {  # table -> (what it is, measures, base, {method: numbers}); names as the paper writes them
    "1": (
        "CIFAR-100, PreResNet-56",
        ("top-1", "top-5"),
        {
            "base": (75.33, 93.97),
            "NL": (75.29, 94.07),
            "NS": (75.39, 93.00),
            "A²": (75.51, 92.90),
            "CGNL": (74.71, 93.60),
            "SNL": (76.41, 94.38),
            "CaylaySNL": (76.72, 94.54),
        },
    ),
    "2": (
        "person re-identification",
        ("rank-1", "mAP"),
        {
            "Mars: base": (82.30, 75.70),
            "Mars: NL": (83.21, 76.54),
            "Mars: SNL": (83.40, 76.80),
            "ILID: base": (74.70, 81.60),
            "ILID: NL": (75.30, 83.00),
            "ILID: SNL": (76.30, 84.80),
            "PRID: base": (86.50, 90.50),
            "PRID: NL": (85.40, 89.70),
            "PRID: SNL": (88.80, 92.40),
        },
    ),
    "3": (
        "UCF-101, SNL in three nets",
        ("top-1",),
        {
            "P3D: base": (81.23,),
            "P3D: SNL": (82.65,),
            "VTN: base": (90.06,),
            "VTN: SNL": (90.34,),
            "MARS: base": (92.29,),
            "MARS: SNL": (92.79,),
        },
    ),
    "4": (
        "CUB-200, ResNet-50",
        ("top-1", "top-5"),
        {
            "base": (85.43, 96.70),
            "NL": (85.34, 96.77),
            "NS": (85.54, 96.56),
            "A²": (85.91, 96.56),
            "CGNL": (86.14, 96.34),
            "SNL": (86.02, 96.65),
        },
    ),
}
NOTES = {
    "1": "“Caylay” is Cayley. The released code of this experiment gives NL, NS and A² the symmetric affinity of SNL: "
    "their softmax is never reached.",
    "2": "On PRID the plain non-local block is worse than no block, in both measures.",
    "3": "The paper prints +0.30 for VTN, where its own numbers differ by 0.28. “Three” nets are said to be the state "
    "of the art, and two are named.",
    "4": "In top-5 only NL is not below the base; in top-1 CGNL is the highest, and not SNL.",
}
ROW = 34  # px of a method and measure


class Gained(Protocol):
    """What is drawn of a training's gain."""

    title: str
    mean: float
    low: float
    high: float
    seeds: int


def differences(table: str) -> list[tuple[str, tuple[float, ...]]]:
    """(method, differences to its own base in points, one a measure) of a table."""
    _, _, rows = TABLES[table]
    found = []
    for name, numbers in rows.items():
        group, _, method = name.rpartition(": ")
        if method != "base":
            base = rows[f"{group}: base" if group else "base"]
            found.append((name, tuple(round(one - other, 2) for one, other in zip(numbers, base))))
    return found


@captioned(
    "Bars to the right: better than the same net without a block, in percentage points; to the left: worse. The "
    "paper prints one number for each, without spread over trainings, so that it is unknown which differences "
    "another training would reverse."
)
def difference_figure(table: str) -> go.Figure:
    """One of TABLES as bars from the net without a block."""
    found, measures = differences(table), TABLES[table][1]
    fig = go.Figure()
    for k, (measure, better, worse) in enumerate(
        zip(measures, (OKABE_ITO["blue"], OKABE_ITO["sky"]), (OKABE_ITO["vermilion"], OKABE_ITO["orange"]))
    ):
        values = [numbers[k] for _, numbers in found]
        fig.add_bar(
            y=[name for name, _ in found],
            x=values,
            name=measure,
            orientation="h",
            marker={"color": [better if value >= 0 else worse for value in values]},
            text=[f"{measure} {value:+.2f}".replace("-", "−") for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:+.2f} points<extra>" + measure + "</extra>",
        )
    reach = 1.7 * max(abs(value) for _, numbers in found for value in numbers)
    fig.add_vline(0, line={"color": EDGE, "width": 1})
    fig.update_xaxes(title="points over the net without a block", range=[-reach, reach], zeroline=False)
    fig.update_yaxes(title="method, as the paper names it", autorange="reversed")
    fig.update_layout(barmode="group", bargap=0.3, showlegend=False)
    return style(fig, height=90 + ROW * len(found) * max(1, len(measures) * 0.8))


@captioned(
    "A dot is the mean gain over the net without a block, in percentage points, over trainings that differ in "
    "their seed alone; its line is the 95 % interval. Where lines overlap, neither block is said to be better. The "
    "order is that of invention, not of merit."
)
def gains_figure(gains: Sequence[Gained]) -> go.Figure:
    """Mean gains of this project's own trainings, with intervals."""
    fig = go.Figure(
        go.Scatter(
            x=[100 * one.mean for one in gains],
            y=[one.title for one in gains],
            mode="markers",
            marker={"size": 10, "color": OKABE_ITO["blue"]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (one.high - one.mean) for one in gains],
                "arrayminus": [100 * (one.mean - one.low) for one in gains],
                "color": OKABE_ITO["blue"],
                "thickness": 2,
            },
            hovertemplate="%{y}: %{x:+.1f} points<extra></extra>",
        )
    )
    fig.add_vline(0, line={"color": EDGE, "width": 1})
    fig.update_xaxes(title="points over the net without a block", zeroline=False)
    fig.update_yaxes(title="block", autorange="reversed")
    return style(fig, height=80 + ROW * max(len(gains), 2))


def table_rows(table: str) -> list[dict]:
    """The printed numbers of a table, with their differences."""
    _, measures, rows = TABLES[table]
    less = dict(differences(table))
    return [
        {"method": name}
        | {f"{measure}, %": number for measure, number in zip(measures, numbers)}
        | {f"{measure} over base": less[name][k] if name in less else None for k, measure in enumerate(measures)}
        for name, numbers in rows.items()
    ]
