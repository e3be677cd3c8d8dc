"""How fast 16 frames of 224x224 come out of an H.264 file with B-frames, against OpenCV, plain PyAV and decord.

    python -m benchmarks.bench_decode [--rounds 3] [--smallest]

Each reader opens the file afresh (ours builds its index each time) and gives the same 16 frames, spread evenly. Readers
run in turn, round by round; a number is the median CPU time of the process. Ours has to equal full decoding, pixel by
pixel, or the benchmark fails.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from benchmarks.options import asked
from vizcore.video import read_clip
from vizcore.video.reading import forget
from vizcore.video.upright import RESIZER

SIDE = 224
COUNT = 16
# name: width, height, seconds, group of pictures
CLIPS = {
    "480p 20 s GOP 250": (854, 480, 20, 250),
    "480p 20 s GOP 30": (854, 480, 20, 30),
    "1080p 10 s GOP 250": (1920, 1080, 10, 250),
}
RATE = 30
SLOW = 3.0  # CPU seconds: a reader that takes longer is measured once
SMALLEST = {"rounds": 1, "clips": {"a small one": (192, 108, 1, 12)}}


def make(path: Path, width: int, height: int, seconds: int, gop: int) -> None:
    """A textured ground that is panned, with discs that cross it: enough motion for a real share of B-frames."""
    rng = np.random.default_rng(0)
    ground = rng.integers(0, 256, (height // 8 + 60, width // 8 + 60, 3), dtype=np.uint8)
    ground = cv2.GaussianBlur(cv2.resize(ground, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC), (0, 0), 3)
    options = {"preset": "superfast", "crf": "26", "bf": "3", "x264-params": "scenecut=0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = gop
        for number in range(seconds * RATE):
            x, y = int(200 + 190 * np.sin(number / 40)), int(200 + 190 * np.cos(number / 57))
            picture = np.ascontiguousarray(ground[y : y + height, x : x + width])
            for disc in range(6):
                place = (int(number * (2 + disc) * 1.7) % width, int(height * (disc + 1) / 7))
                cv2.circle(picture, place, height // 16, (40 * disc, 255 - 40 * disc, 128), -1)
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def ours(path: str, numbers: np.ndarray) -> np.ndarray:
    forget()
    clip = read_clip(path, count=COUNT, size=(SIDE, SIDE))
    assert np.array_equal(clip.indices, numbers)
    return clip.frames


def ours_again(path: str, numbers: np.ndarray) -> np.ndarray:
    return read_clip(path, count=COUNT, size=(SIDE, SIDE)).frames


def plain_pyav(path: str, numbers: np.ndarray) -> np.ndarray:
    wanted, out, resizer = set(numbers.tolist()), [], VideoReformatter()
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for number, frame in enumerate(container.decode(stream)):
            if number in wanted:
                picture = resizer.reformat(
                    frame,
                    SIDE,
                    SIDE,
                    "rgb24",
                    src_colorspace=Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601,
                    dst_color_range=ColorRange.JPEG,
                    interpolation=RESIZER,
                    threads=1,
                )
                out.append(picture.to_ndarray())
            if len(out) == len(numbers):
                break
    return np.stack(out)


def opencv(path: str, numbers: np.ndarray) -> np.ndarray:
    video, out, at = cv2.VideoCapture(path), [], 0
    for number in numbers.tolist():
        while at <= number:
            video.grab()
            at += 1
        out.append(small(video.retrieve()[1]))
    video.release()
    return np.stack(out)


def opencv_seek(path: str, numbers: np.ndarray) -> np.ndarray:
    video, out = cv2.VideoCapture(path), []
    for number in numbers.tolist():
        video.set(cv2.CAP_PROP_POS_FRAMES, number)
        out.append(small(video.read()[1]))
    video.release()
    return np.stack(out)


def small(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)


def decord_batch(path: str, numbers: np.ndarray) -> np.ndarray:
    import decord

    return decord.VideoReader(path, width=SIDE, height=SIDE, num_threads=1).get_batch(numbers.tolist()).asnumpy()


READERS: dict[str, Callable[[str, np.ndarray], np.ndarray]] = {
    "ours": ours,
    "ours, index kept": ours_again,
    "plain PyAV": plain_pyav,
    "OpenCV in order": opencv,
    "OpenCV seeking": opencv_seek,
    "decord": decord_batch,
}


def readers() -> dict[str, Callable[[str, np.ndarray], np.ndarray]]:
    try:
        import decord  # noqa: F401
    except ImportError:
        print("decord is not installed: left out")
        return {name: reader for name, reader in READERS.items() if name != "decord"}
    return READERS


def compare(path: str, frames: int, rounds: int) -> dict[str, float]:
    """Median CPU seconds of each reader."""
    numbers = np.linspace(0, frames - 1, COUNT).round().astype(np.int64)
    spent: dict[str, list[float]] = {name: [] for name in readers()}
    for turn in range(rounds):
        for name, reader in readers().items():
            if turn and spent[name][0] > SLOW:
                continue
            start = time.process_time()
            pictures = reader(path, numbers)
            spent[name].append(time.process_time() - start)
            if name == "plain PyAV":
                full = pictures
            elif name == "ours":
                got = pictures
        assert np.array_equal(got, full), "our frames differ from full decoding"
    return {name: statistics.median(times) for name, times in spent.items()}


def main(words: Sequence[str] | None = None) -> None:
    """Print a line for every clip."""
    told = asked(__doc__, words, SMALLEST, rounds=3, clips=CLIPS)
    cv2.setNumThreads(1)
    print(f"{COUNT} frames of {SIDE}x{SIDE}; median CPU ms of {told.rounds} rounds, and how many times as long as ours")
    with tempfile.TemporaryDirectory() as folder:
        for name, (width, height, seconds, gop) in told.clips.items():
            path = Path(folder) / f"{gop}-{height}.mp4"
            make(path, width, height, seconds, gop)
            spent = compare(str(path), seconds * RATE, told.rounds)
            row = ", ".join(f"{reader} {1000 * t:.0f} ({t / spent['ours']:.2f}x)" for reader, t in spent.items())
            print(f"{name}: {row}; pixels equal full decoding", flush=True)


if __name__ == "__main__":
    main()
