"""A box that follows: what moves by known amounts, closed forms of the matches, corrections, invariances, refusals."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.detection.boxes import corner_iou
from vizcore.algorithms.matching.box_tracking import ESTIMATES, follow_box, follow_matches
from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import track

GRID = (16, 20)


def picture(rng, height, width):
    """A texture (height, width, 3) uint8 whose spots are some 6 px wide."""
    spots = rng.integers(0, 256, (height // 6 + 2, width // 6 + 2, 3)).astype(np.uint8)
    return cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC)


def film(path, grow=1.0, seed=0, height=128, width=160):
    """A textured square of 48 px that goes along path (T, 2) before a texture, and its boxes (T, 4) as shares."""
    rng = np.random.default_rng(seed)
    behind, thing = picture(rng, height, width), picture(rng, 48, 48)
    frames, boxes = [], []
    for t, (x, y) in enumerate(path):
        size = round(48 * grow**t)
        frame = behind.copy()
        frame[y : y + size, x : x + size] = cv2.resize(thing, (size, size), interpolation=cv2.INTER_AREA)
        frames.append(frame)
        boxes.append(np.array([x, y, x + size, y + size]) / [width, height, width, height])
    return np.stack(frames), np.array(boxes)


def shifted(rows, columns, grid=GRID):
    """(N,) permutation: every patch goes so many rows and columns on, round the edge."""
    numbers = np.arange(grid[0] * grid[1]).reshape(grid)
    return np.roll(numbers, (-rows, -columns), (0, 1)).ravel()


PATH = [(20 + 5 * t, 30 + 3 * t) for t in range(10)]


def test_a_thing_that_moves_over_a_still_background_is_followed():
    frames, boxes = film(PATH)
    found = follow_box(describe(frames, GRID), GRID, {0: boxes[0]})
    assert corner_iou(found.boxes, boxes).min() > 0.8
    assert (found.confidence > 0.5).all()
    assert not found.lost.any()
    assert corner_iou(boxes[0], boxes[-1]) < 0.2  # left where it was


@pytest.mark.parametrize("grow", [1.03, 0.98])
def test_a_thing_that_grows_or_shrinks_is_followed_in_size(grow):
    frames, boxes = film([(50, 40)] * 12, grow)
    found = follow_box(describe(frames, GRID), GRID, {0: boxes[0]})
    left = corner_iou(boxes[0], boxes[-1])
    assert corner_iou(found.boxes[-1], boxes[-1]) > max(0.8, left)


def test_backwards_in_time_it_is_followed_as_well():
    frames, boxes = film(PATH)
    features = describe(frames, GRID)
    there = follow_box(features, GRID, {9: boxes[9]})
    back = follow_box(features[::-1], GRID, {0: boxes[9]})
    assert there.boxes == pytest.approx(back.boxes[::-1])
    assert there.confidence == pytest.approx(back.confidence[::-1])
    assert corner_iou(there.boxes, boxes).min() > 0.8


def test_between_two_drawn_boxes_both_count_and_at_them_they_stand():
    frames, boxes = film(PATH)
    features, wrong = describe(frames, GRID), np.array([0.6, 0.1, 0.9, 0.4])
    drawn = {0: boxes[0], 5: wrong, 9: boxes[9]}
    found = follow_box(features, GRID, drawn)
    for frame, box in drawn.items():
        assert found.boxes[frame] == pytest.approx(box)
        assert found.confidence[frame] == 1
    assert found.drawn.tolist() == [0, 5, 9]
    alone = follow_box(features, GRID, {9: boxes[9]}), follow_box(features, GRID, {0: boxes[0], 9: boxes[9]})
    assert corner_iou(alone[1].boxes, boxes).min() > 0.85
    assert follow_box(features, GRID, {0: boxes[0], 5: wrong}).boxes[5:] == pytest.approx(
        follow_box(features[5:], GRID, {0: wrong}).boxes
    )


def test_what_disappears_is_lost():
    frames, boxes = film(PATH)
    frames[5:] = frames[5:, ::-1, ::-1].copy()
    frames[5:] = picture(np.random.default_rng(9), 128, 160)
    found = follow_box(describe(frames, GRID), GRID, {0: boxes[0]})
    assert not found.lost[:5].any()
    assert found.lost[5:].all()


def test_in_a_film_that_stands_still_it_stays():
    frames = np.repeat(film(PATH[:1])[0], 4, 0)
    box = np.array([0.13, 0.2, 0.41, 0.66])
    found = follow_box(describe(frames, GRID), GRID, {1: box})
    assert found.boxes == pytest.approx(np.tile(box, (4, 1)), abs=1e-6)


def test_lengths_of_features_and_their_order_do_not_matter():
    frames, boxes = film(PATH[:5])
    features = describe(frames, GRID)
    plain = follow_box(features, GRID, {0: boxes[0]})
    order = np.random.default_rng(0).permutation(features.shape[2])
    changed = follow_box(7 * features[..., order].astype(np.float64), GRID, {0: boxes[0]})
    assert changed.boxes == pytest.approx(plain.boxes, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(-2, 2), st.integers(-2, 2), st.sampled_from(list(ESTIMATES)))
def test_where_all_matches_go_one_way_the_box_goes_that_way(rows, columns, estimate):
    steps = np.stack([shifted(rows, columns)] * 2)
    box = np.array([0.4, 0.4, 0.6, 0.6])
    found = follow_matches(steps, GRID, {0: box}, estimate)
    move = np.array([columns / GRID[1], rows / GRID[0]] * 2)
    assert found.boxes == pytest.approx(np.stack([box, box + move, box + 2 * move]), abs=1e-6)
    assert found.confidence == pytest.approx(1)
    back = follow_matches(steps, GRID, {2: found.boxes[2]}, estimate)
    assert back.boxes == pytest.approx(found.boxes, abs=1e-6)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_a_third_of_matches_that_go_elsewhere_do_not_move_it(estimate):
    rng, step = np.random.default_rng(0), shifted(1, 2)
    astray = rng.choice(len(step), len(step) // 3, replace=False)
    step[astray] = step[np.roll(astray, 1)]
    box = np.array([0.3, 0.3, 0.7, 0.7])
    found = follow_matches(step[None], GRID, {0: box}, estimate)
    assert found.boxes[1] == pytest.approx(box + np.array([2 / 20, 1 / 16] * 2), abs=0.04)
    assert 0.5 < found.confidence[1] < 0.95


def test_a_box_between_patches_stays_and_is_not_sure():
    found = follow_matches(shifted(1, 1)[None], GRID, {0: [0.501, 0.501, 0.51, 0.51]})
    assert found.boxes[1] == pytest.approx([0.501, 0.501, 0.51, 0.51])
    assert found.confidence.tolist() == [1, 0]
    assert found.lost.tolist() == [False, True]


def test_the_matches_of_a_film_carry_the_box():
    frames, boxes = film([(20 + 8 * t, 30) for t in range(8)])
    steps = track(describe(frames, GRID), "greedy").steps
    found = follow_matches(steps, GRID, {0: boxes[0]})
    assert corner_iou(found.boxes, boxes).mean() > 0.75
    assert repr(found).startswith("BoxTrack(8 frames, drawn in 1, confidence ")


def test_wrong_arguments_are_refused():
    features, steps = np.ones((3, 320, 2)), np.tile(np.arange(320), (2, 1))
    box = [0.1, 0.1, 0.4, 0.4]
    for bad, grid in [(np.ones((3, 320)), GRID), (features, (16, 21)), (features, (1, 320)), (features[:0], GRID)]:
        with pytest.raises(ValueError, match=r"want features \(T, N, C\) of a grid of 2 x 2 or more"):
            follow_box(bad, grid, {0: box})
    for bad, grid in [(steps[0], GRID), (steps, (16, 21))]:
        with pytest.raises(ValueError, match=r"want steps \(T-1, N\) of a grid of N patches"):
            follow_matches(bad, grid, {0: box})
    for follow, what in ((follow_box, features), (follow_matches, steps)):
        for boxes in ({}, {3: box}, {-1: box}):
            with pytest.raises(ValueError, match="want boxes at frames 0 to 2, got"):
                follow(what, GRID, boxes)
        for bad in ([0.4, 0.1, 0.1, 0.4], [0.1, 0.1, 0.4], [0.1, 0.1, 0.4, 1.2], [np.nan, 0.1, 0.4, 0.4]):
            with pytest.raises(ValueError, match="want boxes x1 < x2, y1 < y2 within 0 to 1, got"):
                follow(what, GRID, {0: bad})
    with pytest.raises(ValueError, match="want an estimate of median, similarity, got 'mean'"):
        follow_matches(steps, GRID, {0: box}, "mean")
    features[1, 3] = np.nan
    with pytest.raises(ValueError, match="want finite features"):
        follow_box(features, GRID, {0: box})
