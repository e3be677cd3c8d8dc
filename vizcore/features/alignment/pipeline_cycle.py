"""Nearest neighbours of two strands with their order, and the cycle of a frame through the other clip and back.

Pair -> nearest -> Nearest, taus;   Pair, beta, gamma -> round_trip -> Cycle: P, Q, where each frame ends, losses
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.alignment.kendall import nearest as nearest_frames
from vizcore.algorithms.alignment.losses import CYCLE_FORMS, kendall_tau, round_trip
from vizcore.algorithms.ties import SLACK, first_least
from vizcore.features.alignment.pipeline_strands import Pair, unit
from vizcore.features.alignment.pipeline_verdict import cycle_verdict, nearest_verdict
from vizcore.runtime.short_repr import short_repr

TOLERANCE = 1  # places between begin and end of a cycle that counts as consistent


@dataclass(frozen=True, eq=False)
class Nearest:
    """Each moment's most alike one of the other strand, chosen alone."""

    there: np.ndarray  # (N,) int64 places of the second strand
    back: np.ndarray  # (M,) int64 places of the first
    tau: dict[str, tuple[float, float]]  # {"a" or "b": Kendall's tau there and back, -1 to 1; nan where undefined}

    __repr__ = short_repr(
        lambda one: (
            f"{len(one.there)} and {len(one.back)} moments, Kendall's tau-b {one.tau['b'][0]:.2f} there, "
            f"{one.tau['b'][1]:.2f} back"
        )
    )

    @property
    def verdict(self) -> str:
        """Whether they keep the order of time, in one sentence."""
        return nearest_verdict(self.tau["b"])


@dataclass(frozen=True, eq=False)
class Cycle:
    """The cycle of the first strand's frames: to the second and back."""

    there: np.ndarray  # Q (M, N): where on the second each frame of the first belongs; columns of sum 1
    back: np.ndarray  # P (N, M): where on the first each frame of the second belongs; columns of sum 1
    losses: dict[str, float]  # {form of CYCLE_FORMS: cycle loss}, in nats
    total: dict[str, float]  # {form: cycle loss + 0.1 of both alignments' costs}
    least: float  # what the loss of form "code" cannot fall below

    __repr__ = short_repr(
        lambda one: f"{one.there.shape[1]} moments through {len(one.there)}, loss {one.losses['prob']:.3f} nats"
    )

    @property
    def loop(self) -> np.ndarray:
        """(N, N): where each frame of the first ends; rows of sum 1."""
        return (self.back @ self.there).T

    @property
    def visited(self) -> np.ndarray:
        """(N,) int64: the likeliest place of the second strand for each of the first."""
        return _likeliest(self.there, 0)

    @property
    def returned(self) -> np.ndarray:
        """(N,) int64: the likeliest place at which each ends."""
        return _likeliest(self.loop, 1)

    @property
    def verdict(self) -> str:
        """How many moments return to within TOLERANCE of where they began, in one sentence."""
        return self.verdict_within(TOLERANCE)

    def verdict_within(self, tolerance: int) -> str:
        """The same for any number of places between begin and end that still count as consistent."""
        return cycle_verdict(self.returned, tolerance, self.losses["prob"])


def nearest(pair: Pair) -> Nearest:
    """Nearest neighbours by distance, which for vectors of length 1 is by cosine, and how well they keep order."""
    first, second = pair.first.features, pair.second.features
    there, back = nearest_frames(first, second), nearest_frames(second, first)
    tau = {kind: (kendall_tau(there, kind), kendall_tau(back, kind)) for kind in "ab"}
    return Nearest(there, back, tau)


def cycle(pair: Pair, beta: float = 0.1, gamma: float = 0.1, minimum: str = "smooth") -> Cycle:
    """The round trip of the GTA paper.

    Args:
        pair: of N and M moments; vectors are brought to length 1.
        beta: temperature of the contrastive costs, above 0.
        gamma: temperature of the minimum, in units of the cost.
        minimum: a key of algorithms.alignment.soft_dtw.MINIMA.
    """
    ends = unit(pair.first.features), unit(pair.second.features)
    trip = round_trip(*ends, beta=beta, gamma=gamma, minimum=minimum)
    count = len(pair.first)
    return Cycle(
        trip.back.numpy(),
        trip.there.numpy(),
        {form: float(trip.cycle(form)) for form in CYCLE_FORMS},
        {form: float(trip.total(form)) for form in CYCLE_FORMS},
        float(np.log(np.e + count - 1) - 0.9 - 0.1 / count) if count > 1 else 0.0,
    )


def _likeliest(shares: np.ndarray, axis: int) -> np.ndarray:
    """The place of the largest share; of equals, up to rounding, the first."""
    return first_least(-shares, SLACK * float(np.finfo(shares.dtype).eps), axis)
