"""From a decoded picture to the one that people see: turned upright, square pixels, true colours, the wanted size.

    frame (AVFrame, h x w, any format) - swscale -> RGB (h', w', 3) - quarter turn, mirror -> (H, W, 3) uint8

One resizer for all: swscale's area averaging with full colour interpolation, bilinear where it enlarges, within 0.3
levels of the true mean. At the stored size it is FFmpeg's fast plain conversion, one level of 255 darker.

A video has one size, that of its first picture. A later one of another size is fitted into it, with bars where it does
not reach; what is transparent lies over the same ground.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import av
import numpy as np
from av.sidedata.sidedata import Type
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from vizcore.video.opening import VideoError

RESIZER = Interpolation.AREA | Interpolation.FULL_CHR_H_INT  # without the latter, two levels dark
WIDEST_PIXEL = 16  # a pixel more than 16 times as wide as high, or the reverse, is a damaged header
HD_ROWS = 720  # from here on an untagged video is taken as BT.709, below as BT.601: what browsers do
UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED
GROUND, GROUND_NAME = 0, "over black"  # level of bars, and of what lies under transparent parts
HDR = {16: "PQ", 18: "HLG"}  # AVColorTransferCharacteristic


@dataclass(frozen=True)
class Upright:
    """How the pictures of one video are brought upright: mirrored first, then turned."""

    width: int  # of the picture as shown
    height: int
    turns: int  # quarter turns clockwise, 0 to 3
    mirrored: bool
    notes: tuple[str, ...]  # what could not be honoured
    stored: tuple[int, int]  # (width, height) of the first picture before all that
    aspect: float  # of a pixel, its width over its height

    def picture(
        self,
        frame: av.VideoFrame,
        size: tuple[int, int] | None,
        resizer: VideoReformatter,
        turn: tuple[int, bool] | None = None,
    ) -> np.ndarray:
        """(H, W, 3) uint8 RGB of `frame` at `size` = (width, height), or as shown.

        Args:
            frame: as decoded.
            size: (width, height) px upright; None for as shown.
            resizer: kept between frames.
            turn: (quarter turns, mirrored) of this one, where it is not that of the first.
        """
        turns, mirrored = turn or (self.turns, self.mirrored)
        width, height = outer = size or (self.width, self.height)
        if (frame.width, frame.height) != self.stored or turns != self.turns:
            width, height = fitted(shown_size(frame, self.aspect, turns), outer)
        inner = (height, width) if turns % 2 else (width, height)
        picture = converted(over_ground(frame), "rgb24", inner, resizer)
        if mirrored:
            picture = picture[:, ::-1]
        return barred(np.ascontiguousarray(np.rot90(picture, -turns)), outer)


def fitted(size: tuple[int, int], outer: tuple[int, int]) -> tuple[int, int]:
    """The largest (width, height) of the proportions of `size` within `outer`."""
    scale = min(outer[0] / size[0], outer[1] / size[1])
    return tuple(min(most, max(1, round(side * scale))) for side, most in zip(size, outer))


def barred(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) of (width, height): the picture in the middle, and bars where it does not reach."""
    height, width = picture.shape[:2]
    if (width, height) == tuple(size):
        return picture
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    whole = np.full((size[1], size[0], 3), GROUND, np.uint8)
    whole[top : top + height, left : left + width] = picture
    return whole


def converted(frame: av.VideoFrame, kind: str, size: tuple[int, int], resizer: VideoReformatter) -> np.ndarray:
    """(h, w, channels) uint8 of a frame as stored.

    Args:
        frame: as decoded.
        kind: rgb24 or rgba.
        size: (width, height) px.
        resizer: kept between frames.

    Raises:
        VideoError: its format does not turn into RGB.
    """
    untagged = frame.colorspace == UNTAGGED
    guess = Colorspace.ITU709 if frame.height >= HD_ROWS else Colorspace.ITU601
    try:
        return resizer.reformat(
            frame,
            width=size[0],
            height=size[1],
            format=kind,
            src_colorspace=guess if untagged and not frame.format.is_rgb else None,
            dst_color_range=ColorRange.JPEG,
            interpolation=RESIZER,
            threads=1,
        ).to_ndarray()
    except (av.FFmpegError, ValueError) as error:
        stored = f"{frame.width}x{frame.height} {frame.format.name}"
        raise VideoError(f"want pictures that turn into RGB, got {stored} ({error}): convert to MP4 (H.264)") from None


