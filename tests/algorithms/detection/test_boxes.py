"""Boxes: worked numbers, counted squares as oracle of areas, what the general overlap promises, numpy and torch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizcore.algorithms.detection.boxes import centred, corner_iou, corners, giou, iou

GRID = st.integers(0, 12)  # sides and places on a grid, so that areas can be counted


@st.composite
def counted_boxes(draw):
    """Corners on a grid of unit squares, sides of 1 or more."""
    x, y, w, h = draw(GRID), draw(GRID), draw(st.integers(1, 8)), draw(st.integers(1, 8))
    return np.array([x, y, x + w, y + h], float)


FREE = hnp.arrays(np.float64, 4, elements=st.floats(0.01, 1))


def squares(box):
    """The unit squares that a box on the grid covers."""
    x1, y1, x2, y2 = box.astype(int)
    return {(x, y) for x in range(x1, x2) for y in range(y1, y2)}


def test_worked_examples():
    box = np.array([0.5, 0.5, 0.2, 0.2])
    pairs = [
        (box, box, 1, 1),
        (box, box + np.array([0.1, 0, 0, 0]), 1 / 3, 1 / 3),
        (np.array([0.1, 0.1, 0.2, 0.2]), np.array([0.9, 0.9, 0.2, 0.2]), 0, -0.92),
        (np.array([0.5, 0.5, 0.4, 0.4]), box, 0.25, 0.25),
        (box * [1, 1, 0, 0], box * [1, 1, 0, 0], 0, 0),
    ]
    for a, b, plain, general in pairs:
        assert iou(a, b) == pytest.approx(plain)
        assert giou(a, b) == pytest.approx(general)


@given(counted_boxes(), counted_boxes())
def test_overlap_is_what_counting_squares_gives(a, b):
    shared, either = squares(a) & squares(b), squares(a) | squares(b)
    low, high = np.minimum(a[:2], b[:2]), np.maximum(a[2:], b[2:])
    hull = np.prod(high - low)
    assert corner_iou(a, b) == pytest.approx(len(shared) / len(either))
    general = len(shared) / len(either) - (hull - len(either)) / hull
    assert giou(centred(a), centred(b)) == pytest.approx(general)


@given(FREE, FREE)
def test_general_overlap_is_symmetric_and_between_minus_1_and_1(a, b):
    assert -1 <= giou(a, b) <= iou(a, b) + 1e-12 <= 1 + 1e-9
    assert giou(a, b) == pytest.approx(giou(b, a))
    assert giou(a, a) == pytest.approx(1)


@given(FREE, st.floats(0.1, 1), st.floats(0.1, 1))
def test_a_box_inside_another_has_no_empty_hull(a, wide, high):
    inner = a * [1, 1, wide, high]
    assert giou(a, inner) == pytest.approx(iou(a, inner)) == pytest.approx(wide * high)


@given(FREE)
def test_corners_and_centres_are_each_others_inverse(box):
    assert centred(corners(box)) == pytest.approx(box)


def test_tensors_give_what_arrays_give_in_any_leading_shape():
    a, b = np.random.default_rng(0).uniform(0.1, 1, (2, 3, 5, 4))
    for function in (giou, iou):
        pairs = function(torch.from_numpy(a)[:, :, None], torch.from_numpy(b)[:, None])
        assert pairs.shape == (3, 5, 5)
        assert pairs.numpy() == pytest.approx(function(a[:, :, None], b[:, None]))


def test_gradients_are_those_of_finite_differences_and_finite_for_boxes_without_area():
    a, b = torch.rand(2, 6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) + 0.1
    assert torch.autograd.gradcheck(giou, (a.requires_grad_(), b))
    flat = torch.zeros(1, 4, requires_grad=True)
    giou(flat, flat.detach()).sum().backward()
    assert torch.isfinite(flat.grad).all()


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match=r"want boxes \(\.\.\., 4\), got \(3, 5\)"):
        giou(np.zeros((3, 5)), np.zeros((3, 5)))
