"""What the browser plays: a clip's frames as a pack of small JPEGs, made once and kept by content.

path -> which frames -> video.pack_frames -> FramePack, kept in the store by (file's hash, frames, size)
"""

import numpy as np

from vizcore.runtime.clip_info import LONG
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.store import content_key, key_of
from vizcore.video import FramePack, pack_frames, probe

WIDTH, QUALITY, LIMIT = 640, 80, 1200  # px; JPEG quality; frames of a pack (about 15 MB at most)
USUAL = 1280 * 720  # px of a frame; of larger ones, which take longer to decode, fewer are packed
FEWEST = 240  # that are packed of the largest, and of a long film of large pictures: it is to open at once


def playback(path: str, *, shown: tuple[int, ...] = (), context: Context | None = None) -> FramePack:
    """The frames of a clip at display size.

    Args:
        path: a video file.
        shown: frame numbers that the pack must have. Of a clip longer than LIMIT frames (fewer of large pictures), only
            the neighbourhood of these is packed; where they are farther apart, it is thinned out evenly between them.

    Raises:
        VideoError: the file is no video that can be read.
    """
    context = context or default_context()
    info = probe(path)
    large = info.width * info.height > USUAL
    fit = FEWEST if large and info.duration >= LONG else min(LIMIT, LIMIT * USUAL // (info.width * info.height))
    limit = max(FEWEST, fit)
    numbers = neighbourhood(info.frames, shown, limit)
    key = key_of("playback", content_key(path), numbers.tolist(), WIDTH, QUALITY)
    stored = context.store.get(key)
    if stored is None:
        pack = pack_frames(
            path, WIDTH, QUALITY, progress=lambda *at: context.progress(*at, "reading frames"), frames=numbers
        )
        stored = {
            "blob": np.frombuffer(pack.blob, np.uint8),
            "offsets": pack.offsets,
            "times": pack.times,
            "indices": pack.indices,
            "numbers": np.array([pack.width, pack.height, pack.total]),
        }
        context.store.put(key, stored)
    offsets, times, indices = stored["offsets"], stored["times"], stored["indices"]
    return FramePack(stored["blob"].tobytes(), offsets, times, indices, *stored["numbers"].tolist())


def neighbourhood(total: int, shown: tuple[int, ...] = (), limit: int = LIMIT) -> np.ndarray:
    """Which frames of `total` are packed: all of a short clip, else at most about `limit` around those shown.

    The window moves in steps of half its length, so that a small change of what is shown needs no new pack.

    Args:
        total: frames of the clip.
        shown: numbers of frames that a page shows.
        limit: frames that are packed, about.
    """
    if total <= limit:
        return np.arange(total)
    first, last = (min(shown), max(shown)) if shown else (0, 0)
    start = first // (limit // 2) * (limit // 2)
    if last < start + limit:
        return np.arange(min(start, total - limit), min(start + limit, total))
    return np.unique(np.concatenate([np.linspace(first, last, limit).round().astype(np.int64), shown]))
