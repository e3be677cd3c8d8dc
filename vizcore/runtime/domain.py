"""What a model knows, where a clip comes from, and so whether an answer may be shown as one.

(model's domain, clip's origin) -> Badge: inside | outside | unknown | random
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vizcore.runtime.clip_library import CLIPS
from vizcore.runtime.package_films import is_film
from vizcore.runtime.row import Net
from vizcore.synthetic.truth_file import truth_path

Origin = Literal["rendered here", "a film", "unknown"]  # of a clip
Standing = Literal["inside", "outside", "unknown", "random"]  # of a model before a clip
WORLD, PHOTOGRAPHS, FILMS, NOTHING = "the procedural world", "photographs", "films", "nothing"  # see runtime/row.py


@dataclass(frozen=True)
class Badge:
    """How far a model is at home in a clip."""

    domain: Standing
    label: str  # a few words: what the model knows
    why: str  # a sentence
    together: str = ""  # the same of several models that share the label; "" for what is said of each

    @property
    def shown(self) -> bool:
        """Its answers may be shown without a question."""
        return self.domain == "inside" or self.label == OWN


OWN = "your own model"
NONE = "none of its classes"
PLURAL = {"has": "have", "was": "were", "knows": "know", "it has": "they have", "it says": "they say"}


def origin(path: str | Path) -> Origin:
    """Where a clip comes from: what this project has rendered lies with its truth, or comes with the app."""
    path = Path(path)
    if path.parent == CLIPS or truth_path(path).exists():
        return "rendered here"
    return "a film" if is_film(path) else "unknown"


def badge(model: Net, path: str | Path) -> Badge:
    """How far a model is at home in the clip of a path."""
    return badge_of(model, origin(path))


def badge_of(model: Net, clip: Origin, most: float | None = None) -> Badge:
    """How far a model is at home in a clip of this origin.

    Args:
        model: any.
        clip: where it comes from.
        most: the mean probability over the clip of the likeliest class; None where the model was not asked.
    """
    if model.domain == NOTHING:
        return _badge("random", "random weights", model, "has random weights: it has learnt nothing.")
    if model.domain == PHOTOGRAPHS:
        return _of_photographs(model, clip, most)
    if model.domain == FILMS:
        return _of_films(model, clip)
    if model.domain != WORLD:
        why = f"Nobody knows what {model.title} was trained on, except who brought it."
        return Badge("unknown", OWN, why, "Nobody knows what these models were trained on, except who brought them.")
    if clip == "rendered here":
        return _badge("inside", "knows the world", model, "was trained on clips like this one.")
    why = "was trained on the procedural world alone: what it says of other clips means nothing."
    return _badge("outside", "knows only the world", model, why)


def _of_photographs(model: Net, clip: Origin, most: float | None) -> Badge:
    """What is rendered is no photograph, and what is not may show what the model knows no name for.

    Args:
        model: of photographs.
        clip: where it comes from.
        most: as of badge_of.
    """
    if clip == "rendered here":
        why = "was trained on photographs alone: what it says of rendered figures means nothing."
        return _badge("outside", "knows only photographs", model, why)
    if most is not None and most < model.least:
        why = (
            f"{model.title} sees none of its classes: the likeliest of {len(model.classes):,} has {most:.0%}, mean "
            f"over the frames, and a name means something from {model.least:.0%} on."
        )
        return Badge("outside", NONE, why, "None of the classes of these models has enough probability to be named.")
    if not model.classes:
        return _badge("inside", "knows photographs", model, "was trained on photographs: how places look.")
    what = f"knows {len(model.classes):,} kinds of things"
    return _badge("inside", what, model, f"{what} from photographs (ImageNet): no people and no actions.")


def _of_films(model: Net, clip: Origin) -> Badge:
    """What is rendered is no film."""
    if clip == "rendered here":
        return _badge("outside", "knows only films", model, "was trained on films alone: a rendered clip is none.")
    return _badge("inside", "knows films", model, "was trained on films: where one shot ends and another begins.")


def _badge(domain: Standing, label: str, model: Net, says: str) -> Badge:
    """A badge of one model, which can speak for several.

    Args:
        domain: as of Badge.
        label: likewise.
        model: whose it is.
        says: what is said of it, from the verb on.
    """
    several = re.sub(r"\b(it has|it says)\b|^(has|was|knows)\b", lambda found: PLURAL[found[0]], says)
    return Badge(domain, label, f"{model.title} {says}", f"These models {several}")
