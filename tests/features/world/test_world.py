"""The page of the world, ground first: the clips that ship, true tracks, and the figures of both."""

import hashlib
import json

import numpy as np
import pytest

from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import track
from vizcore.algorithms.matching.true_tracks import true_tracks
from vizcore.features.world.figures import fate_figure, phase_figure, state_figure
from vizcore.features.world.pipeline import GroundTruthTracks
from vizcore.runtime.clip_library import CLIPS, bundled
from vizcore.synthetic.demo import DEMOS, HOLD, TILES, render, tile_orders
from vizcore.synthetic.shot import filmed, shot_of
from vizcore.synthetic.shown import SHOWN
from vizcore.synthetic.truth import load_truth
from vizcore.video import probe, read_clip


@pytest.mark.parametrize("name", DEMOS)
def test_a_seed_draws_the_same_bytes_again_and_another_seed_does_not(name):
    draw = DEMOS[name].draw
    assert np.array_equal(draw(3)(20), draw(3)(20))
    assert not np.array_equal(draw(3)(20), draw(4)(20))


@pytest.mark.parametrize("name", DEMOS)
def test_the_card_of_a_bundled_clip_is_true(name):
    card = json.loads((CLIPS / f"{name}.json").read_text())
    frames = render(name)
    assert card["sha256 of the frames"] == hashlib.sha256(frames.tobytes()).hexdigest()
    info = probe(CLIPS / f"{name}.mp4")
    assert [info.width, info.height] == card["size"]
    assert info.frames == card["frames"] == len(frames)
    shipped = read_clip(CLIPS / f"{name}.mp4").frames.astype(int)
    assert np.abs(shipped - frames).mean() < 6  # levels of 255 lost to the codec


def test_the_matching_reads_the_shuffle_of_the_tiles_exactly():
    orders = tile_orders(seed=0)
    draw = DEMOS["tiles"].draw(0)
    frames = np.stack([draw(k * HOLD) for k in range(len(orders))])
    tracks = track(describe(frames, (TILES, TILES), "pixels"), "hungarian")
    whose = np.take_along_axis(orders, tracks.sigma, axis=1)  # (T, 64): the tile that each track lies on
    assert (whose == orders[0]).mean() > 0.97  # two plain tiles may look alike


def test_an_unknown_demo_is_refused_by_name():
    with pytest.raises(ValueError, match="parade, tiles, lamps, got 'x'"):
        render("x")


@pytest.mark.parametrize("name", SHOWN)
def test_a_clip_of_the_world_ships_with_its_card_and_its_truth(name):
    entry, card = bundled()[name], json.loads((CLIPS / f"{name}.json").read_text())
    assert entry.shot == card["shot"] == SHOWN[name].shot.clip_id
    info, truth = probe(entry.path), load_truth(entry.truth)
    assert card["frames"] == info.frames == len(truth.surface)
    assert card["size"] == [info.width, info.height] == list(truth.surface.shape[:0:-1])
    assert info.frames / info.duration == pytest.approx(card["rate"])
    for people in np.flatnonzero(np.isfinite(truth.joints).any((0, 2, 3))) if truth.joints.size else []:
        assert truth.things[people].role in ("actor", "bystander")


@pytest.mark.parametrize("name", ["sit", "crowd", "lanterns-fast"])  # the story takes 5 seconds to draw
def test_a_shipped_clip_of_the_world_is_what_its_word_draws(name):
    clip, card = filmed(shot_of(SHOWN[name].shot.clip_id)), json.loads((CLIPS / f"{name}.json").read_text())
    assert card["sha256 of the frames"] == hashlib.sha256(clip.frames.tobytes()).hexdigest()
    assert np.array_equal(load_truth(CLIPS / f"{name}.truth.npz").surface, clip.truth.surface)
    shipped = read_clip(CLIPS / f"{name}.mp4").frames.astype(int)
    assert np.abs(shipped - clip.frames).mean() < 6  # levels of 255 lost to the codec


def test_what_ships_is_small():
    assert 6 <= len(SHOWN) <= 10
    assert sum(path.stat().st_size for path in CLIPS.iterdir()) < 10e6
    for name in SHOWN:
        assert 320 <= json.loads((CLIPS / f"{name}.json").read_text())["size"][0] <= 480


