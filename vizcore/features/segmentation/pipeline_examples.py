"""Worked examples of re-assembly: few points by hand, each of which shows one rule or one corner of it.

name -> Example (points, length, what to look at) -> reassembled -> Reassembly
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, Reassembly, reassemble

NAMES = ("take", "pour", "stir", "drink")  # of the classes, as a person may imagine them


@dataclass(frozen=True)
class Example:
    """Points of a video of so many frames."""

    actions: tuple[tuple[float, int, float], ...]  # time in frames, class, confidence
    boundaries: tuple[tuple[float, float], ...]  # time in frames, confidence
    length: int  # frames
    about: str  # what to look at

    @property
    def points(self) -> tuple[list[ActionPoint], list[BoundaryPoint]]:
        """Both kinds, as reassemble takes them."""
        return [ActionPoint(*one) for one in self.actions], [BoundaryPoint(*one) for one in self.boundaries]


EXAMPLES = {
    "All the rules": Example(
        ((10, 0, 0.9), (14, 0, 0.3), (30, 1, 0.6), (36, 2, 0.8), (70, 1, 0.7)),
        ((20, 0.8), (50, 0.4), (54, 0.6)),
        100,
        "Two points of one class become one, a less confident one of another class goes, two boundaries become one.",
    ),
    "A cascade": Example(
        ((5, 0, 0.6), (15, 1, 0.3), (18, 0, 0.5), (25, 0, 0.4), (45, 1, 0.9)),
        ((10, 0.5), (20, 0.5), (40, 0.5)),
        50,
        "What is left after the first rule are equal neighbours: three become one at once, in no order of pairs.",
    ),
    "Boundaries outside": Example(
        ((30, 0, 0.9), (60, 1, 0.8)),
        ((5, 0.9), (12, 0.5), (45, 0.7), (80, 0.9), (95, 0.2)),
        100,
        "Boundaries before the first action and after the last one separate nothing, however confident they are.",
    ),
    "A point on a boundary": Example(
        ((20, 0, 0.9), (40, 1, 0.8)),
        ((20, 0.5), (40, 0.5)),
        60,
        "A point at the frame of a boundary belongs to what begins there; the paper leaves this open.",
    ),
    "No boundaries": Example(
        ((5, 0, 0.4), (20, 1, 0.9), (25, 1, 0.6), (40, 0, 0.5)),
        (),
        50,
        "One interval, so one action: the most confident one, at the mean of its class.",
    ),
    "No actions": Example((), ((20, 0.8),), 50, "There is nothing to separate, and every frame stays unlabelled."),
    "One class": Example(
        ((5, 3, 0.2), (15, 3, 0.9), (30, 3, 0.4)),
        ((10, 0.5), (20, 0.9)),
        40,
        "Boundaries between points of one class go with the points that they separated.",
    ),
    "Equal confidences": Example(
        ((10, 0, 0.5), (10, 0, 0.5), (10, 1, 0.5), (30, 1, 0.7)),
        ((20, 0.6), (20, 0.2)),
        40,
        "Of equally confident points the earliest stays, and then the smallest class.",
    ),
    "No confidence at all": Example(
        ((10, 0, 0), (12, 0, 0), (30, 1, 0)),
        ((20, 0), (24, 0)),
        40,
        "Weights that are all zero have no weighted mean: the plain one is taken.",
    ),
    "Within a frame": Example(
        ((10.2, 0, 0.9), (10.6, 1, 0.8), (10.9, 0, 0.7)),
        ((10.3, 0.5), (10.7, 0.5)),
        20,
        "The middle action begins and ends between two frames: it has a point, and no frame.",
    ),
    "A single action": Example(((7, 2, 0.5),), ((3, 0.9), (9, 0.9)), 12, "It takes the whole video."),
    "Empty intervals": Example(
        ((10, 0, 0.9), (50, 1, 0.8)),
        ((20, 0.2), (30, 0.2), (40, 0.4)),
        60,
        "All boundaries between two neighbouring actions become one, at their weighted mean.",
    ),
}


def reassembled(
    actions: Sequence[Sequence[float]], boundaries: Sequence[Sequence[float]], length: int, fill: int = -1
) -> Reassembly:
    """The timeline of points that a person has put somewhere; what is wrong with them is refused as by reassemble.

    Args:
        actions: (time in frames, class, confidence 0 to 1) of each.
        boundaries: (time in frames, confidence 0 to 1) of each.
        length: T in frames.
        fill: the class of all frames where there is no action.
    """
    return reassemble(
        [ActionPoint(time, int(label), share) for time, label, share in actions],
        [BoundaryPoint(time, share) for time, share in boundaries],
        length,
        fill,
    )
