"""How far persons are followed, in one sentence.

times, confidence, where they are lost, IoU with the ground truth, where the first box comes from -> sentence
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

BEGUN = {  # what is said of a first box that nobody drew
    "ground truth": "the first box is an actor's, by the ground truth",
    "motion": "the first box is around what moves most: draw your own",
    "middle": "nothing moves by itself, so the first box is in the middle: draw your own",
}


class Outcome(NamedTuple):
    """One person in T frames."""

    name: str
    times: np.ndarray  # (T,) seconds
    confidence: np.ndarray  # (T,) 0 to 1
    lost: np.ndarray  # (T,) bool
    overlap: float  # mean IoU with the ground truth; nan where nobody knows
    start: str  # "drawn", or a key of BEGUN


def follow_verdict(people: Sequence[Outcome]) -> str:
    """Over how many frames persons are followed, and where they are lost.

    Args:
        people: at least one, all in the same clip.
    """
    first = people[0]
    if len(first.times) == 1:
        return "One frame: there is nothing to follow."
    said = _one(first) if len(people) == 1 else _several(people)
    ends = [said]
    known = [one.overlap for one in people if np.isfinite(one.overlap)]
    if known:
        ends.append(f"mean IoU with the ground truth {np.mean(known):.2f}")
    if first.start in BEGUN:
        ends.append(BEGUN[first.start])
    return "; ".join(ends) + "."


def _one(one: Outcome) -> str:
    count, kept = len(one.times), int((~one.lost).sum())
    if not one.lost.any():
        return f"{one.name} is followed over all {count} frames, {_least([one])}"
    if kept == 1:
        return f"{one.name} is lost at once: draw the box closer around what is to be followed"
    return f"{one.name} is followed over {kept} of {count} frames and {_lost(one)}"


def _several(people: Sequence[Outcome]) -> str:
    whole = [one for one in people if not one.lost.any()]
    frames = "all frames" if len({len(one.times) for one in people}) > 1 else f"all {len(people[0].times)} frames"
    if len(whole) == len(people):
        every = "Both" if len(people) == 2 else f"All {len(people)}"
        return f"{every} persons are followed over {frames}, {_least(people, named=True)}"
    losers = [f"{one.name} is {_lost(one)}" for one in people if one.lost.any()]
    verb = "is" if len(whole) == 1 else "are"
    return "; ".join([f"{len(whole) or 'None'} of {len(people)} persons {verb} followed over {frames}", *losers])


def _least(people: Sequence[Outcome], named: bool = False) -> str:
    """Where confidence is least."""
    worst = min(people, key=lambda one: one.confidence.min())
    place = int(worst.confidence.argmin())
    who = f"of {worst.name} " if named else ""
    return f"with the least confidence {who}at {worst.times[place]:.1f} s ({worst.confidence[place]:.2f})"


def _lost(one: Outcome) -> str:
    """When a person is lost."""
    edges = np.diff(one.lost.astype(np.int8), prepend=0, append=0)
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)  # [start, stop) in frames
    if len(starts) > 1:
        return f"lost {len(starts)} times, first at {one.times[starts[0]]:.1f} s"
    start, stop = int(starts[0]), int(stops[0])
    if stop == len(one.times):
        return "lost in every frame" if start == 0 else f"lost from {one.times[start]:.1f} s on"
    if start == 0:
        return f"lost before {one.times[stop]:.1f} s"
    return f"lost from {one.times[start]:.1f} to {one.times[stop]:.1f} s"
