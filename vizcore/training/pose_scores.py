"""How well a net reads poses: thresholds of its parts, their F1, and how far its joints are off."""

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.synthetic.figure import PARTS as PART_NAMES
from vizcore.training.tokens import Arrays, as_video

THRESHOLDS = tuple(k / 10 for k in range(-30, 41))  # logits


def part_logits(net: nn.Module, data: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Logits of every patch and part, and the ground truth: both (K, N, 13)."""
    frames = data["frames"].reshape(-1, *data["frames"].shape[2:])
    with torch.no_grad():
        predicted = torch.cat([net(as_video(frames[k : k + 200])).parts for k in range(0, len(frames), 200)]).numpy()
    return predicted, data["occupied"].reshape(predicted.shape)


def best_thresholds(predicted: np.ndarray, truth: np.ndarray) -> Tensor:
    """(13,) the logit of each part, of a few, at which its F1 is largest.

    Args:
        predicted: (K, N, 13) logits.
        truth: (K, N, 13) bool.
    """
    found = np.stack([np.nan_to_num(part_f1(predicted > threshold, truth)) for threshold in THRESHOLDS])
    return torch.tensor([THRESHOLDS[k] for k in found.argmax(0)])


@torch.no_grad()
def scores(net: nn.Module, data: Arrays) -> dict:
    """How well parts and joints are found in the frames of a split; the net must be in eval mode."""
    frames = data["frames"].reshape(-1, *data["frames"].shape[2:])
    answers = [net(as_video(frames[k : k + 200])) for k in range(0, len(frames), 200)]
    parts = torch.cat([answer.parts > 0 for answer in answers]).numpy()  # (K, N, 13)
    joints = torch.cat([answer.joints for answer in answers]).numpy()
    far = np.linalg.norm(joints - data["joints"].reshape(joints.shape), axis=-1) * frames.shape[1]  # (K, 14) px
    found = part_f1(parts, data["occupied"].reshape(parts.shape))
    return {
        "part F1": float(np.nanmean(found)),
        "part F1 by part": dict(zip(PART_NAMES, found.round(4).tolist())),
        "joint error, median px": float(np.nanmedian(far)),
        "joint error, mean px": float(np.nanmean(far)),
        "joints within 3 px": float((far < 3).mean()),
    }


def part_f1(predicted: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(P,) F1 of each part over all patches of all frames; nan for a part that is nowhere and was said nowhere.

    Args:
        predicted: (..., P) bool.
        truth: (..., P) bool.
    """
    axes = tuple(range(predicted.ndim - 1))
    both, either = (predicted & truth).sum(axes), predicted.sum(axes) + truth.sum(axes)
    return np.where(either > 0, 2 * both / np.maximum(either, 1), np.nan)
