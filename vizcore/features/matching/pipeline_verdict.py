"""What a matching comes to, in one sentence: the verdicts of this feature's results.

tracks, agreement with the flow, who moves -> sentence;  scores of methods -> sentence;  a walk, costs -> sentence
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vizcore.algorithms.matching.tracks import Tracks

if TYPE_CHECKING:
    from vizcore.algorithms.matching.complexity import Cost
    from vizcore.algorithms.matching.walkthrough import Stage

MANY = 0.5  # of the pairs: where more could be others as well, that is what there is to say
CLOSE = 0.01  # of the patches: methods that differ by less are as good as each other
NAMES = {"hungarian": "Hungarian"}  # methods whose names are not their own words


class MethodLike(Protocol):
    """How one method did; the share is 0 to 1, nan where nothing moves."""

    method: str
    agreement_moving: float


class TruthLike(Protocol):
    """How one method did by the ground truth; the share is 0 to 1, nan where nothing counts."""

    source: str
    method: str
    right: float


def matching_verdict(tracks: Tracks, agrees: np.ndarray, moving: np.ndarray) -> str:
    """What the matching of a clip is worth.

    Args:
        tracks: T - 1 steps of N patches.
        agrees: (T-1, N) bool: the match is where the optical flow leads.
        moving: (T-1, N) bool: the flow leads to another patch.
    """
    if not len(tracks.steps):
        return "One frame: there is no next one to match it with."
    undecided, name = tracks.undecided.mean(), _name(tracks.method)
    if undecided > MANY:
        return f"Most patches look alike: for {undecided:.0%} of the matches another would do as well."
    if not moving.any():
        stay = "all of them stay" if tracks.identity_share.mean() == 1 else f"{tracks.identity_share.mean():.0%} stay"
        return f"No patch moves by more than one patch; {stay} in place."
    share = f"{agrees[moving].mean():.0%} of the moving patches agree with the optical flow"
    if tracks.method == "identity":
        return f"{share} when every patch stays in place."
    overruled = tracks.overruled.mean()
    return f"{share}; {name} overruled {overruled:.0%} of the best matches." if overruled else f"{share}."


def methods_verdict(scores: Sequence[MethodLike]) -> str:
    """Which method agrees best with the optical flow where patches move.

    Args:
        scores: at least one.
    """
    known = [one for one in scores if np.isfinite(one.agreement_moving)]
    if not known:
        return "Nothing moves, so the optical flow tells no method from another."
    best = max(known, key=lambda one: one.agreement_moving)
    names = [_name(one.method) for one in known if best.agreement_moving - one.agreement_moving < CLOSE]
    share = f"{best.agreement_moving:.0%} of the moving patches"
    if len(names) > 1:
        return f"{' and '.join([', '.join(names[:-1]), names[-1]])} agree with the optical flow equally well: {share}."
    others = [one for one in known if one is not best]
    if not others:
        return f"{names[0]} agrees with the optical flow for {share}."
    second = max(others, key=lambda one: one.agreement_moving)
    return (
        f"{names[0]} agrees best with the optical flow: {share}, against {second.agreement_moving:.0%} of "
        f"{_name(second.method)}."
    )


def truth_verdict(scores: Sequence[TruthLike]) -> str:
    """Which source and method is right most often.

    Args:
        scores: at least one.
    """
    known = [one for one in scores if np.isfinite(one.right)]
    if not known:
        return "No patch of this stretch holds enough of a thing to be scored."
    best = max(known, key=lambda one: one.right)
    name = f"{best.source}, {_name(best.method)}"
    return f"By the ground truth {name}, is right most often: {best.right:.0%} of the patches."


def walk_verdict(stages: Sequence[Stage]) -> str:
    """Whether Algorithms 1 and 2, as they were read, do what they should.

    Args:
        stages: every line, in order.
    """
    faults = [stage.fault for stage in stages if stage.fault]
    if faults:
        return f"Read this way, the algorithm fails: {faults[-1][:1].lower()}{faults[-1][1:]}"
    return "Read this way, the algorithm matches every token, and de-alignment restores what was there."


def cost_verdict(costs: Mapping[str, Cost]) -> str:
    """What alignment adds to a model.

    Args:
        costs: by mode; "factorized" and "ata" at least.
    """
    ata, factorized = costs["ata"], costs["factorized"]
    more = (ata.macs + ata.matching) / factorized.macs - 1
    parameters = ata.parameters - factorized.parameters
    return (
        f"ATA needs {abs(more):.1%} {'more' if more >= 0 else 'fewer'} multiply-adds than factorized attention, "
        f"matching included, and {abs(parameters):,} {'more' if parameters > 0 else 'fewer'} parameters."
    )


def _name(method: str) -> str:
    return NAMES.get(method, method)
