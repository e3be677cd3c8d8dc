"""A task: a pipeline and what its result is worth outside the app, as numbers, figures and a film."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vizcore.runtime.clip_library import TABLES
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.plain_arrays import flat
from vizcore.runtime.row import Net

Number = float | int | str


@dataclass(frozen=True)
class Summary:
    """What a result comes to, as far as its models know such a clip."""

    verdict: str  # one sentence
    numbers: Mapping[str, Number]
    badges: tuple[Badge, ...]  # how far each model is at home in the clip
    hidden: bool  # answers are left out


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
    models: Callable[[Any], tuple[Net, ...]] = lambda result: ()  # whose answers are among the numbers and in the video
    badges: Callable[[Any], tuple[Badge, ...]] | None = None  # how far these are at home, where the result says it
    answer: Callable[[str], bool] = lambda name: False  # whether the number of a name is such an answer
    opens: Callable[[Mapping[str, Any]], Mapping[str, str]] = (
        lambda settings: {}
    )  # what a link to its view says besides
    draws_answers: bool = False  # its figures and its video show such answers
    of_tables: "TaskSpec | None" = None  # the row that takes files of numbers instead of clips

    def of_files(self, paths: Sequence[str]) -> "TaskSpec":
        """This row, or that of files of numbers where they are such files."""
        tables = self.of_tables is not None and all(Path(path).suffix.lower() in TABLES for path in paths)
        return self.of_tables if tables else self

    def summary(self, result: Any, path: str, anyway: bool = False) -> Summary:
        """Verdict and numbers of a result, without the answers of models that do not know such a clip.

        Args:
            result: of the pipeline.
            path: of the clip, of a pair the first.
            anyway: nothing is left out.
        """
        found = self.badges(result) if self.badges else (badge(model, path) for model in self.models(result))
        badges = tuple(dict.fromkeys(found))
        strange = [] if anyway else [one for one in badges if not one.shown]
        verdict = strange[0].why if strange else getattr(result, "verdict", "")
        numbers = {name: one for name, one in self.numbers(result).items() if not (strange and self.answer(name))}
        return Summary(verdict, numbers, badges, bool(strange))
