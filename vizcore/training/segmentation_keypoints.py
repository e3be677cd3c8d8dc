"""What keypoint nets are taught: heat where actions have their middle and where something new begins.

labels (T,) -> targets: classes (C, T), boundaries (T,), offsets (T,)  - focal loss, smooth L1 -> keypoint_loss
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.models.nets.keypoints import FARTHEST, Heat
from vizcore.training.tokens import Arrays

WIDTH = 1 / 8  # of the Gaussian round a middle, of the action's length
NARROW = 1.5  # frames: of the one round a boundary
OFFSET = 0.05  # weight of the loss of offsets


class Taught(NamedTuple):
    """What is true of B stretches of T frames."""

    labels: Tensor  # (B, T) int64
    classes: Tensor  # (B, C, T) from 0 to 1, 1 at the middle of every action of the class
    boundaries: Tensor  # (B, T) from 0 to 1, 1 at the first frame of what is new
    offsets: Tensor  # (B, T) frames to the nearest boundary, nan where none is within FARTHEST


def targets(labels: np.ndarray, classes: int) -> Arrays:
    """What is taught about one video, as arrays of the names in Taught.

    Args:
        labels: (T,) of C classes.
    """
    time = np.arange(len(labels))
    heat, edges, offsets = np.zeros((classes, len(labels))), np.zeros(len(labels)), np.full(len(labels), np.nan)
    runs = segments(labels)
    for run in runs:
        middle = (run.start + run.stop - 1) // 2
        heat[run.label] = np.maximum(heat[run.label], bump(time - middle, max(1.0, run.frames * WIDTH)))
    for run in runs[1:]:
        away = run.start - time
        edges = np.maximum(edges, bump(away, NARROW))
        nearer = (abs(away) <= FARTHEST) & ~(abs(offsets) <= abs(away))
        offsets[nearer] = away[nearer]
    return {
        "labels": labels,
        "classes": heat.astype(np.float16),
        "boundaries": edges.astype(np.float16),
        "offsets": offsets.astype(np.float16),
    }


def bump(away: np.ndarray, width: float) -> np.ndarray:
    """A Gaussian of height 1."""
    return np.exp(-0.5 * (away / width) ** 2)


def keypoint_loss(heat: Heat, taught: Taught) -> Tensor:
    """Focal losses of classes and boundaries, cross entropy of frames, and how far offsets are off."""
    known = taught.offsets.isfinite()
    off = F.smooth_l1_loss(heat.offsets[known], taught.offsets[known], reduction="sum") / known.sum().clamp(min=1)
    marks = focal(heat.classes, taught.classes) + focal(heat.boundaries, taught.boundaries)
    return 0.5 * marks + F.cross_entropy(heat.frames, taught.labels) + OFFSET * off


def focal(logits: Tensor, truth: Tensor) -> Tensor:
    """The loss of heat maps of CornerNet (Law & Deng, 2018): frames near a peak are held less against the net.

    Args:
        logits: of any shape.
        truth: likewise, 0 to 1; 1 at peaks.

    Returns:
        () the sum over all frames for each peak.
    """
    share = logits.sigmoid()
    peak = truth == 1
    on = (1 - share).square() * F.logsigmoid(logits)
    off = (1 - truth) ** 4 * share.square() * F.logsigmoid(-logits)
    return -torch.where(peak, on, off).sum() / peak.sum().clamp(min=1)
