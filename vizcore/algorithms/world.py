"""True tracks: who became whom, when it is known where every pixel of a patch went.

    votes (T-1, N, N): pixels of patch i that are seen in patch j of the next frame - assignment -> TrueTracks

A patch may fall apart, or two flow into one, and still every patch gets one partner: the one-to-one matching that keeps
the most pixels together. What it cannot keep is said by share and overruled.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vizcore.algorithms.assignment import assign
from vizcore.algorithms.tracks import compose


@dataclass(frozen=True, eq=False)
class TrueTracks:
    """N patches of T frames, and which became which."""

    votes: np.ndarray  # (T-1, N, N) int: pixels of patch i of a frame that are seen in patch j of the next
    steps: np.ndarray  # (T-1, N) int64: patch i of a frame is patch steps[t, i] of the next

    @cached_property
    def sigma(self) -> np.ndarray:
        """(T, N) int64: patch i of the first frame is patch sigma[t, i] of frame t."""
        return compose(self.steps)

    @cached_property
    def share(self) -> np.ndarray:
        """(T-1, N) float: of a patch's pixels that are seen again, those in its partner; nan where none is."""
        total = self.votes.sum(-1)
        kept = np.take_along_axis(self.votes, self.steps[..., None], -1)[..., 0]
        return np.where(total > 0, kept / np.maximum(total, 1), np.nan)

    @cached_property
    def margin(self) -> np.ndarray:
        """(T-1, N) float: that share less the largest share of another patch."""
        others = self.votes.copy()
        np.put_along_axis(others, self.steps[..., None], 0, -1)
        return self.share - others.max(-1) / np.maximum(self.votes.sum(-1), 1)

    @property
    def overruled(self) -> np.ndarray:
        """(T-1, N) bool: most of the patch went elsewhere, to a patch that was given to another."""
        return np.nan_to_num(self.margin) < 0

    @property
    def liveliest(self) -> int:
        """The patch of the first frame that goes through the most patches, whole: shown first."""
        moves = self.sigma[1:] != self.sigma[:-1]
        whole = np.take_along_axis(np.nan_to_num(self.share), self.sigma[:-1], 1)
        return int((moves * whole).sum(0).argmax())


def true_tracks(votes: np.ndarray) -> TrueTracks:
    """The tracks that keep the most pixels together, step by step.

    Args:
        votes: (T-1, N, N) int, pixels of patch i of frame t that are seen in patch j of frame t + 1.

    Raises:
        ValueError: votes have another shape.
    """
    if votes.ndim != 3 or votes.shape[1] != votes.shape[2]:
        raise ValueError(f"want votes (T-1, N, N), got {votes.shape}")
    steps = np.array([assign(one.astype(np.float64)) for one in votes], np.int64).reshape(votes.shape[:2])
    return TrueTracks(votes, steps)
