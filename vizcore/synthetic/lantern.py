"""A lantern: a square body that is never twice alike, with a lamp in its middle; drawn sharp at any size.

look, state, scale -> lantern(...) -> picture (S, S, 4) float32 of colour x coverage and coverage -> paint(canvas, ...)

All lengths are units, of which a picture of the carousel has 56. Shapes are signed distances to their edges, so that an
edge is one pixel soft whatever the scale is: a large picture, shrunk, is the small one.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

SIDE, CORNER = 13.0, 2.5  # units: the body's side, and how round its corners are
RIM, DISC = 3.3, 2.5  # units: radii of the lamp's dark rim and of its light
STATES = ("red", "green", "blue")
LIGHTS = np.float32([[235, 40, 40], [40, 215, 60], [60, 90, 245]]) / 255  # colour of each state
PATTERNS = ("rows", "columns", "diagonals", "checks", "frame")
SHADOW = 2.0  # units that the soft shadow reaches beyond the body
DARK = 0.08  # of the rim


@dataclass(frozen=True, eq=False)
class Appearance:
    """What a body looks like, whatever its lamp does."""

    pattern: str  # of PATTERNS
    colours: np.ndarray  # (2, 3) float32, RGB from 0 to 1
    width: float  # units of a stripe
    shift: float  # units by which the stripes begin off the middle


def random_appearance(rng: np.random.Generator) -> Appearance:
    """Two colours in a pattern, drawn afresh: there is nothing to learn by heart."""
    hues, low = rng.uniform(0, 360, 2), 60 / 255
    colours = np.float32([[hue, *rng.uniform(low, 1, 2)] for hue in hues])[None]  # (1, 2, 3) hue, saturation, value
    width = float(rng.integers(2, 4))
    shift = float(rng.uniform(0, 2 * width))
    return Appearance(PATTERNS[rng.integers(len(PATTERNS))], cv2.cvtColor(colours, cv2.COLOR_HSV2RGB)[0], width, shift)


def edge_distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far a place, in units from the middle, lies outside the body; below 0 inside."""
    beyond_x, beyond_y = np.abs(x) - (SIDE / 2 - CORNER), np.abs(y) - (SIDE / 2 - CORNER)
    corner = np.hypot(np.maximum(beyond_x, 0), np.maximum(beyond_y, 0))
    return corner + np.minimum(np.maximum(beyond_x, beyond_y), 0) - CORNER


def lantern(appearance: Appearance, state: int, scale: float, lamp: float = 1.0) -> np.ndarray:
    """One lantern, (S, S, 4) float32: red, green, blue times coverage, and coverage, from 0 to 1; S is odd.

    Args:
        appearance: the body's colours and pattern.
        state: of the lamp, an index into STATES.
        scale: px per unit.
        lamp: by how much the lamp is larger than usual.
    """
    x, y = _places(scale)
    body, shadow, light = _form(scale)
    first, second = appearance.colours
    mix = _pattern(appearance, x, y, scale)[..., None]
    colour = (mix * first + (1 - mix) * second) * light
    rim, disc, gleam, tint = _lamp(scale, lamp)
    colour += rim * (DARK - colour)
    colour += disc * (tint * LIGHTS[state] - colour)
    colour += gleam * (1 - colour)
    return np.concatenate([colour * body, body + shadow * (1 - body)], -1)


def paint(canvas: np.ndarray, picture: np.ndarray, x: float, y: float) -> None:
    """Lay a lantern (S, S, 4) over a canvas (H, W, 3) float32, in place, its middle at px (x, y), whole or not.

    Args:
        canvas: (H, W, 3) float32, 0 to 1, changed in place.
        picture: (S, S, 4) float32, as of lantern.
        x, y: px of its middle, fractions allowed.
    """
    half = len(picture) // 2
    left, top = int(np.floor(x)), int(np.floor(y))
    move = np.float32([[1, 0, x - left], [0, 1, y - top]])
    moved = cv2.warpAffine(picture, move, (len(picture) + 1,) * 2, flags=cv2.INTER_LINEAR)
    left, top, height, width = left - half, top - half, *canvas.shape[:2]
    moved = moved[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
    spot = canvas[max(top, 0) : max(top + half * 2 + 2, 0), max(left, 0) : max(left + half * 2 + 2, 0)]
    spot *= 1 - moved[..., 3:]
    spot += moved[..., :3]


def _soft(distance: np.ndarray, scale: float) -> np.ndarray:
    """1 inside of an edge, 0 outside, one pixel of slope between."""
    return np.clip(0.5 - distance * scale, 0, 1)


def _pattern(appearance: Appearance, x: np.ndarray, y: np.ndarray, scale: float) -> np.ndarray:
    """Share of the first colour at every place."""

    def stripes(along: np.ndarray) -> np.ndarray:
        turn = (along + appearance.shift) % (2 * appearance.width)
        return _soft(np.abs(turn - appearance.width) - appearance.width / 2, scale)

    if appearance.pattern == "frame":
        return _soft(np.maximum(np.abs(x), np.abs(y)) - (SIDE / 2 - 2), scale)
    if appearance.pattern == "checks":
        rows, columns = stripes(y), stripes(x)
        return rows + columns - 2 * rows * columns
    return stripes({"rows": y, "columns": x, "diagonals": (x + y) * np.float32(0.5**0.5)}[appearance.pattern])


@lru_cache(maxsize=8)
def _places(scale: float) -> tuple[np.ndarray, np.ndarray]:
    """x and y (S, S) float32 of a lantern's pixels, in units from its middle."""
    half = int(np.ceil((SIDE / 2 + SHADOW) * scale))
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32) / np.float32(scale)
    return x, y


@lru_cache(maxsize=8)
def _form(scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coverage of the body and of its shadow, and the light that falls from above, each (S, S, 1)."""
    x, y = _places(scale)
    shadow = 0.4 * np.clip(0.5 - edge_distance(x - 0.3, y - 0.6) / 2, 0, 1)
    return _soft(edge_distance(x, y), scale)[..., None], shadow[..., None], (1 - 0.012 * y)[..., None]


@lru_cache(maxsize=32)
def _lamp(scale: float, lamp: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Coverage of rim, light and gleam, and how bright the light is there, each (S, S, 1)."""
    x, y = _places(scale)
    away = np.hypot(x, y)
    gleam = 0.4 * _soft(np.hypot(x + 0.9 * lamp, y + 0.9 * lamp) - 0.5 * lamp, scale)
    tint = 1.04 - 0.16 * np.clip(away / (DISC * lamp), 0, 1) ** 2
    parts = _soft(away - RIM * lamp, scale), _soft(away - DISC * lamp, scale), gleam, tint
    return tuple(part[..., None] for part in parts)
