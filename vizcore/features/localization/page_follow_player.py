"""Followed boxes as the player shows them: a box in every frame, dashed where it is lost, and confidence as a row.

people, drawn boxes -> annotations_of -> Annotations, the style that is drawn;  people -> tiers_of -> Tiers
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vizcore.algorithms.matching.box_tracking import LOST
from vizcore.features.localization.controls_follow import FollowSettings, name_of
from vizcore.features.localization.figures_follow import COLOURS, GROUND_TRUTH
from vizcore.features.localization.pipeline_follow import FollowedBox
from vizcore.player import Annotations, Boxes, Segment, Style, Tier
from vizcore.video import FramePack

STEPS = 10  # heights of a row: confidence is shown in tenths
TRUTH = Style("ground truth", GROUND_TRUTH, dashed=True)
GREY = "#7F7F7F"

Drawn = list[tuple[int, np.ndarray, Style, str, float]]  # frame of the pack, corners, style, name, confidence


def annotations_of(people: Sequence[FollowedBox], asked: FollowSettings, who: int) -> tuple[Annotations, int]:
    """Everybody's boxes, and the style of those that are drawn.

    Args:
        people: who have been followed.
        asked: what was drawn; of who has not been followed yet, this is shown.
        who: number of the person that is drawn.
    """
    own = Style(name_of(who), COLOURS[who - 1])
    rows: Drawn = []
    for number in asked.people:
        one = next((one for one in people if one.number == number), None)
        rows += _drawn(number, asked) if one is None else _followed(one, asked.pack)
    rows.sort(key=lambda row: row[0])
    styles = list(dict.fromkeys([own, *(row[2] for row in rows)]))
    styles.sort(key=lambda style: (style == TRUTH, style.name))
    boxes = Boxes(
        np.array([row[0] for row in rows], np.int64),
        np.reshape([row[1] for row in rows], (-1, 4)),
        np.array([styles.index(row[2]) for row in rows], np.int64),
        [row[3] for row in rows],
        np.array([row[4] for row in rows], float),
    )
    return Annotations(styles, boxes), styles.index(own)


def tiers_of(people: Sequence[FollowedBox], pack: FramePack) -> list[Tier]:
    """The confidence of each person as heights of a row, and where they are lost."""
    rows = []
    for one in people:
        _, sure = one.at(pack.indices)
        places = np.flatnonzero(np.isfinite(sure))
        if not len(places):
            continue
        level = np.where(sure[places] < LOST, 0, np.ceil(sure[places] * STEPS)).astype(int)
        cuts = [0, *(np.flatnonzero(np.diff(level)) + 1).tolist(), len(level)]
        segments = [_segment(int(places[a]), int(places[b - 1]) + 1, int(level[a]), one) for a, b in pairwise(cuts)]
        rows.append(Tier(one.name, segments))
    return rows


def _segment(start: int, stop: int, level: int, one: FollowedBox) -> Segment:
    if level == 0:
        return Segment(start, stop, "lost", GREY)
    return Segment(start, stop, f"{level / STEPS:.1f}", COLOURS[one.number - 1], level / STEPS)


def _followed(one: FollowedBox, pack: FramePack) -> Drawn:
    """The boxes of one person in the frames of the player, and those of the ground truth."""
    shares, sure = one.at(pack.indices)
    styles = Style(one.name, COLOURS[one.number - 1]), Style(f"{one.name}, lost", COLOURS[one.number - 1], dashed=True)
    rows: Drawn = [
        (int(place), shares[place], styles[int(sure[place] < LOST)], one.name, float(sure[place]))
        for place in np.flatnonzero(np.isfinite(sure))
    ]
    if one.truth is not None:
        places = np.searchsorted(pack.indices, one.frames)
        known = np.isfinite(one.truth).all(1) & (places < len(pack.indices))
        rows += [(int(places[k]), one.truth[k], TRUTH, "", np.nan) for k in np.flatnonzero(known)]
    return rows


def _drawn(number: int, asked: FollowSettings) -> Drawn:
    """What was drawn of one person, in the frames of the player."""
    style, places = (
        Style(name_of(number), COLOURS[number - 1]),
        {frame: k for k, frame in enumerate(asked.pack.indices)},
    )
    boxes = asked.drawn(number).items()
    return [(places[at], np.array(box), style, name_of(number), 1.0) for at, box in boxes if at in places]
