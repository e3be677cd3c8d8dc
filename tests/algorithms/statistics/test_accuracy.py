"""Scores of time: order accuracy is a fair choice between twins, bins hold what they say, spread is the textbook's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.statistics.accuracy import accuracy, accuracy_by, order_accuracy, spread

TWINS = (1, 0, 3, 2, None)


def some(seed: int, count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((count, 5)), rng.integers(0, 5, count)


@given(st.integers(0, 10**6))
def test_order_accuracy_counts_the_pairs_won(seed):
    logits, truth = some(seed)
    won = [
        1.0 if row[label] > row[TWINS[label]] else 0.5 if row[label] == row[TWINS[label]] else 0.0
        for row, label in zip(logits.round(1), truth)
        if TWINS[label] is not None
    ]
    assert order_accuracy(logits.round(1), truth, TWINS) == pytest.approx(np.mean(won))


@given(st.integers(0, 10**6))
def test_who_takes_no_notice_of_order_gets_one_half(seed):
    """A clip and its reversal get the same logits, and their true classes are each other's twins."""
    logits, truth = some(seed)
    reversed_truth = np.array([label if TWINS[label] is None else TWINS[label] for label in truth])
    both = np.concatenate([logits, logits]), np.concatenate([truth, reversed_truth])
    assert order_accuracy(*both, TWINS) == pytest.approx(0.5)


def test_telling_classes_apart_does_not_help_with_order():
    truth = np.array([0, 1, 2, 3])
    logits = np.eye(2).repeat(2, 0).repeat(2, 1)[:, :4] * 9.0  # the pair is always right, the direction never known
    assert order_accuracy(np.pad(logits, ((0, 0), (0, 1))), truth, TWINS) == 0.5


def test_clips_without_a_twin_do_not_count():
    assert np.isnan(order_accuracy(np.zeros((3, 5)), np.full(3, 4), TWINS))


def test_bins_are_open_below_and_closed_above_and_zero_has_its_own():
    logits, truth = np.eye(3)[[0, 1, 2, 0]], np.array([0, 1, 2, 2])
    speeds = np.array([0.0, 4.0, 4.1, 8.0])
    assert accuracy_by(logits, truth, speeds, [(0, 0), (0, 4), (4, 8)]) == [1.0, 1.0, 0.5]
    assert np.isnan(accuracy_by(logits, truth, speeds, [(8, 12)])[0])


def test_bins_weighed_by_their_clips_give_the_whole_accuracy():
    logits, truth = some(4, 200)
    speeds = np.random.default_rng(1).uniform(0, 12, 200)
    edges = [(0, 4), (4, 8), (8, 12)]
    shares = [((speeds > low) & (speeds <= high)).mean() for low, high in edges]
    parts = accuracy_by(logits, truth, speeds, edges)
    assert np.dot(shares, parts) == pytest.approx(accuracy(logits, truth))


def test_spread_is_the_sample_deviation():
    found = spread([0.2, 0.4, 0.9])
    assert found["mean"] == pytest.approx(0.5)
    assert found["sd"] == pytest.approx(np.sqrt((0.09 + 0.01 + 0.16) / 2))
    assert np.isnan(spread([0.3])["sd"])
