"""How much each block gains in this project's own trainings, with intervals, from the cards of the pairs nets.

cards -> difference to no block, seed by seed -> Gain: mean and interval; who cannot be told from whom
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.algorithms.student_interval import interval
from vizcore.models.pairs import BLOCKS, NAMES, NONE
from vizcore.models.weights import card, names

METRICS = {
    "both correct": "test accuracy",
    "same lamp": "test lamp accuracy",
    "same body": "test body accuracy",
}


@dataclass(frozen=True)
class Gain:
    """One block less no block, over trainings that differ in their seed alone."""

    block: str
    title: str
    mean: float  # of shares, -1 to 1
    low: float  # the ends of its interval
    high: float
    accuracy: float  # 0 to 1, the mean
    parameters: int
    seeds: int


def gains(metric: str = "both correct") -> tuple[Gain, ...]:
    """Every block that was trained, in the order of their publication and not of merit.

    Args:
        metric: a key of METRICS.

    Raises:
        ValueError: there is no such metric, or no net without a block.
    """
    if metric not in METRICS:
        raise ValueError(f"want a metric of {', '.join(METRICS)}, got {metric!r}")
    base = np.array(card(NAMES[NONE]).metrics[METRICS[metric]]["seeds"])
    found = []
    for block in BLOCKS:
        if block != NONE and NAMES[block] in names():
            page = card(NAMES[block])
            seeds = np.array(page.metrics[METRICS[metric]]["seeds"])
            title = OPERATORS[block].title
            found.append(Gain(block, title, *interval(seeds - base), float(seeds.mean()), page.parameters, len(seeds)))
    return tuple(found)


def alike(found: tuple[Gain, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs of titles whose intervals overlap: neither is said to be better."""
    return tuple((a.title, b.title) for a, b in combinations(found, 2) if a.low <= b.high and b.low <= a.high)
