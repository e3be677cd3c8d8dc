"""The models that can be looked at: a row is a model.

name -> MODELS[name] -> .load() -> a network in eval mode on the CPU: video (B, 3, T, S, S) -> logits (B, C)

The answer of an embedder of frames is no logits but the mean of what it embeds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache, partial

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from vizcore.nets.counting import Count, count
from vizcore.nets.embedder import Embedder
from vizcore.nets.stemmed import StemmedViT
from vizcore.nets.stems import stem_of
from vizcore.nets.temporal_vit import MODES, OVER_TIME, TemporalViT
from vizcore.weights import card, names, tensors

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of RGB from 0 to 1


@dataclass(frozen=True)
class Model:
    """One row of MODELS."""

    name: str
    title: str
    origin: str  # where its weights come from, in plain words
    version: str  # changes whenever its weights do: a word of every cache key
    build: Callable[[], nn.Module]
    frames: int  # T
    size: int  # S, px: the whole frame is squeezed into this square
    grid: tuple[int, int]  # rows and columns of patches
    layers: tuple[str, ...]  # the places that give (B, T, N, D) patches, so that they can be matched
    classes: tuple[str, ...] = ()  # what its C logits stand for; () where nobody trained them
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    embedding: str = ""  # the place that gives (B, T, D), a vector for each frame; "" where it has none
    opening: str = ""  # the Python that gives this row, where it is in no table

    def load(self) -> nn.Module:
        """The network on the CPU, in eval mode, its weights frozen."""
        return self.build().eval().requires_grad_(False)

    def chosen(self, count: int) -> np.ndarray:
        """(T,) which of `count` frames the model gets: the middle of T even parts; of fewer than T, some twice."""
        return (np.arange(self.frames) * 2 + 1) * count // (2 * self.frames)

    def prepared(self, frames: np.ndarray) -> Tensor:
        """(3, T, S, S) float from frames (T, H, W, 3) uint8 RGB: the whole picture squeezed into the square.

        Nothing is cut off, so row and column of the patch grid are rows and columns of the whole picture.
        """
        shrinks = max(frames.shape[1:3]) > self.size
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        squares = np.stack([cv2.resize(frame, (self.size, self.size), interpolation=how) for frame in frames])
        video = torch.from_numpy(squares).permute(3, 0, 1, 2).float() / 255  # (3, T, S, S), 0 to 1
        mean, std = (torch.tensor(part).view(3, 1, 1, 1) for part in (self.mean, self.std))
        return (video - mean) / std

    def counted(self) -> Count:
        """Its parameters and the multiply-adds of one view, counted by running it without data."""
        return _counted(self.build, (1, 3, self.frames, self.size, self.size))


def find(name: str, models: Mapping[str, Model] | None = None) -> Model:
    """A row by name.

    Raises:
        ValueError: there is none; near names are listed.
    """
    models = MODELS if models is None else models
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


def load(name: str) -> nn.Module:
    """A model's network on the CPU, in eval mode, its weights frozen; the engine keeps loaded ones."""
    return find(name).load()


def layers(name: str) -> tuple[str, ...]:
    """The places of a model that give (B, T, N, D) patches, first to last, each tensor once."""
    return find(name).layers


@lru_cache(maxsize=64)
def _counted(build: Callable[[], nn.Module], shape: tuple[int, ...]) -> Count:
    with torch.device("meta"):
        return count(build(), torch.empty(shape))


def _vit(size: str, mode: str) -> Model:
    """A TemporalViT of random weights: all modes of one size share every weight that they have in common."""
    shape = SIZES[size]
    side = shape["size"] // shape["patch"]
    return Model(
        name=f"{size}-{mode}",
        title=f"{TITLES[size]}, {MODES[mode]}",
        origin="random weights",
        version="random 0, drawn in way 1",
        build=partial(TemporalViT, mode, **shape, zero_time=False),
        frames=shape["frames"],
        size=shape["size"],
        grid=(side, side),
        layers=distinct_taps(mode, shape["depth"]),
    )


