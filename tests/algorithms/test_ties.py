"""What rounding must not decide: signs of directions, equal neighbours, equal heat, equal ways through a table."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.alignment import dtw as warping
from vizcore.algorithms.alignment.dtw import dtw, warp
from vizcore.algorithms.alignment.kendall import nearest
from vizcore.algorithms.attribution.cam import eigen_cam, normalise
from vizcore.algorithms.attribution.faithfulness import patch_order
from vizcore.algorithms.matching.feature_colours import feature_colours
from vizcore.algorithms.matching.matching import track
from vizcore.algorithms.nonlocal_blocks.spectral import affinity, spectrum
from vizcore.algorithms.ties import first_least, upright
from vizcore.features.alignment.figures import cost_matrix_values
from vizcore.features.matching.figures import permutation_figure

EPS = float(np.finfo(np.float32).eps)


def noise(rng, values, ulps=8):
    """The same numbers from another machine."""
    return (values + EPS * np.abs(values).max() * rng.integers(-ulps, ulps + 1, values.shape)).astype(np.float32)


@given(st.integers(0, 10**6), st.booleans())
def test_a_direction_and_its_opposite_are_turned_to_one(seed, imaginary):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((7, 4)) + 1j * imaginary * rng.standard_normal((7, 4))
    turn = np.exp(2j * np.pi * rng.random((1, 4))) if imaginary else rng.choice([-1.0, 1.0], (1, 4))
    assert np.allclose(vectors * upright(vectors), vectors * turn * upright(vectors * turn))
    assert np.allclose(np.abs(upright(vectors)), 1)


def test_of_two_largest_entries_the_first_gives_the_sign_whatever_the_last_bits():
    rng = np.random.default_rng(0)
    even = np.array([0.1, -0.7, 0.7, 0.2])[:, None]
    assert {float(upright(noise(rng, even))[0, 0]) for _ in range(30)} == {-1.0}
    assert upright(np.zeros((3, 1))).tolist() == [[1]]


def test_of_two_least_the_first_is_taken_whatever_the_last_bits():
    rng = np.random.default_rng(0)
    values = np.array([3.0, 1.0, 2.0, 1.0])
    assert {int(first_least(noise(rng, values), 64 * EPS)) for _ in range(30)} == {1}
    assert first_least(np.array([[1.0, 0.0], [0.0, 5.0]]), 0.0, axis=1).tolist() == [1, 0]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_still_clip_walks_along_the_diagonal_of_itself(compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(warping, "kernel", lambda name: None)
    rng = np.random.default_rng(1)
    for _ in range(5):
        still = noise(rng, np.tile(rng.standard_normal((1, 64)), (30, 1)))
        assert warp(still, still[::-1]).path.tolist() == [[k, k] for k in range(30)]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("open_end", [False, True])
def test_equal_ways_give_one_path_whatever_the_last_bits(open_end, compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(warping, "kernel", lambda name: None)
    rng = np.random.default_rng(2)
    cost = rng.integers(0, 3, (25, 31)) / 4  # sums of quarters are equal in many ways
    paths = {dtw(noise(rng, cost), open_end=open_end).path.tobytes() for _ in range(20)}
    assert paths == {dtw(cost.astype(np.float32), open_end=open_end).path.tobytes()}


def test_held_frames_are_one_and_the_same_neighbour():
    rng = np.random.default_rng(3)
    frames = rng.standard_normal((10, 32))
    held = np.repeat(frames, 3, 0)  # a film drawn on threes
    for _ in range(10):
        assert nearest(frames.astype(np.float32), noise(rng, held)).tolist() == list(range(0, 30, 3))


def test_a_map_that_varies_by_rounding_alone_has_no_heat():
    rng = np.random.default_rng(4)
    for value in (0.3, -2.0):
        flat = torch.from_numpy(noise(rng, np.full((3, 4, 5), value)))
        assert not normalise(flat).any()
        maps = torch.from_numpy(noise(rng, np.tile(rng.standard_normal(6), (3, 4, 5, 1)), 2))
        assert not eigen_cam(maps).any()


def test_patches_that_are_equally_hot_are_drawn_not_sorted_by_their_last_bits():
    rng = np.random.default_rng(5)
    heat = rng.integers(0, 3, (2, 6, 6)) / 2
    orders = {patch_order(noise(rng, heat), seed=7).tobytes() for _ in range(20)}
    assert orders == {patch_order(heat, seed=7).tobytes()}
    assert (np.diff(heat.ravel()[patch_order(heat)]) <= 0).all()


@pytest.mark.parametrize("graph", ["snl", "nl"])
def test_modes_have_a_sign_that_does_not_hang_on_the_solver(graph):
    rng = np.random.default_rng(6)
    features = torch.from_numpy(rng.standard_normal((24, 12)))
    order = rng.permutation(24)
    plain, shuffled = spectrum(affinity(graph, features)), spectrum(affinity(graph, features[order]))
    assert np.allclose(plain.values, shuffled.values)
    own = np.abs(plain.values) > 1e-6  # the modes of eigenvalue 0 are any basis of what is left
    assert own.sum() >= 12
    assert np.allclose(plain.right[order][:, own], shuffled.right[:, own])
    assert np.allclose(plain.left[own][:, order], shuffled.left[own])


def test_colours_of_two_opposite_patches_do_not_swap_with_the_last_bits():
    rng = np.random.default_rng(7)
    along = rng.standard_normal(16)
    tokens = np.stack([-along, along, 0 * along, 0.5 * along])[None]
    assert len({feature_colours(noise(rng, tokens)).tobytes() for _ in range(20)}) == 1


def test_costs_of_two_still_clips_are_drawn_as_one_colour():
    drawn, low, high = cost_matrix_values(noise(np.random.default_rng(8), np.full((9, 7), 1.0)))
    assert np.ptp(drawn) <= 8  # of 255
    assert 1 - 1e-5 < low <= high < 1 + 1e-5
    assert np.ptp(cost_matrix_values(np.linspace(0, 0.01, 9).reshape(3, 3))[0]) == 255


def test_undecided_pairs_are_drawn_apart():
    still = track(np.ones((2, 6, 3), np.float32))
    (marks,) = (trace for trace in permutation_figure(still, 0).data if trace.name == "undecided")
    assert sorted(marks.x) == list(range(6))
    sure = track(np.stack([np.eye(6, dtype=np.float32)] * 2))
    assert "undecided" not in {trace.name for trace in permutation_figure(sure, 0).data}
