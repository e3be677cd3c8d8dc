"""The box that a clip begins with before anybody has drawn one: an actor's, or around what moves most.

ground truth -> the first actor;  frames -> optical flow less that of the camera, near the middle -> blob -> its bounds
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from vizcore.algorithms.matching.flow import dense_flow
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.truth import Truth
from vizcore.video import probe, read_frames

Kind = Literal["ground truth", "motion", "middle"]
LOOKED_AT = 8  # moments, at each of which the flow to the next frame is computed
WIDTH = 160  # px of these
SOFT = 0.05  # of the width: standard deviation by which motion is smoothed
RISES = 0.35  # share of the strongest motion that belongs to the blob
NEAR = 0.2  # of the picture: standard deviation from its middle at which motion counts; films have there what they show
MOVES = 0.003  # of the width a frame: motion below it is none
SHORT, LONG = 0.12, 0.9  # of the picture: sides of the box
MIDDLE = (1 / 3, 1 / 6, 2 / 3, 5 / 6)


@dataclass(frozen=True)
class Start:
    """A first box."""

    frame: int
    box: tuple[float, float, float, float]  # x0, y0, x1, y1 as shares of the picture
    kind: Kind  # an actor's, around what moves most, or just there


def start_of(path: str | Path, frames: np.ndarray) -> Start:
    """A box to begin with.

    Args:
        path: a video file.
        frames: (T,) numbers of the frames that are looked at, rising.
    """
    truth = truth_of(Path(path))
    known = None if truth is None else _actor(truth, frames)
    if known is not None:
        return known
    found = moving_box(_pairs(path, frames))
    if found is None:
        return Start(int(frames[0]), MIDDLE, "middle")
    return Start(int(_moments(frames)[found[0]]), found[1], "motion")


def moving_box(pairs: np.ndarray) -> tuple[int, tuple[float, float, float, float]] | None:
    """In which moment, and in which bounds, most moves unlike the picture as a whole; None where nothing does.

    Args:
        pairs: (M, 2, H, W, 3) uint8 RGB, each a frame and the next.
    """
    height, width = pairs.shape[2:4]
    x, y = ((np.arange(side) + 0.5) / side - 0.5 for side in (width, height))
    near = np.exp(-(x**2 + y[:, None] ** 2) / (2 * NEAR**2))  # (H, W)
    best = None
    for moment, pair in enumerate(pairs):
        flow = dense_flow(pair)[0]
        own = np.linalg.norm(flow - np.median(flow, axis=(0, 1)), axis=-1)
        motion = cv2.GaussianBlur(own, (0, 0), SOFT * width)
        if motion.max() < MOVES * width:
            continue
        motion = motion * near
        _, names, boxes, _ = cv2.connectedComponentsWithStats((motion > RISES * motion.max()).astype(np.uint8))
        weight = np.bincount(names.ravel(), motion.ravel())[1:]
        blob = int(weight.argmax())
        if best is None or weight[blob] > best[0]:
            best = weight[blob], moment, boxes[1 + blob].tolist()
    if best is None:
        return None
    x, y, w, h, _ = best[2]
    (x0, x1), (y0, y1) = _side(x / width, w / width), _side(y / height, h / height)
    return best[1], (x0, y0, x1, y1)


def _side(start: float, length: float) -> tuple[float, float]:
    """A side of a box neither too short nor too long, inside the picture."""
    middle, length = start + length / 2, min(max(length, SHORT), LONG)
    low = min(max(middle - length / 2, 0.0), 1 - length)
    return low, low + length


def _moments(frames: np.ndarray) -> np.ndarray:
    """Of frames that are looked at, some that have a next one."""
    last = max(len(frames) - 2, 0)
    return frames[np.unique(np.linspace(0, last, LOOKED_AT).round().astype(np.int64))]


def _pairs(path: str | Path, frames: np.ndarray) -> np.ndarray:
    """(M, 2, H, W, 3) of each moment, small."""
    info = probe(path)
    scale = min(1.0, WIDTH / info.width)
    size = (max(1, round(scale * info.width)), max(1, round(scale * info.height)))
    moments = _moments(frames)
    both = np.stack([moments, np.minimum(moments + 1, info.frames - 1)], 1)
    needed, places = np.unique(both, return_inverse=True)
    return read_frames(path, needed, size)[places.reshape(both.shape)]


def _actor(truth: Truth, frames: np.ndarray) -> Start | None:
    """The box of the first actor who is seen, in the first frame that shows one."""
    frames = frames[frames < len(truth.surface)]
    height, width = truth.surface.shape[1:]
    boxes = truth.at(frames).boxes() / [width, height, width, height]
    actors = [k for k, thing in enumerate(truth.things) if thing.role == "actor"]
    for frame, shown in zip(frames.tolist(), boxes):
        seen = [k for k in actors if np.isfinite(shown[k]).all()]
        if seen:
            return Start(frame, tuple(shown[seen[0]].tolist()), "ground truth")
    return None
