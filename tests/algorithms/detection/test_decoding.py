"""From tokens to detections: worked numbers, what theta may do, and suppression against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.detection.boxes import corner_iou, corners
from vizcore.algorithms.detection.decoding import decode

BOXES = np.array([(x, y, 0.3, 0.3) for y in (0.25, 0.75) for x in (0.25, 0.75)])
ACTOR = np.array([0.9, 0.2, 0.4, 0.1])
ACTIONS = np.array([[0.5, 1.0], [0.2, 0.3], [1.0, 0.0], [0.1, 0.1]])


@pytest.mark.parametrize(("theta", "left"), [(0.25, [0, 2]), (0.4, [0]), (0.9, []), (1, []), (-0.1, [0, 1, 2, 3])])
def test_tokens_strictly_above_theta_are_kept(theta, left):
    assert decode(BOXES, ACTOR, ACTIONS, theta).tokens.tolist() == left


@given(st.lists(st.floats(-0.1, 1.1), min_size=2, max_size=2))
def test_raising_theta_never_adds(thetas):
    few, many = (set(decode(BOXES, ACTOR, ACTIONS, theta).tokens) for theta in sorted(thetas, reverse=True))
    assert few <= many


def test_boxes_are_corners_within_the_frame_and_scores_are_of_the_kind_that_is_asked_for():
    wide = BOXES * [1, 1, 3, 1]
    found = decode(wide, ACTOR, ACTIONS, 0)
    assert found.boxes == pytest.approx(corners(wide).clip(0, 1))
    assert found.boxes.min() == 0
    assert found.scores == pytest.approx(ACTOR[:, None] * ACTIONS)
    assert decode(wide, ACTOR, ACTIONS, 0, "action").scores == pytest.approx(ACTIONS)


@given(st.integers(0, 10**6), st.floats(0.05, 0.9))
def test_suppression_keeps_a_box_unless_a_more_confident_kept_one_covers_it(seed, overlap):
    rng = np.random.default_rng(seed)
    boxes, actor = rng.uniform(0.2, 0.6, (12, 4)), rng.uniform(0, 1, 12)
    left = decode(boxes, actor, np.ones((12, 1)), -1, overlap=overlap).tokens
    frames = corners(boxes).clip(0, 1)
    for token in range(12):
        surer = [other for other in left if actor[other] > actor[token]]
        covered = any(corner_iou(frames[token], frames[other]) > overlap for other in surer)
        assert (token in left) is not covered


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"want a score of product, action, got 'sum'"):
        decode(BOXES, ACTOR, ACTIONS, score="sum")
    with pytest.raises(ValueError, match=r"want boxes \(N, 4\).*got \(4, 4\), \(3,\) and \(4, 2\)"):
        decode(BOXES, ACTOR[:3], ACTIONS)
