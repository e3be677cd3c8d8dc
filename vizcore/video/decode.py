"""A file becomes frames and their seconds: any frames by number, or a clip of so many frames from a stretch of time.

path, numbers (K,) - index - walk - upright - (K, H, W, 3) uint8 RGB
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from av.video.reformatter import VideoReformatter

from vizcore.video.index import indexed, settled
from vizcore.video.opening import MAX_PIXELS, VideoError
from vizcore.video.table import Index
from vizcore.video.walk import Missing, walk

MAX_BYTES = 2 << 30  # of one answer: a quarter of the memory of a small laptop, 345 frames of 1920x1080

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Clip:
    """Frames with their seconds."""

    frames: np.ndarray  # (T, H, W, 3) uint8 RGB
    times: np.ndarray  # (T,) float64 seconds from the first frame of the video
    indices: np.ndarray  # (T,) int64 frame numbers in presentation order


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
    path = Path(path)
    check_stretch(count, start, stop)

    def stretch(index: Index) -> np.ndarray:
        times = index.info.times
        first, last = np.searchsorted(times, [start, math.inf if stop is None else stop]).tolist()
        if first == last:
            raise VideoError(
                f"want frames from {start:g} s to {'the end' if stop is None else f'{stop:g} s'}, got none: "
                f"{path.name} has {len(times)} frames from 0 s to {times[-1]:.2f} s; choose a longer stretch"
            )
        if count == 1:
            return np.array([(first + last - 1) // 2])
        return np.arange(first, last) if count is None else np.linspace(first, last - 1, count).round().astype(np.int64)

    def clip(index: Index) -> Clip:
        numbers = stretch(index)
        return Clip(pictures(index, numbers, size), index.info.times[numbers], numbers)

    check_target(size)
    return tried(path, clip)


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
    numbers = np.asarray(list(indices) if not isinstance(indices, np.ndarray) else indices)
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise VideoError(f"want a row of whole frame numbers, got {numbers.dtype} of shape {numbers.shape}")

    def frames(index: Index) -> np.ndarray:
        wrong = numbers[(numbers < 0) | (numbers >= index.info.frames)]
        if wrong.size:
            most = index.info.frames - 1
            raise VideoError(f"want frame numbers from 0 to {most} of {index.info.path.name}, got {wrong[0]}")
        return pictures(index, numbers.astype(np.int64), size)

    check_target(size)
    return tried(Path(path), frames)


def tried(path: Path, make: Callable[[Index], Answer]) -> Answer:
    """What `make` makes of the index; tried again by a better one where frames turn out not to decode."""
    index = indexed(path)
    for _ in range(1 + index.sampled):
        try:
            return make(index)
        except Missing:
            index = settled(index)
    try:
        return make(index)
    except Missing as missing:
        raise VideoError(f"want frames that decode, got {path.name}, where {missing}: convert it again") from None


def pictures(index: Index, numbers: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    """(K, H, W, 3) uint8: each wanted frame is decoded once and kept at `size` only.

    Args:
        index: of the video.
        numbers: of frames, from 0, in any order.
        size: (width, height) in px; None for as shown.
    """
    width, height = size or (index.upright.width, index.upright.height)
    need = len(numbers) * width * height * 3
    if need > MAX_BYTES:
        raise VideoError(
            f"want at most {MAX_BYTES >> 20} MB of pixels at once, got {len(numbers)} frames of {width}x{height}, "
            f"{need >> 20} MB: ask for fewer frames or a smaller size"
        )
    out, spots = np.empty((len(numbers), height, width, 3), np.uint8), {}
    for spot, number in enumerate(numbers.tolist()):
        spots.setdefault(number, []).append(spot)
    for number, picture in shown(index, spots, size):
        out[spots[number]] = picture
    return out


def shown(index: Index, numbers: Iterable[int], size: tuple[int, int] | None) -> Iterator[tuple[int, np.ndarray]]:
    """(number, (H, W, 3) uint8 RGB) of each of these frames, upright, one alive at a time.

    Args:
        index: of the video.
        numbers: of frames, from 0.
        size: (width, height) in px; None for as shown.
    """
    resizer, groups = VideoReformatter(), index.groups if index.turned else None
    for number, frame in walk(index, numbers):
        turn = None if groups is None else index.turn(number, groups)
        yield number, index.upright.picture(frame, size, resizer, turn)


def check_stretch(count: int | None, start: float, stop: float | None) -> None:
    """Refuse a stretch that holds no frame.

    Args:
        count: frames that are wanted, 1 or more; None for all.
        start: seconds, 0 or more.
        stop: seconds, later than the start; None for the end.

    Raises:
        VideoError: one of them is none of that.
    """
    if count is not None and (isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1):
        raise VideoError(f"want a count of at least 1 frame, got {count!r}")
    if not math.isfinite(start) or start < 0:
        raise VideoError(f"want a start of at least 0 s, got {start!r}")
    if stop is not None and not stop > start:
        raise VideoError(f"want a stop later than the start at {start:g} s, got {stop!r}")


def check_target(size: tuple[int, int] | None) -> None:
    if size is None:
        return
    whole = (
        isinstance(size, tuple | list)
        and len(size) == 2
        and all(isinstance(side, int | np.integer) and side > 0 for side in size)
    )
    if not whole or size[0] * size[1] > MAX_PIXELS:
        raise VideoError(f"want a size of (width, height), whole numbers and at most {MAX_PIXELS} pixels, got {size!r}")