def _trained(family: str, mode: str) -> Model:
    """A small net of the world, with the weights and the card that this project ships."""
    page = card(f"{family}-{mode}")
    size = FAMILIES[family].size
    steps = ("time", "space", "exit") if mode != "space" else ("space", "exit")
    return Model(
        name=page.name,
        title=f"{FAMILIES[family].title}, {MODES[mode]}",
        origin=f"trained on {page.trained_on}",
        version=page.sha256,
        build=partial(stemmed, page.name),
        frames=8,
        size=size,
        grid=(size // 8, size // 8),
        layers=("tokens", "blocks.0.entry", *(f"blocks.0.{step}" for step in steps)),
        classes=tuple(page.data["classes"]),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
    )


def stemmed(name: str) -> StemmedViT:
    """The net of a weight file of one of FAMILIES, with its weights."""
    page, family = card(name), FAMILIES[name.rpartition("-")[0]]
    stem = stem_of(card(family.stem).recipe)
    shape = {part: page.recipe[part] for part in ("width", "depth", "heads")}
    net = StemmedViT(stem, page.recipe["mode"], len(page.data["classes"]), size=family.size, **shape)
    if not net.norm.weight.is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(tensors(name))
    return net


def _embedder(name: str) -> Model:
    """An embedder of frames, with the weights and the card that this project ships."""
    page = card(name)
    origin = f"trained on {page.trained_on}"
    return _embedding_row(name, f"frame embedder, {EMBEDDERS[name]}", origin, page.sha256, partial(embedder, name))


def _untrained() -> Model:
    """The same net before it has learnt anything, on the same trained stem: what context and stem give for nothing."""
    version = f"random 0, stem {card('pose').sha256}"
    about = f"frame embedder, {EMBEDDERS['gta-untrained']}"
    return _embedding_row("gta-untrained", about, "random weights on a trained stem", version, untrained_embedder)


def _embedding_row(name: str, title: str, origin: str, version: str, build: Callable[[], nn.Module]) -> Model:
    return Model(
        name=name,
        title=title,
        origin=origin,
        version=version,
        build=build,
        frames=20,
        size=64,
        grid=(8, 8),
        layers=("tokens", "maps"),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        embedding="embedding",
    )


def embedder(name: str) -> Embedder:
    """The embedder of a weight file, with its weights."""
    recipe = card(name).recipe
    net = Embedder(stem_of(card("pose").recipe), **{part: recipe[part] for part in EMBEDDER_SIZES})
    if not net.gather.weight.is_meta:
        net.load_state_dict(tensors(name))
    return net


def untrained_embedder() -> Embedder:
    """An embedder with fresh weights on the shipped stem, always the same ones."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = Embedder(stem_of(card("pose").recipe))
    if not net.gather.weight.is_meta:
        pose = tensors("pose")
        net.stem.load_state_dict({key: pose[f"stem.{key}"] for key in net.stem.state_dict()})
    return net


def distinct_taps(mode: str, depth: int) -> tuple[str, ...]:
    """Every tap whose tensor no other one shows: a block's entry is the exit of the block before."""
    steps = ("time", "space", "exit") if mode in OVER_TIME else ("space", "exit")
    return ("blocks.0.entry", *(f"blocks.{k}.{step}" for k in range(depth) for step in steps))


TITLES = {"vit-b16": "ViT-B/16", "vit-small": "small ViT"}

SIZES = {
    "vit-b16": {"frames": 8, "size": 224, "patch": 16, "width": 768, "depth": 12, "heads": 12, "classes": 400},
    "vit-small": {"frames": 8, "size": 224, "patch": 16, "width": 192, "depth": 4, "heads": 3, "classes": 400},
}


@dataclass(frozen=True)
class Family:
    """Four nets that were trained alike, one for each mode."""

    title: str
    stem: str  # the weight file of the stem that they stand on
    size: int  # px


FAMILIES = {
    "lamps": Family("lamps net", "lamp-stem", 56),
    "acts": Family("actions net", "pose", 64),
}

EMBEDDERS = {  # weight file -> how it was trained
    "gta": "GTA: aligned in time",
    "gta-tcc": "TCC: cycle-back regression",
    "gta-untrained": "untrained",
}
EMBEDDER_SIZES = ("size", "maps", "hidden", "width", "context")  # of the recipe

MODELS: dict[str, Model] = (
    {f"{size}-{mode}": _vit(size, mode) for size in SIZES for mode in MODES}
    | {
        f"{family}-{mode}": _trained(family, mode)
        for family in FAMILIES
        for mode in MODES
        if f"{family}-{mode}" in names()
    }
    | {name: _embedder(name) for name in EMBEDDERS if name in names()}
    | ({"gta-untrained": _untrained()} if "pose" in names() else {})
)
