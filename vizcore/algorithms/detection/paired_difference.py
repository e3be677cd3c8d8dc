"""Is one model better than another, and where? The difference of their AP per class, with what chance can do to it.

    two AveragePrecision on one ground truth - draw videos anew, the same for both -> differences (B, C)
                                             -> interval and p of each class, p by Holm

A video is drawn whole, since its key frames resemble each other. A drawn AP is exact: every row counts as often as its
video was drawn, with the ranking as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows
from vizcore.algorithms.detection.average_precision import AveragePrecision, Ranking

DRAWS = 5000  # Holm over 60 classes needs p below 0.05 / 60, and the least p is 2 / (draws + 1)
AT_ONCE = 1 << 22  # numbers of a table of hits by draws that are made at a time


@dataclass(frozen=True)
class Difference:
    """Second less first, of one class or of the mean."""

    value: float  # of the whole ground truth, -1 to 1; nan without truth
    low: float  # the ends of the interval
    high: float
    p: float  # two-sided, of a difference by chance: 0 to 1
    p_holm: float  # the same after Holm's correction for the number of classes
    draws: int  # draws that the class had truth in


@dataclass(frozen=True)
class PairedDifference:
    """Second less first, for all classes."""

    classes: dict[int, Difference]
    mean: Difference  # of mean AP; its p stands for itself, without correction
    videos: int
    confidence: float

    def better(self, level: float = 0.05) -> tuple[int, ...]:
        """Classes in which the second is better and chance is no likely reason, by Holm."""
        return tuple(c for c, one in self.classes.items() if one.p_holm < level and one.value > 0)

    def worse(self, level: float = 0.05) -> tuple[int, ...]:
        """Classes in which the second is worse, likewise."""
        return tuple(c for c, one in self.classes.items() if one.p_holm < level and one.value < 0)

    def __repr__(self) -> str:
        mean = f"{self.mean.value:+.3f} ({self.mean.low:+.3f} to {self.mean.high:+.3f}), p {self.mean.p:.3g}"
        return f"PairedDifference({len(self.classes)} classes, {self.videos} videos, mean AP {mean})"


def paired_difference(
    first: AveragePrecision,
    second: AveragePrecision,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> PairedDifference:
    """Compare two results on the same ground truth by a bootstrap over its videos.

    Args:
        first, second: of evaluate_ava, on one ground truth, with the same classes, overlap and protocol.
        rng: source of chance.
        draws: how often the videos are drawn anew.
        confidence: of the percentile intervals, above 0 and below 1.

    Returns:
        Differences second - first. A p is twice the share of draws on the other side of 0 (counting one draw more), at
        most 1. With one video there is nothing to draw: intervals and p are nan.

    Raises:
        ValueError: the results differ in ground truth, classes, overlap or protocol, or an argument is out of range.
    """
    if not (0 < confidence < 1 and draws > 0):
        raise ValueError(f"want a confidence between 0 and 1 and a draw or more, got {confidence} and {draws}")
    _refuse_unless_alike(first, second)
    names = sorted(_videos(first) | _videos(second))
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)  # (B, V) how often each is drawn
    classes = list(first.rankings)
    found = [
        np.array([_drawn(result, result.rankings[c], names, times) for c in classes]) for result in (first, second)
    ]
    drawn, mean = found[1] - found[0], _mean(found[1]) - _mean(found[0])  # (C, B), (B,)
    if len(names) < 2:
        drawn, mean = np.full_like(drawn, np.nan), np.full_like(mean, np.nan)
    values = [second.ap[c] - first.ap[c] for c in classes] + [second.mean - first.mean]
    p = [_p(row) for row in (*drawn, mean)]
    differences = [
        Difference(value, *_interval(row, confidence), raw, corrected, len(_finite(row)))
        for value, row, raw, corrected in zip(values, (*drawn, mean), p, (*holm(p[:-1]), p[-1]))
    ]
    return PairedDifference(dict(zip(classes, differences)), differences[-1], len(names), confidence)


def holm(p: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979): the k-th smallest of m is multiplied by m - k + 1, and none falls below an
    earlier one; nan stays nan and does not count."""
    values = np.array(p, np.float64)
    order = np.argsort(values)[: np.isfinite(values).sum()]
    factors = np.arange(len(order), 0, -1)
    corrected = values.copy()
    corrected[order] = np.maximum.accumulate(values[order] * factors).clip(max=1)
    return corrected.tolist()


