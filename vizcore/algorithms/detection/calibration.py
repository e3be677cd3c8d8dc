"""Does a score of 0.7 mean right seven times in ten? Scores against the share of hits, bin by bin.

AveragePrecision - detections with their hits - bins of equal width -> Calibration
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.average_precision import AveragePrecision


@dataclass(frozen=True, eq=False)
class Calibration:
    """K bins of scores from 0 to 1."""

    edges: np.ndarray  # (K + 1,)
    count: np.ndarray  # (K,) int: detections
    score: np.ndarray  # (K,) mean score; nan in an empty bin
    share: np.ndarray  # (K,) share of hits; nan in an empty bin

    @property
    def error(self) -> float:
        """Expected calibration error (Guo et al. 2017): mean |score - share| over detections; nan without any."""
        full = self.count > 0
        if not full.any():
            return float("nan")
        return float(np.average(np.abs(self.score - self.share)[full], weights=self.count[full]))

    @property
    def bias(self) -> float:
        """Mean score less share of hits over detections: above 0, scores are too high; nan without any."""
        full = self.count > 0
        if not full.any():
            return float("nan")
        return float(np.average((self.score - self.share)[full], weights=self.count[full]))

    def __repr__(self) -> str:
        return f"Calibration({len(self.count)} bins of {self.count.sum():,} detections, error {self.error:.3f})"


def calibrate(result: AveragePrecision, classes: Iterable[int] | None = None, bins: int = 10) -> Calibration:
    """Compare scores with the share of hits, over the detections that count.

    Args:
        result: of evaluate_ava, of detections with scores.
        classes: ids; all with ground truth if not given.
        bins: K of equal width; a score on an edge belongs above it, 1 to the last bin.

    Raises:
        ValueError: a score is not from 0 to 1, there are none, or a class or the number of bins is not right.
    """
    chosen = list(result.rankings) if classes is None else list(classes)
    if bins < 1 or not set(chosen) <= set(result.rankings):
        raise ValueError(f"want a bin or more, and classes of the result, got {bins} and {chosen[:20]}")
    if result.detections.scores is None:
        raise ValueError("want detections with scores, got some without")
    picked = [result.rankings[action] for action in chosen]
    scores = np.concatenate([result.detections.scores[ranking.rows] for ranking in picked])
    hits = np.concatenate([ranking.hits for ranking in picked])
    if len(scores) and not (scores.min() >= 0 and scores.max() <= 1):
        raise ValueError(f"want scores from 0 to 1 for a calibration, got {scores.min():g} to {scores.max():g}")
    place = np.minimum((scores * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    sums = (np.bincount(place, weights=values, minlength=bins) for values in (scores, hits))
    score, share = (np.divide(part, count, out=np.full(bins, np.nan), where=count > 0) for part in sums)
    return Calibration(np.linspace(0, 1, bins + 1), count, score, share)
