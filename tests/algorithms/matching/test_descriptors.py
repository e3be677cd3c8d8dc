"""Descriptors: what a patch looks like, seen from what must not matter and from what a matching makes of it."""

import cv2
import numpy as np
import pytest
from conftest import REAL_CLIPS, real_clip
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.matching.descriptors import DESCRIPTORS, describe
from vizcore.algorithms.matching.flow import agreement, dense_flow, patch_flow
from vizcore.algorithms.matching.matching import track
from vizcore.video import read_frames

EVERY_DESCRIPTOR = pytest.mark.parametrize("name", DESCRIPTORS)


def texture(height=112, width=160, seed=0):
    """(H, W, 3) uint8 with structure at several scales."""
    rng = np.random.default_rng(seed)
    layers = [cv2.resize(rng.random((max(1, height // k), max(1, width // k), 3)), (width, height)) for k in (3, 8, 24)]
    return (255 * sum(layers) / 3).astype(np.uint8)


def cosine(features):
    unit = features / np.linalg.norm(features, axis=-1, keepdims=True)
    return unit @ unit.swapaxes(-1, -2)


@EVERY_DESCRIPTOR
@given(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=15)
def test_any_grid_on_any_frame_gives_finite_numbers(name, t, height, width, rows, columns):
    frames = np.random.default_rng(height).integers(0, 256, (t, height, width, 3), np.uint8)
    features = describe(frames, (rows, columns), name)
    assert features.shape[:2] == (t, rows * columns)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


@EVERY_DESCRIPTOR
def test_a_frame_is_described_by_itself_alone(name):
    frames = np.stack([texture(seed=k) for k in range(3)])
    together = describe(frames, (7, 10), name)
    for t in range(3):
        assert np.array_equal(describe(frames[t : t + 1], (7, 10), name)[0], together[t])


@EVERY_DESCRIPTOR
def test_unrelated_patches_have_cosines_around_0(name):
    features = describe(np.stack([texture(seed=0), texture(seed=1)]), (7, 10), name)
    unit = features / np.linalg.norm(features, axis=-1, keepdims=True)
    between = unit[0] @ unit[1].T
    assert abs(between.mean()) < 0.3
    assert between.std() > 0.05


@EVERY_DESCRIPTOR
@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (0, -2), (2, 1)])
def test_a_shift_by_whole_patches_is_found(name, down, right):
    frame = texture()
    frames = np.stack([frame, np.roll(frame, (16 * down, 16 * right), (0, 1))])  # patches of 16 x 16 px
    moves = track(describe(frames, (7, 10), name)).displacement((7, 10)).reshape(7, 10, 2)
    inner = moves[2:-2, 2:-2].reshape(-1, 2)  # at the borders the surroundings change
    assert (inner == (down, right)).all(-1).mean() > 0.8


@EVERY_DESCRIPTOR
def test_light_noise_keeps_every_patch_in_place(name):
    frame = texture().astype(int)
    noise = np.random.default_rng(0).normal(0, 2, frame.shape).round().astype(int)
    frames = np.stack([frame, (frame + noise).clip(0, 255)]).astype(np.uint8)
    assert track(describe(frames, (7, 10), name)).identity_share[0] == 1


@EVERY_DESCRIPTOR
def test_plain_patches_are_alike_and_stay(name):
    rng = np.random.default_rng(0)
    plain = (128 + rng.integers(-1, 2, (2, 112, 160, 3))).astype(np.uint8)  # grey with a flicker of one level
    if name != "pixels":
        assert cosine(describe(plain, (7, 10), name)).min() > 0.7
    still = np.full((2, 112, 160, 3), 90, np.uint8)
    assert track(describe(still, (7, 10), name)).identity_share[0] == 1


def test_the_size_of_the_frame_hardly_matters():
    large = texture(336, 480)
    small = cv2.resize(large, (160, 112), interpolation=cv2.INTER_AREA)
    features = [describe(frame[None], (7, 10))[0] for frame in (large, small)]
    same = [(a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(*features)]
    assert min(same) > 0.95


def test_edges_do_not_see_colour_nor_a_change_of_light():
    grey = cv2.GaussianBlur(texture()[..., :1].repeat(3, -1), (0, 0), 1) // 2 + 40
    edges = [describe(frame[None], (7, 10), "gradient")[0] for frame in (grey, grey + 20)]
    same = (edges[0] * edges[1]).sum(-1)
    assert same.min() > 0.9
    negative = describe(255 - grey[None], (7, 10), "gradient")[0]
    assert (edges[0] * negative).sum(-1).max() < same.min()  # dark-to-light is not light-to-dark


def test_colours_do_not_see_fine_edges():
    stripes = np.zeros((112, 160, 3), np.uint8)
    stripes[:, ::2] = 255
    features = [describe(frame[None], (7, 10), "colour")[0] for frame in (stripes, np.roll(stripes, 1, 1))]
    assert (features[0] * features[1]).sum(-1).min() > 0.99


def test_surroundings_tell_equal_patches_apart():
    wall = np.full((112, 160, 3), 60, np.uint8)
    wall[48:64, 64:80] = (250, 200, 0)  # one bright patch: row 3, column 4
    near, far = 3 * 10 + 6, 69  # two columns from it, and at the other end
    alone, around = (cosine(describe(wall[None], (7, 10), name)[0]) for name in ("patch alone", "colour + gradient"))
    assert alone[near, far] > 0.999
    assert around[near, far] < 0.9


@pytest.mark.skipif(not REAL_CLIPS, reason="no real clips: set VIZCORE_SHARED_DATA to the folder that holds videos/")
@pytest.mark.parametrize(("clip", "floor"), [("mmaction2_test.mp4", 0.65), ("mmaction2_demo.mp4", 0.65)])
def test_on_clips_with_motion_the_matching_follows_the_flow_and_staying_does_not(clip, floor):
    starts = (40, 100, 160)
    frames = read_frames(real_clip(clip), [frame for start in starts for frame in (start, start + 6)])
    agrees, moving, stays = [], [], []
    for pair in frames.reshape(len(starts), 2, *frames.shape[1:]):
        flow = patch_flow(dense_flow(pair), (14, 19))
        agrees.append(agreement(track(describe(pair, (14, 19))).displacement((14, 19)), flow))
        stays.append(agreement(np.zeros_like(flow), flow))
        moving.append(np.linalg.norm(flow, axis=-1) > 1)
    agrees, moving, stays = np.concatenate(agrees), np.concatenate(moving), np.concatenate(stays)
    assert agrees.mean() > stays.mean()
    assert agrees[moving].mean() > floor


def test_wrong_input_is_refused():
    frames = texture()[None]
    with pytest.raises(ValueError, match=r"want frames \(T, H, W, 3\) uint8, got \(112, 160, 3\) uint8"):
        describe(frames[0], (7, 10))
    with pytest.raises(ValueError, match=r"got \(1, 112, 160, 3\) float32"):
        describe(frames.astype(np.float32), (7, 10))
    with pytest.raises(ValueError, match=r"want a grid of \(rows, columns\), at least 1 each, got \(0, 10\)"):
        describe(frames, (0, 10))
    with pytest.raises(ValueError, match=r"want a descriptor of colour \+ gradient, colour, gradient, .* got 'sift'"):
        describe(frames, (7, 10), "sift")
