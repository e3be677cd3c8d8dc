"""How a pair is aligned: every field of AlignmentSettings counts, and what is sampled of a clip, worked out by hand."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from test_alignment import CARTWHEEL

from vizcore.algorithms.alignment.dtw import dtw
from vizcore.algorithms.alignment.soft_dtw import soft_dtw
from vizcore.features.alignment.pipeline import (
    PIXELS,
    AlignmentSettings,
    action_of,
    aligned,
    paired,
    sampled,
)
from vizcore.features.alignment.pipeline_soft import path_costs
from vizcore.features.alignment.pipeline_strands import Pair, Strand
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import truth_of
from vizcore.video import probe, read_frames

pytestmark = pytest.mark.usefixtures("one_thread")


def strand(features, times=None):
    features = np.asarray(features, np.float64)
    count = len(features)
    times = np.arange(count) / 25 if times is None else np.asarray(times)
    return Strand(features, np.arange(count), times, np.full(count, np.nan), count)


def walk(count, start=0.0, turn=2.0, long=1.0):
    """(count, 2) moments on a circle, `long` from its middle."""
    angle = np.linspace(start, start + turn, count)
    return long * np.stack([np.cos(angle), np.sin(angle)], 1)


@pytest.fixture
def pair():
    return Pair(strand(walk(4)), strand(walk(12) + np.random.default_rng(0).normal(0, 0.1, (12, 2))))


def test_clips_played_together_count_seconds_from_the_first_moment_of_each():
    both = Pair(strand(walk(3), [5.0, 6.0, 7.0]), strand(walk(6), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]))
    assert both.clock_sync.tolist() == [0, 2, 4]


@pytest.mark.parametrize(
    ("ends", "first", "last"),
    [
        ({"open_begin": True, "open_end": True}, 3, 6),
        ({"open_begin": True}, 3, 9),
        ({"open_end": True}, 0, 6),
        ({}, 0, 9),
    ],
    ids=str,
)
def test_an_open_begin_and_an_open_end_let_a_part_of_b_be_left_out(ends, first, last):
    both = Pair(strand(np.eye(10)[3:7]), strand(np.eye(10)))
    path = aligned(both, AlignmentSettings(**ends)).path
    assert (path[0].tolist(), path[-1].tolist()) == ([0, first], [3, last])
    assert {(k, k + 3) for k in range(4)} <= set(map(tuple, path.tolist()))


def test_the_band_is_a_share_of_the_second_strand(pair):
    found = aligned(pair, AlignmentSettings(band=0.25))
    assert found.path.tolist() == dtw(found.cost, band=3).path.tolist()
    far = Pair(strand(np.eye(12)[[0, 9, 10, 11]]), strand(np.eye(12)))
    free, held = (aligned(far, AlignmentSettings(band=band)).path for band in (1.0, 0.25))
    assert free.tolist() != held.tolist()
    assert held.tolist() == dtw(1 - np.eye(12)[[0, 9, 10, 11]], band=3).path.tolist()


@pytest.mark.parametrize("pattern", ["symmetric1", "symmetric2"])
def test_the_step_pattern_is_the_one_that_is_asked_for(pair, pattern):
    found = aligned(pair, AlignmentSettings(pattern=pattern))
    totals = {name: dtw(found.cost, pattern=name).total for name in ("symmetric1", "symmetric2")}
    assert found.warping.total == pytest.approx(totals[pattern])
    assert totals["symmetric2"] > totals["symmetric1"]


@pytest.mark.parametrize("minimum", ["smooth", "soft"])
def test_the_soft_alignment_takes_the_minimum_that_is_asked_for(pair, minimum):
    found = aligned(pair, AlignmentSettings(gamma=0.2, minimum=minimum))
    values = {name: soft_dtw(found.cost, 0.2, name).value for name in ("smooth", "soft")}
    assert found.soft.value == pytest.approx(values[minimum])
    assert values["smooth"] != pytest.approx(values["soft"], abs=0.1)


@pytest.mark.parametrize("beta", [0.1, 0.7])
def test_the_contrastive_cost_asks_for_each_moment_of_b_which_of_a_it_is_by_cosine_and_temperature(beta):
    both = Pair(strand(walk(4, long=3.0)), strand(walk(6, start=0.5, long=0.2)))
    cosine = walk(4) @ walk(6, start=0.5).T
    shares = np.exp(cosine / beta) / np.exp(cosine / beta).sum(0)
    assert aligned(both, AlignmentSettings(cost="contrastive", beta=beta)).cost == pytest.approx(-np.log(shares))


def test_smooth_min_is_never_below_the_hard_cost_and_min_gamma_never_above(pair):
    hard, curves = path_costs(pair, "cosine", 0.1, (0.01, 0.1, 1.0))
    assert (curves["smoothMin"] >= hard - 1e-9).all()
    assert (curves["min^γ"] <= hard + 1e-9).all()
    assert curves["smoothMin"][-1] > hard + 0.01 > hard - 0.01 > curves["min^γ"][-1]


def test_a_clip_in_pixels_is_its_small_frames_less_their_mean_at_the_phase_of_each():
    found, info = sampled(CARTWHEEL, model=PIXELS, limit=10), probe(CARTWHEEL)
    numbers = np.linspace(0, info.frames - 1, 10).round().astype(int)
    assert found.frames.tolist() == numbers.tolist()
    assert found.times.tolist() == info.times[numbers].tolist()
    assert found.total == info.frames
    assert found.phase == pytest.approx(truth_of(CARTWHEEL).phase[numbers, 0])
    small = [
        cv2.resize(one, (16, 16), interpolation=cv2.INTER_AREA) for one in read_frames(CARTWHEEL, numbers, (64, 64))
    ]
    flat = np.stack(small).reshape(10, -1).astype(float)
    flat -= flat.mean(0)
    assert found.features == pytest.approx(flat / np.linalg.norm(flat, axis=1, keepdims=True), abs=1e-9)


def test_clips_of_two_actions_have_no_action_together_and_as_many_frames_as_asked_for():
    both = paired(CARTWHEEL, other=bundled()["sit"].path, model=PIXELS, limit=7)
    assert (both.action, both.truth) == ("", None)
    assert (len(both.first), len(both.second)) == (7, 7)
    assert paired(CARTWHEEL, other=CARTWHEEL, model=PIXELS, limit=7).action == "cartwheel"


@pytest.mark.parametrize(("word", "action"), [("cartwheel", "cartwheel"), ("story", ""), ("lanterns-slow", "")])
def test_a_clip_shows_an_action_where_somebody_does_it_all_the_time(word, action):
    assert action_of(truth_of(bundled()[word].path)) == action


def test_an_action_that_begins_late_is_not_that_of_the_whole_clip():
    known = truth_of(CARTWHEEL)
    phase = known.phase.copy()
    phase[0] = np.nan
    assert action_of(replace(known, phase=phase)) == ""
    assert action_of(None) == ""
