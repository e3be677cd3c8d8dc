"""Videos are read in a process of its own (vizcore/formats/apart): what FFmpeg makes of a stranger's file harms nobody.

path -> index, known here -> [fork: decode] -> frames, and the index where the fork has come to know better
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.formats.apart.calls import call
from vizcore.formats.apart.values import unsealed
from vizcore.video.table import MOST, Clip, FramePack, Known, VideoError, VideoInfo

if TYPE_CHECKING:  # what an index is made of takes a while to import
    from vizcore.video.table import Index

CACHED = 32  # files whose indices are held in memory; one of MAX_FRAMES frames takes 6 MB

Signature = tuple[str, int, int]
_indices: OrderedDict[Signature, Known] = OrderedDict()
_building: dict[Signature, threading.Lock] = {}
_lock = threading.Lock()


def probe(path: str | Path) -> VideoInfo:
    """What the video at `path` is: its frames, their times, its size as shown, and what to be warned of.

    Raises:
        VideoError: it is no video, or not one frame of it decodes.
    """
    return known(Path(path), _built).info


def indexed(path: str | Path) -> "Index":
    """The index of the video at `path`; made anew when the file has changed."""
    return unsealed(known(Path(path), _built).index)


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


def known(path: Path, build: Callable[[Path], Known]) -> Known:
    """What is known of a file; found anew when the file has changed.

    Args:
        path: the file.
        build: finds it, once at a time: to demux a long film twice at once takes more than twice as long.
    """
    key = signature(path)
    with _lock:
        if key in _indices:
            _indices.move_to_end(key)
            return _indices[key]
        building = _building.setdefault(key, threading.Lock())
    with building:
        try:
            return _indices.get(key) or keep(path, build(path))
        finally:
            _building.pop(key, None)


def keep(path: Path, found: Known) -> Known:
    """Put this in the place of what is known of a file; the same again."""
    key = signature(path)
    with _lock:
        _indices[key] = found
        _indices.move_to_end(key)
        while len(_indices) > CACHED:
            _indices.popitem(last=False)
    return found


def forget() -> None:
    """Forget all files."""
    with _lock:
        _indices.clear()


def signature(path: Path) -> Signature:
    """What changes when another file is put in the place of this one."""
    try:
        if not path.is_file():
            from vizcore.video.pictures import state  # nearly all are files

            return state(path)
        state = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path.resolve()), state.st_mtime_ns, state.st_size


def _built(path: Path) -> Known:
    return call("video", "vizcore.video.decode:built", path)


def _read(task: str, path: str | Path, *args: Any, progress: Callable | None = None, **kwargs: Any) -> Any:
    """What a function of an index gives; what it has learned of the file is kept."""
    path = Path(path)
    given = known(path, _built).index, f"vizcore.video.{task}", args, kwargs
    answer, better = call("video", "vizcore.video.decode:by_index", *given, called=path.name, progress=progress)
    if better is not None:
        keep(path, better)
    return answer
