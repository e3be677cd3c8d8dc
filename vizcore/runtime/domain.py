"""What a model knows, where a clip comes from, and so whether an answer may be shown as one.

(model's domain, clip's origin) -> Badge: inside | outside | unknown | random
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vizcore.runtime.clip_library import CLIPS
from vizcore.runtime.package_films import is_film
from vizcore.runtime.row import Net
from vizcore.synthetic.truth_file import truth_path

Origin = Literal["rendered here", "a film", "unknown"]  # of a clip
Standing = Literal["inside", "outside", "unknown", "random"]  # of a model before a clip
WORLD, PHOTOGRAPHS, NOTHING = "the procedural world", "photographs", "nothing"  # domains of models, see runtime/row.py


@dataclass(frozen=True)
class Badge:
    """How far a model is at home in a clip."""

    domain: Standing
    label: str  # a few words: what the model knows
    why: str  # a sentence

    @property
    def shown(self) -> bool:
        """Its answers may be shown without a question."""
        return self.domain == "inside" or self.label == OWN


OWN = "your own model"


def origin(path: str | Path) -> Origin:
    """Where a clip comes from: what this project has rendered lies with its truth, or comes with the app."""
    path = Path(path)
    if path.parent == CLIPS or truth_path(path).exists():
        return "rendered here"
    return "a film" if is_film(path) else "unknown"


def badge(model: Net, path: str | Path) -> Badge:
    """How far a model is at home in the clip of a path."""
    return badge_of(model, origin(path))


def badge_of(model: Net, clip: Origin) -> Badge:
    """How far a model is at home in a clip of this origin."""
    if model.domain == NOTHING:
        return Badge("random", "random weights", f"{model.title} has random weights: it has learnt nothing.")
    if model.domain == PHOTOGRAPHS:
        return _of_photographs(model, clip)
    if model.domain != WORLD:
        return Badge("unknown", OWN, f"Nobody knows what {model.title} was trained on, except who brought it.")
    if clip == "rendered here":
        return Badge("inside", "knows the world", f"{model.title} was trained on clips like this one.")
    return Badge(
        "outside",
        "knows only the world",
        f"{model.title} was trained on the procedural world alone: what it says of other clips means nothing.",
    )


def _of_photographs(model: Net, clip: Origin) -> Badge:
    """What is rendered is no photograph, and what is not may show what the model knows no name for."""
    what = f"{len(model.classes):,} kinds of things"
    if clip == "rendered here":
        why = f"{model.title} was trained on photographs alone: what it says of rendered figures means nothing."
        return Badge("outside", "knows only photographs", why)
    return Badge(
        "inside", f"knows {what}", f"{model.title} knows {what} from photographs (ImageNet): no people and no actions."
    )
