"""Action segmentation, drawn: colours of the classes, and scores as bars.

class_colours(count) -> #rrggbb of each          rows {who: scores} -> score_figure          ClipFacts -> facts_figure
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.segmentation.metrics import METRICS
from vizcore.figures.caption import captioned
from vizcore.figures.theme import OKABE_ITO, style

if TYPE_CHECKING:
    from vizcore.features.segmentation.pipeline_facts import ClipFacts

NOTHING = "#B9BEC6"  # of the background
HUES = tuple(colour for name, colour in OKABE_ITO.items() if name != "grey")
RIBBON = 8  # px below a picture
TINTS = (0.0, 0.5, -0.4, 0.75)  # share of white (above 0) or of black that a round of hues is mixed with


def class_colours(count: int, nothing: Sequence[int] = (0,)) -> list[str]:
    """#rrggbb for each of so many classes; classes in which nothing happens are grey.

    There are seven hues: the next seven classes take them lighter, then darker. Names stand beside them wherever
    they are drawn.
    """
    coloured = [number for number in range(count) if number not in nothing]
    place = {number: k for k, number in enumerate(coloured)}
    return [NOTHING if k not in place else _tinted(place[k]) for k in range(count)]


@captioned("Longer is better; all numbers are percentages.")
def score_figure(
    rows: Mapping[str, Sequence[float]], columns: Sequence[str] = tuple(METRICS), low: float = 0
) -> go.Figure:
    """Bars of percentages, in groups.

    Args:
        rows: {who: a number for each column}.
        columns: what they are.
        low: where the axis begins.
    """
    fig = go.Figure()
    for who, values in rows.items():
        text = [f"{value:.1f}" for value in values]
        fig.add_bar(x=list(columns), y=list(values), name=who, text=text, textposition="outside", cliponaxis=False)
    fig.update_xaxes(title="metric")
    fig.update_yaxes(title="percent", range=[low, 101])
    fig.update_layout(barmode="group", bargap=0.25)
    return style(fig, height=360)


@captioned(
    "Brightness: mean luma, 0 black to 1 white. Motion: how far pixels move from one frame to the next (optical flow), "
    "mean over the picture. Colours: share of the pixels whose colours are others than before. Dotted lines are cuts."
)
def facts_figure(found: "ClipFacts") -> go.Figure:
    """Brightness, motion and changes of colour over time, one below the other, with the cuts."""
    from plotly.subplots import make_subplots  # only this view stacks plots

    curves = {
        "brightness": found.brightness,
        "motion, % of width": found.motion,
        "colours, % changed": 100 * found.changes,
    }
    fig = make_subplots(rows=len(curves), cols=1, shared_xaxes=True, vertical_spacing=0.05)
    colours = [OKABE_ITO[name] for name in ("orange", "blue", "green")]
    for row, ((name, values), colour) in enumerate(zip(curves.items(), colours, strict=True), 1):
        fig.add_scatter(
            x=found.times, y=values, name=name, mode="lines", line={"color": colour}, row=row, col=1, showlegend=False
        )
        fig.update_yaxes(title=name, rangemode="tozero", row=row, col=1)
        fig.update_xaxes(showticklabels=row == len(curves), row=row, col=1)
    for time in found.cut_times.tolist():
        fig.add_vline(x=time, line={"dash": "dot", "width": 1.5, "color": OKABE_ITO["grey"]})
    fig.update_xaxes(title="seconds", row=len(curves), col=1)
    return style(fig, height=480)


def ribboned(picture: np.ndarray, colour: str) -> np.ndarray:
    """(H + RIBBON, W, 3) a picture (H, W, 3) above a ribbon of a colour, #rrggbb."""
    ribbon = np.empty((RIBBON, picture.shape[1], 3), np.uint8)
    ribbon[:] = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return np.concatenate([picture, ribbon])


def _tinted(number: int) -> str:
    """The colour of a class that is the so-manieth with one."""
    hue, share = HUES[number % len(HUES)], TINTS[number // len(HUES) % len(TINTS)]
    towards = 255 if share > 0 else 0
    mixed = (int(hue[k : k + 2], 16) * (1 - abs(share)) + towards * abs(share) for k in (1, 3, 5))
    return "#" + "".join(f"{round(value):02x}" for value in mixed)
