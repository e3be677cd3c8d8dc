"""The models: a row is a net with its weights, whatever its task.

name -> MODELS[name] -> .load() -> a network in eval mode on the CPU; of a Model: video (B, 3, T, S, S) -> logits (B, C)
                                                                             (B, T, C) of one that sees each frame alone
"""

from collections.abc import Mapping

from torch import nn

from vizcore.models import embedders, localizers, on_request, pairs, photographs, segmenters, vits
from vizcore.models.embedders import EMBEDDERS
from vizcore.models.localizers import LOCALIZERS
from vizcore.models.vits import FAMILIES, distinct_taps
from vizcore.runtime import row, tables
from vizcore.runtime.row import IMAGENET_MEAN, IMAGENET_STD, Model, Net, Task, frames_of

__all__ = [
    "EMBEDDERS",
    "FAMILIES",
    "IMAGENET_MEAN",
    "IMAGENET_STD",
    "LOCALIZERS",
    "MODELS",
    "PATCH_MODELS",
    "VIDEO_MODELS",
    "Model",
    "Net",
    "distinct_taps",
    "find",
    "frames_of",
    "layers",
    "load",
    "of_task",
]

_BY_TABLE = (vits, embedders, localizers, pairs, segmenters, photographs, on_request)
MODELS: dict[str, Net] = {name: row for table in _BY_TABLE for name, row in table.ROWS.items()}
VIDEO_MODELS: dict[str, Model] = {name: model for name, model in MODELS.items() if isinstance(model, Model)}
PATCH_MODELS: dict[str, Model] = {name: model for name, model in VIDEO_MODELS.items() if model.patches}
tables.hand_over(tables.MODELS, VIDEO_MODELS, __name__)


def of_task(task: Task) -> dict[str, Net]:
    """The rows that are for one task, by name."""
    return {name: model for name, model in MODELS.items() if model.task == task}


def find(name: str, models: Mapping[str, Model] | None = None) -> Model:
    """A row by name, of PATCH_MODELS if no others are given.

    Raises:
        ValueError: there is none; near names are listed.
    """
    return row.find(name, PATCH_MODELS if models is None else models)


def load(name: str) -> nn.Module:
    """A model's network on the CPU, in eval mode, its weights frozen; the engine keeps loaded ones."""
    return find(name).load()


def layers(name: str) -> tuple[str, ...]:
    """The places of a model that give (B, T, N, D) patches, first to last, each tensor once."""
    return find(name).layers
