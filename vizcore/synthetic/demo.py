"""Three short clips for the front door: things that pass, tiles that swap, lamps that step while they move.

seed, frame number -> frame (H, W, 3) uint8; nothing is stored between frames, so any frame can be drawn alone
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from vizcore.synthetic.texture import clouds, pattern

FPS = 24


@dataclass(frozen=True)
class Demo:
    """A clip of the front door: what it shows, in words, and how to draw its frames."""

    title: str
    about: str
    size: tuple[int, int]  # width, height in px
    count: int  # frames
    draw: Callable[[int], Callable[[int], np.ndarray]]  # seed -> (frame number -> (H, W, 3) uint8)


@dataclass(frozen=True, eq=False)
class Thing:
    """A cut-out that moves: its picture, its mask, and where it is at every moment."""

    picture: np.ndarray  # (S, S, 3) float32 in 0..1
    mask: np.ndarray  # (S, S) float32 in 0..1
    place: Callable[[float], tuple[float, float, float]]  # phase 0..1 -> centre x, y in px, turn in degrees

    def paint(self, canvas: np.ndarray, phase: float) -> None:
        """Draw the thing over the canvas (H, W, 3) float32, in place."""
        x, y, turn = self.place(phase)
        size = self.mask.shape[0]
        move = cv2.getRotationMatrix2D((size / 2, size / 2), turn, 1.0)
        move[:, 2] += x - size / 2, y - size / 2
        shape = canvas.shape[1::-1]
        picture = cv2.warpAffine(self.picture, move, shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        mask = cv2.warpAffine(self.mask, move, shape, flags=cv2.INTER_LINEAR)[..., None]  # (H, W, 1)
        canvas += mask * (picture - canvas)


def shape_mask(size: int, kind: str) -> np.ndarray:
    """A white shape on black, (size, size) float32 with soft edges; kind is disc, box, star or ring."""
    mask = np.zeros((size, size), np.uint8)
    centre, radius = (size // 2, size // 2), int(size * 0.44)
    if kind == "box":
        cv2.rectangle(mask, (size // 9, size // 9), (size - size // 9, size - size // 9), 255, -1)
    elif kind == "star":
        angles = np.arange(10) * np.pi / 5 - np.pi / 2
        reach = np.where(np.arange(10) % 2, 0.5, 1.0) * radius
        points = np.stack([np.cos(angles), np.sin(angles)], -1) * reach[:, None] + size / 2
        cv2.fillPoly(mask, [points.round().astype(np.int32)], 255)
    else:
        cv2.circle(mask, centre, radius, 255, -1)
        if kind == "ring":
            cv2.circle(mask, centre, radius // 2, 0, -1)
    return cv2.GaussianBlur(mask, (5, 5), 0).astype(np.float32) / 255


def ease(phase: float) -> float:
    """Slow, fast, slow: 0..1 -> 0..1."""
    return (1 - np.cos(np.pi * phase)) / 2


def parade(seed: int) -> Callable[[int], np.ndarray]:
    """Four patterned things cross a drifting background at uneven speeds and pass in front of each other."""
    rng = np.random.default_rng(seed)
    width, height = DEMOS["parade"].size
    margin = 48
    wall = 0.25 + 0.5 * clouds(rng, height + 2 * margin, width + 2 * margin)

    def walks() -> list[Callable[[float], tuple[float, float, float]]]:
        across = width + 40
        return [
            lambda p: (-20 + across * ease(p), height * (0.36 + 0.08 * np.sin(9 * p)), 220 * p),
            lambda p: (width + 30 - across * p**1.4, height * (0.62 + 0.06 * np.cos(7 * p)), -160 * p),
            lambda p: (width * (0.5 + 0.3 * np.cos(5 * p)), height * (0.5 + 0.34 * np.sin(5 * p)), 0.0),
            lambda p: (width * 0.22, height * (1.12 - 1.2 * ease(p)), 90 * np.sin(4 * p)),
        ]

    styles = [
        (96, "stripes", "disc", 0.58),
        (88, "checks", "box", 0.0),
        (104, "dots", "star", 0.12),
        (92, "rings", "ring", 0.8),
    ]
    things = [
        Thing(pattern(rng, size, surface, hue), shape_mask(size, shape), walk)
        for (size, surface, shape, hue), walk in zip(styles, walks(), strict=True)
    ]

    def frame(number: int) -> np.ndarray:
        phase = 0.2 + 0.7 * number / (DEMOS["parade"].count - 1)  # begins and ends in full swing
        x, y = margin * (1 + 0.9 * np.sin(2.2 * phase)), margin * (1 + 0.5 * np.cos(3 * phase))
        canvas = cv2.getRectSubPix(wall, (width, height), (x + width / 2, y + height / 2))
        for thing in things:
            thing.paint(canvas, phase)
        return to_bytes(canvas)

    return frame


TILES, HOLD = 8, 8  # tiles a side; frames between two shuffles


def tile_orders(seed: int) -> np.ndarray:
    """Which tile of the first picture lies at each place, (shuffles, 64) int: the truth behind the clip *tiles*."""
    rng = np.random.default_rng([seed, 1])
    order = np.arange(TILES * TILES)
    orders = [order]
    for _ in range(1, -(-DEMOS["tiles"].count // HOLD)):
        order = order.copy()
        moved = rng.choice(order.size, 12, replace=False)
        order[moved] = order[np.roll(moved, 1)]
        orders.append(order)
    return np.stack(orders)


def tiles(seed: int) -> Callable[[int], np.ndarray]:
    """A picture cut into 8 x 8 tiles, twelve of which change places every third of a second."""
    rng = np.random.default_rng(seed)
    side = DEMOS["tiles"].size[0]
    picture = clouds(rng, side, side)
    styles = [("rings", "disc", 0.55), ("checks", "star", 0.0), ("stripes", "box", 0.12), ("dots", "ring", 0.75)]
    for surface, shape, hue in styles:
        size = int(rng.integers(130, 190))
        spot = rng.uniform(0.2, 0.8, 2) * side
        thing = Thing(pattern(rng, size, surface, hue), shape_mask(size, shape), lambda _, at=spot: (*at, 0.0))
        thing.paint(picture, 0)
    step = side // TILES
    cut = picture.reshape(TILES, step, TILES, step, 3).swapaxes(1, 2).reshape(-1, step, step, 3)  # (64, s, s, 3)
    orders = tile_orders(seed)

    def frame(number: int) -> np.ndarray:
        laid = cut[orders[number // HOLD]].reshape(TILES, TILES, step, step, 3)
        return to_bytes(laid.swapaxes(1, 2).reshape(side, side, 3))

    return frame


def lamps(seed: int) -> Callable[[int], np.ndarray]:
    """Four patterned boxes wander; halfway the lamps of three step on: red, green, blue, red."""
    rng = np.random.default_rng(seed)
    side = DEMOS["lamps"].size[0]
    wall = 0.3 + 0.35 * clouds(rng, side, side)
    size, lights = 104, np.float32([[0.9, 0.15, 0.1], [0.1, 0.75, 0.2], [0.15, 0.3, 0.95]])
    centres = np.float32([[0.27, 0.27], [0.73, 0.29], [0.29, 0.73], [0.71, 0.71]]) * side
    starts = rng.uniform(0, 2 * np.pi, 4)
    bodies = [
        pattern(rng, size, *style) for style in (("stripes", 0.1), ("checks", 0.5), ("dots", 0.75), ("rings", 0.95))
    ]

    def frame(number: int) -> np.ndarray:
        phase = number / (DEMOS["lamps"].count - 1)
        canvas = wall.copy()
        for k, body in enumerate(bodies):
            state = (k + (phase >= 0.5)) % 3 if k < 3 else 1
            face = body.copy()
            cv2.circle(face, (size // 2, size // 2), size // 4, (0.04, 0.04, 0.04), -1, cv2.LINE_AA)
            cv2.circle(face, (size // 2, size // 2), size // 5, lights[state].tolist(), -1, cv2.LINE_AA)
            turn = starts[k] + 4.2 * phase * (-1) ** k
            place = centres[k] + 52 * np.float32([np.cos(turn), np.sin(1.3 * turn)])
            Thing(face, shape_mask(size, "box"), lambda _, at=place: (*at, 0.0)).paint(canvas, phase)
        return to_bytes(canvas)

    return frame


def to_bytes(canvas: np.ndarray) -> np.ndarray:
    """A picture in 0..1 as 0..255, rounded."""
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)


DEMOS = {
    "parade": Demo("Parade", "Patterned things cross at uneven speeds and cover each other.", (480, 272), 96, parade),
    "tiles": Demo("Shuffled tiles", "A picture in 8 x 8 tiles; twelve change places at a time.", (384, 384), 72, tiles),
    "lamps": Demo("Lamps", "Boxes wander; halfway three lamps step on.", (384, 384), 72, lamps),
}


def render(name: str, seed: int = 0) -> np.ndarray:
    """All frames of a demo clip, (T, H, W, 3) uint8: the same bytes for the same seed.

    Raises:
        ValueError: there is no demo of that name.
    """
    if name not in DEMOS:
        raise ValueError(f"want one of {', '.join(DEMOS)}, got {name!r}")
    draw = DEMOS[name].draw(seed)
    return np.stack([draw(number) for number in range(DEMOS[name].count)])
