"""Minima that have a gradient: smoothMin, a mean weighted towards the least, and min^gamma, a logarithm of a sum.

    a (..., N) - weights e^(-a / gamma), normalised - sum of weighted values -> smoothMin:  min <= smoothMin <= mean
    a (..., N) - sum of e^(-a / gamma) - -gamma log  -> min^gamma:                min - gamma log N <= min^gamma <= min

Both become the minimum as gamma falls to 0. smoothMin never falls short of it, but is not monotone: a value that is far
enough above the result lowers it when raised. Source: Hadji, Derpanis and Jepson 2021 (section 1 of the supplement);
min^gamma: Cuturi and Blondel 2017.
"""

import math

import numpy as np
from scipy.special import lambertw

MINIMA = {
    "smooth": "a mean weighted by e^(-a / gamma): never below the minimum (the paper's)",
    "soft": "-gamma log of the sum of e^(-a / gamma): never above the minimum (soft-DTW's)",
    "hard": "the minimum itself",
}


def smooth_min(a: np.ndarray, gamma: float, axis: int = -1) -> np.ndarray:
    """smoothMin: the mean of a, weighted by e^(-a / gamma).

    Args:
        a: finite values, any shape.
        gamma: temperature in units of a, 0 or more; 0 is the minimum, very large ones give the mean.
        axis: of a, which is taken away.

    Returns:
        float64, between the minimum and the mean, at most gamma (smooth_min_gap(N) - 1) above the minimum.

    Raises:
        ValueError: gamma is negative or nan, or the axis is empty.
    """
    above, least = _above_least(a, gamma, axis)
    if not gamma:
        return least
    weights = np.exp(-above / gamma)
    return least + (weights * above).sum(axis) / weights.sum(axis)


def soft_min(a: np.ndarray, gamma: float, axis: int = -1) -> np.ndarray:
    """min^gamma: -gamma log of the sum of e^(-a / gamma).

    Arguments and refusals of smooth_min.

    Args:
        a: numbers of any shape; infinity is left out.
        gamma: 0 or more; 0 is the minimum itself.
        axis: along which the minimum is taken.

    Returns:
        float64, between min - gamma log N (all N values equal) and the minimum.
    """
    above, least = _above_least(a, gamma, axis)
    if not gamma:
        return least
    return least - gamma * np.log(np.exp(-above / gamma).sum(axis))


def slopes(a: np.ndarray, gamma: float, minimum: str = "smooth", axis: int = -1) -> np.ndarray:
    """The gradient of a minimum by its values: like a, sums to 1 along the axis; smoothMin's has negative parts.

    Args:
        a: finite values, any shape.
        gamma: temperature in units of a, 0 or more. At 0, and for "hard", the first of the least values has all of it.
        minimum: a key of MINIMA.
        axis: of a.

    Raises:
        ValueError: the minimum is unknown, gamma is negative or nan, or the axis is empty.
    """
    refuse_unknown(minimum)
    above, _ = _above_least(a, gamma, axis)
    if not gamma or minimum == "hard":
        first = np.expand_dims(above.argmin(axis), axis)
        share = np.zeros_like(above)
        np.put_along_axis(share, first, 1.0, axis)
        return share
    scaled = above / gamma
    weights = np.exp(-scaled)
    weights /= weights.sum(axis, keepdims=True)
    if minimum == "soft":
        return weights
    return weights * (1 - (scaled - (weights * scaled).sum(axis, keepdims=True)))


def smooth_min_gap(n: float | np.ndarray) -> np.ndarray:
    """x(N), the gap at which N values are worst for smoothMin: it exceeds the minimum by at most gamma (x(N) - 1).

    Attained by one least value and all others gamma x(N) above it. x is the root of x - 1 = (N - 1) e^-x, which is
    1 + W((N - 1) / e) with Lambert's W. With k least values among N, x((N - k) / k + 1) takes its place.

    Args:
        n: 1 or more.

    Returns:
        float64 like n: 1 for N = 1, 1.463056 for N = 3; below log(N + 1) from N = 4 on.

    Raises:
        ValueError: n is below 1 or nan.
    """
    n = np.asarray(n, np.float64)
    if not (n >= 1).all():
        raise ValueError(f"want a number of values of 1 or more, got {n}")
    return 1 + lambertw((n - 1) / np.e).real


def refuse_unknown(minimum: str) -> None:
    """Raise a ValueError unless this is a key of MINIMA."""
    if minimum not in MINIMA:
        raise ValueError(f"want a minimum of {', '.join(MINIMA)}, got {minimum!r}")


def refuse_temperature(gamma: float) -> None:
    """Raise a ValueError unless gamma is a number of 0 or more."""
    if not 0 <= gamma < math.inf:
        raise ValueError(f"want a finite gamma of 0 or more, got {gamma}")


def _above_least(a: np.ndarray, gamma: float, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """How far each value is above the least, and the least: exponentials of the first cannot overflow."""
    refuse_temperature(gamma)
    a = np.asarray(a, np.float64)
    if a.ndim == 0 or a.shape[axis] == 0:
        raise ValueError(f"want at least one value along axis {axis}, got {a.shape}")
    least = a.min(axis, keepdims=True)
    return a - least, least.squeeze(axis)
