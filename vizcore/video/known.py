"""The indices of the files that were read last: to find the frames of a long film anew takes seconds."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from vizcore.video.table import Index

CACHED = 32  # indices held in memory; one of MAX_FRAMES frames takes 6 MB

Signature = tuple[str, int, int]
_indices: OrderedDict[Signature, Index] = OrderedDict()
_building: dict[Signature, threading.Lock] = {}
_lock = threading.Lock()


def known(path: Path, build: Callable[[Path], Index]) -> Index:
    """The index of a file; made anew when the file has changed.

    Args:
        path: the file.
        build: makes it, once at a time: to demux a long film twice at once takes more than twice as long.
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


def keep(path: Path, index: Index) -> Index:
    """Put an index in the place of the one that is known of a file; the same again."""
    key = signature(path)
    with _lock:
        _indices[key] = index
        _indices.move_to_end(key)
        while len(_indices) > CACHED:
            _indices.popitem(last=False)
    return index


def forget() -> None:
    """Drop all indices."""
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
