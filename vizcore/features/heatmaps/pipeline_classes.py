"""What a net that sees each frame alone takes a clip for, frame by frame: the probabilities of its classes over time.

path, model -> up to `count` frames of the stretch - batches -> probabilities (F, C), kept -> ClassesOverTime
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vizcore.features.heatmaps.pipeline_frames import LONG_SIDE, inside, shown_size
from vizcore.features.heatmaps.pipeline_methods import rows_of
from vizcore.features.heatmaps.pipeline_rows import Row, row_name
from vizcore.features.heatmaps.pipeline_verdict_seen import HALF, over_time_verdict
from vizcore.models import Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import origin
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import probe, read_frames

VERSION = "1"  # of what is kept
BANDS = 5  # classes that are shown
COUNT, MOST = 120, 256  # frames, unless somebody asks for more, and at most
AT_ONCE = 8  # frames of one pass


@dataclass(frozen=True, eq=False)
class ClassesOverTime:
    """The probabilities of every class in every frame."""

    row: Row  # without heat: the model, and the probabilities averaged over the frames
    times: np.ndarray  # (F,) seconds
    probabilities: np.ndarray  # (F, C) float32, each frame's of sum 1

    __repr__ = short_repr(lambda found: f"{found.row.model.name}: {' x '.join(map(str, found.probabilities.shape))}")

    @property
    def frames(self) -> np.ndarray:
        """(F,) their numbers."""
        return self.row.frames

    def bands(self, count: int = BANDS) -> list[tuple[str, np.ndarray]]:
        """The classes with the largest mean, the largest first, and their probabilities (F,)."""
        best = np.argsort(-self.row.probabilities, kind="stable")[:count]
        return [(self.row.word(int(k)), self.probabilities[:, k]) for k in best]

    @property
    def verdict(self) -> str:
        """What is seen, in how much of the clip, in one sentence."""
        return self.told()

    def told(self, anyway: bool = False) -> str:
        """The same.

        Args:
            anyway: also where the model knows no such clip, or sees none of its classes.
        """
        classes = tuple(self.row.top(BANDS)) if anyway else self.row.classes
        leading = [float((band >= HALF).mean()) for _, band in self.bands()]
        name, most = row_name(self.row.model), float(self.row.probabilities.max())
        return over_time_verdict(name, classes, leading, most, self.row.model.least)


def has_answers(model: Model) -> bool:
    """Whether a model names classes in each frame alone."""
    return bool(model.answer and model.classes)


def classes_over_time(
    path: str | Path,
    *,
    model: str | Model = "lite0",
    count: int = COUNT,
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> ClassesOverTime:
    """The probabilities of a model's classes in every frame of a clip, or in so many of them.

    Args:
        path: a video file.
        model: a name of the table of models, or a row like its own, that names classes in each frame alone.
        count: frames at most, 1 to MOST, evenly spread over the stretch.
        start: seconds; the frames are taken from [start, start + span).
        span: seconds; by default to the end of the clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: the model is unknown or sees several frames at once, or a number is out of range.
    """
    context, (row,) = context or default_context(), rows_of([model])
    if not has_answers(row) or not 1 <= count <= MOST:
        raise ValueError(
            f"want a model that names classes in each frame alone and 1 to {MOST} frames, got {row.name} and {count}"
        )
    info = probe(path)
    every = inside(info, start, span)
    few = min(count, len(every))
    numbers = every[(np.arange(few) * 2 + 1) * len(every) // (2 * few)]
    key = key_of("classes", VERSION, content_key(path), row.name, row.version, numbers.tolist(), LONG_SIDE)
    stored = context.store.get(key)
    if stored is None:
        context.progress(0, few, "reading frames")
        frames = read_frames(path, numbers.tolist(), shown_size(info))
        stored = {"probabilities": _probabilities(row, frames, context)}
        context.store.put(key, stored)
    each = stored["probabilities"]
    mean = Row(row, "", None, "", numbers, each.mean(0), None, origin(path))
    return ClassesOverTime(mean, info.times[numbers], each)


def _probabilities(model: Model, frames: np.ndarray, context: Context) -> np.ndarray:
    """(F, C) of frames (F, H, W, 3)."""
    found = []
    for first in range(0, len(frames), AT_ONCE):
        context.progress(first, len(frames), f"running {model.title}")
        some = frames[first : first + AT_ONCE]
        seen = context.engine.run(replace(model, frames=len(some)), some, at=[model.answer])
        found.append(seen.activations[model.answer][0].float().softmax(-1).cpu().numpy())
    return np.concatenate(found)
