"""How fast are the segment metrics and the re-assembly? CPU time against the public evaluation's loops over frames.

    python -m benchmarks.bench_segmentation [--smallest]

The peer does what ms-tcn's eval.py does, frame by frame on lists of words, set right for Python 3. Both sides see the
same videos and must score the same. Text is parsed from memory on both sides, so that no disk is measured.
"""

import gc
import time
from argparse import Namespace
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.options import asked
from vizcore.algorithms.segmentation.frame_labels import FrameLabels
from vizcore.algorithms.segmentation.label_sets import gather, ranked
from vizcore.algorithms.segmentation.metrics import LABEL, evaluate
from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.formats.label_files import read_labels, write_recognition, write_truth

VIDEOS, LONGEST, CLASSES = 1712, 10_000, 48  # as many videos and classes as Breakfast has
SEGMENTS = 7  # of a video, on average
POINTS = (1_000, 10_000, 100_000)
SMALLEST = {"videos": 2, "longest": 400, "rounds": 1, "points": (20, 100)}
NAMES = ["background", *(f"action_{k:02d}" for k in range(1, CLASSES))]


def videos(count: int, longest: int, seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """(predicted, true) labels: boundaries moved, some segments of another class, some torn apart."""
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(count):
        length = int(rng.integers(300, longest + 1))
        edges = np.sort(rng.integers(1, length, rng.integers(2, 2 * SEGMENTS - 2)))
        spans = np.diff([0, *edges, length])
        true = np.repeat(rng.integers(0, CLASSES, len(spans)), spans)
        told = np.roll(true, rng.integers(-40, 40))
        for _ in range(3):
            start = rng.integers(0, length)
            told[start : start + rng.integers(1, 200)] = rng.integers(0, CLASSES)
        pairs.append((told, true))
    return pairs


def peer_segments(labels: list[str], background: list[str]) -> tuple[list[str], list[int], list[int]]:
    """Names, starts and stops, by walking from frame to frame."""
    names, starts, stops = [], [], []
    last = labels[0]
    if labels[0] not in background:
        names.append(labels[0])
        starts.append(0)
    for i in range(len(labels)):
        if labels[i] != last:
            if labels[i] not in background:
                names.append(labels[i])
                starts.append(i)
            if last not in background:
                stops.append(i)
            last = labels[i]
    if last not in background:
        stops.append(i + 1)
    return names, starts, stops


def peer_edit(told: list[str], true: list[str], background: list[str]) -> float:
    p, y = peer_segments(told, background)[0], peer_segments(true, background)[0]
    table = np.zeros([len(p) + 1, len(y) + 1])
    for i in range(len(p) + 1):
        table[i, 0] = i
    for i in range(len(y) + 1):
        table[0, i] = i
    for j in range(1, len(y) + 1):
        for i in range(1, len(p) + 1):
            if y[j - 1] == p[i - 1]:
                table[i, j] = table[i - 1, j - 1]
            else:
                table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + 1)
    return (1 - table[-1, -1] / max(len(p), len(y))) * 100 if p or y else 0.0


def peer_counts(told: list[str], true: list[str], overlap: float, background: list[str]) -> tuple[float, float, float]:
    p_names, p_starts, p_stops = peer_segments(told, background)
    y_names, y_starts, y_stops = peer_segments(true, background)
    tp = fp = 0
    hits = np.zeros(len(y_names))
    for j in range(len(p_names)):
        if not y_names:  # on which the public code fails
            fp += 1
            continue
        shared = np.minimum(p_stops[j], y_stops) - np.maximum(p_starts[j], y_starts)
        union = np.maximum(p_stops[j], y_stops) - np.minimum(p_starts[j], y_starts)
        share = (1.0 * shared / union) * ([p_names[j] == y_names[x] for x in range(len(y_names))])
        best = np.array(share).argmax()
        if share[best] >= overlap and not hits[best]:
            tp += 1
            hits[best] = 1
        else:
            fp += 1
    return float(tp), float(fp), len(y_names) - sum(hits)


def peer(pairs: list[tuple[list[str], list[str]]], background: list[str]) -> list[float]:
    """[Acc, Edit, F1@10, F1@25, F1@50] of lists of words."""
    counts = np.zeros([3, 3])
    correct = total = 0
    edit = 0.0
    for told, true in pairs:
        for i in range(len(true)):
            total += 1
            if true[i] == told[i]:
                correct += 1
        edit += peer_edit(told, true, background)
        for k, overlap in enumerate((0.1, 0.25, 0.5)):
            counts[k] += peer_counts(told, true, overlap, background)
    tp, fp, fn = counts.T
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    f1 = np.nan_to_num(2 * precision * recall / (precision + recall)) * 100
    return [100 * correct / total, edit / len(pairs), *f1]


