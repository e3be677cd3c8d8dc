"""Things that move about and mean nothing: what a model has to look past."""

import numpy as np

from vizcore.synthetic.clothing import paint
from vizcore.synthetic.cutout import Cutout, Patch, box, disc, laid, shade
from vizcore.synthetic.truth import Thing

LIMIT = 6  # so many at most
BEFORE = 0.25  # how often one passes in front of everybody


def scatter(
    rng: np.random.Generator, centre: np.ndarray, at: np.ndarray, count: int, first: int
) -> tuple[list[Cutout], list[Cutout]]:
    """Shapes on straight ways through what the camera sees: those behind everybody, and those before.

    Args:
        rng: source of chance.
        centre: (2,) or (T, 2) units of the world: where the camera looks; the ways are laid around it.
        at: (T,) times in 0..1.
        count: shapes, 0 to LIMIT.
        first: the number of the first one's thing; the others follow.
    """
    behind, before = [], []
    for number in range(count):
        radius, colour, kind = rng.uniform(2, 5), paint(rng, 0.2), int(rng.integers(3))
        middle = centre + rng.uniform((-30, -28), (30, 22))
        path = middle + np.outer(2 * at - 1, rng.uniform(-20, 20, 2))
        turn = rng.uniform(0, 2 * np.pi) + rng.uniform(-2, 2) * (2 * at - 1)
        if kind == 0:
            name, outline = "disc", disc(radius)
        elif kind == 1:
            name, outline = "block", box(-radius, -0.7 * radius, radius, 0.7 * radius)
        else:
            name, outline = "tile", disc(1.2 * radius, points=3)
        inner = Patch(outline * 0.5, shade(colour, 0.75))
        front = rng.random() < BEFORE
        cutout = Cutout(name, (Patch(outline, colour), inner), laid(path, turn), first + number)
        (before if front else behind).append(cutout)
    return behind, before


def named(cutouts: list[Cutout]) -> tuple[Thing, ...]:
    """The things that scattered cutouts are, in the order of their numbers."""
    return tuple(Thing(cutout.name, "distractor") for cutout in sorted(cutouts, key=lambda cutout: cutout.thing))
