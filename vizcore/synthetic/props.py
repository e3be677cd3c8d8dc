"""What people handle: where each thing is at each phase of an action, and the arms that have to follow it.

phase (T,), joints (T, 14, 2) -> cutouts behind the figure, and in its hands; hands go to what they hold, in place

Everything is where the body needs it: a stool as high as this body sits, a chest as far as these arms reach.
"""

from collections.abc import Callable

import numpy as np

from vizcore.synthetic.actions import pose
from vizcore.synthetic.cutout import Colour, Cutout, Patch, box, capsule, disc, laid, moved, shade
from vizcore.synthetic.figure import Body, J, joints_of, reach

Pieces = list[Cutout]
BALL = 0.055  # heights: its radius
LIGHT_GRAVITY = 4.4  # heights per squared phase


def _still(x: float, y: float, count: int) -> np.ndarray:
    return laid(np.tile([x, y], (count, 1)))


def _smooth(phase: np.ndarray, start: float, stop: float) -> np.ndarray:
    """0 before start, 1 after stop, with no corner between."""
    s = np.clip((phase - start) / (stop - start), 0, 1)
    return s * s * (3 - 2 * s)


def _at(action: str, phase: float, body: Body) -> np.ndarray:
    """(14, 2) the joints at one moment."""
    return joints_of(pose(action, np.array([phase])), body)[0]


