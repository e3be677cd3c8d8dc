"""Surfaces that are never twice alike: clouds, stripes, checks and dots, from a generator of chance."""

from colorsys import hsv_to_rgb

import cv2
import numpy as np


def clouds(rng: np.random.Generator, height: int, width: int, octaves: int = 5) -> np.ndarray:
    """Smooth coloured noise, (height, width, 3) float32 in 0..1: every octave has half the size and weight.

    Args:
        rng: source of chance.
        height, width: px.
        octaves: 1 or more; each adds detail of half the size.
    """
    picture = np.zeros((height, width, 3), np.float32)
    for octave in range(octaves):
        cells = 2 ** (octave + 1)
        coarse = rng.random((cells + 1, cells + 1, 3), np.float32)
        picture += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * 0.5 ** (octave + 1)
    low, high = picture.min(), picture.max()
    return (picture - low) / (high - low)


def pattern(rng: np.random.Generator, size: int, kind: str, hue: float) -> np.ndarray:
    """A square pattern in two shades of a hue (0..1), (size, size, 3) float32; stripes, checks, dots or rings.

    Args:
        rng: source of chance.
        size: px of a side.
        kind: "stripes", "checks", "dots" or "rings".
        hue: 0 to 1.
    """
    y, x = np.mgrid[:size, :size].astype(np.float32) / size
    angle, count = rng.uniform(0, np.pi), int(rng.integers(4, 7))
    u, v = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    waves = {
        "stripes": np.sin(2 * np.pi * count * u),
        "checks": np.sin(2 * np.pi * count * u) * np.sin(2 * np.pi * count * v),
        "dots": np.sin(2 * np.pi * count * u) * np.sin(2 * np.pi * count * v) - 0.35,
        "rings": np.sin(2 * np.pi * count * np.hypot(x - 0.5, y - 0.5)),
    }
    mask = (waves[kind] > 0).astype(np.float32)[..., None]  # (size, size, 1)
    dark, light = np.float32(hsv_to_rgb(hue, 0.85, 0.35)), np.float32(hsv_to_rgb((hue + 0.06) % 1, 0.35, 1.0))
    return cv2.GaussianBlur(mask * light + (1 - mask) * dark, (3, 3), 0)
