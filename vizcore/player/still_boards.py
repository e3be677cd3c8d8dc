"""What the browser draws, at rest, as figures of a report: rows of segments, keypoints, a cost matrix, a filter.

tiers, timelines -> rows_figure; Reassembly -> board_figure;  CostMatrix -> cost_matrix_figure;  filter -> filter_figure
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.segmentation.metrics import Segment, segments
from vizcore.algorithms.segmentation.reassembly import ActionPoint, Reassembly
from vizcore.algorithms.segmentation.reassembly_steps import Point
from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, CLEAR, FAINT, OKABE_ITO, SEQUENTIAL, bar, scale, style
from vizcore.player.cost_matrix import CostMatrix
from vizcore.player.scene import PlayerClip, Tier

MOST = 5000  # segments of a figure, the longest; a report is read and not walked through
ROW, WIDE = 34, 20  # px of a row, and letters beside it
BOUNDARY = "boundary", OKABE_ITO["grey"]


@dataclass(frozen=True)
class Bar:
    """A stretch of a row."""

    start: float
    stop: float
    words: str
    colour: str  # #rrggbb


def blocks_of(labels: np.ndarray | Sequence[Segment], classes: Sequence[tuple[str, str]], rate: float) -> list[Bar]:
    """Segments as bars, in seconds or in frames.

    Args:
        labels: (T,) a class for each frame, below 0 for none; or segments.
        classes: (name, #rrggbb) of each class, by number.
        rate: frames in a second; 1 counts frames.
    """
    found = segments(labels) if isinstance(labels, np.ndarray) else labels
    return [Bar(start / rate, stop / rate, *classes[label]) for start, stop, label in found if label >= 0]


def rows_of(tiers: Sequence[Tier], clips: Sequence[PlayerClip]) -> dict[str, list[Bar]]:
    """The rows under a player's picture, in seconds of their clips."""
    rows = {}
    for tier in tiers:
        times = np.asarray(clips[tier.side].times, np.float64)
        last = times[-1] - times[-2] if len(times) > 1 else 1.0
        edges = np.append(times, times[-1] + last)  # a frame lasts until the next
        name = tier.label if tier.label not in rows else f"{tier.label} ({clips[tier.side].label})"
        rows[name] = [Bar(edges[one.start], edges[one.stop], one.label, one.colour) for one in tier.segments]
    return rows


@captioned("A row each; the names of short segments show where the pointer rests.")
def rows_figure(rows: Mapping[str, Sequence[Bar]], unit: str = "seconds") -> go.Figure:
    """Rows of coloured segments, the first on top."""
    fig = go.Figure()
    _add_rows(fig, rows)
    fig.update_xaxes(title=unit)
    fig.update_layout(showlegend=False, uniformtext={"minsize": 10, "mode": "hide"})
    return style(fig, height=90 + ROW * len(rows))


@captioned(
    "Above, as high as their confidence, the points that were given, and filled those that the rules leave or make. "
    "Below, the timeline of these."
)
def board_figure(found: Reassembly, classes: Sequence[tuple[str, str]], truth: Sequence[Segment] = ()) -> go.Figure:
    """Keypoints as they were given, and below them the timeline that the rules made of them, and the ground truth.

    Args:
        found: what became of the points.
        classes: (name, #rrggbb) of each class, by number.
        truth: segments to compare with, or none.
    """
    rows = {"truth": blocks_of(truth, classes, 1)} if len(truth) else {}
    rows = {"timeline": blocks_of(found.labels, classes, 1)} | rows
    fig = go.Figure()
    _add_rows(fig, rows)
    for state, filled in ((found.start, False), (found, True)):
        for points, symbol in ((state.actions, "circle"), (state.boundaries, "line-ns")):
            fig.add_scatter(**_dots(points, classes, filled), marker_symbol=symbol, yaxis="y2", mode="markers")
    fig.update_xaxes(title="frames", range=[0, len(found.labels)])
    fig.update_layout(
        showlegend=False,
        uniformtext={"minsize": 10, "mode": "hide"},
        yaxis={"domain": [0, 0.3]},
        yaxis2={"domain": [0.4, 1], "range": [-0.05, 1.1], "title": "confidence"},
    )
    return style(fig, height=300)


def _dots(points: Sequence[Point], classes: Sequence[tuple[str, str]], filled: bool) -> dict:
    """Where points are, in the colours of their classes, thin or filled."""
    named = [classes[one.label] if isinstance(one, ActionPoint) else BOUNDARY for one in points]
    colours = [colour for _, colour in named]
    marker = {
        "size": 12,
        "color": colours if filled else CLEAR,
        "line": {"width": 4 if filled else 1.5, "color": colours},
    }
    return {
        "x": [one.time for one in points],
        "y": [one.confidence for one in points],
        "text": [name for name, _ in named],
        "hovertemplate": "%{text}, frame %{x:.1f}, confidence %{y:.2f}<extra></extra>",
        "marker": marker,
    }


def cost_matrix_figure(cost_matrix: CostMatrix) -> go.Figure:
    """Every pair of frames of two clips as a cell, with the routes across."""
    values = (
        cost_matrix.low + (cost_matrix.high - cost_matrix.low) * cost_matrix.values.T.astype(np.float32) / 255
    )  # (M, N): y, x
    fig = go.Figure(
        go.Heatmap(
            z=values,
            colorscale=scale(SEQUENTIAL),
            colorbar=bar(cost_matrix.label),
            zmin=cost_matrix.low,
            zmax=cost_matrix.high,
            hovertemplate=f"%{{x}}, %{{y}}: {cost_matrix.label} %{{z:.3g}}<extra></extra>",
        )
    )
    for route in cost_matrix.routes:
        x, y = np.asarray(route.places, np.float64).T
        line = {"color": route.colour, "width": 2.5, "dash": "dot" if route.dashed else "solid"}
        opacity = FAINT if route.faint else 1
        fig.add_scatter(x=x, y=y, mode="lines", name=route.name, line=line, opacity=opacity, hoverinfo="skip")
    for axis, side in zip(cost_matrix.axes, (fig.update_xaxes, fig.update_yaxes)):
        side(title=axis.title, tickvals=[at for at, _ in axis.ticks], ticktext=[text for _, text in axis.ticks])
    return style(fig, height=460, top=BAR_ROOM)


@captioned(
    "What every mode is multiplied by, over its eigenvalue: right is slow, left is fast. Larger dots carry more."
)
def filter_figure(values: np.ndarray, gains: np.ndarray, energy: np.ndarray | None) -> go.Figure:
    """What a filter makes of each mode, over its eigenvalue.

    Args:
        values: (K,) eigenvalues.
        gains: (K,) what the modes are multiplied by; complex where they turn.
        energy: (K,) of the features in them, which dots grow with; None where it is not known.
    """
    size = 7.0 if energy is None else 5 + 11 * (energy / max(energy.max(initial=0.0), 1e-300)) ** 0.25
    fig = go.Figure()
    turns = bool(np.abs(np.imag(gains)).max(initial=0.0) > 0)
    parts = (("real part", np.real, "blue"), ("imaginary part", np.imag, "orange"))
    for name, part, colour in parts[: 1 + turns]:
        fig.add_scatter(
            x=np.real(values),
            y=part(gains),
            name=name,
            mode="markers",
            marker={"size": size, "color": OKABE_ITO[colour], "opacity": 0.6, "line": {"width": 0}},
            hovertemplate="λ = %{x:.3f}: times %{y:.3g}<extra></extra>",
        )
    fig.update_xaxes(title="eigenvalue λ")
    fig.update_yaxes(title="times", rangemode="tozero")
    return style(fig, height=320)


def _add_rows(fig: go.Figure, rows: Mapping[str, Sequence[Bar]]) -> None:
    """Bars along the first axes; the colour makes the trace, so that thousands of segments are a few of them."""
    names = list(rows)
    found = [(len(names) - 1 - k, one) for k, name in enumerate(names) for one in rows[name]]
    found = sorted(found, key=lambda one: one[1].start - one[1].stop)[:MOST]
    for colour in dict.fromkeys(one.colour for _, one in found):
        of = [(row, one) for row, one in found if one.colour == colour]
        start = np.array([one.start for _, one in of])
        stop = np.array([one.stop for _, one in of])
        fig.add_bar(
            orientation="h",
            y=np.array([row for row, _ in of]),
            base=start,
            x=stop - start,
            marker={"color": colour, "line": {"width": 0}},
            text=[one.words for _, one in of],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            width=0.82,
            customdata=np.stack([start, stop], 1),
            hovertemplate="%{text}: %{customdata[0]:.6g} to %{customdata[1]:.6g}<extra></extra>",
        )
    written = ["<br>".join(wrap(name, WIDE)) for name in reversed(names)]
    fig.update_yaxes(tickvals=list(range(len(names))), ticktext=written, range=[-0.5, len(names) - 0.5])
    fig.update_layout(barmode="overlay")
