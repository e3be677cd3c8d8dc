"""Four ways to look at time, drawn: what each says of a clip, how well each does at each speed, and whose tracks hold.

probabilities -> answers_figure;  results -> accuracy_figure, speed_figure, results_table
holds -> tracks_figure;  recalls -> lantern_recall_figure
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.student_interval import interval
from vizcore.figures.caption import captioned
from vizcore.figures.theme import EDGE, OKABE_ITO, SYMBOLS, style

COLOUR_OF = {
    "space": OKABE_ITO["grey"],
    "joint": OKABE_ITO["orange"],
    "factorized": OKABE_ITO["purple"],
    "ATA": OKABE_ITO["blue"],
    "ATA, alignment off": OKABE_ITO["sky"],
    "ATA, given the true tracks": OKABE_ITO["green"],
    "trained on the true tracks": OKABE_ITO["vermilion"],
}
ROW, LOW_ROW, TALL_ROW, ROOM = 38, 24, 58, 110  # px of a row, of rows of many and of few cells, of axis and margins
MANY = 6  # classes; more of them go down and not across


class Result(Protocol):
    """What is drawn of a row of results."""

    row: str
    parameters: int
    accuracy: Mapping
    order: Mapping
    by_speed: Mapping[str, Mapping]
    aside: bool


class LanternRecall(Protocol):
    """What is drawn of a source's matching of lanterns."""

    source: str
    stepping: float
    otherwise: float


@captioned(
    "The probability that each model gives each class: a fuller cell is a likelier class, and the frame is around the "
    "ground truth. A tick or a cross marks each model's prediction as right or wrong."
)
def answers_figure(
    probabilities: np.ndarray, rows: Sequence[str], classes: Sequence[str], true: int | None
) -> go.Figure:
    """Every model's probabilities for the classes.

    Args:
        probabilities: (M, C), 0 to 1.
        rows: (M,) names of the models, first on top.
        classes: (C,) words.
        true: index of the clip's class, None where it is none of them.
    """
    names = [name.replace("_", " ") for name in classes]
    text = [[f"{share:.0%}" for share in row] for row in probabilities]
    for row, answer in enumerate(probabilities.argmax(-1)):
        text[row][answer] += "" if true is None else " ✓" if answer == true else " ✗"
    down = len(classes) > MANY
    across, along = (list(rows), names) if down else (names, list(rows))
    shares, words = (probabilities.T, np.array(text).T) if down else (probabilities, np.array(text))
    fig = go.Figure(
        go.Heatmap(
            z=shares,
            x=across,
            y=along,
            zmin=0,
            zmax=1,
            colorscale=[[0, "rgba(0, 114, 178, 0)"], [1, "rgba(0, 114, 178, 1)"]],
            showscale=False,
            xgap=3,
            ygap=3,
            text=words,
            hovertemplate="%{x}, %{y}: %{z:.1%}<extra></extra>",
        )
    )
    quiet = (shares < 0.005) & down  # a column of noughts says nothing
    for cells, colour in (((shares <= 0.5) & ~quiet, None), (shares > 0.5, "white")):  # None: the colour of text
        y, x = np.nonzero(cells)
        font = {"size": 12 if down else 14, "weight": 600, "color": colour}
        places = {"x": [across[k] for k in x], "y": [along[k] for k in y], "text": words[cells].tolist()}
        fig.add_scatter(**places, mode="text", textfont=font, hoverinfo="skip", showlegend=False)
    if true is not None:
        edges = ((true - 0.5, true + 0.5), (-0.5, len(rows) - 0.5))
        (x0, x1), (y0, y1) = edges[::-1] if down else edges
        fig.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": OKABE_ITO["orange"], "width": 3})
    fig.update_xaxes(side="top", showgrid=False)
    fig.update_yaxes(autorange="reversed", showgrid=False)
    return style(fig, height=ROOM + (LOW_ROW if down else TALL_ROW) * len(along))


@captioned(
    "Accuracy on the test clips, mean over trainings that differ in their seed alone; the line is Student's 95 % "
    "interval. Open marks were given other tracks than the net finds, in the test or in the training."
)
def accuracy_figure(results: Iterable[Result]) -> go.Figure:
    """Accuracy of every row with its interval."""
    fig, results = go.Figure(), list(results)
    for result in results:
        mean, low, high = interval(np.array(result.accuracy["seeds"]))
        fig.add_scatter(
            x=[mean],
            y=[result.row],
            error_x={"symmetric": False, "array": [high - mean], "arrayminus": [mean - low], "thickness": 2},
            mode="markers",
            marker={
                "symbol": "circle-open" if result.aside else "circle",
                "size": 11,
                "color": COLOUR_OF[result.row],
                "line": {"width": 2, "color": COLOUR_OF[result.row]},
            },
            hovertemplate="%{y}: %{x:.1%}<extra></extra>",
            showlegend=False,
        )
    fig.update_xaxes(title="accuracy", tickformat=".0%", range=[0, 1.06], dtick=0.25)
    fig.update_yaxes(autorange="reversed")
    return style(fig, height=ROOM + ROW * len(results))


