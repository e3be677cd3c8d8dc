"""A task: a pipeline and what its result is worth outside the app, as numbers, figures and a film."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vizcore.runtime.plain_arrays import flat

Number = float | int | str


@dataclass(frozen=True)
class TaskSpec:
    """One row of TASK_SPECS."""

    name: str  # what the command line calls it
    about: str  # a sentence: what one gets
    pipeline: Callable[..., Any]  # (path, settings ..., context) -> result; (path, other=, ...) of pairs
    numbers: Callable[[Any], Mapping[str, Number]]  # what a person would tell of the result, in a handful of numbers
    figures: Callable[[Any], Mapping[str, go.Figure]]  # title -> figure
    video: Callable[[tuple[str, ...], Any], bytes] | None = None  # (paths of the clips, result) -> MP4
    arrays: Callable[[Any], Mapping[str, np.ndarray]] = flat  # what an NPZ holds
    settings_of: Callable | None = None  # of a pipeline that passes settings on: whose fields or keywords they are
    pairs: bool = False  # it takes two clips
