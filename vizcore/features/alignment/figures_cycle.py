"""The cycle of frames through another clip and back, drawn: arcs between three rows of frames, and the matrices.

visited (N,), returned (N,) -> arcs_figure;  Q, P, L -> shares_figure
"""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.features.alignment.figures import thinned
from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, EDGE, OKABE_ITO, SEQUENTIAL, bar, scale, style

SAMPLES = 25  # points of an arc
ARCS = 60  # frames whose arcs that are drawn at most
CELLS = 100  # of a side of a matrix: three of them stay below 300 kB as sent


@captioned(
    "A frame of A (top) goes to its match in B (middle) and from there back to A (bottom), each time to the "
    "likeliest place. Blue cycles end within the tolerance of where they began, orange ones end elsewhere: the moment "
    "was mistaken for another one."
)
def arcs_figure(
    visited: np.ndarray, returned: np.ndarray, seconds: int, tolerance: int, names: tuple[str, str]
) -> go.Figure:
    """The cycles of frames.

    Args:
        visited: (N,) places of the second strand.
        returned: (N,) places of the first.
        seconds: M, places of the second strand.
        tolerance: places between begin and end of a cycle that still counts as consistent.
        names: of the two clips.
    """
    count = len(returned)
    some = np.unique(np.linspace(0, count - 1, min(count, ARCS)).round().astype(int))
    away = np.abs(returned - np.arange(count)) > tolerance
    across = [np.linspace(0, 1, size) if size > 1 else np.full(1, 0.5) for size in (count, seconds)]
    fig = go.Figure()
    for name, chosen, colour in (
        ("cycle-consistent", some[~away[some]], OKABE_ITO["blue"]),
        ("ends elsewhere", some[away[some]], OKABE_ITO["vermilion"]),
    ):
        x, y = _arcs(chosen, visited, returned, *across)
        line = {"color": colour, "width": 1.6}
        fig.add_scatter(x=x, y=y, mode="lines", name=name, line=line, opacity=0.75, hoverinfo="skip")
    for height, places in ((2, across[0]), (1, across[1]), (0, across[0])):
        marker = {"symbol": "line-ns-open", "size": 9, "color": EDGE}
        at = {"x": places, "y": np.full(len(places), height, np.float32), "marker": marker, "mode": "markers"}
        numbers = np.arange(len(places), dtype=np.int32)
        fig.add_scatter(**at, customdata=numbers, hovertemplate="place %{customdata}<extra></extra>", showlegend=False)
    labels = [f"{names[0]}, end", names[1], names[0]]
    plain = {"showgrid": False, "zeroline": False}
    fig.update_xaxes(title="beginning to end of each clip", range=[-0.02, 1.02], showticklabels=False, **plain)
    fig.update_yaxes(title=" ", tickvals=[0, 1, 2], ticktext=labels, range=[-0.15, 2.15], **plain)
    return style(fig, height=420)


@captioned(
    "Each column of Q says where in B a frame of A belongs, each column of P where in A a frame of B belongs, and "
    "each row of L = (PQ)ᵀ where a frame of A ends after both. L is a clean diagonal when all frames are "
    "cycle-consistent."
)
def shares_figure(there: np.ndarray, back: np.ndarray, loop: np.ndarray) -> go.Figure:
    """Q, P and L below each other, each share as its square root so that faint ones show.

    Args:
        there: Q (M, N), 0 to 1, columns of sum 1.
        back: P (N, M), likewise.
        loop: L (N, N), 0 to 1, rows of sum 1.
    """
    titles = ("Q: A → B", "P: B → A", "L: A → B → A")
    sides = [("place of A", "place of B")] * 2 + [("begins at", "ends at")]
    fig = make_subplots(rows=3, cols=1, subplot_titles=titles, vertical_spacing=0.1)
    for row, (values, (below, beside)) in enumerate(zip((there, back.T, loop.T), sides), 1):
        shown, up, across = thinned(values, CELLS)
        hover = "%{x}, %{y}: the root of the share is %{z:.2f}<extra></extra>"
        given = {"z": np.sqrt(shown), "x": across, "y": up, "coloraxis": "coloraxis", "hovertemplate": hover}
        fig.add_heatmap(**given, row=row, col=1)
        fig.update_xaxes(title=below, showgrid=False, row=row, col=1)
        fig.update_yaxes(title=beside, showgrid=False, row=row, col=1)
    roots = bar("share") | {"tickvals": [0, 0.5**0.5, 1], "ticktext": ["0", "½", "1"]}
    fig.update_layout(coloraxis={"colorscale": scale(SEQUENTIAL), "cmin": 0, "cmax": 1, "colorbar": roots})
    return style(fig, height=1020, top=BAR_ROOM + 24)


def _arcs(
    chosen: np.ndarray, visited: np.ndarray, returned: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the arcs of some frames, down from row 2 to 1 and to 0, broken by nan."""
    hole = np.full(1, np.nan)
    x, y = [hole], [hole]
    for frame in chosen:
        stops = first[frame], second[visited[frame]], first[returned[frame]]
        for height, start, end in ((2, *stops[:2]), (1, *stops[1:])):
            x += [_eased(start, end), hole]
            y += [np.linspace(height, height - 1, SAMPLES), hole]
    return np.concatenate(x).astype(np.float32), np.concatenate(y).astype(np.float32)


def _eased(start: float, end: float) -> np.ndarray:
    """(SAMPLES,) from start to end, leaving and arriving upright."""
    share = np.linspace(0, 1, SAMPLES)
    return start + (end - start) * share * share * (3 - 2 * share)
