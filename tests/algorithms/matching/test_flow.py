"""Optical flow as witness: known shifts come back in patches, whatever the grid, and agreement is a distance."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.matching.flow import agreement, dense_flow, patch_flow


def texture(height=160, width=240, seed=0):
    """(H, W, 3) uint8 with structure at several scales."""
    rng = np.random.default_rng(seed)
    layers = [cv2.resize(rng.random((height // k, width // k, 3)), (width, height)) for k in (4, 8, 32)]
    return (255 * sum(layers) / 3).astype(np.uint8)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (0, 6), (9, 0), (-5, 8), (3, -11)])
@pytest.mark.parametrize("grid", [(8, 12), (7, 11), (3, 5)])
def test_a_shift_of_the_picture_comes_back_in_patches(down, right, grid):
    frame = texture()
    frames = np.stack([frame, np.roll(frame, (down, right), (0, 1))])
    flow = patch_flow(dense_flow(frames), grid).reshape(*grid, 2)
    expected = np.array([down * grid[0] / 160, right * grid[1] / 240])
    inner = flow[1:-1, 1:-1].reshape(-1, 2)  # what enters at a border comes from nowhere
    assert np.median(np.abs(inner - expected), axis=0) == pytest.approx([0, 0], abs=0.05)


def test_the_flow_says_right_then_down_in_pixels():
    frame = texture()
    flow = dense_flow(np.stack([frame, np.roll(frame, (4, 7), (0, 1)), frame]))
    assert flow.shape == (2, 160, 240, 2)
    assert flow.dtype == np.float32
    assert np.median(flow[0], axis=(0, 1)) == pytest.approx([7, 4], abs=0.2)
    assert np.median(flow[1], axis=(0, 1)) == pytest.approx([-7, -4], abs=0.2)


def test_a_patch_moves_as_most_of_it_does():
    flow = np.zeros((1, 8, 8, 2), np.float32)
    flow[0, :, :3] = (4, 2)  # three of the eight columns
    assert patch_flow(flow, (1, 1)).tolist() == [[[0, 0]]]
    flow[0, :, :5] = (4, 2)  # five of the eight: 4 px right and 2 px down, of 8
    assert patch_flow(flow, (1, 1)).tolist() == [[[0.25, 0.5]]]
    assert patch_flow(flow, (1, 2)).tolist() == [[[0.25, 1.0], [0, 0]]]


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 9), st.integers(1, 9))
def test_a_uniform_flow_is_uniform_on_any_grid_of_any_frame(height, width, rows, columns):
    flow = np.full((2, height, width, 2), (3, -2), np.float32)
    patches = patch_flow(flow, (rows, columns))
    assert patches.shape == (2, rows * columns, 2)
    expected = [-2 * rows / height, 3 * columns / width]
    assert patches.reshape(-1, 2) == pytest.approx(np.tile(expected, (2 * rows * columns, 1)), rel=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (12, 12), (50, 50)])
def test_small_frames_have_a_flow_too(size):
    frames = np.random.default_rng(0).integers(0, 256, (3, *size, 3), np.uint8)
    flow = dense_flow(frames)
    assert flow.shape == (2, *size, 2)
    assert np.isfinite(flow).all()


def test_one_frame_has_no_flow():
    assert dense_flow(texture()[None]).shape == (0, 160, 240, 2)
    assert patch_flow(np.zeros((0, 16, 24, 2), np.float32), (2, 3)).shape == (0, 6, 2)


def test_agreement_is_the_distance_between_two_moves():
    moves = np.array([[[0, 0], [1, 0], [1, 1], [-2, 3]]])
    flow = np.array([[[0.6, 0.8], [0, 0], [0, 0], [-2, 3.2]]])
    assert agreement(moves, flow).tolist() == [[True, True, False, True]]  # 1, 1, 1.41 and 0.2 patches away
    assert agreement(moves, flow, tolerance=0.5).tolist() == [[False, False, False, True]]


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match=r"want frames \(T, H, W, 3\) uint8, got \(2, 4, 4\) float64"):
        dense_flow(np.zeros((2, 4, 4)))
    with pytest.raises(ValueError, match=r"want frames \(T, H, W, 3\) uint8"):
        dense_flow(np.zeros((0, 4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match=r"want a flow \(T-1, H, W, 2\) and a grid of at least 1 x 1"):
        patch_flow(np.zeros((1, 4, 4)), (2, 2))
    with pytest.raises(ValueError, match=r"got \(1, 4, 4, 2\) and \(0, 2\)"):
        patch_flow(np.zeros((1, 4, 4, 2)), (0, 2))
    with pytest.raises(ValueError, match=r"want moves of one shape, got \(1, 4, 2\) and \(1, 3, 2\)"):
        agreement(np.zeros((1, 4, 2)), np.zeros((1, 3, 2)))
