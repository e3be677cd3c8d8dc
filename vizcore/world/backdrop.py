"""The walls and floors of the world: a bank of textures for each split, none of them shared.

split, number -> backdrop (SIDE, SIDE, 3) uint8, soft clouds with furniture, stripes, discs or strokes over them
"""

from functools import lru_cache

import cv2
import numpy as np

from vizcore.world.splits import generator
from vizcore.world.texture import clouds

SIDE = 384  # px; a scene stretches it to the size it needs
BANK = {"train": 480, "validation": 80, "test": 120, "show": 40}  # backdrops of a split


@lru_cache(maxsize=512)
def backdrop(split: str, number: int) -> np.ndarray:
    """One texture of a split's bank, (SIDE, SIDE, 3) uint8, not to be written to.

    Args:
        number: from 0; beyond the bank it starts again.
    """
    rng = generator(split, 7, number % BANK[split])
    tint, calm = rng.random(3, np.float32), rng.uniform(0.3, 0.7)
    picture = clouds(rng, SIDE, SIDE)
    grey = picture.mean(-1, keepdims=True)
    picture = 0.12 + 0.7 * (calm * (grey + 0.6 * (picture - grey)) + (1 - calm) * tint)
    canvas = (np.clip(picture, 0, 1) * 255).astype(np.uint8)
    list(PAINTERS.values())[rng.integers(len(PAINTERS))](canvas, rng)
    canvas.setflags(write=False)
    return canvas


def _colour(rng: np.random.Generator) -> list[int]:
    return rng.integers(30, 220, 3).tolist()


def _points(rng: np.random.Generator, count: int) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in rng.integers(0, SIDE, (count, 2))]


def _furniture(canvas: np.ndarray, rng: np.random.Generator) -> None:
    for x, y in _points(rng, int(rng.integers(8, 24))):
        width, height = (int(side) for side in rng.integers(SIDE // 20, SIDE // 4, 2))
        filled = -1 if rng.random() < 0.7 else 2
        cv2.rectangle(canvas, (x, y), (x + width, y + height), _colour(rng), filled, cv2.LINE_AA)


def _stripes(canvas: np.ndarray, rng: np.random.Generator) -> None:
    y, x = np.mgrid[:SIDE, :SIDE]
    angle, width = rng.uniform(0, np.pi), rng.uniform(SIDE / 24, SIDE / 8)
    wave = np.sin((np.cos(angle) * x + np.sin(angle) * y) * np.pi / width) * 4
    shade = np.clip(0.5 + wave, 0, 1)[..., None] * 0.5
    canvas[:] = (canvas * (1 - shade) + np.array(_colour(rng)) * shade).astype(np.uint8)


def _discs(canvas: np.ndarray, rng: np.random.Generator) -> None:
    for centre in _points(rng, int(rng.integers(10, 40))):
        cv2.circle(canvas, centre, int(rng.integers(4, SIDE // 14)), _colour(rng), -1, cv2.LINE_AA)


def _strokes(canvas: np.ndarray, rng: np.random.Generator) -> None:
    ends = _points(rng, 2 * int(rng.integers(4, 14)))
    for first, second in zip(ends[::2], ends[1::2], strict=True):
        cv2.line(canvas, first, second, _colour(rng), int(rng.integers(2, 7)), cv2.LINE_AA)


PAINTERS = {
    "clouds": lambda canvas, rng: None,
    "furniture": _furniture,
    "stripes": _stripes,
    "discs": _discs,
    "strokes": _strokes,
}
