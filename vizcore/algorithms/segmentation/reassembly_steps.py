"""Re-assembly step by step: what each step took away, what it put there, by which rule, and in words.

State (points) - Step.apply -> State - Step.apply -> ... -> the alternating points; Step.undo goes back

A step replaces one stretch of the action points, one of the boundaries, or both; both lists are in order of time, so
a place in a list and the points themselves say all, forwards and backwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

RULES = {  # name: (stage of the figure, what it says)
    "clean": (0, "points outside the video do not count"),
    "nothing": (0, "without an action there is nothing to separate"),
    "actions": (1, "between two neighbouring boundaries the most confident action stays, at the mean of its class"),
    "outer": (2, "a boundary before the first action or after the last one separates nothing"),
    "boundaries": (2, "the boundaries between two neighbouring actions become one, at their mean"),
    "equal": (3, "neighbours of one class become one action, without boundaries between them"),
    "in-paint": (4, "every frame takes the class of the action between whose boundaries it lies"),
}
LISTED = 6  # points of a kind that a sentence names one by one


class ActionPoint(NamedTuple):
    """A moment at which an action is under way."""

    time: float  # frames, 0 to T
    label: int  # class
    confidence: float  # 0 or more


class BoundaryPoint(NamedTuple):
    """A moment at which one action ends and the next begins; of no class."""

    time: float  # frames, 0 to T
    confidence: float  # 0 or more


Point = ActionPoint | BoundaryPoint


@dataclass(frozen=True)
class State:
    """All points at one moment of the replay, each list in order of time."""

    actions: tuple[ActionPoint, ...]
    boundaries: tuple[BoundaryPoint, ...]


@dataclass(frozen=True)
class Change:
    """One stretch of a list of points, replaced."""

    at: int = 0  # where the stretch begins
    removed: tuple[Point, ...] = ()
    added: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Step:
    """One application of one rule."""

    rule: str  # a key of RULES
    actions: Change = Change()
    boundaries: Change = Change()
    within: tuple[float, float] = (0.0, 0.0)  # the stretch of time in which it happened, frames

    @property
    def stage(self) -> int:
        """0 clean, 1 merge actions, 2 merge boundaries, 3 merge equal neighbours, 4 in-paint."""
        return RULES[self.rule][0]

    @property
    def discarded(self) -> tuple[ActionPoint, ...]:
        """Action points that were of another class than the one that stayed."""
        remaining = {point.label for point in self.actions.added}
        return tuple(point for point in self.actions.removed if point.label not in remaining)

    def apply(self, state: State) -> State:
        """The state after the step."""
        return replay(state, [self])

    def undo(self, state: State) -> State:
        """The state before the step."""
        turned = (Change(one.at, one.added, one.removed) for one in (self.actions, self.boundaries))
        return replay(state, [Step(self.rule, *turned, self.within)])

    def words(self, names: Mapping[int, str] | Sequence[str] = ()) -> str:
        """What was merged or deleted and why, in a sentence.

        Args:
            names: of the classes, by number; a class without a name is called by its number.
        """
        return f"{_WORDS[self.rule](self, _Names(names))}: {RULES[self.rule][1]}."


def replay(state: State, steps: Iterable[Step]) -> State:
    """The state after some steps that begin at a state."""
    actions, boundaries = list(state.actions), list(state.boundaries)
    for step in steps:
        for points, change in ((actions, step.actions), (boundaries, step.boundaries)):
            if change.removed or change.added:
                points[change.at : change.at + len(change.removed)] = change.added
    return State(tuple(actions), tuple(boundaries))


class _Names:
    """The words for points of classes that may have names."""

    def __init__(self, names: Mapping[int, str] | Sequence[str]):
        self.names = dict(names if isinstance(names, Mapping) else enumerate(names))

    def one(self, point: Point) -> str:
        what = ""
        if isinstance(point, ActionPoint):
            what = self.names.get(point.label, f"class {point.label}") + " at "
        return f"{what}{_number(point.time)} (confidence {_number(point.confidence)})"

    def all(self, points: Sequence[Point]) -> str:
        """The points one by one, or how many there are and where."""
        if len(points) > LISTED:
            return f"{len(points)} from {_number(points[0].time)} to {_number(points[-1].time)}"
        *others, last = map(self.one, points)
        return f"{', '.join(others)} and {last}" if others else last


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _actions(points: Sequence[Point]) -> str:
    return "action" if len(points) == 1 else "actions"


def _boundaries(points: Sequence[Point]) -> str:
    return "boundary" if len(points) == 1 else "boundaries"


def _delete(step: Step, names: _Names) -> str:
    kinds = (_actions, step.actions.removed), (_boundaries, step.boundaries.removed)
    return "Delete " + " and ".join(f"{kind(points)} {names.all(points)}" for kind, points in kinds if points)


def _merge_actions(step: Step, names: _Names) -> str:
    start, stop = map(_number, step.within)
    text = f"From {start} to {stop}, merge {names.all(step.actions.removed)} into {names.one(step.actions.added[0])}"
    return text + (f", discarding {len(step.discarded)} of other classes" if step.discarded else "")


def _merge_boundaries(step: Step, names: _Names) -> str:
    return f"Merge boundaries {names.all(step.boundaries.removed)} into {names.one(step.boundaries.added[0])}"


def _merge_equal(step: Step, names: _Names) -> str:
    removed = step.boundaries.removed
    merged = f"merge actions {names.all(step.actions.removed)} into {names.one(step.actions.added[0])}"
    return f"Delete {_boundaries(removed)} {names.all(removed)}, and {merged}"


def _in_paint(step: Step, names: _Names) -> str:
    return f"Colour {_number(step.within[1])} frames"


_WORDS = {
    "clean": _delete,
    "nothing": _delete,
    "actions": _merge_actions,
    "outer": _delete,
    "boundaries": _merge_boundaries,
    "equal": _merge_equal,
    "in-paint": _in_paint,
}
