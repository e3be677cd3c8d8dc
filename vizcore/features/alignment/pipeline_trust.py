"""Whether the path between two clips can be trusted, as far as limits were measured for what describes their frames.

vectors (N, D), (M, D) less each clip's mean, path (L, 2) - cosine -> mean centred cost - LIMITS, COPY -> one of LEVELS

docs/alignment_trust.md has how the limits were chosen, and what comes of them on other films.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.features.alignment.pipeline_strands import unit

TRUSTED, WEAK, NOT_TRUSTED = LEVELS = "trusted", "weak", "not trusted"
COPY = 0.40  # mean centred cost of pixels below which a path joins copies of the same pictures, whatever a net says


@dataclass(frozen=True)
class Limits:
    """Of a path's mean centred cost."""

    trusted: float  # what is below is trusted
    weak: float  # what is below is weak, and from here on it is not trusted

    def level(self, cost: float) -> str:
        """One of LEVELS for a centred cost; nan is not trusted."""
        return TRUSTED if cost < self.trusted else WEAK if cost < self.weak else NOT_TRUSTED


LIMITS = {  # by what describes the frames: model and layer, or pixels
    "lite0 pooled": Limits(0.80, 0.90),
    "pixels": Limits(COPY, 0.90),
}


def centred_cost(first: np.ndarray, second: np.ndarray, path: np.ndarray) -> float:
    """Mean over the path of 1 less the cosine: 0 alike, 1 unrelated, 2 opposed.

    What is the same in all of a clip, such as a room, would make any two of its moments alike.

    Args:
        first, second: (N, D), (M, D) vectors less the mean of their own clip; of what does not change, noughts.
        path: (L, 2) the pairs of places.
    """
    one, other = unit(first), unit(second)
    return float(1 - (one[path[:, 0]] * other[path[:, 1]]).sum(1).mean())
