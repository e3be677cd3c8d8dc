"""What a localiser says over a whole video, as the player shows it: boxes with words, the map of p(actor), and rows.

Survey, theta, Truth -> annotations_of -> Annotations;  Survey -> p_actor -> Heat;  Survey, theta -> tiers_of -> Tiers
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vizcore.algorithms.detection.decoding import decode
from vizcore.features.localization.pipeline import Survey, people_at
from vizcore.figures.theme import OKABE_ITO
from vizcore.player import Annotations, Boxes, Heat, Segment, Style, Tier
from vizcore.synthetic.truth import Truth
from vizcore.video import FramePack

PREDICTED, THERE, ABOUT = range(3)
STYLES = (
    Style("above θ", OKABE_ITO["yellow"]),
    Style("ground truth: actor", OKABE_ITO["sky"], dashed=True),
    Style("ground truth: bystander", OKABE_ITO["purple"], dashed=True),
)
HOLDS = 0.5  # probability of a word from which on it is written at a box
LEVELS = ("#7F7F7F", "#56B4E9", "#0072B2", "#E69F00", "#D55E00")  # of 0, 1, 2, 3, 4 or more boxes


def annotations_of(survey: Survey, theta: float, truth: Truth | None, pack: FramePack) -> Annotations:
    """Boxes above theta with their words, from each key frame to the middle of the way to the next, and the truth.

    Args:
        survey: K key frames of the video.
        theta: threshold of p(actor), 0 to 1.
        truth: who is there; None where that is not known.
        pack: frames that the player has.
    """
    nearest = _nearest(survey, pack)
    predicted = [_predicted(survey, key, theta) for key in range(len(survey.keys))]
    known = {key: _there(truth, int(survey.keys[key])) for key in set(nearest.tolist())}
    frames, corners, styles, labels, scores = [], [], [], [], []
    for place, key in enumerate(nearest.tolist()):
        for box, style, label, score in (*predicted[key], *known[key]):
            frames.append(place)
            corners.append(box)
            styles.append(style)
            labels.append(label)
            scores.append(score)
    boxes = Boxes(
        np.array(frames, np.int64),
        np.reshape(corners, (-1, 4)),
        np.array(styles, np.int64),
        labels,
        np.array(scores, float),
    )
    return Annotations(STYLES, boxes)


def p_actor(survey: Survey, pack: FramePack) -> Heat:
    """p(actor) of every token at the key frames."""
    places = np.searchsorted(pack.indices, survey.keys).clip(0, len(pack.indices) - 1)
    places, first = np.unique(places, return_index=True)
    values = (255 * survey.actor[first]).round().astype(np.uint8)
    return Heat(values.reshape(-1, *survey.grid), places, 0.0, 1.0, "p(actor)")


def tiers_of(survey: Survey, theta: float, pack: FramePack) -> list[Tier]:
    """How many boxes there are around each key frame.

    Args:
        survey: K key frames of the video.
        theta: threshold of p(actor), 0 to 1.
        pack: frames that the player has.
    """
    counts = (survey.actor > theta).sum(1)[_nearest(survey, pack)]
    cuts = [0, *(np.flatnonzero(np.diff(counts)) + 1).tolist(), len(counts)]
    blocks = [
        Segment(a, b, f"{counts[a]} box{'es' if counts[a] != 1 else ''}", LEVELS[min(int(counts[a]), len(LEVELS) - 1)])
        for a, b in pairwise(cuts)
    ]
    return [Tier("above θ", blocks)]


def legend_of(tiers: Sequence[Tier]) -> list[tuple[str, str]]:
    """(name, #rrggbb) of every number of boxes in the rows, from none on; many share a colour."""
    colours = {one.colour for tier in tiers for one in tier.segments}
    words = ("no box", "1 box", "2 boxes", "3 boxes", "4 boxes or more")
    return [(word, colour) for word, colour in zip(words, LEVELS) if colour in colours]


def _nearest(survey: Survey, pack: FramePack) -> np.ndarray:
    """(F,) int: the key frame, by its place in the survey, that is nearest to each frame of the pack."""
    return np.abs(pack.indices[:, None] - survey.keys).argmin(1)


def _predicted(survey: Survey, key: int, theta: float) -> list[tuple]:
    """(corners, look, words, p(actor)) of the tokens above theta."""
    found = decode(survey.boxes[key], survey.actor[key], survey.actions[key], theta, "action")
    words = [", ".join(np.array(survey.labels)[scores > HOLDS]) for scores in found.scores]
    return [(box, PREDICTED, word, actor) for box, word, actor in zip(found.boxes, words, found.actor)]


def _there(truth: Truth | None, frame: int) -> list[tuple]:
    """(corners, look, words, nan) of who is there."""
    present = people_at(truth, frame)
    if present is None:
        return []
    styles = np.where(present.actors, THERE, ABOUT)
    return [(box, int(style), name, np.nan) for box, style, name in zip(present.boxes, styles, present.names)]
