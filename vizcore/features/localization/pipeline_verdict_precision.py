"""How well classes are detected, in one sentence: the verdicts of average precision, and of what the papers print.

APs by class -> sentence;  a difference of two results -> sentence;  errors, calibration, groups, costs -> sentence
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

IOU = 0.5  # at which a mean AP is called frame-mAP


class Outcome(NamedTuple):
    """One result: its mean AP and each class's, 0 to 1."""

    title: str
    mean: float
    ap: dict[str, float]  # of classes with ground truth


class Chance(NamedTuple):
    """How the second result differs from the first; points are of AP x 100."""

    better: int  # classes beyond chance
    worse: int
    points: float  # of the mean
    p: float  # of the mean; nan where nothing could be drawn


class Group(NamedTuple):
    """Ground-truth boxes that are alike in something."""

    by: str
    name: str
    ap: float  # 0 to 1; nan without any


def precision_verdict(outcomes: Sequence[Outcome], chance: Chance | None, iou: float = IOU) -> str:
    """How well one result or two detect.

    Args:
        outcomes: 1 or 2 results on the same ground truth.
        chance: of the difference, where there are two.
        iou: overlap that a hit needs.
    """
    first, last = outcomes[0], outcomes[-1]
    if not last.ap:
        return "No class has ground truth, so there is no average precision."
    measure = "frame-mAP" if iou == IOU else f"mAP at an IoU of {iou:g}"
    over = _many(len(last.ap), "class")
    if chance is None:
        sentence = f"{last.title}: {measure} {last.mean:.1%} over {over}"
        if len(last.ap) == 1:
            return f"{sentence}."
        best, worst = max(last.ap, key=last.ap.get), min(last.ap, key=last.ap.get)
        return f"{sentence}; best *{best}* {last.ap[best]:.0%}, worst *{worst}* {last.ap[worst]:.0%}."
    sentence = f"{last.title} reaches a {measure} of {last.mean:.1%} over {over}, {first.title} {first.mean:.1%}"
    return f"{sentence}; {_beyond(chance)}."


def difference_verdict(chance: Chance | None, changes: Mapping[str, float]) -> str:
    """In which classes the second result is better.

    Args:
        chance: None where there is one result.
        changes: {class: second less first}.
    """
    if chance is None or not changes:
        return "There is one result: choose a second to compare them."
    most = max(changes, key=lambda name: abs(changes[name]))
    return (
        f"Of {_many(len(changes), 'class')} {_beyond(chance)}; the mean changes by {chance.points:+.1f} points, "
        f"*{most}* most, by {100 * changes[most]:+.1f}."
    )


def class_verdict(outcome: Outcome, name: str, hits: int, truths: int, wrong: int) -> str:
    """How well a class is detected.

    Args:
        outcome: whose detections.
        name: of the class.
        hits: detections that claimed a ground-truth box.
        truths: ground-truth boxes.
        wrong: false positives.
    """
    found = f"{outcome.title} finds {hits:,} of {_many(truths, 'box')} of *{name}*"
    return f"{found}, with {_many(wrong, 'false positive')} of any confidence: AP {outcome.ap[name]:.0%}."


def errors_verdict(title: str, gains: Mapping[str, float]) -> str:
    """Which kind of error costs most.

    Args:
        title: of the result.
        gains: {kind: what the mean AP would rise by}; nan where nothing was evaluated.
    """
    known = {kind: gain for kind, gain in gains.items() if gain > 0}
    if not known:
        return f"No kind of error costs {title} anything."
    worst = max(known, key=known.get)
    return f"Errors of the kind *{worst}* cost {title} most: {100 * known[worst]:.1f} points of mAP."


def calibration_verdict(outcomes: Mapping[str, tuple[float, float] | None]) -> str:
    """Whether scores mean what they say.

    Args:
        outcomes: {title: expected calibration error, mean of score less share of hits}; None where the scores are no
            probabilities or there are no detections.
    """
    known = {title: one for title, one in outcomes.items() if one is not None}
    if not known:
        return "These scores are no probabilities, so there is nothing to calibrate."
    parts = [f"{title} by {off:.3f}, {'too high' if bias > 0 else 'too low'}" for title, (off, bias) in known.items()]
    return f"Scores are off on average: {'; '.join(parts)}."


def sensitivity_verdict(title: str, groups: Sequence[Group]) -> str:
    """What makes people hard to find.

    Args:
        title: of the result.
        groups: of every kind.
    """
    known = [one for one in groups if np.isfinite(one.ap)]
    spans = {}
    for by in dict.fromkeys(one.by for one in known):
        ordered = sorted((one for one in known if one.by == by), key=lambda one: one.ap)
        spans[by] = ordered[0], ordered[-1]
    if not spans:
        return "No group has ground truth, so nothing is hard or easy."
    by = max(spans, key=lambda name: spans[name][1].ap - spans[name][0].ap)
    low, high = spans[by]
    if high.ap == low.ap:
        return f"Nothing makes people harder to find for {title}: AP is {high.ap:.0%} in every group."
    return (
        f"What is hard for {title} is told best by {by}: AP {low.ap:.0%} at {low.name}, {high.ap:.0%} at {high.name}."
    )


def stages_verdict(costs: Mapping[str, tuple[int, int]]) -> str:
    """Where a net's cost lies.

    Args:
        costs: {stage: parameters, multiply-adds}.
    """
    parameters, macs = map(sum, zip(*costs.values()))
    dear = max(costs, key=lambda name: costs[name][1])
    return (
        f"The net takes {macs / 1e9:.1f} × 10⁹ multiply-adds, {costs[dear][1] / macs:.0%} of them in {dear}, and has "
        f"{parameters / 1e6:.1f} million parameters."
    )


def table_verdict(rows: Sequence[tuple[str, float, bool]]) -> str:
    """Who is best in a printed table.

    Args:
        rows: (method, mAP in percent, whether it is trained end to end), of both kinds.
    """
    best = {kind: max((row for row in rows if row[2] == kind), key=lambda row: row[1]) for kind in (True, False)}
    (one, reached, _), (two, higher, _) = best[True], best[False]
    return f"As printed, {one} is best end to end with {reached} mAP, and {two} with a detector before it: {higher}."


def _beyond(chance: Chance) -> str:
    """How many classes differ by more than chance does."""
    if np.isnan(chance.p):
        return "with one video nothing can be said of chance"
    if not chance.better and not chance.worse:
        return "no class differs beyond chance"
    verb = "is" if chance.better == 1 else "are"
    return f"{chance.better} {verb} better beyond chance and {chance.worse or 'none'} worse"


def _many(number: int, what: str) -> str:
    plural = f"{what}es" if what.endswith(("s", "x")) else f"{what}s"
    return f"{number:,} {what if number == 1 else plural}"
