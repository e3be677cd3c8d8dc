"""A matching in numbers: step by step, along one track, and one method against another.

Tracks -> steps_figure, track_figure            scores of several methods -> scores_figure, scores_table
"""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.algorithms.matching.tracks import Tracks
from vizcore.figures.caption import captioned
from vizcore.figures.theme import COLOURWAY, EDGE, OKABE_ITO, SYMBOLS, empty, style

ROUND = tuple(digit * 10.0**power for power in range(-3, 6) for digit in (1, 3))  # ticks of a logarithmic axis
ONE_FRAME = "One frame: there is no step to draw."


class Score(Protocol):
    """How one method did on a clip; shares are 0 to 1, nan where there is nothing to count."""

    method: str
    agreement: float  # share of patches that go where the optical flow goes
    agreement_moving: float  # the same share of the patches that move
    total: float  # mean matched cosine
    seconds: float


@captioned(
    "Above: the share of patches that stay in place, that find each other from both sides, and that go where the "
    "optical flow goes; below: the gain in cosine of being matched over staying in place, mean of the patches."
)
def steps_figure(
    tracks: Tracks, flow_agreement: np.ndarray | None = None, times: np.ndarray | None = None
) -> go.Figure:
    """Shares and gain of every step.

    Args:
        tracks: the matching of a clip.
        flow_agreement: (T-1, N) bool, from flow.agreement.
        times: (T,) seconds of the frames; without them steps are counted.
    """
    if not len(tracks.steps):
        return empty(ONE_FRAME)
    when, label = _when(tracks, times)
    shares = {"stays in place": tracks.identity_share, "best from both sides": tracks.mutual.mean(-1)}
    if flow_agreement is not None:
        shares["agrees with the flow"] = flow_agreement.mean(-1)
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.6, 0.4])
    for (name, share), colour, symbol in zip(shares.items(), COLOURWAY, SYMBOLS):
        fig.add_scatter(
            x=when, y=share, name=name, mode="lines+markers", row=1, col=1, **_line_and_marker(colour, symbol)
        )
    gain = (tracks.total - tracks.identity_total) / tracks.steps.shape[1]
    fig.add_scatter(
        x=when,
        y=gain,
        name="gain",
        mode="lines+markers",
        row=2,
        col=1,
        showlegend=False,
        **_line_and_marker(OKABE_ITO["purple"], "triangle-up"),
    )
    fig.update_traces(customdata=np.arange(len(when)), hovertemplate="step %{customdata}: %{y:.3f}")
    fig.update_yaxes(title="share of patches", range=[-0.03, 1.05], dtick=0.25, tickformat=".0%", row=1, col=1)
    fig.update_yaxes(title="gain, cosine", rangemode="tozero", row=2, col=1)
    fig.update_xaxes(title=label, row=2, col=1)
    return style(fig, height=430)


@captioned(
    "How similar the picked patch is to its match at every step, and by how much that is above the next best "
    "one; a cross below zero is overruled: its most similar patch is matched with another one."
)
def track_figure(tracks: Tracks, patch: int, times: np.ndarray | None = None) -> go.Figure:
    """Similarity and margin of one track, step by step.

    Args:
        tracks: the matching of a clip.
        patch: a patch of frame 0.
        times: (T,) seconds of the frames; without them steps are counted.

    Raises:
        ValueError: there is no such patch.
    """
    if not 0 <= patch < tracks.steps.shape[1]:
        raise ValueError(f"want a patch of 0 to {tracks.steps.shape[1] - 1}, got {patch}")
    if not len(tracks.steps):
        return empty(ONE_FRAME)
    when, label = _when(tracks, times)
    path = tracks.sigma[:, patch]  # (T,) where the track is
    along = np.arange(len(when)), path[:-1]
    matched, margin, overruled = tracks.matched[along], tracks.margin[along], tracks.overruled[along]
    marker = {"symbol": np.where(overruled, "x", "circle").tolist(), "size": 9}
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    for row, values, colour in ((1, matched, OKABE_ITO["blue"]), (2, margin, OKABE_ITO["orange"])):
        fig.add_scatter(
            x=when,
            y=values,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker=marker,
            row=row,
            col=1,
            customdata=np.stack([path[:-1], path[1:]], -1).astype(np.int32),
            showlegend=False,
            hovertemplate="patch %{customdata[0]} → %{customdata[1]}: %{y:.3f}<extra></extra>",
        )
    fig.add_hline(0, line={"color": EDGE, "width": 1}, row=2, col=1)
    fig.update_yaxes(title="cosine", row=1, col=1)
    fig.update_yaxes(title="margin", row=2, col=1)
    fig.update_xaxes(title=label, row=2, col=1)
    return style(fig, height=360)


