"""Followed boxes, drawn: confidence and IoU over time, and what is inside a box.

confidence (T,) of each person -> confidence_figure;  IoU (T,) -> overlap_figure;  frames, boxes -> inside
"""

from collections.abc import Sequence

import cv2
import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import EDGE, OKABE_ITO, style

COLOURS = tuple(OKABE_ITO[name] for name in ("orange", "sky", "green", "purple", "yellow", "vermilion", "blue"))
GROUND_TRUTH = OKABE_ITO["grey"]
TILE = 160  # px: height of what is inside a box in one frame
WIDEST = 1.6  # a box that is wider for its height is shown so wide

Line = tuple[str, str, np.ndarray, np.ndarray]  # name, #rrggbb, seconds (T,), values (T,)


@captioned(
    "The share of the patches in a box that agree with it, 0 to 1. Below the dashed line a person counts as lost; "
    "diamonds are the boxes that were drawn."
)
def confidence_figure(lines: Sequence[Line], drawn: Sequence[np.ndarray], lost: float) -> go.Figure:
    """Confidence over time.

    Args:
        lines: of each person.
        drawn: of each person the seconds at which a box was drawn.
        lost: confidence below which a person is lost.
    """
    fig = _over_time(lines, "confidence")
    for (name, colour, _, _), seconds in zip(lines, drawn, strict=True):
        mark = {"symbol": "diamond", "size": 10, "color": colour, "line": {"color": "white", "width": 1}}
        fig.add_scatter(
            x=seconds, y=np.ones(len(seconds)), mode="markers", marker=mark, name=f"{name}, drawn", showlegend=False
        )
    fig.add_hline(lost, line={"color": EDGE, "width": 1.5, "dash": "dash"})
    return style(fig, height=280)


@captioned(
    "The IoU of a box with what is seen of the person, by the ground truth, 0 to 1. A gap: nothing of them is seen."
)
def overlap_figure(lines: Sequence[Line]) -> go.Figure:
    """IoU with the ground truth over time, of each person whose truth is known."""
    return style(_over_time(lines, "IoU"), height=280)


def inside(frames: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(K, TILE, W, 3) what is inside a box in each of K frames, cut out and scaled to one size.

    Args:
        frames: (K, H, W, 3) uint8.
        boxes: (K, 4) corners as shares of the picture.
    """
    height, width = frames.shape[1:3]
    sides = (boxes[:, 2:] - boxes[:, :2]) * [width, height]
    shape = float(np.clip(np.median(sides[:, 0] / np.maximum(sides[:, 1], 1e-6)), 0.3, WIDEST))
    size = round(TILE * shape), TILE
    cut = []
    for frame, box in zip(frames, boxes):
        x0, y0 = np.floor(box[:2] * [width, height]).astype(int).clip(0, [width - 1, height - 1])
        x1, y1 = np.ceil(box[2:] * [width, height]).astype(int).clip([x0 + 1, y0 + 1], [width, height])
        cut.append(cv2.resize(frame[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA))
    return np.stack(cut)


def _over_time(lines: Sequence[Line], title: str) -> go.Figure:
    fig = go.Figure()
    for name, colour, seconds, values in lines:
        fig.add_scatter(
            x=np.asarray(seconds, np.float32),
            y=np.asarray(values, np.float32),
            mode="lines",
            line={"color": colour, "width": 2},
            name=name,
            showlegend=True,
            hovertemplate=f"{name}<br>%{{x:.2f}} s: %{{y:.2f}}<extra></extra>",
        )
    fig.update_xaxes(title="time, s")
    fig.update_yaxes(title=title, range=[0, 1.05])
    return fig
