"""A non-local block on a clip in numbers: its graph, how far both its forms agree, and where its energy goes."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vizcore.features.nonlocal_blocks.entry import ENTRY
from vizcore.features.nonlocal_blocks.export import filter_arrays
from vizcore.features.nonlocal_blocks.figures import disc_figure, line_figure
from vizcore.features.nonlocal_blocks.pipeline import nodes_of
from vizcore.features.nonlocal_blocks.pipeline_filter import Filtered, filter_clip
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(result: Filtered) -> Mapping[str, Number]:
    """Sizes, the kind of the graph, and energies before and after as sums of squares."""
    found = result.frequencies
    values: dict[str, Number] = {"positions": len(result.nodes.features), "channels": result.nodes.features.shape[1]}
    values |= {"graph": found.block.graph.kind, "modes": len(found.values)}
    values |= {"largest eigenvalue": float(np.abs(found.values).max()) if len(found.values) else float("nan")}
    values |= {"energy in": float(found.block.z.square().sum()), "energy out": float(np.square(result.direct).sum())}
    return values | {"direct against spectral": result.error} | ({"why not": found.why_not} if found.why_not else {})


def figures(result: Filtered) -> Mapping[str, go.Figure]:
    """The eigenvalues, in the unit disc or on a line."""
    found = result.frequencies
    if not len(found.values):
        return {}
    draw = disc_figure if np.iscomplexobj(found.values) and np.abs(found.values.imag).max() > 1e-6 else line_figure
    return {"Eigenvalues": draw(found.values, found.energy)}


TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    filter_clip,
    numbers,
    figures,
    arrays=filter_arrays,
    settings_of=nodes_of,
)
