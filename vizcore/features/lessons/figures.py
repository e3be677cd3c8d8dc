"""What the lessons draw besides tables: strips, shares, minima, a timeline of points, a filter, a ranking, an order.

the arrays of a sum -> the figure of FIGURES that bears the sum's name
"""

from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.algorithms.alignment.smooth_minimum import smooth_min, soft_min
from vizcore.algorithms.segmentation.metrics import Segment
from vizcore.algorithms.segmentation.reassembly_steps import ActionPoint, BoundaryPoint
from vizcore.figures.caption import captioned
from vizcore.figures.stages import stage_figure
from vizcore.figures.theme import COLOURWAY, EDGE, OKABE_ITO, SEQUENTIAL, scale, style

FINEST, WARMEST, FINE = 0.05, 3.0, 119  # gammas of the minima, and how many
LETTERS = 18  # px, before a class
AWAY = OKABE_ITO["grey"]


@captioned(
    "A row is a frame, a column a place (above) or a track (below); bright is where the lamp is. The last row is "
    "the mean over all frames."
)
def strips_figure(raw: np.ndarray, aligned: np.ndarray | None = None) -> go.Figure:
    """Brightness of places and of tracks, frame by frame, and the mean of either.

    Args:
        raw: (T, N) of the places, 0 to 1.
        aligned: (T, N) of the tracks; without them the frames alone are drawn, and no mean.
    """
    strips = {"in place": raw} if aligned is None else {"in place": raw, "aligned": aligned}
    fig = make_subplots(rows=len(strips), cols=1, subplot_titles=list(strips), vertical_spacing=0.22)
    frames = [f"frame {t}" for t in range(len(raw))]
    for part, (name, strip) in enumerate(strips.items(), 1):
        z = strip if aligned is None else np.vstack([strip, strip.mean(0)])
        fig.add_heatmap(
            z=z,
            y=[*frames, "mean"][: len(z)],
            x=np.arange(z.shape[1]),
            zmin=0,
            zmax=1,
            colorscale=scale(SEQUENTIAL),
            showscale=False,
            xgap=2,
            ygap=2,
            text=[[f"{value:.3g}" if value else "" for value in row] for row in z],
            texttemplate="%{text}",
            hovertemplate="%{y}, %{x}: %{z:.3f}<extra></extra>",
            row=part,
            col=1,
        )
        fig.add_hline(len(raw) - 0.5, line={"color": EDGE, "width": 3}, row=part, col=1)
        title = "place" if name == "in place" else "track"
        fig.update_xaxes(title=title, dtick=1, showgrid=False, row=part, col=1)
    fig.update_yaxes(title=" ", autorange="reversed", showgrid=False)
    return style(fig, height=95 * len(strips) + 30 * len(strips) * len(z), top=32)


@captioned("A bar is the attention weight of a key for the query; together they sum to 1.")
def shares_figure(names: Sequence[str], shares: np.ndarray) -> go.Figure:
    """(K,) shares as bars with their numbers."""
    fig = go.Figure(
        go.Bar(
            x=shares,
            y=list(names),
            orientation="h",
            text=[f"{share:.3f}" for share in shares],
            textposition="outside",
            cliponaxis=False,
            marker={"color": COLOURWAY[0]},
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        )
    )
    fig.update_xaxes(title="attention weight", range=[0, 1.12], dtick=0.25)
    fig.update_yaxes(title=" ", autorange="reversed")
    return style(fig, height=100 + 48 * len(names))


@captioned(
    "The line across is the minimum. smoothMin comes down to it from above as γ falls, min^γ up to it from below; "
    "the dots are at your γ."
)
def minima_figure(values: np.ndarray, gamma: float) -> go.Figure:
    """Both soft minima of (N,) values over gamma, and where the hand is."""
    gammas = np.linspace(FINEST, WARMEST, FINE)
    fig = go.Figure()
    for name, minimum, colour in (
        ("smoothMin", smooth_min, OKABE_ITO["orange"]),
        ("min^γ", soft_min, OKABE_ITO["blue"]),
    ):
        curve = np.array([minimum(values, warm) for warm in gammas])
        fig.add_scatter(x=gammas, y=curve, name=name, mode="lines", line={"color": colour, "width": 3})
        here = {"x": [gamma], "y": [float(minimum(values, gamma))], "mode": "markers", "showlegend": False}
        fig.add_scatter(**here, marker={"color": colour, "size": 12}, hovertemplate="γ %{x}: %{y:.4f}<extra></extra>")
    line = {"color": EDGE, "width": 2}
    fig.add_scatter(x=gammas[[0, -1]], y=[values.min()] * 2, name="minimum", mode="lines", line=line)
    fig.update_xaxes(title="γ", range=[0, WARMEST + 0.05])
    fig.update_yaxes(title="result")
    return style(fig, height=360)


