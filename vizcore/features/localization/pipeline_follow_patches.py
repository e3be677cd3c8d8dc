"""The patches of a stretch by which boxes are followed, in so few numbers that 10 s of a film are 14 MB.

path -> T frames -> descriptors (T, N, C) - principal directions of a few frames -> (T, N, K) float16, kept in the store

What is kept of a descriptor changes its cosines by less than its noise does; frames that a person draws in, and that
are not among the T, are described when they are asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore.algorithms.matching.patch_grid import square_grid
from vizcore.features.matching.pipeline_patches import brings_a_grid, features_on, nets_of, refuse_unknown
from vizcore.models import PATCH_MODELS
from vizcore.runtime.context import Context
from vizcore.runtime.store import content_key, key_of
from vizcore.video import Clip, probe, read_frames

VERSION = "1"  # of what is kept
LONG_SIDE = 448  # px of the frames that are described: a patch of a 28-wide grid has 16 px
KEPT = 128  # numbers of a patch
LEARNT_FROM = 8  # frames from which the directions are taken
AT_ONCE = 16  # frames that are described together
MOST_FRAMES, WIDEST = 400, 48  # frames that are looked at; columns of patches


@dataclass(frozen=True, eq=False)
class Patches:
    """T frames of a clip in N patches."""

    key: str  # what they were made from
    size: tuple[int, int]  # width and height of the picture, px
    total: np.ndarray  # (F,) seconds of every frame of the clip
    grid: tuple[int, int]
    source: str
    frames: np.ndarray  # (T,) int64 numbers of the frames, rising
    features: np.ndarray  # (T, N, K) float16
    directions: np.ndarray  # (C, K) float32

    @property
    def times(self) -> np.ndarray:
        """(T,) seconds."""
        return self.total[self.frames]

    def with_frames(self, path: str | Path, frames: Sequence[int], context: Context) -> "Patches":
        """The same with more frames.

        Args:
            path: of the clip.
            frames: numbers; those that are there already cost nothing.
            context: of the process.
        """
        more = np.setdiff1d(np.array(frames, np.int64), self.frames)
        if not len(more):
            return self
        clip = _read(path, more, self.size, self.total)
        features = _described(clip, self.grid, self.source, context) @ self.directions
        every = np.concatenate([self.frames, more])
        order = np.argsort(every)
        both = np.concatenate([self.features, features.astype(np.float16)])[order]
        return Patches(self.key, self.size, self.total, self.grid, self.source, every[order], both, self.directions)


def patches_of(
    path: str | Path, count: int, start: float, span: float, across: int, source: str, context: Context
) -> Patches:
    """The patches of a stretch, from the store or made now.

    Args:
        path: a video file.
        count, start, span, across, source: as of follow_boxes.
        context: of the process.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a number is out of range, or the source unknown.
    """
    refuse_unknown(source, "")
    if brings_a_grid(source) or not 1 <= count <= MOST_FRAMES or not 2 <= across <= WIDEST or span <= 0:
        raise ValueError(
            f"want 1 to {MOST_FRAMES} frames of a stretch, 2 to {WIDEST} columns, and what describes patches on any "
            f"grid, got {count} of {span} s, {across}, {source!r}"
        )
    info = probe(path)
    rows, columns = square_grid(info.width, info.height, across)
    grid, size = (max(2, rows), columns), (info.width, info.height)
    frames = stretch(info.times, count, start, span)
    versions = [PATCH_MODELS[net].version for net in nets_of(source)]
    key = key_of("patches to follow", VERSION, content_key(path), frames.tolist(), grid, source, versions)
    kept = context.store.get(key)
    if kept is None:
        kept = _made(path, frames, grid, source, context)
        context.store.put(key, kept)
    return Patches(key, size, info.times, grid, source, frames, **kept)


def stretch(times: np.ndarray, count: int, start: float, span: float) -> np.ndarray:
    """(T,) numbers of at most `count` frames, evenly from [start, start + span), at least one.

    Args:
        times: (F,) seconds of every frame.
        count: 1 or more.
        start, span: seconds.
    """
    first, stop = np.searchsorted(times, [start, start + span])
    first = min(int(first), len(times) - 1)
    last = max(int(stop) - 1, first)
    return np.unique(np.linspace(first, last, min(count, last - first + 1)).round().astype(np.int64))


def principal(features: np.ndarray) -> np.ndarray:
    """(C, K) float32 the K orthogonal directions that keep most of patches (..., C), and so of their cosines."""
    flat = features.reshape(-1, features.shape[-1])
    return np.ascontiguousarray(np.linalg.eigh(flat.T @ flat)[1][:, ::-1][:, :KEPT], np.float32)


def _made(path: str | Path, frames: np.ndarray, grid: tuple[int, int], source: str, context: Context) -> dict:
    info = probe(path)
    size = (info.width, info.height)
    some = frames[np.linspace(0, len(frames) - 1, min(LEARNT_FROM, len(frames))).round().astype(np.int64)]
    context.progress(0, len(frames), "describing patches")
    sample = _described(_read(path, some, size, info.times), grid, source, context)
    directions, parts = principal(sample), []
    for chunk in _chunks(frames):
        described = _described(_read(path, chunk, size, info.times), grid, source, context)
        parts.append((described @ directions).astype(np.float16))
        context.progress(sum(map(len, parts)), len(frames), "describing patches")
    return {"features": np.concatenate(parts), "directions": directions}


def _chunks(frames: np.ndarray) -> Iterator[np.ndarray]:
    return (frames[at : at + AT_ONCE] for at in range(0, len(frames), AT_ONCE))


def _read(path: str | Path, frames: np.ndarray, size: tuple[int, int], times: np.ndarray) -> Clip:
    """Frames of these numbers, no larger than they need be."""
    scale = min(1.0, LONG_SIDE / max(size))
    small = tuple(max(1, round(scale * side)) for side in size)
    return Clip(read_frames(path, frames, small), times[frames], frames)


def _described(clip: Clip, grid: tuple[int, int], source: str, context: Context) -> np.ndarray:
    """(T, N, C) float32 patches, each of length 1 where it has any."""
    found = features_on(grid, clip, source, "", context)
    return found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-12)
