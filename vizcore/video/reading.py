"""Videos are read in a process of its own (vizcore/apart): what FFmpeg makes of a stranger's file harms nobody.

path -> index, known here -> [fork: decode] -> frames, and the index where the fork has come to know better
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vizcore.apart.calls import call
from vizcore.video.known import keep, known
from vizcore.video.opening import VideoError
from vizcore.video.table import MOST, Clip, FramePack, Index, VideoInfo


def probe(path: str | Path) -> VideoInfo:
    """What the video at `path` is: its frames, their times, its size as shown, and what to be warned of.

    Raises:
        VideoError: it is no video, or not one frame of it decodes.
    """
    return indexed(path).info


def indexed(path: str | Path) -> Index:
    """The index of the video at `path`; made anew when the file has changed."""
    return known(Path(path), _indexed)


def read_clip(
    path: str | Path,
    count: int | None = None,
    start: float = 0.0,
    stop: float | None = None,
    size: tuple[int, int] | None = None,
) -> Clip:
    """Frames of the stretch [start, stop) of a video.

    Args:
        path: the video.
        count: how many frames, spread evenly by number from the first of the stretch to its last (one: the middle);
            none comes twice unless the stretch has fewer. None takes all.
        start, stop: seconds from the first frame; None goes to the end.
        size: (width, height) in pixels; None keeps the size as shown.

    Raises:
        VideoError: it is no video, the stretch holds no frame, or the answer would take more than MAX_BYTES.
    """
    return _read("decode:clip", path, count, start, stop, size)


def read_frames(path: str | Path, indices: Iterable[int], size: tuple[int, int] | None = None) -> np.ndarray:
    """The frames of these numbers, in this order; a number may come twice.

    Args:
        path: the video.
        indices: frame numbers from 0, in presentation order.
        size: (width, height) in pixels; None keeps the size as shown.

    Returns:
        (K, H, W, 3) uint8 RGB.

    Raises:
        VideoError: it is no video, it has no such frame, or the answer would take more than MAX_BYTES.
    """
    numbers = indices if isinstance(indices, np.ndarray) else np.asarray(list(indices))
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise VideoError(f"want a row of whole frame numbers, got {numbers.dtype} of shape {numbers.shape}")
    return _read("decode:frames", path, numbers, size)


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
    return _read("pack:pack", path, width, quality, limit, progress=progress, frames=frames)


def _indexed(path: Path) -> Index:
    return call("video", "vizcore.video.index:build", path)


def _read(task: str, path: str | Path, *args: Any, progress: Callable | None = None, **kwargs: Any) -> Any:
    """What a function of an index gives; what it has learned of the file is kept."""
    path = Path(path)
    given = indexed(path), f"vizcore.video.{task}", args, kwargs
    answer, better = call("video", "vizcore.video.decode:by_index", *given, called=path.name, progress=progress)
    if better is not None:
        keep(path, better)
    return answer