@captioned(
    "Below, the timeline that the points give. Above it, dots are actions and ticks are boundaries, the higher the "
    "more confident; hollow and grey ones are switched off."
)
def timeline_figure(
    parts: Sequence[Segment],
    length: int,
    actions: Sequence[ActionPoint],
    boundaries: Sequence[BoundaryPoint],
    on: np.ndarray,
    names: Sequence[str],
) -> go.Figure:
    """The timeline that points give, and the points, on or off.

    Args:
        parts: of the timeline of the points that are on; none as long as it is not known.
        length: frames.
        actions, boundaries: all points.
        on: (points,) bool, the actions first.
        names: of the classes.
    """
    fig = go.Figure()
    for part in parts:
        _add_part(fig, part, names[part.label] if part.label >= 0 else "nothing")
    for point, is_on in zip((*actions, *boundaries), on.tolist()):
        _add_point(fig, point, is_on, names)
    fig.update_xaxes(title="frame", range=[0, length])
    fig.update_layout(barmode="overlay")
    fig.update_yaxes(title="confidence", range=[-0.55, 1.25], tickvals=[0, 0.5, 1])
    return style(fig, height=320)


def _add_part(fig: go.Figure, part: Segment, name: str) -> None:
    """One stretch of the timeline, in the colour of its class."""
    fig.add_bar(
        base=[part.start],
        x=[part.frames],
        y=[-0.35],
        width=[0.3],
        orientation="h",
        marker={"color": COLOURWAY[part.label % len(COLOURWAY)] if part.label >= 0 else AWAY},
        text=name,
        textposition="inside",
        insidetextanchor="middle",
        showlegend=False,
        hovertemplate=f"{name}: frames {part.start} to {part.stop - 1}<extra></extra>",
    )


def _add_point(fig: go.Figure, point: ActionPoint | BoundaryPoint, is_on: bool, names: Sequence[str]) -> None:
    """An action as a dot with its name, a boundary as a tick; grey if it is switched off."""
    if isinstance(point, BoundaryPoint):
        name, text, symbol, colour = "boundary", "", "line-ns", EDGE
        size, width = 26, 4 if is_on else 2
    else:
        name, text, colour = names[point.label], names[point.label], COLOURWAY[point.label % len(COLOURWAY)]
        symbol, size, width = "circle" if is_on else "circle-open", 15, 2
    colour = colour if is_on else AWAY
    fig.add_scatter(
        x=[point.time],
        y=[point.confidence],
        mode="markers+text",
        text=[text],
        textposition="top center",
        marker={"symbol": symbol, "size": size, "color": colour, "line": {"color": colour, "width": width}},
        opacity=1 if is_on else 0.6,
        showlegend=False,
        hovertemplate=f"{name} at %{{x}}, confidence %{{y}}<extra></extra>",
    )


@captioned(
    "Above, g(λ) as a line and the modes of the graph as dots on it: 0 takes a mode away, 1 leaves it, below 0 it "
    "is turned over. Below, the signal at each place before and after."
)
def filter_figure(
    own_weight: float, attended_weight: float, values: np.ndarray, before: np.ndarray, after: np.ndarray
) -> go.Figure:
    """What a block does to the modes of its graph, and to a signal.

    Args:
        own_weight, attended_weight: g(lambda) = own_weight + attended_weight lambda.
        values: (K,) eigenvalues.
        before, after: (N,) the signal.
    """
    fig = make_subplots(rows=2, cols=1, vertical_spacing=0.24)
    ends = np.array([-0.1, 1.1])
    fig.add_scatter(x=ends, y=own_weight + attended_weight * ends, mode="lines", showlegend=False, row=1, col=1)
    dots = {"size": 13, "color": OKABE_ITO["vermilion"], "symbol": "diamond"}
    hover = "λ %{x:.3f}: g %{y:.3f}<extra></extra>"
    at = {"x": values, "y": own_weight + attended_weight * values, "mode": "markers", "marker": dots}
    fig.add_scatter(**at, name="modes", showlegend=False, hovertemplate=hover, row=1, col=1)
    for name, signal, colour in (("before", before, AWAY), ("after", after, OKABE_ITO["blue"])):
        text = [f"{value:.3g}" for value in signal]
        places = np.arange(len(signal))
        fig.add_bar(x=places, y=signal, name=name, marker={"color": colour}, text=text, row=2, col=1)
    fig.update_traces(textposition="outside", cliponaxis=False, selector={"type": "bar"})
    fig.update_xaxes(title="λ", range=[-0.1, 1.1], row=1, col=1)
    fig.update_yaxes(title="g(λ)", range=[-2.1, 2.1], row=1, col=1)
    limit = 1.35 * max(float(np.abs([*before, *after]).max()), 0.1)
    fig.update_xaxes(title="place", dtick=1, row=2, col=1)
    fig.update_yaxes(title="signal", range=[-limit, limit], row=2, col=1)
    return style(fig, height=440)


