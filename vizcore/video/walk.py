"""The way through a file to the frames that are wanted, decoding as little as the pixels allow.

    wanted frames - by key frame -> runs - drop or seek over what lies between -> decode -> (number, frame) as they come

Three savings leave every pixel as it is: groups of pictures that hold no wanted frame are never decoded; a picture
that no other refers to is skipped by the decoder unless it is wanted; and a single frame is alive at a time.
"""

from __future__ import annotations

import math
import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
from av.container.input import InputContainer
from av.video.stream import VideoStream

from vizcore.video.joints import Joint, in_line
from vizcore.video.opening import opened, select
from vizcore.video.table import Index

LONG = 5000  # packets: some three minutes, which take a few seconds to decode
FAR = 64  # packets: nearer key frames are reached by reading on, which costs less than a seek
REORDER = 32  # frames may leave a decoder this much later than they are due; the standards allow 16
THREADS = min(4, os.cpu_count() or 1)  # when all is decoded; each holds a frame more
THREADED = ("h264", "hevc", "vp9", "av1")  # decoders that tell of damage in time although several threads decode
SKIPS = ("h264", "hevc", "mpeg4", "mpeg2video")  # decoders that can leave out a picture that no other refers to
WHOLE = (0, 1)  # picture types of a true key frame: not known, or I. A P here begins a gradual refresh


class Missing(Exception):
    """Frames that are in the index and yet did not come out of the decoder."""

    def __init__(self, numbers: Iterable[int]):
        self.numbers = sorted(numbers)
        super().__init__(f"frames {self.numbers[:8]} did not decode")


class Astray(Exception):
    """A seek or a key frame did not lead where the index says."""


class Damaged(Exception):
    """A picture did not decode cleanly; what replaces it depends on the way to it."""


def walk(index: Index, wanted: Iterable[int], checking: bool = False) -> Iterator[tuple[int, av.VideoFrame]]:
    """Each wanted frame with its number, nearly in order. A frame may come again: then the later one counts.

    A frame looks the same whichever way it is reached. In a damaged video only decoding all from the start gives that,
    and so it is done once damage was met, unless more than LONG packets lie before: there, it may look different.

    Args:
        index: of the file.
        wanted: frame numbers in presentation order.
        checking: only whether the frames come is of interest, not how they look.

    Raises:
        Missing: frames did not come; all others have been given.
    """
    left = set(wanted)
    if index.stills is not None:
        yield from index.stills.frames({number: int(index.ids[number]) for number in left})
        return
    way = "read" if index.joints else "seek"  # the same stamp may stand in several places of a file with joints
    mode = "bear" if checking else last_resort(index, left) if index.damage.met else way
    while left and mode:
        run = Run(index, left, mode)
        try:
            yield from run.frames()
            lost = run.jumped and run.strict
            mode = last_resort(index, left) if left and lost else ""
        except Astray:
            if index.sampled:
                break  # all packets are to be demuxed first
            mode = {"seek": "read", "read": "start", "bear": "start"}[mode]
        except Damaged:
            left = set(wanted)
            mode = last_resort(index, left)
    if left:
        raise Missing(left)


def last_resort(index: Index, left: set[int]) -> str:
    """The way to frames that are damaged: from the start, unless that is too long."""
    if not left or not len(index.places):
        return "start"
    return "start" if index.places[index.groups[max(left)]] <= LONG else "bear"


