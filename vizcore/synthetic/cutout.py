"""Rigid pieces of coloured card: what everything that moves in the world is made of."""

from dataclasses import dataclass, replace

import numpy as np

Colour = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Patch:
    """A convex outline (N, 2) in the piece's own coordinates, filled with one colour."""

    outline: np.ndarray
    colour: Colour
    fine: bool = False  # too small to be seen in small pictures, and left out there


@dataclass(frozen=True, eq=False)
class Cutout:
    """A surface of the clip: its patches, drawn in turn, and where it is in every frame."""

    name: str
    patches: tuple[Patch, ...]
    places: np.ndarray  # (T, 2, 3): own coordinates -> units of the world
    thing: int = 0  # what it belongs to, as an index into the clip's things
    shown: np.ndarray | None = None  # (T,) bool; None: always

    def until(self, stop: int) -> "Cutout":
        """The same in the frames before stop."""
        return replace(self, places=self.places[:stop], shown=None if self.shown is None else self.shown[:stop])


def compose(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Two affine maps (..., 2, 3), one after the other, as one."""
    joined = after[..., :2] @ before
    joined[..., 2] += after[..., 2]
    return joined


def laid(centre: np.ndarray, turn: np.ndarray | float = 0.0) -> np.ndarray:
    """(T, 2, 3) places of a piece whose origin is at centre (T, 2), turned by (T,) radians."""
    turn = np.broadcast_to(turn, len(centre))
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([np.stack([c, s], -1), np.stack([-s, c], -1), centre], -1)


def disc(radius: float, x: float = 0.0, y: float = 0.0, points: int = 20, squash: float = 1.0) -> np.ndarray:
    """A circle (points, 2), its height multiplied by squash.

    Args:
        radius: units.
        x, y: its middle, units.
        points: corners of the outline.
        squash: height over width.
    """
    angle = np.arange(points) * 2 * np.pi / points
    return np.stack([x + radius * np.cos(angle), y + squash * radius * np.sin(angle)], -1)


def box(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """An upright rectangle (4, 2).

    Args:
        x0, y0: lower left corner, units.
        x1, y1: upper right corner.
    """
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)


def capsule(length: float, start: float, stop: float, points: int = 9) -> np.ndarray:
    """A limb along x from 0 to length with round ends of the radii start and stop, (2 * points, 2).

    Args:
        length: units between the middles of the two ends.
        start, stop: radii of the ends, units.
        points: corners of each end.
    """
    angle = np.linspace(-np.pi / 2, np.pi / 2, points)
    arc = np.stack([np.cos(angle), np.sin(angle)], -1)
    return np.concatenate([stop * arc + (length, 0), -start * arc])


def moved(outline: np.ndarray, x: float, y: float) -> np.ndarray:
    """The outline (N, 2) elsewhere.

    Args:
        outline: (N, 2) units.
        x, y: by how much, units.
    """
    return outline + np.array([x, y])


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    return tuple(int(min(255, max(0, part * factor))) for part in colour)
