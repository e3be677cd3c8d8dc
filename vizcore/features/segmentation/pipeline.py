"""The timelines of a clip: the ground truth, each net's prediction, and every segment's error, from one path.

path -> Predictions (of pipeline_predictions; the ground truth alone while no weights are here)
    -> ScoredPrediction of each net: scores, errors
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore.algorithms.segmentation.metrics import Scores, evaluate
from vizcore.algorithms.segmentation.segment_errors import Diagnosis, diagnose
from vizcore.features.segmentation.pipeline_predictions import (
    MOST,
    TITLE,
    TRUTH,
    Prediction,
    Predictions,
    predict,
    shown,
    true_labels,
)
from vizcore.features.segmentation.pipeline_verdict import counted, scored_verdict
from vizcore.runtime.context import Context
from vizcore.runtime.short_repr import short_repr
from vizcore.synthetic.doing import BACKGROUND, CLASSES
from vizcore.video import probe


@dataclass(frozen=True, eq=False)
class ScoredPrediction:
    """What one net says of a clip, compared with the ground truth."""

    tier: Prediction
    scores: Scores
    diagnosis: Diagnosis

    __repr__ = short_repr(
        lambda one: (
            f"{one.tier.title}, {len(one.tier.labels)} frames, accuracy {one.scores.acc:.1f} %, "
            f"edit score {one.scores.edit:.1f}, F1@50 {one.scores.f1[50]:.1f}"
        )
    )


class ScoredPredictions(tuple[ScoredPrediction, ...]):
    """Every net on one clip; none where there is no ground truth."""

    @property
    def verdict(self) -> str:
        """Which net finds the segments best, and what it misses, in one sentence."""
        return scored_verdict([counted(one.tier.title, one.diagnosis, CLASSES) for one in self])


def timelines(path: str | Path, *, context: Context | None = None) -> Predictions:
    """What is done when in a clip, by the ground truth where there is one and by every net that is here.

    Args:
        path: a video.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: it has fewer frames than 2 or more than MOST, or neither truth nor nets know anything of it.
    """
    if shown():
        return predict(path, context=context)
    info = probe(path)
    labels = true_labels(path) if info.frames <= MOST else None
    if labels is None or len(labels) != info.frames:
        raise ValueError(
            "want a clip of the world in which one person acts: the weights of the segmentation nets are not here, so "
            "nobody can say what is done in other clips"
        )
    return Predictions(info.times, CLASSES, (Prediction(TRUTH, TITLE, labels),))


def judged(path: str | Path, *, threshold: int = 50, context: Context | None = None) -> ScoredPredictions:
    """The errors of every net's timeline of a clip; refusals as of timelines.

    Args:
        path: a video.
        threshold: percent of overlap that makes a hit.
    """
    return against_truth(timelines(path, context=context), threshold)


def against_truth(found: Predictions, threshold: int = 50) -> ScoredPredictions:
    """Every net's scores and the error of each of its segments; none where there is no ground truth.

    Args:
        threshold: percent of overlap that makes a hit.
    """
    if not has_truth(found):
        return ScoredPredictions()
    truth = found.tier(TRUTH).labels
    return ScoredPredictions(_scored(tier, truth, threshold) for tier in found.tiers if tier.name != TRUTH)


def scores_of(labels: np.ndarray, truth: np.ndarray) -> Scores:
    """What one timeline (T,) of the world's classes scores."""
    return evaluate([(labels, truth)], (BACKGROUND,))


def has_truth(found: Predictions) -> bool:
    """The first tier is the truth."""
    return bool(found.tiers) and found.tiers[0].name == TRUTH


def rate_of(times: Sequence[float]) -> float | None:
    """Frames in a second, on the mean; None of a single frame."""
    return (len(times) - 1) / float(times[-1] - times[0]) if len(times) > 1 else None


def _scored(tier: Prediction, truth, threshold: int) -> ScoredPrediction:
    return ScoredPrediction(tier, scores_of(tier.labels, truth), diagnose(tier.labels, truth, (BACKGROUND,), threshold))
