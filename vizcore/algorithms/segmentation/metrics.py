"""How well frame labels tell the segments of a video: accuracy, edit score and segmental F1 (MS-TCN, CVPR 2019).

    labels (T,), of any kind that can be looked up - a whole number for each - runs - drop the background -> segments
    pairs of predicted and true labels (T,) - tally of each video -> sums -> Scores

Accuracy is of frames, background and all; edit score and F1 are of segments. All are percentages, and 0 where there is
nothing to compare. The tally is compiled on the first call (some seconds, kept on disk); without numba numpy counts.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from vizcore.algorithms.compiled import kernel

LABEL = np.int32  # what this house keeps labels in; any other kind is taken
LARGEST = np.iinfo(np.int64).max  # of a whole number that needs no other in its place
THRESHOLDS = (10, 25, 50)  # percent of overlap (intersection over union) that makes a segment a hit

Labels = np.ndarray | Sequence[Hashable]  # (T,) whole numbers, words, or anything else that a dict can go by
Pair = tuple[Labels, Labels]  # predicted and true labels of one video, (T,) each


class Segment(NamedTuple):
    """Frames [start, stop) of one class."""

    start: int
    stop: int
    label: Hashable

    @property
    def frames(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Scores:
    """What a set of videos, or one video, scores; percentages."""

    videos: int
    frames: int
    acc: float  # share of frames of the true class, over the frames of all videos
    edit: float  # 100 (1 - Levenshtein distance of the lists of segments / length of the longer), mean over videos
    counts: dict[int, tuple[int, int, int]]  # {threshold: (TP, FP, FN)}, summed over videos
    more: dict[str, float] = field(default_factory=dict)  # {name: value} of rows of METRICS that are not counted here

    @property
    def f1(self) -> dict[int, float]:
        """{threshold: 200 TP / (2 TP + FP + FN)}."""
        return {k: _percent(2 * tp, 2 * tp + fp + fn) for k, (tp, fp, fn) in self.counts.items()}

    @property
    def metrics(self) -> dict[str, float]:
        """{name: percentage} of every row of METRICS, in its order: what pages, tables, files and command line show."""
        return {name: row.counted(self) if row.counted else self.more[name] for name, row in METRICS.items()}


@dataclass(frozen=True)
class Metric:
    """One row of METRICS: counted with the others, or a function of the labels of a video, averaged over videos."""

    title: str  # as a sentence calls it
    counted: Callable[[Scores], float] | None = None
    of_video: Callable[[np.ndarray, np.ndarray, np.ndarray], float] | None = None  # (T,) predicted, true; background


def segments(labels: Labels, background: Collection[Hashable] = ()) -> tuple[Segment, ...]:
    """The runs of equal labels, in order; without runs of background classes.

    Args:
        labels: (T,) whole numbers, words or other hashable things; T may be 0.
        background: classes to leave out.

    Raises:
        ValueError: the labels are no (T,) of hashable things, or numbers with a fraction.
    """
    values = _values(labels)
    (numbers,), dropped = _numbered([values], _collected(background))
    starts, stops = _runs(numbers)
    counted = ~np.isin(numbers[starts], dropped)
    starts = starts[counted]
    names = values[starts].tolist() if isinstance(values, np.ndarray) else [values[start] for start in starts]
    return tuple(map(Segment, starts.tolist(), stops[counted].tolist(), names))


def accuracy(predicted: Labels, truth: Labels) -> float:
    """Percent of frames of the true class. Arguments and refusals as of evaluate, for one video."""
    return evaluate([(predicted, truth)]).acc


def edit_score(predicted: Labels, truth: Labels, background: Collection[Hashable] = ()) -> float:
    """100 (1 - edit distance / longer list) of the classes of segments, whatever their lengths; see evaluate.

    Args:
        predicted, truth: (T,) labels of frames, whole numbers or words, of one length.
        background: labels whose segments do not count.
    """
    return evaluate([(predicted, truth)], background).edit


def f1_score(predicted: Labels, truth: Labels, threshold: int, background: Collection[Hashable] = ()) -> float:
    """F1 of the segments that overlap a true one of their class by `threshold` percent; see evaluate.

    Args:
        predicted, truth: (T,) labels of frames, whole numbers or words, of one length.
        threshold: percent of overlap, one of THRESHOLDS.
        background: labels whose segments do not count.

    Raises:
        ValueError: the threshold is not one of THRESHOLDS, or what evaluate refuses.
    """
    if threshold not in THRESHOLDS:
        raise ValueError(f"want a threshold of {', '.join(map(str, THRESHOLDS))} percent, got {threshold}")
    return evaluate([(predicted, truth)], background).f1[threshold]


METRICS = {
    "acc": Metric("accuracy", lambda scores: scores.acc),
    "edit": Metric("edit score", lambda scores: scores.edit),
    **{f"F1@{k}": Metric(f"F1@{k}", lambda scores, k=k: scores.f1[k]) for k in THRESHOLDS},
}


def evaluate(pairs: Iterable[Pair], background: Collection[Hashable] = ()) -> Scores:
    """The metrics of a set of videos, as ms-tcn's public evaluation defines them.

    A predicted segment takes the true one of its class that it overlaps most (of equal ones the first). It is a hit
    if they overlap by the threshold and no predicted segment before it has hit the same one.

    Args:
        pairs: (predicted, truth) labels of each video, (T,) whole numbers, words or other hashable things each.
        background: classes whose segments do not count (their frames do).

    Raises:
        ValueError: there is no pair, or labels are not (T,) of hashable things of one length of 1 or more, or numbers
            with a fraction.
    """
    return _summed(*_tallies(pairs, background))


def evaluate_each(pairs: Iterable[Pair], background: Collection[Hashable] = ()) -> tuple[Scores, ...]:
    """The same for every video by itself."""
    return tuple(_summed(row[None], more[None]) for row, more in zip(*_tallies(pairs, background)))


FRAMES, CORRECT, PREDICTED, TRUE, DISTANCE, HITS = range(6)  # columns of a tally; of hits, one a threshold


def _tallies(pairs: Iterable[Pair], background: Collection[Hashable]) -> tuple[np.ndarray, np.ndarray]:
    """(V, 5 + thresholds) int64: what each video counts, in the columns named above; (V, E) its metrics of_video."""
    thresholds = np.array(THRESHOLDS, np.int64)
    compiled = kernel("segmentation.metrics_kernel")
    count = compiled.tally if compiled else _tally_by_numpy
    background = _collected(background)
    functions = [row.of_video for row in METRICS.values() if row.of_video]
    rows, more = [], []
    for pair in pairs:
        numbers = _pair(*pair, background)
        rows.append(count(*numbers, thresholds))
        more.append([function(*numbers) for function in functions])
    if not rows:
        raise ValueError("want the labels of at least one video, got none")
    return np.stack(rows), np.array(more, np.float64).reshape(len(rows), -1)


def _summed(rows: np.ndarray, more: np.ndarray) -> Scores:
    total = rows.sum(0).tolist()
    longer = rows[:, [PREDICTED, TRUE]].max(1)
    edit = 100 * (1 - np.divide(rows[:, DISTANCE], longer, out=np.ones(len(rows)), where=longer > 0))
    counts = {k: (hits, total[PREDICTED] - hits, total[TRUE] - hits) for k, hits in zip(THRESHOLDS, total[HITS:])}
    means = dict(zip((name for name, row in METRICS.items() if row.of_video), more.mean(0).tolist()))
    return Scores(len(rows), total[FRAMES], _percent(total[CORRECT], total[FRAMES]), float(edit.mean()), counts, means)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _values(labels: Labels) -> np.ndarray | Sequence[Hashable]:
    """The labels as an array where they are whole numbers, otherwise as they are."""
    try:
        array = np.asarray(labels)
    except ValueError:  # things of different lengths, such as tuples
        array = np.empty(0, object)
    if array.ndim == 1 and array.dtype.kind in "iub" and not (array.dtype == np.uint64 and (array > LARGEST).any()):
        return np.ascontiguousarray(array, LABEL if array.dtype == LABEL else np.int64)
    if isinstance(labels, (list, tuple)):
        return labels
    if array.ndim != 1 or array.dtype.kind in "fc":
        raise ValueError(f"want labels (T,) of whole numbers or words, got {array.shape} of {array.dtype}")
    return array.tolist()


def _collected(background: Collection[Hashable]) -> tuple[Hashable, ...]:
    if isinstance(background, str):
        raise ValueError(f"want a collection of background classes, such as [{background!r}], got the word alone")
    return tuple(background)


def _numbered(sides: list, background: Collection[Hashable]) -> tuple[list[np.ndarray], np.ndarray]:
    """Labels of each side as whole numbers, equal where a dict finds the labels equal, and those of the background."""
    whole = all(isinstance(label, (int, np.integer)) and abs(label) <= LARGEST for label in background)
    if whole and all(isinstance(side, np.ndarray) for side in sides):
        return sides, np.array(sorted(set(background)), np.int64)
    codes: dict[Hashable, int] = {}
    sides = [side.tolist() if isinstance(side, np.ndarray) else side for side in sides]
    try:
        numbers = [np.array([codes.setdefault(label, len(codes)) for label in side], np.int64) for side in sides]
        dropped = {codes[label] for label in background if label in codes}
    except TypeError as error:
        raise ValueError(f"want labels that a dict can go by (words, numbers, tuples), got others: {error}") from None
    return numbers, np.array(sorted(dropped), np.int64)


def _pair(
    predicted: Labels, truth: Labels, background: Collection[Hashable]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predicted and true labels of one video as whole numbers, and those of the background."""
    (predicted, truth), dropped = _numbered([_values(predicted), _values(truth)], background)
    if len(predicted) != len(truth) or not len(truth):
        raise ValueError(f"want a label for each frame of the ground truth, got {len(predicted)} for {len(truth)}")
    wider = np.result_type(predicted, truth)
    return predicted.astype(wider, copy=False), truth.astype(wider, copy=False), dropped