@captioned(
    "One row a method: further right is better in the upper two panels and slower in the lowest, whose scale is "
    "logarithmic."
)
def scores_figure(scores: Iterable[Score]) -> go.Figure:
    """Methods side by side: agreement with the flow, similarity reached, time taken.

    Args:
        scores: one row a method, drawn from the top in this order.
    """
    scores = list(scores)
    names = [method_name(score.method) for score in scores]
    fig = make_subplots(rows=3, cols=1, vertical_spacing=0.16)
    panels = (
        (1, "all patches", [s.agreement for s in scores], OKABE_ITO["blue"], "circle", ".0%"),
        (1, "moving patches", [s.agreement_moving for s in scores], OKABE_ITO["orange"], "diamond-open", ".0%"),
        (2, "cosine", [s.total for s in scores], OKABE_ITO["green"], "square", ".3f"),
        (3, "time", [1000 * s.seconds for s in scores], OKABE_ITO["purple"], "triangle-up", ".3~s"),
    )
    for row, name, values, colour, symbol, form in panels:
        if np.isfinite(values).any():
            fig.add_scatter(
                x=values,
                y=names,
                name=name,
                mode="markers",
                row=row,
                col=1,
                showlegend=row == 1,
                marker={"color": colour, "symbol": symbol, "size": 12, "line": {"width": 2 if "open" in symbol else 0}},
                hovertemplate=f"%{{y}}: %{{x:{form}}}",
            )
    fig.update_xaxes(
        title="moves that agree with the flow", tickformat=".0%", range=[-0.02, 1.02], dtick=0.25, row=1, col=1
    )
    fig.update_xaxes(title="mean matched cosine", row=2, col=1)
    fig.update_xaxes(title="milliseconds for the clip", type="log", tickvals=ROUND, row=3, col=1)
    fig.update_yaxes(autorange="reversed", title="method")
    return style(fig, height=560)


def method_name(method: str) -> str:
    """What a method is called on the screen."""
    return "Hungarian" if method == "hungarian" else method


def scores_table(scores: Iterable[Score]) -> list[dict]:
    """The same scores as rows with headings; a share that nothing was counted for is None."""
    return [
        {
            "method": method_name(score.method),
            "agrees with the flow": _share(score.agreement),
            "of moving patches": _share(score.agreement_moving),
            "mean matched cosine": _share(score.total),
            "milliseconds": 1000 * score.seconds,
        }
        for score in scores
    ]


def _share(value: float) -> float | None:
    return None if np.isnan(value) else value


def _when(tracks: Tracks, times: np.ndarray | None) -> tuple[np.ndarray, str]:
    """(T-1,) where a step stands on the axis, and the axis's title."""
    count = len(tracks.steps)
    if times is None:
        return np.arange(1, count + 1), "later frame of the step"
    if len(times) != count + 1:
        raise ValueError(f"want the times of {count + 1} frames, got {len(times)}")
    return np.asarray(times, np.float64)[1:], "time of later frame, s"


def _line_and_marker(colour: str, symbol: str) -> dict:
    return {"line": {"color": colour, "width": 2}, "marker": {"symbol": symbol, "size": 7, "color": colour}}
