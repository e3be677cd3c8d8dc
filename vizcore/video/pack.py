"""What the browser plays: the frames of a video as JPEG pictures, one after the other in one blob.

path - decoded in order at display size - JPEG - blob, with the place (F + 1,) and the second (F,) of each
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vizcore.video.decode import shown, tried
from vizcore.video.opening import VideoError
from vizcore.video.table import Index

MOST = 1200  # frames of a pack: 40 s at 30 a second, some 40 MB at 640x360, what a browser tab holds with ease


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


def pack_frames(
    path: str | Path,
    width: int = 640,
    quality: int = 80,
    limit: int = MOST,
    progress: Callable[[int, int], None] | None = None,
    *,
    frames: Sequence[int] | None = None,
) -> FramePack:
    """Pack the frames of a video for the browser.

    Args:
        path: the video.
        width: pixels at most; a narrower video keeps its own size, the aspect is kept always.
        quality: of JPEG, 1 to 100.
        limit: frames at most; of a longer video so many are taken, evenly spread from the first to the last.
        progress: called with (done, total) after each frame. What it raises ends the work.
        frames: rising numbers of the frames to take instead.

    Raises:
        VideoError: it is no video, or a number is out of range.
    """
    for name, value, most in (("width", width, 4096), ("quality", quality, 100), ("limit", limit, 10**6)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 1 <= value <= most:
            raise VideoError(f"want a {name} of 1 to {most}, got {value!r}")

    def make(index: Index) -> FramePack:
        return packed(index, width, quality, chosen(index.info.frames, limit, frames), progress)

    return tried(Path(path), make)


def chosen(total: int, limit: int, frames: Sequence[int] | None) -> np.ndarray:
    """The frame numbers that are packed: those asked for, else at most `limit` of `total`, evenly spread.

    Args:
        total: frames of the video.
        limit: how many at most, where none are named.
        frames: rising numbers of frames, or None.
    """
    if frames is None:
        return np.linspace(0, total - 1, min(limit, total)).round().astype(np.int64)
    numbers = np.asarray(frames, np.int64)
    numbers = numbers[numbers < total]  # a damaged tail may have taken some away since they were counted
    if not numbers.size or numbers[0] < 0 or (np.diff(numbers) <= 0).any():
        raise VideoError(f"want rising frame numbers of 0 to {total - 1}, got {numbers}")
    return numbers


def packed(
    index: Index, width: int, quality: int, numbers: np.ndarray, progress: Callable[[int, int], None] | None
) -> FramePack:
    """Frames as JPEGs in one block.

    Args:
        index: of the video.
        width: px, at most; never more than the video's own.
        quality: of the JPEGs, 1 to 100.
        numbers: (K,) int, rising.
        progress: gets how many frames are packed, and of how many.
    """
    info = index.info
    width = min(width, info.width)
    height = max(1, round(width * info.height / info.width))
    pictures: dict[int, bytes] = {}
    with closing(shown(index, numbers.tolist(), (width, height))) as frames:
        for number, picture in frames:
            options = [cv2.IMWRITE_JPEG_QUALITY, int(quality)]
            pictures[number] = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)[1].tobytes()
            if progress is not None:
                progress(len(pictures), len(numbers))
    jpegs = [pictures[number] for number in numbers.tolist()]
    offsets = np.cumsum([0, *map(len, jpegs)], dtype=np.int64)
    return FramePack(b"".join(jpegs), offsets, info.times[numbers], numbers, width, height, info.frames)
