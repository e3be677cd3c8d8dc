"""True tracks: who became whom, when it is known where every pixel of a patch went.

    votes (T, N, N): pixels of patch i of the first frame that are seen in patch j of frame t - assignment -> TrueTracks

Every frame is matched with the first one, not with the one before: a patch that moves by less than half its width at a
time would never leave its place. A patch may fall apart, or two flow into one, and still each gets one partner: the
matching keeps the most pixels together, and `share` says how many.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vizcore.algorithms.matching.assignment import assign


@dataclass(frozen=True, eq=False)
class TrueTracks:
    """N patches of the first of T frames, and where they are in each."""

    votes: np.ndarray  # (T, N, N) int: pixels of patch i of the first frame that are seen in patch j of frame t
    sigma: np.ndarray  # (T, N) int64: patch i of the first frame is patch sigma[t, i] of frame t

    @cached_property
    def shares(self) -> np.ndarray:
        """(T, N, N) float: the votes as shares of a whole patch; what is hidden or out of view is in none."""
        return self.votes / np.maximum(np.einsum("ii->i", self.votes[0]), 1)[:, None]

    @cached_property
    def share(self) -> np.ndarray:
        """(T, N) float: how much of each patch lies in its partner, 0 to 1; 0 while all of it is hidden."""
        return np.take_along_axis(self.shares, self.sigma[..., None], -1)[..., 0]

    @cached_property
    def margin(self) -> np.ndarray:
        """(T, N) float: that share less the largest share in another patch."""
        others = self.shares.copy()
        np.put_along_axis(others, self.sigma[..., None], 0, -1)
        return self.share - others.max(-1)

    @property
    def overruled(self) -> np.ndarray:
        """(T, N) bool: more of the patch lies in another one, which was given to another, or none of it is seen."""
        return (self.margin < 0) | (self.share == 0)

    @property
    def most_moving(self) -> int:
        """The patch of the first frame that goes through the most patches, whole: shown first."""
        moves = self.sigma[1:] != self.sigma[:-1]
        return int((moves * self.share[1:]).sum(0).argmax())

    def __repr__(self) -> str:
        frames, count = self.sigma.shape
        return f"TrueTracks({count} patches in {frames} frames, {self.share.mean():.0%} of a patch in its match)"


def true_tracks(votes: np.ndarray) -> TrueTracks:
    """The tracks that keep the most pixels of the first frame's patches together, frame by frame.

    Args:
        votes: (T, N, N) int, pixels of patch i of frame 0 that are seen in patch j of frame t.

    Raises:
        ValueError: votes have another shape, or those of frame 0 with itself are not all in place.
    """
    if votes.ndim != 3 or votes.shape[1] != votes.shape[2] or not len(votes):
        raise ValueError(f"want votes (T, N, N) of one frame or more, got {votes.shape}")
    if (votes[0] != np.diag(np.einsum("ii->i", votes[0]))).any():
        raise ValueError("want the votes of the first frame with itself to be in place")
    return TrueTracks(votes, assign(votes.astype(np.float64)))
