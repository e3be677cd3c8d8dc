"""Video transformers in four temporal modes: of random weights in two sizes, and small ones trained on the world."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from vizcore.models.nets.stems import stem_of
from vizcore.models.nets.temporal_modes import MODES, OVER_TIME
from vizcore.models.weights import card, names, tensors
from vizcore.runtime.row import Model

if TYPE_CHECKING:  # a row that is only listed needs no net
    from vizcore.models.nets.stemmed import StemmedViT
    from vizcore.models.nets.temporal_vit import TemporalViT

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


def _vit(size: str, mode: str) -> Model:
    """A TemporalViT of random weights: all modes of one size share every weight that they have in common."""
    shape = SIZES[size]
    side = shape["size"] // shape["patch"]
    return Model(
        name=f"{size}-{mode}",
        title=f"{TITLES[size]}, {MODES[mode]}",
        origin="random weights",
        version="random 0, drawn in way 1",
        build=partial(untrained, mode, **shape, zero_time=False),
        net="temporal_vit.TemporalViT",
        domain="nothing",
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
        net="stemmed.StemmedViT",
        weights=page.name,
        domain=page.trained_on,
        frames=8,
        size=size,
        grid=(size // 8, size // 8),
        layers=("tokens", "blocks.0.entry", *(f"blocks.0.{step}" for step in steps)),
        classes=tuple(page.data["classes"]),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
    )


def untrained(mode: str, **shape: int | bool) -> TemporalViT:
    """A TemporalViT of random weights, always the same ones."""
    from vizcore.models.nets.temporal_vit import TemporalViT

    return TemporalViT(mode, **shape)


def stemmed(name: str) -> StemmedViT:
    """The net of a weight file of one of FAMILIES, with its weights."""
    from vizcore.models.nets.stemmed import StemmedViT

    page, family = card(name), FAMILIES[name.rpartition("-")[0]]
    stem = stem_of(card(family.stem).recipe)
    shape = {part: page.recipe[part] for part in ("width", "depth", "heads")}
    net = StemmedViT(stem, page.recipe["mode"], len(page.data["classes"]), size=family.size, **shape)
    if not net.norm.weight.is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(tensors(name))
    return net


def distinct_taps(mode: str, depth: int) -> tuple[str, ...]:
    """Every tap whose tensor no other one shows: a block's entry is the exit of the block before."""
    steps = ("time", "space", "exit") if mode in OVER_TIME else ("space", "exit")
    return ("blocks.0.entry", *(f"blocks.{k}.{step}" for k in range(depth) for step in steps))


ROWS = {f"{size}-{mode}": _vit(size, mode) for size in SIZES for mode in MODES} | {
    f"{family}-{mode}": _trained(family, mode) for family in FAMILIES for mode in MODES if f"{family}-{mode}" in names()
}
