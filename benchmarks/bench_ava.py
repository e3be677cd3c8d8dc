"""How fast is frame mAP? CPU time against an evaluator written like the official one, and faster-coco-eval.

    python -m benchmarks.bench_ava [--frames 5000 50000] [--rounds 5] [--rows 100000] [--smallest]

Key frames have 3 people with 1 to 3 of 60 actions each; of 5 boxes x 60 scores the 50 surest above 0.01 are detections,
as the protocol keeps them. All evaluators get what they want in memory; what is timed is the evaluation alone, on one
thread, taking turns; whoever takes more than 10 s runs once. The official rule's numbers have to be equal to ours;
COCO's evaluator reckons another AP (101 points, best free truth) and is here for speed. Then: reading a file of
so many rows, and the peak memory of a process that reads and evaluates files of that many key frames.
"""

import contextlib
import csv
import heapq
import io
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from benchmarks.options import asked
from vizcore.algorithms.detection.ava_rows import AvaRows, checked
from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.formats.ava_files import read_ava_csv
from vizcore.runtime.devices import process_memory

CLASSES, VIDEOS, PEOPLE, BOXES, SURE, CAPACITY = 60, 64, 3, 5, 0.01, 50
SLOW = 10.0  # CPU seconds
SMALLEST = {"frames": (64,), "rounds": 1, "rows": 500}


