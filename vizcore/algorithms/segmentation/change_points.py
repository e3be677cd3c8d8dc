"""Change points: where what comes differs most from what was (after ABD; Du et al., CVPR 2022).

    unit (T, D) - means of W frames before and after -> similarity (T,) - lowest within W frames -> begins (S - 1,)

ABD smooths features over time and takes the cosine of neighbours; of two windows that touch, the means are as smooth
and have no frame in common, so that a step shows as one valley. Of every W frames only the lowest is a change.
"""

import numpy as np


def neighbour_similarity(features: np.ndarray, window: int) -> np.ndarray:
    """(T,) float64: cosine of the mean of the W frames before each frame and the mean of the W from it on.

    At both ends windows are as long as there is room, and nan where there is not half of one: a frame or two would be
    compared with many.

    Args:
        features: (T, D).
        window: W frames, 1 or more.
    """
    total = np.concatenate([np.zeros((1, features.shape[1])), np.cumsum(features, 0, dtype=np.float64)])  # (T + 1, D)
    at = np.arange(1, len(features))
    before, after = total[at] - total[(at - window).clip(0)], total[(at + window).clip(max=len(features))] - total[at]
    length = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    cosine = np.divide((before * after).sum(1), length, out=np.zeros(len(at)), where=length > 0)
    cosine[(at < window / 2) | (len(features) - at < window / 2)] = np.nan
    return np.concatenate([[np.nan], cosine])


def valleys(similarity: np.ndarray, window: int) -> np.ndarray:
    """(S - 1,) frames whose similarity is the lowest within W frames on either side; of equal ones the first.

    Args:
        similarity: (T,) of neighbour_similarity.
        window: W frames, 1 or more.
    """
    padded = np.pad(np.where(np.isnan(similarity), np.inf, similarity), window, constant_values=np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * window + 1)
    return np.flatnonzero((around.argmin(1) == window) & np.isfinite(similarity))


def change_points(features: np.ndarray, enough: int, window: int) -> np.ndarray:
    """Frames at which another segment begins, rising; the window is halved until there are enough.

    Args:
        features: (T, D).
        enough: segments at least, 1 to T.
        window: frames on either side, at first; less than 1 is 1.
    """
    window = max(1, window)
    while True:
        found = valleys(neighbour_similarity(features, window), window)
        if len(found) >= enough - 1:
            return found
        if window == 1:
            return _filled(found, enough, len(features))
        window //= 2


def _filled(found: np.ndarray, enough: int, frames: int) -> np.ndarray:
    """More begins, each in the middle of the longest stretch: where frames do not differ, any cut does."""
    begins = [0, *found.tolist(), frames]
    while len(begins) < enough + 1:
        longest = int(np.diff(begins).argmax())
        begins.insert(longest + 1, (begins[longest] + begins[longest + 1]) // 2)
    return np.array(begins[1:-1])
