"""Which way of looking at time knows, in one sentence: the verdicts of this feature's results.

probabilities, class -> sentence;  holds -> sentence;  results of cards -> sentence;  recalls of lanterns -> sentence
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from vizcore.algorithms.student_interval import interval

NAMES = {  # of the rows, as a sentence has them
    "space": "averaging frames",
    "joint": "joint attention",
    "factorized": "factorized attention",
    "ATA, alignment off": "ATA without alignment",
}
LEADS = "ATA"  # the row whose answer is said where nobody is right


class ResultLike(Protocol):
    """How one row did on the test clips."""

    row: str
    accuracy: Mapping
    by_speed: Mapping[str, Mapping]
    aside: bool


class RecallLike(Protocol):
    """How many lanterns a source's matching follows when a lamp steps on, 0 to 1."""

    source: str
    stepping: float


def answers_verdict(rows: Sequence[str], classes: Sequence[str], probabilities: np.ndarray, true: int | None) -> str:
    """Which models know what happened.

    Args:
        rows: (M,) names of the models.
        classes: (C,) words.
        probabilities: (M, C), 0 to 1.
        true: index of the clip's class, None where it is none of them.
    """
    predicted, words = probabilities.argmax(-1), [name.replace("_", " ") for name in classes]
    lead = list(rows).index(next((row for row in rows if row.startswith(LEADS)), rows[0]))
    says = f"{_name(rows[lead])} says *{words[predicted[lead]]}* ({probabilities[lead].max():.0%})"
    if true is None:
        return f"The clip shows none of the {len(words)} classes that the models know; {says}."
    right = [k for k in range(len(rows)) if predicted[k] == true]
    wrong = [_name(rows[k]) for k in range(len(rows)) if predicted[k] != true]
    if not right:
        return f"No model knows that it is *{words[true]}*; {says}."
    shares = _and([f"{probabilities[k, true]:.0%}" for k in right])
    if not wrong:
        return f"All {len(rows)} models are right: *{words[true]}* ({shares})."
    names = _and([_name(rows[k]) for k in right])
    said = f"{names} {_are(right)} right: *{words[true]}* ({shares}); {_and(wrong)} {_are(wrong)} not."
    return f"{said[:1].upper()}{said[1:]}"


def tracks_verdict(aligned: np.ndarray, in_place: np.ndarray) -> str:
    """How many tracks stay on what they began on: (T, K) bool each, with alignment and without."""
    count = aligned.shape[1]
    if not count:
        return "Nothing covers enough of a patch to be followed."
    kept, stayed = int(aligned[-1].sum()), int(in_place[-1].sum())
    if kept == stayed:
        return f"Alignment makes no difference: {kept} of {count} tracks are on target at the end with it and without."
    return f"With alignment {kept} of {count} tracks are on target at the end, in place {stayed}."


def speed_verdict(results: Sequence[ResultLike], chance: float) -> str:
    """Who is right most often where things are fastest, and who is next.

    Args:
        results: with by_speed filled, slow to fast.
        chance: accuracy of guessing.
    """
    words = list(results[0].by_speed)[-1] if results else ""
    known = sorted(_modes(results), key=lambda one: -one.by_speed[words]["mean"])
    if not known:
        return "These models were not tested by speed."
    best, *others = [(_name(one.row), one.by_speed[words]["mean"]) for one in known]
    beside = f"; the next, {others[0][0]}, in {others[0][1]:.0%}" if others else ""
    said = f"{best[0]} is right in {best[1]:.0%} of the fastest test clips ({words.removeprefix('at ')}){beside}"
    return f"{said[:1].upper()}{said[1:]}; guessing is in {chance:.0%}."


def results_verdict(results: Sequence[ResultLike]) -> str:
    """Who is right most often on the test clips, with an interval, and who cannot be told from it."""
    found = {one.row: interval(np.array(one.accuracy["seeds"])) for one in _modes(results)}
    if not found:
        return "These models were not tested."
    best = max(found, key=lambda row: found[row][0])
    mean, low, high = found[best]
    words = f"On the test clips {_name(best)} is right most often: {mean:.1%}"
    others = {row: one for row, one in found.items() if row != best}
    if np.isnan(low):
        return f"{words}, in one training."
    seeds = len(next(one for one in results if one.row == best).accuracy["seeds"])
    words += f" (95 % interval {100 * max(low, 0):.1f} to {100 * min(high, 1):.1f}, {seeds} trainings)"
    same = [row for row, one in others.items() if one[2] >= low]
    if same:
        return f"{words}; {_and([f'{_name(row)} ({found[row][0]:.1%})' for row in same])} cannot be told from it."
    second = max(others, key=lambda row: others[row][0], default="")
    return f"{words}; the next, {_name(second)}, {others[second][0]:.1%}." if second else f"{words}."


def recalls_verdict(rows: Sequence[RecallLike]) -> str:
    """Whose matching follows the lantern at the moment when its lamp steps on; the trained tokens come first."""
    known = [one for one in rows if np.isfinite(one.stepping)]
    if not known:
        return "No lamp steps on in these clips."
    trained, *others = known
    words = f"When a lamp steps on, matching {trained.source} follows {trained.stepping:.0%} of the lanterns"
    if not others:
        return f"{words}."
    best = max(others, key=lambda one: one.stepping)
    return f"{words}; the best of the others, {best.source}, {best.stepping:.0%}."


def _modes(results: Sequence[ResultLike]) -> list[ResultLike]:
    """The ways to look at time as they are, without those that were given other tracks."""
    return [one for one in results if not one.aside]


def _name(row: str) -> str:
    return NAMES.get(row, row)


def _are(several: Sequence) -> str:
    return "is" if len(several) == 1 else "are"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
