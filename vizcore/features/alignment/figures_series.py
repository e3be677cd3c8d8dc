"""Two series of numbers and the path between them, drawn: the matrix with a series along each axis, and lines.

values (N, M), path (L, 2), series (N, D), (M, D) -> matrix_figure, joined_figure
"""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.features.alignment.figures import PATH, path_name, thinned
from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, COLOURWAY, EDGE, FAINT, OKABE_ITO, SEQUENTIAL, bar, scale, style

LINES, POINTS, JOINED = 4, 800, 120  # columns that are drawn, points of a line, and joined pairs, at most


@captioned(
    "Each cell is a row of file A (to the right) with a row of file B (upwards); the files themselves lie along "
    "the axes, one line for each of their first columns. The path goes where alike rows meet; the ring is the pair "
    "of the slider."
)
def matrix_figure(
    values: np.ndarray,
    path: np.ndarray,
    series: tuple[np.ndarray, np.ndarray],
    at: int,
    label: str,
    faint: bool = False,
) -> go.Figure:
    """The matrix with its path, and both series along its edges.

    Args:
        values: (N, M).
        path: (L, 2) places.
        series: (N, D) and (M, D).
        at: the step of the path that is pointed out.
        label: what the values are.
        faint: the path is not to be trusted.
    """
    sizes = {"column_widths": [0.2, 0.8], "row_heights": [0.8, 0.2], "horizontal_spacing": 0.03}
    sizes |= {"vertical_spacing": 0.03, "shared_xaxes": "columns", "shared_yaxes": "rows"}
    fig = make_subplots(rows=2, cols=2, **sizes)
    shown, across, up = thinned(values)
    hover = "A %{x}, B %{y}: %{z:.3f}<extra></extra>"
    fig.add_heatmap(z=shown.T, x=across, y=up, coloraxis="coloraxis", hovertemplate=hover, row=1, col=2)
    seam = {"color": "rgba(0, 0, 0, 0.6)", "width": 5}
    for line, name in ((seam, None), ({"color": PATH, "width": 2.5}, path_name(faint))):
        fig.add_scatter(
            x=path[:, 0].astype(np.int32), y=path[:, 1].astype(np.int32), mode="lines", line=line, name=name,
            opacity=FAINT if faint else 1, showlegend=name is not None, hoverinfo="skip", row=1, col=2,
        )  # fmt: skip
    i, j = (int(place) for place in path[at])
    for column in range(min(LINES, series[0].shape[1])):
        line = {"color": COLOURWAY[(0, 5, 2, 3)[column]], "width": 1.6}
        (x, a), (y, b) = (_sparse(one[:, column]) for one in series)
        common = {"mode": "lines", "line": line, "hoverinfo": "skip", "legendgroup": str(column)}
        fig.add_scatter(x=x, y=a, name=f"column {column}", **common, row=2, col=2)
        fig.add_scatter(x=b, y=y, showlegend=False, **common, row=1, col=1)
    dots = {"size": 9, "color": PATH, "line": {"color": "white", "width": 1.5}}
    ring = {"size": 15, "symbol": "circle-open", "color": "white", "line": {"width": 3}}
    bare = {"mode": "markers", "showlegend": False, "hoverinfo": "skip"}
    fig.add_scatter(x=[i], y=[j], marker=ring, **bare, row=1, col=2)
    fig.add_scatter(x=[i], y=[series[0][i, 0]], marker=dots, **bare, row=2, col=2)
    fig.add_scatter(x=[series[1][j, 0]], y=[j], marker=dots, **bare, row=1, col=1)
    dotted = {"color": "rgba(255, 255, 255, 0.8)", "dash": "dot", "width": 1.5}
    fig.add_vline(i, line=dotted, row=1, col=2)
    fig.add_hline(j, line=dotted, row=1, col=2)
    fig.update_xaxes(title="row of A", range=[-0.5, values.shape[0] - 0.5], row=2, col=2)
    fig.update_xaxes(title=" ", autorange="reversed", row=1, col=1, showticklabels=False)
    fig.update_xaxes(showticklabels=False, row=1, col=2)
    fig.update_yaxes(title="row of B", range=[-0.5, values.shape[1] - 0.5], row=1, col=1)
    fig.update_yaxes(showticklabels=False, row=1, col=2)
    fig.update_yaxes(showticklabels=False, row=2, col=2)
    fig.update_xaxes(visible=False, showticklabels=False, row=2, col=1)
    fig.update_yaxes(visible=False, showticklabels=False, row=2, col=1)
    fig.update_layout(coloraxis={"colorscale": scale(SEQUENTIAL), "colorbar": bar(label)})
    return style(fig, height=540, top=BAR_ROOM)


@captioned(
    "The same column of both files, B below A, with a thin line between the rows that the path joins: where "
    "these fan out, one file waits for the other."
)
def joined_figure(path: np.ndarray, series: tuple[np.ndarray, np.ndarray], column: int, at: int) -> go.Figure:
    """One column of both files, with lines between the rows that the path joins.

    Args:
        path: (L, 2) places.
        series: (N, D) and (M, D).
        column: 0 to D - 1.
        at: the step of the path that is pointed out, 0 to L - 1.
    """
    upper, lower = (one[:, column] for one in series)
    gap = 0.35 * max(np.ptp(upper), np.ptp(lower), 1e-9)
    lower = lower - lower.max() + upper.min() - gap
    some = np.unique(np.linspace(0, len(path) - 1, min(len(path), JOINED)).round().astype(int))
    hole = np.full(len(some), np.nan)
    rows = path[some]
    fig = go.Figure()
    across = np.stack([rows[:, 0], rows[:, 1], hole], 1).ravel().astype(np.float32)
    ends = np.stack([upper[rows[:, 0]], lower[rows[:, 1]], hole], 1).ravel().astype(np.float32)
    fig.add_scatter(x=across, y=ends, mode="lines", line={"color": EDGE, "width": 1}, name="joined", hoverinfo="skip")
    for name, values, colour in (("A", upper, OKABE_ITO["blue"]), ("B", lower, OKABE_ITO["vermilion"])):
        x, y = _sparse(values)
        fig.add_scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 2.5}, name=name, hoverinfo="skip")
    i, j = path[at]
    line, marker = {"color": PATH, "width": 3}, {"size": 10, "color": PATH}
    fig.add_scatter(x=[int(i), int(j)], y=[upper[i], lower[j]], line=line, marker=marker, name="the pair above")
    fig.update_xaxes(title="row")
    fig.update_yaxes(title=f"column {column}", showticklabels=False)
    return style(fig, height=380)


def _sparse(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and values of a line, at most POINTS of them."""
    some = np.unique(np.linspace(0, len(values) - 1, min(len(values), POINTS)).round().astype(np.int32))
    return some, values[some].astype(np.float32)
