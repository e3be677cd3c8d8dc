"""Pairs of lanterns: what they have in common, that no frame shows both, and what a sum of two scores can know."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.synthetic.lantern import LIGHTS, PATTERNS, STATES
from vizcore.synthetic.pair import KINDS, ceiling, pair, shown_by


@given(st.integers(0, 500), st.sampled_from([None, *KINDS]))
def test_a_kind_is_what_two_lanterns_have_in_common(seed, kind):
    shown = shown_by(seed, "train", kind)
    same = {key: shown[key][0] == shown[key][1] for key in ("lamp", "pattern")}
    kinds = {(True, True): "both", (True, False): "lamp", (False, True): "body", (False, False): "neither"}
    assert KINDS[shown["kind"]] == kinds[same["lamp"], same["pattern"]]
    assert kind in (None, KINDS[shown["kind"]])


def test_kinds_lamps_and_patterns_are_drawn_evenly():
    shown = [shown_by(seed, "train") for seed in range(3000)]
    for key, count in (("kind", len(KINDS)), ("lamp", len(STATES)), ("pattern", len(PATTERNS))):
        shares = np.bincount(np.ravel([one[key] for one in shown]), minlength=count) / np.size(
            [one[key] for one in shown]
        )
        assert shares == pytest.approx(np.full(count, 1 / count), abs=0.03)


@given(st.integers(0, 200))
def test_a_clip_shows_one_lantern_and_then_the_other_far_from_it(seed):
    frames = pair(seed, "train").frames.astype(int)
    changed = np.abs(frames[0] - frames[1]).max(-1) > 60  # levels: more than the sensor's noise
    spots = np.argwhere(changed)
    spread = np.hypot(*(spots.max(0) - spots.min(0)))
    assert spread >= 20
    lights = shown_by(seed, "train")["lamp"]
    for frame, lamp in zip(frames, lights):
        likeness = np.abs(frame[..., None, :] / 255 - LIGHTS).sum(-1)  # (S, S, 3) of each lamp's colour
        assert likeness[..., lamp].min() < 0.7


def test_a_clip_is_drawn_again_to_the_byte_and_at_any_length():
    long = pair(7, "show", count=8, size=80)
    assert long.frames.shape == (8, 80, 80, 3)
    assert np.array_equal(long.frames, pair(7, "show", count=8, size=80).frames)
    halves = [np.ptp(long.frames[k : k + 4].astype(int), axis=0).max() for k in (0, 4)]
    assert max(halves) < 60 < np.ptp(long.frames.astype(int), axis=0).max()
    assert not np.array_equal(pair(7, "show").frames, pair(7, "test").frames)


@pytest.mark.parametrize("kinds", [2, 3, 5])
def test_the_ceiling_is_what_no_sum_of_scores_exceeds(kinds):
    rng = np.random.default_rng(0)
    uneven = list(combinations(range(kinds), 2))
    best = 0
    for _ in range(4000):
        score = rng.standard_normal(kinds) ** 3  # around half of the threshold
        right = (score > 0).mean(), np.mean([score[a] + score[b] < 0 for a, b in uneven])
        best = max(best, sum(right) / 2)
    assert best == pytest.approx(ceiling(kinds))


def test_what_cannot_be_drawn_is_refused_in_a_sentence():
    for wrong, words in (
        ({"kind": "same"}, "a kind"),
        ({"count": 3}, "an even count"),
        ({"size": 8}, "at least 20 px"),
        ({"split": "all"}, "a split"),
    ):
        with pytest.raises(ValueError, match=words):
            pair(0, **wrong)
