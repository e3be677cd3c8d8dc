"""A model of Hugging Face, from a folder (config.json and weights) or by its id on the hub, as a row like ours.

    folder or id - config.json -> a TimeSformer or VideoMAE becomes our own net, its weights renamed
                               -> a net of families.FAMILIES runs as it is, in a module that takes a video

Its settings and weights are read by us; code that a folder may hold is never run (no trust_remote_code).
"""

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from vizcore.formats.names import plain
from vizcore.models import IMAGENET_MEAN, IMAGENET_STD, Model
from vizcore.models.checkpoints.families import ADVICE, FAMILIES, Recipe, settings_of, shapes
from vizcore.models.checkpoints.fitting import LENGTH, shape_of
from vizcore.models.checkpoints.folder import PREPARATIONS, RENAMED, WEIGHTS, read_folder, words
from vizcore.models.checkpoints.layers import fitting_layers
from vizcore.models.checkpoints.opening import LIMIT_BYTES, Contents
from vizcore.models.checkpoints.rows import rows_of, unchanged

KNOWN = ", ".join([*RENAMED, *FAMILIES])
SECONDS = 10


def open_hub(source: str | Path, name: str | None = None) -> Model:
    """A model of Hugging Face as a row: the first of open_hub_rows."""
    return open_hub_rows(source, name)[0]


def open_hub_rows(source: str | Path, name: str | None = None) -> tuple[Model, ...]:
    """A model of Hugging Face as a row for every mode that has its weights: a TimeSformer as factorized and as ata.

    Args:
        source: a folder with config.json and weights (safetensors, or .bin of tensors alone), or an id on the hub
            such as "facebook/dinov2-small". The folder must stay where it is.
        name: what the person calls it; the folder's own name, or the id, if not given.

    Raises:
        ValueError: it is not there, or not of KNOWN, or its weights do not fit its config.json.
    """
    here = _is_folder(source)
    folder = Path(source).absolute() if here else downloaded(str(source))
    name = plain(name or (folder.name if here else str(source).replace("/", " ")))
    opening = f"open_hub_rows({(name if here else str(source))!r})"
    config = words(folder / "config.json", name)
    kind = str(config.get("model_type"))
    if kind in RENAMED:
        return rows_of(partial(read_folder, folder, name), opening)
    if kind not in FAMILIES:
        raise ValueError(f"want a model of a known kind ({KNOWN}), got {plain(kind)} in {name}")
    return (replace(_row(kind, partial(read_folder, folder, name), config), opening=f"{opening}[0]"),)


def downloaded(repository: str) -> Path:
    """The folder of a model of the hub, fetched where it is not here yet.

    Raises:
        ValueError: huggingface-hub is not installed, or the hub cannot be reached, or the model is too large.
    """
    if not re.fullmatch(r"[\w.-]{1,96}/[\w.-]{1,96}", repository):
        raise ValueError(f"want a folder, or an id on the hub such as facebook/dinov2-small, got {plain(repository)!r}")
    try:
        import huggingface_hub as hub
    except ImportError:
        raise ValueError(f"want huggingface-hub to fetch {repository}, but it is not installed: {ADVICE}") from None
    sizes = _sizes(hub, repository)
    try:
        weights = next((found for kind in WEIGHTS if (found := fnmatch.filter(sizes, kind))), [])
        size = sum(sizes[file] for file in weights)
        if size > LIMIT_BYTES:
            raise ValueError(f"it has {size} bytes, and {LIMIT_BYTES} are the most")
        wanted = {"allow_patterns": ["config.json", *PREPARATIONS, *weights]} if sizes else {"local_files_only": True}
        return Path(hub.snapshot_download(repository, etag_timeout=SECONDS, **wanted))
    except Exception as error:  # no network, no such model, no permission: each client has errors of its own
        lines = str(error).strip().splitlines() or [type(error).__name__]
        reason = plain(lines[0], 160) if sizes else "the hub was not reached, or knows no such model"
        raise ValueError(f"want {repository} from the hub, but it did not come ({reason}); give a folder") from None


def _is_folder(source: str | Path) -> bool:
    try:
        return Path(source).is_dir()
    except OSError:  # a name longer than any file's
        return False


def _sizes(hub: Any, repository: str) -> dict[str, int]:
    """{file: bytes} of a model, without folders in it; {} where the hub is not reached: it may be here already."""
    try:
        files = hub.HfApi().model_info(repository, files_metadata=True, timeout=SECONDS).siblings or []
    except Exception:  # see downloaded
        return {}
    return {file.rfilename: file.size or 0 for file in files if "/" not in file.rfilename}


def _row(kind: str, reading: Callable[[], Contents], config: Mapping[str, Any]) -> Model:
    """The row of a net that runs as it is, once it is seen to fit its weights."""
    contents, family = reading(), FAMILIES[kind]
    metadata, name = contents.metadata, contents.name
    settings = settings_of(family, config, name)
    frames, size, patch = shapes(family, settings, metadata.get("crop"), name)
    headed, classes = any(key.startswith("classifier.") for key in contents.tensors), 1
    if headed:
        classes = shape_of(contents.tensors, "classifier.weight", 2, family.title, name)[0]
    recipe = Recipe(kind, headed, settings, classes, frames, size)
    _must_fit(recipe, contents)
    recipe.filled(contents)  # refuses now what would be refused later
    names = metadata.get("classes", ())
    numbered = tuple(f"class {k}" for k in range(classes))
    fewer = family.frames is not None and settings[family.frames] != frames
    row = Model(
        name=f"own-{contents.sha256[:12]}",
        title=f"{name}: {family.title}",
        origin=f"your checkpoint {name}" + (f", shown {frames} frames of {settings[family.frames]}" if fewer else ""),
        version=contents.sha256,
        build=partial(_built, recipe, reading, contents.sha256),
        frames=frames,
        size=size,
        grid=(size // patch, size // patch),
        layers=(),
        classes=LENGTH if not headed else names if len(names) == classes else numbered,
        mean=metadata.get("mean", IMAGENET_MEAN),
        std=metadata.get("std", IMAGENET_STD),
    )
    found = [layer.name for layer in fitting_layers(row)]
    return replace(row, layers=tuple(layer for layer in found if re.search(r"\.layers?\.\d+$", layer)))


def _must_fit(recipe: Recipe, contents: Contents) -> None:
    """Refuse settings that no net can have, or of a larger net than the weights are: it would be filled with chance."""
    try:
        with torch.device("meta"):
            wanted = sum(weight.numel() for weight in recipe.empty().parameters())
    except Exception as error:  # whatever settings may break
        reason = plain((str(error).strip().splitlines() or [type(error).__name__])[0], 120)
        raise ValueError(f"want a config.json that describes a net, got {contents.name} ({reason})") from None
    got = sum(tensor.numel() for tensor in contents.tensors.values())
    if wanted > 1.01 * got:  # a little over: the tensor that is missing is named later
        raise ValueError(
            f"want the {wanted} weights that the config.json describes, got {got} in the files of {contents.name}"
        )


def _built(recipe: Recipe, reading: Callable[[], Contents], sha256: str) -> nn.Module:
    """The net with its weights, read anew; without them where nothing has data (torch.device("meta"))."""
    if torch.get_default_device().type == "meta":
        return recipe.empty()
    return recipe.filled(unchanged(reading(), sha256))
