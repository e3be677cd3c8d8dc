"""The carousel of lamps: no frame tells kinds apart, every clip has its reversed twin, and any size is one scene."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.synthetic.backdrop import BANK, backdrop
from vizcore.synthetic.carousel import INSTANTS, KINDS, LANTERNS, UNITS, carousel, imagine, random_states
from vizcore.synthetic.ground_truth_tracks import coverage, holders, middles, things_followed, true_order
from vizcore.synthetic.lantern import SIDE
from vizcore.synthetic.splits import SPLITS, generator
from vizcore.synthetic.truth import recall, true_partner

GRID = (7, 7)
seeds = st.integers(0, 2**31)
kinds = st.sampled_from(KINDS)


def states_of(kind: str, seed: int) -> np.ndarray:
    return random_states(np.random.default_rng(seed), kind)[0]


def is_a(kind: str, states: np.ndarray) -> bool:
    """Whether states (8, K) could be those of a kind, read off without knowing how they were drawn."""
    change = np.diff(states, axis=0) % 3  # (7, K)
    steppers = change.any(0)
    moments = np.flatnonzero(change.any(1))
    if kind == "none":
        return not len(moments)
    if steppers.sum() != 3 or set(states[0, steppers]) != {0, 1, 2}:
        return False
    changes = [set(change[moment, steppers]) for moment in moments]
    if kind == "flicker":
        return len(changes) == 2 and changes in ([{1}, {2}], [{2}, {1}]) and moments[1] - moments[0] >= 2
    return changes == [{1 if kind == "forward" else 2}] and 1 <= moments[0] <= 5


@given(seeds, kinds)
def test_every_frame_of_every_kind_shows_the_same_colours(seed, kind):
    counts = np.stack([np.bincount(row, minlength=3) for row in states_of(kind, seed)])
    assert (counts == counts[0]).all()
    assert sorted(counts[0]) == [1, 1, 2]


def test_the_colours_that_are_there_twice_are_as_frequent_in_every_kind():
    doubles = np.array([[np.bincount(states_of(kind, seed)[0]).argmax() for seed in range(600)] for kind in KINDS])
    assert (doubles == doubles[0]).all()  # the same chance, whatever happens next


@given(seeds, kinds)
def test_states_are_of_their_kind_and_of_no_other(seed, kind):
    states = states_of(kind, seed)
    assert [name for name in KINDS if is_a(name, states)] == [kind]


@given(seeds, kinds)
def test_a_clip_in_reverse_is_a_clip_of_the_twin(seed, kind):
    twin = {"forward": "backward", "backward": "forward"}.get(kind, kind)
    assert is_a(twin, states_of(kind, seed)[::-1])


def test_steps_are_as_likely_at_an_instant_as_at_its_mirror_image():
    def moments(kind):
        drawn = [random_states(np.random.default_rng(seed), kind)[1] for seed in range(4000)]
        return [tuple(row) for row in drawn], [tuple(INSTANTS - step for step in row[::-1]) for row in drawn]

    for kind in ("forward", "flicker"):
        ahead, back = moments(kind)
        shares = [{row: rows.count(row) / len(rows) for row in set(rows)} for rows in (ahead, back)]
        assert shares[0].keys() == shares[1].keys()
        assert max(abs(shares[0][row] - shares[1][row]) for row in shares[0]) < 0.03


def test_no_lantern_has_a_role_of_its_own():
    drawn = [random_states(np.random.default_rng(seed), "forward") for seed in range(3000)]
    first = np.stack([states[0] for states, _, _ in drawn])  # (3000, K)
    shares = np.stack([(first == colour).mean(0) for colour in range(3)])
    assert np.abs(shares - 1 / 3).max() < 0.04
    steps = np.mean([[k in steppers for k in range(LANTERNS)] for _, _, steppers in drawn], 0)
    assert np.abs(steps - 3 / 4).max() < 0.04


@pytest.mark.parametrize("speed", [4.0, 12.0])
def test_every_lantern_wanders_alike_over_the_whole_picture(speed):
    places = np.stack([imagine(seed, "test", None, speed, 8, 0).middles for seed in range(250)])  # (M, T, K, 2)
    assert places.min() >= SIDE / 2
    assert places.max() <= UNITS - SIDE / 2
    assert np.abs(places.mean((0, 1)) - UNITS / 2).max() < 3
    spreads = places.std((0, 1))
    assert spreads.max() / spreads.min() < 1.2


def test_lanterns_seldom_cover_each_other():
    for speed in (0.0, 6.0, 12.0):
        places = np.stack([imagine(seed, "test", None, speed, 8, 0).middles for seed in range(60)])
        one, other = np.triu_indices(LANTERNS, 1)
        away = np.abs(places[:, :, one] - places[:, :, other]).max(-1)
        assert (away < SIDE).mean() <= 0.08
        assert speed or (away >= SIDE).all()


@given(seeds, st.floats(0.5, 12))
def test_a_step_is_about_as_long_as_the_speed_away_from_walls(seed, speed):
    middles_ = imagine(seed, "train", None, speed, 8, 0).middles
    inside = ((middles_ > SIDE / 2 + 15) & (middles_ < UNITS - SIDE / 2 - 15)).all(-1)
    length = np.linalg.norm(np.diff(middles_, axis=0), axis=-1)[inside[1:] & inside[:-1]]
    assert ((length > 0.79 * speed) & (length < 1.21 * speed)).all()


def test_the_mix_has_a_quarter_at_rest_and_any_speed_and_kind():
    scenes = [imagine(seed, "train", None, None, 8, 0) for seed in range(240)]
    speeds = np.array([scene.speed for scene in scenes])
    assert abs((speeds == 0).mean() - 0.25) < 0.08
    assert 5 < speeds[speeds > 0].mean() < 7
    assert speeds.max() <= 12
    assert min(sum(scene.kind == kind for scene in scenes) for kind in KINDS) > 50


def test_the_same_words_draw_the_same_bytes_and_another_seed_or_split_does_not():
    first = carousel(3, "train", noise=4)
    again, other, elsewhere = carousel(3, "train", noise=4), carousel(4, "train", noise=4), carousel(3, "test", noise=4)
    assert np.array_equal(first.frames, again.frames)
    assert np.array_equal(first.truth.surface, again.truth.surface)
    assert not np.array_equal(first.frames, other.frames)
    assert not np.array_equal(first.frames, elsewhere.frames)


def test_a_kind_changes_lamps_and_nothing_else():
    clips = [carousel(11, kind=kind, speed=7) for kind in KINDS]
    for clip, kind in zip(clips, KINDS):
        assert (clip.label, clip.truth.label, KINDS[clip.number]) == (kind, kind, kind)
        assert np.array_equal(clip.truth.places, clips[0].truth.places)
        same = (clip.frames == clips[2].frames).all(-1)  # the third shows none
        away = np.ones_like(same)
        y, x = np.mgrid[:UNITS, :UNITS]
        for t, k in np.ndindex(INSTANTS, LANTERNS):
            at = clip.truth.places[t, k + 1, :, 2]
            away[t] &= np.hypot(x - at[0], y - at[1]) > 5
        assert same[away].all()


@pytest.mark.parametrize("seed", range(4))
def test_a_large_clip_shrunk_is_the_small_one(seed):
    count, size = 48, 336
    small = carousel(seed, speed=9.0, truth=False).frames.astype(int)
    large = carousel(seed, speed=9.0, size=size, count=count, truth=False).frames
    chosen = (2 * np.arange(INSTANTS) + 1) * count // 16
    shrunk = np.stack([cv2.resize(large[t], (UNITS, UNITS), interpolation=cv2.INTER_AREA) for t in chosen]).astype(int)
    off = np.abs(shrunk - small)
    assert off.mean() < 2.5
    assert np.percentile(off, 99) < 32


@given(seeds, kinds, st.integers(8, 100))
def test_a_long_clip_has_the_states_and_places_of_the_short_one_at_its_instants(seed, kind, count):
    short, long = (imagine(seed, "show", kind, 10.0, frames, 3.0) for frames in (8, count))
    chosen = (2 * np.arange(INSTANTS) + 1) * count // 16
    assert np.array_equal(long.states[chosen], short.states)
    np.testing.assert_allclose(long.middles[chosen], short.middles, atol=1e-9)
    for step, first in zip(short.steps, long.steps):
        assert chosen[step - 1] < first <= chosen[step]
        assert abs((chosen[step - 1] + chosen[step]) / 2 - first) <= 0.5
    changes = np.flatnonzero(np.diff(long.states, axis=0).any(1)) + 1
    assert tuple(changes) == long.steps


def test_between_its_instants_a_long_clip_moves_smoothly_and_stays_in_view():
    for seed in range(30):
        places = imagine(seed, "show", None, 12.0, 96, 0).middles
        assert places.min() >= SIDE / 2
        assert places.max() <= UNITS - SIDE / 2
        assert np.linalg.norm(np.diff(places, axis=0), axis=-1).max() < 2.5  # of 1 a frame on average


def test_truth_tells_colours_steps_and_what_lies_where():
    clip = carousel(5, "test", kind="flicker", speed=3.0, size=112)
    truth = clip.truth
    assert [thing.name for thing in truth.things] == ["lamp 1", "lamp 2", "lamp 3", "lamp 4"]
    assert {thing.role for thing in truth.things} == {"object"}
    assert truth.pace == 3.0
    frames, things = np.nonzero(np.diff(truth.state, axis=0))
    assert {(event.frame, event.thing) for event in truth.events} == set(zip((frames + 1).tolist(), things.tolist()))
    lights = np.array([[235, 40, 40], [40, 215, 60], [60, 90, 245]])
    for t, k in np.ndindex(truth.state.shape):
        x, y = np.rint(truth.places[t, k + 1, :, 2]).astype(int)
        if truth.surface[t, y, x] == k + 1:
            away = np.abs(clip.frames[t, y - 1 : y + 2, x - 1 : x + 2].mean((0, 1)) - lights).sum(-1)
            assert away.argmin() == truth.state[t, k]


def test_at_rest_every_pixel_votes_for_its_own_patch():
    truth = carousel(2, "test", speed=0.0).truth
    votes = truth.votes(0, 5, GRID)
    assert votes.trace() == votes.sum() == (truth.surface[0] > 0).sum()
    assert (true_order(truth, GRID) == np.arange(49)).all()


def test_true_tracks_keep_every_lamp_and_tracks_that_stay_in_place_lose_fast_ones():
    held_by, stayed, found = [], [], []
    for seed in range(25):
        truth = carousel(seed, "test", speed=10.0).truth
        order = true_order(truth, GRID)
        assert (np.sort(order, axis=1) == np.arange(49)).all()
        followed = things_followed(truth, GRID)
        held_by.extend(followed.holds(order)[7])
        stayed.extend(followed.holds(np.tile(np.arange(49), (8, 1)))[7])
        votes = truth.votes(3, 4, GRID)
        found.append([recall(votes, true_partner(votes)), recall(votes, np.arange(49))])
    assert np.mean(held_by) > 0.9
    assert np.mean(stayed) < 0.2
    assert np.mean(found, 0)[0] == 1 > 3 * np.mean(found, 0)[1]


def test_patches_hold_what_covers_them():
    truth = carousel(9, "test", speed=6.0).truth
    shares, held, middle = coverage(truth, GRID), holders(truth, GRID), middles(truth, GRID)
    blocks = truth.surface.reshape(8, 7, 8, 7, 8).swapaxes(2, 3).reshape(8, 49, 64)
    for k in range(LANTERNS):
        np.testing.assert_allclose(shares[..., k], (blocks == k + 1).mean(-1))
        visible = np.take_along_axis(shares[..., k], middle[:, k : k + 1], 1)[:, 0] >= 0.5
        assert (np.take_along_axis(held, middle[:, k : k + 1], 1)[:, 0] == k)[visible].all()
    assert (shares[held == -1].max(-1) < 0.22).all()


def test_a_shaking_camera_moves_wall_and_lanterns_alike():
    truth = carousel(4, "train", speed=0.0, shake=9.0).truth
    shift = np.diff(truth.places[..., 2], axis=0)  # (7, S, 2)
    assert np.abs(shift).max() > 2
    np.testing.assert_allclose(shift, shift[:, :1].repeat(5, 1), atol=1e-4)
    clip = carousel(4, "train", speed=0.0, shake=9.0, kind="none")
    x, y = clip.truth.moved(0, 1)[20:36, 20:36].reshape(-1, 2).T
    mapped = cv2.remap(clip.frames[1], x.reshape(16, 16), y.reshape(16, 16), cv2.INTER_LINEAR)
    assert np.abs(mapped.astype(int) - clip.frames[0, 20:36, 20:36]).mean() < 12


def test_noise_is_of_the_level_that_was_asked_for_and_moves_nothing():
    clean, noisy = (carousel(8, speed=5, noise=noise).frames.astype(float) for noise in (0, 4))
    grain = (noisy - clean)[(clean > 20) & (clean < 235)]
    assert abs(grain.mean()) < 0.15
    assert abs(grain.std() - 4) < 0.1


def test_splits_share_no_chance_and_no_wall():
    firsts = {split: generator(split, 42, 0).random() for split in SPLITS}
    assert len(set(firsts.values())) == len(SPLITS)
    walls = {backdrop(split, number).tobytes() for split in SPLITS for number in range(4)}
    assert len(walls) == 4 * len(SPLITS)
    assert set(BANK) == set(SPLITS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"kind": "sideways"}, "forward, backward, none, flicker.*'sideways'"),
        ({"split": "exam"}, "train, validation, test, show.*'exam'"),
        ({"seed": -1}, "at least 0"),
        ({"speed": 12.5}, "speed of 0 to 12"),
        ({"speed": float("nan")}, "speed of 0 to 12"),
        ({"size": 8}, "28 px"),
        ({"count": 7}, "8 frames"),
        ({"supersample": 0}, "supersample"),
        ({"lamp": 0.0}, "lamp above 0"),
        ({"shake": 10.0}, "shake of 0 to 9"),
        ({"noise": -1.0}, "noise"),
    ],
)
def test_what_cannot_be_drawn_is_refused(words, sentence):
    with pytest.raises(ValueError, match=sentence):
        carousel(**{"seed": 0} | words)