def stool(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """Stands where the action ends, as high as the body sits.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, (x, top) = body.height, _at("sit_down", 1, body)[J["pelvis"]]
    top -= 0.05 * h
    legs = [capsule(np.hypot(0.03 * h, top), 0.013 * h, 0.013 * h) for _ in range(2)]
    legs = [leg @ _spin(-np.pi / 2 + sign * 0.16) + (sign * 0.07 * h, top) for sign, leg in zip((-1, 1), legs)]
    bar = box(-0.08 * h, 0.4 * top, 0.08 * h, 0.4 * top + 0.02 * h)
    seat = moved(capsule(0.2 * h, 0.026 * h, 0.026 * h, 5), -0.1 * h, top - 0.026 * h)
    patches = [Patch(outline, shade(colour, 0.72)) for outline in (*legs, bar)]
    gloss = Patch(
        moved(capsule(0.18 * h, 0.008 * h, 0.008 * h, 4), -0.09 * h, top - 0.012 * h), shade(colour, 1.2), fine=True
    )
    return [Cutout("stool", (*patches, Patch(seat, colour), gloss), _still(x, 0, len(phase)))], []


def carton(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """A box that is lifted with both hands.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    side = 0.085 * body.height
    centre = _lifted(phase, joints, body, side)
    tape = Patch(box(-0.2 * side, -side, 0.2 * side, side), shade(colour, 1.25))
    lid = Patch(box(-side, 0.62 * side, side, 0.7 * side), shade(colour, 0.7), fine=True)
    low = Patch(box(-side, -side, side, -0.6 * side), shade(colour, 0.85), fine=True)
    patches = (Patch(box(-side, -side, side, side), colour), low, tape, lid)
    return [], [Cutout("box", patches, laid(centre))]


def picked_ball(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """A ball that is lifted with both hands.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    radius = BALL * body.height
    return [], [_ball("ball", radius, colour, _lifted(phase, joints, body, radius), np.zeros(len(phase)))]


def _lifted(phase: np.ndarray, joints: np.ndarray, body: Body, side: float) -> np.ndarray:
    """(T, 2) the middle of what lies on the ground until it is grasped, then goes where the hands go."""
    h, grasp = body.height, 0.46
    hands = (joints[:, J["left hand"]] + joints[:, J["right hand"]]) / 2
    before = _at("pick_up", grasp, body)
    rest = np.array([(before[J["left hand"], 0] + before[J["right hand"], 0]) / 2, side])
    lag = rest - (before[J["left hand"]] + before[J["right hand"]]) / 2
    carried = hands + lag + ((0.05 * h, 0) - lag) * _smooth(phase, grasp, 1)[:, None]
    centre = np.where((phase > grasp)[:, None], carried, rest)
    for arm in ("left", "right"):
        reach(joints, body, arm, moved(centre, -0.02 * h, 0.02 * h), _smooth(phase, grasp - 0.24, grasp))
    return centre


def crate(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """Slides ahead of the pelvis; both hands are flat on its near side.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, arms = body.height, body.upper + body.fore
    high = 0.72 * body.shoulder
    wide, tall = 0.36 * h, high + 0.06 * h
    near = joints[:, J["pelvis"], 0] + 0.72 * arms + (0.24 + 0.35 * phase) * body.torso
    for side, height in (("left", high), ("right", high - 0.04 * h)):
        reach(joints, body, side, np.stack([near - 0.012 * h, np.full(len(phase), height)], -1), np.ones(len(phase)))
    dark, rim = shade(colour, 0.68), 0.04 * h
    boards = [box(rim, y * tall, wide - rim, y * tall + 0.012 * h) for y in (0.3, 0.5, 0.7)]
    frame = [box(0, 0, rim, tall), box(wide - rim, 0, wide, tall), box(0, 0, wide, rim), box(0, tall - rim, wide, tall)]
    brace = np.array([(rim, rim), (1.8 * rim, rim), (wide - rim, tall - rim), (wide - 1.8 * rim, tall - rim)])
    patches = [Patch(box(0, 0, wide, tall), colour), *(Patch(b, shade(colour, 0.85), fine=True) for b in boards)]
    patches += [Patch(outline, dark) for outline in (brace, *frame)]
    return [Cutout("crate", tuple(patches), laid(np.stack([near, np.zeros(len(phase))], -1)))], []


def chest(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """A chest whose lid turns about its far edge; the near hand has the lid by its rim.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, count = body.height, len(phase)
    near, far, tall, thick = 0.15 * h, 0.42 * h, 0.24 * h, 0.045 * h
    angle = np.deg2rad(4 + 86 * phase)
    hinge = np.tile([far, tall], (count, 1))
    grip = 0.85 * (far - near)
    lid = laid(hinge, -angle)
    reach(joints, body, "right", hinge + grip * np.stack([-np.cos(angle), np.sin(angle)], -1), np.ones(count))
    dark, wide = shade(colour, 0.62), far - near
    bands = [box(near + s * wide, 0, near + s * wide + 0.025 * h, tall) for s in (0.12, 0.8)]
    lock = box(near + 0.47 * wide, 0.62 * tall, near + 0.6 * wide, 0.95 * tall)
    trunk = [Patch(box(near, 0, far, tall), colour), *(Patch(band, dark) for band in bands)]
    trunk += [Patch(lock, (222, 186, 92)), Patch(box(near, 0.9 * tall, far, tall), shade(colour, 0.8), fine=True)]
    cover = [Patch(box(-wide, 0, 0, thick), shade(colour, 1.12))]
    cover += [Patch(box(-(1 - s) * wide, 0, -(1 - s) * wide + 0.025 * h, thick), dark) for s in (0.12, 0.8)]
    return [Cutout("lid", tuple(cover), lid), Cutout("chest", tuple(trunk), _still(0, 0, count))], []


def _flight(start: np.ndarray, speed: tuple[float, float], since: np.ndarray, h: float, radius: float) -> np.ndarray:
    """(T, 2) where something is that left the start so many phases ago; it does not sink into the ground."""
    x = start[0] + speed[0] * h * since
    y = start[1] + speed[1] * h * since - LIGHT_GRAVITY * h * since**2
    return np.stack([x, np.maximum(y, radius)], -1)


def ball(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """In the near hand until it is let go, then in the air.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, radius, release = body.height, BALL * body.height, 0.5
    flies = (phase > release)[:, None]
    hold = joints[:, J["right hand"]] + 0.7 * radius * _away(joints)
    last = _at("throw", release, body)
    start = last[J["right hand"]] + 0.7 * radius * _away(last[None])[0]
    path = _flight(start, (2.5, 1.1), np.maximum(phase - release, 0), h, radius)
    return [], [_ball("ball", radius, colour, np.where(flies, path, hold), -7 * phase)]


def football(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """Lies before the foot until that arrives, then flies.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, radius, touch = body.height, 0.062 * body.height, 0.46
    toe = _at("kick", touch, body)[J["right toe"]]
    start, since = np.array([toe[0] + 1.1 * radius, radius]), np.maximum(phase - touch, 0)
    path = _flight(start, (2.6, 1.5), since, h, radius)
    return [], [_ball("ball", radius, colour, path, -16 * since)]


def _ball(name: str, radius: float, colour: Colour, centre: np.ndarray, turn: np.ndarray) -> Cutout:
    band = np.array([(-0.97, -0.22), (0.97, -0.22), (0.97, 0.22), (-0.97, 0.22)]) * radius
    gloss = Patch(disc(0.26 * radius, 0.3 * radius, 0.55 * radius, 10), shade(colour, 1.4), fine=True)
    patches = (Patch(disc(radius), colour), Patch(band, (246, 244, 236)), gloss)
    return Cutout(name, patches, laid(centre, turn))


def _away(joints: np.ndarray) -> np.ndarray:
    """(T, 2) unit: from the near elbow to the near hand."""
    arm = joints[:, J["right hand"]] - joints[:, J["right elbow"]]
    return arm / np.linalg.norm(arm, axis=-1, keepdims=True)


def jug(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """Tips over a bowl on a little table, and comes back.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, count = body.height, len(phase)
    tip = 1.75 * np.sin(np.pi * np.clip(phase / 1.1, 0, 1)) ** 4
    x, y = _at("pour", 0.62, body)[J["right hand"]]
    x, top = x + 0.13 * h, y - 0.2 * h
    table = [Patch(box(-0.13 * h, top - 0.03 * h, 0.13 * h, top), shade((176, 132, 88), 0.95))]
    table += [Patch(box(s - 0.012 * h, 0, s + 0.012 * h, top - 0.03 * h), (134, 98, 66)) for s in (-0.1 * h, 0.1 * h)]
    angle = np.linspace(-np.pi, 0, 12)
    bowl = np.stack([0.075 * h * np.cos(angle), top + 0.07 * h + 0.07 * h * np.sin(angle)], -1)
    pot = [
        Patch(box(-0.01 * h, -0.075 * h, 0.08 * h, 0.06 * h), colour),
        Patch(box(-0.015 * h, 0.045 * h, 0.1 * h, 0.065 * h), shade(colour, 0.75)),
    ]
    pot += [Patch(box(0.055 * h, -0.06 * h, 0.07 * h, 0.04 * h), shade(colour, 1.2), fine=True)]
    held = Cutout("jug", tuple(pot), laid(joints[:, J["right hand"]], -tip))
    return [Cutout("table", (*table, Patch(bowl, shade(colour, 0.8))), _still(x, 0, count))], [held]


def pot(phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> tuple[Pieces, Pieces]:
    """A pot on a stove, and a spoon that the near hand leads round in it.

    Args:
        phase: (T,) 0 to 1, how far the action is.
        joints: (T, 14, 2) units; arms that hold the thing are bent in place.
        body: lengths of the limbs.
        colour: RGB, 0 to 255.
    """
    h, count = body.height, len(phase)
    hand = joints[:, J["right hand"]]
    x, top = _at("stir", 0, body)[J["right hand"], 0] + 0.02 * h, 0.36 * h
    stove = [
        Patch(box(-0.16 * h, 0, 0.16 * h, top), (206, 206, 204)),
        Patch(box(-0.1 * h, 0.08 * h, 0.1 * h, 0.25 * h), (92, 96, 104)),
    ]
    stove += [Patch(box(-0.17 * h, top - 0.025 * h, 0.17 * h, top), (70, 72, 78))]
    kettle = [Patch(box(-0.11 * h, top, 0.11 * h, top + 0.13 * h), colour)]
    kettle += [Patch(box(-0.125 * h, top + 0.115 * h, 0.125 * h, top + 0.14 * h), shade(colour, 0.75))]
    bottom = np.array([x, top + 0.05 * h])
    lean = bottom - hand
    spoon = Patch(moved(capsule(0.24 * h, 0.013 * h, 0.013 * h, 5), -0.04 * h, 0), (150, 104, 62))
    behind = [Cutout("stove", tuple(stove), _still(x, 0, count))]
    held = Cutout("spoon", (spoon,), laid(hand, np.arctan2(lean[:, 1], lean[:, 0])))
    return behind, [held, Cutout("pot", tuple(kettle), _still(x, 0, count))]


def _spin(angle: float) -> np.ndarray:
    """(2, 2) that turns rows by the angle."""
    return np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])


PROPS: dict[str, Callable[[np.ndarray, np.ndarray, Body, Colour], tuple[Pieces, Pieces]]] = {
    "stool": stool,
    "box": carton,
    "picked ball": picked_ball,
    "crate": crate,
    "chest": chest,
    "ball": ball,
    "football": football,
    "jug": jug,
    "pot": pot,
}
