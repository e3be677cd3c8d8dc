"""Many clips played as one: each of up to eight others warped onto a reference, in one video with all their names.

paths -> an Alignment of the reference with each -> the reference's real time, frame by frame -> an MP4 that is cached
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore.features.alignment.pipeline import USUAL, Alignment, AlignmentSettings, aligned, paired
from vizcore.features.alignment.pipeline_embeddings import PIXELS, fitting
from vizcore.features.alignment.pipeline_playback import matched_frames
from vizcore.features.alignment.pipeline_verdict import together_verdict
from vizcore.figures.tiles import labelled, tiled
from vizcore.models import Model, find
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import Badge
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import file_key, key_of
from vizcore.runtime.world_clips import room_for_one
from vizcore.video import probe, write_video
from vizcore.video.stream import FASTEST, LONGEST, SLOWEST, stream

MOST = 8  # other clips
VERSION = "1"  # of the video: a new one has it made anew
SIDE = 240  # px of a clip in it
VIDEOS, BYTES = 40, 2**29  # videos that are cached, and bytes


@dataclass(frozen=True, eq=False)
class Together:
    """A reference and K others, warped onto it."""

    video: Path  # MP4 of all of them, the reference first
    alignments: tuple[Alignment, ...]  # K, the reference always the first of the pair
    warped: bool = True  # False: the video shows all of them simply played together

    __repr__ = short_repr(
        lambda found: (
            f"{len(found.alignments)} clips on a reference of {len(found.alignments[0].pair.first)} moments, "
            f"mean cost {np.mean([one.warping.distance for one in found.alignments]):.3f}"
        )
    )

    @property
    def badge(self) -> Badge | None:
        """How far the model is at home in all clips: as in the one that it knows least of; None without a model."""
        each = [one.pair.badge for one in self.alignments]
        return next((badge for badge in each if badge and not badge.shown), each[0])

    @property
    def verdict(self) -> str:
        """How far the clips are off, in one sentence."""
        return together_verdict([one.numbers for one in self.alignments], self.warped, self.badge)


def together(
    path: str | Path,
    *,
    others: tuple[str, ...],
    titles: tuple[str, ...],
    model: str | Model = "",
    layer: str = "",
    vectors: str = "",
    limit: int = USUAL,
    cost: str = "cosine",
    beta: float = 0.1,
    warped: bool = True,
    context: Context | None = None,
) -> Together:
    """Warp clips onto a reference and show all in one video.

    Args:
        path: of the reference.
        others: paths of 1 to MOST other clips.
        titles: 1 + K names, the reference's first.
        model, layer, vectors, limit: as of vizcore.features.alignment.pipeline.sampled; a model that is not named fits
            all clips.
        cost, beta: as of vizcore.features.alignment.pipeline.AlignmentSettings.
        warped: False shows all of them simply played together, for contrast.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: there are too few or too many clips, a name is unknown or a number out of range.
    """
    if not 1 <= len(others) <= MOST or len(titles) != len(others) + 1:
        raise ValueError(f"want 1 to {MOST} other clips and a name for each of all, got {len(others)}, {len(titles)}")
    context, model, found = context or default_context(), model or fitting(path, *others), []
    for done, other in enumerate(others):
        context.progress(done, len(others) + 1, f"aligning {titles[done + 1]}")
        settings = {"other": other, "model": model, "layer": layer, "vectors": vectors, "limit": limit}
        pair = paired(path, **settings, context=context.with_progress(lambda *_: None))
        found.append(aligned(pair, AlignmentSettings(cost, beta)))
    folder = context.store.root / "together"
    version = model if model == PIXELS else (find(model) if isinstance(model, str) else model).version
    keys = [file_key(one) for one in (path, *others)]
    described = version, layer, vectors, limit
    video = folder / f"{key_of('together', VERSION, keys, titles, *described, cost, beta, warped)}.mp4"
    if video.exists():
        video.touch()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        room_for_one(folder, VIDEOS, BYTES)
        context.progress(len(others), len(others) + 1, "writing the video")
        _write(video, (str(path), *others), titles, found, warped)
    return Together(video, tuple(found), warped)


def grid(count: int) -> int:
    """How many of so many clips lie side by side."""
    return math.ceil(math.sqrt(count))


def _write(video: Path, paths: tuple[str, ...], titles: tuple[str, ...], found: list[Alignment], warped: bool) -> None:
    first, info = found[0].pair.first, probe(paths[0])
    span = int(first.frames[-1] - first.frames[0])
    every = np.linspace(first.frames[0], first.frames[-1], min(span + 1, LONGEST)).round().astype(np.int64)
    numbers = [every, *(matched_frames(one, every) if warped else _clock_synced(one, every) for one in found)]
    streams = [stream(path, column, SIDE) for path, column in zip(paths, numbers, strict=True)]
    pictures = (
        tiled([labelled(frame, title, (SIDE, SIDE)) for (_, frame), title in zip(now, titles)], grid(len(paths)))
        for now in zip(*streams, strict=True)
    )
    seconds = float(info.times[every[-1]] - info.times[every[0]])
    rate = np.clip((len(every) - 1) / seconds, SLOWEST, FASTEST) if seconds > 0 else SLOWEST
    write_video(video, pictures, float(rate))


def _clock_synced(alignment: Alignment, numbers: np.ndarray) -> np.ndarray:
    """(F,) the frames of the second clip at the same seconds as some of the first, then its last."""
    pair = alignment.pair
    found = np.interp(numbers, pair.first.frames, pair.second_frame(pair.clock_sync))
    return found.round().astype(np.int64)
