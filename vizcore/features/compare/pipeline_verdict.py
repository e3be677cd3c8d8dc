"""What panes come to, in one sentence: the verdicts of this feature's results.

heat, predicted classes, gaps of panes -> sentence          differences over many clips -> sentence
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.features.heatmaps.pipeline_verdict import Prediction, classes_verdict, sentence, strangers

if TYPE_CHECKING:
    from vizcore.algorithms.statistics.paired_mean import MeanDifference

BETTER = ("true_probability", "right", "gap")  # measures of which more is better; of others it is more


def strengths_verdict(
    strengths: Mapping[str, float], measure: str, why_not: Sequence[str], same_model: bool, rest: str = ""
) -> str:
    """On which clip the heat of a model is strongest: of panes that show different clips.

    Args:
        strengths: {pane: its mean heat, or its hottest patch}, of the panes with heat.
        measure: which of the two, in words.
        why_not: a sentence for each pane without heat.
        same_model: all panes have one model, so that their numbers mean the same.
        rest: what else is to be said.
    """
    if not strengths:
        reasons = list(dict.fromkeys(why_not))
        reason = f": {reasons[0][:1].lower()}{reasons[0][1:]}" if len(reasons) == 1 else "."
        return f"There is no heat{reason}"
    if len(strengths) == 1 or not same_model:
        return sentence("The panes show different clips: where their heat lies can be seen, but not compared", rest)
    most, least = max(strengths, key=strengths.get), min(strengths, key=strengths.get)
    low, high = strengths[least], strengths[most]
    if np.isclose(low, high, rtol=0.01):
        return sentence(f"The heat is as strong on every clip: {measure} {number(high)}", rest)
    return sentence(
        f"The heat is strongest in {most}, {measure} {number(high)}, and weakest in {least}, {number(low)}", rest
    )


def answers_verdict(found: Sequence[Prediction], labels: Sequence[str]) -> str:
    """How far the answers of panes differ.

    Args:
        found: of each pane.
        labels: the ground truth of each pane's clip; "" where it is not known.
    """
    known = [(one, label) for one, label in zip(found, labels, strict=True) if one.classes and one.of_truth is not None]
    if len(known) < 2:
        return classes_verdict(found, labels[0] if len(set(labels)) == 1 else "", "panes")
    right = sum(one.classes[0][0] == label for one, label in known)
    most, least = (pick((one for one, _ in known), key=lambda one: one.of_truth) for pick in (max, min))
    count = "All" if right == len(known) else "None of" if not right else f"{right} of"
    verb = "predicts" if right in (0, 1) else "predict"
    spread = f"{most.name} gives it {most.of_truth:.0%}, {least.name} {least.of_truth:.0%}"
    rest = strangers([one.name for one in found], [one.domain for one in found])
    return sentence(f"{count} {len(known)} panes {verb} the ground truth", spread, rest)


def spread_verdict(
    values: Mapping[str, np.ndarray],
    differences: Mapping[str, MeanDifference],
    first: str,
    measure: str,
    words: str,
) -> str:
    """Which pane is better over many clips, and whether that is beyond chance.

    Args:
        values: (K,) numbers of each pane, nan where not known.
        differences: every other pane less the first, by the other.
        first: the pane that the others are compared with.
        measure: a key of MEASURES.
        words: what it is called.
    """
    means = {name: row[np.isfinite(row)] for name, row in values.items() if np.isfinite(row).any()}
    if not means:
        return f"There is no clip on which the {words} is known."
    paired = {name: one for name, one in differences.items() if one.clips}
    if not paired:
        name, known = next(iter(means.items()))
        return sentence(f"{name} alone: {words}, mean {number(known.mean())} over {_clips(len(known))}")
    clear = [name for name, one in paired.items() if one.clear]
    name = max(clear or paired, key=lambda name: abs(paired[name].value))
    one = paired[name]
    if one.clips == 1:
        return f"One clip says nothing of chance: {name} minus {first} is {number(one.value, True)} there."
    interval = f"95% interval {number(one.low, True)} to {number(one.high, True)}"
    if not clear:
        which = "the difference" if len(paired) == 1 else "the largest difference"
        return (
            f"No difference beyond chance over {_clips(one.clips)}: {which}, {name} minus {first}, is "
            f"{number(one.value, True)}, {interval}."
        )
    ahead, behind = (name, first) if one.value > 0 else (first, name)
    is_ahead = "is better than" if measure in BETTER else "has more than"
    clearly = f"{ahead} {is_ahead} {behind} beyond chance over {_clips(one.clips)}: {words}"
    by = f"{number(abs(one.value), True)} on average"
    ends = sorted((abs(one.low), abs(one.high)))
    others = f"{len(clear)} of {len(paired)} panes differ so from {first}" if len(paired) > 1 else ""
    return sentence(f"{clearly}, {by}, 95% interval {number(ends[0], True)} to {number(ends[1], True)}", others)


def number(value: float, signed: bool = False) -> str:
    """Two digits after the point, or three that count where they would be lost."""
    form = ".2f" if abs(value) >= 0.1 or not value else ".2g"
    return f"{value:{'+' if signed else ''}{form}}".replace("-", "−")


def _clips(count: int) -> str:
    return f"{count} clip{'s' if count > 1 else ''}"
