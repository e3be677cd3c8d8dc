"""Frames of a film one after the other, by number, a few decoded at a time: what a new film is made from."""

from collections.abc import Iterator

import numpy as np

from vizcore.video import probe, read_frames

LONGEST = 1200  # frames of a video; a longer walk is shown at a lower rate
SLOWEST, FASTEST = 1.0, 60.0  # frames/s
AT_ONCE = 120  # frames that are decoded together


def stream(path: str, numbers: np.ndarray, longest: int = 480) -> Iterator[tuple[int, np.ndarray]]:
    """(frame number, (H, W, 3)) for numbers (L,) that never fall, decoded some at a time, `longest` px at most.

    Args:
        path: of a video.
        numbers: (L,) int, from 0, none smaller than the one before.
        longest: px of the longer side, at most.
    """
    info = probe(path)
    scale = min(1.0, longest / max(info.width, info.height))
    size = max(1, round(info.width * scale)), max(1, round(info.height * scale))
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        wanted, place = np.unique(part, return_inverse=True)
        frames = read_frames(path, wanted.tolist(), size)
        yield from ((int(number), frames[at]) for number, at in zip(part, place))
