"""A clip, or a file of features, as nodes of the graphs of non-local blocks.

path, source, layer -> nodes_of -> Nodes (N, C) on a grid       frames of a clip beside them
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.algorithms.matching.descriptors import DESCRIPTORS, describe
from vizcore.models import VIDEO_MODELS, Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import Clip, probe, read_frames

VERSION = "1"  # of what is kept: a new one makes it outdated
FILE, RANDOM, LANTERNS = "file", "random features", "lanterns-"
SOURCES = (*DESCRIPTORS, RANDOM, *VIDEO_MODELS)
Source = Literal[*DESCRIPTORS, RANDOM, FILE] | str | Model  # str: the name of a model of VIDEO_MODELS
LONG_SIDE, MOST = 448, 6272  # px of the frames; nodes: 8 frames of 28 x 28
WIDTH, MAIN = 32, 64  # channels inside a block of random weights and of random features; main directions of features
SIZE, RATE = 320, 2  # px of a clip of two lanterns, and its frames a second
EXAMPLES = {"two halves": (2, 8, 8), "one position": (1, 1, 1)}  # files that need not be brought: their grids


@dataclass(frozen=True, eq=False)
class Nodes:
    """N positions with features, frame after frame and row by row."""

    features: np.ndarray  # (N, C) float32 or float64, finite
    grid: tuple[int, int, int] | None  # T, rows, columns; None where nobody knows it
    clip: Clip | None = None  # T frames, one for each map; None for files

    __repr__ = short_repr(
        lambda nodes: (
            f"{len(nodes.features):,} positions of {' x '.join(map(str, nodes.shape))} (T, rows, columns), "
            f"{nodes.features.shape[1]} channels"
        )
    )

    @property
    def shape(self) -> tuple[int, int, int]:
        """(T, rows, columns), one row where the grid is not known."""
        return self.grid or (1, 1, len(self.features))

    @cached_property
    def prepared(self) -> Tensor:
        """(N, C) features less their mean, of root-mean-square length 1; at most MAIN channels, the main directions."""
        x = torch.from_numpy(self.features).double()
        x = x - x.mean(0)
        if x.shape[1] > MAIN:
            from vizcore.algorithms.ties import upright  # of wide features alone

            main = torch.linalg.eigh(x.T @ x).eigenvectors[:, -MAIN:]
            x = x @ (main * torch.from_numpy(upright(main.numpy())))
        x = x.float()
        length = x.norm(dim=1).square().mean().sqrt()
        return x / length if length > 0 else x

    @property
    def most_distinct(self) -> int:
        """The position of the first map whose features are least like the mean of all: shown first."""
        _, rows, columns = self.shape
        return int(self.prepared[: rows * columns].norm(dim=1).argmax())

    @cached_property
    def brightness(self) -> np.ndarray | None:
        """(N,) mean lightness of every patch, 0 to 1; None without frames."""
        if self.clip is None:
            return None
        _, rows, columns = self.shape
        grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in self.clip.frames]
        small = [cv2.resize(one, (columns, rows), interpolation=cv2.INTER_AREA) for one in grey]
        return np.stack(small).ravel() / 255


def nodes_of(
    path: str | Path,
    *,
    source: Source = "colour + gradient",
    layer: str = "",
    count: int = 4,
    across: int = 14,
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> Nodes:
    """The positions of a clip, or of a file, with their features.

    Args:
        path: a video, or "lanterns-SEED-KIND" for a clip of two lanterns; for the source "file" an array file, or a
            key of EXAMPLES.
        source: one of SOURCES, a row like those of models, or "file".
        layer: of a model; "" for its last one.
        count: frames; a model that sees several at once brings its own number.
        across: columns of patches; such a model brings its own grid.
        start: seconds; the frames are taken from [start, start + span).
        span: seconds; by default to the end of the clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown, a number is out of range, or there are more than MOST positions.
    """
    if source == FILE:
        return _from_file(path)
    context, model = context or default_context(), source if isinstance(source, Model) else VIDEO_MODELS.get(source)
    if model is None and source not in SOURCES:
        raise ValueError(f"want a source of {', '.join(SOURCES)}, got {source!r}")
    if count < 1 or not 1 <= across <= 64:
        raise ValueError(f"want 1 frame or more and 1 to 64 patches across, got {count} and {across}")
    context.progress(0, 2, "reading frames")
    path = lanterns(path, context=context) if str(path).startswith(LANTERNS) else path
    own = model is not None and not model.strides  # its number of frames and its grid
    clip = _frames(path, model if own else None, count, start, span)
    layer = layer or (model.layers[-1] if model is not None else "")
    if not own:
        from vizcore.algorithms.matching.patch_grid import square_grid  # a model of clips has its own grid

        grid = square_grid(*clip.frames.shape[2:0:-1], across)
        _refuse_many(len(clip.frames) * grid[0] * grid[1])
        if model is None:
            features = _described(clip.frames, grid, source)  # (T, rows columns, C)
            return Nodes(features.reshape(-1, features.shape[-1]), (len(clip.frames), *grid), clip)
        model = replace(model.by_frame(grid, layer), frames=len(clip.frames))
    context.progress(1, 2, f"running {model.title}")
    maps = _maps(path, model, layer, clip, context)  # (T', rows, columns, D)
    frames = (np.arange(len(maps)) * 2 + 1) * len(clip.frames) // (2 * len(maps))
    shown = Clip(clip.frames[frames], clip.times[frames], clip.indices[frames])
    return Nodes(maps.reshape(-1, maps.shape[-1]), maps.shape[:3], shown)


def lanterns(word: str, *, context: Context | None = None) -> str:
    """The path of a clip of two lanterns, one after the other.

    Args:
        word: lanterns-SEED-KIND, the kind of vizcore.synthetic.pair.KINDS: what the second shares with the first.

    Raises:
        ValueError: it is no such word.
    """
    from vizcore.runtime.world_clips import room_for_one  # no other clip is rendered
    from vizcore.synthetic.pair import KINDS, pair

    context, (_, seed, kind) = context or default_context(), [*str(word).split("-"), "", ""][:3]
    if not seed.isdecimal() or len(seed) > 6 or kind not in KINDS:
        raise ValueError(f"want lanterns-SEED-KIND with a kind of {', '.join(KINDS)}, got {str(word)[:80]!r}")
    folder = context.store.root / "pairs"
    path = folder / f"{key_of('pair', VERSION, word, SIZE)}.mp4"
    if path.exists():
        path.touch()
    else:
        from vizcore.video import write_video  # most visits find the clip there

        folder.mkdir(parents=True, exist_ok=True)
        room_for_one(folder)
        write_video(path, pair(int(seed), "show", kind, size=SIZE).frames, RATE)
    return str(path)


def example(name: str) -> Nodes:
    """Made-up features, the same at every call: halves that differ and noise, or a single position.

    Args:
        name: a key of EXAMPLES.
    """
    grid, rng = EXAMPLES[name], np.random.default_rng(0)
    features = 0.3 * rng.standard_normal((*grid, 6))
    features[:, :, : grid[2] // 2, 0] += 1.0
    features[:, :, grid[2] // 2 :, 1] += 1.0
    return Nodes(features.reshape(-1, 6).astype(np.float32), grid)


def _from_file(path: str | Path) -> Nodes:
    if str(path) in EXAMPLES:
        return example(str(path))
    from vizcore.formats.feature_files import read_features  # nodes of a clip need none

    found = read_features(path)
    _refuse_many(len(found.values))
    return Nodes(found.values, found.grid)


def _refuse_many(count: int) -> None:
    if count > MOST:
        raise ValueError(f"want at most {MOST:,} positions, got {count:,}: take fewer frames or fewer patches across")


def _frames(path: str | Path, model: Model | None, count: int, start: float, span: float | None) -> Clip:
    """The frames that are looked at: the model's own choice, or evenly taken ones, each once."""
    info = probe(path)
    stop = float("inf") if span is None else start + span
    if not 0 <= start < stop:
        raise ValueError(f"want start >= 0 and span > 0 seconds, got {start} and {span}")
    inside = np.flatnonzero((info.times >= start) & (info.times < stop))
    if not inside.size:
        inside = np.array([int(np.abs(info.times - start).argmin())])
    count = min(count, inside.size)
    chosen = (np.arange(count) * 2 + 1) * inside.size // (2 * count) if model is None else model.chosen(inside.size)
    numbers = inside[chosen]
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
    every, place = np.unique(numbers, return_inverse=True)
    return Clip(read_frames(path, every.tolist(), size)[place], info.times[numbers], numbers)


def _described(frames: np.ndarray, grid: tuple[int, int], source: str) -> np.ndarray:
    """(T, rows columns, C) float32."""
    if source == RANDOM:
        shape = len(frames), grid[0] * grid[1], WIDTH
        return np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    return describe(frames, grid, source)


def _maps(path: str | Path, model: Model, layer: str, clip: Clip, context: Context) -> np.ndarray:
    """(T', rows, columns, D) float32 of a layer, from the store or made now."""
    indices = clip.indices.tolist()
    key = key_of("nodes", VERSION, content_key(path), model.name, model.version, layer, model.grid, indices, LONG_SIDE)
    stored = context.store.get(key)
    if stored is None:
        activations = context.engine.run(model, clip.frames, at=[layer]).activations[layer]
        stored = {"maps": token_maps(activations, model.frames, model.grid).float().cpu().numpy()}
        context.store.put(key, stored)
    return stored["maps"]
