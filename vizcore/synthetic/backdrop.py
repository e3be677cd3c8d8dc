"""The walls and floors of the world: a bank of textures for each split, none of them shared.

split, number -> backdrop (SIDE, SIDE, 3) uint8: a quiet wall with furniture, stripes, discs, strokes or tiles on it
"""

from colorsys import hsv_to_rgb, rgb_to_hsv
from functools import lru_cache

import cv2
import numpy as np

from vizcore.synthetic.splits import generator
from vizcore.synthetic.texture import clouds

SIDE = 384  # px; a scene stretches it to the size it needs
BANK = {"train": 480, "validation": 80, "test": 120, "show": 40}  # backdrops of a split


@lru_cache(maxsize=512)
def backdrop(split: str, number: int) -> np.ndarray:
    """One texture of a split's bank, (SIDE, SIDE, 3) uint8, not to be written to.

    Args:
        number: from 0; beyond the bank it starts again.
    """
    return large_backdrop.__wrapped__(split, number, SIDE)


@lru_cache(maxsize=8)
def large_backdrop(split: str, number: int, side: int) -> np.ndarray:
    """The same texture in more detail, (side, side, 3) uint8.

    Args:
        split: whose bank of textures it is from.
        number: in the bank, taken modulo its length.
        side: px.
    """
    rng = generator(split, 7, number % BANK[split])
    wall = np.float32(hsv_to_rgb(rng.random(), rng.uniform(0.08, 0.45), rng.uniform(0.3, 0.85)))
    mottle = clouds(rng, side, side) - 0.5
    grey = mottle.mean(-1, keepdims=True)
    picture = wall + rng.uniform(0.15, 0.5) * (grey + 0.6 * (mottle - grey))
    canvas = (np.clip(picture, 0.04, 0.96) * 255).astype(np.uint8)
    list(PAINTERS.values())[rng.integers(len(PAINTERS))](canvas, rng, wall)
    canvas.setflags(write=False)
    return canvas


def _tone(rng: np.random.Generator, wall: np.ndarray) -> list[int]:
    """A colour that goes with the wall, lighter or darker than it."""
    hue, saturation, value = rgb_to_hsv(*wall.tolist())
    step = rng.choice([-1, 1]) * rng.uniform(0.08, 0.28)
    value = value + step if 0.15 < value + step < 0.95 else value - step
    colour = hsv_to_rgb((hue + rng.normal(0, 0.12)) % 1, min(1, saturation * rng.uniform(0.6, 1.7)), value)
    return [int(255 * part) for part in colour]


def _spots(canvas: np.ndarray, rng: np.random.Generator, count: int) -> list[tuple[int, int]]:
    """Random points in sixteenths of a px, as OpenCV takes them with four bits of shift."""
    return [(int(x), int(y)) for x, y in rng.random((count, 2)) * len(canvas) * 16]


def _plain(canvas: np.ndarray, rng: np.random.Generator, wall: np.ndarray) -> None:
    """Clouds are enough."""


def _furniture(canvas: np.ndarray, rng: np.random.Generator, wall: np.ndarray) -> None:
    unit = len(canvas) / 20
    for x, y in _spots(canvas, rng, int(rng.integers(8, 20))):
        width, height = (int(16 * unit * share) for share in rng.uniform(1, 5, 2))
        for inset, colour in ((0, _tone(rng, wall)), (int(4 * unit), _tone(rng, wall))):
            corners = (x + inset, y + inset), (x + width - inset, y + height - inset)
            if min(width, height) > 3 * inset:
                cv2.rectangle(canvas, *corners, colour, -1, cv2.LINE_AA, 4)


def _stripes(canvas: np.ndarray, rng: np.random.Generator, wall: np.ndarray) -> None:
    y, x = np.mgrid[: len(canvas), : len(canvas)].astype(np.float32) / len(canvas)
    angle, count, colour = rng.uniform(0, np.pi), rng.uniform(5, 14), _tone(rng, wall)
    wave = np.sin((np.cos(angle) * x + np.sin(angle) * y) * 2 * np.pi * count) * len(canvas) / count / 8
    shade = np.clip(0.5 + wave, 0, 1)[..., None] * rng.uniform(0.3, 0.8)
    canvas[:] = canvas * (1 - shade) + np.float32(colour) * shade


def _discs(canvas: np.ndarray, rng: np.random.Generator, wall: np.ndarray) -> None:
    for centre in _spots(canvas, rng, int(rng.integers(10, 36))):
        radius = int(16 * len(canvas) * rng.uniform(0.012, 0.07))
        cv2.circle(canvas, centre, radius, _tone(rng, wall), -1, cv2.LINE_AA, 4)


def _strokes(canvas: np.ndarray, rng: np.random.Generator, wall: np.ndarray) -> None:
    ends = _spots(canvas, rng, 2 * int(rng.integers(4, 14)))
    for first, second in zip(ends[::2], ends[1::2], strict=True):
        width = max(1, round(len(canvas) * rng.uniform(0.005, 0.018)))
        cv2.line(canvas, first, second, _tone(rng, wall), width, cv2.LINE_AA, 4)


def _tiles(canvas: np.ndarray, rng: np.random.Generator, wall: np.ndarray) -> None:
    rows, columns = rng.integers(6, 15, 2)
    joint, height, width = _tone(rng, wall), len(canvas) / rows, len(canvas) / columns
    thick = max(1, len(canvas) // 130)
    for row in range(int(rows)):
        cv2.line(canvas, (0, int(row * height)), (len(canvas), int(row * height)), joint, thick, cv2.LINE_AA)
        for column in range(int(columns) + 1):
            x = int((column + 0.5 * (row % 2)) * width)
            cv2.line(canvas, (x, int(row * height)), (x, int((row + 1) * height)), joint, thick, cv2.LINE_AA)


PAINTERS = {
    "clouds": _plain,
    "furniture": _furniture,
    "stripes": _stripes,
    "discs": _discs,
    "strokes": _strokes,
    "tiles": _tiles,
}
