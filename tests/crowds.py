"""A few crowds of the world as localisers learn from them, with tokens that say where they are from."""

from functools import lru_cache

import numpy as np

from vizcore.synthetic.census import filmed
from vizcore.training.tokens import Arrays

CLIPS, SIZE, FRAMES = 6, 48, 8


@lru_cache
def films() -> Arrays:
    """Frames, boxes, words and roles of the first clips for validation."""
    return filmed(range(CLIPS), "validation", SIZE, FRAMES)


def marked() -> Arrays:
    """The same with tokens (M, 2, T, 4, 4) that say which clip, view, frame and patch they are of."""
    tokens = np.indices((CLIPS, 2, FRAMES, 4)).transpose(1, 2, 3, 4, 0).astype(np.float16)
    told = {name: films()[name].copy() for name in ("boxes", "does", "role")}
    return told | {"tokens": tokens, "chance": np.full(CLIPS, 1 / CLIPS)}
