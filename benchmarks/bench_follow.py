"""How well is a person followed by one box? Mean IoU on crowds of the world, beside OpenCV's MIL tracker.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_follow [--clips 20] [--split test] [--smallest] [DOCUMENT ...]

Crowds of 24 frames over 3 s, 384 px: people who throw, climb, turn cartwheels and hide each other, a camera that pans,
zooms and shakes. Every person seen in the first frame is given by their true box there and followed to the end; IoU is
with the box around what is seen of them, in the frames in which anything is. Patches are 28 x 28, colour + gradient.
The method was chosen on crowds of the validation split. Then: what confidence is worth, in frames after the first. The
page keeps fewer numbers of a patch, which is a row of its own. Real films: benchmarks/follow_films.py.
"""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

import cv2
import numpy as np

from benchmarks.marked import load, machine, table, tell
from benchmarks.options import asked
from vizcore.algorithms.detection.boxes import corner_iou
from vizcore.algorithms.matching.box_tracking import LOST, BoxTrack, follow_box, follow_matches
from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import track
from vizcore.features.localization.pipeline_follow_patches import KEPT, principal
from vizcore.synthetic.crowd import crowd
from vizcore.synthetic.truth import WorldClip

GRID, SIZE, FRAMES = (28, 28), 384, 24
BEST = "by the patches of the drawn box"
FEWER = f"the same with {KEPT} numbers a patch, as on the page"
ROOM = 4  # px that MIL wants around a box to learn from
SMALLEST = {"clips": 1, "grid": (8, 8), "frames": 3, "size": 48}


def mil(frames: np.ndarray, box: np.ndarray) -> np.ndarray:
    """(T, 4) boxes of OpenCV's tracker by multiple instance learning (Babenko et al., CVPR 2009)."""
    side = np.array([frames.shape[2], frames.shape[1]] * 2)
    x1, y1, x2, y2 = np.rint(box * side).clip(ROOM, side - 1 - ROOM).astype(int).tolist()
    tracker, found = cv2.TrackerMIL.create(), [box]
    tracker.init(np.ascontiguousarray(frames[0, :, :, ::-1]), (x1, y1, max(2, x2 - x1), max(2, y2 - y1)))
    for frame in frames[1:]:
        x, y, width, height = tracker.update(np.ascontiguousarray(frame[:, :, ::-1]))[1]
        found.append(np.array([x, y, x + width, y + height]) / side)
    return np.array(found)


def ways(clip: WorldClip, grid: tuple[int, int]) -> dict[str, Callable[[np.ndarray], BoxTrack | np.ndarray]]:
    """Ways to follow a box from the first frame, by name; what all boxes of a clip share is done once."""
    features = describe(clip.frames, grid)
    fewer = (features @ principal(features)).astype(np.float16)
    steps = {method: track(features, method).steps for method in ("hungarian", "greedy")}
    return {
        "left where it was": lambda box: np.tile(box, (len(clip.frames), 1)),
        "median, Hungarian": lambda box: follow_matches(steps["hungarian"], grid, {0: box}),
        "median, greedy": lambda box: follow_matches(steps["greedy"], grid, {0: box}),
        "similarity (RANSAC), greedy": lambda box: follow_matches(steps["greedy"], grid, {0: box}, "similarity"),
        "OpenCV MIL": lambda box: mil(clip.frames, box),
        BEST: lambda box: follow_box(features, grid, {0: box}),
        FEWER: lambda box: follow_box(fewer, grid, {0: box}),
    }


def people(clip: WorldClip) -> list[np.ndarray]:
    """(T, 4) true boxes as shares of the picture of everybody who is seen in the first frame; nan where unseen."""
    boxes = clip.truth.boxes() / clip.frames.shape[1]  # (T, K, 4); crowds are square
    who = [k for k, thing in enumerate(clip.truth.things) if thing.role in ("actor", "bystander")]
    return [boxes[:, k].astype(np.float64) for k in who if np.isfinite(boxes[0, k]).all()]


def measured(split: str, seeds: range, grid: tuple[int, int], frames: int, size: int) -> tuple[dict, list]:
    """{way: (IoU of each person, CPU seconds)} and (confidence, IoU) of the best way's frames."""
    overlap: dict[str, list[float]] = {}
    busy: dict[str, float] = {}
    pairs: list[tuple[float, float]] = []
    for seed in seeds:
        clip = crowd(seed, split, size=size, count=frames, speed=0.9, pan=0.5, zoom=0.5, shake=0.3)
        for name, way in ways(clip, grid).items():
            for truth in people(clip):
                start = time.process_time()
                found = way(truth[0])
                busy[name] = busy.get(name, 0.0) + time.process_time() - start
                boxes = found.boxes if isinstance(found, BoxTrack) else found
                seen = np.isfinite(truth).all(1)
                each = corner_iou(boxes[seen], truth[seen])
                overlap.setdefault(name, []).append(float(each.mean()))
                if name == BEST:
                    pairs += list(zip(found.confidence[seen][1:].tolist(), each[1:].tolist()))
    return {name: (overlap[name], busy[name]) for name in overlap}, pairs


def bands(sure: np.ndarray, each: np.ndarray) -> str:
    """Mean IoU by confidence, as Markdown.

    Args:
        sure, each: (F,) confidence and IoU of frames.
    """
    edges = (0, LOST, 0.3, 0.5, 0.7, 1.01)
    parts = [(low, high, each[(sure >= low) & (sure < high)]) for low, high in pairwise(edges)]
    rows = [
        [f"{low:.2f} to {min(high, 1):.2f}", f"{len(part) / max(1, len(each)):.0%}", f"{part.mean():.2f}"]
        for low, high, part in parts
        if len(part)
    ]
    return table(("confidence", "of the frames", "mean IoU"), rows)


def main(words: Sequence[str] | None = None) -> None:
    """Print mean IoU of every way, and IoU by confidence, and write both into documents."""
    usual = {"clips": 20, "first": 0, "split": "test", "grid": GRID, "frames": FRAMES, "size": SIZE, "documents": ()}
    told = asked(__doc__, words, SMALLEST, **usual)
    before, seeds = load(), range(told.first, told.first + told.clips)
    found, pairs = measured(told.split, seeds, tuple(told.grid), told.frames, told.size)
    rows = [
        [name, f"{np.mean(each):.3f}", f"{np.median(each):.3f}", f"{np.mean(np.array(each) > 0.5):.0%}", f"{busy:.1f}"]
        for name, (each, busy) in found.items()
    ]
    about = f"{told.clips} crowds of the split {told.split!r} from {told.first}, {len(found[BEST][0])} people, "
    about += f"{told.frames} frames; {machine(before)}:"
    ways_table = table(("way", "mean IoU", "median", "people above .5", "CPU seconds"), rows)
    sure, each = np.array(pairs).reshape(-1, 2).T
    tell({"followed-crowds": f"{about}\n\n{ways_table}", "followed-confidence": bands(sure, each)}, told.documents)


if __name__ == "__main__":
    main()
