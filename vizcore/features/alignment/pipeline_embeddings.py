"""A vector for every frame of a clip, from any model: what is aligned, compared and drawn over time.

    path -> frames -> windows of the model's T frames -> engine -> a place of the net -> Embedded (F, D)

An embedder of frames gives its own vectors; of any other net, and of an embedder's layers, the mean over the patches
of each frame at one layer is taken. What a net that knows photographs says of all frames of a clip, such as of the
room, drowns what changes in it: its vectors are best centred. Windows overlap by one frame, whose vector is that of the
earlier window: so a net that knows of the frame before gives every frame what it gives in one long pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from vizcore.features.alignment.pipeline_strands import centred
from vizcore.models import Model, find
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import PHOTOGRAPHS, Badge, badge, origin
from vizcore.runtime.engine import Capture
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import VideoInfo, probe, read_frames

VERSION = "1"  # of what is cached: a new one makes it outdated
FIRST, OF_FILMS, PIXELS = "gta", "lite0", "pixels"  # what describes frames where nothing is named; pixels is no model
VECTORS = {
    "raw": "vectors as the model gives them",
    "centred": "vectors less the clip's mean: what changes in a clip, and nothing of what stays",
}
LONG_SIDE = 448  # px of the frames that models get
AT_ONCE = 240  # frames that are decoded together
TOGETHER = 8  # frames of one pass of a net that sees each alone: more are no faster, and cancel answers later
MOST = 20_000  # frames
SIDE = 16  # px that frames are shrunk to which no model describes


@dataclass(frozen=True, eq=False)
class Embedded:
    """F frames of a clip, each a vector."""

    frames: np.ndarray  # (F,) int64 frame numbers of the clip, increasing
    times: np.ndarray  # (F,) float64 seconds
    vectors: np.ndarray  # (F, D) float32
    model: Model
    layer: str  # where in the model they are from
    kind: str = "raw"  # a key of VECTORS

    __repr__ = short_repr(lambda one: f"{one.vectors.shape} of (frames, width), {one.model.name} at {one.layer}")


def places(model: str | Model) -> tuple[str, ...]:
    """Where in a model vectors can be taken, the one that is taken by default first.

    Raises:
        ValueError: there is no such model.
    """
    row = model if isinstance(model, Model) else find(model)
    return (row.embedding, *row.layers[::-1]) if row.embedding else row.layers[::-1]


def fitting(*paths: str | Path) -> str:
    """What describes the frames of clips best where nobody has named a model: OF_FILMS where none was rendered here.

    Without its package that is PIXELS.
    """
    if any(origin(path) == "rendered here" for path in paths):
        return FIRST
    from vizcore.models.photographs import knows_photographs

    return OF_FILMS if all(map(knows_photographs, paths)) else PIXELS


def kinds_of(model: str | Model) -> tuple[str, ...]:
    """VECTORS that a model can give, the one that is taken by default first; of PIXELS there is one.

    Raises:
        ValueError: there is no such model.
    """
    if model == PIXELS:
        return ("centred",)
    row = model if isinstance(model, Model) else find(model)
    return ("centred", "raw") if row.domain == PHOTOGRAPHS else ("raw", "centred")


def described_by(model: str | Model, layer: str = "") -> str:
    """What describes the frames, in words: "MODEL LAYER", or PIXELS."""
    return PIXELS if model == PIXELS else f"{getattr(model, 'name', model)} {layer or places(model)[0]}"


def badge_of_all(model: str | Model, *paths: str | Path) -> Badge | None:
    """How far a model is at home in some clips: as in the one that it knows least of; None for PIXELS."""
    if model == PIXELS:
        return None
    each = [badge(find(model) if isinstance(model, str) else model, path) for path in paths]
    return next((one for one in each if not one.shown), each[0])


def pixels(path: str | Path, numbers: np.ndarray) -> np.ndarray:
    """(N, SIDE SIDE 3) each small frame less the clip's mean: what moves, and nothing of the room."""
    frames = read_frames(path, numbers.tolist(), (4 * SIDE, 4 * SIDE))
    small = np.stack([cv2.resize(frame, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for frame in frames])
    return centred(small.reshape(len(small), -1).astype(np.float64))


def embeddings(
    path: str | Path,
    model: str | Model = FIRST,
    layer: str = "",
    *,
    kind: str = "raw",
    count: int | None = None,
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> Embedded:
    """A vector for every frame of a clip, kept in the store.

    Args:
        path: a video file.
        model: a name of the table of models, or a row like its own.
        layer: one of places(model), or "" for the first of them.
        kind: a key of VECTORS; the mean is that of the frames which are taken.
        count: frames taken evenly from the stretch, from its first to its last; None takes every frame.
        start, span: seconds; the frames are taken from [start, start + span), by default the whole clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown, a number is out of range, or there would be more than MOST frames.
    """
    context, row = context or default_context(), model if isinstance(model, Model) else find(model)
    layer = layer or places(row)[0]
    if layer not in places(row):
        raise ValueError(f"want a layer of {row.name} ({', '.join(places(row))}), got {layer!r}")
    if kind not in VECTORS:
        raise ValueError(f"want vectors {' or '.join(VECTORS)}, got {kind!r}")
    info = probe(path)
    numbers = taken(info, count, start, span)
    key = key_of("embedded", VERSION, content_key(path), row.name, row.version, layer, numbers.tolist(), LONG_SIDE)
    cached = context.store.get(key)
    if cached is None:
        cached = {"vectors": _embedded(path, info, numbers, row, layer, context)}
        context.store.put(key, cached)
    vectors = cached["vectors"] if kind == "raw" else centred(cached["vectors"])
    return Embedded(numbers, info.times[numbers], vectors, row, layer, kind)


def windows(count: int, length: int) -> list[range]:
    """Stretches of at most `length` of `count` frames, each beginning with the last frame of the one before."""
    if length == 1:
        return [range(frame, frame + 1) for frame in range(count)]
    return [range(first, min(first + length, count)) for first in range(0, max(count - 1, 1), length - 1)]


def taken(info: VideoInfo, count: int | None, start: float = 0.0, span: float | None = None) -> np.ndarray:
    """(F,) int64: the frames of a stretch, as many as count says.

    Args:
        info: of the clip.
        count, start, span: as of embeddings.

    Raises:
        ValueError: a number is out of range, or there would be more than MOST frames.
    """
    stop = float("inf") if span is None else start + span
    if not 0 <= start < stop or (count is not None and count < 1):
        raise ValueError(f"want start >= 0, span > 0 and a count of at least 1, got {start}, {span} and {count}")
    inside = np.flatnonzero((info.times >= start) & (info.times < stop))
    if not inside.size:
        inside = np.array([int(np.abs(info.times - start).argmin())])
    if count is not None and count < inside.size:
        at = np.linspace(0, inside.size - 1, count) if count > 1 else np.array([(inside.size - 1) / 2])
        inside = inside[at.round().astype(np.int64)]
    if inside.size > MOST:
        raise ValueError(f"want at most {MOST} frames, got {inside.size}: take a shorter stretch, or fewer of them")
    return inside


def _embedded(
    path: str | Path, info: VideoInfo, numbers: np.ndarray, row: Model, layer: str, context: Context
) -> np.ndarray:
    """(F, D) float32 of these frames."""
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
    parts: list[np.ndarray] = []
    if row.strides:  # each frame is seen alone, however many go through the net together
        for k in range(0, len(numbers), TOGETHER):
            context.progress(k, len(numbers), f"running {row.title}")
            some = read_frames(path, numbers[k : k + TOGETHER], size)
            so_many = replace(row, frames=len(some))
            parts.append(_vectors(context.engine.run(so_many, some, at=[layer]), so_many, layer))
        return np.concatenate(parts)
    every, step = windows(len(numbers), row.frames), max(1, AT_ONCE // row.frames)
    for k in range(0, len(every), step):
        group = every[k : k + step]
        context.progress(k, len(every), f"running {row.title}")
        first = group[0].start
        pictures = read_frames(path, numbers[first : group[-1].stop], size)
        clips = [_filled(pictures[part.start - first : part.stop - first], row.frames) for part in group]
        captures = context.engine.run_many(row, clips, at=[layer], step=_silent)
        parts += _new_frames(captures, group, row, layer)
    return np.concatenate(parts)


def _new_frames(captures: Sequence[Capture], group: Sequence[range], row: Model, layer: str) -> list[np.ndarray]:
    """For each window the vectors of its frames, less its first where the window before gave it."""
    found = []
    for capture, part in zip(captures, group, strict=True):
        shared = part.start > 0 and row.frames > 1
        found.append(_vectors(capture, row, layer)[: len(part)][int(shared) :])
    return found


def _vectors(capture: Capture, row: Model, layer: str) -> np.ndarray:
    """(T, D) of the frames of one pass."""
    activation = capture.activations[layer]
    if layer == row.embedding:
        return activation[0].float().cpu().numpy()
    from vizcore.algorithms.attribution.token_maps import token_maps  # few clips are aligned by a layer of tokens

    means = token_maps(activation, row.frames, row.grid).float().mean((1, 2)).cpu().numpy()  # (T', D)
    return means[np.arange(row.frames) * len(means) // row.frames]


def _filled(frames: np.ndarray, length: int) -> np.ndarray:
    """Frames (K, H, W, 3) brought to the length by showing the last one again."""
    return frames[np.minimum(np.arange(length), len(frames) - 1)]


def _silent(done: int, total: int, what: str) -> None:
    """The progress of a group of windows is that of the clip."""
