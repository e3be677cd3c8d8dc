"""The table of frames that a large MP4 holds itself: demuxing all of it would read all of it, a second or more a GB.

    index of the container - some groups of pictures demuxed - all as it tells? -> Scan, as demuxing all would find it

The index tells when each packet is decoded, not when its picture is shown. One follows from the other where pictures
are in order, and where they are not but come at one rate and no group reaches into another. That is looked up in some
groups. Where it is otherwise in one of them, and where a frame later does not come as it should, all is demuxed.
"""

from __future__ import annotations

from itertools import islice

import av
import numpy as np
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.opening import MAX_FRAMES
from vizcore.video.scan import Scan, doubtful, nal_prefix
from vizcore.video.walk import decoded, packets

GROUPS = 12  # of pictures that are looked up
MOST_PACKETS = 600  # of a group: longer ones would have to be read to their end


def scan_of_index(container: InputContainer, stream: VideoStream, codec: av.VideoCodecContext) -> Scan | None:
    """What demuxing all of a file would find, as its index tells it; None where that is not certain.

    Args:
        container: the file, opened and not yet read.
        stream: its video stream, selected.
        codec: what decodes it.
    """
    entries = _entries(container, stream)
    if entries is None:
        return None
    dts, key = entries
    begins = np.flatnonzero(key)
    lengths = np.diff(begins, append=len(dts))
    if lengths.max() > MOST_PACKETS:
        return None
    found = Scan(nal_prefix(codec.name, codec.extradata), sampled=True)
    delay, in_order = None, True  # stamps from decoding a key frame to showing it
    for group in np.unique(np.linspace(0, len(begins) - 1, GROUPS).astype(int)):
        told = dts[begins[group] :][: lengths[group]]
        shown = _shown(container, stream, told, delay, found)
        if shown is None or (np.sort(shown) - shown[0] != told - told[0]).any():
            return None
        delay = int(shown[0] - told[0])
        in_order &= bool((np.diff(shown) > 0).all())
    if found.first is None or not (in_order or len(np.unique(np.diff(dts))) == 1):
        return None
    found.pts, found.dts = (dts + delay).tolist(), dts.tolist()
    found.key, found.shown = key.tolist(), [True] * len(dts)
    return found


def _entries(container: InputContainer, stream: VideoStream) -> tuple[np.ndarray, np.ndarray] | None:
    """(P,) int64 decoding stamps, rising, and (P,) bool key frames, the first too; None where the index lacks some.

    Only that of an MP4 has an entry for each packet, and no packet that is not to be shown has a say in it.
    """
    if "mp4" not in container.format.name.split(","):
        return None
    entries = [(e.timestamp, e.is_keyframe, e.pos + e.size, e.is_discard) for e in stream.index_entries]
    if not 0 < len(entries) == stream.frames <= MAX_FRAMES:
        return None
    dts, key, end, hidden = np.array(entries).T
    wrong = hidden.any() or end.max() > container.size or not key[0] or (np.diff(dts) <= 0).any()
    return None if wrong else (dts, key.astype(bool))


def _shown(
    container: InputContainer, stream: VideoStream, dts: np.ndarray, delay: int | None, found: Scan
) -> np.ndarray | None:
    """(P,) the presentation stamps of a group's packets, in file order; None where they are not as the index tells.

    The first frame of the film, and how long the last is shown, go into `found`.

    Args:
        container, stream: the file and its stream.
        dts: (P,) decoding stamps that the index tells.
        delay: from decoding the key frame to showing it, as in the groups before; None for the first group.
        found: so far.
    """
    try:
        if delay is not None:
            container.seek(int(dts[0]) + delay, stream=stream)
    except av.FFmpegError:
        return None
    group = []
    for packet in islice(packets(container, stream), len(dts)):
        if found.first is None:
            found.first = next(iter(decoded(stream.codec_context, packet)), None)
        if packet is None or packet.pts is None or packet.is_discard or doubtful(packet, found.prefix):
            return None
        if packet.is_keyframe == bool(group):  # the first and no other is a key frame
            return None
        group.append((packet.pts, packet.dts))
        found.step = packet.duration or found.step
    shown, told = np.array(group).T
    return shown if np.array_equal(told, dts) and delay in (None, shown[0] - told[0]) else None
