"""Which frames of a clip models see, and at what size: of a stretch, so many as each takes.

path, rows, [start, start + span) -> frame numbers (T,) of each row, a clip of all of them, each once
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vizcore.models import Model
from vizcore.video import Clip, VideoInfo, probe, read_frames

LONG_SIDE = 448  # px of the frames that models and page get


def inside(info: VideoInfo, start: float, span: float | None) -> np.ndarray:
    """The numbers of all frames of a stretch, at least one.

    Args:
        info: of the clip.
        start: seconds; the stretch is [start, start + span).
        span: seconds; None for all to the end.

    Raises:
        ValueError: the stretch begins before the clip, or has no length.
    """
    stop = float("inf") if span is None else start + span
    if not 0 <= start < stop:
        raise ValueError(f"want start >= 0 and span > 0 seconds, got {start} and {span}")
    found = np.flatnonzero((info.times >= start) & (info.times < stop))
    return found if found.size else np.array([int(np.abs(info.times - start).argmin())])


def shown_size(info: VideoInfo) -> tuple[int, int]:
    """(width, height) px at which models and page get the frames of a clip."""
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    return max(1, round(info.width * scale)), max(1, round(info.height * scale))


def sampled_frames(
    path: str | Path, rows: Sequence[Model], start: float, span: float | None
) -> tuple[list[np.ndarray], Clip]:
    """The frame numbers (T,) that each model sees, and a clip of all of them, each once.

    Args:
        path: a video file.
        rows: of models.
        start: as of inside.
        span: likewise.

    Raises:
        VideoError, ValueError: as probe, as inside.
    """
    info = probe(path)
    numbers = inside(info, start, span)
    sampled = [numbers[model.chosen(numbers.size)] for model in rows]
    every = np.unique(np.concatenate(sampled))
    return sampled, Clip(read_frames(path, every.tolist(), shown_size(info)), info.times[every], every)