@captioned(
    "Accuracy on test clips of each range of speed, mean over seeds, with one standard deviation each way; the "
    "dotted line is guessing, and the band is the speed of this clip."
)
def speed_figure(
    results: Iterable[Result], places: Mapping[str, float], chance: float, here: float | None
) -> go.Figure:
    """Accuracy against speed.

    Args:
        results: with by_speed filled.
        places: {range of speeds: where it is drawn, px a frame}.
        chance: accuracy of guessing.
        here: the speed of the clip that is looked at, None to point at none.
    """
    fig = go.Figure()
    for result, symbol in zip(results, SYMBOLS):
        spread = [result.by_speed[words] for words in places]
        fig.add_scatter(
            x=list(places.values()),
            y=[one["mean"] for one in spread],
            error_y={"array": [one["sd"] for one in spread], "thickness": 1.2, "width": 4},
            name=result.row,
            mode="lines+markers",
            line={"color": COLOUR_OF[result.row], "width": 2, "dash": "dot" if result.aside else "solid"},
            marker={"symbol": symbol, "size": 9},
            hovertemplate="%{y:.0%} ± %{error_y.array:.0%}",
        )
    fig.add_hline(chance, line={"color": EDGE, "dash": "dot", "width": 1})
    if here is not None:
        fig.add_vrect(here - 0.25, here + 0.25, fillcolor=OKABE_ITO["yellow"], opacity=0.35, line_width=0)
    fig.update_xaxes(
        title="speed of the test clips", tickvals=list(places.values()), ticktext=[_short(w) for w in places]
    )
    fig.update_yaxes(title="accuracy", tickformat=".0%", range=[0, 1.04], dtick=0.25)
    return style(fig, height=420)


@captioned(
    "A mark is a moment of one track, which begins where its row's name says in the first frame: a square while it "
    "is on target (on that thing, or within a patch of that joint), a cross once it is lost."
)
def tracks_figure(holds: np.ndarray, things: Sequence[str], times: np.ndarray) -> go.Figure:
    """Whether the track of each thing is still on it.

    Args:
        holds: (T, K) bool.
        things: (K,) names.
        times: (T,) seconds.
    """
    fig = go.Figure()
    frames, rows = np.indices(holds.shape)
    for name, inside, symbol, colour in (
        ("on target", holds, "square", OKABE_ITO["blue"]),
        ("lost", ~holds, "x-thin-open", OKABE_ITO["vermilion"]),
    ):
        fig.add_scatter(
            x=[None, *np.asarray(times)[frames[inside]]],  # None keeps an empty trace in the legend
            y=[None, *(things[k] for k in rows[inside])],
            name=name,
            mode="markers",
            marker={"symbol": symbol, "size": 15, "color": colour, "line": {"width": 2, "color": colour}},
            hovertemplate="%{y} at %{x:.2f} s",
        )
    margin = 0.04 * float(times[-1] - times[0])
    fig.update_xaxes(title="time, s", range=[times[0] - margin, times[-1] + margin])
    fig.update_yaxes(categoryorder="array", categoryarray=list(things)[::-1])
    return style(fig, height=ROOM + ROW * len(things))


def results_table(results: Iterable[Result]) -> list[dict]:
    """The results as rows with headings: mean and standard deviation over seeds."""
    return [
        {
            "temporal modelling": result.row,
            "parameters": result.parameters,
            "accuracy": _mean_and_sd(result.accuracy),
            "order": _mean_and_sd(result.order),
            **{_short(words): _mean_and_sd(spread) for words, spread in result.by_speed.items()},
        }
        for result in results
    ]


def _mean_and_sd(spread: Mapping) -> str:
    return f"{spread['mean']:.3f} ± {spread['sd']:.3f}"


def _short(words: str) -> str:
    """A range of speeds without what all of them say."""
    return words.removeprefix("at ").replace(" px a frame", " px")


@captioned(
    "A ring and a diamond near each other: the matching follows the lantern. A diamond far to the left of its "
    "ring: at the one moment that matters it follows the colour to another lantern."
)
def lantern_recall_figure(rows: Iterable[LanternRecall]) -> go.Figure:
    """The lanterns that each source's matching follows, while lamps stay and when they step."""
    rows = list(rows)
    fig = go.Figure()
    for name, values, symbol, colour in (
        ("while the lamp stays", [row.otherwise for row in rows], "circle-open", OKABE_ITO["blue"]),
        ("when the lamp steps on", [row.stepping for row in rows], "diamond", OKABE_ITO["orange"]),
    ):
        fig.add_scatter(
            x=values,
            y=[row.source for row in rows],
            name=name,
            mode="markers",
            marker={"symbol": symbol, "size": 13, "color": colour, "line": {"width": 2, "color": colour}},
            hovertemplate="%{y}: %{x:.0%}",
        )
    fig.update_xaxes(title="lanterns that the matching follows", tickformat=".0%", range=[-0.03, 1.03], dtick=0.25)
    fig.update_yaxes(autorange="reversed")
    return style(fig, height=ROOM + ROW * len(rows))
