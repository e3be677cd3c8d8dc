"""Methods against the ground truth, drawn: which source and method finds where things really went.

TruthScores -> truth_figure, truth_table
"""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import plotly.graph_objects as go

from vizcore.features.matching.figures_steps import method_name
from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, SYMBOLS, style

ROW, ROOM = 34, 120  # px a source takes, and px that axis and legend take


class Score(Protocol):
    """What is drawn of a TruthScore."""

    source: str
    method: str
    right: float
    recall: float
    recall_moving: float


@captioned(
    "A mark is one method: the farther right, the more patches of things are matched with the patch where, by the "
    "ground truth, most of their pixels are next. Identity is what staying in place reaches."
)
def truth_figure(scores: Iterable[Score]) -> go.Figure:
    """One row a source, one mark a method, in the order in which they come."""
    scores = list(scores)
    sources, methods = (list(dict.fromkeys(getattr(s, name) for s in scores)) for name in ("source", "method"))
    fig = go.Figure()
    for method, colour, symbol in zip(methods, COLOURWAY, SYMBOLS):
        chosen = [score for score in scores if score.method == method]
        fig.add_scatter(
            x=[score.right for score in chosen],
            y=[_broken(score.source) for score in chosen],
            name=method_name(method),
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 11, "opacity": 0.9},
            customdata=[[score.recall, score.recall_moving] for score in chosen],
            hovertemplate=(
                "%{y}: %{x:.0%} of patches right; %{customdata[0]:.0%} of pixels followed, "
                "%{customdata[1]:.0%} of moving ones"
            ),
        )
    fig.update_xaxes(title="patches matched as in the ground truth", tickformat=".0%", range=[-0.02, 1.02], dtick=0.25)
    fig.update_yaxes(autorange="reversed")
    return style(fig, height=ROOM + ROW * max(len(sources), 3))


def truth_table(scores: Iterable[Score]) -> list[dict]:
    """The scores as rows with headings; a share that nothing was counted for is None."""
    headings = {"right": "patches right", "recall": "pixels followed", "recall_moving": "moving pixels followed"}
    return [
        {"source": score.source, "method": method_name(score.method)}
        | {
            heading: None if np.isnan(getattr(score, name)) else getattr(score, name)
            for name, heading in headings.items()
        }
        for score in scores
    ]


def _broken(source: str) -> str:
    """A model and its layer on two lines: a narrow screen has no room for one."""
    return source.replace(" blocks", "<br>blocks").replace(" tokens", "<br>tokens")
