"""What is known of a video before its pixels: what it is, and for each frame when it is shown and how to find it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np

from vizcore.video.upright import Upright


@dataclass(frozen=True, eq=False)
class VideoInfo:
    """What a video is, without its pixels."""

    path: Path
    frames: int
    width: int  # as shown: turned upright, square pixels
    height: int
    times: np.ndarray  # (F,) float64 seconds from the first frame, increasing
    duration: float  # seconds, the time that the last frame is shown included
    codec: str
    container: str
    rotation: int  # degrees clockwise that bring the stored picture upright: 0, 90, 180, 270
    has_audio: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Index:
    """Frames in presentation order, and how to find each again.

    `by` says what tells frames apart: "pts", their presentation stamp; "dts", the stamp of the packet that pushed
    them out of the decoder; "order", only their place, counted from the start of the file.
    """

    info: VideoInfo
    upright: Upright
    stream: int  # number of the stream in the file
    by: str
    ids: np.ndarray  # (F,) int64, increasing
    keys: np.ndarray  # (G,) int64 stamps of the key frames, increasing
    seeks: np.ndarray  # (G,) int64 stamps to seek to for each
    places: np.ndarray  # (G,) int64, how many packets of the stream come before each
    sums: np.ndarray | None  # (F,) uint32 check sums of the pictures, where `by` is not "pts"
    damaged: Event  # set once a picture did not decode cleanly
    sampled: bool = False  # the container's own index was believed, of which some was looked up

    @property
    def groups(self) -> np.ndarray:
        """(F,) int64: the key frame from which each frame is decoded.

        A frame that is shown before a key frame but stored after it belongs to the key frame before. A frame known by
        its "dts" leaves the decoder after its own packet went in.
        """
        side = "left" if self.by == "dts" else "right"
        return np.maximum(np.searchsorted(self.keys, self.ids, side=side) - 1, 0)
