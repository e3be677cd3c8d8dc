"""A person in the world: a body in clothes that stands somewhere, does something and handles things.

Person + action + phase (T,) -> Performance: cutouts in units of the world (y down), joints, and the room they take
"""

from dataclasses import dataclass, replace

import numpy as np

from vizcore.synthetic.actions import forwards, pose
from vizcore.synthetic.clothing import Clothes, cut, dress, paint
from vizcore.synthetic.cutout import Colour, Cutout, compose
from vizcore.synthetic.figure import Body, C, grow, joints_of
from vizcore.synthetic.keyposes import ACTIONS

BOUNCING = {"ball", "football"}  # may leave the picture
FLESH = 0.07  # heights: how far a limb reaches around its bone


@dataclass(frozen=True)
class Person:
    """Who it is, where they stand, and which way they face."""

    body: Body
    clothes: Clothes
    colour: Colour  # of what they handle
    x: float  # units of the world: the middle of where the action goes
    ground: float  # units of the world, y down: the height of their soles
    faces: int  # 1 to the right, -1 to the left

    @property
    def place(self) -> np.ndarray:
        """(2, 3): the body's own units, y up -> the world."""
        return np.array([[self.faces, 0, self.x], [0, -1, self.ground]], float)


@dataclass(frozen=True, eq=False)
class Performance:
    """What one person does in T frames, in units of the world."""

    cutouts: list[Cutout]  # in the order of drawing; things are 0 for the person, k for the k-th object
    objects: tuple[str, ...]  # names of the objects
    joints: np.ndarray  # (T, 14, 2)
    box: np.ndarray  # (T, 4) x0, y0, x1, y1 around the person and what stays with them
    shadow: np.ndarray  # (T, 4) x, y, half width, half height
    soft: list[np.ndarray]  # the same for the objects
    pose: np.ndarray  # (T, 15)


def somebody(rng: np.random.Generator, height: float, x: float = 0.0, ground: float = 0.0) -> Person:
    """A random person `height` units tall.

    Args:
        rng: source of chance.
        height: units.
        x: of the place, units.
        ground: height of the soles, units of the world, y down.
    """
    faces = int(rng.choice((-1, 1)))
    return Person(grow(rng, height), dress(rng), paint(rng), x, ground, faces)


def perform(person: Person, action: str, phase: np.ndarray) -> Performance:
    """The person at the phases (T,) of an action; of a twin, exactly what the other shows at 1 - phase.

    Args:
        person: who does it.
        action: of ACTIONS or a twin.
        phase: (T,) 0 to 1.
    """
    name, phase = forwards(action, phase)
    angles, body = pose(name, phase), person.body
    joints = joints_of(angles, body)
    prop = ACTIONS[name].prop
    behind, held = [], []
    if prop:
        from vizcore.synthetic.props import PROPS  # most clips that are shown first have none

        behind, held = PROPS[prop](phase, joints, body, person.colour)
    objects = tuple(dict.fromkeys(THINGS.get(piece.name, piece.name) for piece in behind + held))
    for pieces in (behind, held):
        pieces[:] = [replace(one, thing=1 + objects.index(THINGS.get(one.name, one.name))) for one in pieces]
    limbs = cut(body, person.clothes, joints)
    ends = pose(name, np.array([0.0, 1.0]))[:, C["x"]] * body.leg
    place = person.place
    place[0, 2] -= person.faces * ends.mean()
    return staged(behind + limbs[:-2] + held + limbs[-2:], objects, joints, angles, person, place)


def staged(
    pieces: list[Cutout],
    objects: tuple[str, ...],
    joints: np.ndarray,
    angles: np.ndarray,
    person: Person,
    place: np.ndarray,
    roams: bool = False,
) -> Performance:
    """Cutouts and joints in the body's own units, put in their place (2, 3) in the world.

    Args:
        pieces: cutouts in the order of drawing; thing 0 is the person.
        objects: names of the things 1, 2 ... of the pieces.
        joints: (T, 14, 2) units of the body.
        angles: (T, 15) the poses.
        person: who it is.
        place: (2, 3) from the body's units to the world's.
        roams: the person leaves objects behind, which need not stay in view.
    """
    cutouts = [replace(piece, places=compose(place, piece.places)) for piece in pieces]
    world = joints @ place[:, :2].T + place[:, 2]
    soft = [_object_shadow(cutout, person) for cutout in cutouts if cutout.thing]
    near = [cutout for cutout in cutouts if cutout.thing and cutout.name not in BOUNCING and not roams]
    return Performance(cutouts, objects, world, _room(world, near, person), _shadow(world, person), soft, angles)


def _room(joints: np.ndarray, objects: list[Cutout], person: Person) -> np.ndarray:
    """(T, 4) around joints and objects."""
    flesh = FLESH * person.body.height
    low, high = joints.min(1) - flesh, joints.max(1) + flesh
    for cutout in objects:
        corners = _corners(cutout)
        low, high = np.minimum(low, corners[0]), np.maximum(high, corners[1])
    return np.concatenate([low, high], -1)


def _corners(cutout: Cutout) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest x and y of a cutout, each (T, 2)."""
    outline = np.concatenate([patch.outline for patch in cutout.patches])
    points = outline @ cutout.places[..., :2].swapaxes(1, 2) + cutout.places[:, None, :, 2]
    return points.min(1), points.max(1)


def _object_shadow(cutout: Cutout, person: Person) -> np.ndarray:
    """(T, 4) under an object; it fades, by shrinking, as the object rises."""
    low, high = _corners(cutout)
    over = np.maximum(person.ground - high[:, 1], 0) / (0.5 * person.body.height)
    wide = 0.6 * (high[:, 0] - low[:, 0]) * np.exp(-2 * over)
    if cutout.shown is not None:
        wide = np.where(cutout.shown, wide, 0)
    return np.stack([(low[:, 0] + high[:, 0]) / 2, np.full(len(wide), person.ground), wide, 0.2 * wide], -1)


def _shadow(joints: np.ndarray, person: Person) -> np.ndarray:
    """(T, 4) under what is near the ground; smaller the higher the person is over it."""
    h = person.body.height
    high = person.ground - joints[..., 1]  # (T, 14)
    weight = np.exp(-high / (0.16 * h))
    weight = weight / weight.sum(1, keepdims=True)
    middle = (weight * joints[..., 0]).sum(1)
    spread = np.sqrt((weight * (joints[..., 0] - middle[:, None]) ** 2).sum(1))
    wide = (1.3 * spread + 0.1 * h) * np.exp(-np.maximum(high.min(1), 0) / h)
    return np.stack([middle, np.full(len(wide), person.ground), wide, 0.18 * wide + 0.018 * h], -1)


THINGS = {"lid": "chest", "spoon": "pot", "stove": "pot", "table": "jug"}  # surfaces that belong to another one's thing
