"""What the tests of figures share: made-up tracks and frames, and what every figure of the house has to keep."""

import base64
import json

import cv2
import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.matching.tracks import Tracks
from vizcore.figures.theme import CLEAR

LIMIT = 300_000  # bytes of a figure as sent
ENOUGH = 100  # a longer list should have been an array


def some_tracks(frames: int = 5, count: int = 12, seed: int = 0) -> Tracks:
    """Random permutations over random cosines."""
    rng = np.random.default_rng(seed)
    order = np.stack([rng.permutation(count) for _ in range(frames - 1)])
    similarity = rng.uniform(-1, 1, (frames - 1, count, count)).astype(np.float32)
    return Tracks(order, similarity, "hungarian")


def still_tracks(count: int = 12) -> Tracks:
    """Two frames between which nothing moves."""
    return Tracks(np.arange(count)[None], np.ones((1, count, count), np.float32), "identity")


def one_frame(count: int = 12) -> Tracks:
    """A clip of one frame: no step."""
    return Tracks(np.empty((0, count), np.int64), np.empty((0, count, count), np.float32), "hungarian")


def a_frame(height: int = 90, width: int = 160, seed: int = 0) -> np.ndarray:
    """(H, W, 3) uint8 noise."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def decoded(address: str) -> np.ndarray:
    """The RGB picture in a data address."""
    data = np.frombuffer(base64.b64decode(address.split(",", 1)[1]), np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]


def check_figure(fig: go.Figure) -> None:
    """What every figure of the house has to keep."""
    sent = fig.to_json()
    assert len(sent) < LIMIT
    assert "1f77b4" not in sent.lower()
    assert "636efa" not in sent.lower()
    assert not list(long_lists(json.loads(sent)))
    assert fig.layout.paper_bgcolor == fig.layout.plot_bgcolor == CLEAR
    assert fig.layout.font.color is None
    for axis in (*fig.select_xaxes(), *fig.select_yaxes()):
        assert axis.automargin
        assert axis.title.text or axis.showticklabels is False, axis
    for trace in fig.data:
        drawn = trace.z if trace.type == "heatmap" else trace.x
        assert len(drawn), trace.name
        if np.asarray(drawn).dtype.kind == "f":
            assert np.isfinite(drawn).any(), trace.name


def long_lists(node):
    """Every list of more than ENOUGH entries inside parsed JSON."""
    if isinstance(node, list) and len(node) > ENOUGH:
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from long_lists(child)
