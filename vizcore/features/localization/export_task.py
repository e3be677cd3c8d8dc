"""The survey of a clip in numbers: how many actors are seen, what they do, and their boxes as a video."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.detection.decoding import decode
from vizcore.features.localization.entry import ENTRY
from vizcore.features.localization.export import boxes_video
from vizcore.features.localization.figures import done_figure
from vizcore.features.localization.pipeline import Survey, survey, theta_of
from vizcore.models import MODELS
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def sums(found: Survey) -> np.ndarray:
    """(K, C) expected number of actors who do each of C things, in every key frame."""
    theta = theta_of(found.model)
    predictions = zip(found.boxes, found.actor, found.actions, strict=True)
    return np.stack([decode(*one, theta).scores.sum(0) for one in predictions])


def numbers(found: Survey) -> Mapping[str, Number]:
    """Means over the key frames."""
    theta = theta_of(found.model)
    means = dict(zip(found.labels, sums(found).mean(0).tolist(), strict=True))
    return {"key frames": len(found.keys), "theta": theta, "actors": float((found.actor > theta).sum(1).mean())} | means


def figures(found: Survey) -> Mapping[str, go.Figure]:
    """How much of everything is done, key frame by key frame."""
    return {"Expected number of actors, by what they do": done_figure(found.keys, sums(found), found.labels)}


def video(paths: tuple[str, ...], found: Survey) -> bytes:
    """The clip with the boxes of those above the threshold that was best on validation clips."""
    return boxes_video(paths[0], found, theta_of(found.model))


TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    survey,
    numbers,
    figures,
    video,
    models=lambda found: (MODELS[found.model],),
    answer=lambda name: name not in ("key frames", "theta"),
    draws_answers=True,
)
