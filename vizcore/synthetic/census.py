"""Crowds as a data set in AVA's form: clips by number, who is in their key frames, and tables of truths and detections.

numbers of clips -> filmed(...)    {frames, boxes, does, role}
clips            -> truths(...)    AvaRows, as the evaluators of AVA want it
predictions of a localiser -> Detections -> detected(...) AvaRows

M clips of T frames of S px with at most P people. The key frame is the one after the middle, T // 2. In the film
played backwards that is frame T - 1 - T // 2, so both are known; the labels hold in either direction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows, ava_rows
from vizcore.algorithms.detection.decoding import decode
from vizcore.synthetic.crowd import MOST, crowd
from vizcore.synthetic.postures import LABELS
from vizcore.synthetic.splits import generator
from vizcore.synthetic.truth import WorldClip

SPEED = (0.3, 0.8)  # shares of an action that a clip shows
LEAST_VISIBLE = 40  # px of a person at 96 px a side, from which on they are annotated
NOBODY, BYSTANDER, ACTOR = -1, 0, 1  # roles
ACTION = 1 + len(LABELS)  # class id of "actor" in a table; the labels have 1 to 12
IDS = tuple(range(1, 1 + len(LABELS)))
SECONDS = 1.0  # the time stamp of every clip's key frame: each clip is a video of its own
FLOOR = 0.01  # p(actor) from which on tokens are ranked: lower ones cannot claim much, and there are very many
PREFIX = "crowd "  # of what the tables call a clip

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Detections:
    """What a localiser says of M clips, K candidates each."""

    boxes: np.ndarray  # (M, K, 4) (cx, cy, w, h), shares of the frame
    actor: np.ndarray  # (M, K) p(actor)
    actions: np.ndarray  # (M, K, 12) probabilities

    def __len__(self) -> int:
        return len(self.boxes)


def clip_of(
    number: int, split: str, size: int = 96, count: int = 8, supersample: int = 2, truth: bool = True
) -> WorldClip:
    """A crowd of one to three actors and up to two bystanders, some fast and some slow.

    Args:
        number: the seed of the clip, 0 or more.
        split: of vizcore.synthetic.splits.
        size: px of a side.
        count: frames.
        supersample: how many times larger frames are drawn.
        truth: whether the ground truth is made.
    """
    speed = generator(split, 24, number).uniform(*SPEED)
    return crowd(number, split, size, count, supersample, truth, speed=float(speed))


def filmed(numbers: Iterable[int], split: str, size: int, count: int) -> Arrays:
    """Crowds and their people.

    Args:
        numbers: of M clips, as of clip_of.
        split, size, count: as of clip_of.

    Returns:
        frames (M, T, S, S, 3) uint8; boxes (M, 2, P, 4) float32 corners (x1, y1, x2, y2), shares of the frame, in the
        key frame and in that of the film played backwards, nan where nobody is annotated; does (M, 2, P, 12) bool,
        likewise; role (M, P) int8.
    """
    clips = [clip_of(number, split, size, count) for number in numbers]
    boxes = np.full((len(clips), 2, MOST, 4), np.nan, np.float32)
    does = np.zeros((len(clips), 2, MOST, len(LABELS)), bool)
    role = np.full((len(clips), MOST), NOBODY, np.int8)
    keys = np.array([count // 2, count - 1 - count // 2])
    for k, clip in enumerate(clips):
        truth = clip.truth.at(keys)
        people = [k for k, thing in enumerate(truth.things) if thing.role in ("actor", "bystander")]
        for place, thing in enumerate(people):
            shown = truth.mask(thing).sum((1, 2)) >= LEAST_VISIBLE * (size / 96) ** 2  # (2,)
            boxes[k, shown, place] = truth.boxes()[shown, thing] / size
            does[k, shown, place] = truth.does[shown, thing]
            role[k, place] = ACTOR if truth.things[thing].role == "actor" else BYSTANDER
    return {"frames": np.stack([clip.frames for clip in clips]), "boxes": boxes, "does": does, "role": role}


def truths(data: Arrays) -> AvaRows:
    """The actors of all clips, a row for each label that holds and one of class ACTION; bystanders have none."""
    there = np.isfinite(data["boxes"][:, 0, :, 0]) & (data["role"] == ACTOR)  # (M, P)
    holds = np.concatenate([data["does"][:, 0], np.ones((*there.shape, 1), bool)], -1) & there[..., None]
    clip, person, action = np.nonzero(holds)
    bare = [(video_name(k), SECONDS) for k in range(len(there))]
    return table(clip, data["boxes"][clip, 0, person], action + 1, bare=bare)


def detected(predicted: Detections, theta: float = FLOOR, overlap: float | None = None) -> AvaRows:
    """Rows of every candidate above theta: one of class ACTION with p(actor) as its score, and one for each label.

    Args:
        predicted: candidates of M clips.
        theta: least p(actor) of a candidate, 0 to 1.
        overlap: of decode: of boxes that overlap more, only the surest stays; None keeps all.
    """
    clips, boxes, actions, scores = [], [], [], []
    for k, each in enumerate(zip(predicted.boxes, predicted.actor, predicted.actions)):
        found = decode(*each, theta, overlap=overlap)
        count = len(found.tokens)
        clips.append(np.full(count * ACTION, k))
        boxes.append(np.repeat(found.boxes, ACTION, 0))
        actions.append(np.tile([*IDS, ACTION], count))
        scores.append(np.concatenate([found.scores, found.actor[:, None]], 1).ravel())
    return table(*map(np.concatenate, (clips, boxes, actions, scores)))


def table(
    clips: Sequence[int],
    boxes: np.ndarray,
    actions: np.ndarray,
    scores: np.ndarray | None = None,
    bare: Sequence[tuple[str, float]] = (),
) -> AvaRows:
    """R rows of clips by number: boxes (R, 4) corners, class ids (R,) and, of detections, scores (R,).

    Args:
        clips: (R,) numbers of clips, below M.
        boxes: (R, 4) x1, y1, x2, y2, shares of the frame.
        actions: (R,) int, class ids.
        scores: (R,) confidences, 0 to 1, of detections.
        bare: video and seconds of key frames without rows.
    """
    names = [video_name(clip) for clip in clips]
    return ava_rows(names, np.full(len(names), SECONDS), boxes, actions, scores, bare)


def video_name(clip: int) -> str:
    """What the tables call a clip."""
    return f"{PREFIX}{clip:05d}"


def clip_number(name: str) -> int | None:
    """The number of the clip that the tables call so; None of other names."""
    number = name.removeprefix(PREFIX)
    return int(number) if name.startswith(PREFIX) and number.isdecimal() and len(number) < 9 else None