@captioned(
    "A step to the right is a detection that was found. Dots are the precision at each hit; the filled area is "
    "average precision: that under the envelope, over all that was to be found."
)
def precision_figure(
    recall: np.ndarray, precision: np.ndarray, envelope: np.ndarray, hits: np.ndarray, positives: int
) -> go.Figure:
    """Precision over recall with its envelope.

    Args:
        recall, precision, envelope: (hits,) at every hit.
        hits: (R,) bool, the list.
        positives: how many there were to be found.
    """
    found = np.cumsum(hits)
    along, height = found / positives, found / np.arange(1, len(hits) + 1)
    fig = go.Figure()
    steps = np.repeat(np.concatenate([[0], recall]), 2)[1:-1]
    area = {"fill": "tozeroy", "line": {"color": OKABE_ITO["sky"], "width": 2}}
    if len(recall):
        fig.add_scatter(x=steps, y=np.repeat(envelope, 2), mode="lines", name="envelope", **area)
    line = {"color": EDGE, "width": 1.5, "dash": "dot"}
    fig.add_scatter(x=along, y=height, mode="lines", name="down the list", line=line)
    dots = {"color": OKABE_ITO["vermilion"], "size": 11}
    hover = "recall %{x:.3f}: precision %{y:.3f}<extra></extra>"
    if len(recall):
        fig.add_scatter(x=recall, y=precision, mode="markers", name="hits", marker=dots, hovertemplate=hover)
    fig.update_xaxes(title="recall", range=[-0.02, 1.02], dtick=0.25)
    fig.update_yaxes(title="precision", range=[-0.02, 1.08], dtick=0.25)
    return style(fig, height=360)


@captioned("A dot is a place and the frame it was matched with. Lines join the pairs that fall.")
def order_figure(order: np.ndarray) -> go.Figure:
    """(T,) matched frames by place, and the pairs that fall."""
    fig = go.Figure()
    for earlier, value in enumerate(order):
        for later in np.flatnonzero(order[earlier + 1 :] < value) + earlier + 1:
            ends = {"x": [earlier, int(later)], "y": [value, order[later]]}
            line = {"color": OKABE_ITO["vermilion"], "width": 2, "dash": "dash"}
            fig.add_scatter(**ends, mode="lines", line=line, showlegend=False, hoverinfo="skip")
    dots = {"color": OKABE_ITO["blue"], "size": 13}
    hover = "place %{x}: frame %{y}<extra></extra>"
    places = np.arange(len(order))
    fig.add_scatter(x=places, y=order, mode="markers", marker=dots, showlegend=False, hovertemplate=hover)
    fig.update_xaxes(title="place", dtick=1, range=[-0.4, len(order) - 0.6])
    fig.update_yaxes(title="matched frame", dtick=1)
    return style(fig, height=340)


def larger(fig: go.Figure) -> go.Figure:
    """A figure for the last row of a class, in place: larger letters, and the height for them."""
    return fig.update_layout(font={"size": LETTERS}, height=1.25 * fig.layout.height)


FIGURES: dict[str, Callable[..., go.Figure]] = {
    "assignment": stage_figure,
    "greedy": stage_figure,
    "blur": strips_figure,
    "attention": shares_figure,
    "walk": stage_figure,
    "minimum": minima_figure,
    "re-assembly": timeline_figure,
    "filter": filter_figure,
    "precision": precision_figure,
    "tau": order_figure,
}
