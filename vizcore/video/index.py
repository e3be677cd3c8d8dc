"""The table of the frames of a video: which there are, when each is shown, and from where it can be decoded.

    packets (demuxed once) -> presentation stamps, sorted (F,), key frames (G,) -> Index, kept for the files used last

Where the packets do not say when they are shown (AVI with B-frames), or give reason to doubt that each decodes, the
frames are decoded once and what comes out is what counts.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import numpy as np
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.opening import MAX_FRAMES, WANTED, VideoError, check_size, opened, select, videos
from vizcore.video.upright import Upright, upright

CHECK_PIXELS = 64_000_000  # a video of fewer pixels in all (some 200 frames of 640x480) is decoded once to be sure
KEPT = 32  # indices held in memory; one of MAX_FRAMES frames takes 6 MB
REORDER = 32  # frames may leave a decoder this much later than they are due; the standards allow 16


@dataclass(frozen=True, eq=False)
class VideoInfo:
    """What a video is, without its pixels."""

    path: Path
    frames: int
    width: int  # as shown: turned upright, square pixels
    height: int
    times: np.ndarray  # (F,) float64 seconds from the first frame, increasing
    duration: float  # seconds, the time of the last frame included
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
    keys: np.ndarray  # (G,) int64, stamps of the key frames, in file order and increasing
    places: np.ndarray  # (G,) int64, how many packets of the stream come before each key frame
    sums: np.ndarray | None  # (F,) uint32, check sums of the pictures, where `by` is not "pts"


@dataclass
class Scan:
    """What demuxing a stream told."""

    pts: list[int | None] = field(default_factory=list)
    dts: list[int | None] = field(default_factory=list)
    key: list[bool] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)
    doubt: int | None = None  # number of the first packet that may not decode
    step: int = 0  # time that the last packet is shown, in stamps
    cut: bool = False  # packets are damaged, or the file ends within one
    long: bool = False  # more packets than MAX_FRAMES
    first: av.VideoFrame | None = None
    reason: str = ""  # why no frame came out
