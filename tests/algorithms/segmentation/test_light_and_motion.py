"""Light and motion of frames: what is known of made pictures is found in them."""

import cv2
import numpy as np
import pytest

from vizcore.algorithms.segmentation.light_and_motion import brightness, motion


def texture(seed=0):
    """(72, 128, 3) smooth noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (72, 128, 3)).astype(np.float32)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def test_brightness_is_the_mean_of_luma_from_black_to_white():
    frames = np.zeros((5, 6, 8, 3), np.uint8)
    for k, colour in enumerate(((0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255))):
        frames[k] = colour
    assert brightness(frames) == pytest.approx([0, 1, 0.299, 0.587, 0.114], abs=0.003)
    half = np.zeros((1, 6, 8, 3), np.uint8)
    half[:, :3] = 255
    assert brightness(half) == pytest.approx([0.5])


@pytest.mark.parametrize("shift", [1, 2, 4])
def test_a_pan_moves_by_its_share_of_the_width(shift):
    wide = np.concatenate([texture(), texture(1)], 1)
    frames, after = wide[None, :, 20:116], wide[None, :, 20 + shift : 116 + shift]
    assert motion(frames, after) == pytest.approx([100 * shift / 96], rel=0.15)


def test_what_stands_still_does_not_move():
    frames = np.stack([texture(), texture(1)])
    assert motion(frames, frames) == pytest.approx([0, 0], abs=0.01)


def test_wrong_frames_are_refused():
    with pytest.raises(ValueError, match=r"want frames \(T, H, W, 3\) uint8, got"):
        brightness(np.zeros((2, 4, 4, 3)))
    with pytest.raises(ValueError, match="want as many frames after as before"):
        motion(np.zeros((2, 4, 4, 3), np.uint8), np.zeros((1, 4, 4, 3), np.uint8))
