"""An animated WebP as a video: FFmpeg reads its first picture at best, OpenCV all of them.

RIFF: VP8X (canvas), ANMF ... (how long each is shown) -> Index, whose frames are decoded some at a time
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from vizcore.video.opening import MAX_FRAMES, WANTED, VideoError, check_size
from vizcore.video.stills import of_stills
from vizcore.video.table import Index
from vizcore.video.walk import Missing

AT_ONCE = 128 << 20  # bytes of pictures that are decoded together
UNSAID = 100  # ms that a picture is shown of which the file says 0, as browsers have it
ANIMATED = 0x02  # of the flags of VP8X


@dataclass(frozen=True)
class Canvas:
    """What the header and the chunks of an animation tell."""

    width: int
    height: int
    steps: tuple[int, ...]  # ms that each picture is shown
    whole: bool  # the file is as long as it says


def animation(path: Path) -> Canvas | None:
    """What an animated WebP tells of its pictures; None for any other file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(30)
        if len(head) < 30 or head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X" or not head[20] & ANIMATED:
            return None
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        steps, at = [], 12
        while at + 8 <= size and len(steps) <= MAX_FRAMES:
            file.seek(at)
            kind, length = struct.unpack("<4sI", file.read(8))
            at += 8 + length + length % 2
            if kind == b"ANMF" and at <= size + 1:
                steps.append(int.from_bytes(file.read(15)[12:15], "little") or UNSAID)
        return Canvas(width, height, tuple(steps), struct.unpack("<I", head[4:8])[0] + 8 <= size)


def index_of(path: Path) -> Index | None:
    """The index of an animated WebP; None for one of a single picture.

    Raises:
        VideoError: it has no pictures, or too large ones, or does not decode.
    """
    canvas = animation(path)
    if canvas is None:
        return None
    check_size(canvas.width, canvas.height, path.name)
    stills = Animation(path, canvas, len(canvas.steps))
    first = next((frame for _, frame in stills.some(0, 1)), None)
    if first is None:
        raise VideoError(f"{WANTED}, got {path.name}, a WebP of which not one picture decodes: copy it again")
    notes = [] if canvas.whole else ["the file is cut off or damaged: what is there is shown"]
    if len(canvas.steps) > MAX_FRAMES:
        notes.append(f"the video is longer than {MAX_FRAMES} frames; what follows is left out")
    steps = np.array(canvas.steps[:MAX_FRAMES]) / 1000
    return of_stills(path, stills, first, steps, ("webp", "webp"), notes)


@dataclass(frozen=True)
class Animation:
    """The pictures of an animated WebP."""

    path: Path
    canvas: Canvas
    count: int

    def frames(self, wanted: Mapping[int, int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """See Stills."""
        number = {place: one for one, place in wanted.items()}
        left = set(wanted)
        together = max(1, AT_ONCE // (4 * self.canvas.width * self.canvas.height))
        for start in range(0, self.count, together):
            if not any(start <= place < start + together for place in number):
                continue
            for place, frame in self.some(start, together):
                if place in number:
                    left.discard(number[place])
                    yield number[place], frame
        if left:
            raise Missing(left)

    def some(self, start: int, count: int) -> Iterator[tuple[int, av.VideoFrame]]:
        """(place, picture) of some that follow each other; fewer where they do not decode."""
        try:
            _, found = cv2.imreadanimation(str(self.path), start=start, count=count)
        except cv2.error:
            return
        for place, picture in enumerate(found.frames, start):
            kind = {3: "bgr24", 4: "bgra"}[picture.shape[2]]
            yield place, av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), kind)
