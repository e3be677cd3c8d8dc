"""Cuts in numbers: how many there are, when, and how probable the least of them is."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vizcore.features.heatmaps.entry import ENTRY
from vizcore.features.heatmaps.figures_cuts import cuts_figure
from vizcore.features.heatmaps.pipeline_cuts import NET, ClipCuts, find_cuts
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(found: ClipCuts) -> Mapping[str, Number]:
    """Cuts in seconds, the probability of each, and of the likeliest frame."""
    values: dict[str, Number] = {"frames": len(found.frames), "threshold": found.threshold, "cuts": len(found.cuts)}
    values |= {"likeliest": float(found.single.max())}
    for k, cut in enumerate(found.cuts, 1):
        values |= {f"cut {k}: second": cut.seconds, f"cut {k}: frame": cut.frame}
        values |= {f"cut {k}: probability": cut.probability}
    return values


def figures(found: ClipCuts) -> Mapping[str, go.Figure]:
    """The probabilities over time."""
    cuts = [(one.seconds, one.probability) for one in found.cuts]
    return {"Probability of a cut": cuts_figure(found.curves(), cuts, found.threshold)}


def arrays(found: ClipCuts) -> Mapping[str, np.ndarray]:
    """What the net says of every frame."""
    return {"frames": found.frames, "times": found.times, "single": found.single, "many": found.many}


TASK = TaskSpec(
    "cuts",
    ENTRY.more_tasks["cuts"],
    find_cuts,
    numbers,
    figures,
    arrays=arrays,
    models=lambda found: (NET,),
    answer=lambda name: name not in ("frames", "threshold"),
    draws_answers=True,
)
