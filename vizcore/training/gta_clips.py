"""What the embedder of frames learns from: films of actions, with the phase of every frame.

    number of a clip -> act(...) -> frames (T, S, S, 3) -> frozen stem -> tokens (T, N, C)
                                 -> phase (T,) 0 to 1, true joints (T, 14, 2) in bodies

COUNTED actions have no pause, end otherwise than they begin and never come back to a pose: the true joints of a frame
tell its moment. A walk repeats its steps. Which of them a frame shows is anybody's guess, so walks are learnt and
scored, but kept out of every mean.
"""

from functools import lru_cache, partial

import numpy as np
from torch import nn

from vizcore.synthetic.act import act
from vizcore.synthetic.actions import CLASSES
from vizcore.synthetic.figure import J
from vizcore.training.pose import actor
from vizcore.training.tokens import Arrays, clip_library, fingerprint, frozen_tokens, gathered, remembered, state_key
from vizcore.training.workshop import Workshop

ACTIONS = CLASSES
AMBIGUOUS = ("walk", "walk_back")
COUNTED = tuple(name for name in ACTIONS if name not in AMBIGUOUS)
SIZE = 64  # px


def action_of(number: int) -> str:
    """What is done in a clip: the actions take turns."""
    return ACTIONS[number % len(ACTIONS)]


@lru_cache
def world_words(frames: int) -> str:
    """How the world draws the actions today."""
    return fingerprint(act(number, "train", action_of(number), SIZE, frames) for number in range(3))


def tokened(shop: Workshop, split: str, count: int, frames: int, stem: nn.Module) -> Arrays:
    """Clips of a split by their tokens (M, T, N, C) float16 instead of frames; the rest as of `filmed`.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        split: "train", "validation" or "test".
        count: clips.
        frames: of a clip.
        stem: the frozen net that makes tokens of frames.
    """
    words = ("GTA clips", 1, split, ACTIONS, SIZE, frames, world_words(frames))
    library, bar = clip_library(shop.scratch), lambda done, all_: shop.progress(done, all_, float("nan"))

    def make(numbers: range) -> Arrays:
        clips = remembered(library, words, numbers, partial(filmed, split=split, frames=frames))
        return {"tokens": frozen_tokens(stem, clips.pop("frames"))} | clips

    return gathered(library, ("gta", state_key(stem), *words), count, make, bar)


def filmed(numbers: range, split: str, frames: int) -> Arrays:
    """Clips: frames (M, T, S, S, 3) uint8, number (M,) of the action, phase (M, T), joints (M, T, 14, 2) as `posed`.

    Args:
        numbers: of clips, 0 or more: their seeds.
        split: "train", "validation" or "test".
        frames: of a clip.
    """
    clips = [act(number, split, action_of(number), SIZE, frames) for number in numbers]
    who = [actor(clip.truth) for clip in clips]
    return {
        "frames": np.stack([clip.frames for clip in clips]),
        "number": np.array([number % len(ACTIONS) for number in numbers]),
        "phase": np.stack([clip.truth.phase[:, k] for clip, k in zip(clips, who)]),
        "joints": np.stack([posed(clip.truth.joints[:, k]) for clip, k in zip(clips, who)]),
    }


def posed(joints: np.ndarray) -> np.ndarray:
    """Joints (T, 14, 2) from the pelvis, in lengths of the trunk, of somebody who faces right at first."""
    pelvis, neck = joints[:, J["pelvis"], None], joints[:, J["neck"], None]
    trunk = np.linalg.norm(neck - pelvis, axis=-1).mean()
    faces = 1 if joints[0, J["nose"], 0] >= joints[0, J["head"], 0] else -1
    return (joints - pelvis) / trunk * (faces, 1)
