"""The frames of a clip as vectors, in numbers: what moments are looked for in."""

from collections.abc import Mapping

import plotly.graph_objects as go

from vizcore.features.alignment.entry import ENTRY
from vizcore.features.alignment.figures_alike import alike_figure
from vizcore.features.alignment.pipeline_find import Described, described
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(found: Described) -> Mapping[str, Number]:
    """How many frames, and how wide their vectors are."""
    return {"frames": len(found.frames), "width": found.vectors.shape[1]}


def figures(found: Described) -> Mapping[str, go.Figure]:
    """Which frames are alike."""
    return {"Frames that are alike": alike_figure(found.vectors, found.times)}


TASK = TaskSpec("embed", ENTRY.more_tasks["embed"], described, numbers, figures)
