"""Differences of two results: drawn AP against copied videos, worked p by Holm, what chance alone gives, refusals."""

import ava_literal
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_average_precision import result, table

from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.algorithms.detection.paired_difference import holm, paired_difference

CLASSES = range(1, 7)


def pair(seed=0, noise=0.3, **options):
    """Two results on one ground truth; the second has noisier scores."""
    truths, rows = ava_literal.scene(seed, frames=30, rows=40)
    rng = np.random.default_rng(seed)
    worse = [(*row[:4], row[4] * (1 - noise) + noise * rng.random()) for row in rows]
    return [result(truths, these, CLASSES, **options) for these in (rows, worse)], (truths, rows, worse)


class Rigged:
    """A source of chance whose draws are known."""

    def __init__(self, times):
        self.times = np.array(times)

    def multinomial(self, count, shares, size):
        assert self.times.shape == (size, len(shares))
        return self.times


@pytest.mark.parametrize("protocol", ["uncapped", "slowfast"])
def test_a_draw_is_an_evaluation_of_copied_videos(protocol):
    results, (truths, *tables) = pair(protocol=protocol)
    draws = [[1, 1, 1], [2, 0, 1], [0, 3, 0], [1, 0, 2]]
    names = ["video0", "video1", "video2"]
    for times in draws:
        found = paired_difference(*results, Rigged([times, times]), draws=2)

        def copied(rows, times=times):
            many = dict(zip(names, times))
            return [(f"{row[0]} {k}", *row[1:]) for row in rows for k in range(many[row[0]])]

        ap = [
            ava_literal.evaluate(copied(truths), copied(rows), list(CLASSES), protocol) for rows in tables
        ]  # equal scores of copies stand side by side, so their order does not matter
        for action in CLASSES:
            one, expected = found.classes[action], ap[1][action] - ap[0][action]
            assert (one.low, one.high) == pytest.approx((expected, expected), abs=1e-9, nan_ok=True)
            assert one.draws == (0 if np.isnan(expected) else 2)
        drawn = np.nanmean(list(ap[1].values())) - np.nanmean(list(ap[0].values()))
        assert found.mean.low == pytest.approx(drawn, abs=1e-9)


def test_the_value_is_the_difference_of_the_whole():
    (first, second), _ = pair()
    found = paired_difference(first, second, np.random.default_rng(0), 50)
    for action, one in found.classes.items():
        assert one.value == second.ap[action] - first.ap[action]
        assert one.low <= one.high
    assert found.mean.value == second.mean - first.mean
    assert found.videos == 3


def test_the_other_way_round_everything_is_mirrored():
    (first, second), _ = pair()
    one, other = (paired_difference(*two, np.random.default_rng(0), 400) for two in ((first, second), (second, first)))
    for action in CLASSES:
        a, b = one.classes[action], other.classes[action]
        assert (a.value, a.low, a.high, a.p) == pytest.approx((-b.value, -b.high, -b.low, b.p))


def test_a_result_does_not_differ_from_itself():
    (first, _), _ = pair()
    found = paired_difference(first, first, np.random.default_rng(0), 100)
    assert {(one.value, one.low, one.high, one.p_holm) for one in found.classes.values()} == {(0, 0, 0, 1)}
    assert found.better() == found.worse() == ()


def clips(rng, skill, videos=20):
    """Truths of one class in many videos, and detections that rank them above strangers with some skill."""
    truths, rows, away = [], [], (0.6, 0.6, 0.9, 0.9)
    for k in range(videos):
        for second in range(4):
            truths.append((f"v{k}", float(second), (0.1, 0.1, 0.5, 0.5), 1))
            rows.append((*truths[-1], rng.normal(skill, 1)))
            rows += [(f"v{k}", float(second), away, 1, rng.normal(0, 1)) for _ in range(2)]
    return truths, rows


