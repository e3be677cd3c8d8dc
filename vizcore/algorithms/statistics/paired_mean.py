"""Is one series of numbers larger than another, clip by clip? The mean difference, and what drawing clips anew does.

first (K,), second (K,) of the same clips -> second - first, its mean, its interval by the bootstrap (Efron 1979)
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import bootstrap

DRAWS = 4000


@dataclass(frozen=True, eq=False)
class MeanDifference:
    """Second less first."""

    each: np.ndarray  # (K,) of every clip; nan where one of the two is not known
    value: float  # their mean; nan without any
    low: float  # the ends of the percentile interval; nan with fewer than 2 clips
    high: float
    clips: int  # that count

    @property
    def clear(self) -> bool:
        """The interval leaves 0 out."""
        return bool(self.low > 0 or self.high < 0)

    def __repr__(self) -> str:
        return f"MeanDifference({self.value:+.3g} ({self.low:+.3g} to {self.high:+.3g}), {self.clips} clips)"


def mean_difference(
    first: np.ndarray,
    second: np.ndarray,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> MeanDifference:
    """Compare two series of numbers of the same clips; a clip counts where both are known.

    Args:
        first, second: (K,) numbers, nan where not known.
        rng: source of chance.
        draws: how often the clips are drawn anew.
        confidence: of the interval, above 0 and below 1.

    Raises:
        ValueError: the series differ in length, or an argument is out of range.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.ndim != 1 or first.shape != second.shape or not 0 < confidence < 1 or draws < 1:
        raise ValueError(
            "want two series (K,) of the same clips, a draw or more and a confidence between 0 and 1, "
            f"got {first.shape} and {second.shape}, {draws} and {confidence}"
        )
    each = second - first
    known = each[np.isfinite(each)]
    low = high = float("nan")
    if len(known) > 1:
        ends = bootstrap(
            (known,), np.mean, n_resamples=draws, confidence_level=confidence, method="percentile", rng=rng
        ).confidence_interval
        low, high = float(ends.low), float(ends.high)
    return MeanDifference(each, float(known.mean()) if len(known) else float("nan"), low, high, len(known))
