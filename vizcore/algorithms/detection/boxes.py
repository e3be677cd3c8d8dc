"""Boxes and how well two of them agree: intersection over union, and its general form that also tells how far apart.

    (cx, cy, w, h) - corners -> (x1, y1, x2, y2) - centred -> (cx, cy, w, h)
    two boxes - iou -> 0 to 1; giou -> -1 to 1

Boxes are (..., 4), numpy or torch (then differentiable), in any unit; leading axes broadcast, so that a[:, None]
against b compares all pairs. Networks speak of centres and sides, files of corners.
"""

from types import ModuleType

import numpy as np
import torch

Array = np.ndarray | torch.Tensor


def corners(boxes: Array) -> Array:
    """(..., 4) centre and sides (cx, cy, w, h) as corners (x1, y1, x2, y2)."""
    boxes = _boxes(boxes)
    half = boxes[..., 2:] / 2
    return _library(boxes).concatenate([boxes[..., :2] - half, boxes[..., :2] + half], -1)


def centred(boxes: Array) -> Array:
    """(..., 4) corners (x1, y1, x2, y2) as centre and sides (cx, cy, w, h)."""
    boxes = _boxes(boxes)
    low, high = boxes[..., :2], boxes[..., 2:]
    return _library(boxes).concatenate([(low + high) / 2, high - low], -1)


def iou(a: Array, b: Array) -> Array:
    """(...): intersection over union of boxes (cx, cy, w, h), 0 to 1; 0 where both boxes have no area."""
    return corner_iou(corners(a), corners(b))


def corner_iou(a: Array, b: Array) -> Array:
    """(...): the same of boxes (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2."""
    a, b = _boxes(a), _boxes(b)
    shared, union = _overlap(a, b)
    return _ratio(shared, union)


def giou(a: Array, b: Array) -> Array:
    """(...): generalised IoU of boxes (cx, cy, w, h): IoU less the empty share of their common hull (CVPR 2019).

    -1 to 1; 1 for equal boxes with an area. Boxes without an area in common have IoU 0, and where the hull has no area
    either, that is the result: two points in one place give 0.

    Args:
        a, b: (..., 4), sides of 0 or more; leading axes broadcast.

    Raises:
        ValueError: the last axis is not 4 long.
    """
    a, b = corners(a), corners(b)
    library = _library(a)
    shared, union = _overlap(a, b)
    sides = library.maximum(a[..., 2:], b[..., 2:]) - library.minimum(a[..., :2], b[..., :2])
    hull = sides[..., 0] * sides[..., 1]
    return _ratio(shared, union) - _ratio(hull - union, hull)


def _boxes(boxes: Array) -> Array:
    boxes = boxes if isinstance(boxes, torch.Tensor) else np.asarray(boxes, np.float64)
    if boxes.ndim < 1 or boxes.shape[-1] != 4:
        raise ValueError(f"want boxes (..., 4), got {(*boxes.shape,)}")
    return boxes


def _library(boxes: Array) -> ModuleType:
    return torch if isinstance(boxes, torch.Tensor) else np


def _overlap(a: Array, b: Array) -> tuple[Array, Array]:
    """Areas of what boxes (x1, y1, x2, y2) share and of what they cover together."""
    library = _library(a)
    sides = library.minimum(a[..., 2:], b[..., 2:]) - library.maximum(a[..., :2], b[..., :2])
    sides = sides.clip(0)
    shared = sides[..., 0] * sides[..., 1]
    area_a, area_b = ((box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1]) for box in (a, b))
    return shared, area_a + area_b - shared


def _ratio(part: Array, whole: Array) -> Array:
    """part / whole, 0 where the whole is; never a division by 0, whose gradient would be nan."""
    there = whole > 0
    return part * there / (whole + ~there)
