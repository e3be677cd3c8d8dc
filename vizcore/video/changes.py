"""What changes on the way through a video: the size of its picture, how it is turned, whether parts are transparent.

    packet of a key frame -> the bytes that tell its shape; where they change, one picture is decoded -> Sights -> notes

A reader fits every frame into the first one's picture, whatever it is; these are the sentences that say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import av

from vizcore.video.upright import GROUND_NAME, display_turn, has_alpha, seen_through

HEAD = 4096  # bytes of a packet in which its shape is looked for
MOST_LOOKS = 64  # pictures that are decoded for what they look like
ORIENTATION = 47  # type of a display orientation message (H.264 D.1.26, HEVC D.2.17)
SHAPES = {  # by codec: where a key frame tells the size of its picture
    "mpeg1video": rb"\x00\x00\x01\xb3...",
    "mpeg2video": rb"\x00\x00\x01\xb3...",
    "mpeg4": rb"\x00\x00\x01[\x20-\x2f].{8}",
    "mjpeg": rb"\xff[\xc0-\xc2].{7}",
    "vp8": rb"\x9d\x01\x2a....",
    "vp9": rb"\x49\x83\x42.{5}",
    "prores": rb"icpf.{8}....",
    "av1": rb"\A(?:\x12\x00)?\x0a(.)",
}
UNITS = {"h264": (0x1F, 0, 7, 6), "hevc": (0x3F, 1, 33, 39)}  # mask, shift, type of a parameter set, of a message
OF_SHAPE = {codec: re.compile(pattern, re.DOTALL) for codec, pattern in SHAPES.items()}
START = re.compile(rb"\x00\x00\x01")


@dataclass
class Sights:
    """What the pictures of a video looked like that have been decoded so far."""

    sizes: dict[tuple[int, int], None] = field(default_factory=dict)  # (width, height) as stored, in order
    turns: dict[tuple[int, bool], None] = field(default_factory=dict)  # quarter turns, mirrored
    clear: bool = False  # a part of one is transparent
    looked: int = 0  # pictures that may be transparent

    def add(self, frame: av.VideoFrame, turn: tuple[int, bool] | None = None) -> None:
        """Look at a picture.

        Args:
            frame: as decoded.
            turn: how it is to be turned, if that is known; else only its size counts.
        """
        self.sizes[frame.width, frame.height] = None
        if turn is not None:
            self.turns[turn] = None
        if not self.clear and self.looked < MOST_LOOKS and has_alpha(frame.format.name):
            self.looked += 1
            self.clear = seen_through(frame)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what changes, and on what lies under transparent parts."""
        notes = []
        if len(self.sizes) > 1:
            (width, height), *_ = sizes = list(self.sizes)
            told = ", ".join(f"{w}x{h}" for w, h in sizes[:4])
            notes.append(
                f"the picture changes its size on the way ({told}): every frame is fitted into {width}x{height}"
            )
        if len(self.turns) > 1:
            told = ", ".join(f"{90 * turns} degrees" for turns, _ in list(self.turns)[:4])
            notes.append(f"the picture is turned otherwise on the way ({told}): every frame is shown upright")
        if self.clear:
            notes.append(f"the picture has transparent parts: they are shown {GROUND_NAME}")
        return tuple(notes)


def shape(codec: str, packet: bytes, prefix: int) -> bytes:
    """What a key frame says of its picture's shape; empty where it says nothing that is known here.

    Args:
        codec: its name.
        packet: of the key frame.
        prefix: bytes of the length before each of its units, 0 where there is none.
    """
    if codec in UNITS:
        mask, shift, parameters, message = UNITS[codec]
        told = []
        for unit in units(packet, prefix):
            kind = unit[0] >> shift & mask
            if kind == parameters or (kind == message and _turned(unit[1 + shift :])):
                told.append(unit)
        return b"".join(told)
    found = OF_SHAPE[codec].search(packet, 0, HEAD) if codec in OF_SHAPE else None
    if codec == "av1" and found:
        return packet[found.end() : found.end() + found[1][0]]
    if codec == "vp9" and found:
        return found[0][:-1] + bytes([found[0][-1] & 0xF0])  # the size ends there
    return found[0] if found else b""


def units(packet: bytes, prefix: int) -> Iterator[bytes]:
    """The units of an H.264 or HEVC packet that may come before its picture.

    Args:
        packet: whole.
        prefix: bytes of the length before each unit, 0 for start codes.
    """
    if prefix:
        at = 0
        while at + prefix < min(len(packet), HEAD):
            size = int.from_bytes(packet[at : at + prefix], "big")
            if size:
                yield packet[at + prefix : at + prefix + min(size, HEAD)]
            at += prefix + size
        return
    begins = [found.end() for found in START.finditer(packet, 0, HEAD)]
    for begin, end in zip(begins, [*begins[1:], HEAD]):
        if begin < min(end, len(packet)):
            yield packet[begin:end].rstrip(b"\0")


def _turned(messages: bytes) -> bool:
    """Whether one of the messages of a unit tells how the picture is turned."""
    at = 0
    while at + 2 < len(messages):
        kind, at = _number(messages, at)
        size, at = _number(messages, at)
        if kind == ORIENTATION:
            return True
        at += size
    return False


def _number(messages: bytes, at: int) -> tuple[int, int]:
    """A number that goes on behind every byte of 255, and the place behind it."""
    total = 0
    while at < len(messages):
        total += messages[at]
        at += 1
        if messages[at - 1] != 0xFF:
            break
    return total, at


@dataclass
class Watch:
    """Looks at one picture of each shape that key frames announce, while a stream is demuxed."""

    codec: av.VideoCodecContext
    prefix: int
    sights: Sights = field(default_factory=Sights)
    known: dict[bytes, tuple[int, bool]] = field(default_factory=dict)  # by shape: how the picture is turned
    turned: list[tuple[int, tuple[int, bool]]] = field(default_factory=list)  # (packet, how), where that changes
    changed: list[int] = field(default_factory=list)  # packets of another shape than the one before
    last: bytes | None = None  # shape of the key frame before

    def see(self, place: int, packet: av.Packet, first: av.VideoFrame | None) -> None:
        """Look at the packet of a key frame.

        Args:
            place: packets of the stream before it.
            packet: itself, not yet decoded by the watch.
            first: the first picture of the stream, if it has come.
        """
        told = shape(self.codec.codec.canonical_name, bytes(packet), self.prefix)
        if self.last not in (None, told):
            self.changed.append(place)
        self.last = told
        if told not in self.known:
            if len(self.known) >= MOST_LOOKS:
                return
            frame = self._decoded(packet) if self.known else first or self._decoded(packet)
            if frame is None:
                return
            self.known[told] = display_turn(frame)[:2]
            self.sights.add(frame, self.known[told])
        turn = self.known[told]
        if turn != (self.turned[-1][1] if self.turned else next(iter(self.known.values()))):
            self.turned.append((place, turn))

    def _decoded(self, packet: av.Packet) -> av.VideoFrame | None:
        """The picture of a key frame, by a decoder of its own; None where it does not decode alone."""
        codec = av.CodecContext.create(self.codec.codec.name, "r")
        codec.extradata = self.codec.extradata
        codec.options = self.codec.options
        try:
            return next(iter([*codec.decode(packet), *codec.decode(None)]), None)
        except av.FFmpegError:
            return None
