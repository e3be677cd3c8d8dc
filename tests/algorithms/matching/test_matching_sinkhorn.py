"""Matching by Sinkhorn: its plan normalised in plain loops and its largest free entries one by one, as oracle."""

import numpy as np
import pytest

from vizcore.algorithms.matching.matching import SINKHORN_TEMPERATURE, match, track

ENOUGH, TOO_FEW = 20, 1  # normalisations


def frames(seed, count=16, channels=4):
    """Two frames (N, C) whose patches are like several others, so that balancing rows and columns matters."""
    return np.random.default_rng(seed).standard_normal((2, count, channels))


def planned(before, after, normalisations):
    """The patches (N,) that a plan gives, in loops and float64: rows first, then columns, then the largest one left."""
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (before, after)]
    plan = np.exp(unit[0] @ unit[1].T / SINKHORN_TEMPERATURE)
    for k in range(normalisations):
        plan = plan / plan.sum(1 - k % 2, keepdims=True)
    sigma = np.empty(len(plan), np.int64)
    for _ in range(len(plan)):
        row, column = np.unravel_index(plan.argmax(), plan.shape)
        sigma[row] = column
        plan[row], plan[:, column] = -1, -1
    return sigma


@pytest.mark.parametrize("seed", range(12))
def test_the_patches_are_those_of_a_plan_that_was_balanced_often_enough(seed):
    before, after = frames(seed)
    assert match(before, after, "sinkhorn").sigma.tolist() == planned(before, after, ENOUGH).tolist()


def test_a_plan_that_was_balanced_once_would_give_other_patches():
    others = sum((planned(*frames(seed), TOO_FEW) != planned(*frames(seed), ENOUGH)).any() for seed in range(12))
    assert others >= 9, "or the test above tells nothing of the number of normalisations"


def test_balancing_earns_more_than_taking_the_largest_cosines_one_by_one():
    x = np.concatenate([frames(seed, 24) for seed in range(20)])  # 39 steps
    total = {method: track(x, method).total.sum() for method in ("hungarian", "sinkhorn", "greedy")}
    assert total["greedy"] < total["sinkhorn"] < total["hungarian"]