def shuffled(frames: int = 4, patches: int = 6, pixels: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Votes of whole patches that change places, and the places: (T, N, N) and (T, N)."""
    rng = np.random.default_rng(0)
    places = np.stack([np.arange(patches), *(rng.permutation(patches) for _ in range(frames - 1))])
    return pixels * (places[..., None] == np.arange(patches)), places


def test_whole_patches_are_followed_exactly():
    votes, places = shuffled()
    tracks = true_tracks(votes)
    assert np.array_equal(tracks.sigma, places)
    assert (tracks.share == 1).all()
    assert (tracks.margin == 1).all()
    assert not tracks.overruled.any()


def test_what_is_hidden_or_given_to_another_is_said():
    votes = np.zeros((3, 3, 3), int)
    votes[0] = np.diag([10, 10, 10])
    votes[1, 0, 1], votes[1, 1, 1], votes[1, 1, 2] = 9, 6, 4  # both want patch 1, patch 2 is out of view
    tracks = true_tracks(votes)
    assert tracks.sigma[1].tolist() == [1, 2, 0]
    np.testing.assert_allclose(tracks.share[1], [0.9, 0.4, 0.0])
    np.testing.assert_allclose(tracks.margin[1, :2], [0.9, -0.2])
    assert tracks.overruled.tolist() == [[False] * 3, [False, True, True], [True] * 3]


@pytest.mark.parametrize("votes", [np.zeros((2, 3, 4), int), np.zeros((3, 3), int), np.zeros((0, 3, 3), int)])
def test_votes_of_another_shape_are_refused(votes):
    with pytest.raises(ValueError, match=r"want votes \(T, N, N\)"):
        true_tracks(votes)


def test_votes_that_do_not_begin_in_place_are_refused():
    with pytest.raises(ValueError, match="to be in place"):
        true_tracks(np.ones((2, 3, 3), int))


def test_the_liveliest_patch_moves():
    votes, _ = shuffled(2, 4)
    votes[1] = 10 * np.eye(4, dtype=int)[[0, 2, 1, 3]]
    assert true_tracks(votes).most_moving in (1, 2)


def test_phases_are_drawn_as_they_are_and_moments_lie_on_them():
    times, phase = np.arange(5) / 10, np.full((5, 2), np.nan)
    phase[:, 1] = [0, 0.2, 0.5, 0.9, 1]
    fig = phase_figure(phase, ["ball", "person"], ["#000000", "#0072B2"], times, [(1, 2, "grasp"), (1, 9, "never")])
    (curve, mark) = [trace for trace in fig.data if len(trace.x)]
    assert curve.name == "person"
    assert list(curve.y) == phase[:, 1].tolist()
    assert (mark.name, list(mark.x), list(mark.y)) == ("grasp", [0.2], [0.5])
    assert "Nobody" in phase_figure(phase[:, :1], ["ball"], ["#000000"], times).layout.annotations[0].text


def test_the_bars_of_states_cover_the_clip_once():
    times, state = np.arange(6) / 10, np.array([[0, 0, 1, 1, 1, 0], [2] * 6], float).T
    fig = state_figure(state, ["one", "two"], ["red", "green", "blue"], ["#D55E00", "#009E73", "#0072B2"], times)
    drawn = {
        (name, bar.name): (start, length) for bar in fig.data for name, start, length in zip(bar.y, bar.base, bar.x)
    }
    assert sum(length for name, (_, length) in drawn.items() if name[0] == "two") == pytest.approx(0.6)
    assert drawn["one", "green"] == pytest.approx((0.2, 0.3))
    assert [bar.name for bar in fig.data] == ["red", "green", "blue"]


def test_the_fate_of_a_patch_is_its_share():
    votes, _ = shuffled()
    tracks = true_tracks(votes)
    everyone, chosen = fate_figure(tracks, 3, np.arange(4) / 4).data
    assert list(chosen.y) == list(tracks.share[:, 3])
    assert list(everyone.y) == list(tracks.share.mean(1))
    assert len(fate_figure(tracks, None, np.arange(4) / 4).data) == 1


def test_followed_patches_print_their_sizes_and_what_stays_together_in_a_line():
    votes, _ = shuffled(3, 4)
    found = GroundTruthTracks(np.arange(3), (2, 2), true_tracks(votes))
    together = found.tracks.share[-1].mean()
    words = f"3 frames of 2 x 2 patches, {together:.0%} of the pixels together in the last"
    assert repr(found) == f"GroundTruthTracks({words})"