def test_a_real_difference_is_found_and_chance_alone_is_rarely_taken_for_one():
    rng, found = np.random.default_rng(1), []
    for _ in range(40):
        truths, first = clips(rng, 1)
        same = [(*row[:4], rng.normal(1 if k % 3 == 0 else 0, 1)) for k, row in enumerate(first)]
        better = [(*row[:4], rng.normal(3 if k % 3 == 0 else 0, 1)) for k, row in enumerate(first)]
        results = [evaluate_ava(table(truths), table(rows, True), (1,)) for rows in (first, same, better)]
        found.append([paired_difference(results[0], other, rng, 200).classes[1] for other in results[1:]])
    by_chance = sum(not one.low <= 0 <= one.high for one, _ in found)
    assert by_chance <= 8  # of 40; 2 are expected of an interval of 95 %, and so many come by one chance in 10,000
    assert all(one.low > 0 and one.p < 0.05 for _, one in found)


def test_holm_is_the_worked_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, float("nan"), 0.6, 0.7]) == pytest.approx([0.03, float("nan"), 1, 1], nan_ok=True)
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_lies_between_p_and_bonferroni(values):
    corrected = holm(values)
    for p, holm_p in zip(values, corrected):
        assert p <= holm_p <= min(1, p * len(values)) + 1e-12
    order = np.argsort(values)
    assert (np.diff(np.array(corrected)[order]) >= 0).all()


def test_one_video_has_no_interval():
    truths = [("v", 1.0, (0.1, 0.1, 0.5, 0.5), 1)]
    one = result(truths, [(*truths[0], 0.5)])
    found = paired_difference(one, one, np.random.default_rng(0), 10).classes[1]
    assert found.value == 0
    assert np.isnan([found.low, found.high, found.p, found.p_holm]).all()


def apart(videos):
    """Two results on truths of one class: in each video named with -1, 0 or 1 the second is worse, alike or better."""
    box, away = (0.1, 0.1, 0.5, 0.5), (0.6, 0.6, 0.9, 0.9)
    truths, tables = [], ([], [])
    for name, better in videos.items():
        truths.append((name, 1.0, box, 1))
        for rows, finds in zip(tables, (better <= 0, better >= 0)):
            rows += [(name, 1.0, box if finds else away, 1, 0.9)]
    return [result(truths, rows, (1,)) for rows in tables]


BETTER, WORSE, ALIKE = [3, 0, 0], [0, 3, 0], [0, 0, 3]  # how often each video is drawn


@pytest.mark.parametrize(
    ("draws", "p"),
    [
        ([BETTER] * 10, 2 * (0 + 1) / (10 + 1)),
        ([BETTER] * 9 + [WORSE], 2 * (1 + 1) / (10 + 1)),
        ([WORSE] * 6 + [BETTER] * 2, 2 * (2 + 1) / (8 + 1)),
        ([BETTER] * 8 + [ALIKE] * 2, 2 * (2 + 1) / (10 + 1)),
        ([BETTER] * 5 + [WORSE] * 5, 1),
    ],
    ids=["none", "one of ten", "two of eight", "no difference is on both sides", "as many"],
)
def test_p_is_twice_the_share_of_draws_on_the_other_side_with_one_draw_more(draws, p):
    first, second = apart({"better": 1, "worse": -1, "zalike": 0})
    found = paired_difference(first, second, Rigged(draws), draws=len(draws))
    assert found.classes[1].p == pytest.approx(p, rel=1e-12)
    assert found.mean.p == pytest.approx(p, rel=1e-12)


def test_results_that_cannot_be_compared_are_refused():
    (first, second), (truths, rows, _) = pair()
    rng = np.random.default_rng(0)
    others = {
        "protocol": result(truths, rows, CLASSES, protocol="slowfast"),
        "overlap": result(truths, rows, CLASSES, iou=0.6),
        "classes": result(truths, rows, range(1, 6)),
        "ground truth": result(truths[1:], rows, CLASSES),
    }
    for what, other in others.items():
        with pytest.raises(ValueError, match=f"want two results of one {what}, got different ones"):
            paired_difference(first, other, rng)
    with pytest.raises(ValueError, match="want a confidence between 0 and 1 and a draw or more, got 1 and 5"):
        paired_difference(first, second, rng, 5, confidence=1)