def fastest(run: Callable[[], object], rounds: int) -> float:
    """Least CPU milliseconds of some rounds after a first one; no garbage is collected meanwhile, as in timeit."""
    run()
    times = []
    gc.disable()
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    gc.enable()
    return 1e3 * min(times)


def metrics(told: Namespace) -> None:
    """The first table: metrics of labels that are at hand, and of texts."""
    pairs = videos(told.videos, told.longest)
    words = [tuple([NAMES[k] for k in side.tolist()] for side in pair) for pair in pairs]
    texts = [(write_recognition(told, NAMES), write_truth(true, NAMES)) for told, true in pairs]
    narrow = [tuple(side.astype(LABEL) for side in pair) for pair in pairs]
    classes = {name: number for number, name in enumerate(NAMES)}

    def from_words() -> list[float]:
        return peer(words, ["background"])

    def from_texts_by_peer() -> list[float]:
        split = [(told.decode().split("\n")[1].split(), true.decode().split("\n")[:-1]) for told, true in texts]
        return peer(split, ["background"])

    def from_texts() -> list[float]:
        said, true = ([read_labels(pair[k], f"{n}.txt") for n, pair in enumerate(texts)] for k in (0, 1))
        return listed(scored(true, said))

    def scored(true: list[FrameLabels], said: list[FrameLabels]):
        return ranked(gather(true, {"model": said}, classes), "model").scores

    def from_labels() -> list[float]:
        return listed(evaluate(narrow, [0]))

    def from_wide_labels() -> list[float]:
        return listed(evaluate(pairs, [0]))

    def listed(scores) -> list[float]:
        return [scores.acc, scores.edit, *scores.f1.values()]

    for ours in (from_labels, from_wide_labels, from_texts):
        assert np.allclose(ours(), from_words()), (ours(), from_words())
    assert np.allclose(from_texts_by_peer(), from_words())
    frames = sum(len(true) for _, true in pairs)
    print(f"{told.videos} videos, {frames:,} frames, up to {told.longest:,} a video; same scores, CPU ms\n")
    print("| from | public evaluation | vizcore | ratio |\n|---|---|---|---|")
    words_ms, texts_ms = (fastest(slow, min(2, told.rounds)) for slow in (from_words, from_texts_by_peer))
    rows = [("labels, 32 bits", words_ms, from_labels), ("labels, 64 bits", words_ms, from_wide_labels)]
    for name, slow, ours in [*rows, ("texts", texts_ms, from_texts)]:
        quick = fastest(ours, told.rounds)
        print(f"| {name} | {slow:.0f} | {quick:.1f} | {slow / quick:.0f}x |", flush=True)


def points(count: int) -> tuple[list[tuple], list[tuple], int]:
    """Three actions to two boundaries, one point in 30 frames."""
    rng, length = np.random.default_rng(count), 30 * count
    d, b = (rng.uniform(0, length, share) for share in (count * 3 // 5, count * 2 // 5))
    actions = zip(d.tolist(), rng.integers(0, 12, len(d)).tolist(), rng.random(len(d)).tolist())
    return list(actions), list(zip(b.tolist(), rng.random(len(b)).tolist())), length


def reassembly(told: Namespace) -> None:
    """The second table: how the time of a re-assembly, with all its steps, grows with the points."""
    print("\nRe-assembly with its steps, CPU ms\n")
    print("| points | ms | us a point | times the points before | times the ms before |\n|---|---|---|---|---|")
    before = None
    for count in told.points:
        actions, boundaries, length = points(count)
        took = fastest(lambda: reassemble(actions, boundaries, length), 2 * told.rounds)  # noqa: B023, called at once
        grown = f"{count / before[0]:.0f}x | {took / before[1]:.1f}x" if before else " | "
        print(f"| {count:,} | {took:.1f} | {1e3 * took / count:.1f} | {grown} |", flush=True)
        before = count, took


def main(words: Sequence[str] | None = None) -> None:
    """Print both tables."""
    told = asked(__doc__, words, SMALLEST, videos=VIDEOS, longest=LONGEST, rounds=5, points=POINTS)
    metrics(told)
    reassembly(told)


if __name__ == "__main__":
    main()
