"""The clips that are measured with: some of the app's, and the same again where more are wanted."""

from itertools import cycle, islice

import numpy as np

from vizcore.models import Model
from vizcore.runtime.clip_library import bundled
from vizcore.video import probe, read_frames

CLIPS = ("cartwheel", "lanterns-slow", "story", "parade")


def films(row: Model, count: int) -> list[np.ndarray]:
    """The frames (T, H, W, 3) uint8 that a model chooses of clips."""
    paths = [bundled()[name].path for name in CLIPS[:count]]
    shown = [read_frames(path, row.chosen(probe(path).frames).tolist()) for path in paths]
    return list(islice(cycle(shown), count))
