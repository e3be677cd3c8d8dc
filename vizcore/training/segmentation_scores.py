"""How well nets tell what is done when, in percent: thresholds from validation videos, scores of both splits.

nets of one kind, a seed each - answers for every video -> labels (M, T) -> {"SPLIT METRIC[, VARIANT]": mean, sd, seeds}
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from vizcore.algorithms.segmentation.metrics import Scores, evaluate
from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.nets.keypoints import CANDIDATE, FARTHEST, Heat, Points, points_of
from vizcore.synthetic.doing import BACKGROUND
from vizcore.training.segmentation_refinement import Joint
from vizcore.training.tokens import Arrays

SHARES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)  # thresholds that are tried
PLAIN, FRAMES = "without refinement", "frames alone"  # ways in which a trained RTK may answer
GAIN = "gain by refinement"
SCORED = ("validation", "test")
BATCH = 10  # videos


class Chosen(NamedTuple):
    """What keypoints must have to be re-assembled."""

    action: float
    boundary: float
    farthest: int  # frames that offsets may move a boundary


def compared(nets: Sequence[nn.Module], data: Mapping[str, Arrays]) -> dict[str, dict]:
    """{"SPLIT METRIC" or "SPLIT METRIC, VARIANT": mean, sd and seeds} of nets that differ in their seed.

    Of RTK also with the difference that refinement makes, "SPLIT METRIC, gain by refinement", seed by seed.
    """
    rows = [answered(net, data)[0] if isinstance(net, Joint) else frame_wise(net, data) for net in nets]
    for row in rows:
        plain = {name.removesuffix(f", {PLAIN}"): value for name, value in row.items() if name.endswith(PLAIN)}
        row |= {f"{name}, {GAIN}": row[name] - value for name, value in plain.items()}
    return {name: spread([row[name] for row in rows]) for name in rows[0]}


def frame_wise(net: nn.Module, data: Mapping[str, Arrays]) -> dict[str, float]:
    """Metrics of a net that labels frames."""
    found = {}
    for split in SCORED:
        labels = torch.cat([stages[-1] for stages in answers(net, data[split])]).argmax(1).numpy()
        found |= named(split, metrics_of(scored(labels, data[split])))
    return found


def metrics_of(scores: Scores) -> dict[str, float]:
    """The five metrics of the field, in percent."""
    return {f"F1@{k}": share for k, share in scores.f1.items()} | {"edit": scores.edit, "accuracy": scores.acc}


def scored(labels: Sequence[np.ndarray], data: Arrays) -> Scores:
    """Of labels (T,) for every video."""
    return evaluate([(each, true.astype(np.int64)) for each, true in zip(labels, data["labels"])], (BACKGROUND,))


@torch.no_grad()
def answers(net: nn.Module, data: Arrays) -> list:
    """Outputs of a net in eval mode for the videos, some at a time."""
    starts = range(0, len(data["labels"]), BATCH)
    return [net(torch.from_numpy(data["features"][k : k + BATCH]).float()) for k in starts]


def candidates(joint: Joint, heats: Sequence[Heat], farthest: int) -> dict[str, list[Points]]:
    """{variant: over-complete points of every video}, with refinement ("") and without.

    Args:
        joint: the trained net.
        heats: of the keypoint net, batch by batch.
        farthest: frames that offsets may move a boundary.
    """
    found: dict[str, list[Points]] = {"": [], PLAIN: []}
    for heat in heats:
        points = points_of(heat, CANDIDATE, CANDIDATE, farthest)
        found[PLAIN] += points
        found[""] += joint.net.refiner.refined(heat, points)
    return found


def labelled(points: Sequence[Points], chosen: Chosen, frames: int) -> list[np.ndarray]:
    """(T,) of every video: points above the thresholds, re-assembled.

    Args:
        points: of every video.
        chosen: thresholds of confidence.
        frames: of a video.
    """
    points_above = [each.above(chosen.action, chosen.boundary) for each in points]
    return [reassemble(*each, frames, fill=BACKGROUND).labels for each in points_above]


def choose(found: Mapping[int, Sequence[Points]], data: Arrays) -> Chosen:
    """The thresholds, and whether boundaries move, by which F1@50, edit score and accuracy are largest in their mean.

    Args:
        found: {farthest: points of every video}.
    """
    frames = data["labels"].shape[1]

    def score(chosen: Chosen) -> float:
        scores = scored(labelled(found[chosen.farthest], chosen, frames), data)
        return scores.f1[50] + scores.edit + scores.acc

    return max((Chosen(*words) for words in product(SHARES, SHARES, found)), key=score)


def answered(joint: Joint, data: Mapping[str, Arrays]) -> tuple[dict[str, dict[str, float]], dict[str, Chosen]]:
    """Metrics by variant ("" is with refinement), and what was chosen for each, of one trained RTK.

    Returns:
        {"SPLIT METRIC" or "SPLIT METRIC, VARIANT": percent}, {variant: chosen}.
    """
    heats = {split: answers(joint.net.keypoints, data[split]) for split in SCORED}
    found = {split: {far: candidates(joint, heats[split], far) for far in (0, FARTHEST)} for split in heats}
    metrics, chosen = {}, {}
    for variant in ("", PLAIN):
        validation = {far: by_variant[variant] for far, by_variant in found["validation"].items()}
        chosen[variant] = choose(validation, data["validation"])
        for split, by_reach in found.items():
            points, frames = by_reach[chosen[variant].farthest][variant], data[split]["labels"].shape[1]
            metrics |= named(split, metrics_of(scored(labelled(points, chosen[variant], frames), data[split])), variant)
    for split, parts in heats.items():
        labels = torch.cat([heat.frames for heat in parts]).argmax(1).numpy()
        metrics |= named(split, metrics_of(scored(labels, data[split])), FRAMES)
    return metrics, chosen


def named(split: str, metrics: Mapping[str, float], variant: str = "") -> dict[str, float]:
    """Metrics by the names that a card has them under.

    Args:
        split: "train", "validation" or "test".
        metrics: of the card, by their names on it.
        variant: "" for RTK with refinement, else what is scored instead.
    """
    return {f"{split} {name}{f', {variant}' if variant else ''}": value for name, value in metrics.items()}
