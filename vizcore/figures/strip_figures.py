"""Strips as figures of the page: rows of pictures with labels.

rows of pictures (T, H, W, 3), labels -> strip_figure
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.pictures import jpeg
from vizcore.figures.theme import style

LARGEST_THUMB = 160  # px of a thumbnail's longer side on the page
WIDTH = 600  # px of the page for which a strip's height is right
SPACE = 0.06  # of a thumbnail, between thumbnails
HEAD = 0.05  # of the strip's width: room above each row for its label, on a phone too


@captioned("A row is one way to see the clip, and a column is one moment.")
def strip_figure(rows: Sequence[np.ndarray], row_labels: Sequence[str], column_labels: Sequence[str]) -> go.Figure:
    """Rows of pictures for the page, as JPEGs; a click on one gives (row, column) as its customdata.

    Args:
        rows: R arrays (T, H, W, 3) uint8 RGB, of one T; sizes may differ, the first row's shape is the places' shape.
        row_labels: R words, written above their rows.
        column_labels: T words, written below the last row.

    Raises:
        ValueError: numbers of rows, columns and labels do not agree.
    """
    check(rows, row_labels, column_labels)
    tall = rows[0].shape[1] / rows[0].shape[2]  # of a place, whose width is 1
    head = HEAD * len(column_labels)
    tops = [r * (tall + head) + head for r in range(len(rows))]
    bottom = tops[-1] + tall
    fig = go.Figure(_places(tops, tall, row_labels, column_labels))
    images = [_hung(picture, t, top, tall) for top, pictures in zip(tops, rows) for t, picture in enumerate(pictures)]
    name = {"x": SPACE / 2, "xref": "x", "yref": "y", "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    names = [name | {"text": label, "y": top} for top, label in zip(tops, row_labels)]
    fig.update_layout(images=images, annotations=names)  # at once: plotly copies all that hang with every new one
    plain = {"showgrid": False, "zeroline": False, "showline": False, "constrain": "domain"}
    middles = np.arange(len(column_labels)) + 0.5
    fig.update_xaxes(title="frame", range=[0, len(middles)], tickvals=middles, ticktext=column_labels, **plain)
    fig.update_yaxes(showticklabels=False, range=[bottom, 0], scaleanchor="x", constraintoward="top", **plain)
    return style(fig, height=round(64 + WIDTH / len(middles) * bottom))


def _places(tops: list[float], tall: float, row_labels: Sequence[str], column_labels: Sequence[str]) -> go.Scatter:
    """A mark that is not seen in the middle of every picture: it says what the picture is, and can be clicked."""
    cells = np.array(list(np.ndindex(len(tops), len(column_labels))))  # (R T, 2) row, column
    return go.Scatter(
        x=cells[:, 1] + 0.5,
        y=np.array(tops)[cells[:, 0]] + tall / 2,
        mode="markers",
        customdata=cells,
        marker={"opacity": 0, "size": 24},
        text=[f"{row_labels[row]}, {column_labels[column]}" for row, column in cells],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _hung(picture: np.ndarray, column: int, top: float, tall: float) -> dict:
    """A picture in its place, which is 1 wide and `tall` high."""
    place = {"xref": "x", "yref": "y", "x": column + SPACE / 2, "y": top, "sizex": 1 - SPACE, "sizey": tall}
    return place | {"source": jpeg(picture, LARGEST_THUMB), "sizing": "stretch", "layer": "below"}


def check(rows: Sequence[np.ndarray], row_labels: Sequence[str], column_labels: Sequence[str]) -> None:
    """Refuse pictures without labels.

    Args:
        rows: R arrays of F pictures each.
        row_labels: R words.
        column_labels: F words.

    Raises:
        ValueError: there is no row, or the numbers do not agree.
    """
    counts = {len(pictures) for pictures in rows}
    if not rows or len(rows) != len(row_labels) or counts != {len(column_labels)}:
        raise ValueError(
            f"want one label a row and one a column, got {len(rows)} rows of {sorted(counts)} pictures, "
            f"{len(row_labels)} row and {len(column_labels)} column labels"
        )
