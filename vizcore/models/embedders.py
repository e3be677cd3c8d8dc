"""Embedders of frames, trained and not: their answer is no logits but the mean of what they embed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from vizcore.models.nets.stems import stem_of
from vizcore.models.weights import card, names, tensors
from vizcore.runtime.row import Model

if TYPE_CHECKING:  # a row that is only listed needs no net
    from vizcore.models.nets.embedder import Embedder

EMBEDDERS = {  # weight file -> how it was trained
    "gta": "GTA: aligned in time",
    "gta-tcc": "TCC: cycle-back regression",
    "gta-untrained": "untrained",
}
Build = Callable[[], nn.Module]
EMBEDDER_SIZES = ("size", "maps", "hidden", "width", "context")  # of the recipe


def _embedder(name: str) -> Model:
    """An embedder of frames, with the weights and the card that this project ships."""
    page = card(name)
    origin = f"trained on {page.trained_on}"
    about = f"frame embedder, {EMBEDDERS[name]}"
    known = {"weights": name, "domain": page.trained_on}
    return _embedding_row(name, about, origin, page.sha256, partial(embedder, name), **known)


def _untrained() -> Model:
    """The same net before it has learnt anything, on the same trained stem: what context and stem give for nothing."""
    version = f"random 0, stem {card('pose').sha256}"
    about = f"frame embedder, {EMBEDDERS['gta-untrained']}"
    origin = "random weights on a trained stem"
    return _embedding_row("gta-untrained", about, origin, version, untrained_embedder, domain="nothing")


def _embedding_row(
    name: str, title: str, origin: str, version: str, build: Callable[[], nn.Module], **known: str
) -> Model:
    return Model(
        name=name,
        title=title,
        origin=origin,
        version=version,
        build=build,
        task="embedding",
        net="embedder.Embedder",
        **known,
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
    from vizcore.models.nets.embedder import Embedder

    recipe = card(name).recipe
    net = Embedder(stem_of(card("pose").recipe), **{part: recipe[part] for part in EMBEDDER_SIZES})
    if not net.gather.weight.is_meta:
        net.load_state_dict(tensors(name))
    return net


def untrained_embedder() -> Embedder:
    """An embedder with fresh weights on the shipped stem, always the same ones."""
    from vizcore.models.nets.embedder import Embedder

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = Embedder(stem_of(card("pose").recipe))
    if not net.gather.weight.is_meta:
        pose = tensors("pose")
        net.stem.load_state_dict({key: pose[f"stem.{key}"] for key in net.stem.state_dict()})
    return net


ROWS = {name: _embedder(name) for name in EMBEDDERS if name in names()} | (
    {"gta-untrained": _untrained()} if "pose" in names() else {}
)
