"""What is known of a video before its pixels: what it is, and for each frame when it is shown and how to find it.

And what becomes of its frames: a Clip for those who compute, a FramePack for the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vizcore.formats.apart.values import Sealed

if TYPE_CHECKING:  # who is told of a video need not wait for what reads it
    from vizcore.video.joints import Joint
    from vizcore.video.stills import Stills
    from vizcore.video.upright import Upright

MOST = 1200  # frames of a pack: 40 s at 30 a second, some 40 MB at 640x360, what a browser tab holds with ease


class VideoError(ValueError):
    """A video cannot be read or written; the message says what was wanted, what was got and what to do."""


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


@dataclass(eq=False)
class Damage:
    """What has been met of a file, while it was read."""

    met: bool = False  # a picture did not decode cleanly


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
    damage: Damage
    sampled: bool = False  # the container's own index was believed, of which some was looked up
    joints: tuple[Joint, ...] = ()  # where recordings begin that are not the first; stamps are counted on over them
    turned: tuple[tuple[int, tuple[int, bool]], ...] = ()  # (packets before, (quarter turns, mirrored)) of changes
    breaks: frozenset[int] = frozenset()  # packets before which the decoder is emptied: what follows is another shape
    stills: Stills | None = None  # what gives the frames of no video file: ids are places in it

    @property
    def groups(self) -> np.ndarray:
        """(F,) int64: the key frame from which each frame is decoded.

        A frame that is shown before a key frame but stored after it belongs to the key frame before. A frame known by
        its "dts" leaves the decoder after its own packet went in.
        """
        side = "left" if self.by == "dts" else "right"
        return np.maximum(np.searchsorted(self.keys, self.ids, side=side) - 1, 0)

    def turn(self, number: int, groups: np.ndarray) -> tuple[int, bool] | None:
        """(quarter turns, mirrored) of a frame; None for those of the first.

        Args:
            number: of the frame.
            groups: of this index.
        """
        place = self.places[groups[number]] if len(self.places) else 0
        return next((how for begin, how in reversed(self.turned) if begin <= place), None)


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a file."""

    info: VideoInfo
    index: Sealed  # an Index, of which only what reads the file has to know what it is made of


@dataclass(frozen=True, eq=False)
class Clip:
    """Frames with their seconds."""

    frames: np.ndarray  # (T, H, W, 3) uint8 RGB
    times: np.ndarray  # (T,) float64 seconds from the first frame of the video
    indices: np.ndarray  # (T,) int64 frame numbers in presentation order


@dataclass(frozen=True, eq=False)
class FramePack:
    """JPEG pictures of a video: frame k is blob[offsets[k]:offsets[k + 1]]."""

    blob: bytes
    offsets: np.ndarray  # (F + 1,) int64, bytes
    times: np.ndarray  # (F,) float64 seconds from the first frame of the video
    indices: np.ndarray  # (F,) int64 frame numbers in presentation order
    width: int
    height: int
    total: int  # frames of the whole video

    @property
    def note(self) -> str:
        """A sentence that says which frames are left out; empty when none is."""
        first, last, count = int(self.indices[0]), int(self.indices[-1]), len(self.indices)
        if count == self.total:
            return ""
        spread = "" if last - first + 1 == count else f", {count} of them, evenly spread"
        return f"Frames {first} to {last} of {self.total} are shown{spread}: the video is too long for all"
