"""The models that can be looked at: a row is a model.

name -> MODELS[name] -> .load() -> a network in eval mode on the CPU: video (B, 3, T, S, S) -> logits (B, C)
"""

from collections.abc import Mapping

from torch import nn

from vizcore.former import lazily
from vizcore.models import embedders, localizers, vits
from vizcore.models.embedders import EMBEDDERS
from vizcore.models.localizers import LOCALIZERS
from vizcore.models.vits import FAMILIES, distinct_taps
from vizcore.runtime import row, tables
from vizcore.runtime.row import IMAGENET_MEAN, IMAGENET_STD, Model, frames_of

__all__ = [
    "EMBEDDERS",
    "FAMILIES",
    "IMAGENET_MEAN",
    "IMAGENET_STD",
    "LOCALIZERS",
    "MODELS",
    "PAIRS",
    "Model",
    "distinct_taps",
    "find",
    "frames_of",
    "layers",
    "load",
]

MODELS: dict[str, Model] = vits.ROWS | embedders.ROWS | localizers.ROWS
tables.hand_over(tables.MODELS, MODELS, __name__)
__getattr__, _ = lazily(__name__, {"vizcore.models.pairs": ("PAIRS",)})  # one page alone asks for them


def find(name: str, models: Mapping[str, Model] | None = None) -> Model:
    """A row by name.

    Raises:
        ValueError: there is none; near names are listed.
    """
    return row.find(name, MODELS if models is None else models)


def load(name: str) -> nn.Module:
    """A model's network on the CPU, in eval mode, its weights frozen; the engine keeps loaded ones."""
    return find(name).load()


def layers(name: str) -> tuple[str, ...]:
    """The places of a model that give (B, T, N, D) patches, first to last, each tensor once."""
    return find(name).layers
