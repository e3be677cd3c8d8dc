"""Test clips whose every frame carries its own number in its pixels: 16 blocks, dark for 0 and light for 1.

numbers - numbered_frame (H, W, 3) - encode -> a file of any codec, rate, order of coding, turn or pixel shape
"""

import contextlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from vizcore.video import probe, read_frames
from vizcore.video.reading import indexed

ROWS, COLUMNS = 4, 4  # the blocks, most significant first
SIZE = (96, 64)  # width, height


def numbered_frame(number: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """(H, W, 3) uint8: `number` in 16 bits, under a texture that moves so that every frame leans on the one before."""
    bits = np.array([number >> shift & 1 for shift in range(15, -1, -1)], np.uint8).reshape(ROWS, COLUMNS)
    rows = np.arange(size[1]) * ROWS // size[1]
    columns = np.arange(size[0]) * COLUMNS // size[0]
    texture = (3 * np.arange(size[0]) + 5 * np.arange(size[1])[:, None] + 7 * number) % 48
    grey = np.where(bits[rows][:, columns] == 1, 255 - texture, texture).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def read_number(frame: np.ndarray) -> int:
    """The number that a frame shows, read from the middle of each block."""
    rows = ((np.arange(ROWS) + 0.5) * frame.shape[0] / ROWS).astype(int)
    columns = ((np.arange(COLUMNS) + 0.5) * frame.shape[1] / COLUMNS).astype(int)
    bits = frame[rows][:, columns].mean(axis=2) > 127
    return int("".join("01"[int(bit)] for bit in bits.ravel()), 2)


def encode(
    path: Path,
    frames,
    *,
    codec: str = "libx264",
    rate: int = 25,
    ticks: list[int] | None = None,
    gop: int = 12,
    b_frames: int = 2,
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    turn: int = 0,
    container: str | None = None,
) -> Path:
    """Write a clip of `frames`, numbers or (H, W, 3) uint8, and return its path.

    `ticks` are the thousandths of a second at which they are shown, in place of a constant rate; `aspect` is the width
    of a pixel over its height; `turn` the degrees clockwise by which a player has to turn the picture.
    """
    pictures = [numbered_frame(frame) if isinstance(frame, int) else frame for frame in frames]
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, options={**DEFAULTS.get(codec, {}), **(options or {})})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.codec_context.gop_size = gop
        if codec in ("libx264", "mpeg4", "mpeg2video"):
            stream.codec_context.max_b_frames = b_frames
        if pix_fmt.startswith("gray"):
            stream.codec_context.color_range = av.video.reformatter.ColorRange.JPEG  # grey is not squeezed to 16..235
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if turn:
            stream.set_display_rotation(-turn)
        if ticks is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pix_fmt)
            frame.pts = number if ticks is None else ticks[number]
            frame.time_base = Fraction(1, rate) if ticks is None else Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


DEFAULTS = {
    "libx264": {"preset": "ultrafast", "crf": "20", "x264-params": "scenecut=0"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:bframes=2:pools=1:frame-threads=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}


def everything(path: Path) -> list[np.ndarray]:
    """All frames that a plain PyAV loop gets out of a file, in the order in which the decoder shows them."""
    frames = []
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            with contextlib.suppress(av.FFmpegError):
                frames += [frame.to_ndarray(format="rgb24") for frame in packet.decode()]
    return frames


def check(path, numbers, picks):
    """The frames show `numbers` in order, and any pick of them equals the sequential read."""
    info = probe(path)
    frames = read_frames(path, range(info.frames))
    assert [read_number(frame) for frame in frames] == list(numbers)
    assert (np.diff(info.times) > 0).all()
    assert info.times[0] == 0
    for pick in picks:
        assert np.array_equal(read_frames(path, pick), frames[pick])
    assert not indexed(path).damage.met
