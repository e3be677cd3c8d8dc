"""Chance for training, validation, testing and showing: four streams that never share a seed or a backdrop."""

import numpy as np

SPLITS = {"train": 1, "validation": 2, "test": 3, "show": 4}  # show: what people see in the app


def generator(split: str, *numbers: int) -> np.random.Generator:
    """A generator of chance that only this split and these numbers have.

    Raises:
        ValueError: there is no such split, or a number is negative.
    """
    if split not in SPLITS:
        raise ValueError(f"want a split ({', '.join(SPLITS)}), got {split!r}")
    if any(number < 0 for number in numbers):
        raise ValueError(f"want seeds of at least 0, got {min(numbers)}")
    return np.random.default_rng([SPLITS[split], *numbers])
