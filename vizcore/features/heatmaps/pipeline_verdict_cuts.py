"""Where a film cuts, and what speaks for a cut, in one sentence each.

seconds and probabilities of cuts -> cuts_verdict          share of the heat of every frame -> cut_heat_verdict
"""

from collections.abc import Sequence

import numpy as np

ABSENT = "TransNetV2, which finds cuts, is not here: `make real` brings it."
FEW = 6  # cuts that are told one by one
NEAR = 2  # frames on either side of a cut


def cuts_verdict(cuts: Sequence[tuple[float, float]], most: float, frames: int) -> str:
    """How many cuts there are, and when.

    Args:
        cuts: seconds and probability of each.
        most: the largest probability of a frame.
        frames: that were looked at.
    """
    if frames == 1:
        return "One frame has no cut."
    if not cuts:
        return f"TransNetV2 sees no cut: the most likely frame has {most:.0%}."
    told = [f"{seconds:.1f} s ({share:.0%})" for seconds, share in cuts]
    if len(told) == 1:
        return f"TransNetV2 sees 1 cut, at {told[0]}."
    if len(told) <= FEW:
        return f"TransNetV2 sees {len(told)} cuts, at {', '.join(told[:-1])} and {told[-1]}."
    least = min(share for _, share in cuts)
    return f"TransNetV2 sees {len(told)} cuts, from {told[0]} to {told[-1]}; the least likely has {least:.0%}."


def cut_heat_verdict(shares: np.ndarray, away: np.ndarray) -> str:
    """How near a cut what speaks for it is.

    Args:
        shares: (T,) of the heat that each frame has; nan where there is none.
        away: (T,) frames from the one with which the next shot begins, below 0 before it.
    """
    if not np.isfinite(shares).all():
        return "Nothing in this stack speaks for this cut."
    near = float(shares[(away >= -NEAR) & (away < NEAR)].sum())
    hottest = int(away[shares.argmax()])
    where = (
        "the first frame of the next shot"
        if hottest == 0
        else "the last frame of the shot before"
        if hottest == -1
        else f"{abs(hottest)} frames {'after' if hottest > 0 else 'before'} the cut"
    )
    return f"{near:.0%} of the heat is in the {2 * NEAR} frames around the cut; the hottest is {where}."
