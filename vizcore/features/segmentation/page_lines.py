"""The rows of a clip's timeline, whoever they are by: ground truth, nets, groups without names, scenes between cuts.

Predictions, ClipGroups -> one list of classes with colours, and Lines of labels (T,) by their numbers in it
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vizcore.algorithms.segmentation.metrics import Segment, segments
from vizcore.features.segmentation.figures import class_colours
from vizcore.features.segmentation.pipeline_groups import ClipGroups, group_name
from vizcore.features.segmentation.pipeline_predictions import Predictions
from vizcore.synthetic.doing import BACKGROUND

SCENES = "Scenes"
SCENE_COLOURS = ("#8A919C", "#C3C8D0")  # in turn; without a hue, those are the groups'
NO_CLASS = "no class"

Classes = list[tuple[str, str]]  # (name, #rrggbb)


class Line(NamedTuple):
    """A row of the timeline."""

    title: str
    labels: np.ndarray  # (T,) numbers in the list of classes
    segments: tuple[Segment, ...]


def classes_of(found: Predictions | None, groups: Sequence[ClipGroups]) -> Classes:
    """The classes of nets, what groups are called, and two greys for scenes.

    Args:
        found: of nets and the ground truth; None where none is shown.
        groups: of one clip.
    """
    names = [] if found is None else [name.replace("_", " ") for name in found.classes]
    grey = () if found is None else (BACKGROUND,)
    if groups and groups[0].matched is not None and found is not None:
        names, grey = [*names, NO_CLASS], (*grey, len(names))
    else:
        names += [group_name(label) for label in range(max((one.count for one in groups), default=0))]
    scenes = [("scene", colour) for colour in SCENE_COLOURS] if groups else []
    return [*zip(names, class_colours(len(names), grey)), *scenes]


def lines_of(found: Predictions | None, groups: Sequence[ClipGroups], count: int, *, nets_first: bool) -> list[Line]:
    """The rows, top to bottom.

    Args:
        found: of nets and the ground truth; None where none is shown.
        groups: of one clip.
        count: of the list of classes_of.
        nets_first: else below.
    """
    nets = [] if found is None else [Line(tier.title, tier.labels, tier.segments) for tier in found.tiers]
    untrained = [_line(one.title, _numbered(one, found)) for one in groups]
    if groups:
        scene = np.searchsorted(groups[0].cuts, np.arange(len(groups[0].labels)), "right")
        untrained.append(_line(SCENES, count - 2 + scene % 2))
    return nets + untrained if nets_first else untrained + nets


def _line(title: str, labels: np.ndarray) -> Line:
    return Line(title, labels, segments(labels))


def _numbered(one: ClipGroups, found: Predictions | None) -> np.ndarray:
    """(T,) the labels of groups in the list of classes: by their names, where the ground truth gives them some."""
    if found is None:
        return one.labels
    if one.matched is None:
        return len(found.classes) + one.labels
    (names,) = one.matched.names
    numbers = np.array([names.get(label, len(found.classes)) for label in range(one.count)])
    return numbers[one.labels]
