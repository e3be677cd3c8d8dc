"""From packets to the table of frames: which are shown, when, and what a viewer is to be warned of.

Scan (packets in file order) - recordings put in line - presentation stamps, sorted (F,) -> Index
                             - no stamps: all frames decoded once, in their order      -> Index
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.changes import Sights
from vizcore.video.joints import Joint, find_joints, leaps, lined_up
from vizcore.video.opening import MAX_FRAMES, WANTED, VideoError, cut_off, opened, select
from vizcore.video.scan import Scan
from vizcore.video.table import Damage, Index, VideoInfo
from vizcore.video.upright import Upright
from vizcore.video.walk import REORDER, checksum, everything, packets, stamp

NOTHING = "of which not one frame decodes: it is damaged or cut off; copy it or convert it again"
LONGEST = 30 * 24 * 3600  # seconds; a month is beyond any video of MAX_FRAMES
BARE = ("h264", "hevc", "mpegvideo", "m4v", "obu", "h263", "mjpeg")  # formats without time stamps
RATE = 25  # frames a second, where nothing says it


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
    tick, joints = float(stream.time_base), ()
    if None not in found.pts:
        shown = [stamp if shown else None for stamp, shown in zip(found.pts, found.shown)]
        joints = find_joints(shown, found.dts, found.key, found.step, 1 / tick)
        found.pts, found.dts = lined_up(found.pts, joints), lined_up(found.dts, joints)
    stamps = [stamp for stamp, shown in zip(found.pts, found.shown) if shown]
    by, sums = "pts", None
    if not stamps or None in stamps or len(set(stamps)) < len(stamps):
        by, ids, ticks, sums = ordered(path, stream, found.watch and found.watch.sights)
    else:
        ids = ticks = np.sort(np.array(stamps, np.int64))[:MAX_FRAMES]
    if found.broken and not found.prefix and not harmed(path, stream.index, found):
        found.broken, found.doubt = [], None
    notes = _remarks(path, stream, found, streams) + _of_clocks(container, found, joints, 1 / tick)
    bare = container.format.name in BARE
    if bare or (int(ticks[-1]) - int(ticks[0])) * tick > LONGEST:
        ticks = constant(stream, len(ids), bare)
        notes += _of_rate(stream, bare)
    times = (ticks - ticks[0]) * tick
    step = 0 if bare else found.step * tick
    step = step or (float(np.median(np.diff(times))) if len(times) > 1 else 0.0)
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
    turned = tuple(found.watch.turned) if found.watch else ()
    breaks = frozenset(found.watch.changed if found.watch else ()) | {joint.place for joint in joints}
    return Index(
        info, view, stream.index, by, ids, *key_frames(found, by), sums, damage, found.sampled, joints, turned, breaks
    )


def _remarks(path: Path, stream: VideoStream, found: Scan, streams: int) -> list[str]:
    """What a viewer of the file is to be warned of."""
    notes = []
    if len(found.pts) > MAX_FRAMES:
        notes.append(f"the video is longer than {MAX_FRAMES} frames; what follows is left out")
    elif found.broken or cut_off(path):
        there, promised = len(found.pts), stream.frames
        remark = f"{there} of {promised} promised frames are there" if promised > there else "what is there is shown"
        notes.append(f"the file is cut off or damaged: {remark}")
    if streams > 1:
        notes.append(f"the file holds {streams} videos; the first that decodes is shown")
    return notes


def _of_clocks(container: InputContainer, found: Scan, joints: tuple[Joint, ...], second: float) -> list[str]:
    """What is to be said of a clock that falls back or leaps ahead.

    Args:
        container: the file.
        found: its packets, in line.
        joints: where recordings begin anew.
        second: how many stamps a second has.
    """
    notes = []
    if joints:
        notes.append(
            f"the clock falls back {'once' if len(joints) == 1 else f'{len(joints)} times'}: {len(joints) + 1} "
            "recordings lie in the file one after the other, and are shown so"
        )
    far = leaps(found.dts, second) if container.format.name == "mpegts" else []
    if far:
        notes.append(f"the clock leaps ahead {'once' if len(far) == 1 else f'{len(far)} times'}: times are as it tells")
    return notes


def _of_rate(stream: VideoStream, bare: bool) -> list[str]:
    """What is to be said of times that no stamp tells."""
    if not bare:
        return ["the time stamps cannot be true; the frames are shown at a constant rate"]
    if stream.codec_context.framerate:
        return []
    return [f"the stream does not say how fast it is: {RATE} frames a second are taken"]


def harmed(path: Path, number: int, found: Scan) -> bool:
    """Whether pictures at packets that the demuxer calls incomplete do not decode cleanly.

    Where two recordings meet, it calls a packet so that has all its bytes.

    Args:
        path: the video.
        number: of its stream.
        found: its packets.
    """
    keys = np.flatnonzero(found.key)
    needed = np.zeros(len(found.pts) + REORDER + 1, bool)
    for place in found.broken:
        before = int(np.searchsorted(keys, place, side="right")) - 1
        needed[keys[before] if before >= 0 else 0 : place + REORDER] = True
    with opened(path) as container:
        stream = container.streams[number]
        codec = select(container, stream, 1)
        codec.options = {**codec.options, "err_detect": "explode"}
        for place, packet in enumerate(packets(container, stream)):
            if needed[place]:
                try:
                    if any(frame.is_corrupt for frame in codec.decode(packet)):
                        return True
                except av.FFmpegError as error:
                    return not isinstance(error, EOFError)
            elif place and needed[place - 1]:
                codec.flush_buffers()
    return False


def ordered(path: Path, stream: VideoStream, sights: Sights | None) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    """(by, ids, stamps of the times, check sums) of the frames in the order in which they are decoded to be shown.

    Args:
        path, stream: the file and its video stream.
        sights: gets to know the pictures.
    """
    pts, dts, sums, told = [], [], [], False
    for frame in everything(path, stream.index):
        if sights is not None:
            sights.add(frame)
        told |= frame.dts is not None
        pts.append(frame.pts)
        dts.append(stamp(frame, "dts", dts[-1] if dts else 0))
        sums.append(checksum(frame))
        if len(sums) == MAX_FRAMES:
            break
    if not sums:
        raise VideoError(f"{WANTED}, got {path.name}, {NOTHING}")
    by, ids = ("dts", np.array(dts)) if told and rising(dts) else ("order", np.arange(len(sums)))
    if rising(pts):
        ticks = np.array(pts)
    elif by == "dts":
        ticks = ids
    else:
        ticks = constant(stream, len(sums))
    return by, ids, ticks, np.array(sums, np.uint32)


def constant(stream: VideoStream, count: int, bare: bool = False) -> np.ndarray:
    """(F,) float64 stamps at the rate that the header tells, or 25 frames a second.

    Args:
        stream: the video stream.
        count: F.
        bare: there is no header but that of the coding.
    """
    said = stream.codec_context.framerate if bare else stream.average_rate or stream.guessed_rate
    rate = said or RATE
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
