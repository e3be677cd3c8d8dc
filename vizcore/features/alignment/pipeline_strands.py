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
from vizcore.synthetic.truth import Truth

STILL = 1e-5  # of a vector's length: what differs from the mean by less does so by rounding


@dataclass(frozen=True, eq=False)
class Strand:
    """N moments of one clip, or rows of one file of features."""

    features: np.ndarray  # (N, D) float64; of clips, rows of length 1
    frames: np.ndarray  # (N,) int64 rising frame numbers of the clip, or row numbers of the file
    times: np.ndarray  # (N,) seconds; nan where nobody knows them
    phase: np.ndarray  # (N,) how far the action is, 0 to 1; nan where nobody knows
    total: int  # frames or rows that there are
    centred: bool = False  # the features are less the clip's mean
    pixels: np.ndarray | None = None  # (N, P) of the small frames, centred, where they are a second witness

    __repr__ = short_repr(lambda one: f"{len(one)} of {one.total} moments, {one.features.shape[1]} features each")

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def changes(self) -> np.ndarray:
        """(N, D) the features less their mean."""
        return self.features if self.centred else centred(self.features)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two strands whose features mean the same."""

    first: Strand
    second: Strand
    action: str = ""  # what both do; "" where that is not known, or not the same
    badge: Badge | None = None  # how far the model is at home in both clips; None where no model describes them
    described: str = ""  # by what: "MODEL LAYER", or "pixels"; "" of files

    __repr__ = short_repr(
        lambda pair: (
            f"{len(pair.first)} and {len(pair.second)} moments, {pair.first.features.shape[1]} features each, "
            f"action: {pair.action or 'unknown'}"
        )
    )

    @property
    def pixels(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Pixels of both, where they are a second witness."""
        both = self.first.pixels, self.second.pixels
        return None if both[0] is None or both[1] is None else both

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


def unit(vectors: np.ndarray) -> np.ndarray:
    """(N, D) float64 rows of length 1; a row of noughts stays one."""
    vectors = np.asarray(vectors, np.float64)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def centred(vectors: np.ndarray) -> np.ndarray:
    """(N, D) vectors less their mean; one alone stays as it is, and what nothing tells from the mean is noughts."""
    if len(vectors) == 1:
        return vectors
    apart = vectors - vectors.mean(0)
    still = np.linalg.norm(apart, axis=1) <= STILL * np.linalg.norm(vectors, axis=1).max()
    return np.where(still[:, None], 0, apart)


def action_of(truth: Truth | None) -> str:
    """What a clip shows as a whole, where somebody does it from the first frame to the last; else ""."""
    return "" if truth is None or not np.isfinite(phase_of(truth)).all() else truth.label


def phase_of(truth: Truth) -> np.ndarray:
    """(T,) phase of the first person who does something, 0 to 1; nan where nobody does."""
    does = np.isfinite(truth.phase).any(0)
    actors = [k for k, thing in enumerate(truth.things) if thing.role == "actor" and does[k]]
    return truth.phase[:, actors[0]].astype(np.float64) if actors else np.full(len(truth.phase), np.nan)
