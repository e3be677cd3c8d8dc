"""What the GTA paper's supplement printed: its four tables as data, and drawn.

published rows -> organised_figure (Tables 1 and 2), events_figure (Table 3), kendall_figure (Table 4)
"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, GREYS, OKABE_ITO, SEQUENTIAL, bar, scale, style

SOURCE = "Hadji, Derpanis, Jepson: Representation Learning via Global Temporal Alignment, CVPR 2021 (arXiv 2105.05217)"

METHODS = ("SpeedNet", "TCN", "SaL", "D3TW*", "TCC", "Ours")
TABLE_1 = {  # training -> ((FineGym101,), (FineGym290,)), % by METHODS
    "from scratch": ((30.40, 36.52, 40.25, 32.10, 41.78, 45.79), (29.87, 37.40, 37.98, 32.15, 40.57, 43.49)),
    "all layers": ((28.27, 30.97, 36.76, 35.75, 44.29, 47.78), (30.95, 35.68, 39.76, 33.63, 40.31, 44.77)),
    "only batch norm": ((34.38, 41.75, 42.68, 38.21, 45.62, 49.51), (35.92, 39.93, 41.58, 34.04, 43.40, 46.54)),
}
TABLE_2 = {  # only batch norm, without the classes of rest: FineGym99, FineGym288
    "without rest, only batch norm": (
        (16.86, 20.02, 21.45, 15.28, 25.18, 27.81),
        (15.57, 17.11, 19.58, 14.07, 20.82, 24.16),
    ),
}
EVENTS = ("vault", "floor", "beam", "bars")
TABLE_3 = {
    "SpeedNet": (61.63, 12.10, 24.25, 24.42),
    "TCN": (68.82, 13.49, 29.57, 27.14),
    "SaL": (70.53, 15.16, 37.73, 33.06),
    "D3TW*": (65.79, 13.57, 31.96, 26.61),
    "TCC": (69.21, 20.01, 40.95, 37.08),
    "Ours": (70.69, 20.06, 43.81, 40.12),
}
TABLE_4 = {"TCN": 73.28, "SaL": 63.36, "TCC": 73.53, "Ours": 78.29}  # tau x 100

NOTES = {
    "labels of Table 1": (
        "The text names three trainings but calls two of them “train-all”; by the rows of Table 1 the first is from "
        "scratch."
    ),
    "tau": "Table 4 prints Kendall's tau times 100. Its code takes scipy's tau-b, which corrects for ties.",
    "one net or many": (
        "The table is of one network for each class; the network that the authors published is one for all classes."
    ),
    "probabilities as logits": (
        "The authors' code hands the probabilities of the cycle to a loss that wants logits: its smallest value is "
        "log(e + M − 1) − 0.9 − 0.1 / M instead of 0. Both forms are shown under *Cycle*."
    ),
}


@captioned(
    "Mean accuracy of classifying the sub-actions of FineGym, frame by frame: a group is a method, a bar is how "
    "much of the network was trained. The upper row has 101 classes (99 without rest), the lower one 290 (288)."
)
def organised_figure(without_rest: bool = False) -> go.Figure:
    """Table 1, or Table 2: bars by method and training, a row for each labelling."""
    table = TABLE_2 if without_rest else TABLE_1
    names = ("99 classes", "288 classes") if without_rest else ("101 classes", "290 classes")
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.12, subplot_titles=names)
    colours = (OKABE_ITO["grey"], OKABE_ITO["sky"], OKABE_ITO["blue"])[-len(table) :]
    for (training, parts), colour in zip(table.items(), colours):
        for row, values in enumerate(parts, 1):
            fig.add_bar(
                x=METHODS,
                y=values,
                name=training,
                legendgroup=training,
                showlegend=row == 1,
                marker={"color": colour},
                hovertemplate="%{x}: %{y:.2f} %<extra>" + training + "</extra>",
                row=row,
                col=1,
            )
    fig.update_layout(barmode="group", bargap=0.25)
    fig.update_yaxes(title="accuracy, %", rangemode="tozero")
    fig.update_xaxes(showticklabels=False, row=1, col=1)
    fig.update_xaxes(title="method, as the paper names it", row=2, col=1)
    return style(fig, height=460, top=28)


@captioned(
    "Accuracy within each event: vault (8 classes), floor exercise (35), balance beam (33) and uneven bars (25). "
    "Brighter is better; the frame is around the best of each event."
)
def events_figure() -> go.Figure:
    """Table 3 as a heat map, scaled within each event: the events differ more than the methods do."""
    values = np.array(list(TABLE_3.values()))  # (methods, events)
    share = (values - values.min(0)) / np.ptp(values, 0)
    fig = go.Figure(
        go.Heatmap(
            z=share,
            x=EVENTS,
            y=list(TABLE_3),
            colorscale=scale(SEQUENTIAL),
            colorbar=bar("from the event's worst to its best"),
            xgap=2,
            ygap=2,
            hoverinfo="skip",
        )
    )
    for dark in (True, False):
        rows, columns = np.nonzero((share < 0.6) == dark)
        fig.add_scatter(
            x=[EVENTS[k] for k in columns],
            y=[METHODS[k] for k in rows],
            text=[f"{values[r, c]:.2f}" for r, c in zip(rows, columns)],
            mode="text",
            textfont={"color": "white" if dark else GREYS[0], "size": 13},
            hoverinfo="skip",
            showlegend=False,
        )
    for column, row in enumerate(values.argmax(0)):
        edge = {"type": "rect", "x0": column - 0.47, "x1": column + 0.47, "y0": row - 0.46, "y1": row + 0.46}
        fig.add_shape(**edge, line={"color": OKABE_ITO["orange"], "width": 3})
    fig.update_xaxes(title="event", showgrid=False)
    fig.update_yaxes(title="method", autorange="reversed", showgrid=False)
    return style(fig, height=360, top=BAR_ROOM)


@captioned(
    "Kendall's tau × 100 on Penn Action, one network for each class: 100 means that nearest neighbours of "
    "successive frames always come in the same order."
)
def kendall_figure(ours: Mapping[str, float] | None = None) -> go.Figure:
    """Table 4; `ours` adds bars of nets that this project trained, on clips of the world: {name: tau, -1 to 1}."""
    fig = go.Figure()
    parts = [("printed, on Penn Action", TABLE_4, OKABE_ITO["blue"])]
    if ours:
        scaled = {name: 100 * value for name, value in ours.items()}
        parts.append(("measured here, on the world", scaled, OKABE_ITO["orange"]))
    for name, values, colour in parts:
        fig.add_bar(
            x=list(values),
            y=list(values.values()),
            name=name,
            marker={"color": colour},
            text=[f"{value:.1f}" for value in values.values()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.2f}<extra>" + name + "</extra>",
        )
    fig.update_yaxes(title="Kendall's tau × 100", range=[0, 104])
    fig.update_xaxes(title="method")
    return style(fig, height=360)


def rows(which: str) -> list[dict]:
    """The numbers of a table, "1" to "4"."""
    if which in ("1", "2"):
        table, names = (TABLE_1, ("101", "290")) if which == "1" else (TABLE_2, ("99", "288"))
        return [
            {"method": method, "training": training}
            | {f"{name} classes, %": part[k] for name, part in zip(names, parts)}
            for training, parts in table.items()
            for k, method in enumerate(METHODS)
        ]
    if which == "3":
        heads = [f"{event} ({count}), %" for event, count in zip(EVENTS, (8, 35, 33, 25))]
        return [{"method": method} | dict(zip(heads, values)) for method, values in TABLE_3.items()]
    return [{"method": method, "Kendall's tau × 100": value} for method, value in TABLE_4.items()]


def columns(which: str) -> dict[str, dict[str, float]]:
    """{column: {method: value}} of a table, "1" to "4"; higher is better."""
    if which == "4":
        return {"tau": dict(TABLE_4)}
    if which == "3":
        return {event: {name: values[k] for name, values in TABLE_3.items()} for k, event in enumerate(EVENTS)}
    table = TABLE_1 if which == "1" else TABLE_2
    return {
        f"{training} {k}": dict(zip(METHODS, part)) for training, parts in table.items() for k, part in enumerate(parts)
    }
