"""What timelines come to, in one sentence: the verdicts of this feature's results.

segments of each net, counted -> sentence;  points and rules -> sentence;  rankings of models -> sentence
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vizcore.algorithms.segmentation.metrics import METRICS, Scores

if TYPE_CHECKING:
    from vizcore.algorithms.segmentation.label_sets import Ranking
    from vizcore.algorithms.segmentation.reassembly import Reassembly
    from vizcore.algorithms.segmentation.segment_errors import Diagnosis

NO_FILES = "No label files are open yet."
MAIN = "F1@50"  # the score that the worst videos are ranked by
CLOSE = 0.05  # percentage points: scores that differ by less are equal
SHOWN = 2  # of the classes that are missed


class Counted(NamedTuple):
    """A timeline's segments, counted against the ground truth."""

    title: str
    hits: int
    predicted: int
    missed: tuple[str, ...]  # classes of the segments that no prediction hits, in order of time

    @property
    def true(self) -> int:
        """Segments of the ground truth."""
        return self.hits + len(self.missed)

    @property
    def f1(self) -> float:
        """2 hits / (predicted + true), 0 to 1."""
        return 2 * self.hits / max(1, self.predicted + self.true)


def counted(title: str, found: Diagnosis, names: Mapping[int, str] | Sequence[str]) -> Counted:
    """Count the segments of one timeline.

    Args:
        title: whose it is.
        found: what became of each of its segments.
        names: of the classes, by number.
    """
    missed = tuple(names[one.segment.label].replace("_", " ") for one in found.true if one.kind != "hit")
    return Counted(title, sum(one.kind == "hit" for one in found.predicted), len(found.predicted), missed)


def scored_verdict(nets: Sequence[Counted], of: str = "") -> str:
    """Which net finds the segments of the ground truth best, and what it misses.

    Args:
        nets: each on the same ground truth.
        of: whose segments they are, where a sentence must say so.
    """
    if not nets:
        return "There is no ground truth to score timelines by."
    best, *others = sorted(nets, key=lambda one: (-one.f1, -one.hits))
    if not best.true:
        best = min(nets, key=lambda one: one.predicted)
        said = f"but {best.title} predicts {_many(best.predicted)}" if best.predicted else f"as {best.title} says"
        return f"By the ground truth nothing is done{of}, {said}."
    if not best.hits:
        who = f"None of the {len(nets)} nets" if others else best.title
        return f"{who} finds {'one' if others else 'none'} of the {_many(best.true)}{of}."
    share = "all" if best.hits == best.true else f"{best.hits} of"
    sentence = f"{best.title} finds {share} {_many(best.true)}{of} and {_wrong(best)}"
    unlike = next((one for one in others if one[1:3] != best[1:3]), None)
    if unlike is not None:
        sentence += f", against {unlike.hits} and {_wrong(unlike)} by {unlike.title}"
    elif others:
        sentence += f", like the other {_many(len(others), 'net')}" if len(others) > 1 else f", like {others[0].title}"
    return f"{sentence}; {_missed(best.missed)}." if best.missed else f"{sentence}."


def predicted_verdict(counts: Mapping[str, int], true: int | None) -> str:
    """How many segments each net predicts, where nothing was scored.

    Args:
        counts: {net: its segments}, background left out.
        true: those of the ground truth; None where there is none.
    """
    if not counts:
        return f"The ground truth has {_many(true or 0)}; the nets of segmentation are not here to predict any."
    known = "No ground truth" if true is None else f"The ground truth has {_many(true)}"
    different = sorted(set(counts.values()))
    if len(counts) == 1 or len(different) > 1:
        (title, most), *others = sorted(counts.items(), key=lambda pair: -pair[1])
        said = [f"{title} predicts {_many(most)}", *(f"{other} {count}" for other, count in others)]
        return f"{known}: {_and(said)}."
    if different == [0]:
        return f"{known}: no net predicts an action here."
    return f"{known}: each of the {len(counts)} nets predicts {_many(different[0])}."


def reassembly_verdict(found: Reassembly) -> str:
    """What the rules made of the points."""
    start, steps = found.start, found.steps
    if not found.actions:
        return "There is no action point inside the video, so there is nothing to make a timeline of."
    given = f"{_many(len(start.actions), 'action point')} and {_many(len(start.boundaries), 'boundary')}"
    made = _many(len(found.segments))
    gone = sum(len(one.discarded) if one.actions.added else len(one.actions.removed) for one in steps)
    merged = len(start.actions) - len(found.actions) - gone
    edges = sum(len(one.boundaries.removed) for one in steps if not one.boundaries.added)
    joined = len(start.boundaries) - len(found.boundaries) - edges
    done = [f"{number} {word}" for number, word in ((merged + joined, "merged"), (gone + edges, "deleted")) if number]
    if not done:
        return f"The {given} alternate already: they make {made}."
    return f"{_plainly(len(steps), 'step')} make {made} of {given}: {_and(done)}."


