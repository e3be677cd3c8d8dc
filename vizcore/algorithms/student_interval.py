"""How far the mean of a few measurements may be from the true one: Student's interval (Gosset 1908)."""

import numpy as np
from scipy.stats import t as student

CONFIDENCE = 0.95


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean of (S,) values, and the ends of Student's interval of CONFIDENCE; nan ends for one value."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, float("nan"), float("nan")
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    reach = error * float(student.ppf((1 + CONFIDENCE) / 2, len(values) - 1))
    return mean, mean - reach, mean + reach
