"""How well the matching of a frozen stem's tokens follows the figures, under cameras that rest, pan and shake.

stem, clips -> alignment -> {"tokens", "pixels", "no alignment": 0..1}, 1 being the best one-to-one matching there is
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import track
from vizcore.models.nets.pose import PATCH
from vizcore.synthetic.act import act
from vizcore.synthetic.truth import WorldClip, true_partner
from vizcore.training.tokens import frozen_tokens

CAMERAS = {
    "resting camera": {"pan": 0, "zoom": 0, "shake": 0},
    "camera of the training": {},
    "panning camera": {"pan": 1},
    "shaking camera": {"shake": 1},
}


def alignment(stem: nn.Module, clips: Sequence[WorldClip]) -> dict[str, float]:
    """Pixels of things that a matching of neighbouring frames carries to their true patch, as a share of the best's."""
    side = clips[0].frames.shape[1] // PATCH
    found = dict.fromkeys(("best", "tokens", "pixels", "no alignment"), 0)
    for clip in clips:
        tokens = torch.from_numpy(frozen_tokens(stem, clip.frames[None])[0]).float()
        pixels = describe(clip.frames, (side, side), "pixels")
        orders = {"tokens": track(tokens).steps, "pixels": track(pixels).steps}
        for t in range(len(clip.frames) - 1):
            votes = clip.truth.votes(t, t + 1, (side, side))
            patches = np.arange(len(votes))
            sigmas = {method: steps[t] for method, steps in orders.items()}
            for method, sigma in (sigmas | {"best": true_partner(votes), "no alignment": patches}).items():
                found[method] += votes[patches, sigma].sum()
    return {method: float(value / found["best"]) for method, value in found.items() if method != "best"}


def alignments(stem: nn.Module, size: int, count: int) -> dict[str, float]:
    """Alignment on the first test clips, `count` of `size` px, under every camera.

    Args:
        stem: the frozen net that makes tokens of frames.
        size: px of a side.
        count: clips.
    """
    found = {}
    for words, camera in CAMERAS.items():
        clips = [act(number, "test", size=size, **camera) for number in range(count)]
        for method, share in alignment(stem, clips).items():
            found[f"test alignment recall, {words}, {method}"] = share
    return found
