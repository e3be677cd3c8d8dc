"""What demuxing a stream tells of its packets: when each is decoded and shown, and whether it may not decode."""

from __future__ import annotations

from dataclasses import dataclass, field

import av
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.changes import Watch
from vizcore.video.opening import MAX_FRAMES
from vizcore.video.walk import REORDER, decoded, packets


@dataclass
class Scan:
    """The packets of a stream, in file order."""

    prefix: int  # bytes of the length before each unit of a packet, 0 where there is none
    pts: list[int | None] = field(default_factory=list)
    dts: list[int | None] = field(default_factory=list)
    key: list[bool] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)
    doubt: int | None = None  # the first packet that may not decode
    broken: list[int] = field(default_factory=list)  # packets that are flagged as damaged or incomplete
    watch: Watch | None = None  # of what changes on the way
    step: int = 0  # how long the last frame is shown, in stamps
    first: av.VideoFrame | None = None
    sampled: bool = False  # the index of the container was believed, and some of the packets looked up


def scan(container: InputContainer, stream: VideoStream, codec: av.VideoCodecContext) -> Scan:
    """Demux `stream` to its end or to MAX_FRAMES, and decode its first frame on the way.

    Args:
        container: the file, opened and not yet read.
        stream: its video stream, selected.
        codec: what decodes it.
    """
    found = Scan(nal_prefix(codec.name, codec.extradata))
    found.watch = Watch(codec, found.prefix)
    for packet in packets(container, stream):
        if found.first is None:
            found.first = next(iter(decoded(codec, packet)), None)
        if packet is None or len(found.pts) >= MAX_FRAMES + REORDER:
            break
        if packet.is_keyframe:
            found.watch.see(len(found.pts), packet, found.first)
        hidden = packet.is_discard or _unseen(codec.codec.canonical_name, bytes(packet)[0])
        found.pts.append(packet.pts)
        found.dts.append(packet.dts)
        found.key.append(packet.is_keyframe)
        found.shown.append(not hidden)
        found.step = packet.duration or found.step
        if packet.is_corrupt:
            found.broken.append(len(found.pts) - 1)
        if found.doubt is None and doubtful(packet, found.prefix):
            found.doubt = len(found.pts) - 1
    return found


def _unseen(codec: str, first: int) -> bool:
    """Whether a packet that begins with this byte holds nothing to be shown."""
    if codec == "vp8":
        return not first & 0x10  # RFC 6386, 9.1
    return codec == "theora" and first >= 0x80  # a header, once more where recordings meet


def nal_prefix(codec: str, extradata: bytes | None) -> int:
    """Bytes of the length before each unit of an H.264 or HEVC packet (avcC, hvcC); 0 where there is none."""
    if not extradata or extradata[0] != 1:
        return 0
    place = {"h264": 4, "hevc": 21}.get(codec, len(extradata))
    return (extradata[place] & 3) + 1 if place < len(extradata) else 0


def doubtful(packet: av.Packet, prefix: int) -> bool:
    """Whether a packet may not decode; what has no prefix cannot be seen from outside."""
    return packet.is_corrupt or (prefix > 0 and not whole(bytes(packet), prefix))


def whole(packet: bytes, prefix: int) -> bool:
    """Whether the units of a packet fill it exactly and none begins with the forbidden bit: else it is damaged."""
    at = 0
    while at + prefix < len(packet):
        size = int.from_bytes(packet[at : at + prefix], "big")
        if size == 0 or packet[at + prefix] & 0x80:
            return False
        at += prefix + size
    return at == len(packet)
