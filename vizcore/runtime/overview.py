"""A long film at a glance: key frames, evenly spread, in one strip; of an hour it takes a second.

path -> key frames nearest to even moments -> strip (HEIGHT, COUNT x width, 3) as JPEG, and its seconds
"""

from dataclasses import dataclass

import cv2
import numpy as np

from vizcore.runtime.context import Context, default_context
from vizcore.runtime.store import content_key, key_of
from vizcore.video import probe, read_frames
from vizcore.video.reading import indexed

COUNT, HEIGHT, QUALITY = 24, 54, 75  # pictures; px; of JPEG


@dataclass(frozen=True, eq=False)
class Overview:
    """A strip of pictures of a whole film."""

    strip: bytes  # JPEG of the pictures side by side
    seconds: np.ndarray  # (COUNT,) when each is shown
    duration: float  # of the film, seconds


def overview(path: str, *, context: Context | None = None) -> Overview:
    """Look over a film.

    Args:
        path: a video file.

    Raises:
        VideoError: the file is no video that can be read.
    """
    context = context or default_context()
    info, key = probe(path), key_of("overview", content_key(path), COUNT, HEIGHT, QUALITY)
    stored = context.store.get(key)
    if stored is None:
        keys = np.flatnonzero(np.diff(indexed(path).groups, prepend=-1))  # (G,) the first frame of each group
        even = np.linspace(0, info.frames - 1, COUNT)
        numbers = keys[np.abs(keys[:, None] - even).argmin(0)]  # (COUNT,)
        size = max(2, round(HEIGHT * info.width / info.height)), HEIGHT
        side_by_side = np.hstack(read_frames(path, numbers, size))
        strip = cv2.imencode(".jpg", side_by_side[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
        stored = {"strip": strip.ravel(), "seconds": info.times[numbers]}
        context.store.put(key, stored)
    return Overview(stored["strip"].tobytes(), stored["seconds"], info.duration)
