"""Cuts of a film: frames whose colours are others than those of the frame before, all at once.

    frames (T, H, W, 3) - histograms of colour -> changes (T - 1,) - far above all around -> cuts (S - 1,)

What moves changes colours little by little, and a flash changes them twice: neither stands out alone. Dissolves and
fades, which take several frames, are not found; nor is a cut between pictures of the same colours.
"""

import cv2
import numpy as np

BINS = 8  # of each of the three channels
FINE = 32  # bins in which pixels are counted, before each is shared out to the two nearest of BINS
_place = ((np.arange(FINE) + 0.5) * BINS / FINE - 0.5).clip(0, BINS - 1)
SHARES = (1 - np.abs(_place[:, None] - np.arange(BINS))).clip(0)  # (FINE, BINS), so that a little more light is little
SIDE = 64  # px that the longer side is brought to
LEAST = 0.15  # share of the pixels that change their colour: benchmarks/unsupervised_segments.py
TIMES = 3.0  # how far above the largest other change nearby
NEARBY = 6  # frames on either side


def colour_changes(frames: np.ndarray) -> np.ndarray:
    """(T - 1,) float64: share of the pixels, 0 to 1, whose colours the next frame has not.

    Half the sum of differences of two joint histograms of 8 x 8 x 8 colours (Lab).

    Args:
        frames: (T, H, W, 3) uint8 RGB.

    Raises:
        ValueError: the frames are something else, or none.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8 or 0 in frames.shape:
        raise ValueError(f"want frames (T, H, W, 3) uint8, got {frames.shape} {frames.dtype}")
    shrink = min(1.0, SIDE / max(frames.shape[1:3]))
    size = tuple(max(1, round(side * shrink)) for side in frames.shape[2:0:-1])
    histograms = np.stack([_histogram(cv2.resize(frame, size, interpolation=cv2.INTER_AREA)) for frame in frames])
    return np.abs(np.diff(histograms, axis=0)).sum((1, 2, 3)) / 2


def _histogram(frame: np.ndarray) -> np.ndarray:
    """(8, 8, 8) float64 shares of the pixels, which sum to 1; a colour between two bins is in both."""
    counts = cv2.calcHist([cv2.cvtColor(frame, cv2.COLOR_RGB2LAB)], [0, 1, 2], None, [FINE] * 3, [0, 256] * 3)
    for axis in range(3):
        counts = np.moveaxis(np.tensordot(counts, SHARES, (axis, 0)), -1, axis)
    return counts / counts.sum()


def cuts(frames: np.ndarray) -> np.ndarray:
    """(S - 1,) int64: frames with which another shot begins, rising. Arguments and refusals as of colour_changes."""
    return outstanding(colour_changes(frames)) + 1


def outstanding(changes: np.ndarray) -> np.ndarray:
    """Places of changes of LEAST or more that are TIMES the largest other within NEARBY places.

    Args:
        changes: (T - 1,).
    """
    if not len(changes):
        return np.empty(0, np.int64)
    padded = np.pad(changes, NEARBY)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEARBY + 1).copy()
    around[:, NEARBY] = 0
    return np.flatnonzero((changes >= LEAST) & (changes >= TIMES * around.max(1, initial=0)))
