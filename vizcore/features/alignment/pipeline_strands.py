"""Two sequences of moments that are aligned, and how far an alignment of them is from the ground truth.

features (N, D), frames, seconds, phases -> Strand;  two of them -> Pair -> ground truth (N,), frame and phase errors
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vizcore.algorithms.alignment.kendall import kendall_tau, nearest
from vizcore.runtime.domain import Badge
from vizcore.runtime.short_repr import short_repr


@dataclass(frozen=True, eq=False)
class Strand:
    """N moments of one clip, or rows of one file of features."""

    features: np.ndarray  # (N, D) float64; of clips, rows of length 1
    frames: np.ndarray  # (N,) int64 rising frame numbers of the clip, or row numbers of the file
    times: np.ndarray  # (N,) seconds; nan where nobody knows them
    phase: np.ndarray  # (N,) how far the action is, 0 to 1; nan where nobody knows
    total: int  # frames or rows that there are

    __repr__ = short_repr(lambda one: f"{len(one)} of {one.total} moments, {one.features.shape[1]} features each")

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two strands whose features mean the same."""

    first: Strand
    second: Strand
    action: str = ""  # what both do; "" where that is not known, or not the same
    badge: Badge | None = None  # how far the model is at home in both clips; None where no model describes them

    __repr__ = short_repr(
        lambda pair: (
            f"{len(pair.first)} and {len(pair.second)} moments, {pair.first.features.shape[1]} features each, "
            f"action: {pair.action or 'unknown'}"
        )
    )

    @cached_property
    def truth(self) -> np.ndarray | None:
        """(N,) the place of the second strand at the phase of each of the first, between two; None if not known.

        Before the second's first phase and after its last it is that end.
        """
        if not self.action:
            return None
        return np.interp(self.first.phase, self.second.phase, np.arange(len(self.second)))

    @cached_property
    def tau(self) -> float:
        """Kendall's tau-b of nearest neighbours, -1 to 1, the mean of both directions; nan where one is undefined."""
        one, other = self.first.features, self.second.features
        return (kendall_tau(nearest(one, other)) + kendall_tau(nearest(other, one))) / 2

    def frame_error(self, answer: np.ndarray) -> float:
        """Mean distance from the truth of places (N,) on the second strand, in frames of its clip; nan if not known."""
        if self.truth is None:
            return float("nan")
        return float(np.mean(np.abs(self.second_frame(answer) - self.second_frame(self.truth))))

    def phase_error(self, answer: np.ndarray) -> float:
        """Mean difference in true phase, 0 to 1, of moments that are joined; as frame_error."""
        if self.truth is None:
            return float("nan")
        phase = np.interp(answer, np.arange(len(self.second)), self.second.phase)
        return float(np.mean(np.abs(phase - self.first.phase)))

    def frames_late(self, answers: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """By how many frames of the second clip each of some answers (N,) is later than the ground truth."""
        true = self.second_frame(self.truth)
        return {name: self.second_frame(answer) - true for name, answer in answers.items()}

    @property
    def clock_sync(self) -> np.ndarray:
        """(N,) the place of the second strand at the same second as each of the first: both simply played together."""
        seconds = [strand.times - strand.times[0] for strand in (self.first, self.second)]
        return np.interp(seconds[0], seconds[1], np.arange(len(self.second)))

    def second_frame(self, places: np.ndarray) -> np.ndarray:
        """Places on the second strand as frame numbers of its clip, whole or between two."""
        return np.interp(places, np.arange(len(self.second)), self.second.frames)
