"""The player of the segmentation page: a clip with rows of segments below it, which goes where a person has clicked.

Predictions, ClipGroups -> one list of classes with colours, and Lines of labels (T,) by their numbers in it
segments, keypoints, verdicts in frames of the clip -> Rows, as far as the player has these frames -> player
a click -> point_at -> the page's link -> pointed, in the next run
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.metrics import Segment, segments
from vizcore.algorithms.segmentation.segment_errors import Verdict
from vizcore.features.segmentation.figures import NOTHING, class_colours
from vizcore.features.segmentation.pipeline_predictions import Predictions
from vizcore.figures.theme import OKABE_ITO
from vizcore.models.nets.keypoints import Points
from vizcore.player import PlayerClip, Tier, player
from vizcore.player import Segment as TierSegment
from vizcore.synthetic.doing import BACKGROUND
from vizcore.video import FramePack

if TYPE_CHECKING:  # of the world they are seldom asked for
    from vizcore.features.segmentation.pipeline_groups import ClipGroups

GUIDE = (
    "**Click or drag** in a row to go there; Page Up and Page Down on a row go to the segment before and after; "
    "Enter or a double click plays one segment over and over."
)
ERRORS = "errors of "  # how rows begin that say what is wrong in the row above
ABOUT_ERRORS = "Rows called *errors* say what is wrong in the row above."
HIT, ERROR = NOTHING, "#666C76"  # without a hue: those are the classes'

Classes = Sequence[tuple[str, str]]  # (name, #rrggbb) of each class, by number
Row = list[tuple]  # (start, stop, words, colour, maybe share of the row's height), in frames of the clip

SCENES = "Scenes"
SCENE_COLOURS = ("#8A919C", "#C3C8D0")  # in turn; without a hue, those are the groups'
NO_CLASS = "no class"
LINK = "at"
WORDS = re.compile(r"(\d{1,9})-(\d{1,9})\.(\d{1,9})\.(.{1,200})")


class Spot(NamedTuple):
    """The stretch [start, stop) in frames that a person has clicked last, of all so many clicks."""

    start: int
    stop: int
    clicks: int


def pointed(video: str) -> Spot | None:
    """What was clicked last of a video, or what the page's link says of it."""
    found = WORDS.fullmatch(ui.from_link(LINK))
    return Spot(*map(int, found.groups()[:3])) if found and found[4] == video else None


def point_at(video: str, start: int, stop: int) -> None:
    """Keep a stretch of a video in the link, also where it is the one that was clicked before.

    Args:
        video: its name.
        start, stop: [start, stop) in frames.
    """
    before = pointed(video)
    ui.set_link(LINK, f"{start}-{stop}.{before.clicks + 1 if before else 1}.{video}")


class Line(NamedTuple):
    """A row of the timeline."""

    title: str
    labels: np.ndarray  # (T,) numbers in the list of classes
    segments: tuple[Segment, ...]


def classes_of(found: Predictions | None, groups: "Sequence[ClipGroups]") -> list[tuple[str, str]]:
    """The classes of nets, what groups are called, and two greys for scenes.

    Args:
        found: of nets and the ground truth; None where none is shown.
        groups: of one clip.
    """
    names = [] if found is None else [name.replace("_", " ") for name in found.classes]
    grey = () if found is None else (BACKGROUND,)
    if groups and groups[0].matched is not None and found is not None:
        names, grey = [*names, NO_CLASS], (*grey, len(names))
    elif groups:
        from vizcore.features.segmentation.pipeline_groups import group_name

        names += [group_name(label) for label in range(max((one.count for one in groups), default=0))]
    scenes = [("scene", colour) for colour in SCENE_COLOURS] if groups else []
    return [*zip(names, class_colours(len(names), grey)), *scenes]


def lines_of(found: Predictions | None, groups: "Sequence[ClipGroups]", count: int, *, nets_first: bool) -> list[Line]:
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


def _numbered(one: "ClipGroups", found: Predictions | None) -> np.ndarray:
    """(T,) the labels of groups in the list of classes: by their names, where the ground truth gives them some."""
    if found is None:
        return one.labels
    if one.matched is None:
        return len(found.classes) + one.labels
    (names,) = one.matched.names
    numbers = np.array([names.get(label, len(found.classes)) for label in range(one.count)])
    return numbers[one.labels]


def rows_player(
    pack: FramePack,
    title: str,
    rows: Mapping[str, Row],
    video: str,
    place: int = 0,
    legend: Sequence[tuple[str, str]] = (),
) -> None:
    """Show a clip with rows.

    Args:
        pack: its frames, or a part of them.
        title: its name on the page.
        rows: {name: segments}.
        video: its name in the page's link.
        place: the frame of the pack to begin with.
        legend: (name, #rrggbb) of what the rows' colours stand for.
    """
    spot = pointed(video)
    inside = spot is not None and pack.indices[0] <= spot.start <= pack.indices[-1]
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, title)],
        key="segmentation-player",
        tiers=[Tier(name, _in_pack(pack, row)) for name, row in rows.items()],
        frame=int(np.searchsorted(pack.indices, spot.start)) if inside else place,
        jumps=spot.clicks if inside else 0,
        thumbnails=True,
        legend=legend,
        height=260,
    )
    if rows:
        ui.caption(f"{GUIDE} {ABOUT_ERRORS}" if any(name.startswith(ERRORS) for name in rows) else GUIDE)


def legend_of(labels: Iterable[int], classes: Classes, verdicts: Sequence[Verdict] = ()) -> list[tuple[str, str]]:
    """(name, #rrggbb) of the classes and of the errors that rows show.

    Args:
        labels: numbers of the classes that are drawn.
        classes: (name, #rrggbb) of each class, by number.
        verdicts: on the segments of rows of errors.
    """
    wrong = {one.kind != "hit" for one in verdicts}
    colours = [("hit", HIT)] * (False in wrong) + [("error", ERROR)] * (True in wrong)
    return [classes[k] for k in sorted(set(labels))] + colours


def blocks(found: Sequence[Segment], classes: Classes, nothing: Sequence[int]) -> Row:
    """The segments in which something happens.

    Args:
        found: in frames of the clip.
        classes: (name, #rrggbb) of each class, by number.
        nothing: numbers of the classes that are background.
    """
    return [(*one[:2], *classes[one.label]) for one in found if one.label not in nothing]


def moments(points: Points, classes: Classes) -> Row:
    """Keypoints, one frame wide each and as tall as their confidence."""
    rows = [(p.time, f"boundary, {p.confidence:.0%}", OKABE_ITO["grey"], p.confidence) for p in points.boundaries]
    for point in points.actions:
        name, colour = classes[point.label]
        rows.append((point.time, f"{name}, {point.confidence:.0%}", colour, point.confidence))
    return [(int(time), int(time) + 1, *rest) for time, *rest in rows]


def error_row(verdicts: Sequence[Verdict], classes: Classes) -> Row:
    """Segments with what is wrong with them, and the class of the segment that caused it."""
    row = []
    for verdict in verdicts:
        by = "" if verdict.other is None or verdict.kind == "hit" else f": {classes[verdict.other.label][0]}"
        row.append((*verdict.segment[:2], verdict.kind + by, HIT if verdict.kind == "hit" else ERROR))
    return row


def _in_pack(pack: FramePack, row: Row) -> list[TierSegment]:
    """A row in frames of the pack, as far as it has them."""
    edges = np.searchsorted(pack.indices, [one[:2] for one in row] or np.zeros((0, 2), int))
    return [TierSegment(int(a), int(b), *one[2:]) for (a, b), one in zip(edges, row) if a < b]
