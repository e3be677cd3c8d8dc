"""Draw a scene at any size: a wall and a floor, cutouts in their order, and the map of what is seen where.

Scene -> frames (T, H, W, 3) uint8, surface (T, H, W) uint8, places (T, S, 2, 3)
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from vizcore.synthetic.backdrop import BANK, SIDE, backdrop, large_backdrop
from vizcore.synthetic.camera import VIEW
from vizcore.synthetic.cutout import Cutout, compose
from vizcore.synthetic.truth import GROUND, Surface

SHIFT = 4  # bits after the point of OpenCV's coordinates
FINE = 3.0  # px of the canvas per unit, from which on small things are drawn
STAGE = 192.0  # units that a backdrop covers
HORIZON = 0.66  # share of the stage that is wall
SHARPEST = 1536  # px: the largest side of a painted backdrop
SHADOW = 0.42  # how much of the light a shadow takes


@dataclass(frozen=True, eq=False)
class Stage:
    """Wall and floor behind everything: which backdrops, and how they are lit."""

    split: str
    wall: int
    floor: int
    mirror: bool
    light: float  # 1 leaves the picture alone
    horizon: float  # units of the world, y down: where the floor meets the wall


@dataclass(eq=False)
class Scene:
    """Everything there is to draw."""

    stage: Stage
    camera: np.ndarray  # (T, 2, 3): world -> view
    cutouts: list[Cutout] = field(default_factory=list)  # far ones first
    shadows: list[np.ndarray] = field(default_factory=list)  # each (T, 4): x, y, half width, half height; units
    soft: list[np.ndarray] = field(default_factory=list)  # likewise, but left out of small pictures


def set_stage(rng: np.random.Generator, split: str, horizon: float) -> Stage:
    """A random stage of a split's bank.

    Args:
        rng: source of chance.
        split: whose bank of backdrops it is from.
        horizon: units of the world, y down: where the floor meets the wall.
    """
    wall, floor = (int(number) for number in rng.integers(0, BANK[split], 2))
    return Stage(split, wall, floor, bool(rng.random() < 0.5), float(rng.uniform(0.8, 1.12)), horizon)


def painted(stage: Stage, side: int) -> np.ndarray:
    """The wall above the floor, (side, side, 3) uint8."""
    wall, floor = (
        backdrop(stage.split, number) if side == SIDE else large_backdrop(stage.split, number, side)
        for number in (stage.wall, stage.floor)
    )
    edge, bar = round(HORIZON * side), max(1, round(side / 120))
    picture = np.empty_like(wall)
    picture[:edge] = wall[-edge:]
    ground = cv2.resize(floor, (side, side - edge), interpolation=cv2.INTER_AREA)
    tint = 0.25 * np.array(cv2.mean(wall)) + 0.22 * np.array(cv2.mean(floor))
    picture[edge:] = cv2.add(cv2.convertScaleAbs(ground, alpha=0.45), tuple(tint))
    for first, stop, gain in ((edge - 2 * bar, edge - bar, 1.16), (edge - bar, edge, 0.7)):  # a skirting board
        picture[first:stop] = cv2.convertScaleAbs(picture[first:stop], alpha=gain)
    if stage.mirror:
        picture = picture[:, ::-1]
    return cv2.convertScaleAbs(picture, alpha=stage.light)


def stage_place(stage: Stage, side: int) -> np.ndarray:
    """(2, 3): px of the painted stage -> units of the world."""
    unit = STAGE / side
    return np.array([[unit, 0, -STAGE / 2 + unit / 2], [0, unit, stage.horizon - HORIZON * STAGE + unit / 2]])


def render(scene: Scene, size: int, supersample: int = 2) -> np.ndarray:
    """The frames, (T, size, size, 3) uint8 RGB.

    Args:
        scene: T frames of it.
        size: px of a side.
        supersample: the scene is drawn so many times larger, and shrunk.
    """
    canvas_side = size * supersample
    unit = canvas_side / VIEW  # px per unit
    side = min(SHARPEST, SIDE * max(1, canvas_side // 128))
    picture, ground = painted(scene.stage, side), _to_px(scene.camera, unit)  # (T, 2, 3)
    placed = compose(ground, stage_place(scene.stage, side))
    drawing = [_outlines(cutout, ground, unit >= FINE) for cutout in scene.cutouts]
    shadows = [_shadow_px(shadow, ground) for shadow in scene.shadows + (scene.soft if unit >= FINE else [])]
    frames = np.empty((len(ground), size, size, 3), np.uint8)
    for t in range(len(ground)):
        canvas = cv2.warpAffine(
            picture, placed[t], (canvas_side, canvas_side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        for shadow in shadows:
            _darken(canvas, *shadow[t])
        for cutout, outlines in zip(scene.cutouts, drawing, strict=True):
            if cutout.shown is None or cutout.shown[t]:
                for outline, colour in outlines:
                    cv2.fillConvexPoly(canvas, outline[t], colour, cv2.LINE_AA, SHIFT)
        frames[t] = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA) if supersample > 1 else canvas
    return frames


def surface_map(scene: Scene, size: int) -> np.ndarray:
    """Which surface is seen where, (T, size, size) uint8: 0 the ground, k the k-th cutout."""
    ground = _to_px(scene.camera, size / VIEW)
    drawing = [_outlines(cutout, ground, False) for cutout in scene.cutouts]
    found = np.full((len(ground), size, size), GROUND, np.uint8)
    for t, canvas in enumerate(found):
        for number, (cutout, outlines) in enumerate(zip(scene.cutouts, drawing, strict=True), 1):
            if cutout.shown is None or cutout.shown[t]:
                for outline, _ in outlines:
                    cv2.fillConvexPoly(canvas, outline[t], number, cv2.LINE_8, SHIFT)
    return found


def surfaces(scene: Scene, size: int) -> tuple[tuple[Surface, ...], np.ndarray]:
    """The surfaces in the order of the map, and their places (T, S, 2, 3) float32 in px of the picture."""
    ground = _to_px(scene.camera, size / VIEW)
    named = (Surface("ground"), *(Surface(cutout.name, cutout.thing) for cutout in scene.cutouts))
    places = np.stack([ground, *(compose(ground, cutout.places) for cutout in scene.cutouts)], 1)
    return named, places.astype(np.float32)


def projected(scene: Scene, points: np.ndarray, size: int) -> np.ndarray:
    """Points (T, N, 2) of the world in px of the picture.

    Args:
        scene: whose camera looks.
        points: (T, N, 2) units of the world.
        size: px of a side.
    """
    ground = _to_px(scene.camera, size / VIEW)
    return np.einsum("tij,tnj->tni", ground[..., :2], points) + ground[:, None, :, 2]


def _to_px(view: np.ndarray, unit: float) -> np.ndarray:
    """A map (T, 2, 3) into the view as one into px, whose middles have whole numbers."""
    px = view * unit
    px[..., 2] -= 0.5
    return px


def _outlines(cutout: Cutout, ground: np.ndarray, fine: bool) -> list[tuple[np.ndarray, tuple[int, int, int]]]:
    """Each patch as its outline (T, N, 2) int32 in OpenCV's fixed point, and its colour."""
    patches = [patch for patch in cutout.patches if fine or not patch.fine]
    place = compose(ground, cutout.places) * (1 << SHIFT)
    points = np.concatenate([patch.outline for patch in patches])  # (M, 2)
    found = np.rint(points @ place[..., :2].swapaxes(1, 2) + place[:, None, :, 2]).astype(np.int32)  # (T, M, 2)
    stops = np.cumsum([len(patch.outline) for patch in patches])[:-1]
    return [(np.ascontiguousarray(part), patch.colour) for part, patch in zip(np.split(found, stops, 1), patches)]


def _shadow_px(shadow: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """(T, 4) in px."""
    scale = np.hypot(ground[:, 0, 0], ground[:, 1, 0])[:, None]
    centre = np.einsum("tij,tj->ti", ground[..., :2], shadow[:, :2]) + ground[..., 2]
    return np.concatenate([centre, shadow[:, 2:] * scale], -1)


def _darken(canvas: np.ndarray, x: float, y: float, wide: float, high: float) -> None:
    """A soft ellipse of shadow, in place."""
    if wide < 0.5 or high < 0.5:
        return
    side = len(canvas)
    left, right = max(0, int(x - wide)), min(side, int(x + wide) + 2)
    top, bottom = max(0, int(y - high)), min(side, int(y + high) + 2)
    if left >= right or top >= bottom:
        return
    far = ((np.arange(left, right, dtype=np.float32) - x) / wide) ** 2
    far = far + (((np.arange(top, bottom, dtype=np.float32) - y) / high) ** 2)[:, None]
    light = 1 - SHADOW * np.clip(1 - far, 0, 1)[..., None]
    canvas[top:bottom, left:right] = canvas[top:bottom, left:right] * light
