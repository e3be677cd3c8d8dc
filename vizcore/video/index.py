"""The table of the frames of a video: which there are, when each is shown, and from where it can be decoded.

    packets (demuxed once) -> presentation stamps, sorted (F,), key frames (G,) -> Index, kept for the files used last

Of a large MP4 its own index is believed, as far as looking some of it up confirms it (container_index.py).

Where the packets do not say when they are shown (AVI with B-frames), or give reason to doubt that each decodes, the
frames are decoded once and what comes out is what counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.known import keep
from vizcore.video.opening import MAX_FRAMES, WANTED, VideoError, check_size, cut_off, opened, select, videos
from vizcore.video.scan import Scan, scan
from vizcore.video.table import Damage, Index, VideoInfo
from vizcore.video.upright import Upright, upright
from vizcore.video.walk import Missing, checksum, everything, stamp, walk

CHECK_PIXELS = 64_000_000  # a video of fewer pixels in all (some 200 frames of 640x480) is decoded once to be sure
NOTHING = "of which not one frame decodes: it is damaged or cut off; copy it or convert it again"
LARGE = 256 << 20  # bytes; what is smaller is demuxed in well below a second
LONGEST = 30 * 24 * 3600  # seconds; a month is beyond any video of MAX_FRAMES
MOST_STREAMS = 16  # of one file are tried, until one decodes


def settled(index: Index) -> Index:
    """A better index than one by which frames did not come: of all packets, else without what does not decode.

    For files damaged inside, whose frames are all decoded for it, and for large ones, whose own index is wrong.
    """
    path = index.info.path
    return keep(path, build(path, demuxed=True) if index.sampled else checked(index, 0))


def build(path: Path, demuxed: bool = False) -> Index:
    """The index of the first stream that decodes. See the module's caption.

    Args:
        path: the video.
        demuxed: all of it, however large it is.
    """
    index = None
    if large(path) and not demuxed:
        from vizcore.video.container_index import scan_of_index  # most files are small

        index = built(path, scan_of_index)
    index = index or built(path, scan)
    if index is None:
        raise VideoError(f"{WANTED}, got {path.name}, {NOTHING}")
    return index


def large(path: Path) -> bool:
    """Whether to demux all of a file would take long, and it is whole."""
    return path.is_file() and path.stat().st_size >= LARGE and not cut_off(path)


def built(path: Path, look: Callable[[InputContainer, VideoStream], Scan | None]) -> Index | None:
    """The index of the first stream that decodes; None where none does, or where the look is not certain.

    Args:
        path: the video.
        look: what tells of the packets.
    """
    for number in range(MOST_STREAMS):
        with opened(path) as container:
            streams = videos(container, path)
            if number >= len(streams):
                return None
            select(container, streams[number], 1)
            found = look(container, streams[number])
            if found is None:
                return None
            if found.first is None:
                continue
            view = upright(streams[number], found.first)
            check_size(view.width, view.height, path.name)
            index = table(path, container, streams[number], found, view, len(streams))
        return certain(index, found)
    return None


def table(
    path: Path, container: InputContainer, stream: VideoStream, found: Scan, view: Upright, streams: int
) -> Index:
    """The index as the packets tell it, or as decoding tells it where they do not.

    Args:
        path, container, stream: the file, opened, and its video stream.
        found: what a scan of the packets found.
        view: how its pictures are turned and scaled.
        streams: videos in the file.
    """
    stamps = [stamp for stamp, shown in zip(found.pts, found.shown) if shown]
    by, sums = "pts", None
    if not stamps or None in stamps or len(set(stamps)) < len(stamps):
        by, ids, ticks, sums = ordered(path, stream)
    else:
        ids = ticks = np.sort(np.array(stamps, np.int64))[:MAX_FRAMES]
    notes, tick = _remarks(path, stream, found, streams), float(stream.time_base)
    if (int(ticks[-1]) - int(ticks[0])) * tick > LONGEST:
        ticks = constant(stream, len(ids))
        notes.append("the time stamps cannot be true; the frames are shown at a constant rate")
    times = (ticks - ticks[0]) * tick
    step = found.step * tick or (float(np.median(np.diff(times))) if len(times) > 1 else 0.0)
    names, suffix = container.format.name.split(","), path.suffix.lower().lstrip(".")
    info = VideoInfo(
        path=path,
        frames=len(ids),
        width=view.width,
        height=view.height,
        times=times,
        duration=float(times[-1]) + step,
        codec=stream.codec_context.codec.canonical_name,
        container=suffix if suffix in names else names[0],
        rotation=90 * view.turns,
        has_audio=bool(container.streams.audio),
        warnings=(*view.notes, *notes),
    )
    damage = Damage(found.doubt is not None)
    return Index(info, view, stream.index, by, ids, *key_frames(found, by), sums, damage, found.sampled)


def _remarks(path: Path, stream: VideoStream, found: Scan, streams: int) -> list[str]:
    """What a viewer of the file is to be warned of."""
    notes = []
    if len(found.pts) > MAX_FRAMES:
        notes.append(f"the video is longer than {MAX_FRAMES} frames; what follows is left out")
    elif found.cut or cut_off(path):
        there, promised = len(found.pts), stream.frames
        remark = f"{there} of {promised} promised frames are there" if promised > there else "what is there is shown"
        notes.append(f"the file is cut off or damaged: {remark}")
    if streams > 1:
        notes.append(f"the file holds {streams} videos; the first that decodes is shown")
    return notes


def ordered(path: Path, stream: VideoStream) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    """(by, ids, stamps of the times, check sums) of the frames in the order in which they are decoded to be shown."""
    pts, dts, sums = [], [], []
    for frame in everything(path, stream.index):
        pts.append(frame.pts)
        dts.append(stamp(frame, "dts", dts[-1] if dts else 0))
        sums.append(checksum(frame))
        if len(sums) == MAX_FRAMES:
            break
    if not sums:
        raise VideoError(f"{WANTED}, got {path.name}, {NOTHING}")
    by, ids = ("dts", np.array(dts)) if rising(dts) else ("order", np.arange(len(sums)))
    if rising(pts):
        ticks = np.array(pts)
    elif rising(dts):
        ticks = ids
    else:
        ticks = constant(stream, len(sums))
    return by, ids, ticks, np.array(sums, np.uint32)


def constant(stream: VideoStream, count: int) -> np.ndarray:
    """(F,) float64 stamps at the rate that the header tells, or 25 frames a second."""
    rate = stream.average_rate or stream.guessed_rate or 25
    return np.arange(count) * float(1 / (rate * stream.time_base))


def rising(stamps: list[int | None]) -> bool:
    """Whether all stamps are known and each is later than the one before."""
    return None not in stamps and all(a < b for a, b in pairwise(stamps))


def key_frames(found: Scan, by: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(stamps, stamps to seek to, packets before) of the key frames that come in rising order."""
    keys, seeks, places = [], [], []
    for place, (pts, dts, key) in enumerate(zip(found.pts, found.dts, found.key)):
        stamp = pts if by == "pts" else dts
        if key and stamp is not None and (not keys or stamp > keys[-1]):
            keys.append(stamp)
            seeks.append(stamp if dts is None else min(stamp, dts))
            places.append(place)
    return np.array(keys, np.int64), np.array(seeks, np.int64), np.array(places, np.int64)


