"""From a decoded picture to the one that people see: turned upright, square pixels, true colours, the wanted size.

    frame (AVFrame, h x w, any format) - swscale -> RGB (h', w', 3) - quarter turn, mirror -> (H, W, 3) uint8

One resizer for all: swscale's area averaging with full colour interpolation, bilinear where it enlarges, within 0.3
levels of the true mean. At the stored size it is FFmpeg's fast plain conversion, one level of 255 darker.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
HDR = {16: "PQ", 18: "HLG"}  # AVColorTransferCharacteristic


@dataclass(frozen=True)
class Upright:
    """How the pictures of one video are brought upright: mirrored first, then turned."""

    width: int  # of the picture as shown
    height: int
    turns: int  # quarter turns clockwise, 0 to 3
    mirrored: bool
    notes: tuple[str, ...]  # what could not be honoured

    def picture(self, frame: av.VideoFrame, size: tuple[int, int] | None, resizer: VideoReformatter) -> np.ndarray:
        """(H, W, 3) uint8 RGB of `frame` at `size` = (width, height), or as shown.

        Args:
            frame: as decoded.
            size: (width, height) px upright; None for as shown.
            resizer: kept between frames.
        """
        width, height = size or (self.width, self.height)
        if self.turns % 2:
            width, height = height, width
        untagged = frame.colorspace == UNTAGGED
        guess = Colorspace.ITU709 if frame.height >= HD_ROWS else Colorspace.ITU601
        try:
            picture = resizer.reformat(
                frame,
                width=width,
                height=height,
                format="rgb24",
                src_colorspace=guess if untagged and not frame.format.is_rgb else None,
                dst_color_range=ColorRange.JPEG,
                interpolation=RESIZER,
                threads=1,
            ).to_ndarray()  # (h, w, 3)
        except (av.FFmpegError, ValueError) as error:
            stored = f"{frame.width}x{frame.height} {frame.format.name}"
            raise VideoError(
                f"want pictures that turn into RGB, got {stored} ({error}): convert to MP4 (H.264)"
            ) from None
        if self.mirrored:
            picture = picture[:, ::-1]
        return np.ascontiguousarray(np.rot90(picture, -self.turns))


def upright(stream: VideoStream, frame: av.VideoFrame) -> Upright:
    """How to show the pictures of `stream`, by its first frame."""
    notes = []
    width, height = frame.width, frame.height
    ratio = stream.sample_aspect_ratio or 1
    if not 1 / WIDEST_PIXEL <= ratio <= WIDEST_PIXEL:
        notes.append(f"pixels are said to be {ratio.numerator}:{ratio.denominator} wide; they are shown square")
    else:
        width = max(1, round(width * ratio))
    turns, mirrored, exact = display_turn(frame)
    if not exact:
        notes.append("the picture is to be turned by an angle that is no quarter turn; the nearest one is used")
    if frame.color_trc in HDR:
        notes.append(f"high dynamic range ({HDR[frame.color_trc]}) is shown without tone mapping, so colours look pale")
    if frame.interlaced_frame:
        notes.append("the video is interlaced; its two fields are shown woven together")
    if turns % 2:
        width, height = height, width
    return Upright(width, height, turns, mirrored, tuple(notes))


def display_turn(frame: av.VideoFrame) -> tuple[int, bool, bool]:
    """(quarter turns clockwise, mirrored before, whether that is exact) of the display matrix of a frame."""
    data = frame.side_data.get(Type.DISPLAYMATRIX)
    if data is None:
        return 0, False, True
    a, b, _, c, d = np.frombuffer(data, np.int32)[:5].tolist()  # x' = a x + c y, y' = b x + d y, y downwards
    mirrored = a * d - b * c < 0
    angle = math.degrees(math.atan2(-b, -a) if mirrored else math.atan2(b, a))
    turns = round(angle / 90)
    return turns % 4, mirrored, abs(angle - 90 * turns) < 1
