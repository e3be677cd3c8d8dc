"""Rule-based re-assembly: scattered points of actions and boundaries become one timeline without gaps (RTK, ICCV 2023).

    action points, boundary points - clean - one action an interval - one boundary a gap - no equal neighbours
            -> d1 b1 d2 b2 ... dn - in-paint -> labels (T,) -> segments, and the list of steps that led there

Algorithm 1 of the paper's supplement, with its gaps closed: the intervals before the first boundary and after the last
one count, a point on a boundary belongs to what begins there, and a run of equal neighbours is merged at once, which
does not depend on the order (pair by pair it would). Linear in the number of points once they are sorted.
"""

import math
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from vizcore.algorithms.segmentation.metrics import LABEL, Segment, segments
from vizcore.algorithms.segmentation.reassembly_steps import (
    RULES,
    ActionPoint,
    BoundaryPoint,
    Change,
    State,
    Step,
    replay,
)

__all__ = ["RULES", "ActionPoint", "BoundaryPoint", "Reassembly", "State", "Step", "in_paint", "reassemble"]

LARGEST = int(np.iinfo(LABEL).max)
UNLABELLED = -1  # the class of all frames where there is no action at all


@dataclass(frozen=True, eq=False)
class Reassembly:
    """A timeline of T frames, and how it came about."""

    start: State  # what was given, in order of time
    steps: tuple[Step, ...]  # the last one is the in-painting, which changes no point
    actions: tuple[ActionPoint, ...]  # n of them, d1 < b1 <= d2 < b2 ... <= dn, neighbours of different classes
    boundaries: tuple[BoundaryPoint, ...]  # n - 1
    labels: np.ndarray  # (T,) int32 class of each frame

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The runs of equal labels; they tile [0, T)."""
        return segments(self.labels)

    def __repr__(self) -> str:
        given = f"{len(self.start.actions)} actions and {len(self.start.boundaries)} boundaries"
        steps = f"{len(self.steps)} steps"
        return f"Reassembly({len(self.labels)} frames, {given} in {steps} to {len(self.segments)} segments)"

    def state(self, count: int) -> State:
        """The points after the first `count` steps, 0 to len(steps).

        Raises:
            ValueError: there are not so many steps.
        """
        if not 0 <= count <= len(self.steps):
            raise ValueError(f"want 0 to {len(self.steps)} steps, got {count}")
        return replay(self.start, self.steps[:count])


def reassemble(
    actions: Iterable[ActionPoint], boundaries: Iterable[BoundaryPoint], length: int, fill: int = UNLABELLED
) -> Reassembly:
    """Turn points into a timeline by the rules of Algorithm 1.

    Args:
        actions: (time, label, confidence) each, in any order; those outside [0, length) are dropped.
        boundaries: (time, confidence) each, in any order; those outside (0, length) are dropped.
        length: T, frames 0 to T - 1.
        fill: label of every frame where no action is left.

    Raises:
        ValueError: a time or a confidence is not finite, a confidence is negative, a label is no whole number of
            32 bits, or the length is not 1 or more.
    """
    if length < 1:
        raise ValueError(f"want a length of 1 frame or more, got {length}")
    d = sorted(map(_action, actions), key=lambda point: (point.time, point.label, -point.confidence))
    b = sorted(map(_boundary, boundaries))
    start, steps = State(tuple(d), tuple(b)), []
    d, b = _clean(d, b, length, steps)
    d, passed = _one_an_interval(d, b, length, steps)
    b = _one_a_gap(d, b, passed, length, steps)
    d, b = _no_equal_neighbours(d, b, steps)
    steps.append(Step("in-paint", within=(0, length)))
    return Reassembly(start, tuple(steps), tuple(d), tuple(b), in_paint(d, b, length, fill))


def in_paint(
    actions: Sequence[ActionPoint], boundaries: Sequence[BoundaryPoint], length: int, fill: int = UNLABELLED
) -> np.ndarray:
    """(T,) int32: frame f takes the class of the action between whose boundaries it lies; f = b begins the new one.

    Args:
        actions: n points that alternate with the boundaries, as in a state after stage 2.
        boundaries: n - 1 points.
        length: T in frames.
        fill: every label where there is no action.

    Raises:
        ValueError: the numbers of points do not alternate.
    """
    if len(boundaries) != max(len(actions) - 1, 0):
        raise ValueError(f"want a boundary between every two actions, got {len(actions)} and {len(boundaries)}")
    if not actions:
        return np.full(length, fill, LABEL)
    edges = [0, *(math.ceil(point.time) for point in boundaries), length]
    return np.repeat(np.array([point.label for point in actions], LABEL), np.diff(edges))


def _action(point: ActionPoint) -> ActionPoint:
    time, label, confidence = point
    _refuse_unless_sound(point, time, confidence)
    if not isinstance(label, int | np.integer) or abs(label) > LARGEST:
        raise ValueError(f"want a whole number up to {LARGEST} as the label of an action, got {label!r}")
    return ActionPoint(float(time), int(label), float(confidence))


def _boundary(point: BoundaryPoint) -> BoundaryPoint:
    time, confidence = point
    _refuse_unless_sound(point, time, confidence)
    return BoundaryPoint(float(time), float(confidence))


def _refuse_unless_sound(point: tuple, time: float, confidence: float) -> None:
    if not (math.isfinite(time) and 0 <= confidence < math.inf):
        raise ValueError(f"want finite times and finite confidences of 0 or more, got {tuple(point)}")


def _clean(d: list, b: list, length: int, steps: list[Step]) -> tuple[list, list]:
    """Stage 0: without the points that lie outside, or without any if no action lies inside."""
    times, places = [point.time for point in d], [point.time for point in b]
    first, last = bisect_left(times, 0), bisect_left(times, length)
    opening, closing = bisect_right(places, 0), bisect_left(places, length)
    for actions, boundaries in (  # the later ones first, so that the places of the others stay
        (Change(last, tuple(d[last:])), Change(closing, tuple(b[closing:]))),
        (Change(0, tuple(d[:first])), Change(0, tuple(b[:opening]))),
    ):
        if actions.removed or boundaries.removed:
            steps.append(Step("clean", actions, boundaries, (0, length)))
    d, b = d[first:last], b[opening:closing]
    if b and not d:
        steps.append(Step("nothing", boundaries=Change(0, tuple(b)), within=(0, length)))
        b = []
    return d, b


def _one_an_interval(d: list, b: list, length: int, steps: list[Step]) -> tuple[list, list[int]]:
    """Stage 1: the action of every interval that has any, and how many boundaries lie at or before each."""
    times = [point.time for point in b]
    selected, passed = [], []
    for place, group in groupby(d, key=lambda point: bisect_right(times, point.time)):
        found = tuple(group)
        one = _merged(found)
        if len(found) > 1:
            within = times[place - 1] if place else 0, times[place] if place < len(times) else length
            steps.append(Step("actions", Change(len(selected), found, (one,)), within=within))
        selected.append(one)
        passed.append(place)
    return selected, passed


def _one_a_gap(d: list, b: list, passed: list[int], length: int, steps: list[Step]) -> list:
    """Stage 2: one boundary between every two neighbouring actions, none before the first or after the last."""
    if passed and passed[0] > 0:
        steps.append(Step("outer", boundaries=Change(0, tuple(b[: passed[0]])), within=(0, d[0].time)))
    selected = []
    for left, right, first, stop in zip(d, d[1:], passed, passed[1:]):
        found = tuple(b[first:stop])
        one = BoundaryPoint(_mean(found), max(point.confidence for point in found))
        if len(found) > 1:
            steps.append(
                Step("boundaries", boundaries=Change(len(selected), found, (one,)), within=(left.time, right.time))
            )
        selected.append(one)
    if passed and passed[-1] < len(b):
        trailing = Change(len(selected), tuple(b[passed[-1] :]))
        steps.append(Step("outer", boundaries=trailing, within=(d[-1].time, length)))
    return selected


def _no_equal_neighbours(d: list, b: list, steps: list[Step]) -> tuple[list, list]:
    """Stage 3: every run of actions of one class made one; what separated them goes."""
    actions, boundaries, start = [], [], 0
    for _, group in groupby(d, key=operator.attrgetter("label")):
        run = tuple(group)
        inner = tuple(b[start : start + len(run) - 1])
        one = _merged(run)
        if inner:
            at = len(actions)
            within = run[0].time, run[-1].time
            steps.append(Step("equal", Change(at, run, (one,)), Change(at, inner), within))
        start += len(run)
        actions.append(one)
        boundaries += b[start - 1 : start]
    return actions, boundaries


def _merged(points: Sequence[ActionPoint]) -> ActionPoint:
    """The most confident point (of equal ones the earliest, then the smallest class), at the mean of its class."""
    if len(points) == 1:
        return points[0]
    winner = min(points, key=lambda point: (-point.confidence, point.time, point.label))
    return winner._replace(time=_mean([point for point in points if point.label == winner.label]))


def _mean(points: Sequence[ActionPoint] | Sequence[BoundaryPoint]) -> float:
    """The mean time, weighted by confidence; the plain mean where no point has any."""
    first, last = points[0].time, points[-1].time
    if first == last:
        return first
    peak = math.frexp(max(point.confidence for point in points))[1]
    weights = [math.ldexp(point.confidence, -peak) for point in points]  # up to 1: their sum cannot overflow
    if not any(weights):
        weights = [1.0] * len(points)
    moved = math.fsum(weight * (point.time - first) for weight, point in zip(weights, points))
    mean = first + moved / math.fsum(weights)
    return min(max(mean, first), last)
