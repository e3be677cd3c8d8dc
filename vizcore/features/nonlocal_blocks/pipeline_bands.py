"""A signal as a few sums of modes, which the browser turns by itself while a slider is dragged.

Spectrum, a signal (N,) -> bands -> (B,) eigenvalues and (B, N) parts
"""

import numpy as np

from vizcore.algorithms.nonlocal_blocks.spectral import Spectrum

BANDS = 64  # sums of modes that go to the browser
TINY = 1e-30  # where no mode of a group carries anything, their mean is still one
WIDEST = 0.002  # of the eigenvalues in one of them, while there are not too many


def bands(found: Spectrum, signal: np.ndarray, most: int = BANDS) -> tuple[np.ndarray, np.ndarray]:
    """A signal (N,) as a sum of parts of one eigenvalue each, near ones as one: (B,) and (B, N); the rest has 0.

    Only of symmetric graphs, whose modes are real.

    Args:
        found: the spectrum of a symmetric graph.
        signal: (N,) one number for each position.
        most: parts at most, the rest aside.
    """
    coefficients = found.left @ signal
    values, width = found.values, WIDEST
    while len(starts := _starts(values, width)) > most:
        width *= 1.5
    if not len(values):  # no edge at all
        return np.zeros(1), signal[None]
    parts = np.add.reduceat(coefficients[:, None] * found.right.T, starts)  # (B, N)
    energy = coefficients**2 + TINY
    means = np.add.reduceat(values * energy, starts) / np.add.reduceat(energy, starts)
    return np.append(means, 0.0), np.concatenate([parts, (signal - parts.sum(0))[None]])


def _starts(values: np.ndarray, width: float) -> np.ndarray:
    """Where falling values begin a new group no wider than `width`."""
    starts, top = [], np.inf
    for k, value in enumerate(values):
        if top - value > width:
            starts.append(k)
            top = value
    return np.array(starts, int)
