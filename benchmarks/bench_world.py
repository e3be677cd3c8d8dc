"""How many frames a second the world gives, by the CPU time of one thread, with and without its truth.

    python -m benchmarks.bench_world [--seconds 2]

Clips of 8 frames of the training split, of another seed each; backdrops are painted before the clock runs, as in a
training. Everything is drawn twice as large, and shrunk.
"""

import argparse
import time
from collections.abc import Callable
from itertools import count

import cv2

from vizcore.world.act import act
from vizcore.world.backdrop import BANK, backdrop
from vizcore.world.carousel import carousel
from vizcore.world.crowd import crowd
from vizcore.world.story import story
from vizcore.world.truth import WorldClip

WORLDS: dict[str, tuple[Callable[..., WorldClip], tuple[int, ...]]] = {
    "act": (act, (64, 96, 384)),
    "crowd": (crowd, (64, 96, 384)),
    "carousel": (carousel, (56, 96, 384)),
    "story": (story, (64, 96)),
}
FRAMES = 8  # of a clip; a story has as many as it usually has


def speed(make: Callable[..., WorldClip], size: int, truth: bool, seconds: float) -> float:
    """Frames a second of CPU time."""
    length = {} if make is story else {"count": FRAMES}
    make(0, "train", size=size, truth=truth, **length)
    frames, start = 0, time.process_time()
    for seed in count(1):
        frames += len(make(seed, "train", size=size, truth=truth, **length).frames)
        if time.process_time() - start > seconds:
            return frames / (time.process_time() - start)


def main() -> None:
    """Print a row for every world and size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_world", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="CPU seconds for each number")
    seconds = parser.parse_args().seconds
    cv2.setNumThreads(1)
    for number in range(BANK["train"]):
        backdrop("train", number)
    print(f"{'world':<10}{'px':>5}{'frames/s':>12}{'with truth':>12}")
    for name, (make, sizes) in WORLDS.items():
        for size in sizes:
            plain, told = (speed(make, size, truth, seconds) for truth in (False, True))
            print(f"{name:<10}{size:>5}{plain:>12.0f}{told:>12.0f}", flush=True)


if __name__ == "__main__":
    main()
