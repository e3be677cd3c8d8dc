"""Models that a person brings: a file, a folder that the server offers, or an id on the hub becomes rows of models.

VIZCORE_MODELS names a folder: its checkpoints and folders of Hugging Face may be opened by everybody. With
VIZCORE_HUB=1 models may be fetched from the hub as well, which takes disk and network: who runs the server decides.
"""

import os
from pathlib import Path

from vizcore.models import Model
from vizcore.runtime.context import Context

ENDINGS = (".safetensors", ".pth", ".pt", ".th", ".bin")  # of files that are offered; what they are, their content says
MOST = 200  # offered


def offered(folder: str | None = None) -> dict[str, Path]:
    """{name: file or folder} of the server's models; {} where none are offered.

    Args:
        folder: $VIZCORE_MODELS if not given.
    """
    folder = os.environ.get("VIZCORE_MODELS", "") if folder is None else folder
    if not folder or not Path(folder).is_dir():
        return {}
    inside = sorted(path for path in Path(folder).iterdir() if not path.name.startswith("."))
    fit = (path for path in inside if path.suffix in ENDINGS or (path / "config.json").is_file())
    return {path.name: path for path in list(fit)[:MOST]}


def hub_allowed() -> bool:
    """Whether models may be fetched from the hub."""
    return os.environ.get("VIZCORE_HUB", "") == "1"


def from_file(path: str | Path, *, name: str, context: Context | None = None) -> tuple[Model, ...]:
    """A checkpoint that was uploaded, by the name that its owner knows; refusals as of open_rows.

    Args:
        path: of the upload.
        name: that the person gave it.
    """
    from vizcore.models import checkpoints  # imported once there is something to read

    return checkpoints.open_rows(path, name)


def from_server(name: str, *, context: Context | None = None) -> tuple[Model, ...]:
    """A model that the server offers.

    Raises:
        ValueError: it offers none of that name, or it cannot be opened.
    """
    models = offered()
    if name not in models:
        raise ValueError(f"want a model that the server offers ({', '.join(models) or 'none'}), got {name!r}")
    from vizcore.models import checkpoints

    path = models[name]
    return checkpoints.open_hub_rows(path, name) if path.is_dir() else checkpoints.open_rows(path, name)


def from_hub(repository: str, *, context: Context | None = None) -> tuple[Model, ...]:
    """A model of the Hugging Face hub by its id, fetched where it is not here yet.

    Raises:
        ValueError: this server fetches none, or it is no id, or it cannot be fetched or opened.
    """
    if not hub_allowed():
        raise ValueError("want a server that fetches models (start it with VIZCORE_HUB=1), got one that does not")
    from vizcore.models import checkpoints

    return checkpoints.open_hub_rows(checkpoints.downloaded(repository), repository.replace("/", " "))
