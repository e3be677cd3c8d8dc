"""What figures can do: each action is a handful of key poses, and half of the classes are the others played backwards.

name, phase (T,) 0..1 -> pose (T, 15) of figure.CHANNELS

Legs are written down as where the feet and the pelvis are, in lengths of a leg, and bent to fit: so feet stay where they
are put. A class and its twin are the same function, at phase and at 1 - phase.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from vizcore.world.figure import CHANNELS, SHIN, THIGH, Body, C, bend, joints_of

BASE = {
    **{"lean": 0, "head": 0, "arm_l": 6, "elbow_l": 12, "arm_r": -6, "elbow_r": 12, "turn": 0},  # degrees
    **{"x": 0, "y": 0.985},  # the pelvis over where the ankles stand
    **{"foot_l": -0.09, "rise_l": 0, "sole_l": 0, "foot_r": 0.09, "rise_r": 0, "sole_r": 0},  # the ankles; sole degrees
}
SAMPLES = 257


@dataclass(frozen=True)
class Action:
    """Key poses (phase: what differs from BASE), the object that is handled, and moments with names."""

    keys: dict[float, dict[str, float]]
    prop: str | None = None  # of vizcore.world.props
    events: tuple[tuple[float, str, str], ...] = ()  # phase, name, name when played backwards
    rolls: bool = False  # goes where its lowest point rolls to


def _both(**channels: float) -> dict[str, float]:
    return {f"{name}_{side}": value for name, value in channels.items() for side in "lr"}


def _steps(count: int, stride: float, lean: float, swing: float) -> dict[float, dict[str, float]]:
    """Keys of `count` steps of `stride` leg lengths: a foot rests while the other one passes it."""
    keys = {}
    for step in range(count + 1):
        front, back, sign = ("l", "r", 1) if step % 2 == 0 else ("r", "l", -1)
        here, x = step / count, step * stride
        keys[here] = {
            **{"x": x, "y": 0.955, "lean": lean, f"foot_{front}": x + stride / 2, f"foot_{back}": x - stride / 2},
            **{f"sole_{front}": -8, f"sole_{back}": 22, f"rise_{back}": 0.05},
            **{"arm_l": -sign * swing, "arm_r": sign * swing, "elbow_l": 18, "elbow_r": 18},
        }
        if step < count:
            x += stride / 2
            keys[here + 0.5 / count] = {
                **{"x": x, "y": 0.99, "lean": lean, f"foot_{front}": x, f"foot_{back}": x},
                **{f"rise_{back}": 0.13, f"sole_{back}": 28, "arm_l": 0, "arm_r": 0, "elbow_l": 15, "elbow_r": 15},
            }
    return keys


def _pushing(steps: dict[float, dict[str, float]]) -> dict[float, dict[str, float]]:
    """Steps with both arms ahead, the lean growing as the load gets going."""
    return {
        phase: key | {"lean": 14 + 22 * phase, "y": key["y"] - 0.07 - 0.06 * phase} | _both(arm=70, elbow=12)
        for phase, key in steps.items()
    }


GROUND_HOLD = {"x": -0.3, "y": 0.52, "lean": 72, "head": -22, "foot_l": -0.14, "foot_r": 0.14}
SEATED = {"x": -0.5, "y": 0.53, "lean": -5, "head": 4, **_both(arm=24, elbow=46)}

ACTIONS = {
    "sit_down": Action(
        {
            0: {**_both(arm=0), "lean": 2},
            0.3: {"x": -0.16, "y": 0.86, "lean": 26, "head": -8, "arm_l": 34, "arm_r": 26, **_both(elbow=14)},
            0.7: {**SEATED, "y": 0.56, "lean": 24, "head": -6, "arm_l": 40, "arm_r": 34, **_both(elbow=34)},
            1: SEATED,
        },
        "stool",
        ((0.72, "seated", "risen"),),
    ),
    "pick_up": Action(
        {
            0: {**_both(arm=4)},
            0.24: {"x": -0.14, "y": 0.82, "lean": 34, "head": -12, **_both(arm=22, elbow=8)},
            0.46: {**GROUND_HOLD, **_both(arm=14, elbow=6)},
            0.72: {"x": -0.1, "y": 0.86, "lean": 26, "head": -4, **_both(arm=36, elbow=40)},
            1: {"lean": -7, "head": 6, **_both(arm=38, elbow=72)},
        },
        "box",
        ((0.46, "grasp", "release"),),
    ),
    "push": Action(_pushing(_steps(3, 0.42, 0, 0)), "crate", ((0.0, "contact", "contact"),)),
    "open": Action(
        {
            0: {"x": -0.1, "y": 0.74, "lean": 60, "head": -16, "arm_l": -18, "arm_r": 20, **_both(elbow=16)},
            0.5: {"x": 0.02, "y": 0.87, "lean": 42, "head": -10, "arm_l": -8, "arm_r": 46, **_both(elbow=16)},
            1: {"x": 0.14, "y": 0.9, "lean": 38, "head": 0, "arm_l": 4, "arm_r": 62, **_both(elbow=20)},
        },
        "chest",
        ((0.0, "grasp", "release"),),
    ),
    "throw": Action(
        {
            **{0: {"x": -0.2, "y": 0.93, "lean": -20, "arm_r": -78, "elbow_r": 42, "arm_l": 72}},
            0.3: {"x": -0.12, "y": 0.94, "lean": -14, "arm_r": -150, "elbow_r": 78, "arm_l": 62, "foot_l": 0.2},
            0.5: {"x": 0.06, "y": 0.92, "lean": 6, "arm_r": -215, "elbow_r": 36, "arm_l": 16, "foot_l": 0.32},
            0.7: {"x": 0.14, "y": 0.9, "lean": 26, "arm_r": -292, "elbow_r": 10, "arm_l": -22, "foot_l": 0.34},
            1: {
                "x": 0.18,
                "y": 0.88,
                "lean": 40,
                "head": -14,
                "arm_r": -340,
                "elbow_r": 24,
                "arm_l": -44,
                "foot_l": 0.34,
            },
        },
        "ball",
        ((0.5, "release", "grasp"),),
    ),
    "kick": Action(
        {
            0: {"x": -0.1, "lean": 14, "foot_r": -0.62, "rise_r": 0.42, "sole_r": 55, "arm_l": -42, "arm_r": 40},
            0.3: {
                "x": -0.04,
                "y": 0.96,
                "lean": 8,
                "foot_r": -0.3,
                "rise_r": 0.2,
                "sole_r": 42,
                "arm_l": -20,
                "arm_r": 22,
            },
            0.46: {"x": 0, "y": 0.96, "lean": -2, "foot_r": 0.3, "rise_r": 0.05, "sole_r": 8, "arm_l": 8, "arm_r": -6},
            0.7: {
                "x": 0.04,
                "y": 0.97,
                "lean": -14,
                "foot_r": 0.78,
                "rise_r": 0.44,
                "sole_r": -24,
                "arm_l": 48,
                "arm_r": -38,
            },
            1: {
                "x": 0.04,
                "y": 0.98,
                "lean": -22,
                "head": 10,
                "foot_r": 0.9,
                "rise_r": 0.86,
                "sole_r": -48,
                "arm_l": 78,
                "arm_r": -62,
            },
        },
        "football",
        ((0.46, "contact", "contact"),),
    ),
    "walk": Action(_steps(3, 0.72, 4, 32)),
    "cartwheel": Action(
        {
            0: {"turn": 0, "arm_l": 165, "arm_r": 195, **_both(elbow=0), "foot_l": -0.1, "foot_r": 0.3, "rise_r": 0.14},
            0.2: {
                "turn": 50,
                "arm_l": 160,
                "arm_r": 205,
                **_both(elbow=0),
                "foot_l": -0.5,
                "rise_l": 0.16,
                "foot_r": 0.42,
                "rise_r": 0.12,
            },
            0.5: {
                "turn": 180,
                "arm_l": 168,
                "arm_r": 196,
                **_both(elbow=0),
                "foot_l": -0.6,
                "rise_l": 0.22,
                "foot_r": 0.6,
                "rise_r": 0.22,
            },
            0.8: {
                "turn": 310,
                "arm_l": 165,
                "arm_r": 200,
                **_both(elbow=0),
                "foot_l": -0.42,
                "rise_l": 0.12,
                "foot_r": 0.5,
                "rise_r": 0.16,
            },
            1: {"turn": 360, "arm_l": 105, "arm_r": -105, **_both(elbow=0)},
        },
        events=((0.5, "inverted", "inverted"),),
        rolls=True,
    ),
    "wave": Action(
        {
            0: {},
            **{0.2 + 0.6 * k / 4: {"arm_r": 152, "elbow_r": (8, 66)[k % 2], "head": 4 * (k % 2)} for k in range(5)},
            1: {},
        }
    ),
    "squat": Action(
        {
            0: {},
            0.5: {"x": -0.3, "y": 0.5, "lean": 36, "head": -20, **_both(arm=88, elbow=4)},
            1: {},
        }
    ),
    "jump": Action(
        {
            0: {},
            0.28: {"x": -0.2, "y": 0.62, "lean": 38, "head": -14, **_both(arm=-52, elbow=6)},
            0.42: {"y": 1.02, **_both(arm=120, rise=0.06, sole=38)},
            0.56: {"y": 1.34, **_both(arm=164, elbow=4, rise=0.42, sole=40)},
            0.72: {"x": -0.04, "y": 0.98, "lean": 8, **_both(arm=92, rise=0.04, sole=16)},
            0.84: {"x": -0.16, "y": 0.74, "lean": 26, **_both(arm=34, elbow=16)},
            1: {},
        }
    ),
    "jack": Action(
        {
            0: {"arm_l": 8, "arm_r": -8, "foot_l": -0.06, "foot_r": 0.06},
            **{
                p: {"arm_l": 168, "arm_r": -168, "y": 0.9, "foot_l": -0.42, "foot_r": 0.42, **_both(elbow=0)}
                for p in (0.25, 0.75)
            },
            0.5: {"arm_l": 8, "arm_r": -8, "foot_l": -0.06, "foot_r": 0.06},
            1: {"arm_l": 8, "arm_r": -8, "foot_l": -0.06, "foot_r": 0.06},
        }
    ),
    "pour": Action(
        {
            0: {"arm_r": 14, "elbow_r": 58},
            0.3: {"arm_r": 58, "elbow_r": 46, "lean": 4, "head": -8},
            0.62: {"arm_r": 82, "elbow_r": 34, "lean": 9, "head": -14},
            0.82: {"arm_r": 64, "elbow_r": 40, "lean": 5, "head": -8},
            1: {"arm_r": 14, "elbow_r": 58},
        },
        "jug",
    ),
    "stir": Action(
        {
            k / 12: {
                "arm_r": 34 + 12 * np.cos(k * np.pi / 2),
                "elbow_r": 42 + 14 * np.sin(k * np.pi / 2),
                "lean": 8,
                "head": -12,
            }
            for k in range(13)
        },
        "pot",
    ),
    "bow": Action({0: {}, 0.5: {"x": -0.14, "lean": 72, "head": 16, **_both(arm=-12, elbow=8)}, 1: {}}),
    "idle": Action({0: {}, 0.5: {"arm_l": 9, "arm_r": -9, "head": 5, "y": 0.975}, 1: {}}),
}
TWINS = {
    **{"stand_up": "sit_down", "put_down": "pick_up", "pull": "push", "close": "open", "catch": "throw"},
    **{"trap": "kick", "walk_back": "walk", "cartwheel_back": "cartwheel"},
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
    action, phases = ACTIONS[name], np.linspace(0, 1, SAMPLES)
    times = sorted(action.keys)
    keys = np.array([[(BASE | action.keys[time])[channel] for channel in BASE] for time in times], float)
    curve = PchipInterpolator(times, keys)(phases)
    goal = dict(zip(BASE, curve.T, strict=True))
    made = np.zeros((SAMPLES, len(CHANNELS)))
    for channel in ("lean", "head", "turn", "x"):
        made[:, C[channel]] = goal[channel]
    for side in ("left", "right"):
        s = side[0]
        made[:, C[f"{side} arm"]], made[:, C[f"{side} elbow"]] = goal[f"arm_{s}"], goal[f"elbow_{s}"]
        ankle = np.stack([goal[f"foot_{s}"] - goal["x"], goal[f"rise_{s}"] - goal["y"]], -1)
        thigh, shin = np.rad2deg(bend(ankle, THIGH, SHIN, -1))
        made[:, C[f"{side} hip"]], made[:, C[f"{side} knee"]] = thigh, shin - thigh
        made[:, C[f"{side} sole"]] = goal[f"sole_{s}"]
    made[:, C["lift"]] = _lift(goal)
    if action.rolls:
        made[:, C["x"]] = _rolled(made)
    return made


def _lift(goal: dict[str, np.ndarray]) -> np.ndarray:
    """How high the lower foot is over the ground, in lengths of a leg, toes considered."""
    feet = [goal[f"rise_{s}"] - 0.18 * np.sin(np.deg2rad(np.maximum(goal[f"sole_{s}"], 0))) for s in "lr"]
    return np.maximum(np.minimum(*feet), 0)


def _rolled(poses: np.ndarray) -> np.ndarray:
    """How far a figure gets by rolling over its lowest joint, in lengths of a leg of a middling body."""
    body = Body(1.0, 0.475, 0.285, 0.165, 0.165, 0.068, 0.085, 0.038, 1.0)
    joints = joints_of(poses, body)
    touching = joints[:-1, :, 1].argmin(1)
    rows = np.arange(len(touching))
    gone = joints[rows, touching, 0] - joints[rows + 1, touching, 0]
    return 0.6 * np.concatenate([[0], np.cumsum(gone)]) / body.leg  # a person folds up on the way: less than a hoop
