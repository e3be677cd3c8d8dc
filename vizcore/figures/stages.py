"""One line of the alignment algorithms, drawn: the matrix it made, with its numbers and the cells it chose.

Stage -> stage_figure
"""

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.matching.walkthrough import Stage
from vizcore.figures.caption import captioned
from vizcore.figures.theme import DIVERGING, scale, style


@captioned(
    "Every cell is one number of the matrix: orange above zero, blue below, pale at zero; framed cells are those "
    "that the line has chosen."
)
def stage_figure(stage: Stage) -> go.Figure:
    """The matrix of a stage with every number written out, and its chosen cells framed."""
    count, width = stage.matrix.shape
    limit = float(np.abs(stage.matrix).max()) or 1.0
    fig = go.Figure(
        go.Heatmap(
            z=stage.matrix,
            zmin=-limit,
            zmax=limit,
            colorscale=scale(DIVERGING),
            showscale=False,
            xgap=2,
            ygap=2,
            text=[[_written(value) for value in row] for row in stage.matrix],
            texttemplate="%{text}",
            textfont={"size": 15},
            hovertemplate=f"{stage.rows} %{{y}}, {stage.columns} %{{x}}: %{{z}}<extra></extra>",
        )
    )
    for row, column in stage.pairs:
        _frame(fig, row, column)
    whole = {"tickmode": "linear", "dtick": 1, "showgrid": False, "zeroline": False, "constrain": "domain"}
    fig.update_xaxes(title=stage.columns, range=[-0.5, width - 0.5], showline=False, **whole)
    fig.update_yaxes(title=stage.rows, range=[count - 0.5, -0.5], showline=False, scaleanchor="x", **whole)
    return style(fig, height=320)


def _frame(fig: go.Figure, row: int, column: int) -> None:
    """A black frame within a white one, seen on pale and on dark cells alike."""
    for colour, width in (("white", 6), ("black", 2.5)):
        fig.add_shape(
            type="rect",
            x0=column - 0.43,
            x1=column + 0.43,
            y0=row - 0.43,
            y1=row + 0.43,
            line={"color": colour, "width": width},
        )


def _written(value: float) -> str:
    """A number in as few signs as tell it: 1, 0, 0.85, -0.5."""
    return f"{round(float(value), 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0 turns -0.0 into 0.0