@lru_cache(64)
def has_alpha(kind: str) -> bool:
    """Whether pictures of a pixel format may be transparent."""
    return kind == "pal8" or any(part.is_alpha for part in av.VideoFormat(kind).components)


def seen_through(frame: av.VideoFrame) -> bool:
    """Whether a part of a picture is transparent."""
    rgba = converted(frame, "rgba", (frame.width, frame.height), VideoReformatter())
    return bool((rgba[..., 3] < 255).any())


def over_ground(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame, or where it is transparent its picture over GROUND: scaled later, no hidden colour may leak in."""
    if not has_alpha(frame.format.name):
        return frame
    rgba = converted(frame, "rgba", (frame.width, frame.height), VideoReformatter())  # (h, w, 4)
    share = rgba[..., 3:].astype(np.uint16)
    if (share == 255).all():
        return frame
    rgb = (rgba[..., :3] * share + GROUND * (255 - share) + 127) // 255
    return av.VideoFrame.from_ndarray(rgb.astype(np.uint8), "rgb24")


def shown_size(frame: av.VideoFrame, aspect: float, turns: int) -> tuple[int, int]:
    """(width, height) px of a frame with square pixels, turned.

    Args:
        frame: as decoded.
        aspect: of a pixel, its width over its height.
        turns: quarter turns.
    """
    width, height = max(1, round(frame.width * aspect)), frame.height
    return (height, width) if turns % 2 else (width, height)


def upright(stream: VideoStream | None, frame: av.VideoFrame) -> Upright:
    """How to show the pictures of `stream`, by its first frame; without a stream, pixels are square."""
    notes = []
    ratio = (stream is not None and stream.sample_aspect_ratio) or 1
    if not 1 / WIDEST_PIXEL <= ratio <= WIDEST_PIXEL:
        notes.append(f"pixels are said to be {ratio.numerator}:{ratio.denominator} wide; they are shown square")
        ratio = 1
    turns, mirrored, exact = display_turn(frame)
    if not exact:
        notes.append("the picture is to be turned by an angle that is no quarter turn; the nearest one is used")
    if frame.color_trc in HDR:
        notes.append(f"high dynamic range ({HDR[frame.color_trc]}) is shown without tone mapping, so colours look pale")
    if frame.interlaced_frame:
        notes.append("the video is interlaced; its two fields are shown woven together")
    size = shown_size(frame, ratio, turns)
    return Upright(*size, turns, mirrored, tuple(notes), (frame.width, frame.height), float(ratio))


def display_turn(frame: av.VideoFrame) -> tuple[int, bool, bool]:
    """(quarter turns clockwise, mirrored before, whether that is exact) of the display matrix of a frame."""
    try:
        data = frame.side_data.get(Type.DISPLAYMATRIX)
    except ValueError:  # PyAV, of kinds of data beside a picture that it does not know, such as Exif
        return round(-frame.rotation / 90) % 4, False, True
    if data is None:
        return 0, False, True
    a, b, _, c, d = np.frombuffer(data, np.int32)[:5].tolist()  # x' = a x + c y, y' = b x + d y, y downwards
    mirrored = a * d - b * c < 0
    angle = math.degrees(math.atan2(-b, -a) if mirrored else math.atan2(b, a))
    turns = round(angle / 90)
    return turns % 4, mirrored, abs(angle - 90 * turns) < 1
