"""One model as a row: what it is for, its net, where its weights come from, what it knows, and what it wants to see.

frames (T, H, W, 3) uint8 - chosen, prepared -> video (3, T, S, S);  .load() -> a network in eval mode on the CPU
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from vizcore.runtime.short_repr import short_repr

if TYPE_CHECKING:
    from vizcore.runtime.counting import Count

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of RGB from 0 to 1


Task = Literal["classification", "embedding", "localization", "segmentation", "pose", "cuts", "description"]
Domain = Literal["the procedural world", "photographs", "films", "nothing", "unknown"]
# what a net has learnt from: "nothing" of random weights, "unknown" of a person's own


@dataclass(frozen=True, repr=False)
class Net:
    """A row of MODELS: a net with its weights, which the engine can keep loaded."""

    name: str
    title: str
    origin: str  # where its weights come from, in plain words
    version: str  # changes whenever its weights do: a word of every cache key
    build: Callable[[], nn.Module]
    _: KW_ONLY
    task: Task = "classification"  # what its answer is
    net: str = ""  # its class, below vizcore.models.nets where it is one of this project
    weights: str = ""  # the file in assets/weights; "" where they are in no file of this project
    domain: Domain = "unknown"  # what it has learnt from
    classes: tuple[str, ...] = ()  # what its C logits stand for; () where nobody trained them
    least: float = 0.0  # mean probability over a clip without which its likeliest class is not named

    __repr__ = short_repr(lambda row: f"{row.name}: {row.title}; {row.task}, {row.origin}")

    def load(self) -> nn.Module:
        """The network on the CPU, in eval mode, its weights frozen."""
        return self.build().eval().requires_grad_(False)


@dataclass(frozen=True, repr=False)
class Model(Net):
    """A row that looks at a video (B, 3, T, S, S), and whose layers can be looked at."""

    frames: int  # T
    size: int  # S, px: the whole frame is squeezed into this square, unless `sides` says otherwise
    grid: tuple[int, int]  # rows and columns of patches
    layers: tuple[str, ...]  # the places that give patches, (B, T, N, D) or maps of them, so that they can be matched
    _: KW_ONLY
    patches: bool = True  # else the layers are of few frames and small squares, which are not matched
    strides: tuple[int, ...] = ()  # px of a token at each layer, where each frame is seen alone, in any size; else ()
    sides: tuple[int, int] | None = None  # px, height and width that the whole frame is squeezed into; None for S and S
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    embedding: str = ""  # the place that gives (B, T, D), a vector for each frame; "" where it has none
    answer: str = ""  # the place that gives (B, T, C), logits of each frame alone; "" where it has none
    opening: str = ""  # the Python that gives this row, where it is in no table

    __repr__ = short_repr(
        lambda row: f"{row.name}: {row.frames} frames of {row.size} px squared, {len(row.layers)} layers, {row.origin}"
    )

    @property
    def picture(self) -> tuple[int, int]:
        """(height, width) px of a frame as the net sees it."""
        return self.sides or (self.size, self.size)

    def by_frame(self, grid: tuple[int, int] | None = None, layer: str = "") -> "Model":
        """The same row for one frame at a time: of a net that sees each frame alone, that makes no difference.

        Args:
            grid: (rows, columns) on which the tokens of the layer shall lie, for a picture as large as that takes; None
                for the row's own square.
            layer: one of `layers`; not needed without a grid.

        Raises:
            ValueError: the net sees several frames at once, or squares alone, or has no such layer.
        """
        if not self.strides or (grid is not None and layer not in self.layers):
            wanted = ", ".join(self.layers) if self.strides else "of a net that sees each frame alone"
            raise ValueError(f"want a layer ({wanted}), got {layer!r} of {self.name}")
        if grid is None:
            return replace(self, frames=1)
        stride = self.strides[self.layers.index(layer)]
        return replace(self, frames=1, grid=grid, sides=(grid[0] * stride, grid[1] * stride))

    def chosen(self, count: int) -> np.ndarray:
        """(T,) which of `count` frames the model gets: the middle of T even parts; of fewer than T, some twice."""
        return (np.arange(self.frames) * 2 + 1) * count // (2 * self.frames)

    def prepared(self, frames: np.ndarray) -> Tensor:
        """(3, T, S, S) float from frames (T, H, W, 3) uint8 RGB: the whole picture squeezed into square or `sides`.

        Nothing is cut off, so row and column of the patch grid are rows and columns of the whole picture.
        """
        height, width = self.picture
        shrinks = frames.shape[1] > height or frames.shape[2] > width
        interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        squares = np.stack([cv2.resize(frame, (width, height), interpolation=interpolation) for frame in frames])
        video = torch.from_numpy(squares).permute(3, 0, 1, 2).float() / 255  # (3, T, S, S), 0 to 1
        mean, std = (torch.tensor(part).view(3, 1, 1, 1) for part in (self.mean, self.std))
        return (video - mean) / std

    def counted(self) -> "Count":
        """Its parameters and the multiply-adds of one view, counted by running it without data."""
        return _counted(self.build, (1, 3, self.frames, *self.picture))


def find(name: str, models: Mapping[str, Model]) -> Model:
    """A row by name.

    Raises:
        ValueError: there is none; near names are listed.
    """
    if name not in models:
        near = get_close_matches(str(name), models, n=3) or list(models)
        raise ValueError(f"want a model ({', '.join(near)}), got {name!r}")
    return models[name]


def frames_of(clip: object) -> np.ndarray:
    """(T, H, W, 3) uint8 of a Clip or of bare frames, or a refusal."""
    frames = np.asarray(getattr(clip, "frames", clip))
    if frames.ndim != 4 or frames.shape[-1] != 3 or 0 in frames.shape or frames.dtype != np.uint8:
        raise ValueError(f"want frames (T, H, W, 3) uint8, at least one, got {frames.shape} {frames.dtype}")
    return frames


@lru_cache(maxsize=64)
def _counted(build: Callable[[], nn.Module], shape: tuple[int, ...]) -> "Count":
    from vizcore.runtime.counting import count  # hardly a model on a page is counted

    with torch.device("meta"):
        return count(build(), torch.empty(shape))
