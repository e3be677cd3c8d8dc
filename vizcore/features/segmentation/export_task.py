"""The timelines of a clip in numbers: how many segments each net finds, and its scores where there is ground truth."""

from collections.abc import Mapping

import plotly.graph_objects as go

from vizcore.features.segmentation.entry import ENTRY
from vizcore.features.segmentation.figures import score_figure
from vizcore.features.segmentation.pipeline import against_truth, timelines
from vizcore.features.segmentation.pipeline_predictions import Predictions
from vizcore.models import MODELS
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(found: Predictions) -> Mapping[str, Number]:
    """Segments of every tier; scores are percentages."""
    values: dict[str, Number] = {"frames": len(found.times)}
    values |= {f"{tier.name}: segments": len(tier.segments) for tier in found.tiers}
    for one in against_truth(found):
        values |= {f"{one.tier.name}: {name}": score for name, score in one.scores.metrics.items()}
    return values


def figures(found: Predictions) -> Mapping[str, go.Figure]:
    """Every net's scores."""
    scores = {one.tier.title: [*one.scores.metrics.values()] for one in against_truth(found)}
    return {"Against the ground truth, in percent": score_figure(scores)} if scores else {}


TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    timelines,
    numbers,
    figures,
    models=lambda found: tuple(MODELS[tier.name] for tier in found.tiers if tier.name in MODELS),
    answer=lambda name: ":" in name,
)
