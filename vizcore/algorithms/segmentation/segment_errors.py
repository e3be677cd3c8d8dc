"""What went wrong with each segment, and which other segment is to blame.

    predicted (T,), true (T,) - runs of both - overlaps, in one walk - verdict on every segment -> Diagnosis

Every false positive and every false negative of F1 at a threshold has exactly one reason, so the counts add up to what
F1 counts. The reasons are those of event analysis (Ward, Lukowicz & Gellersen 2011): fragmented, merged, shifted,
substituted, inserted, deleted.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from vizcore.algorithms.segmentation.metrics import Segment, segments

KINDS = {
    "hit": "overlaps the other by the threshold, and is of its class",
    "fragmented": "over-segmentation: the true segment is predicted in several pieces",
    "merged": "under-segmentation: several true segments of the class are predicted as one",
    "shifted": "one segment of the class for one, but the boundaries are too far away",
    "substituted": "predicted as another class",
    "inserted": "predicted where nothing happens",
    "deleted": "predicted as background",
}


@dataclass(frozen=True)
class Verdict:
    """A segment, what became of it, and the segment of the other side that this is about."""

    segment: Segment
    kind: str  # a key of KINDS
    other: Segment | None  # None where there is mostly background
    overlap: float  # frames shared with it / frames of both together, 0 to 1
    shift: tuple[int, int] | None  # frames from the true start and stop to the predicted ones; None: different classes


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """The verdicts on the segments of one video."""

    predicted: tuple[Verdict, ...]
    true: tuple[Verdict, ...]
    threshold: int  # percent

    @cached_property
    def counts(self) -> dict[str, tuple[int, int]]:
        """{kind: (predicted segments, true segments)}, in the order of KINDS, without those that did not occur."""
        ours, theirs = (Counter(verdict.kind for verdict in side) for side in (self.predicted, self.true))
        return {kind: (ours[kind], theirs[kind]) for kind in KINDS if ours[kind] or theirs[kind]}

    @property
    def mean_shift(self) -> tuple[float, float]:
        """Mean distance of the hits' starts and stops from the true ones, frames; nan without a hit."""
        shifts = [np.abs(verdict.shift) for verdict in self.predicted if verdict.kind == "hit"]
        return tuple(np.mean(shifts, axis=0).tolist()) if shifts else (float("nan"), float("nan"))

    def __repr__(self) -> str:
        sides = f"{len(self.predicted)} predicted and {len(self.true)} true segments"
        return f"Diagnosis({sides}, {self.counts.get('hit', (0, 0))[0]} hits at {self.threshold} %)"


def diagnose(
    predicted: np.ndarray, truth: np.ndarray, background: Collection[int] = (), threshold: int = 50
) -> Diagnosis:
    """Find the reason of every false positive and false negative.

    A segment that is no hit is, in this order: fragmented, if a true segment of its class that it overlaps (or is) is
    overlapped by several predicted ones of the class; merged, if a predicted one overlaps several true ones; shifted,
    if it overlaps one of its class; else substituted, inserted or deleted, by the run of the other side with which it
    shares the most frames (of equal ones the first).

    Args:
        predicted, truth: (T,) labels of one video.
        background: classes that mean nothing happens.
        threshold: percent of overlap that makes a hit, 1 to 100.

    Raises:
        ValueError: lengths differ, labels are not whole numbers, or the threshold is not from 1 to 100.
    """
    if not 0 < threshold <= 100:
        raise ValueError(f"want a threshold of 1 to 100 percent, got {threshold}")
    if len(predicted) != len(truth):
        raise ValueError(f"want a label for each frame of the ground truth, got {len(predicted)} for {len(truth)}")
    ours, theirs = (_Side(segments(labels), frozenset(background)) for labels in (predicted, truth))
    _meet(ours, theirs)
    for i, near in enumerate(ours.same):  # in order: the first to overlap a true segment enough takes it
        if near and 100 * _overlap(ours, i, theirs, near[0]) >= threshold and near[0] not in theirs.hit:
            ours.hit[i], theirs.hit[near[0]] = near[0], i
    return Diagnosis(
        tuple(_verdict(ours, i, theirs, True) for i in ours.counted),
        tuple(_verdict(theirs, j, ours, False) for j in theirs.counted),
        threshold,
    )


class _Side:
    """One side's segments, background and all, and whom they meet on the other side, by number."""

    def __init__(self, found: tuple[Segment, ...], background: frozenset[int]):
        self.segments = found
        self.background = background
        self.most: list[tuple[int, int]] = [(0, -1)] * len(found)  # frames shared with whom it shares most, and who
        self.same: list[list[int]] = [[] for _ in found]  # those of its class, the largest overlap first
        self.hit: dict[int, int] = {}

    @property
    def counted(self) -> list[int]:
        return [i for i, segment in enumerate(self.segments) if segment.label not in self.background]


def _meet(ours: _Side, theirs: _Side) -> None:
    """Note every two segments that share frames: both sides tile the video, so one walk finds them all."""
    i = j = 0
    while i < len(ours.segments):
        p, t = ours.segments[i], theirs.segments[j]
        shared = min(p.stop, t.stop) - max(p.start, t.start)
        for side, number, other in ((ours, i, j), (theirs, j, i)):
            if shared > side.most[number][0]:
                side.most[number] = shared, other
            if p.label == t.label and p.label not in ours.background:
                side.same[number].append(other)
        i, j = i + (p.stop <= t.stop), j + (t.stop <= p.stop)
    for side, other in ((ours, theirs), (theirs, ours)):
        for number, near in enumerate(side.same):
            near.sort(key=lambda k: -_overlap(side, number, other, k))


def _overlap(side: _Side, i: int, other: _Side, j: int) -> Fraction:
    """Intersection over union of two segments, exactly."""
    one, two = side.segments[i], other.segments[j]
    shared = min(one.stop, two.stop) - max(one.start, two.start)
    return Fraction(max(shared, 0), max(one.stop, two.stop) - min(one.start, two.start))


def _verdict(side: _Side, i: int, other: _Side, predicted: bool) -> Verdict:
    segment, near = side.segments[i], side.same[i]
    if i in side.hit:
        kind, j = "hit", side.hit[i]
    elif near:
        several = len(near) > 1, any(len(other.same[j]) > 1 for j in near)  # met by it, met by those that it meets
        pieces, wholes = several[::-1] if predicted else several
        kind, j = "fragmented" if pieces else "merged" if wholes else "shifted", near[0]
    else:
        j = side.most[i][1]
        nothing = other.segments[j].label in other.background
        kind = ("inserted" if predicted else "deleted") if nothing else "substituted"
        if nothing:
            return Verdict(segment, kind, None, 0.0, None)
    found = other.segments[j]
    detected, true = (segment, found) if predicted else (found, segment)
    shift = (detected.start - true.start, detected.stop - true.stop) if segment.label == found.label else None
    return Verdict(segment, kind, found, float(_overlap(side, i, other, j)), shift)
