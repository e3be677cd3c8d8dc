"""A carousel of lamps: four lanterns wander, and what happened is the order in which their lamps changed.

seed, split, kind, speed -> carousel(...) -> WorldClip: frames (T, H, W, 3) and all that is true about them

Three lanterns start red, green and blue, the fourth has any of the colours and keeps it. A step takes red to green,
green to blue and blue to red, all three at one instant. So every frame of every kind shows one lamp of each colour and
one more: no frame and no count of colours tells the kinds apart, and one must follow a lantern to know.

    forward      one step
    backward     one step the other way: a forward clip played in reverse
    none         no step
    flicker      one step, either way, and back again

Lengths are units: a picture has 56 of them, whatever its size in px is. A clip has eight instants, which lie at the
frames (2 i + 1) * count // 16, and speed is in units an instant.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

from vizcore.synthetic.backdrop import BANK, backdrop
from vizcore.synthetic.figure import JOINTS
from vizcore.synthetic.lantern import SIDE, Appearance, edge_distance, lantern, paint, random_appearance
from vizcore.synthetic.splits import generator
from vizcore.synthetic.truth import Event, Surface, Thing, Truth, WorldClip

KINDS = ("forward", "backward", "none", "flicker")
UNITS, INSTANTS, LANTERNS = 56, 8, 4
FASTEST = 12.0  # units an instant
STILL = 0.25  # share of clips at rest in the mix that nets are trained on
NOISE = 4.0  # levels of 255: the sensor noise that nets are trained with
LARGEST_LAMP, LARGEST_SHAKE = 1.8, 9.0
TURN = 0.35  # radians: standard deviation of the change of heading in an instant
UNEVEN = 0.2  # a step is up to this share longer or shorter than the speed
APART = SIDE + 0.5  # units between the middles of two lanterns that do not touch, along one axis at least
TRIES = 400  # paths to choose from
ROOM = UNITS - SIDE  # units that a middle can wander in


@dataclass(frozen=True, eq=False)
class Scene:
    """A clip before it is drawn, in units; T frames of K lanterns."""

    kind: str
    speed: float
    appearances: tuple[Appearance, ...]
    middles: np.ndarray  # (T, K, 2) x and y, as the camera sees them
    camera: np.ndarray  # (T, 2) by how much the camera moved everything
    states: np.ndarray  # (T, K) int, indices into lantern.STATES
    steps: tuple[int, ...]  # the first frames after each step
    steppers: tuple[int, ...]  # the lanterns that step; one does not
    layers: tuple[int, ...]  # lanterns from back to front
    wall: np.ndarray  # (S, S, 3) uint8: the picture and LARGEST_SHAKE units around it, at any size


def carousel(
    seed: int,
    split: str = "show",
    kind: str | None = None,
    speed: float | None = None,
    size: int = UNITS,
    count: int = INSTANTS,
    supersample: int = 2,
    truth: bool = True,
    lamp: float = 1.0,
    shake: float = 0.0,
    noise: float = 0.0,
) -> WorldClip:
    """One clip of wandering lamps; the same arguments make the same bytes.

    Kind, speed, lamp, shake and noise change nothing but themselves: bodies, wall and the way that is gone, faster or
    slower, belong to the seed.

    Args:
        seed: of everything that the other arguments leave open.
        split: of vizcore.synthetic.splits; no two share a wall.
        kind: of KINDS; None for any.
        speed: units an instant, 0 to 12; None for the mix of training: a quarter at rest, the others evenly up to 12.
        size: px of the sides.
        count: frames, at least 8.
        supersample: frames are drawn this many times larger and shrunk.
        truth: whether to say what is true: things are "lamp 1" to "lamp 4", and states 0 red, 1 green, 2 blue.
        lamp: by how much lamps are larger than usual, above 0 to 1.8: large ones lead a matching astray.
        shake: units, 0 to 9: how far the camera jumps from its place at every instant, each way.
        noise: standard deviation of the sensor's noise, in levels of 255.

    Raises:
        ValueError: a word is unknown or a number out of range.
    """
    _check(kind, speed, size, count, supersample, lamp, shake, noise)
    scene = imagine(seed, split, kind, speed, count, shake)
    frames = _drawn(scene, size, supersample, lamp)
    if noise:
        grain = generator(split, 45, seed).standard_normal(frames.shape, np.float32)
        frames += grain * np.float32(noise / 255)
    frames = (np.clip(frames, 0, 1) * 255 + 0.5).astype(np.uint8)
    return WorldClip(frames, _truth(scene, size) if truth else None, scene.kind, KINDS.index(scene.kind))


def imagine(seed: int, split: str, kind: str | None, speed: float | None, count: int, shake: float) -> Scene:
    """Everything about a clip but its pixels; arguments as of carousel.

    Args:
        seed, split, kind, speed, count, shake: as of carousel.
    """
    choices = generator(split, 41, seed)
    any_kind, rests, any_speed = KINDS[choices.integers(len(KINDS))], choices.random() < STILL, choices.uniform(0, 12)
    kind = any_kind if kind is None else kind
    speed = (0.0 if rests else any_speed) if speed is None else float(speed)
    fresh = generator(split, 42, seed)
    chance = generator(split, 43, seed)
    knots = (2 * np.arange(-1, INSTANTS + 1) + 1) * count // (2 * INSTANTS)  # frames of the instants -1 to 8
    free = np.stack(_paths(chance, speed))  # (K, 10, 2)
    jumps = shake * chance.uniform(-1, 1, (INSTANTS + 2, 2))
    camera = _between(knots, jumps, count)
    middles = SIDE / 2 + _folded(_between(knots, free.swapaxes(0, 1), count)) + camera[:, None]
    states, steps, steppers = random_states(generator(split, 44, seed), kind)
    firsts = (knots[1:-1] + np.roll(knots[1:-1], 1) + 1) // 2  # the first frame that is nearer to an instant
    firsts[0] = 0
    instant = np.searchsorted(firsts, np.arange(count), side="right") - 1  # (T,)
    return Scene(
        kind,
        speed,
        tuple(random_appearance(fresh) for _ in range(LANTERNS)),
        middles,
        camera,
        states[instant],
        tuple(int(firsts[step]) for step in steps),
        steppers,
        tuple(fresh.permutation(LANTERNS).tolist()),
        _wall(fresh, split),
    )


def random_states(rng: np.random.Generator, kind: str) -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    """States (8, K) of a kind, the instants before which they step, and the lanterns that do.

    Who starts red is drawn like everything else, and instants are drawn so that a clip in reverse is as likely.
    """
    starts = np.array([0, 1, 2, rng.integers(3)])
    roles = rng.permutation(LANTERNS)  # of which lantern is in which role: the last role never steps
    once = int(rng.integers(2, INSTANTS - 1))
    pairs = [(first, last) for first in range(1, 6) for last in range(first + 2, INSTANTS)]
    twice, step = pairs[rng.integers(len(pairs))], int(rng.integers(1, 3))
    turn, steps = np.zeros(INSTANTS, int), ()
    if kind == "flicker":
        steps = twice
        turn[twice[0] : twice[1]] = step
    elif kind != "none":
        steps = (once,)
        turn[once:] = 1 if kind == "forward" else 2
    states = np.empty((INSTANTS, LANTERNS), int)
    states[:, roles] = (starts + turn[:, None] * (1, 1, 1, 0)) % 3
    return states, steps, tuple(sorted(roles[:3].tolist()))


def _paths(rng: np.random.Generator, speed: float) -> list[np.ndarray]:
    """A path (10, 2) for each lantern, as if without walls; folded, no two touch at an instant, if that can be."""
    chosen, taken = [], []
    for _ in range(LANTERNS):
        start = rng.uniform(0, ROOM, (TRIES, 1, 2))
        heading = rng.uniform(0, 2 * np.pi, (TRIES, 1)) + rng.normal(0, TURN, (TRIES, INSTANTS + 1)).cumsum(1)
        length = speed * rng.uniform(1 - UNEVEN, 1 + UNEVEN, heading.shape)
        moves = np.stack([np.cos(heading), np.sin(heading)], -1) * length[..., None]  # (TRIES, 9, 2)
        paths = np.concatenate([start, start + moves.cumsum(1)], 1)  # (TRIES, 10, 2)
        folded = _folded(paths[:, 1:-1])[:, None]  # (TRIES, 1, 8, 2)
        gap = np.abs(folded - np.reshape(taken, (-1, INSTANTS, 2))).max(-1).min((1, 2), initial=UNITS)  # (TRIES,)
        best = int(gap.argmax() if gap.max() < APART else (gap >= APART).argmax())
        chosen.append(paths[best])
        taken.append(folded[best, 0])
    return chosen


def _folded(free: np.ndarray) -> np.ndarray:
    """A path that goes on through the walls, reflected at them instead: a fold keeps its law the same in reverse."""
    return ROOM - np.abs(free % (2 * ROOM) - ROOM)


def _between(knots: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Values (10, ...) of the instants -1 to 8 at every frame, (count, ...): a smooth curve through them."""
    if count == INSTANTS:
        return values[1:-1]
    return CubicSpline(knots, values)(np.arange(count))


