"""The door of the video room: which files are let in, what is refused and why, and how a file is opened safely.

    path - is a file, not hostile -> container (PyAV) - first real video stream -> stream, ready to demux

A file is handed to FFmpeg as an open file object, with a short list of container formats and no protocol at all. A
playlist, a concat script or a movie that refers to other files can therefore reach neither the disk nor the network.
"""

from __future__ import annotations

import struct
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av
from av.container.core import Flags
from av.container.input import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from vizcore.video.table import VideoError

MAX_PIXELS = 4096 * 4096  # of a frame: one takes 48 MB as RGB, and a decoder keeps up to 16 of them
PROBED_PIXELS = 4 * MAX_PIXELS  # of a frame that is looked into at opening, so that the refusal of 8K can name its size
MAX_FRAMES = 216_000  # of a video: two hours at 30 frames a second
MAX_SAMPLES = 10 * MAX_FRAMES  # an MP4 may promise: FFmpeg keeps some 36 bytes for each, before any is read

WANTED = "want a video file (MP4, MOV, MKV, WebM, AVI, GIF, MPEG)"
RAW = b"YUV4MPEG2"  # first bytes of Y4M, which would pass for a box of an MP4
JPEG = b"\xff\xd8\xff"  # first bytes of a picture, or of many
ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # decoders that read what is transparent, where a stream says it is

# Demuxers that read one file of moving pictures and follow no reference out of it.
FORMATS = (
    "mov matroska avi gif apng mpegts mpeg mpegvideo h264 hevc m4v av1 obu ivf flv asf ogg nut mxf dv rm wtv "
    "yuv4mpegpipe mjpeg mpjpeg h263"
)

SINGLE = "a single picture has no time to look at; choose a video, or the folder or ZIP of all its numbered frames"

# (place, first bytes, what it is, what to do) of files that people choose by mistake.
LOOKALIKES = (
    (0, JPEG, "a JPEG picture", SINGLE),
    (0, b"\x89PNG", "a PNG picture", SINGLE),
    (0, b"BM", "a BMP picture", SINGLE),
    (8, b"WEBP", "a WebP picture", SINGLE),
    (8, b"WAVE", "a WAV sound file", "choose a file with moving pictures"),
    (0, b"ID3", "an MP3 sound file", "choose a file with moving pictures"),
    (0, b"\xff\xfb", "an MP3 sound file", "choose a file with moving pictures"),
    (0, b"fLaC", "a FLAC sound file", "choose a file with moving pictures"),
    (0, b"PK\x03\x04", "a ZIP archive", "choose one of numbered frames, or unpack it and choose the video inside"),
    (0, b"Rar!", "a RAR archive", "unpack it and choose the video inside"),
    (0, b"\x1f\x8b", "a gzip archive", "unpack it and choose the video inside"),
    (0, b"%PDF", "a PDF document", "choose a video"),
    (0, b"#EXTM3U", "an HLS playlist", "playlists are never followed; choose the video itself"),
    (0, b"ffconcat", "a concat script", "scripts are never followed; choose the video itself"),
)


NESTING = tuple(b"moov trak mdia minf stbl moof traf mvex edts dinf udta wide gmhd".split())  # boxes of boxes


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """A container over `path`, closed on the way out. Raises VideoError for what is no video file."""
    with open_file(path) as file:
        form = "mjpeg" if file.read(len(JPEG)) == JPEG else None  # FFmpeg itself takes it for pictures
        file.seek(0)
        try:
            container = av.open(
                file,
                format=form,
                options={"protocol_whitelist": "none", "max_pixels": str(PROBED_PIXELS)},
                container_options={"format_whitelist": ",".join(FORMATS.split())},
                metadata_errors="replace",
            )
        except (av.FFmpegError, ValueError) as error:
            raise VideoError(refusal(path, file, error)) from error
        with container:
            # A time stamp that the file does not hold is not to be made up: for AVI with B-frames the guess is wrong.
            container.flags &= ~Flags.gen_pts.value
            yield container


