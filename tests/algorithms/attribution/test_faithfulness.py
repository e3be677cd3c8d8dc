"""Deletion, insertion and foreground: additive models with areas that can be written down, and masks that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.attribution.faithfulness import (
    REPLACEMENTS,
    baseline,
    curves,
    foreground,
    on_grid,
    patch_numbers,
    patch_order,
)

SHAPE = 2, 3, 4  # (T', h, w)
FRAMES = np.full((4, 9, 12, 3), 255, np.uint8)
PATCHES = 24
shapes = st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
seeds = st.integers(0, 1000)


def additive(weights: np.ndarray):
    """A model that adds up how much of each white patch is there: 1 for the clip, 0 for black."""
    numbers = patch_numbers(FRAMES.shape[:3], weights.shape)

    def score(clips: np.ndarray) -> np.ndarray:
        there = [np.bincount(numbers.ravel(), (clip[..., 0] / 255).ravel()) for clip in clips]
        return np.stack(there) / np.bincount(numbers.ravel()) @ weights.ravel() / weights.sum()

    return score


def random_weights(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(SHAPE) + 0.01


def test_for_falling_weights_the_areas_are_their_closed_form():
    weights = np.random.default_rng(0).permutation(np.arange(1.0, PATCHES + 1)).reshape(SHAPE)
    found = curves(additive(weights), FRAMES, weights, steps=PATCHES, replacement="black")
    k = np.arange(PATCHES + 1)
    shown = k * (2 * PATCHES + 1 - k) / (PATCHES * (PATCHES + 1))  # 24 + 23 + ... of 300
    assert np.allclose(found.share, k / PATCHES)
    assert np.allclose(found.insertion, shown)
    assert np.allclose(found.deletion, 1 - shown)
    # By trapezoids, sum of k (2M + 1 - k) / (M (M + 1)) over k = 1 .. M - 1, plus 1/2, over M:
    m = PATCHES
    area = ((2 * m + 1) * (m - 1) / 2 - (m - 1) * (2 * m - 1) / 6) / (m + 1) / m + 0.5 / m
    assert found.insertion_area == pytest.approx(area)
    assert found.deletion_area == pytest.approx(1 - area)
    assert found.gap == pytest.approx(2 * area - 1)


@given(seeds, seeds)
def test_no_heat_beats_the_weights_of_an_additive_model(seed, other):
    weights = random_weights(seed)
    best, some = (
        curves(additive(weights), FRAMES, heat, steps=PATCHES, replacement="black")
        for heat in (weights, random_weights(other))
    )
    assert best.deletion_area <= some.deletion_area + 1e-12
    assert best.insertion_area >= some.insertion_area - 1e-12
    worst = curves(additive(weights), FRAMES, -weights, steps=PATCHES, replacement="black")
    assert worst.insertion_area == pytest.approx(best.deletion_area)


def test_equal_weights_make_a_straight_line_whatever_the_order():
    flat = np.ones(SHAPE)
    for found in baseline(additive(flat), FRAMES, SHAPE, range(3), steps=PATCHES, replacement="black"):
        assert np.allclose(found.insertion, found.share)
        assert found.gap == pytest.approx(0)


def test_patches_in_no_order_gain_nothing_on_the_average_and_a_seed_repeats():
    score = additive(random_weights(0) ** 4)
    found = baseline(score, FRAMES, SHAPE, range(200), steps=PATCHES, replacement="black")
    gaps = [one.gap for one in found]
    assert abs(np.mean(gaps)) < 4 * np.std(gaps) / len(gaps) ** 0.5
    again = baseline(score, FRAMES, SHAPE, [7], steps=PATCHES, replacement="black")[0]
    assert np.array_equal(again.deletion, found[7].deletion)
    assert len({one.deletion_area for one in found}) > 190


@given(st.integers(1, 40), st.integers(1, 9), st.sampled_from([*REPLACEMENTS]), seeds)
def test_curves_begin_and_end_with_the_whole_clip_and_do_not_depend_on_the_batch(steps, batch, replacement, seed):
    frames = np.random.default_rng(seed).integers(0, 256, (4, 9, 12, 3), np.uint8)
    sizes = []

    def score(clips):
        sizes.append(len(clips))
        return (clips == frames).mean((1, 2, 3, 4))

    found = curves(score, frames, random_weights(seed), steps, replacement, batch)
    assert found.deletion[0] == found.insertion[-1] == 1
    assert found.deletion[-1] == found.insertion[0] < 1
    assert (found.share[0], found.share[-1]) == (0, 1)
    assert len(found.share) == len(found.deletion) == min(steps, PATCHES) + 1
    assert max(sizes) <= batch
    together = curves(score, frames, random_weights(seed), steps, replacement, 99)
    assert np.array_equal(together.deletion, found.deletion)


def test_the_hottest_patch_goes_first_and_in_all_frames_that_it_stands_for():
    heat = np.zeros(SHAPE)
    heat[1, 2, 0] = 1
    scored = []
    curves(lambda clips: scored.extend(clips) or np.zeros(len(clips)), FRAMES, heat, PATCHES, "black", batch=99)
    first = (scored[1] == 0).all(-1)
    expected = np.zeros((4, 9, 12), bool)
    expected[2:4, 6:9, 0:3] = True
    assert np.array_equal(first, expected)


@given(shapes, seeds)
def test_the_order_falls_and_equal_patches_are_shuffled_by_the_seed_alone(shape, seed):
    heat = np.random.default_rng(seed).integers(0, 3, shape).astype(float)
    order = patch_order(heat, seed)
    assert sorted(order) == list(range(heat.size))
    assert (np.diff(heat.ravel()[order]) <= 0).all()
    assert np.array_equal(order, patch_order(5 * heat + 1, seed))


def test_replacements_keep_size_and_lose_what_a_patch_shows():
    frames = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), np.uint8)
    for replace in REPLACEMENTS.values():
        gone = replace(frames, (2, 4, 4))
        assert (gone.shape, gone.dtype) == (frames.shape, np.uint8)
        assert gone.std() < frames.std() / 8
    assert np.abs(REPLACEMENTS["mean colour"](frames, (2, 4, 4)).mean((0, 1, 2)) - frames.mean((0, 1, 2))).max() <= 0.5
    assert REPLACEMENTS["blur"](FRAMES, SHAPE).min() == 255


@given(shapes, shapes, seeds)
def test_a_mask_on_the_grid_is_the_mean_over_the_pixels_of_each_patch(shape, times, seed):
    size = tuple(a * b for a, b in zip(shape, times))
    mask = np.random.default_rng(seed).random(size) < 0.4
    numbers = patch_numbers(size, shape).ravel()
    assert np.allclose(on_grid(mask, shape).ravel(), np.bincount(numbers, mask.ravel()) / np.bincount(numbers))


@pytest.mark.parametrize("side", [13, 17, 20, 33])
def test_what_a_mask_covers_whole_is_covered_no_more_than_whole(side):
    assert on_grid(np.ones((3, side, side)), (3, 3, 3)).max() == 1


@given(shapes, seeds)
def test_a_grid_that_does_not_divide_the_mask_keeps_its_area(shape, seed):
    mask = np.random.default_rng(seed).random((7, 11, 13)) < 0.3
    found = on_grid(mask, shape)
    assert found.mean() == pytest.approx(mask.mean())
    assert np.allclose(on_grid(np.ones_like(mask), shape), 1)


def test_foreground_of_known_masks():
    mask = np.zeros((2, 2, 2))
    mask[0, 0, 0], mask[0, 0, 1], mask[1, 1, 1] = 1, 0.5, 1
    heat = np.zeros((2, 2, 2))
    heat[0, 0, 0], heat[0, 0, 1], heat[1, 0, 0] = 3, 2, 5
    found = foreground(heat, mask)
    assert found.share == pytest.approx((3 + 1) / 10)
    assert found.area == pytest.approx(2.5 / 8)
    assert found.ratio == pytest.approx(0.4 / (2.5 / 8))
    assert found.hit == pytest.approx(1 / 2)  # frame 0 hits, frame 1 does not
    even = foreground(np.ones((2, 2, 2)), mask)
    assert even.ratio == pytest.approx(1)
    assert even.hit == pytest.approx(2.5 / 8)  # all patches are the hottest


def test_without_heat_or_mask_there_is_nothing_to_say():
    assert np.isnan(foreground(np.zeros((2, 2, 2)), np.ones((2, 2, 2))).share)
    nowhere = foreground(np.ones((2, 2, 2)), np.zeros((2, 2, 2)))
    assert np.isnan(nowhere.ratio)
    assert np.isnan(nowhere.hit)
    assert nowhere.share == 0
    half = np.zeros((2, 2, 2))
    half[0] = 1
    assert foreground(np.ones((2, 2, 2)), half).hit == 1  # the frame without a mask does not count


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: curves(len, FRAMES[..., 0], np.ones(SHAPE)), r"frames \(T, H, W, 3\) uint8, got \(4, 9, 12\)"),
        (lambda: curves(len, FRAMES, np.ones((5, 3, 4))), r"at most \(4, 9, 12\), got \(5, 3, 4\)"),
        (lambda: curves(len, FRAMES, np.ones(SHAPE) / 0), "finite"),
        (lambda: curves(len, FRAMES, np.ones(SHAPE), replacement="noise"), "black, got 'noise'"),
        (lambda: curves(len, FRAMES, np.ones(SHAPE), steps=0), "at least 1 step and 1 clip at once, got 0 and 8"),
        (lambda: foreground(np.ones((2, 2, 2)), np.ones((2, 2, 3))), r"got \(2, 2, 2\), \(2, 2, 3\)"),
        (lambda: foreground(-np.ones((2, 2, 2)), np.ones((2, 2, 2))), "at least 0"),
        (lambda: foreground(np.ones((2, 2, 2)), 2 * np.ones((2, 2, 2))), "from 0 to 1, got 2.0 to 2.0"),
        (lambda: on_grid(np.ones((2, 2)), SHAPE), r"at least \(2, 3, 4\), got \(2, 2\)"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_refusals_say_what_was_wanted_and_got(call, words):
    with pytest.raises(ValueError, match=words):
        call()