def certain(index: Index, found: Scan) -> Index:
    """`index` when there is no reason to doubt it, else without the frames that do not decode."""
    doubt, first = found.doubt, index.ids[0]
    if index.by != "pts":
        return index
    if not found.key[0] or found.pts[0] != first or found.first.pts != first:
        doubt = 0  # pictures before the first key frame lack what they refer to
    if not found.prefix and index.info.frames * found.first.width * found.first.height <= CHECK_PIXELS:
        doubt = 0  # damage to these packets cannot be seen from outside
    return index if doubt is None else checked(index, doubt)


def checked(index: Index, doubt: int) -> Index:
    """`index` without the frames that do not decode, among those from packet number `doubt` on."""
    group = max(int(np.searchsorted(index.places, doubt, side="right")) - 1, 0)
    doubtful = np.flatnonzero(index.groups >= group).tolist()
    try:
        for _ in walk(index, doubtful, checking=True):
            pass
    except Missing as missing:
        return without(index, missing.numbers)
    return index


def without(index: Index, gone: list[int]) -> Index:
    """`index` with the frames of these numbers left out, and a warning that says so."""
    info, left = index.info, np.setdiff1d(np.arange(index.info.frames), gone)
    if not len(left):
        raise VideoError(f"{WANTED}, got {info.path.name}, {NOTHING}")
    start = info.times[left[0]]
    note = f"{len(gone)} of {info.frames} frames do not decode and are left out: the file is damaged"
    info = replace(
        info,
        frames=len(left),
        times=info.times[left] - start,
        duration=info.duration - float(start),
        warnings=(*info.warnings, note),
    )
    return replace(index, info=info, ids=index.ids[left])