class Run:
    """One pass through a file: `left` loses the numbers of the frames that were found.

    Its way is one of
        seek    from key frame to key frame; Damaged when a picture is
        read    the same, reading on where the file cannot be sought in
        start   all from the start, whatever comes
        bear    from key frame to key frame, whatever comes
    """

    def __init__(self, index: Index, left: set[int], mode: str):
        self.index, self.left, self.mode = index, left, mode
        self.queue = deque(sorted(left))
        self.number = {int(index.ids[n]): n for n in self.queue}  # of each wanted stamp
        self.groups = index.groups
        self.strict = mode in ("seek", "read")
        dense = 2 * len(left) > self.queue[-1] - self.queue[0] + 1 and len(left) > THREADS
        self.threads = THREADS if dense and self.strict and index.info.codec in THREADED else 1
        self.skips = not dense and self.strict and index.by == "pts" and index.info.codec in SKIPS
        self.last = int(index.ids[0]) - 1  # stamp of the frame that came out last
        self.fed: set[int] = set()  # stamps of the packets that went in
        self.place = 0  # packets read so far
        self.aim: int | None = None  # group whose key frame is looked for
        self.proof: int | None = None  # stamp of the key frame that has to come out first
        self.floor = np.iinfo(np.int64).min  # frames before this stamp lack what they refer to
        self.jumped = False

    def frames(self) -> Iterator[tuple[int, av.VideoFrame]]:
        with opened(self.index.info.path) as container:
            stream = container.streams[self.index.stream]
            codec = select(container, stream, self.threads)
            if self.gap() > 0:
                self.jump(container, stream, codec)
            for packet in packets(container, stream, self.index.joints):
                if packet is not None and not self.arrived(packet):
                    continue
                if packet is not None and self.place - 1 in self.index.breaks and self.index.by == "pts":
                    yield from self.taken(codec, None)
                    codec.flush_buffers()
                yield from self.taken(codec, packet)
                if not self.left:
                    return
                gap = 0 if packet is None else self.gap()
                if gap > 0 and self.index.by == "pts":  # what is still inside comes out without more going in
                    yield from self.taken(codec, None)
                if gap == math.inf:
                    return
                if gap > 0:
                    self.jump(container, stream, codec)
            if self.aim is not None:
                raise Astray

    def taken(self, codec: av.VideoCodecContext, packet: av.Packet | None) -> Iterator[tuple[int, av.VideoFrame]]:
        """The wanted among the frames that come out when `packet` goes in."""
        if packet is not None and self.index.by == "pts":
            self.fed.add(packet.pts)
            if self.skips:
                needed = packet.pts in self.number or packet.pts == self.proof
                codec.skip_frame = "DEFAULT" if needed else "NONREF"
        for frame in self.decode(codec, packet):
            self.last = stamp(frame, self.index.by, self.last)
            number = self.accept(frame, self.last)
            if number is not None:
                self.left.discard(number)
                yield number, frame

    def decode(self, codec: av.VideoCodecContext, packet: av.Packet | None) -> list[av.VideoFrame]:
        """What comes out when `packet` goes in. Raises Damaged, where that matters, unless all is clean."""
        try:
            frames = codec.decode(packet)
            stamps = [frame.pts for frame in frames if frame.is_corrupt]
        except av.FFmpegError as error:
            frames, stamps = [], [] if isinstance(error, EOFError) else [packet.pts if packet is not None else None]
        # What leads a key frame that was jumped to lacks what it refers to, and is not wanted.
        if any(mark is None or mark >= self.floor for mark in stamps):
            self.index.damage.met = True
            if self.strict:
                raise Damaged
        return frames

    def gap(self) -> float:
        """How many packets that nobody wants lie before the next key frame that is needed; inf when none is."""
        ids, left = self.index.ids, self.left
        while self.queue:
            number = self.queue[0]
            overdue = number + REORDER < len(ids) and self.last > ids[number + REORDER]
            if not (overdue or number not in left or ids[number] in self.fed):
                break
            self.queue.popleft()
        if not self.queue:
            return math.inf
        group = self.groups[self.queue[0]]
        if group == 0 or self.mode == "start" or self.index.by == "order":
            return 0
        return int(self.index.places[group]) - self.place

    def jump(self, container: InputContainer, stream: VideoStream, codec: av.VideoCodecContext) -> None:
        """Set out for that key frame.

        Args:
            container, stream: the file, opened, and its video stream.
            codec: what decodes it.
        """
        gap, self.aim, self.jumped = self.gap(), int(self.groups[self.queue[0]]), True
        if codec.is_open:
            codec.flush_buffers()
        if self.mode == "read" or gap <= FAR or self.index.joints:
            return
        try:
            container.seek(int(self.index.seeks[self.aim]), stream=stream)
        except av.FFmpegError:
            raise Astray from None

    def arrived(self, packet: av.Packet) -> bool:
        """Whether `packet` is to be decoded: it is not on the way to a key frame that is still looked for."""
        self.place += 1
        if self.aim is None:
            return True
        if not packet.is_keyframe:
            return False
        key, mark = int(self.index.keys[self.aim]), packet.pts if self.index.by == "pts" else packet.dts
        if mark is None or mark > key:
            raise Astray
        if mark < key:
            return False
        self.place = int(self.index.places[self.aim]) + 1
        self.aim, self.proof, self.floor = None, key, key
        return True

    def accept(self, frame: av.VideoFrame, mark: int) -> int | None:
        """The number of a frame that came out of the decoder, if it is wanted and can be trusted."""
        if mark < self.floor:
            return None
        if self.proof is not None and self.index.by == "pts":
            if mark != self.proof or frame.pict_type not in WHOLE:
                raise Astray
            self.proof = None
        number = self.number.get(mark)
        if number not in self.left:
            return None
        if self.index.sums is not None and self.jumped and checksum(frame) != self.index.sums[number]:
            raise Astray
        return number


def everything(path: Path, number: int) -> Iterator[av.VideoFrame]:
    """All frames that stream `number` decodes to, from the start, in the order in which the decoder shows them."""
    with opened(path) as container:
        stream = container.streams[number]
        codec = select(container, stream, 1)
        for packet in packets(container, stream):
            yield from decoded(codec, packet)


def packets(
    container: InputContainer, stream: VideoStream, joints: tuple[Joint, ...] = ()
) -> Iterator[av.Packet | None]:
    """The packets of `stream` that hold data, then None. A file that ends in disorder just ends.

    Args:
        container, stream: the file, opened, and its video stream.
        joints: where recordings begin anew; then, the file is read from its start.
    """
    return in_line(_packets(container, stream), joints) if joints else _packets(container, stream)


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[av.Packet | None]:
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except (av.FFmpegError, IndexError):  # IndexError: PyAV, of streams that turn up on the way
        pass
    yield None


def decoded(codec: av.VideoCodecContext, packet: av.Packet | None) -> list[av.VideoFrame]:
    """The frames that come out when `packet` goes in; none where it is damaged. None asks for all that is left."""
    try:
        return codec.decode(packet)
    except av.FFmpegError:
        return []


def stamp(frame: av.VideoFrame, by: str, last: int) -> int:
    """What tells `frame` apart, `last` being the stamp of the frame before.

    Args:
        frame: as decoded.
        by: "pts", "dts" or "order": what frames are known by.
        last: the stamp of the frame before.
    """
    mark = {"pts": frame.pts, "dts": frame.dts, "order": None}[by]
    return last + 1 if mark is None else mark


def checksum(frame: av.VideoFrame) -> int:
    """CRC-32 of every fourth row of the first plane."""
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8)[: plane.line_size * plane.height].reshape(plane.height, plane.line_size)
    return zlib.crc32(np.ascontiguousarray(rows[::4, : plane.width]))
