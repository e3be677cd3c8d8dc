"""A net of photographs looks at a film in five ways: its tokens are mixed over time, and go on through the rest of it.

path -> T frames - some cells hidden - tokens of a stage (T, N, C) - tracks by matching - mixed, one after the other
     - one pass through the rest of the net -> class probabilities (M, T, C), maps (M, T, h, w) -> Mixings
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.matching.matching import align
from vizcore.algorithms.matching.patch_grid import square_grid
from vizcore.algorithms.matching.token_mixing import MIXINGS, TEMPERATURE, divergence, mixed
from vizcore.features.temporal.pipeline_verdict_mixing import mixings_verdict
from vizcore.models import MODELS
from vizcore.models.photographs import LAYERS
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import Badge, badge_of, origin
from vizcore.runtime.row import Model
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import Clip, probe, read_clip

VERSION = "1"  # of what is kept
NET, LAYER, LAST = "lite0", "stage 5", "head"
MIXED_AT = tuple(layer for layer in LAYERS if layer != LAST)  # stages after which tokens can be mixed
FRAMES, MOST_FRAMES = 8, 16
ACROSS, WIDEST = 14, 32  # tokens of 16 px: first as many as in the pictures that the net was trained with
SPAN = 4.0  # seconds
LONG_SIDE = 640  # px of the frames that are read
HOLES = 10  # cells in a row of a frame, of which some are hidden
GREY = 127  # what hides it: the mean of the net's pictures


@dataclass(frozen=True)
class MixingSettings:
    """How a film is looked at."""

    layer: str = LAYER  # one of MIXED_AT
    count: int = FRAMES  # frames, 2 to MOST_FRAMES
    start: float = 0.0  # seconds
    span: float = SPAN  # seconds
    across: int = ACROSS  # tokens of 16 px in a row of the picture, 4 to WIDEST
    temperature: float = TEMPERATURE  # of attention
    hidden: float = 0.0  # share of the cells of each frame that are grey, 0 to 0.9

    def __post_init__(self):
        for name, value, low, high in (
            ("count", self.count, 2, MOST_FRAMES),
            ("across", self.across, 4, WIDEST),
            ("temperature", self.temperature, 1e-3, 1e3),
            ("hidden", self.hidden, 0, 0.9),
        ):
            if not low <= value <= high:
                raise ValueError(f"want a {name} of {low} to {high}, got {value}")
        if self.layer not in MIXED_AT:
            raise ValueError(f"want a layer of {', '.join(MIXED_AT)}, got {self.layer!r}")

    @property
    def words(self) -> tuple[str | float, ...]:
        """All of it, for a key, with what else decides which pixels the net sees."""
        return *vars(self).values(), LONG_SIDE, HOLES


@dataclass(frozen=True, eq=False)
class Mixings:
    """What a net says of a film in each of MIXINGS."""

    clip: Clip  # the T frames, as they were shown to the net
    grid: tuple[int, int]  # rows and columns of tokens at the stage
    tracks: np.ndarray  # (T, N) int64: track i is token tracks[t, i] of frame t
    log_probabilities: np.ndarray  # (M, T, C) float32
    maps: np.ndarray  # (M, T, h, w) float32: what each place adds to the logit of the class `asked`
    asked: int  # the likeliest class of the frames alone, mean over the frames
    settings: MixingSettings
    badge: Badge  # how far the net is at home in the film, and whether it sees one of its classes

    __repr__ = short_repr(lambda found: f"{len(MIXINGS)} mixings of {len(found.clip.times)} frames: {found.verdict}")

    @property
    def model(self) -> Model:
        """The net."""
        return MODELS[NET]

    @cached_property
    def divergence(self) -> np.ndarray:
        """(M, T) nats: how far each mixing moves what a frame says by itself (Kullback-Leibler)."""
        original, *_ = every = torch.from_numpy(self.log_probabilities)
        return divergence(original, every).clamp_min(0).numpy()

    @property
    def probabilities(self) -> np.ndarray:
        """(M, C) of the clip: the mean over the frames."""
        return np.exp(self.log_probabilities).mean(1)

    @property
    def shares(self) -> np.ndarray:
        """(M, T) the probability of the class asked about."""
        return np.exp(self.log_probabilities[..., self.asked])

    @property
    def verdict(self) -> str:
        """How far averaging and attention move the answers, in place and along tracks, in one sentence."""
        return mixings_verdict(tuple(MIXINGS), self.divergence.mean(1))


def temporal_mixings(
    path: str | Path,
    *,
    layer: str = LAYER,
    count: int = FRAMES,
    start: float = 0.0,
    span: float = SPAN,
    across: int = ACROSS,
    temperature: float = TEMPERATURE,
    hidden: float = 0.0,
    context: Context | None = None,
) -> Mixings:
    """Look at a film in five ways: each frame alone, and averaged or attended to, in place and along tracks.

    Args:
        path: a video file.
        layer: the stage after which tokens are mixed, one of MIXED_AT.
        count: frames, 2 to MOST_FRAMES, evenly spread over the stretch.
        start, span: of the stretch, seconds.
        across: tokens of 16 px in a row of the picture, 4 to WIDEST.
        temperature: of attention, in cosine units.
        hidden: share of the cells of each frame that are grey, 0 to 0.9.

    Raises:
        VideoError: the file is no video that can be read, or the stretch holds no frame.
        ValueError: a number is out of range, or there is no such stage.
        NotThere: the net's package is not installed.
    """
    settings = MixingSettings(layer, count, start, span, across, temperature, hidden)
    context = context or default_context()
    clip = frames_of_film(path, settings)
    key = key_of("mixings", VERSION, content_key(path), NET, MODELS[NET].version, *settings.words)
    stored = context.store.get(key)
    if stored is None:
        context.progress(0, 2, f"running {MODELS[NET].title}")
        stored = mixed_pass(clip.frames, settings, context)
        context.store.put(key, stored)
    most = float(np.exp(stored["log probabilities"][0]).mean(0).max())
    return Mixings(
        clip,
        _grid(clip.frames, settings),
        stored["tracks"],
        stored["log probabilities"],
        stored["maps"],
        int(stored["asked"]),
        settings,
        badge_of(MODELS[NET], origin(path), most),
    )


def frames_of_film(path: str | Path, settings: MixingSettings) -> Clip:
    """The frames of a stretch, each once, with the cells hidden that the settings ask for."""
    info = probe(path)
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    size = max(1, round(info.width * scale)), max(1, round(info.height * scale))
    clip = read_clip(path, settings.count, settings.start, settings.start + settings.span, size)
    indices, once = np.unique(clip.indices, return_index=True)
    return Clip(with_holes(clip.frames[once], settings.hidden), clip.times[once], indices)


def with_holes(frames: np.ndarray, share: float) -> np.ndarray:
    """Frames with grey cells, other ones in each frame; which ones is chance, the same every time.

    Args:
        frames: (T, H, W, 3) uint8.
        share: of the cells, 0 to 1.
    """
    if not share:
        return frames
    height, width = frames.shape[1:3]
    cells = max(1, round(HOLES * height / width)), HOLES
    rng, out = np.random.default_rng(1), frames.copy()
    for frame in out:
        hidden = (rng.random(cells) < share).astype(np.uint8)
        frame[cv2.resize(hidden, (width, height), interpolation=cv2.INTER_NEAREST) > 0] = GREY
    return out


def mixed_pass(frames: np.ndarray, settings: MixingSettings, context: Context) -> dict[str, np.ndarray]:
    """One pass in which every mixing goes through the rest of the net, side by side.

    Args:
        frames: (T, H, W, 3) uint8.
        settings: which tokens and how.
        context: of the process.

    Returns:
        {"tracks": (T, N), "log probabilities": (M, T, C), "maps": (M, T, h, w), "asked": ()}.
    """
    grid, tracks = _grid(frames, settings), {}

    def change(maps: Tensor) -> Tensor:
        """(T, C, rows, columns) of a stage -> (M T, C, rows, columns)."""
        tokens = maps.flatten(2).mT  # (T, N, C)
        tracks["found"] = align(tokens, grid=tuple(maps.shape[2:]))[1]
        each = (mixed(tokens, name, tracks["found"], settings.temperature) for name in MIXINGS)
        return torch.cat([one.mT.unflatten(2, maps.shape[2:]) for one in each])

    row = replace(MODELS[NET].by_frame(grid, settings.layer), frames=len(frames))
    seen = context.engine.run(row, frames, at=[LAST, row.answer], changes={settings.layer: change}).activations
    logs = seen[row.answer][0].float().log_softmax(-1).unflatten(0, (len(MIXINGS), -1))  # (M, T, C)
    asked = int(logs[0].exp().mean(0).argmax())
    weights = context.engine.use(row, lambda module, _: module.classifier.weight[asked].float())
    maps = torch.einsum("nchw,c->nhw", seen[LAST].float(), weights.to(seen[LAST].device))
    return {
        "tracks": tracks["found"].cpu().numpy(),
        "log probabilities": logs.cpu().numpy(),
        "maps": maps.unflatten(0, (len(MIXINGS), -1)).cpu().numpy(),
        "asked": np.array(asked),
    }


def _grid(frames: np.ndarray, settings: MixingSettings) -> tuple[int, int]:
    """Rows and columns of tokens at the stage: as many as its stride takes of a picture of `across` times 16 px."""
    rows, columns = square_grid(*frames.shape[2:0:-1], settings.across)
    stride = LAYERS[settings.layer]
    return max(1, rows * 16 // stride), max(1, columns * 16 // stride)
