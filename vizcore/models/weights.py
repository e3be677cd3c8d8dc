"""Trained weights and their cards: a file of tensors, and beside it how it was made and how well it does.

assets/weights/NAME.safetensors + NAME.json;  card("NAME") -> Card,  tensors("NAME") -> {name: Tensor}
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch import Tensor

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "weights"
DATA = "the procedural world"  # what every net of this project learnt from


@dataclass(frozen=True)
class Card:
    """What a person should know about a weight file before trusting it."""

    name: str
    title: str
    about: str  # what it is for and what it is not
    command: str  # makes the file anew
    parameters: int  # of the shipped net
    minutes: float  # of the training that made the file, on one thread
    recipe: dict[str, Any]  # every setting
    data: dict[str, Any]  # splits, seeds and counts
    metrics: dict[str, Any]  # {metric: number, list, or {"mean", "sd", "seeds"}}, on the split that its name tells
    curve: list[float] = field(default_factory=list)  # training loss, means of equal stretches
    trained_on: str = DATA
    sha256: str = ""  # of the weight file


def card(name: str, folder: Path = FOLDER) -> Card:
    """The card of a weight file.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in names(folder):
        raise ValueError(f"want weights ({', '.join(names(folder)) or 'none are here'}), got {name!r}")
    return _card(folder / f"{name}.json")


def names(folder: Path = FOLDER) -> tuple[str, ...]:
    """The weight files of a folder, by name."""
    return tuple(sorted(path.stem for path in folder.glob("*.safetensors")))


def tensors(name: str, folder: Path = FOLDER) -> dict[str, Tensor]:
    """The tensors of a weight file, as they were trained (32 bits); refuses as card does."""
    from safetensors.torch import load_file

    card(name, folder)
    return {key: tensor.float() if tensor.is_floating_point() else tensor
            for key, tensor in load_file(folder / f"{name}.safetensors").items()}  # fmt: skip


def ship(state: dict[str, Tensor], page: Card, folder: Path = FOLDER, half: bool = True) -> Card:
    """Write tensors and card side by side, and give back the card as written.

    Args:
        state: {name: tensor}.
        page: the card; its sha256 is filled in.
        folder: of weights; made if it is not there.
        half: floats are kept in 16 bits: half the bytes, and what was measured must have been measured on them.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{page.name}.safetensors"
    save_file({key: packed(tensor) if half else tensor.contiguous() for key, tensor in state.items()}, path)
    path.chmod(0o644)  # the library writes for its owner's eyes alone
    written = Card(**asdict(page) | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    (folder / f"{page.name}.json").write_text(json.dumps(asdict(written), indent=1) + "\n")
    _card.cache_clear()
    return written


def packed(tensor: Tensor) -> Tensor:
    """A tensor as the file keeps it: floats in 16 bits."""
    return (tensor.half() if tensor.is_floating_point() else tensor).contiguous()


@lru_cache(maxsize=256)
def _card(path: Path) -> Card:
    return Card(**json.loads(path.read_text()))
