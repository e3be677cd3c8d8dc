"""What figures can do: half of the classes are the other half played backwards.

name, phase (T,) 0..1 -> pose (T, 15) of figure.CHANNELS

Between key poses everything moves smoothly, and legs are bent so that feet are where they were put. A class and its
twin are one function, looked up at phase and at 1 - phase.
"""

from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from vizcore.synthetic.figure import CHANNELS, SHIN, THIGH, Body, C, bend, joints_of
from vizcore.synthetic.keyposes import ACTIONS

SAMPLES = 257  # poses that an action is tabulated at
TWINS = {
    "stand_up": "sit_down",
    "put_down": "pick_up",
    "pull": "push",
    "close": "open",
    "catch": "throw",
    "trap": "kick",
    "walk_back": "walk",
    "cartwheel_back": "cartwheel",
}
CLASSES = tuple(name for backwards, forwards in TWINS.items() for name in (forwards, backwards))
OTHERS = tuple(name for name in ACTIONS if name not in TWINS.values())
EVERY = CLASSES + OTHERS


def forwards(name: str, phase: np.ndarray) -> tuple[str, np.ndarray]:
    """The action that a name is written down as, and the phase (T,) at which it is to be looked up.

    Raises:
        ValueError: nobody can do that.
    """
    if name not in EVERY:
        raise ValueError(f"want an action of {', '.join(EVERY)}, got {name!r}")
    return (TWINS[name], 1 - phase) if name in TWINS else (name, phase)


def pose(name: str, phase: np.ndarray) -> np.ndarray:
    """(T, 15) of CHANNELS at the phases (T,) of an action."""
    action, phase = forwards(name, phase)
    place = np.clip(phase, 0, 1) * (SAMPLES - 1)
    before = np.minimum(place.astype(int), SAMPLES - 2)
    rest = (place - before)[:, None]
    table = _table(action)
    return table[before] * (1 - rest) + table[before + 1] * rest


def events(name: str) -> list[tuple[float, str]]:
    """The moments of an action, as (phase, name), in order."""
    if name in TWINS:
        return sorted((1 - phase, word) for phase, _, word in ACTIONS[TWINS[name]].events)
    return [(phase, word) for phase, word, _ in ACTIONS[name].events]


@lru_cache
def _table(name: str) -> np.ndarray:
    """(SAMPLES, 15) the whole action."""
    action = ACTIONS[name]
    curve = PchipInterpolator([key.at for key in action.keys], [key.numbers for key in action.keys])
    lean, head, turn, x, y, *rest = curve(np.linspace(0, 1, SAMPLES)).T
    arms, feet = {"left": rest[0:2], "right": rest[2:4]}, {"left": rest[4:7], "right": rest[7:10]}
    curves = np.zeros((SAMPLES, len(CHANNELS)))
    for channel, values in {"lean": lean, "head": head, "turn": turn, "x": x, "lift": _lift(feet)}.items():
        curves[:, C[channel]] = values
    for side in ("left", "right"):
        curves[:, C[f"{side} arm"]], curves[:, C[f"{side} elbow"]] = arms[side]
        ahead, rise, curves[:, C[f"{side} sole"]] = feet[side]
        thigh, shin = np.rad2deg(bend(np.stack([ahead - x, rise - y], -1), THIGH, SHIN, -1))
        curves[:, C[f"{side} hip"]], curves[:, C[f"{side} knee"]] = thigh, shin - thigh
    if action.rolls:
        curves[:, C["x"]] = _rolled(curves)
    return curves


def _lift(feet: dict[str, list[np.ndarray]]) -> np.ndarray:
    """(SAMPLES,) how high the lower foot is over the ground, in lengths of a leg, toes considered."""
    low = [rise - 0.18 * np.sin(np.deg2rad(np.maximum(sole, 0))) for _, rise, sole in feet.values()]
    return np.maximum(np.minimum(*low), 0)


def _rolled(poses: np.ndarray) -> np.ndarray:
    """How far a figure gets by rolling over its lowest joint, in lengths of a leg of a middling body."""
    body = Body(1.0, 0.475, 0.285, 0.165, 0.165, 0.068, 0.085, 0.038, 1.0)
    joints = joints_of(poses, body)
    touching = joints[:-1, :, 1].argmin(1)
    rows = np.arange(len(touching))
    gone = joints[rows, touching, 0] - joints[rows + 1, touching, 0]
    return 0.6 * np.concatenate([[0], np.cumsum(gone)]) / body.leg  # a person folds up on the way: less than a hoop