def ranking_verdict(rankings: Sequence[Ranking], notes: int = 0) -> str:
    """Which model is better by which score.

    Args:
        rankings: of at least one model; which is better is told where they are on the same videos.
        notes: how many say what was trimmed or left out in reading.
    """
    more = f"; {_many(notes, 'note')} on reading below" if notes else ""
    scores = {one.model: one.scores.metrics for one in rankings}
    if len(scores) == 1:
        return f"{_alone(rankings[0])}{more}."
    if len({frozenset(video for video, _ in one.rows) for one in rankings}) > 1:
        return f"{_and(list(scores))} are scored on different videos, which does not tell which is better{more}."
    best = {name: max(scores, key=lambda model, name=name: scores[model][name]) for name in METRICS}
    apart = {name: [m for m in scores if scores[best[name]][name] - scores[m][name] < CLOSE] for name in METRICS}
    if all(len(equal) == len(scores) for equal in apart.values()):
        return f"{_and(list(scores))} score the same{more}."
    always = [model for model in scores if all(equal == [model] for equal in apart.values())]
    if always:
        second = max((m for m in scores if m != always[0]), key=lambda model: scores[model][MAIN])
        against = f"{MAIN} {scores[always[0]][MAIN]:.1f} against {scores[second][MAIN]:.1f} of {second}"
        return f"{always[0]} is best by every score: {against}{more}."
    parts: dict[str, list[str]] = {}
    for name, equal in apart.items():
        parts.setdefault(best[name] if len(equal) == 1 else "", []).append(f"{name} ({scores[best[name]][name]:.1f})")
    said = [f"{model} is best by {_and(names)}" for model, names in parts.items() if model]
    said += [f"some are equal by {_and(parts[''])}"] if "" in parts else []
    return f"{_and(said)}{more}."


def matching_verdict(plan: np.ndarray, sigma: np.ndarray, truth: np.ndarray) -> str:
    """What a plan's assignment is worth.

    Args:
        plan: (M, M) shares.
        sigma: (M,) int: the assignment on top.
        truth: (M,) int: how it should be.
    """
    count, right = len(truth), int((sigma == truth).sum())
    gap = max(float(np.abs(plan.sum(axis) - 1).max()) for axis in (0, 1))
    if np.ptp(plan) < 1e-9:
        return f"All {count * count} shares are equal: nothing tells one match from another."
    assigned = f"all {count}" if right == count else f"{right} of {count}"
    balance = "its rows and columns sum to 1" if gap < 5e-4 else f"a row or column of it is {gap:.2g} from a sum of 1"
    return f"Hungarian assigns {assigned} nodes of the plan as in the ground truth; {balance}."


def table_verdict(rows: Mapping[str, Sequence[float]], columns: Sequence[str]) -> str:
    """Which method of a printed table is best.

    Args:
        rows: {method: percentages}, at least two.
        columns: what these are.
    """
    best = [max(rows, key=lambda method, k=k: rows[method][k]) for k in range(len(columns))]
    method, wins = Counter(best).most_common(1)[0]
    k = list(columns).index(MAIN)
    second = max((other for other in rows if other != method), key=lambda other: rows[other][k])
    share = "every column" if wins == len(columns) else f"{wins} of {len(columns)} columns"
    return f"As printed, {method} is best in {share}: {MAIN} {rows[method][k]} against {rows[second][k]} of {second}."


def _alone(one: Ranking) -> str:
    values = _and([f"{name} {value:.1f}" for name, value in reversed(one.scores.metrics.items())])
    if len(one.rows) == 1:
        return f"{one.model} scores {values} on {one.rows[0][0]}"
    worst, scores = one.rows[0]
    return f"{one.model} scores {values} on {len(one.rows)} videos; the worst is {worst} ({MAIN} {_main(scores):.1f})"


def _main(scores: Scores) -> float:
    return scores.metrics[MAIN]


def _wrong(one: Counted) -> str:
    return f"{one.predicted - one.hits or 'none'} wrong"


def _missed(names: Sequence[str]) -> str:
    """What is not found: "the miss is *pull*", "it misses *pull* and 2 × *walk*"."""
    if len(names) == 1:
        return f"the miss is *{names[0]}*"
    often = [f"*{name}*" if k == 1 else f"{k} × *{name}*" for name, k in Counter(names).items()]
    rest = len(names) - sum(list(Counter(names).values())[:SHOWN])
    return f"it misses {_and(often if not rest else [*often[:SHOWN], f'{rest} more'])}"


def _many(number: int, what: str = "segment") -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{number:,} {what if number == 1 else plural}"


def _plainly(number: int, what: str) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six")
    return _many(number, what).replace(f"{number:,}", words[number] if number < len(words) else f"{number:,}", 1)


def _and(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
