"""A checkpoint becomes rows like those of vizcore.models: made for whoever opened it, and put into no table.

    path - opening.read -> Contents - the first of KNOWN that recognises it -> Plan - checked -> a Model for each mode

A row keeps the path and not the tensors: they are read anew when the net is loaded, and refused if they have changed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import nn

from vizcore.formats.names import plain
from vizcore.models import IMAGENET_MEAN, IMAGENET_STD, Model
from vizcore.models.checkpoints import ours, residual, timesformer, videomae
from vizcore.models.checkpoints.fitting import LENGTH, Plan, checked, filled, refuse_giants
from vizcore.models.checkpoints.opening import Contents, read, unprefixed
from vizcore.models.nets.temporal_vit import MODES

KNOWN = (
    ours.recognise_vit,
    ours.recognise_stemmed,
    timesformer.recognise,
    videomae.recognise,
    residual.recognise,
)
NAMES = (
    "TemporalViT and StemmedViT of this project, TimeSformer with attention over time and VideoMAE under their "
    "authors' or Hugging Face's names, the ResNet-20 to ResNet-110 of CIFAR; a folder with config.json opens more kinds"
)


def open_checkpoint(path: str | Path, name: str | None = None, heads: int | None = None) -> Model:
    """A checkpoint as a model: the first of open_rows, which is the net as it was trained, where that can be known.

    Args:
        path, name, heads: as of open_rows.
    """
    return open_rows(path, name, heads)[0]


def open_rows(path: str | Path, name: str | None = None, heads: int | None = None) -> tuple[Model, ...]:
    """A checkpoint as a model for every mode that has exactly its weights: a TimeSformer as factorized and as ata.

    Args:
        path: safetensors, or what torch.save wrote; recognized by its content. It must stay where it is.
        name: what the person calls the file; its own name if not given.
        heads: of every attention, where neither the file nor its width tells.

    Raises:
        ValueError: it is no checkpoint, or a damaged one, or of no known net, or a tensor does not fit.
    """
    path = Path(path).absolute()
    return rows_of(partial(_read, path, name, heads), f"open_rows({plain(name or path.name)!r})")


def rows_of(reading: Callable[[], Contents], opening: str) -> tuple[Model, ...]:
    """A model for every mode of what `reading` reads; it reads again when a model is loaded. Refuses as open_rows.

    Args:
        opening: the Python that gives these rows.
    """
    contents = reading()
    plan = plan_of(contents)
    builds = (partial(built, _net(plan, mode), reading, contents.sha256) for mode in plan.modes)
    rows = (_row(contents, plan, mode, build) for mode, build in zip(plan.modes, builds, strict=True))
    return tuple(replace(row, opening=f"{opening}[{k}]") for k, row in enumerate(rows))


def plan_of(contents: Contents) -> Plan:
    """What net a checkpoint is of, its tensors held against that net.

    Raises:
        ValueError: it is of no known net, or too large a one, or a tensor does not fit.
    """
    contents = unprefixed(contents)
    plan = next((plan for plan in (recognise(contents) for recognise in KNOWN) if plan is not None), None)
    if plan is None:
        first = ", ".join(plain(key) for key in list(contents.tensors)[:4])
        raise ValueError(
            f"want a checkpoint of a known net ({NAMES}), got {contents.name} with the tensors {first} ..."
        )
    refuse_giants(plan.frames, plan.size, plan.grid[0] * plan.grid[1], contents.name)
    with torch.device("meta"):
        checked(plan.tensors, _net(plan, plan.modes[0])(), contents.name, plan)
    return plan


def built(net: partial, reading: Callable[[], Contents], sha256: str) -> nn.Module:
    """The net with its weights, read anew; without them where nothing has data (torch.device("meta")).

    Args:
        net: makes it, untrained.
        reading: reads the file anew.
        sha256: of the file as it was opened.

    Raises:
        ValueError: the file is gone or has changed since it was opened.
    """
    if torch.get_default_device().type == "meta":
        return net()
    return filled(net, plan_of(unchanged(reading(), sha256)).tensors)


def unchanged(contents: Contents, sha256: str) -> Contents:
    """The same, or a refusal of what is not as it was when it was opened."""
    if contents.sha256 != sha256:
        raise ValueError(f"want {contents.name} as it was opened, but it has changed since; open it again")
    return contents


def _read(path: Path, name: str | None, heads: int | None) -> Contents:
    contents = read(path, name)
    return contents if heads is None else replace(contents, metadata=contents.metadata | {"heads": heads})


def _net(plan: Plan, mode: str) -> partial:
    return partial(plan.net, mode=mode) if mode else partial(plan.net)


def _row(contents: Contents, plan: Plan, mode: str, build: partial) -> Model:
    metadata = contents.metadata
    origin = f"your checkpoint {contents.name}"
    return Model(
        name="-".join(word for word in ("own", contents.sha256[:12], mode) if word),
        title=f"{contents.name}: {plan.family}" + (f", {MODES[mode]}" if mode else ""),
        origin=f"{origin}, {plan.assumed}" if plan.assumed else origin,
        version=contents.sha256,
        build=build,
        frames=plan.frames,
        size=plan.size,
        grid=plan.grid,
        layers=plan.layers(mode),
        classes=class_names(plan, metadata.get("classes") or plan.classes),
        mean=metadata.get("mean") or plan.mean or IMAGENET_MEAN,
        std=metadata.get("std") or plan.std or IMAGENET_STD,
    )


def class_names(plan: Plan, names: tuple[str, ...]) -> tuple[str, ...]:
    """What the logits stand for: the given names where there are as many, "class 0" and on otherwise."""
    if "head.weight" not in plan.tensors:
        return LENGTH
    count = len(plan.tensors["head.weight"])
    return names if len(names) == count else tuple(f"class {k}" for k in range(count))
