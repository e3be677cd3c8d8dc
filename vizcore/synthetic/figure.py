"""A figure of twelve limbs: from angles to joints, and from joints to the place of every limb.

    pose (T, 15) of CHANNELS + body -> joints (T, 14, 2) -> places of limbs (T, 12, 2, 3)

Lengths are units of the world, y points up from the soles, x to where the figure faces. A figure is seen from its right
side, so what is "left" is far from the viewer; one that faces the other way is a mirror image.
"""

from dataclasses import dataclass

import numpy as np

CHANNELS = (
    *("lean", "head", "left arm", "left elbow", "right arm", "right elbow"),
    *("left hip", "left knee", "left sole", "right hip", "right knee", "right sole", "turn"),  # degrees
    *("x", "lift"),  # lengths of a leg: how far the figure went, how high its lowest point is
)
JOINTS = (
    *("head", "nose", "neck", "pelvis", "left elbow", "left hand", "right elbow", "right hand"),
    *("left knee", "left ankle", "left toe", "right knee", "right ankle", "right toe"),
)
LIMBS = {  # in the order of drawing, far ones first: the joints that each lies between
    "left upper arm": ("neck", "left elbow"),
    "left forearm": ("left elbow", "left hand"),
    "left foot": ("left ankle", "left toe"),
    "left shin": ("left knee", "left ankle"),
    "left thigh": ("pelvis", "left knee"),
    "right foot": ("right ankle", "right toe"),
    "right shin": ("right knee", "right ankle"),
    "right thigh": ("pelvis", "right knee"),
    "torso": ("pelvis", "neck"),
    "head": ("neck", "head"),
    "right upper arm": ("neck", "right elbow"),
    "right forearm": ("right elbow", "right hand"),
}
PARTS = (*LIMBS, "held object")
THIGH, SHIN = 0.52, 0.48  # of a leg: the same for all bodies, so that angles plant every body's feet alike
C = {name: k for k, name in enumerate(CHANNELS)}
J = {name: k for k, name in enumerate(JOINTS)}


@dataclass(frozen=True)
class Body:
    """The lengths of a figure, in units of the world."""

    height: float
    leg: float
    torso: float
    upper: float  # upper arm
    fore: float  # forearm with hand
    skull: float  # radius
    foot: float
    ankle: float  # height of the ankle over the sole
    girth: float  # 1 is middling

    @property
    def shoulder(self) -> float:
        """Height of the shoulders of an upright figure."""
        return self.ankle + self.leg + self.torso


def grow(rng: np.random.Generator, height: float) -> Body:
    """A body of random proportions, `height` units tall."""
    shares = np.array([0.475, 0.285, 0.165, 0.165, 0.068, 0.085, 0.038])
    shares *= rng.uniform(0.92, 1.08, len(shares))
    tall = shares[[0, 1, 6]].sum() + 0.3 * shares[4] / 0.068 * 0.1 + 2 * shares[4]
    return Body(height, *(shares * height / tall).tolist(), float(rng.uniform(0.85, 1.25)))


