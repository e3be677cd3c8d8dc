"""A file becomes frames and their seconds: any frames by number, or a clip of so many frames from a stretch of time.

index, numbers (K,) - walk - upright - (K, H, W, 3) uint8 RGB

What is called from outside is in reading.py, which has this done in a process of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
from av.video.reformatter import VideoReformatter

from vizcore.formats.apart.values import Sealed, sealed, unsealed
from vizcore.video.index import build, settled
from vizcore.video.opening import MAX_PIXELS, VideoError
from vizcore.video.table import Clip, Index, Known
from vizcore.video.walk import Missing, walk

MAX_BYTES = 2 << 30  # of one answer: a quarter of the memory of a small laptop, 345 frames of 1920x1080


def built(path: Path) -> Known:
    """What is known of a video, once it has been looked through."""
    index = build(path)
    return Known(index.info, sealed(index))


def by_index(
    closed: Sealed, task: str, args: tuple, kwargs: dict[str, Any], progress: Callable[[int, int], None] | None = None
) -> tuple[Any, Known | None]:
    """What a task makes of an index; tried again by a better one where frames turn out not to decode.

    Args:
        closed: the index of the video.
        task: "module:name" of a function of an index.
        args, kwargs: what else it takes.
        progress: handed on to it, where there is one.

    Returns:
        The answer, and what is known better now, if anything is.

    Raises:
        VideoError: as the task, or frames do not decode.
    """
    given = index = unsealed(closed)
    met = index.damage.met
    make = partial(resolve_name(task), **kwargs, **({} if progress is None else {"progress": progress}))
    for last in range(2 + index.sampled):
        try:
            answer = make(index, *args)
            break
        except Missing as missing:
            if last == 1 + given.sampled:
                name = index.info.path.name
                raise VideoError(f"want frames that decode, got {name}, where {missing}: convert it again") from None
            index = settled(index)
    better = index is not given or index.damage.met != met
    return answer, Known(index.info, sealed(index)) if better else None


def clip(index: Index, count: int | None, start: float, stop: float | None, size: tuple[int, int] | None) -> Clip:
    """Frames of the stretch [start, stop); as vizcore.video.read_clip.

    Args:
        index: of the video.
        count, start, stop, size: as there.
    """
    check_stretch(count, start, stop)
    check_target(size)
    times = index.info.times
    first, last = np.searchsorted(times, [start, math.inf if stop is None else stop]).tolist()
    if first == last:
        raise VideoError(
            f"want frames from {start:g} s to {'the end' if stop is None else f'{stop:g} s'}, got none: "
            f"{index.info.path.name} has {len(times)} frames from 0 s to {times[-1]:.2f} s; choose a longer stretch"
        )
    if count == 1:
        numbers = np.array([(first + last - 1) // 2])
    else:
        every = np.arange(first, last)
        numbers = every if count is None else np.linspace(first, last - 1, count).round().astype(np.int64)
    return Clip(pictures(index, numbers, size), times[numbers], numbers)


def frames(index: Index, numbers: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    """The frames of these numbers, in this order; as vizcore.video.read_frames.

    Args:
        index: of the video.
        numbers: of frames, from 0.
        size: (width, height) in px; None for as shown.
    """
    check_target(size)
    wrong = numbers[(numbers < 0) | (numbers >= index.info.frames)]
    if wrong.size:
        most = index.info.frames - 1
        raise VideoError(f"want frame numbers from 0 to {most} of {index.info.path.name}, got {wrong[0]}")
    return pictures(index, numbers.astype(np.int64), size)


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
