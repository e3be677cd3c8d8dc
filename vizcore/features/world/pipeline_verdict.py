"""What happens in a clip of the world, in one sentence, and what becomes of its patches.

Truth, frames a second -> sentence;  TrueTracks -> sentence
"""

from collections.abc import Sequence

import numpy as np

from vizcore.algorithms.matching.true_tracks import TrueTracks
from vizcore.synthetic.truth import Truth

NAMED = 4  # actions that a sentence names
STEP = "steps"  # the moment in which a lamp changes its colour


def world_verdict(truth: Truth, rate: float) -> str:
    """Who does what, and for how long.

    Args:
        truth: of a clip.
        rate: frames a second.
    """
    seconds = f"{len(truth.surface) / rate:.1f} s"
    roles = [thing.role for thing in truth.things]
    actors, bystanders = roles.count("actor"), roles.count("bystander")
    beside = f"; {bystanders} bystander{'s' * (bystanders > 1)}" if bystanders else ""
    if truth.segments:
        labels = [_does(name, actors == 1) for name in dict.fromkeys(one.label for one in truth.segments)]
        more = [f"{'does' if actors == 1 else 'do'} {len(labels) - NAMED + 1} more things"]
        named = _and([*labels[: NAMED - 1], *more] if len(labels) > NAMED else labels)
        who = "One actor" if actors == 1 else f"{actors} actors"
        count = len(truth.segments)
        return f"{who} {named}: {count} segment{'s' * (count > 1)} in {seconds}{beside}."
    objects = [k for k, role in enumerate(roles) if role == "object"]
    lamps = [k for k in objects if np.isfinite(truth.state[:, k]).all()]
    if not actors and lamps:
        return _lamps(truth, len(lamps), rate, seconds)
    return f"Nobody acts in these {seconds}{beside}."


def tracks_verdict(tracks: TrueTracks) -> str:
    """What becomes of the patches of the first frame."""
    frames, patches = tracks.share.shape
    if (tracks.share == 1).all():
        return f"Nothing moves: all {patches} patches keep their pixels."
    lost = int(tracks.overruled[-1].sum())
    words = f"In the last of {frames} frames {tracks.share[-1].mean():.0%} of a patch's pixels are still in one patch"
    return f"{words}; {lost} of {patches} patches have lost theirs." if lost else f"{words}, and no patch is lost."


def _lamps(truth: Truth, count: int, rate: float, seconds: str) -> str:
    """When lamps step on, and which kind of clip that makes."""
    steps = [one for one in truth.events if one.name == STEP]
    pace = f", moving {truth.pace:g} px a frame" if truth.pace > 0 else ", at rest" if truth.pace == 0 else ""
    words = f"{count} lamps in {seconds}{pace}"
    if not steps:
        return f"{words}; none steps on (*{truth.label}*)."
    at = _and([f"{frame / rate:.1f} s" for frame in dict.fromkeys(one.frame for one in steps)])
    return f"{words}; {len({one.thing for one in steps})} step on at {at} (*{truth.label}*)."


def _does(label: str, one: bool) -> str:
    """An action as one person does it, or several: sits down, sit down."""
    verb, *rest = label.split("_")
    if one:
        verb += "es" if verb.endswith(("sh", "ch", "s", "x")) else "s"
    return " ".join([verb, *rest])


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
