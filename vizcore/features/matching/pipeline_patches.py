"""What describes the patches of a clip: a descriptor, the tokens of a net, or several of these side by side.

path -> frames, grid -> features (T, N, C), optical flow (T-1, N, 2), kept in the store
"""

from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.algorithms.matching import flow as optical
from vizcore.algorithms.matching.descriptors import DESCRIPTORS, describe
from vizcore.algorithms.matching.patch_grid import square_grid
from vizcore.models import MODELS, PATCH_MODELS, on_request
from vizcore.runtime.context import Context
from vizcore.runtime.packages import lacks
from vizcore.runtime.store import content_key, key_of
from vizcore.video import Clip, probe, read_clip

LONG_SIDE = 448  # px of the frames that are described: a patch of a 28-wide grid still has 16 px
VERSION = "1"  # of descriptors and flow: a new one makes what is cached of them outdated
STAGE_5 = ("lite0", "stage 5")  # a net and its layer
XFEAT = "xfeat"  # a net of pictures, whose sides are multiples of some px, in which a patch has some more
PATCH, MULTIPLE = 16, 32
STACKED: dict[str, tuple[str | tuple[str, str], ...]] = {  # the parts, each of length 1
    "lite0, stage 5": (STAGE_5,),
    "colour + gradient + lite0": ("colour + gradient", STAGE_5),
    "colour + gradient + XFeat": ("colour + gradient", (XFEAT, "descriptors")),
}
ON_FILMS = "colour + gradient + lite0"  # what describes patches of films best
SOURCES = (*DESCRIPTORS, *STACKED, *PATCH_MODELS)  # in the order of a menu
SHORTEST = 1e-12  # a vector's length, below which it is no direction


def offered() -> tuple[str, ...]:
    """Of SOURCES those whose packages are there, as far as `make real` brings them."""
    absent = bool(lacks(on_request.POINTS))
    return tuple(source for source in SOURCES if not (absent and XFEAT in nets_of(source)))


def nets_of(source: str) -> tuple[str, ...]:
    """The names of the nets that have a part in it."""
    if source in PATCH_MODELS:
        return (source,)
    return tuple(part[0] for part in STACKED.get(source, ()) if isinstance(part, tuple))


def refuse_unknown(source: str, layer: str) -> None:
    """Raise ValueError for what describes no patches."""
    if source not in SOURCES:
        raise ValueError(f"want a descriptor or model ({', '.join(SOURCES)}), got {source!r}")
    if source in PATCH_MODELS and layer not in PATCH_MODELS[source].layers:
        raise ValueError(f"want a layer of {source} ({', '.join(PATCH_MODELS[source].layers)}), got {layer!r}")


def described(
    path: str | Path, count: int, start: float, span: float, across: int, source: str, layer: str, context: Context
) -> dict[str, np.ndarray]:
    """What all methods of matching share, from the store or made now.

    Args:
        path: a video file.
        count, start, span, across, source, layer: as of match_clip.
        context: of the process.

    Returns:
        frames with times and indices, grid, features and flow, by those names.
    """
    if brings_a_grid(source):
        count, across = PATCH_MODELS[source].frames, PATCH_MODELS[source].grid[1]
    context.progress(0, 4, "reading frames")
    key = key_of("described", content_key(path), count, start, span, across, source, _version(source), layer, LONG_SIDE)
    cached = context.store.get(key)
    if cached is None:
        clip = _read(path, count, start, span)
        own = brings_a_grid(source)
        grid = PATCH_MODELS[source].grid if own else square_grid(*clip.frames.shape[2:0:-1], across)
        context.progress(1, 4, "describing patches")
        features = _tokens(clip, source, layer, context) if own else features_on(grid, clip, source, layer, context)
        context.progress(2, 4, "following the flow")
        flow = optical.patch_flow(optical.dense_flow(clip.frames), grid)
        cached = {"frames": clip.frames, "times": clip.times, "indices": clip.indices}
        cached |= {"grid": np.array(grid), "features": features, "flow": flow}
        context.store.put(key, cached)
    return cached


def brings_a_grid(source: str) -> bool:
    """Whether what describes patches is a model of a grid and number of frames of its own."""
    return source in PATCH_MODELS and not PATCH_MODELS[source].strides


def features_on(grid: tuple[int, int], clip: Clip, source: str, layer: str, context: Context) -> np.ndarray:
    """(T, N, C) float32: what describes patches on a grid that is given.

    Args:
        grid: (rows, columns).
        clip: its frames.
        source: of SOURCES; no model that brings a grid of its own.
        layer: of a model.
        context: of the process.
    """
    if source in DESCRIPTORS:
        return describe(clip.frames, grid, source)
    if source in PATCH_MODELS:
        return _tokens_on(grid, clip, source, layer, context)
    parts = []
    for part in STACKED[source]:
        if part in DESCRIPTORS:
            one = describe(clip.frames, grid, part)
        elif part[0] in PATCH_MODELS:
            one = _tokens_on(grid, clip, *part, context)
        else:
            one = _dense(grid, clip, part[0], context)
        parts.append(one / np.maximum(np.linalg.norm(one, axis=-1, keepdims=True), SHORTEST))
    return np.concatenate(parts, -1)


def _version(source: str) -> str:
    """What makes cached features outdated."""
    return " ".join(MODELS[net].version for net in nets_of(source)) or VERSION


def _read(path: str | Path, count: int, start: float, span: float) -> Clip:
    info = probe(path)
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
    clip = read_clip(path, count, start, start + span, size)
    indices, once = np.unique(clip.indices, return_index=True)  # a stretch of few frames gives some of them twice
    return Clip(clip.frames[once], clip.times[once], indices)


def _tokens(clip: Clip, model: str, layer: str, context: Context) -> np.ndarray:
    """(T, N, D) float32: what a layer of a model makes of the frames."""
    capture = context.engine.run(model, clip, at=[layer])
    once = np.unique(capture.frames, return_index=True)[1]  # a clip of few frames is shown some of them twice
    return capture.activations[layer][0, once].float().cpu().numpy()


def _tokens_on(grid: tuple[int, int], clip: Clip, model: str, layer: str, context: Context) -> np.ndarray:
    """(T, N, D) float32: what a layer of a model that sees each frame alone makes of the frames, on this grid."""
    row = PATCH_MODELS[model].by_frame(grid, layer)
    captures = context.engine.run_many(row, [frame[None] for frame in clip.frames], at=[layer], step=context.progress)
    maps = (token_maps(capture.activations[layer], 1, grid)[0] for capture in captures)  # (rows, columns, D)
    return np.stack([one.flatten(0, 1).cpu().numpy() for one in maps])


def _dense(grid: tuple[int, int], clip: Clip, net: str, context: Context) -> np.ndarray:
    """(T, N, C) float32: the map of a net of pictures, averaged over each patch of this grid."""
    height, width = (-(-count * PATCH // MULTIPLE) * MULTIPLE for count in grid)
    shrinks = clip.frames.shape[1] > height or clip.frames.shape[2] > width
    way, group, maps = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR, context.engine.batch, []
    for first in range(0, len(clip.frames), group):
        context.progress(first, len(clip.frames), f"running {MODELS[net].title}")
        some = clip.frames[first : first + group]
        pictures = np.stack([cv2.resize(frame, (width, height), interpolation=way) for frame in some])
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        seen = context.engine.use(MODELS[net], lambda module, device, batch=batch: module(batch.to(device)))
        maps.append(F.adaptive_avg_pool2d(seen.float(), grid).cpu())  # (B, C, rows, columns)
    return torch.cat(maps).flatten(2).transpose(1, 2).numpy()
