"""What the actor of a clip does in each frame, as a class: the truth that nets of segmentation are held against.

truth, classes -> labels (T,)
"""

from collections.abc import Sequence

import numpy as np

from vizcore.synthetic.script import SEGMENT_LABELS
from vizcore.synthetic.truth import Truth

BACKGROUND = 0
CLASSES = ("background", *SEGMENT_LABELS)


def doing(truth: Truth, classes: Sequence[str] = CLASSES) -> np.ndarray:
    """(T,) int64: the class of each frame, BACKGROUND between the segments.

    Raises:
        ValueError: not just one person acts, or something is done that is none of the classes.
    """
    actors = [k for k, thing in enumerate(truth.things) if thing.role == "actor"]
    if len(actors) != 1:
        raise ValueError(f"want a clip with one actor, got {len(actors)}")
    labels = np.full(len(truth.surface), BACKGROUND)
    for segment in truth.segments:
        if segment.thing != actors[0]:
            continue
        if segment.label not in classes:
            raise ValueError(f"want actions of the classes ({', '.join(classes)}), got {segment.label!r}")
        labels[segment.first : segment.stop] = classes.index(segment.label)
    return labels