def _refuse_unless_alike(first: AveragePrecision, second: AveragePrecision) -> None:
    for what, ours, theirs in (
        ("classes", list(first.rankings), list(second.rankings)),
        ("overlap", first.iou, second.iou),
        ("protocol", first.protocol, second.protocol),
        (
            "ground truth",
            [ranking.positives.tolist() for ranking in first.rankings.values()],
            [ranking.positives.tolist() for ranking in second.rankings.values()],
        ),
    ):
        if ours != theirs:
            raise ValueError(f"want two results of one {what}, got different ones")


def _videos(result: AveragePrecision) -> set[str]:
    """Names of the videos that a result's numbers come from."""
    counted = result.shared.counted(False)[result.shared.of_truth]
    found = {result.ground_truth.videos[k] for k in np.unique(result.ground_truth.frame_videos[counted])}
    for ranking in result.rankings.values():
        found |= {result.detections.videos[k] for k in np.unique(_video_of(result.detections, ranking.rows))}
    return found


def _video_of(table: AvaRows, rows: np.ndarray) -> np.ndarray:
    return table.frame_videos[table.frames[rows]]


def _drawn(result: AveragePrecision, ranking: Ranking, names: list[str], times: np.ndarray) -> np.ndarray:
    """(B,) AP of one class in every draw; nan in draws without truth of it.

    Above a hit stand as many rows as its videos have there, each as often as the video is drawn: a product of tables.
    """
    code = {name: k for k, name in enumerate(names)}
    rows, truths, claimed = (
        np.array([code.get(name, 0) for name in table.videos], np.int64)[_video_of(table, numbers)]
        for table, numbers in (
            (result.detections, ranking.rows),
            (result.ground_truth, ranking.positives),
            (result.ground_truth, ranking.truths),
        )
    )  # videos of the rows (R,), of all truths (P,) and of the hits (H,)
    hits, videos = len(claimed), len(names)
    positives = times @ np.bincount(truths, minlength=videos)  # (B,)
    step = np.searchsorted(ranking.places, np.arange(len(rows)))  # (R,) the hit that a row stands above, or is
    above = step < hits
    new = np.bincount(step[above] * videos + rows[above], minlength=hits * videos).reshape(hits, videos)
    new = new.astype(np.float64)  # (H, V) rows since the last hit
    found = np.empty(len(times))
    for begin in range(0, len(times), size := max(1, AT_ONCE // max(hits, 1))):
        part = times[begin : begin + size].T.astype(np.float64, order="C")  # (V, b)
        found[begin : begin + size] = _areas(new @ part, part, claimed)
    return np.divide(found, positives, out=np.full(len(times), np.nan), where=positives > 0)


def _areas(new: np.ndarray, weights: np.ndarray, videos: np.ndarray) -> np.ndarray:
    """(b,) area under the envelope in counts of hits, hit by hit so that a row of b numbers stays in the cache.

    Args:
        new: (H, b) rows since the last hit, with the hit, as often as they count; becomes the precision.
        weights: (V, b) how often each video counts.
        videos: (H,) of the hits.
    """
    counted, right, best, area = np.zeros((4, new.shape[1]))
    for row, video in zip(new, videos):
        counted += row
        right += weights[video]
        np.divide(right, np.maximum(counted, 1), out=row)
    for row, video in zip(new[::-1], videos[::-1]):
        np.maximum(best, row, out=best)
        area += weights[video] * best
    return area


def _mean(drawn: np.ndarray) -> np.ndarray:
    """(B,) mean over classes with truth in the draw, nan where none has any."""
    there = np.isfinite(drawn)
    sums, counts = np.where(there, drawn, 0).sum(0), there.sum(0)
    return np.divide(sums, counts, out=np.full(drawn.shape[1], np.nan), where=counts > 0)


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _interval(drawn: np.ndarray, confidence: float) -> tuple[float, float]:
    """Percentile interval of the draws that there are; nan without any."""
    values = _finite(drawn)
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _p(drawn: np.ndarray) -> float:
    values = _finite(drawn)
    if not len(values):
        return float("nan")
    rarer = min((values <= 0).sum(), (values >= 0).sum())
    return min(1.0, float(2 * (rarer + 1) / (len(values) + 1)))
