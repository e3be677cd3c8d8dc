"""How many frames a second the world gives, by the CPU time of one thread, with and without its truth.

    python -m benchmarks.bench_world [--seconds 2] [--smallest]

Clips of 8 frames of the training split, of another seed each; backdrops are painted before the clock runs, as in a
training. Everything is drawn twice as large, and shrunk.
"""

import time
from collections.abc import Callable, Sequence
from itertools import count

import cv2

from benchmarks.options import asked
from vizcore.synthetic.act import act
from vizcore.synthetic.backdrop import BANK, backdrop
from vizcore.synthetic.carousel import carousel
from vizcore.synthetic.crowd import crowd
from vizcore.synthetic.story import story
from vizcore.synthetic.truth import WorldClip

WORLDS: dict[str, tuple[Callable[..., WorldClip], tuple[int, ...]]] = {
    "act": (act, (64, 96, 384)),
    "crowd": (crowd, (64, 96, 384)),
    "carousel": (carousel, (56, 96, 384)),
    "story": (story, (64, 96)),
}
FRAMES = 8  # of a clip; a story has as many as it usually has
SMALLEST = {"seconds": 0.0, "backdrops": 0, "worlds": {name: (make, (64,)) for name, (make, _) in WORLDS.items()}}


def speed(make: Callable[..., WorldClip], size: int, truth: bool, seconds: float) -> float:
    """Frames a second of CPU time."""
    length = {} if make is story else {"count": FRAMES}
    make(0, "train", size=size, truth=truth, **length)
    frames, start = 0, time.process_time()
    for seed in count(1):
        frames += len(make(seed, "train", size=size, truth=truth, **length).frames)
        if time.process_time() - start > seconds:
            return frames / (time.process_time() - start)


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for every world and size, each number after so many CPU seconds."""
    told = asked(__doc__, words, SMALLEST, seconds=2.0, backdrops=BANK["train"], worlds=WORLDS)
    cv2.setNumThreads(1)
    for number in range(told.backdrops):
        backdrop("train", number)
    print(f"{'world':<10}{'px':>5}{'frames/s':>12}{'with truth':>12}")
    for name, (make, sizes) in told.worlds.items():
        for size in sizes:
            plain, known = (speed(make, size, truth, told.seconds) for truth in (False, True))
            print(f"{name:<10}{size:>5}{plain:>12.0f}{known:>12.0f}", flush=True)


if __name__ == "__main__":
    main()
