"""The player of the segmentation page: a clip with rows of segments below it, which goes where a person has clicked.

segments, keypoints, verdicts in frames of the clip -> Rows, as far as the player has these frames -> player
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.metrics import Segment
from vizcore.algorithms.segmentation.segment_errors import Verdict
from vizcore.features.segmentation.figures import NOTHING
from vizcore.features.segmentation.page_spot import pointed
from vizcore.figures.theme import OKABE_ITO
from vizcore.models.nets.keypoints import Points
from vizcore.player import PlayerClip, Tier, player
from vizcore.player import Segment as TierSegment
from vizcore.video import FramePack

GUIDE = (
    "**Click or drag** in a row to go there; Page Up and Page Down on a row go to the segment before and after; "
    "Enter or a double click plays one segment over and over."
)
ERRORS = "errors of "  # how rows begin that say what is wrong in the row above
ABOUT_ERRORS = "Rows called *errors* say what is wrong in the row above."
HIT, ERROR = NOTHING, "#666C76"  # without a hue: those are the classes'

Classes = Sequence[tuple[str, str]]  # (name, #rrggbb) of each class, by number
Row = list[tuple]  # (start, stop, words, colour, maybe share of the row's height), in frames of the clip


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
