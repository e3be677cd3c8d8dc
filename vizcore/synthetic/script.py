"""What a long video tells: one episode after the other, with walks, rests and false attempts between them.

rng, frames -> Beats in order of time; between two of them lie frames of the background
"""

from dataclasses import dataclass

import numpy as np

from vizcore.synthetic.actions import pose
from vizcore.synthetic.figure import C

EPISODES = {  # what is used -> the actions that may follow each other there, each with the prop that it needs
    "stool": ((("sit_down", "stool"), ("stand_up", "stool")),),
    "box": ((("pick_up", "box"), ("put_down", "box")),),
    "ball": ((("pick_up", "picked ball"), ("throw", "ball")),),
    "crate": ((("push", "crate"),), (("push", "crate"), ("pull", "crate"))),
    "chest": ((("open", "chest"),), (("open", "chest"), ("close", "chest"))),
    "football": ((("kick", "football"),),),
    "pot": ((("stir", "pot"),),),
    "": tuple(((name, ""),) for name in ("wave", "squat", "jump", "jack", "bow", "cartwheel")),
}
WITH_THINGS = ("sit_down", "stand_up", "pick_up", "put_down", "throw", "push", "pull", "open", "close", "kick", "stir")
SEGMENT_LABELS = (*WITH_THINGS, "wave", "squat", "jump", "jack", "bow", "cartwheel", "walk")  # labels of segments
TRAVELS = {"walk", "push", "pull", "cartwheel"}  # end elsewhere than they began
FALSE = {"pick_up": 0.38, "kick": 0.4, "sit_down": 0.45}  # may be begun and given up: how far one gets
ATTEMPTS = 0.3  # how often one of these is given up at first
REST, BEAT = (12, 30), (22, 42)  # frames of a rest and of an action, at speed 1


@dataclass(frozen=True)
class Beat:
    """One action in the frames [first, stop), or an attempt at it that is given up."""

    action: str
    prop: str  # "" for none
    episode: int  # beats of one episode use the same thing
    first: int
    stop: int
    origin: float  # leg lengths: where the action's x = 0 is
    given_up: float | None = None  # phase at which one turns back; None: the whole action

    def phases(self, profile: np.ndarray) -> np.ndarray:
        """The phases of its frames, from a profile (stop - first,) that rises from 0 to 1."""
        if self.given_up is None:
            return profile
        return self.given_up * (1 - np.abs(2 * profile - 1)) ** 0.8


def plan(rng: np.random.Generator, count: int, speed: float) -> list[Beat]:
    """Beats that fill at least `count` frames.

    Args:
        rng: source of chance.
        count: frames, 1 or more.
        speed: 1 as usual, 2 twice as fast.
    """
    beats, frame, here, number, last = [], _draw(rng, REST, speed), 0.0, 0, ""
    while not beats or beats[-1].stop < count:
        last, episode = _episode(rng, last)
        walks = 2 if last == "crate" else 1  # what was pushed stands farther along the way
        for steps in (episode, *([("walk", "", None)] for _ in range(walks))):
            origin = here
            for action, prop, given_up in steps:
                beat = Beat(action, prop, number, frame, frame + _draw(rng, BEAT, speed), origin, given_up)
                beats.append(beat)
                here = origin + (float(pose(action, np.ones(1))[0, C["x"]]) if action in TRAVELS else 0.0)
                frame = beat.stop + _draw(rng, REST, speed)
            number += 1
    return beats


def _episode(rng: np.random.Generator, last: str) -> tuple[str, list[tuple[str, str, float | None]]]:
    """What is used next, and the steps: action, prop, phase at which it is given up."""
    kinds = [kind for kind in EPISODES if kind != last or not kind]
    kind = kinds[rng.integers(len(kinds))]
    steps = [(*step, None) for step in EPISODES[kind][rng.integers(len(EPISODES[kind]))]]
    if steps[0][0] in FALSE and rng.random() < ATTEMPTS:
        steps.insert(0, (*steps[0][:2], FALSE[steps[0][0]]))
    return kind, steps


def _draw(rng: np.random.Generator, span: tuple[int, int], speed: float) -> int:
    return max(8, round(rng.integers(*span) / speed))
