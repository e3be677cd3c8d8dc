"""The table of the frames of a video: which there are, when each is shown, and from where it can be decoded.

    packets (demuxed once) -> presentation stamps, sorted (F,), key frames (G,) -> Index, kept for the files used last

Of a large MP4 its own index is believed, as far as looking some of it up confirms it (container_index.py).

Where the packets do not say when they are shown (AVI with B-frames), or give reason to doubt that each decodes, the
frames are decoded once and what comes out is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.changes import Sights
from vizcore.video.opening import WANTED, VideoError, check_size, cut_off, opened, refusal, select, videos
from vizcore.video.scan import Scan, scan
from vizcore.video.table import Index
from vizcore.video.tabulate import NOTHING, table
from vizcore.video.upright import upright
from vizcore.video.walk import Missing, walk

CHECK_PIXELS = 64_000_000  # a video of fewer pixels in all (some 200 frames of 640x480) is decoded once to be sure
LARGE = 256 << 20  # bytes; what is smaller is demuxed in well below a second
ARCHIVES = (b"PK\3\4", b"PK\5\6")  # first bytes of a ZIP
MOST_STREAMS = 16  # of one file are tried, until one decodes

Look = Callable[[InputContainer, VideoStream, av.VideoCodecContext], Scan | None]  # what tells of the packets


def settled(index: Index) -> Index:
    """A better index than one by which frames did not come: of all packets, else without what does not decode.

    For files damaged inside, whose frames are all decoded for it, and for large ones, whose own index is wrong.
    """
    path = index.info.path
    return build(path, demuxed=True) if index.sampled else checked(index, 0)


def build(path: Path, demuxed: bool = False) -> Index:
    """The index of the first stream that decodes. See the module's caption.

    Args:
        path: the video.
        demuxed: all of it, however large it is.
    """
    index = of_others(path)
    if index is None and large(path) and not demuxed:
        from vizcore.video.container_index import scan_of_index  # most files are small

        index = built(path, scan_of_index)
    index = index or built(path, scan)
    if index is None:
        raise VideoError(f"{WANTED}, got {path.name}, {NOTHING}")
    return index


def of_others(path: Path) -> Index | None:
    """The index of what moves and is no video file: numbered pictures, an animated WebP. None for all else."""
    index = None
    try:
        head = b""
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(12)
        if head.startswith(ARCHIVES) or not path.is_file():
            from vizcore.video import pictures

            index = pictures.index_of(path)
        elif head[8:] == b"WEBP":
            from vizcore.video import webp

            index = webp.index_of(path)
    except OSError:
        return None  # how it cannot be read is said where files are opened
    if index is None or index.info.frames * index.info.width * index.info.height > CHECK_PIXELS:
        return index
    sights = Sights()
    return noted(checked(index, 0, sights), sights.notes)


def large(path: Path) -> bool:
    """Whether to demux all of a file would take long, and it is whole."""
    return path.is_file() and path.stat().st_size >= LARGE and not cut_off(path)


def built(path: Path, look: Look) -> Index | None:
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
            found = look(container, streams[number], select(container, streams[number], 1))
            if found is None:
                return None
            if found.first is None:
                continue
            if container.format.name == "mjpeg" and (len(found.pts) < 2 or many_in_one(path)):
                with path.open("rb") as file:
                    raise VideoError(refusal(path, file))
            view = upright(streams[number], found.first)
            check_size(view.width, view.height, path.name)
            index = table(path, container, streams[number], found, view, len(streams))
        index = certain(index, found)
        return index if found.watch is None else noted(index, found.watch.sights.notes)
    return None


def many_in_one(path: Path) -> bool:
    """Whether a JPEG is a photograph that carries others: views for two eyes, brightness (CIPA DC-007)."""
    with path.open("rb") as file:
        return b"MPF\0" in file.read(1 << 16)


def noted(index: Index, notes: Iterable[str]) -> Index:
    """`index` with more to be warned of."""
    return replace(index, info=replace(index.info, warnings=(*index.info.warnings, *notes)))


def certain(index: Index, found: Scan) -> Index:
    """`index` when there is no reason to doubt it, else without the frames that do not decode."""
    doubt, first = found.doubt, index.ids[0]
    if index.by != "pts":
        return index
    if not found.key[0] or found.pts[0] != first or found.first.pts != first:
        doubt = 0  # pictures before the first key frame lack what they refer to
    if not found.prefix and index.info.frames * found.first.width * found.first.height <= CHECK_PIXELS:
        doubt = 0  # damage to these packets cannot be seen from outside
    return index if doubt is None else checked(index, doubt, found.watch and found.watch.sights)


def checked(index: Index, doubt: int, sights: Sights | None = None) -> Index:
    """`index` without the frames that do not decode, among those from packet number `doubt` on.

    Args:
        index: as the packets tell it.
        doubt: packets of the stream before those in doubt.
        sights: gets to know the pictures.
    """
    group = max(int(np.searchsorted(index.places, doubt, side="right")) - 1, 0)
    doubtful = np.flatnonzero(index.groups >= group).tolist()
    try:
        for _, frame in walk(index, doubtful, checking=True):
            if sights is not None:
                sights.add(frame)
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