def _runs(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the runs of equal labels start and stop, (S,) each."""
    changes = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    edges = np.concatenate([[0], changes, [len(labels)]]) if len(labels) else np.zeros(1, np.int64)
    return edges[:-1], edges[1:]


def _tally_by_numpy(
    predicted: np.ndarray, truth: np.ndarray, dropped: np.ndarray, thresholds: np.ndarray
) -> np.ndarray:
    """What the kernel's tally does, by broadcasting."""
    p, t = (np.array(segments(labels, dropped.tolist()), np.int64).reshape(-1, 3).T for labels in (predicted, truth))
    (p_start, p_stop, p_label), (t_start, t_stop, t_label) = p[..., None], t
    shared = (np.minimum(p_stop, t_stop) - np.maximum(p_start, t_start)).clip(0) * (p_label == t_label)  # (P, T)
    union = np.maximum(p_stop, t_stop) - np.minimum(p_start, t_start)
    hits = [0] * len(thresholds)
    if shared.size:
        best = (shared / union).argmax(1)  # (P,)
        shared, union = (np.take_along_axis(table, best[:, None], 1)[:, 0] for table in (shared, union))
        hits = [len(np.unique(best[100 * shared >= k * union])) for k in thresholds]
    counted = len(truth), int((predicted == truth).sum()), p.shape[1], t.shape[1], _distance(p[2], t[2])
    return np.array([*counted, *hits])


def _distance(one: np.ndarray, other: np.ndarray) -> int:
    """Levenshtein distance, a row of the table at a time."""
    along = np.arange(len(other) + 1)
    row = along
    for label in one:
        best = row + 1  # the label is left out
        best[1:] = np.minimum(best[1:], row[:-1] + (other != label))
        row = np.minimum.accumulate(best - along) + along  # labels of the other put in, one after the other
    return int(row[-1])
