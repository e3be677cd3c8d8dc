"""An alignment as something that plays: which frames of two clips are shown together, tick by tick.

Alignment -> in A's real time (F,), or along the path (L, 2), in frame numbers, or in places of two packs of frames
"""

from itertools import pairwise

import numpy as np

from vizcore.features.alignment.pipeline import Alignment


def matched_frames(alignment: Alignment, numbers: np.ndarray) -> np.ndarray:
    """(F,) int64: the frame of the second clip that belongs to each of some frames of the first, never going back.

    Between two frames that were aligned the path is straight.
    """
    pair = alignment.pair
    found = np.interp(numbers, pair.first.frames, pair.second_frame(alignment.answer))
    return found.round().astype(np.int64)


def steps(alignment: Alignment) -> np.ndarray:
    """(L, 2) int64: pairs of frame numbers along the path, each clip going on by a frame or resting."""
    pair = alignment.pair
    corners = np.stack([strand.frames[side] for strand, side in zip((pair.first, pair.second), alignment.path.T)], -1)
    pieces = [corners[:1]]
    for before, after in pairwise(corners):
        count = int((after - before).max())
        pieces.append((before + np.linspace(0, 1, count + 1)[1:, None] * (after - before)).round().astype(np.int64))
    return np.concatenate(pieces)


def in_pack(numbers: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Frame numbers as places of a pack whose frames are `indices`: the last one that is not later."""
    return np.clip(np.searchsorted(indices, numbers, side="right") - 1, 0, len(indices) - 1)