def _wall(rng: np.random.Generator, split: str) -> np.ndarray:
    """A part of one of the split's backdrops, its colours exchanged and perhaps mirrored, (S, S, 3) uint8."""
    picture = backdrop(split, int(rng.integers(BANK[split])))
    side = int(len(picture) * rng.uniform(0.6, 1))
    top, left = rng.integers(0, len(picture) - side + 1, 2)
    part = picture[top : top + side, left : left + side, rng.permutation(3)]
    return np.ascontiguousarray(part[:, :: rng.choice([-1, 1])])


def _drawn(scene: Scene, size: int, supersample: int, lamp: float) -> np.ndarray:
    """Frames (T, size, size, 3) float32, 0 to 1."""
    scale, side = size * supersample / UNITS, size * supersample
    margin = round(LARGEST_SHAKE * scale)
    interpolation = cv2.INTER_AREA if side + 2 * margin < len(scene.wall) else cv2.INTER_CUBIC
    wall = cv2.resize(scene.wall, (side + 2 * margin,) * 2, interpolation=interpolation).astype(np.float32) / 255
    pictures = {
        (k, state): lantern(scene.appearances[k], state, scale, lamp)
        for k in range(LANTERNS)
        for state in set(scene.states[:, k].tolist())
    }
    frames = np.empty((len(scene.states), size, size, 3), np.float32)
    for t, (middles, camera, states) in enumerate(zip(scene.middles, scene.camera, scene.states, strict=True)):
        focus = margin + (side - 1) / 2 - camera * scale
        canvas = cv2.getRectSubPix(wall, (side, side), focus.tolist())
        for k in scene.layers:
            paint(canvas, pictures[k, int(states[k])], *(middles[k] * scale - 0.5))
        frames[t] = canvas if supersample == 1 else cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA)
    return frames


