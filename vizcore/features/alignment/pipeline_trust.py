"""Whether the path between two clips can be trusted, as far as limits were measured for what describes their frames.

features (N, D), (M, D), path (L, 2) - less each clip's mean, cosine -> centred cost - LIMITS -> one of LEVELS

docs/alignment_trust.md has how the limits were chosen, and what comes of them on other films.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.features.alignment.pipeline_strands import Pair, centred, unit

TRUSTED, WEAK, NOT_TRUSTED = LEVELS = "trusted", "weak", "not trusted"


@dataclass(frozen=True)
class Limits:
    """Of a path's centred cost."""

    trusted: float  # what is below is trusted
    weak: float  # what is below is weak, and from here on it is not trusted

    def level(self, cost: float) -> str:
        """One of LEVELS for a centred cost; nan is not trusted."""
        return TRUSTED if cost < self.trusted else WEAK if cost < self.weak else NOT_TRUSTED


LIMITS = {  # by what describes the frames: model and layer, or pixels
    "lite0 pooled": Limits(0.80, 0.90),
}


def centred_cost(pair: Pair, path: np.ndarray) -> float:
    """Mean cosine cost of a pair of the path (L, 2), of vectors less the mean of their own clip.

    0 alike, 1 unrelated, 2 opposed. What is the same in all of a clip, such as a room, would make any two of its
    moments alike.
    """
    one, other = (
        unit(strand.features if strand.centred else centred(strand.features)) for strand in (pair.first, pair.second)
    )
    return float(1 - (one[path[:, 0]] * other[path[:, 1]]).sum(1).mean())