def scene(frames: int) -> tuple[AvaRows, AvaRows]:
    """Ground truth and detections: people moved a little, strangers, scores that know a little of the truth."""
    rng = np.random.default_rng(0)
    centre, half = rng.uniform(0.2, 0.8, (frames, PEOPLE, 2)), rng.uniform(0.1, 0.35, (frames, PEOPLE, 2))
    people = np.concatenate([centre - half, centre + half], -1).clip(0, 1)  # (F, 3, 4)
    often = 1 / np.arange(1, CLASSES + 1) ** 1.2
    chosen = rng.exponential(size=(frames, PEOPLE, CLASSES)) / often  # the smallest are drawn without repeats
    rank = chosen.argsort(-1).argsort(-1)
    does = rank < rng.integers(1, 4, (frames, PEOPLE, 1))  # (F, 3, 60)
    strangers = np.sort(rng.uniform(0, 1, (frames, BOXES - PEOPLE, 2, 2)), 2).reshape(frames, -1, 4)
    boxes = np.concatenate([people + rng.normal(0, 0.02, people.shape), strangers], 1).clip(0, 1)
    scores = rng.beta(0.25, 9, (frames, BOXES, CLASSES)) * (often * CLASSES) ** 0.3
    scores[:, :PEOPLE] += does * rng.beta(2, 3, does.shape)
    scores = (scores / (scores.max() * 1.001)).reshape(frames, -1)
    kept = np.zeros_like(scores, bool)
    np.put_along_axis(kept, np.argpartition(-scores, CAPACITY, 1)[:, :CAPACITY], True, 1)
    frame, place = np.nonzero(kept & (scores > SURE))
    rows = _table(frame, boxes[frame, place // CLASSES], place % CLASSES + 1, scores[frame, place])
    frame, person, action = np.nonzero(does)
    return _table(frame, people[frame, person], action + 1), rows


def _table(frame: np.ndarray, boxes: np.ndarray, actions: np.ndarray, scores: np.ndarray | None = None) -> AvaRows:
    names = tuple(f"video{k:06d}" for k in range(VIDEOS))
    codes, seconds = (frame % VIDEOS).astype(np.int32), 902.0 + frame // VIDEOS
    return checked(names, codes, seconds, np.ascontiguousarray(boxes), actions.astype(np.int32), scores)


def by_frame(table: AvaRows) -> dict[tuple[str, float], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Boxes (y1, x1, y2, x2), classes from 0 and scores of every key frame, surest first."""
    sure = table.confidences(np.arange(len(table)))
    order = np.lexsort((-sure, table.frames))
    parts = np.split(order, np.cumsum(np.bincount(table.frames, minlength=len(table.keys)))[:-1])
    columns = table.boxes[:, [1, 0, 3, 2]], table.actions - 1, sure
    return {key: tuple(column[rows] for column in columns) for key, rows in zip(table.keys, parts)}


class Listed:
    """Boxes that were looked at one by one, with what is known of them."""

    def __init__(self, boxes: np.ndarray):
        for box in boxes:
            if box[0] > box[2] or box[1] > box[3]:
                raise ValueError("a box the wrong way round")
        self.fields = {"boxes": boxes}


def official(truths: dict, detections: dict) -> np.ndarray:
    """(60,) AP, key frame by key frame and class by class, as ActivityNet and SlowFast go about it."""
    scores, hits = ([[] for _ in range(CLASSES)] for _ in range(2))
    positives, frames_with = np.zeros(CLASSES, int), np.zeros(CLASSES, int)
    odd = {key: np.zeros(len(classes), bool) for key, (_, classes, _) in truths.items()}  # difficult, or a group
    for key, (_, classes, _) in truths.items():
        for c in range(CLASSES):
            positives[c] += np.sum(classes[~odd[key] & ~odd[key]] == c)
            frames_with[c] += bool(np.any(classes == c))
    empty = (np.empty((0, 4)), np.empty(0, int), np.empty(0))
    for key, (boxes, classes, sure) in detections.items():
        valid = np.logical_and(boxes[:, 0] < boxes[:, 2], boxes[:, 1] < boxes[:, 3])
        boxes, classes, sure = boxes[valid], classes[valid], sure[valid]
        true_boxes, true_classes, _ = truths.get(key, empty)
        unclear = odd.get(key, empty[2].astype(bool))
        for c in range(CLASSES):
            difficult, group = unclear[true_classes == c], unclear[true_classes == c]
            own, theirs = classes == c, true_classes == c
            found, kept = claim(boxes[own], sure[own], true_boxes[theirs], difficult, group)
            if len(found):
                scores[c].append(kept)
                hits[c].append(found)
    return np.array([area(scores[c], hits[c], positives[c]) for c in range(CLASSES)])


def claim(
    boxes: np.ndarray, scores: np.ndarray, truths: np.ndarray, difficult: np.ndarray, group: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(D,) hits and scores of one class in one key frame."""
    if boxes.size == 0:
        return np.array([], bool), np.array([])
    overlap = overlaps(Listed(boxes), Listed(truths[~group]))
    hits, ignored, in_group = (np.zeros(len(boxes), bool) for _ in range(3))
    if truths.size == 0:
        return hits, scores
    best, claimed = np.argmax(overlap, axis=1), np.zeros(overlap.shape[1], bool)
    for k in range(len(boxes)):
        if overlap[k, best[k]] >= 0.5:
            if difficult[best[k]]:
                ignored[k] = True
            elif not claimed[best[k]]:
                hits[k] = claimed[best[k]] = True
    return hits[~ignored & ~in_group], scores[~ignored & ~in_group]


def overlaps(one: Listed, other: Listed) -> np.ndarray:
    """(D, T) intersection over union."""
    a, b = one.fields["boxes"], other.fields["boxes"]
    y1, x1, y2, x2 = np.split(a, 4, axis=1)
    v1, u1, v2, u2 = np.split(b, 4, axis=1)
    least, most = np.minimum(y2, np.transpose(v2)), np.maximum(y1, np.transpose(v1))
    high = np.maximum(np.zeros(most.shape), least - most)
    least, most = np.minimum(x2, np.transpose(u2)), np.maximum(x1, np.transpose(u1))
    wide = np.maximum(np.zeros(most.shape), least - most)
    shared = high * wide
    sizes = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
    return shared / (np.expand_dims(next(sizes), 1) + np.expand_dims(next(sizes), 0) - shared)


def area(scores: list[np.ndarray], hits: list[np.ndarray], positives: int) -> float:
    """AP of a class; the envelope point by point."""
    if not positives or not scores:
        return 0.0 if positives else float("nan")
    order = np.argsort(np.concatenate(scores))[::-1]
    right = np.cumsum(np.concatenate(hits)[order].astype(int))
    recall = np.concatenate([[0], right / positives, [1]])
    precision = np.concatenate([[0], right / np.arange(1, len(order) + 1), [0]])
    for k in range(len(precision) - 2, -1, -1):
        precision[k] = np.maximum(precision[k], precision[k + 1])
    steps = np.where(recall[1:] != recall[:-1])[0] + 1
    return float(np.sum((recall[steps] - recall[steps - 1]) * precision[steps]))


def coco(table: AvaRows, frames: np.ndarray) -> list[dict]:
    """Rows as COCO's annotations, in key frames numbered from 1."""
    boxes = np.concatenate([table.boxes[:, :2], table.boxes[:, 2:] - table.boxes[:, :2]], 1)
    sure = table.confidences(np.arange(len(table)))
    columns = zip(frames.tolist(), boxes.tolist(), table.actions.tolist(), sure.tolist())
    return [
        {"id": k, "image_id": f, "bbox": box, "category_id": c, "area": box[2] * box[3], "iscrowd": 0, "score": score}
        for k, (f, box, c, score) in enumerate(columns, 1)
    ]


def coco_peer(truth: AvaRows, detections: AvaRows) -> dict[str, Callable[[], object]]:
    """faster-coco-eval as a function that evaluates tables it has loaded, if it is installed."""
    try:
        from faster_coco_eval import COCO, COCOeval_faster
    except ImportError:
        print("faster-coco-eval is not installed: left out")
        return {}
    number = {key: k for k, key in enumerate(truth.keys, 1)}
    holder, quiet = COCO(), contextlib.redirect_stdout(io.StringIO())
    holder.dataset = {
        "info": {},
        "images": [{"id": k} for k in number.values()],
        "categories": [{"id": c} for c in range(1, CLASSES + 1)],
        "annotations": coco(truth, truth.frames + 1),
    }
    with quiet:
        holder.createIndex()
        found = holder.loadRes(coco(detections, np.array([number[key] for key in detections.keys])[detections.frames]))

    def run() -> None:
        with quiet:
            judge = COCOeval_faster(holder, found, "bbox")
            judge.params.iouThrs, judge.params.maxDets = np.array([0.5]), [CAPACITY]
            judge.params.areaRng, judge.params.areaRngLbl = [[0, 1e10]], ["all"]
            judge.evaluate()
            judge.accumulate()

    return {"faster-coco-eval": run}


def official_reader(path: Path) -> dict:
    """Boxes of every key frame by the csv module, the 50 surest in a heap, as the official reader goes about it."""
    entries, boxes, labels, scores = (defaultdict(list) for _ in range(4))
    with path.open() as file:
        for row in csv.reader(file):
            key = f"{row[0]},{int(row[1]):04d}"
            x1, y1, x2, y2 = (float(cell) for cell in row[2:6])
            entry = (float(row[7]), int(row[6]), y1, x1, y2, x2)
            if len(entries[key]) < CAPACITY:
                heapq.heappush(entries[key], entry)
            elif entry[0] > entries[key][0][0]:
                heapq.heapreplace(entries[key], entry)
    for key, found in entries.items():
        for score, action, *box in sorted(found, key=lambda entry: -entry[0]):
            boxes[key].append(box)
            labels[key].append(action)
            scores[key].append(score)
    return boxes


def write(table: AvaRows, path: Path, rows: int) -> None:
    """The first rows as a CSV file."""
    keys = [(video, f"{second:04.0f}") for video, second in table.keys]
    columns = [*zip(*(keys[frame] for frame in table.frames[:rows].tolist()))]
    columns += [*table.boxes[:rows].round(3).T, table.actions[:rows]]
    columns += [] if table.scores is None else [table.scores[:rows].round(4)]
    options = arrow_csv.WriteOptions(include_header=False, quoting_style="none")
    arrow_csv.write_csv(pa.table([pa.array(c) for c in columns], [str(k) for k in range(len(columns))]), path, options)


def medians(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each variant, taking turns; a slow one runs once."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds + 1):
        for name, run in variants.items():
            if not times[name] or times[name][0] < SLOW:
                start = time.process_time()
                run()
                times[name].append(time.process_time() - start)
    return {name: float(np.median(values[1:] or values)) for name, values in times.items()}  # the first one warms up


def evaluation(frames: int, rounds: int) -> None:
    """Rows of the first table."""
    truth, detections = scene(frames)
    ours, theirs = partial(evaluate_ava, truth, detections, range(1, CLASSES + 1)), []
    parts = by_frame(truth), by_frame(detections)
    variants = {"vizcore": ours, "official": lambda: theirs.append(official(*parts))}
    spent = medians(variants | coco_peer(truth, detections), rounds)
    gap = np.nanmax(np.abs(theirs[0] - list(ours().ap.values())))
    assert gap < 1e-9, gap
    for name, seconds in spent.items():
        times = seconds / spent["vizcore"]
        print(f"| {frames:,} | {len(detections):,} | {name} | {1e3 * seconds:,.0f} | {times:.1f}x |", flush=True)
    print(f"| | | mAP {ours().mean:.4f}; the official rule's AP differ by {gap:.0e} at most | | |", flush=True)


def reading(rows: int, rounds: int, folder: Path) -> None:
    """One line on reading so many rows."""
    path = folder / "rows.csv"
    write(scene(2 + rows // 48)[1], path, rows)  # a key frame has nearly 50
    spent = medians({"ours": lambda: read_ava_csv(path), "csv": lambda: official_reader(path)}, 4 * rounds)
    ours, theirs = (1e3 * spent[name] for name in ("ours", "csv"))
    print(
        f"\nReading {rows:,} rows: vizcore {ours:.1f} ms, the official way {theirs:.0f} ms: {theirs / ours:.1f}x",
        flush=True,
    )


def memory(frames: int, folder: Path) -> None:
    """One line on the peak of a process that reads both files and evaluates."""
    for table, name in zip(scene(frames), ("truth.csv", "rows.csv")):
        write(table, folder / name, len(table))
    subprocess.run([sys.executable, "-m", "benchmarks.bench_ava", "--peak", str(folder)], check=True)


def peak(folder: Path) -> None:
    truth, rows = read_ava_csv(folder / "truth.csv"), read_ava_csv(folder / "rows.csv")
    found = evaluate_ava(truth, rows, range(1, CLASSES + 1))
    memory = process_memory()
    used = "not told by this system" if memory is None else f"{memory[1] / 1e9:.2f} GB"
    size = f"{len(rows.keys):,} key frames and {len(rows):,} rows"
    print(f"Reading and evaluating {size}: mAP {found.mean:.4f}, peak memory of the process {used}")


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables; with --peak, what a process of its own needs for the files of a folder."""
    told = asked(__doc__, words, SMALLEST, frames=(5000, 50_000), rounds=5, rows=100_000, peak=None)
    if told.peak:
        peak(told.peak)
        return
    print("| key frames | rows | evaluator | CPU ms | times as long as vizcore |\n|---|---|---|---|---|")
    for frames in told.frames:
        evaluation(frames, told.rounds)
    with tempfile.TemporaryDirectory() as folder:
        reading(told.rows, told.rounds, Path(folder))
        memory(max(told.frames, default=5000), Path(folder))


if __name__ == "__main__":
    main()
