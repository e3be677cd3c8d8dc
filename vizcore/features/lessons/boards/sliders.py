"""Numbers that are moved between two ends."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Slider:
    """One number."""

    name: str
    label: str
    low: float
    high: float
    first: float
    step: float


@dataclass(frozen=True)
class Sliders:
    """Some numbers; a hand is their values, in order."""

    sliders: tuple[Slider, ...]

    @property
    def first(self) -> tuple[float, ...]:
        """Where they stand when the lesson begins."""
        return tuple(float(slider.first) for slider in self.sliders)

    def moved(self, hand: tuple[float, ...], place: int, value: float) -> tuple[float, ...]:
        """The hand with one number changed.

        Args:
            hand: values of the sliders, in order.
            place: of the slider that is moved, from 0.
            value: where it is now.
        """
        return (*hand[:place], float(value), *hand[place + 1 :])

    def read(self, word: str) -> tuple[float, ...]:
        """The hand that a link's word tells; what is no number there stands where it stood at first."""
        parts = word.split("_")
        parts += [""] * (len(self.sliders) - len(parts))
        return tuple(_within(part, slider) for part, slider in zip(parts, self.sliders))

    def word(self, hand: tuple[float, ...]) -> str:
        """What read understands."""
        return "_".join(f"{value:g}" for value in hand)


def _within(text: str, slider: Slider) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        return float(slider.first)
    value = min(max(value, slider.low), slider.high)
    steps = round((value - slider.low) / slider.step)
    return float(min(round(slider.low + steps * slider.step, 9), slider.high))