def joints_of(pose: np.ndarray, body: Body) -> np.ndarray:
    """Where the joints of a body are, (T, 14, 2); its lowest point is `lift` above y = 0.

    Args:
        pose: (T, 15) of CHANNELS. Angles of limbs are 0 downwards and grow to the front; knee and elbow are relative
            to thigh and upper arm, soles to the ground; `turn` is of the whole figure, forwards.
    """
    angle = {name: np.deg2rad(pose[:, k]) for name, k in C.items()}
    found = np.zeros((len(pose), len(JOINTS), 2))

    def put(joint: str, start: str, length: float, direction: np.ndarray) -> None:
        """Place a joint at the end of a bone.

        Args:
            joint, start: names of JOINTS; the bone begins at the latter.
            length: units.
            direction: (T,) radians, 0 downwards.
        """
        found[:, J[joint]] = found[:, J[start]] + length * np.stack([np.sin(direction), -np.cos(direction)], -1)

    up, face = np.pi - angle["lean"], np.pi - angle["lean"] - angle["head"]
    put("neck", "pelvis", body.torso, up)
    put("head", "neck", 1.45 * body.skull, face)
    put("nose", "head", 1.05 * body.skull, face - np.pi / 2)
    for side in ("left", "right"):
        upper, thigh = angle[f"{side} arm"], angle[f"{side} hip"]
        put(f"{side} elbow", "neck", body.upper, upper)
        put(f"{side} hand", f"{side} elbow", body.fore, upper + angle[f"{side} elbow"])
        put(f"{side} knee", "pelvis", THIGH * body.leg, thigh)
        put(f"{side} ankle", f"{side} knee", SHIN * body.leg, thigh + angle[f"{side} knee"])
        put(f"{side} toe", f"{side} ankle", body.foot, np.pi / 2 - angle[f"{side} sole"])
    c, s = np.cos(angle["turn"]), np.sin(angle["turn"])
    found = np.einsum("tij,tkj->tki", np.stack([c, s, -s, c], -1).reshape(-1, 2, 2), found)
    found[:, :, 1] += (pose[:, C["lift"]] * body.leg - lowest(found, body))[:, None]
    found[:, :, 0] += (pose[:, C["x"]] * body.leg)[:, None]
    return found


def lowest(joints: np.ndarray, body: Body) -> np.ndarray:
    """(T,) the height of the lowest point of the figure, flesh included."""
    flesh = np.full(len(JOINTS), 0.35 * body.ankle)
    flesh[[J["left ankle"], J["right ankle"]]] = body.ankle
    flesh[[J["left toe"], J["right toe"]]] = body.ankle * 0.9
    flesh[J["head"]] = body.skull
    return (joints[:, :, 1] - flesh).min(1)


def reach(joints: np.ndarray, body: Body, side: str, target: np.ndarray, weight: np.ndarray) -> None:
    """Bend an arm, in place, so that its hand goes to the target, or as near as the arm is long.

    Args:
        joints: (T, 14, 2) units, changed in place.
        body: lengths of the limbs.
        side: "left" or "right".
        target: (T, 2).
        weight: (T,) 0 leaves the hand, 1 puts it on the target; between, the hand is between.
    """
    neck, elbow, hand = J["neck"], J[f"{side} elbow"], J[f"{side} hand"]
    wanted = joints[:, hand] + weight[:, None] * (target - joints[:, hand]) - joints[:, neck]
    upper, fore = bend(wanted, body.upper, body.fore, 1)
    moved = (weight > 0)[:, None]
    new = joints[:, neck] + body.upper * np.stack([np.sin(upper), -np.cos(upper)], -1)
    joints[:, elbow] = np.where(moved, new, joints[:, elbow])
    new = new + body.fore * np.stack([np.sin(fore), -np.cos(fore)], -1)
    joints[:, hand] = np.where(moved, new, joints[:, hand])


def bend(target: np.ndarray, first: float, second: float, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The angles of two bones in a row whose end is at the target, each (T,) radians, 0 downwards.

    Args:
        target: (T, 2) relative to where the first bone begins; one out of reach is brought into it.
        first, second: lengths of the bones, units.
        side: 1 bends as an elbow does (second angle larger), -1 as a knee does.
    """
    far = np.clip(np.hypot(*target.T), abs(first - second) + 1e-3, 0.9995 * (first + second))
    middle = np.arctan2(target[:, 0], -target[:, 1])
    opening = np.arccos(np.clip((first**2 + far**2 - second**2) / (2 * first * far), -1, 1))
    inner = np.arccos(np.clip((first**2 + second**2 - far**2) / (2 * first * second), -1, 1))
    start = middle - side * opening
    return start, start + side * (np.pi - inner)


def limb_places(joints: np.ndarray) -> np.ndarray:
    """(T, 12, 2, 3): for each of LIMBS its own coordinates (along the bone, to its left) -> where the joints are."""
    ends = np.array([[J[start], J[stop]] for start, stop in LIMBS.values()])
    start, stop = joints[:, ends[:, 0]], joints[:, ends[:, 1]]  # (T, 12, 2)
    along = stop - start
    along = along / np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9)
    across = np.stack([-along[..., 1], along[..., 0]], -1)
    return np.stack([along, across, start], -1)