def open_file(path: Path) -> BinaryIO:
    """`path` opened for reading, when it is a file that holds something and whose header promises no absurd length."""
    if not path.exists():
        raise VideoError(f"{WANTED}, got no file {path.name}: check the name, or open it again")
    if not path.is_file():
        raise VideoError(f"{WANTED}, got a {'folder' if path.is_dir() else 'device'}, {path.name}: choose one file")
    try:
        size = path.stat().st_size
        file = path.open("rb")
    except OSError as error:
        raise VideoError(
            f"{WANTED}, got {path.name}, which cannot be read ({error.strerror}): check its rights"
        ) from None
    try:
        if size == 0:
            raise VideoError(f"{WANTED}, got an empty file, {path.name}: copy or download it again")
        promised = promised_samples(file, size)
        if promised > MAX_SAMPLES:
            raise VideoError(
                f"want a video of at most {MAX_SAMPLES} samples, got {path.name}, whose {size} bytes promise more: "
                "the header is damaged; copy or convert the file again"
            )
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def refusal(path: Path, file: BinaryIO, error: Exception | None = None) -> str:
    """The sentence for a file that FFmpeg does not open.

    Args:
        path: whose name is given.
        file: open at any place.
        error: FFmpeg's, if it has one.
    """
    file.seek(0)
    head = file.read(4096)
    for place, magic, what, advice in LOOKALIKES:
        if head.startswith(magic, place):
            return f"{WANTED}, got {what}, {path.name}: {advice}"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return (
            f"{WANTED}, got {path.name}, an MP4 whose table of frames is missing or damaged: it was cut off or is "
            "still being written; copy it again when it is whole"
        )
    if is_text(head):
        return f"{WANTED}, got text, {path.name}: choose a video"
    reason = getattr(error, "strerror", None) or str(error)
    return f"{WANTED}, got {path.name}, which is none of these ({reason}): convert it to MP4 (H.264)"


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file read as text."""
    try:
        words = getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in words)


def videos(container: InputContainer, path: Path) -> list[VideoStream]:
    """The streams of moving pictures that can be decoded, in file order: no cover pictures, no thumbnails."""
    still = Disposition.attached_pic | Disposition.timed_thumbnails
    moving = [stream for stream in container.streams.video if not stream.disposition & still]
    if any(stream.frames > 1 for stream in moving):  # an AVIF has its first picture besides, as a stream of its own
        moving = [stream for stream in moving if stream.frames != 1]
    known = [stream for stream in moving if stream.codec_context is not None]
    if known:
        return known
    if moving:
        raise VideoError(
            f"{WANTED}, got {path.name}, in a coding that no decoder here reads: convert it to MP4 (H.264)"
        )
    if container.streams.video:
        raise VideoError(f"{WANTED}, got {path.name}, sound with a cover picture: choose a file with moving pictures")
    if container.streams.audio:
        raise VideoError(f"{WANTED}, got {path.name}, which holds only sound: choose a file with moving pictures")
    raise VideoError(f"{WANTED}, got {path.name}, which holds no moving pictures: choose another file")


def select(container: InputContainer, stream: VideoStream, threads: int) -> av.VideoCodecContext:
    """Let only `stream` out of the container; its decoder, of so many threads. Raises VideoError for frames too large.

    Args:
        container, stream: an open file and one of its videos.
        threads: of the decoder, 1 or more.
    """
    for other in container.streams:
        other.discard = Discard.default if other is stream else Discard.all
    codec = stream.codec_context
    check_size(codec.width, codec.height, Path(container.name).name)
    if stream.metadata.get("alpha_mode") == "1" and codec.name in ALPHA:
        codec = av.CodecContext.create(ALPHA[codec.name], "r")
        codec.extradata = stream.codec_context.extradata
    codec.options = {"max_pixels": str(MAX_PIXELS)}
    codec.thread_type = "AUTO" if threads > 1 else "NONE"
    codec.thread_count = threads
    return codec


def check_size(width: int, height: int, name: str) -> None:
    """Refuse frames of more than MAX_PIXELS pixels.

    Args:
        width, height: px of a frame.
        name: of the file, for the refusal.
    """
    if width * height > MAX_PIXELS:
        raise VideoError(
            f"want frames of at most {MAX_PIXELS} pixels (4096x4096), got {width}x{height} in {name}: "
            f"scale it down first, for example ffmpeg -i {name} -vf scale=1920:-2 smaller.mp4"
        )


def cut_off(path: Path) -> bool:
    """Whether the outermost box of an MP4, AVI, Matroska or GIF file says that it should be longer than it is."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(64).ljust(80, b"\0")
        if head[:4] == b"RIFF":
            return 8 + struct.unpack("<I", head[4:8])[0] > size
        if head[:4] == b"GIF8":
            file.seek(-1, 2)
            return file.read() != b";"
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return segment_end(head) > size
        end = size if head.startswith(RAW) else 0
        while end + 8 <= size:
            file.seek(end)
            length, kind, long = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
            if not kind.isalpha() or length == 0:
                return False
            end += long if length == 1 else max(length, 8)
        return end > size


def segment_end(head: bytes) -> int:
    """Where the segment of a Matroska file ends, 0 where it does not say (RFC 8794, section 4)."""
    at = 4
    for _ in range(2):  # the header, then the segment
        width = 9 - head[at].bit_length()
        length = int.from_bytes(head[at : at + width], "big") & ~(1 << 7 * width)
        at += width
        if length == (1 << 7 * width) - 1:
            return 0
        if head[at + length : at + length + 4] != b"\x18\x53\x80\x67":
            return at + length
        at += length + 4
    return 0


def promised_samples(file: BinaryIO, size: int) -> int:
    """How many samples the tables of an MP4 promise without holding a byte for each; 0 for any other file.

    FFmpeg allocates for all of them at once, so that a file of 1 KB can take 2 GB. Sound of constant sample size (PCM)
    is not counted as long as its bytes can be in the file.
    """
    total, handler = 0, b""
    for kind, head in boxes(file, 0, size):
        total += 1  # a box counts as a sample, so that the walk ends too
        if total > MAX_SAMPLES:
            break
        if kind == b"hdlr":
            handler = head[8:12]
        elif kind == b"stsz" and len(head) >= 12:
            each, count = struct.unpack(">II", head[4:12])
            total += 0 if handler == b"soun" and each * count <= size else count
        elif kind == b"trun" and len(head) >= 8:
            total += struct.unpack(">I", head[4:8])[0]
    return total


def boxes(file: BinaryIO, start: int, stop: int, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """(kind, first 12 bytes) of the boxes of an MP4 in [start, stop), those inside of others included.

    Args:
        file: open for reading; its position changes.
        start, stop: bytes, a half-open stretch.
        depth: of nesting so far.
    """
    while start + 8 <= stop:
        file.seek(start)
        head = file.read(28).ljust(28, b"\0")
        length, kind = struct.unpack(">I4s", head[:8])
        skip = 16 if length == 1 else 8
        if length == 1:
            length = struct.unpack(">Q", head[8:16])[0]
        end = min(start + length, stop) if length else stop  # 0: to the end, as the standard has it
        if end < start + skip:
            return
        yield kind, head[skip : skip + 12]
        if kind in NESTING and depth < 12:
            yield from boxes(file, start + skip, end, depth + 1)
        start = end
