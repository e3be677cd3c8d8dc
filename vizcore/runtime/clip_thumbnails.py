"""Small pictures of clips for a menu: made beside the page, one after the other, and kept by path and time of change.

entries -> {clip id: JPEG} of those that are there already; the others are on their way
"""

import atexit
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import cv2

from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.context import default_context
from vizcore.runtime.jobs import Job
from vizcore.runtime.store import key_of
from vizcore.runtime.worker import Worker
from vizcore.video import VideoError, read_clip

WIDTH, HEIGHT, QUALITY = 132, 78, 75  # px; of JPEG
PATIENCE = 5.0  # seconds that the end of Python waits for a picture that is being made
MOST = 400  # pictures in memory, of 3 KB each; a menu of more has pictures of its first ones

_known: dict[tuple, bytes] = {}  # (path, time of change, bytes) -> JPEG; empty of a file that shows none
_lock = threading.Lock()


def pictures(entries: Iterable[ClipEntry]) -> dict[str, bytes]:
    """The pictures that are there, by clip id; whoever asks later gets more of them."""
    found = {}
    for entry in list(entries)[:MOST]:
        key = _stamp(entry.path)
        if key is None:
            continue
        with _lock:
            picture = _known.get(key)
        if picture is None:
            _worker().submit(key, lambda job, key=key: _make(key, job), None, "Pictures of the clip menu")
        elif picture:
            found[entry.clip_id] = picture
    return found


@cache
def _worker() -> Worker:
    worker = Worker("thumbnails", 1)
    atexit.register(worker.close, PATIENCE)  # a thread that decodes while Python ends would end it by a crash
    return worker


def _stamp(path: Path) -> tuple | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return str(path), state.st_mtime_ns, state.st_size


def _make(key: tuple, job: Job) -> None:
    """Get a picture from the store, or make it."""
    job.check()
    store, name = default_context().store, key_of("thumbnail", *key, WIDTH, HEIGHT, QUALITY)
    picture = store.get_bytes(name)
    if picture is None:
        picture = _picture(key[0])
        store.put_bytes(name, picture)
    with _lock:
        _known[key] = picture
        for former in list(_known)[:-MOST]:
            del _known[former]


def _picture(path: str) -> bytes:
    """The middle of a clip's first seconds, cut to the shape of the menu."""
    try:
        frame = read_clip(path, count=3, stop=4.0).frames[1]
    except (VideoError, IndexError):
        return b""
    height, width = frame.shape[:2]
    scale = max(WIDTH / width, HEIGHT / height)
    size = max(WIDTH, round(width * scale)), max(HEIGHT, round(height * scale))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    top, left = (size[1] - HEIGHT) // 2, (size[0] - WIDTH) // 2
    cut = small[top : top + HEIGHT, left : left + WIDTH]
    return cv2.imencode(".jpg", cut[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