def _truth(scene: Scene, size: int) -> Truth:
    scale, (frames, lanterns) = size / UNITS, scene.states.shape
    surface = np.zeros((frames, size, size), np.uint8)
    for t, k in np.ndindex(frames, lanterns):
        _cover(surface[t], scene.middles[t, scene.layers[k]], scene.layers[k] + 1, scale)
    places = np.zeros((frames, 1 + lanterns, 2, 3), np.float32)
    places[:, :, [0, 1], [0, 1]] = scale
    places[:, 0, :, 2], places[:, 1:, :, 2] = scene.camera * scale - 0.5, scene.middles * scale - 0.5
    names = [f"lamp {k + 1}" for k in range(lanterns)]
    return Truth(
        surface,
        places,
        (Surface("ground"), *(Surface(name, k) for k, name in enumerate(names))),
        tuple(Thing(name, "object") for name in names),
        phase=np.full((frames, lanterns), np.nan, np.float32),
        state=scene.states.astype(np.float32),
        joints=np.full((frames, lanterns, len(JOINTS), 2), np.nan, np.float32),
        events=tuple(Event(k, "steps", step) for step in scene.steps for k in scene.steppers),
        label=scene.kind,
        pace=scene.speed,
    )


def _cover(surface: np.ndarray, middle: np.ndarray, number: int, scale: float) -> None:
    """Write a surface's number where a body lies, into the map (H, W) of one frame."""
    first = np.maximum(np.floor((middle - SIDE / 2) * scale), 0).astype(int)
    stop = np.maximum(np.ceil((middle + SIDE / 2) * scale), 0).astype(int)
    spot = surface[first[1] : stop[1], first[0] : stop[0]]
    x = (first[0] + np.arange(spot.shape[1]) + 0.5) / scale - middle[0]
    y = (first[1] + np.arange(spot.shape[0]) + 0.5) / scale - middle[1]
    spot[edge_distance(x, y[:, None]) <= 0] = number


def _check(kind, speed, size, count, supersample, lamp, shake, noise) -> None:
    if kind is not None and kind not in KINDS:
        raise ValueError(f"want a kind ({', '.join(KINDS)}), got {kind!r}")
    ranges = {
        "a speed of 0 to 12": 0 <= (0 if speed is None else speed) <= FASTEST,
        "a size of at least 28 px": size >= UNITS // 2,
        "at least 8 frames": count >= INSTANTS,
        "a supersample of at least 1": supersample >= 1,
        "a lamp above 0 and up to 1.8": 0 < lamp <= LARGEST_LAMP,
        "a shake of 0 to 9": 0 <= shake <= LARGEST_SHAKE,
        "noise of 0 to 64": 0 <= noise <= 64,
    }
    wrong = [words for words, fits in ranges.items() if not fits]
    if wrong:
        got = {"speed": speed, "size": size, "count": count, "supersample": supersample, "lamp": lamp}
        raise ValueError(f"want {wrong[0]}, got {got | {'shake': shake, 'noise': noise}}")
