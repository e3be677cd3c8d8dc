"""A camera that pans, zooms, rolls and shakes, and never loses whom it films.

boxes (T, 4) of what has to stay in view -> (T, 2, 3): the world -> the view, VIEW units wide and high
"""

import numpy as np

VIEW = 64.0  # units across the picture: px at the size that nets are trained at
MARGIN = 1.5  # units kept free around what has to stay in view


def moments(count: int) -> np.ndarray:
    """(count,) the middles of equal shares of 0..1: when frames are taken."""
    return (np.arange(count) + 0.5) / count


def wobble(rng: np.random.Generator, knots: int, at: np.ndarray) -> np.ndarray:
    """Smooth chance with standard deviation 1 at the knots, at the times (T,) in 0..1; as likely as its reversal.

    Args:
        rng: source of chance.
        knots: numbers that are drawn, evenly over the time; 2 or more.
        at: (T,) times in 0..1.
    """
    return np.interp(at * (knots - 1), np.arange(knots), rng.standard_normal(knots))


def warped(rng: np.random.Generator, at: np.ndarray, strength: float) -> np.ndarray:
    """(T,) phases that run from 0 to 1 at an uneven speed, whose logarithm wobbles; as likely as its reversal.

    Args:
        rng: source of chance.
        at: (T,) times in 0..1, rising.
        strength: 0 for an even speed, 1 for very uneven.
    """
    fine = np.linspace(0, 1, 129)
    speed = np.exp(strength * wobble(rng, 6, (fine[1:] + fine[:-1]) / 2))
    return np.interp(at, fine, np.concatenate([[0], np.cumsum(speed) / speed.sum()]))


def camera_path(rng: np.random.Generator, boxes: np.ndarray, pan: float, zoom: float, shake: float) -> np.ndarray:
    """Where the world is seen, (T, 2, 3).

    Args:
        rng: source of chance.
        boxes: (T, 4) x0, y0, x1, y1 in units of the world.
        pan, zoom, shake: 0 for none, 1 for much; a camera that does none of these stands still and level.
    """
    at = moments(len(boxes))
    swing = 2 * at - 1  # (T,) -1..1
    sweep, grow, tilt, drift = rng.uniform(-1, 1, (4, 2))
    scale = np.exp(0.1 * zoom * (grow[0] * swing + grow[1]))
    steady = pan + zoom + shake == 0
    turn = np.deg2rad(3.0) * (not steady) * (tilt[0] + 0.5 * tilt[1] * swing)
    follow, half = rng.uniform(0.2, 1.0) * (pan > 0), VIEW / 2 / scale
    centres = np.empty((len(boxes), 2))
    for axis, reach in ((0, 26.0), (1, 5.0)):
        low, high = boxes[:, axis], boxes[:, axis + 2]
        middle = (low + high) / 2
        still = (middle.min() + middle.max()) / 2
        wish = still + follow * (middle - still) + reach * pan * sweep[axis] * swing + (6.0, 2.0)[axis] * drift[axis]
        wish = wish + shake * 1.8 * wobble(rng, 10, at)
        leeway = np.maximum(half - MARGIN - (high - low) / 2 - 0.5 * VIEW * np.abs(np.sin(turn)), 0)
        centres[:, axis] = np.clip(wish, middle - leeway, middle + leeway)
    return _aimed(centres, scale, turn)


def accompany(
    rng: np.random.Generator, boxes: np.ndarray, pan: float, zoom: float, shake: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where the world is seen, (T, 2, 3), by a camera that goes along; and what it looks at, (T, 2), less its shaking.

    Args:
        rng: source of chance.
        boxes: (T, 4) x0, y0, x1, y1 in units of the world, of somebody who may go far.
        pan, zoom, shake: 0 for none, 1 for much.
    """
    count = len(boxes)
    at, knots = moments(count), max(3, count // 45)
    scale = np.exp(0.07 * zoom * _eased(wobble(rng, knots, at)))
    turn = np.deg2rad(0.8) * _eased(wobble(rng, knots, at))
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    room = VIEW / 2 / scale[:, None] - MARGIN - half - 0.5 * VIEW * np.abs(np.sin(turn))[:, None]
    drift = np.stack([(7.0, 1.5)[axis] * pan * _eased(wobble(rng, knots, at)) for axis in (0, 1)], -1)
    wish = np.stack([_eased(middle[:, 0]), np.full(count, np.median(middle[:, 1]))], -1) + drift
    jitter = shake * np.stack([wobble(rng, max(3, count // 3), at) for _ in (0, 1)], -1)
    leeway = np.maximum(room, 0)
    return _aimed(np.clip(wish + jitter, middle - leeway, middle + leeway), scale, turn), wish


def view_centres(camera: np.ndarray) -> np.ndarray:
    """(T, 2) the point of the world in the middle of the view."""
    return np.linalg.solve(camera[:, :, :2], VIEW / 2 - camera[:, :, 2:])[..., 0]


def _eased(track: np.ndarray, width: float = 9.0) -> np.ndarray:
    """(T,) smoothed over some frames, ends held."""
    reach = int(3 * width)
    weight = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.convolve(np.pad(track, reach, mode="edge"), weight / weight.sum(), "valid")


def _aimed(centres: np.ndarray, scale: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """(T, 2, 3) the view around the centres (T, 2)."""
    c, s = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], 1)  # (T, 2, 2)
    shift = VIEW / 2 - np.einsum("tij,tj->ti", linear, centres)
    return np.concatenate([linear, shift[..., None]], -1)
