"""Frames become a file that every browser plays: H.264, yuv420p, tagged BT.709, its table of frames in front.

frames (H, W, 3) uint8 RGB, one by one -> padded to even sides -> YUV -> x264 -> MP4, put in place when whole
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter

from vizcore.files import draft_of
from vizcore.video.opening import MAX_PIXELS, VideoError

SLOWEST, FASTEST = 0.001, 1000  # frames a second
# crf 18: no loss that an eye sees. cpu-independent: otherwise x264 rounds as memory happens to lie, and files differ.
OPTIONS = {"crf": "18", "preset": "veryfast", "bf": "2", "x264-params": "cpu-independent=1"}
RGB_TO_YUV = Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


def write_video(path: str | Path, frames: Iterable[np.ndarray], fps: float) -> None:
    """Write an MP4. A side of odd length gets its last row or column twice, as H.264 stores only even ones.

    Args:
        path: where to; what is there is replaced once the new file is whole.
        frames: (T, H, W, 3) uint8 RGB, or any iterable of (H, W, 3): they are taken one by one.
        fps: frames a second, 0.001 to 1000.

    Raises:
        VideoError: there is no frame, one has another shape or type than the first, or the file cannot be written.
    """
    path, rate = Path(path), frame_rate(fps)
    stream = enumerate(frames)
    first = next(stream, None)
    if first is None:
        raise VideoError("want at least one frame of (H, W, 3) uint8, got none")
    shape = check_frame(0, first[1], None)
    checked = (
        (number, frame) for number, frame in itertools.chain([first], stream) if check_frame(number, frame, shape)
    )
    with contextlib.ExitStack() as stack:
        try:
            draft = stack.enter_context(draft_of(path, ".mp4"))
        except OSError as error:
            raise VideoError(f"want a folder to write {path.name} to, got {path.parent} ({error.strerror})") from None
        try:
            encode(str(draft), checked, shape, rate)
        except av.FFmpegError as error:
            raise VideoError(
                f"want frames that H.264 takes, got {shape} at {fps:g} frames a second ({error.strerror})"
            ) from error


def encode(draft: str, frames: Iterable[tuple[int, np.ndarray]], shape: tuple[int, ...], rate: Fraction) -> None:
    """Write an MP4 (H.264, BT.709), its sides made even by repeating the last row and column.

    Args:
        draft: path of the file.
        frames: numbers, rising, and (H, W, 3) uint8 RGB.
        shape: (H, W, 3) of all of them.
        rate: frames a second.
    """
    height, width = shape[0] + shape[0] % 2, shape[1] + shape[1] % 2
    resizer = VideoReformatter()
    with av.open(draft, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate, options=OPTIONS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        codec = stream.codec_context
        codec.gop_size = max(1, min(round(rate), 60))  # a key frame a second: a browser seeks fast
        codec.colorspace, codec.color_range = Colorspace.ITU709, ColorRange.MPEG
        codec.color_primaries, codec.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        for number, frame in frames:
            padded = np.pad(frame, ((0, height - shape[0]), (0, width - shape[1]), (0, 0)), mode="edge")
            picture = resizer.reformat(
                av.VideoFrame.from_ndarray(padded, "rgb24"),
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
                interpolation=RGB_TO_YUV,
                threads=1,
            )
            picture.pts, picture.time_base = number, 1 / rate
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def frame_rate(fps: float) -> Fraction:
    if (
        isinstance(fps, bool)
        or not isinstance(fps, int | float | Fraction | np.number)
        or not SLOWEST <= fps <= FASTEST
    ):
        raise VideoError(f"want a number of frames a second of {SLOWEST} to {FASTEST}, got {fps!r}")
    return Fraction(float(fps) if isinstance(fps, np.number) else fps).limit_denominator(1001)


def check_frame(number: int, frame: np.ndarray, shape: tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape of a frame that can be written: that of the first, or any good one.

    Args:
        number: of the frame, for the refusal.
        frame: what was given as one: (H, W, 3) uint8 is wanted.
        shape: of the first frame; None where this is it.
    """
    got = f"{getattr(frame, 'dtype', type(frame).__name__)} of shape {getattr(frame, 'shape', None)} at frame {number}"
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
        raise VideoError(f"want frames of uint8, 0 to 255, got {got}")
    if frame.ndim != 3 or frame.shape[2] != 3 or 0 in frame.shape or frame.shape != (shape or frame.shape):
        raise VideoError(f"want frames of shape {shape or '(H, W, 3)'}, got {got}")
    if frame.shape[0] * frame.shape[1] > MAX_PIXELS:
        raise VideoError(f"want frames of at most {MAX_PIXELS} pixels, got {got}")
    return frame.shape
