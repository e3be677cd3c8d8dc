"""Accuracy, its spread, and the accuracy of choosing between a class and its time-reversed twin.

logits (M, C), truth (M,) -> accuracy, order_accuracy, accuracy_by(bins of speed)
"""

from collections.abc import Sequence

import numpy as np


def accuracy(logits: np.ndarray, truth: np.ndarray) -> float:
    """Share of M clips whose largest of C logits is the true class; nan without clips.

    Args:
        logits: (M, C).
        truth: (M,) int.
    """
    return float((logits.argmax(-1) == truth).mean()) if len(truth) else float("nan")


def order_accuracy(logits: np.ndarray, truth: np.ndarray, twins: Sequence[int | None]) -> float:
    """Share of clips for which the true class scores higher than its time-reversed twin: 0.5 is chance.

    It is a choice between two, whatever the other classes score, so it does not depend on how well they are recognized
    apart. A model that takes no notice of order gives both twins of a clip and of its reversal the same logits, and
    reaches 0.5 however long it is trained. Equal scores count half.

    Args:
        logits: (M, C).
        truth: (M,) int.
        twins: the twin of each of the C classes, None for a class without one; its clips are left out.

    Returns:
        0 to 1, nan if no clip has a twin.
    """
    other = np.array([-1 if twin is None else twin for twin in twins])[truth]
    rows = np.flatnonzero(other >= 0)
    if not rows.size:
        return float("nan")
    ahead = logits[rows, truth[rows]] - logits[rows, other[rows]]
    return float(((ahead > 0) + 0.5 * (ahead == 0)).mean())


def accuracy_by(
    logits: np.ndarray, truth: np.ndarray, value: np.ndarray, edges: Sequence[tuple[float, float]]
) -> list[float]:
    """Accuracy in bins of a value, such as speed; nan for an empty bin.

    Args:
        logits: (M, C).
        truth: (M,) class numbers.
        value: (M,) of each clip.
        edges: (low, high] of each bin; a bin with low equal to high holds exactly that value.
    """
    inside = [(value == low) if low == high else (value > low) & (value <= high) for low, high in edges]
    return [accuracy(logits[rows], truth[rows]) for rows in inside]


def spread(values: Sequence[float]) -> dict[str, float | list[float]]:
    """Mean and sample standard deviation over seeds, with the values themselves; the deviation of one value is nan."""
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
    return {"mean": float(np.mean(values)), "sd": deviation, "seeds": [float(value) for value in values]}
