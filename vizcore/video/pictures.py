"""Numbered pictures in a folder or a ZIP as a video: frames/00001.jpg, frames/00002.jpg, ... at a rate.

    folder, ZIP, folder@RATE, folder/%05d.jpg -> names by number -> Index, whose frames are decoded one by one

The rate is what the name says (frames@30), else the number in a file rate.txt beside the pictures, else 25 a second.
An archive is never unpacked: its table is looked at before it is read, and one picture at a time is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePosixPath

import av
import numpy as np

from vizcore.video.opening import MAX_FRAMES, MAX_PIXELS, WANTED, VideoError
from vizcore.video.picture_files import PictureFiles
from vizcore.video.stills import of_stills
from vizcore.video.table import Index
from vizcore.video.walk import Missing

CODECS = {
    ".jpg": "mjpeg",
    ".jpeg": "mjpeg",
    ".png": "png",
    ".bmp": "bmp",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".ppm": "ppm",
    ".pgm": "pgm",
}
RATE = 25  # frames a second, where nothing says it
SLOWEST, FASTEST = Fraction(1, 1000), 1000  # frames a second
RATE_FILE = "rate.txt"
LONGEST_RATE = 64  # bytes of that file
LARGEST = 256 << 20  # bytes of a picture
MOSTLY = 0.9  # of the pictures have names of one form: the others are left out
NUMBER = re.compile(r"\d+(?=\D*$)")
AT = re.compile(r"(.+)@(\d+(?:\.\d+|/\d+)?)")
PATTERN = re.compile(r"%0?\d*d")


@dataclass(frozen=True)
class Requested:
    """What a path asks for."""

    place: Path  # folder or archive
    rate: Fraction | None = None  # frames a second
    pattern: str = ""  # of the names, with %d for the number


def requested(path: Path) -> Requested:
    """The folder or archive of a path that may say a rate or a pattern of names: frames@30, frames/%05d.jpg."""
    if path.exists():
        at = AT.fullmatch(path.stem if path.is_file() else path.name)
        return Requested(path, _rate(at[2]) if at else None)
    pattern = path.name if PATTERN.search(path.name) else ""
    place, rate = (path.parent if pattern else path), None
    at = AT.fullmatch(str(place))
    if at and not place.exists() and Path(at[1]).exists():
        place, rate = Path(at[1]), _rate(at[2])
    return Requested(place, rate, pattern)


def is_row(path: Path, names: list[str] | None = None) -> bool:
    """Whether a path leads to a folder or an archive of numbered pictures.

    Args:
        path: of it, or with a rate or a pattern.
        names: of the files of a folder, if they are known.
    """
    asked = requested(path)
    try:
        if names is None:
            if not asked.place.exists():
                return False
            with PictureFiles.opened(asked.place) as place:
                names = place.names()
        return bool(_row(names, asked)[0])
    except (VideoError, OSError):
        return False


def files_of(path: Path) -> list[Path]:
    """The files that the frames of a path come from, the one with the rate among them; of an archive itself."""
    asked = requested(path)
    if not asked.place.is_dir():
        return [asked.place]
    with PictureFiles.opened(asked.place) as place:
        names = place.names()
    told = [name for name in names if name.lower() == RATE_FILE]
    return [asked.place / name for name in [*_row(names, asked)[0], *told]]


def rate_in_name(path: Path) -> str:
    """The rate that the name of a folder or an archive says; empty where it says none."""
    rate = requested(path).rate
    return "" if rate is None else str(rate)


def state(path: Path) -> tuple[str, int, int]:
    """What changes when pictures of a folder do."""
    place = requested(path).place
    files = [one.stat() for one in place.iterdir()] if place.is_dir() else [place.stat()] if place.exists() else []
    newest = max((one.st_mtime_ns for one in files), default=0)
    return f"{path.resolve()}", newest, sum(one.st_size for one in files) + len(files)


def index_of(path: Path) -> Index | None:
    """The index of a row of pictures, of which one is decoded; None where there are not two with numbers.

    Raises:
        VideoError: they are of several forms, or too many, or none decodes; or their rate is none.
    """
    asked = requested(path)
    if not asked.place.exists():
        return None
    with PictureFiles.opened(asked.place) as place:
        names, notes = _row(place.names(), asked)
        rate = asked.rate or _told_rate(place)
    if not names:
        return None
    if rate is None:
        notes.append(
            f"pictures have no times: {RATE} frames a second are taken; another rate is said by the name "
            f"({asked.place.name}@30) or by a file {RATE_FILE} beside them with the number in it"
        )
    stills = Pictures(asked.place, tuple(names))
    first = stills.first()
    if first is None:
        raise VideoError(f"{WANTED}, got {path.name}, of whose pictures not one decodes: copy them again")
    step = float(1 / (rate or RATE))
    codec = CODECS[PurePosixPath(names[0]).suffix.lower()]
    return of_stills(path, stills, first, np.full(len(names), step), (codec, "pictures"), notes)


@dataclass(frozen=True)
class Pictures:
    """The pictures of a folder or an archive, in the order of their numbers."""

    place: Path
    names: tuple[str, ...]

    def frames(self, wanted: Mapping[int, int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """See Stills."""
        missing = []
        with PictureFiles.opened(self.place) as place:
            for number, at in sorted(wanted.items()):
                frame = _decoded(place, self.names[at])
                if frame is None:
                    missing.append(number)
                else:
                    yield number, frame
        if missing:
            raise Missing(missing)

    def first(self) -> av.VideoFrame | None:
        """The first picture that decodes."""
        with PictureFiles.opened(self.place) as place:
            return next((frame for name in self.names if (frame := _decoded(place, name)) is not None), None)


def _row(names: list[str], asked: Requested) -> tuple[list[str], list[str]]:
    """The names of numbered pictures by their numbers, and sentences on what is left out; none where there are none."""
    groups: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    pattern = asked.pattern and re.compile(PATTERN.sub(lambda _: r"\d+", re.escape(asked.pattern)))
    for name in names:
        one = PurePosixPath(name)
        number = NUMBER.search(one.stem)
        hidden = any(part.startswith((".", "__MACOSX")) for part in one.parts)
        fits = not pattern or pattern.fullmatch(one.name)
        if hidden or number is None or not fits or one.suffix.lower() not in CODECS:
            continue
        form = one.stem[: number.start()] + "#" + one.stem[number.end() :] + one.suffix.lower()
        groups[str(one.parent), form].append((int(number[0][-18:]), name))
    rows = sorted(groups.items(), key=lambda item: -len(item[1]))
    total = sum(len(row) for _, row in rows)
    if not rows or len(rows[0][1]) < 2:
        return [], []
    if len(rows[0][1]) < MOSTLY * total:
        told = ", ".join(f"{form} ({len(row)})" for (_, form), row in rows[:4])
        raise VideoError(f"want numbered pictures of one form, got {told}: put each form into a folder of its own")
    return _ordered(rows[0][1], total)


def _ordered(row: list[tuple[int, str]], total: int) -> tuple[list[str], list[str]]:
    """Names by their numbers, and sentences on what is odd.

    Args:
        row: (number, name) of one form.
        total: pictures of any form.
    """
    row, notes = sorted(row), []
    if len(row) > MAX_FRAMES:
        row = row[:MAX_FRAMES]
        notes.append(f"there are more than {MAX_FRAMES} pictures; what follows is left out")
    gaps = row[-1][0] - row[0][0] + 1 - len(row)
    if gaps > 0:
        notes.append(f"{gaps} numbers between {row[0][0]} and {row[-1][0]} have no picture: the others follow closely")
    if total > len(row):
        notes.append(f"{total - len(row)} pictures with names of another form are left out")
    return [name for _, name in row], notes


def _told_rate(place: PictureFiles) -> Fraction | None:
    """What a file beside the pictures says; None where there is none.

    Raises:
        ValueError: it holds no rate.
    """
    for name in place.names():
        if PurePosixPath(name).name.lower() == RATE_FILE and (said := place.read(name, LONGEST_RATE)) is not None:
            return _rate(said.decode("utf-8", "replace").strip())
    return None


def _rate(said: str) -> Fraction:
    try:
        rate = Fraction(said)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not SLOWEST <= rate <= FASTEST:
        raise VideoError(
            f"want a rate of 0.001 to {FASTEST} frames a second, got {said[:20]!r}: write it as 25 or 30000/1001"
        )
    return rate


def _decoded(place: PictureFiles, name: str) -> av.VideoFrame | None:
    """A picture; None where it does not decode."""
    data = place.read(name, LARGEST)
    if not data:
        return None
    codec = av.CodecContext.create(CODECS[PurePosixPath(name).suffix.lower()], "r")
    codec.options = {"max_pixels": str(MAX_PIXELS)}
    try:
        return next(iter([*codec.decode(av.Packet(data)), *codec.decode(None)]), None)
    except (av.FFmpegError, ValueError):
        return None
