"""How well is a thing of a real film followed from one box? IoU with boxes marked by eye, beside OpenCV's MIL.

    OMP_NUM_THREADS=1 python -m benchmarks.follow_films [--data DIR] [--smallest] [DOCUMENT ...]

Nobody has annotated these films: MARKS were made for this benchmark, by looking at some frames under a grid, a
hundredth of the picture exact or so, around a thing as it is seen. The first is given, and the thing is followed to the
last, by up to 120 frames at 448 px, as on the page; IoU is with the marks after the first. The compressed carphone has
the same frames, and so the same marks. MIL is given the same frames, and in another column every frame.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.bench_follow import bands, mil
from benchmarks.marked import load, machine, table, tell
from benchmarks.options import asked, films
from vizcore.algorithms.detection.boxes import corner_iou
from vizcore.algorithms.matching.box_tracking import follow_box
from vizcore.algorithms.matching.patch_grid import square_grid
from vizcore.features.localization.pipeline_follow_patches import LONG_SIDE, principal
from vizcore.features.matching.pipeline_patches import features_on
from vizcore.models.photographs import missing
from vizcore.runtime import package_films
from vizcore.runtime.context import Context, default_context
from vizcore.video import Clip, probe, read_frames

Marks = Mapping[int, tuple[float, float, float, float]]  # {frame: x0, y0, x1, y1 as shares of the picture}
CARPHONE: dict[str, Marks] = {
    "head": {
        0: (0.335, 0.10, 0.65, 0.70),
        24: (0.333, 0.10, 0.645, 0.68),
        48: (0.268, 0.10, 0.598, 0.72),
        71: (0.255, 0.01, 0.61, 0.66),
        95: (0.155, 0.11, 0.54, 0.69),
        119: (0.226, 0.06, 0.56, 0.69),
    },
    "bow tie": {
        0: (0.465, 0.69, 0.715, 0.84),
        24: (0.458, 0.69, 0.703, 0.82),
        48: (0.427, 0.72, 0.67, 0.82),
        71: (0.408, 0.70, 0.667, 0.80),
        95: (0.377, 0.695, 0.617, 0.80),
        119: (0.374, 0.695, 0.642, 0.83),
    },
}
MARKS: dict[str, dict[str, Marks]] = {  # by film: what of it
    "carphone_pristine.mp4": CARPHONE,
    "carphone_distorted.mp4": CARPHONE,
    "bigbuckbunny.mp4": {
        "rabbit": {
            0: (0.182, 0.35, 0.408, 0.78),
            26: (0.119, 0.266, 0.473, 0.83),
            52: (0.153, 0.034, 0.475, 0.86),
            79: (0.121, 0.096, 0.483, 0.874),
            105: (0.163, 0.09, 0.479, 0.874),
            131: (0.22, 0.123, 0.469, 0.874),
        },
    },
    "moviepy_chaplin.mp4": {
        "officer": {
            0: (0.205, 0.09, 0.345, 0.945),
            48: (0.186, 0.12, 0.282, 0.935),
            96: (0.182, 0.126, 0.307, 0.93),
            144: (0.172, 0.106, 0.335, 0.942),
            192: (0.224, 0.106, 0.368, 0.94),
            240: (0.215, 0.113, 0.335, 0.952),
        },
        "tramp": {
            48: (0.33, 0.13, 0.575, 1.0),
            96: (0.435, 0.143, 0.619, 1.0),
            144: (0.559, 0.014, 0.70, 1.0),
            192: (0.473, 0.03, 0.684, 1.0),
            240: (0.504, 0.034, 0.703, 1.0),
        },
    },
    "mmaction2_demo.mp4": {
        "hands": {
            0: (0.40, 0.40, 0.58, 0.73),
            56: (0.425, 0.24, 0.603, 0.60),
            112: (0.418, 0.144, 0.60, 0.51),
            167: (0.326, 0.205, 0.527, 0.56),
            223: (0.23, 0.313, 0.366, 0.617),
        },
    },
    "mmaction2_test.mp4": {
        "sandal": {
            0: (0.852, 0.60, 0.983, 0.70),
            60: (0.77, 0.29, 0.914, 0.39),
            120: (0.517, 0.38, 0.66, 0.49),
            179: (0.839, 0.50, 0.977, 0.60),
        },
    },
    "mmaction2_test.avi": {
        "hand": {
            0: (0.565, 0.247, 0.843, 0.72),
            33: (0.584, 0.247, 0.856, 0.72),
            65: (0.674, 0.276, 0.967, 0.75),
            98: (0.609, 0.242, 0.881, 0.71),
            130: (0.546, 0.319, 0.808, 0.76),
            163: (0.575, 0.314, 0.843, 0.76),
        },
    },
    "decord_flipping_a_pancake.mkv": {
        "cook": {
            62: (0.305, 0.0, 0.665, 1.0),
            124: (0.339, 0.05, 0.638, 1.0),
            185: (0.398, 0.13, 0.665, 1.0),
            247: (0.345, 0.0, 0.77, 1.0),
        },
    },
}
MOST, ACROSS = 120, 28  # frames that are looked at, and columns of patches: as on the page
SOURCES = ("colour + gradient", "lite0, stage 5", "colour + gradient + lite0")
FIRST = f"patches, {SOURCES[0]}"
SMALLEST = {"films": 1, "most": 3, "across": 8, "every": False}


def paths(data: Path | None) -> dict[str, Path]:
    """Those of MARKS that are here, by name."""
    packaged = {entry.path.name: entry.path for entry in package_films.films().values()}
    shared = {one.name: one for one in sorted(data.glob("*.*"))} if data else {}
    return {name: (packaged | shared)[name] for name in MARKS if name in packaged | shared}


def read(path: Path, numbers: np.ndarray) -> Clip:
    """Frames by number, at most LONG_SIDE px long."""
    info = probe(path)
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    size = round(scale * info.width), round(scale * info.height)
    return Clip(read_frames(path, numbers, size), info.times[numbers], numbers)


def found_by(
    clip: Clip, start: Sequence[float], across: int, context: Context
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """{way: boxes (T, 4) and confidence (T,)} of a box in the first frame; nan where a way has no confidence.

    Args:
        clip: T frames.
        start: x0, y0, x1, y1 as shares of the picture.
        across: columns of patches.
        context: whose engine runs lite0.
    """
    box, unknown = np.array(start), np.full(len(clip.frames), np.nan)
    found = {"left where it was": (np.tile(box, (len(clip.frames), 1)), unknown)}
    found["OpenCV MIL"] = mil(clip.frames, box), unknown
    grid = square_grid(*clip.frames.shape[2:0:-1], across)
    for source in SOURCES[: 1 if missing() else None]:
        features = features_on(grid, clip, source, "", context)
        features /= np.maximum(np.linalg.norm(features, axis=-1, keepdims=True), 1e-12)
        track = follow_box(
            (features @ principal(features[:: max(1, len(features) // 8)])).astype(np.float16), grid, {0: box}
        )
        found[f"patches, {source}"] = track.boxes, track.confidence
    return found


def measured(path: Path, marks: Marks, told, context: Context) -> dict[str, np.ndarray]:
    """{way: (M, 2) IoU and confidence in the marked frames after the first}.

    Args:
        path: the film.
        marks: of one thing.
        told: what was asked.
        context: of the process.
    """
    first, last = min(marks), max(marks)
    numbers = np.linspace(first, last, min(told.most, last - first + 1)).round().astype(np.int64)
    numbers = np.unique([*numbers.tolist(), *marks])
    later = [frame for frame in marks if frame != first]
    truth, places = np.array([marks[frame] for frame in later]), np.searchsorted(numbers, later)
    ways = found_by(read(path, numbers), marks[first], told.across, context)
    found = {
        name: np.stack([corner_iou(boxes[places], truth), sure[places]], 1) for name, (boxes, sure) in ways.items()
    }
    if told.every:
        boxes = mil(read(path, np.arange(first, last + 1)).frames, np.array(marks[first]))
        each = corner_iou(boxes[np.array(later) - first], truth)
        found["OpenCV MIL, every frame"] = np.stack([each, np.full(len(each), np.nan)], 1)
    return found


def texts(found: Mapping[str, Mapping[str, np.ndarray]], about: str) -> dict[str, str]:
    """A row for each thing and all together, and IoU by confidence, as Markdown.

    Args:
        found: {thing: what measured gives}.
        about: where it was measured.
    """
    names = list(next(iter(found.values())))
    rows = [[thing, *(f"{ways[name][:, 0].mean():.2f}" for name in names)] for thing, ways in found.items()]
    means = {name: np.array([ways[name][:, 0].mean() for ways in found.values()]) for name in names}
    rows.append(["**mean**", *(f"**{means[name].mean():.3f}**" for name in names)])
    each = np.concatenate([ways[FIRST] for ways in found.values()])
    ways_table = table(("film: thing", *names), rows)
    return {"followed-films": f"{about}\n\n{ways_table}", "followed-films-confidence": bands(each[:, 1], each[:, 0])}


def main(words: Sequence[str] | None = None) -> None:
    """Print both tables, and write them into documents."""
    usual = {"data": films(), "films": 100, "most": MOST, "across": ACROSS, "documents": ()}
    told = asked(__doc__, words, SMALLEST, **usual, every=True)
    before, start, found = load(), time.process_time(), {}
    for name, path in [*paths(told.data).items()][: told.films]:
        for thing, marks in MARKS[name].items():
            found[f"{Path(name).stem}: {thing}"] = measured(path, marks, told, default_context())
    if not found:
        print("skipped: no films: say --data FOLDER, or set VIZCORE_SHARED_DATA")
        return
    marked = sum(len(one[FIRST]) for one in found.values())
    busy = f"{time.process_time() - start:.0f} CPU seconds"
    about = f"{len(found)} things, {marked} marked frames, {busy}; {machine(before)}:"
    tell(texts(found, about), told.documents)


if __name__ == "__main__":
    main()
