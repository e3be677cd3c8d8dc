"""Long videos of the world as nets of segmentation see them: features of every frame, and what is done in it.

story() of a split -> the frozen `pose` net, frame by frame -> features (M, T, WIDTH) float16, labels (M, T) uint8
"""

from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from vizcore.models.nets.frame_features import features_of
from vizcore.models.nets.pose import PoseNet
from vizcore.models.weights import card, tensors
from vizcore.synthetic.doing import doing
from vizcore.synthetic.story import story
from vizcore.training.tokens import Arrays, as_video, clip_library, fingerprint, gathered
from vizcore.training.workshop import Workshop

CHUNK = 20  # videos that are kept together


def pose_net(folder: Path) -> PoseNet:
    """The trained net of the weight file `pose`, in eval mode."""
    recipe, state = card("pose", folder).recipe, tensors("pose", folder)
    net = PoseNet(recipe["size"], tuple(recipe["widths"]), recipe["depth"])
    net.load_state_dict(state)
    return net.eval().requires_grad_(False)


@lru_cache
def world_words(size: int, frames: int) -> str:
    """How the world draws and tells stories today."""
    clips = [story(number, "train", size, min(frames, 60)) for number in range(2)]
    return fingerprint(clips) + " ".join(f"{part}" for clip in clips for part in clip.truth.segments)


def videos_of(shop: Workshop, split: str, count: int, frames: int, net: PoseNet) -> Arrays:
    """features (count, frames, WIDTH) float16 and labels (count, frames) uint8 of a split's first videos.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        split: "train", "validation" or "test".
        count: videos.
        frames: of a video.
        net: which makes features of frames.
    """
    words = ("stories", 1, split, frames, world_words(net.size, frames), card("pose", shop.folder).sha256)
    bar = lambda done, all_: shop.progress(done, all_, float("nan"))  # noqa: E731
    make = partial(watched, net=net, split=split, frames=frames)
    return gathered(clip_library(shop.scratch), words, count, make, bar, CHUNK)


def watched(numbers: range, net: PoseNet, split: str, frames: int) -> Arrays:
    """Features and labels of some videos.

    Args:
        numbers: of videos, 0 or more: their seeds.
        net: which makes features of frames.
        split: "train", "validation" or "test".
        frames: of a video.
    """
    features, labels = [], []
    for number in numbers:
        clip = story(number, split, net.size, frames)
        features.append(features_of(net, as_video(clip.frames)).half().numpy())
        labels.append(doing(clip.truth).astype(np.uint8))
    return {"features": np.stack(features), "labels": np.stack(labels)}
