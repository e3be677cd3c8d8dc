"""Where a moment is found again, and whether that is more than chance, in one sentence."""

from collections.abc import Sequence
from typing import Protocol

CHANCE = 0.05  # significance above which a moment is none


class MomentLike(Protocol):
    """What is said of a moment."""

    name: str
    start: float
    distance: float
    significance: float


def find_verdict(moments: Sequence[MomentLike], searched: int, against: str) -> str:
    """What the nearest moments are.

    Args:
        moments: the nearest first, one at least.
        searched: clips.
        against: what significance compares with.
    """
    best, where = moments[0], "1 clip" if searched == 1 else f"{searched} clips"
    place = f"in *{best.name}* at {best.start:.1f} s (distance {best.distance:.2f}"
    if best.significance > CHANCE:
        return (
            f"Nothing in {where} is nearer than chance: the best is {place}), and {best.significance:.0%} of queries "
            f"that mean nothing, {against}, come as near."
        )
    sure = sum(one.significance <= CHANCE for one in moments)
    more = f" {sure} of {len(moments)} moments are more than chance." if len(moments) > 1 else ""
    share = f"{best.significance:.0%} of {against} come as near"
    return f"The nearest moment in {where} is {place}; {share}).{more}"
