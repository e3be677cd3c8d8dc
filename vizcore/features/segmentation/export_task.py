"""The timelines of a clip in numbers: how many segments there are, and scores where there is ground truth."""

from collections.abc import Mapping

import plotly.graph_objects as go

from vizcore.features.segmentation.entry import ENTRY
from vizcore.features.segmentation.figures import score_figure
from vizcore.features.segmentation.pipeline import against_truth
from vizcore.features.segmentation.pipeline_groups import ClipGroups, segment_clip
from vizcore.features.segmentation.pipeline_predictions import Predictions
from vizcore.models import MODELS
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(found: Predictions | ClipGroups) -> Mapping[str, Number]:
    """Segments of every tier, or of the groups; scores are percentages."""
    if isinstance(found, ClipGroups):
        return _of_groups(found)
    values: dict[str, Number] = {"frames": len(found.times)}
    values |= {f"{tier.name}: segments": len(tier.segments) for tier in found.tiers}
    for one in against_truth(found):
        values |= {f"{one.tier.name}: {name}": score for name, score in one.scores.metrics.items()}
    return values


def _of_groups(found: ClipGroups) -> Mapping[str, Number]:
    values: dict[str, Number] = {"frames": len(found.times), "method": found.method, "described by": found.model}
    values |= {"segments": len(found.runs), "groups": found.count, "cuts": len(found.cuts)}
    if found.matched is not None:
        values |= {"MoF": found.matched.mof, "F1": found.matched.f1, "IoU": found.matched.iou}
    return values


def figures(found: Predictions | ClipGroups) -> Mapping[str, go.Figure]:
    """Scores where there is ground truth: of every net, or of the groups after naming."""
    if isinstance(found, ClipGroups):
        scores = {} if found.matched is None else {found.title: [*found.matched.scores.metrics.values()]}
    else:
        scores = {one.tier.title: [*one.scores.metrics.values()] for one in against_truth(found)}
    return {"Against the ground truth, in percent": score_figure(scores)} if scores else {}


def _models(found: Predictions | ClipGroups) -> tuple:
    """Whose classes are told; groups have none."""
    tiers = () if isinstance(found, ClipGroups) else found.tiers
    return tuple(MODELS[tier.name] for tier in tiers if tier.name in MODELS)


TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    segment_clip,
    numbers,
    figures,
    models=_models,
    answer=lambda name: ":" in name,
)
