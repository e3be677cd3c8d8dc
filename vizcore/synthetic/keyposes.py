"""The key poses of every action, written as an animator would: where pelvis and feet are, and how the arms are held.

Lengths are those of a leg, x to the front, y up from where the ankles stand; angles are degrees as in figure.CHANNELS.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Key:
    """A pose at a phase of an action; what is not said is as of somebody who stands."""

    at: float  # phase 0..1
    pelvis: tuple[float, float] = (0, 0.985)  # x, y
    lean: float = 0
    head: float = 0
    turn: float = 0
    left_arm: tuple[float, float] = (6, 12)  # angles of shoulder and elbow
    right_arm: tuple[float, float] = (-6, 12)
    left_foot: tuple[float, float, float] = (-0.09, 0, 0)  # ankle x, y; sole, positive on the toes
    right_foot: tuple[float, float, float] = (0.09, 0, 0)

    @property
    def numbers(self) -> list[float]:
        """All of them in a row, without the phase."""
        arms, feet = (*self.left_arm, *self.right_arm), (*self.left_foot, *self.right_foot)
        return [self.lean, self.head, self.turn, *self.pelvis, *arms, *feet]


@dataclass(frozen=True)
class Action:
    """Key poses, the object that is handled, and moments with names."""

    keys: tuple[Key, ...]
    prop: str | None = None  # of vizcore.synthetic.props
    events: tuple[tuple[float, str, str], ...] = ()  # phase, name, name when played backwards
    rolls: bool = False  # goes where its lowest point rolls to


def _arms(shoulder: float, elbow: float) -> dict[str, tuple[float, float]]:
    return {"left_arm": (shoulder, elbow), "right_arm": (shoulder, elbow)}


def _spread(foot: float, shoulder: float, elbow: float) -> dict[str, tuple[float, ...]]:
    arms = {"left_arm": (shoulder, elbow), "right_arm": (-shoulder, elbow)}
    return arms | {"left_foot": (-foot, 0, 0), "right_foot": (foot, 0, 0)}


def _tiptoe(rise: float, sole: float) -> dict[str, tuple[float, float, float]]:
    return {"left_foot": (-0.09, rise, sole), "right_foot": (0.09, rise, sole)}


def _steps(count: int, stride: float) -> list[Key]:
    """Keys of `count` steps: a foot rests while the other one passes it, and the arms swing against the legs."""
    keys = []
    for step in range(count + 1):
        front, back, swing = ("left", "right", 32) if step % 2 == 0 else ("right", "left", -32)
        here, x = step / count, step * stride
        feet = {f"{front}_foot": (x + stride / 2, 0, -8), f"{back}_foot": (x - stride / 2, 0.05, 22)}
        keys.append(Key(here, (x, 0.955), 4, left_arm=(-swing, 18), right_arm=(swing, 18), **feet))
        if step < count:
            x += stride / 2
            feet = {f"{front}_foot": (x, 0, 0), f"{back}_foot": (x, 0.13, 28)}
            keys.append(Key(here + 0.5 / count, (x, 0.99), 4, **_arms(0, 15), **feet))
    return keys


def _pushing(step: Key) -> Key:
    """The same step with both arms ahead; the lean grows as the load gets going."""
    x, y = step.pelvis
    pelvis, lean = (x, y - 0.07 - 0.06 * step.at), 14 + 22 * step.at
    return Key(step.at, pelvis, lean, **_arms(70, 12), left_foot=step.left_foot, right_foot=step.right_foot)


def _stirring(quarter: int) -> Key:
    turn = quarter * np.pi / 2
    arm = (34 + 12 * np.cos(turn), 42 + 14 * np.sin(turn))
    return Key(quarter / 12, lean=8, head=-12, right_arm=arm)


SIT_DOWN = (
    Key(0, lean=2, **_arms(0, 12)),
    Key(0.3, (-0.16, 0.86), 26, -8, left_arm=(34, 14), right_arm=(26, 14)),
    Key(0.7, (-0.5, 0.56), 24, -6, left_arm=(40, 34), right_arm=(34, 34)),
    Key(1, (-0.5, 0.53), -5, 4, **_arms(24, 46)),
)
PICK_UP = (
    Key(0, **_arms(4, 12)),
    Key(0.24, (-0.14, 0.82), 34, -12, **_arms(22, 8)),
    Key(0.46, (-0.3, 0.52), 72, -22, **_arms(14, 6), left_foot=(-0.14, 0, 0), right_foot=(0.14, 0, 0)),
    Key(0.72, (-0.1, 0.86), 26, -4, **_arms(36, 40)),
    Key(1, lean=-7, head=6, **_arms(38, 72)),
)
OPEN = (
    Key(0, (-0.1, 0.74), 60, -16, left_arm=(-18, 16), right_arm=(20, 16)),
    Key(0.5, (0.02, 0.87), 42, -10, left_arm=(-8, 16), right_arm=(46, 16)),
    Key(1, (0.14, 0.9), 38, left_arm=(4, 20), right_arm=(62, 20)),
)
THROW = (
    Key(0, (-0.2, 0.93), -20, left_arm=(72, 12), right_arm=(-78, 42)),
    Key(0.3, (-0.12, 0.94), -14, left_arm=(62, 12), right_arm=(-150, 78), left_foot=(0.2, 0, 0)),
    Key(0.5, (0.06, 0.92), 6, left_arm=(16, 12), right_arm=(-215, 36), left_foot=(0.32, 0, 0)),
    Key(0.7, (0.14, 0.9), 26, left_arm=(-22, 12), right_arm=(-292, 10), left_foot=(0.34, 0, 0)),
    Key(1, (0.18, 0.88), 40, -14, left_arm=(-44, 12), right_arm=(-340, 24), left_foot=(0.34, 0, 0)),
)
KICK = (
    Key(0, (-0.1, 0.985), 14, left_arm=(-42, 12), right_arm=(40, 12), right_foot=(-0.62, 0.42, 55)),
    Key(0.3, (-0.04, 0.96), 8, left_arm=(-20, 12), right_arm=(22, 12), right_foot=(-0.3, 0.2, 42)),
    Key(0.46, (0, 0.96), -2, left_arm=(8, 12), right_arm=(-6, 12), right_foot=(0.3, 0.05, 8)),
    Key(0.7, (0.04, 0.97), -14, left_arm=(48, 12), right_arm=(-38, 12), right_foot=(0.78, 0.44, -24)),
    Key(1, (0.04, 0.98), -22, 10, left_arm=(78, 12), right_arm=(-62, 12), right_foot=(0.9, 0.86, -48)),
)
CARTWHEEL = (
    Key(0, left_arm=(165, 0), right_arm=(195, 0), left_foot=(-0.1, 0, 0), right_foot=(0.3, 0.14, 0)),
    Key(0.2, turn=50, left_arm=(160, 0), right_arm=(205, 0), left_foot=(-0.5, 0.16, 0), right_foot=(0.42, 0.12, 0)),
    Key(0.5, turn=180, left_arm=(168, 0), right_arm=(196, 0), left_foot=(-0.6, 0.22, 0), right_foot=(0.6, 0.22, 0)),
    Key(0.8, turn=310, left_arm=(165, 0), right_arm=(200, 0), left_foot=(-0.42, 0.12, 0), right_foot=(0.5, 0.16, 0)),
    Key(1, turn=360, left_arm=(105, 0), right_arm=(255, 0)),
)
JUMP = (
    Key(0),
    Key(0.28, (-0.2, 0.62), 38, -14, **_arms(-52, 6)),
    Key(0.42, (0, 1.02), **_arms(120, 12), **_tiptoe(0.06, 38)),
    Key(0.56, (0, 1.34), **_arms(164, 4), **_tiptoe(0.42, 40)),
    Key(0.72, (-0.04, 0.98), 8, **_arms(92, 12), **_tiptoe(0.04, 16)),
    Key(0.84, (-0.16, 0.74), 26, **_arms(34, 16)),
    Key(1),
)
JACK = (
    Key(0, **_spread(0.06, 8, 12)),
    Key(0.25, (0, 0.9), **_spread(0.42, 168, 0)),
    Key(0.5, **_spread(0.06, 8, 12)),
    Key(0.75, (0, 0.9), **_spread(0.42, 168, 0)),
    Key(1, **_spread(0.06, 8, 12)),
)
POUR = (
    Key(0, right_arm=(14, 58)),
    Key(0.3, lean=4, head=-8, right_arm=(58, 46)),
    Key(0.62, lean=9, head=-14, right_arm=(82, 34)),
    Key(0.82, lean=5, head=-8, right_arm=(64, 40)),
    Key(1, right_arm=(14, 58)),
)
WAVING = tuple(Key(0.2 + 0.15 * k, head=4 * (k % 2), right_arm=(152, (8, 66)[k % 2])) for k in range(5))

ACTIONS = {
    "sit_down": Action(SIT_DOWN, "stool", ((0.72, "seated", "risen"),)),
    "pick_up": Action(PICK_UP, "box", ((0.46, "grasp", "release"),)),
    "push": Action(tuple(_pushing(step) for step in _steps(3, 0.42)), "crate", ((0.0, "contact", "contact"),)),
    "open": Action(OPEN, "chest", ((0.0, "grasp", "release"),)),
    "throw": Action(THROW, "ball", ((0.5, "release", "grasp"),)),
    "kick": Action(KICK, "football", ((0.46, "contact", "contact"),)),
    "walk": Action(tuple(_steps(3, 0.72))),
    "cartwheel": Action(CARTWHEEL, events=((0.5, "inverted", "inverted"),), rolls=True),
    "wave": Action((Key(0), *WAVING, Key(1))),
    "squat": Action((Key(0), Key(0.5, (-0.3, 0.5), 36, -20, **_arms(88, 4)), Key(1))),
    "jump": Action(JUMP),
    "jack": Action(JACK),
    "pour": Action(POUR, "jug"),
    "stir": Action(tuple(_stirring(quarter) for quarter in range(13)), "pot"),
    "bow": Action((Key(0), Key(0.5, (-0.14, 0.985), 72, 16, **_arms(-12, 8)), Key(1))),
    "idle": Action((Key(0), Key(0.5, (0, 0.975), head=5, left_arm=(9, 12), right_arm=(-9, 12)), Key(1))),
}
