"""What the browser plays: the frames of a video as JPEG pictures, one after the other in one blob.

path - decoded in order at display size - JPEG - blob, with the place (F + 1,) and the second (F,) of each
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

import cv2
import numpy as np

from vizcore.video.decode import shown
from vizcore.video.opening import VideoError
from vizcore.video.table import FramePack, Index


def pack(
    index: Index,
    width: int,
    quality: int,
    limit: int,
    frames: Sequence[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FramePack:
    """Pack the frames of a video for the browser; as vizcore.video.pack_frames.

    Args:
        index: of the video.
        width, quality, limit, frames, progress: as there.
    """
    for name, value, most in (("width", width, 4096), ("quality", quality, 100), ("limit", limit, 10**6)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 1 <= value <= most:
            raise VideoError(f"want a {name} of 1 to {most}, got {value!r}")
    return packed(index, width, quality, chosen(index.info.frames, limit, frames), progress)


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
