"""What one model makes of a clip: a row of heat at one depth, or a walk through all depths of the same pass.

Walk: heat of every place, class probabilities -> .row(at) -> Row: one of them, as it is drawn
"""

from dataclasses import dataclass

import numpy as np

from vizcore.models import Model
from vizcore.runtime.domain import NONE, PHOTOGRAPHS, Badge, Origin, Standing, badge_of
from vizcore.runtime.short_repr import short_repr


def row_name(model: Model) -> str:
    """A short word for a model; a person's own is called by its title."""
    return model.title if model.name.startswith("own-") else model.name


def row_words(row: "Row") -> str:
    """A row in a few words, for one line: its model, the shape of its heat and the mean, or that it has none."""
    if row.heat is None:
        return f"{row.model.name}: no heat"
    return f"{row.model.name}: {' x '.join(map(str, row.heat.shape))}, mean {row.heat.mean():.3g}"


@dataclass(frozen=True, eq=False)
class Row:
    """What one model makes of the clip."""

    model: Model
    layer: str  # where the heat is from; "" for what goes through the whole net
    heat: np.ndarray | None  # (T', h, w) float32; None where there is none
    why_not: str  # a sentence where there is none
    frames: np.ndarray  # (T,) int64: which frames of the clip the model saw
    probabilities: np.ndarray  # (C,) float32, of sum 1; (0,) where the model was not asked
    asked: int | None  # the class that is asked about; None where the model does not know it
    origin: Origin  # of the clip

    __repr__ = short_repr(lambda row: f"{row.layer or 'whole net'}; {row_words(row)}")

    @property
    def trained(self) -> bool:
        """Its classes mean something."""
        return bool(self.model.classes)

    @property
    def name(self) -> str:
        """A short word for it."""
        return row_name(self.model)

    @property
    def badge(self) -> Badge:
        """How far the model is at home in the clip, and whether it sees one of its classes there."""
        most = float(self.probabilities.max()) if len(self.probabilities) else None
        return badge_of(self.model, self.origin, most)

    @property
    def domain(self) -> Standing:
        """The same in a word."""
        return self.badge.domain

    @property
    def sees(self) -> bool:
        """It knows such clips, and says what things it sees there, or that it sees none that it knows."""
        return self.model.domain == PHOTOGRAPHS and bool(len(self.probabilities)) and (self.none or self.badge.shown)

    @property
    def none(self) -> bool:
        """It knows such clips, and sees none of its classes in this one."""
        return self.badge.label == NONE

    @property
    def standing(self) -> str:
        """The domain, or that it sees none of its classes."""
        return NONE if self.none else self.domain

    @property
    def classes(self) -> tuple[tuple[str, float], ...]:
        """The five likeliest classes and their probabilities; () where the model does not know such a clip, or sees
        none of its classes there.
        """
        return tuple(self.top(5)) if self.trained and self.badge.shown else ()

    def word(self, index: int) -> str:
        """What a class is called."""
        return self.model.classes[index] if index < len(self.model.classes) else f"class {index}"

    def top(self, count: int = 3) -> list[tuple[str, float]]:
        """The likeliest classes and their probabilities, the likeliest first."""
        best = np.argsort(-self.probabilities, kind="stable")[:count]
        return [(self.word(int(index)), float(self.probabilities[index])) for index in best]

    def shown_at(self, numbers: np.ndarray) -> np.ndarray:
        """(F,) int: which of the T' maps speaks for each of some frames of the clip: that of the nearest one seen."""
        nearest = np.abs(np.asarray(numbers)[:, None] - self.frames).argmin(1)
        return nearest * len(self.heat) // len(self.frames)


@dataclass(frozen=True, eq=False)
class DepthHeat:
    """What one model makes of the clip at every depth: one pass, one heat for each place."""

    model: Model
    places: tuple[str, ...]  # first to last; () for what goes through the whole net
    heats: tuple[np.ndarray, ...]  # (T', h, w) float32 each, one alone for the whole net; () where there are none
    why_not: str  # a sentence where there are none
    frames: np.ndarray  # as of Row, and so are the two below
    probabilities: np.ndarray
    asked: int | None
    asks_class: bool  # its heat is that of a class
    origin: Origin

    __repr__ = short_repr(
        lambda walk: f"{len(walk.heats)} depths of {len(walk.frames)} frames; {row_words(walk.row())}"
    )

    def row(self, at: int | None = None) -> Row:
        """The row at one of the places; by default at the last one that has heat."""
        rest = self.frames, self.probabilities, self.asked, self.origin
        if not self.heats:
            return Row(self.model, "", None, self.why_not, *rest)
        if at is None:
            at = max((k for k, heat in enumerate(self.heats) if heat.any()), default=len(self.heats) - 1)
        layer, heat = self.places[at] if self.places else "", self.heats[at]
        if self.asks_class and not heat.any():
            why = f"Nothing in {layer or 'its attentions'} speaks for this class, or no gradient comes here."
            return Row(self.model, layer, None, why, *rest)
        return Row(self.model, layer, heat, "", *rest)
