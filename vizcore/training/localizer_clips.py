"""What localisers learn from: crowds as the frozen stem sees them, and who is in their key frames.

numbers of clips -> synthetic.census.filmed(...)  {frames, boxes, does, role}
films, stem      -> tokens_of(...)   {tokens, boxes, does, role}; tokened(...) makes and keeps those of a split
clips, turns     -> drawn(...)     tokens (B, T, N, C) and B People, for a step of training

M clips of T frames of S px with at most P people, in their key frames and those of the films played backwards.
"""

from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.algorithms.detection.boxes import centred
from vizcore.algorithms.detection.set_loss import People
from vizcore.synthetic.census import ACTOR, BYSTANDER, clip_of, filmed
from vizcore.training.tokens import Arrays, clip_library, fingerprint, frozen_tokens, gathered, remembered, state_key
from vizcore.training.workshop import Workshop

COMMON = 0.1  # share of clips from which on a label is not rare


@lru_cache
def world_words(size: int, count: int) -> str:
    """How the world draws crowds today."""
    return fingerprint(clip_of(number, "train", size, count) for number in range(3))


def tokened(shop: Workshop, split: str, clips: int, size: int, count: int, stem: nn.Module) -> Arrays:
    """A split's first clips as `tokens_of` gives them; those of training mirrored, too; clips are stored as well.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        split: "train", "validation" or "test".
        clips: how many.
        size: px of a side.
        count: frames of a clip.
        stem: the frozen net that makes tokens of frames.
    """
    words = ("crowds", 1, split, size, count, world_words(size, count))
    library, bar = clip_library(shop.scratch), lambda done, all_: shop.progress(done, all_, float("nan"))

    def make(numbers: range) -> Arrays:
        drawings = remembered(library, words, numbers, partial(filmed, split=split, size=size, count=count))
        return tokens_of(stem, drawings, mirrors=split == "train")

    return gathered(library, ("localizer", 1, state_key(stem), *words), clips, make, bar)


def tokens_of(stem: nn.Module, clips: Arrays, mirrors: bool) -> Arrays:
    """Films by their tokens (M, 1 or 2, T, N, C) float16 instead of frames: as they are and, if wanted, mirrored.

    Args:
        stem: the frozen net that makes tokens of frames.
        clips: as census.filmed gives them.
        mirrors: whether mirrored ones are wanted beside.
    """
    views = [clips["frames"], clips["frames"][..., ::-1, :]][: 1 + mirrors]
    tokens = np.stack([frozen_tokens(stem, view) for view in views], 1)
    return {"tokens": tokens} | {name: clips[name] for name in ("boxes", "does", "role")}


def drawn(
    data: Arrays, rows: np.ndarray, mirrored: np.ndarray | None = None, back: np.ndarray | None = None
) -> tuple[Tensor, list[People]]:
    """Tokens (B, T, N, C) of some clips and who is in their key frames.

    Args:
        data: arrays of tokens_of.
        rows: (B,) int, which clips.
        mirrored, back: (B,) bool, the clips that are seen in a mirror and played backwards; none by default.
    """
    none = np.zeros(len(rows), bool)
    mirrored, back = (none if chosen is None else chosen for chosen in (mirrored, back))
    tokens = torch.from_numpy(data["tokens"][rows, mirrored.astype(int)]).float()
    turned = torch.where(torch.from_numpy(back)[:, None, None, None], tokens.flip(1), tokens)
    return turned, [people_of(data, *each) for each in zip(rows, mirrored, back)]


def chances(data: Arrays) -> np.ndarray:
    """(M,) how often each clip is drawn in training, of sum 1: more often if a rare label holds (Gupta et al. 2019)."""
    holds = (data["does"] & (data["role"] == ACTOR)[:, None, :, None]).any((1, 2))  # (M, 12)
    share = holds.mean(0)
    repeats = np.maximum(1, np.sqrt(COMMON / np.maximum(share, 1 / len(holds))))
    weight = np.where(holds, repeats, 1).max(1)
    return weight / weight.sum()


def people_of(data: Arrays, row: int, mirrored: bool = False, back: bool = False) -> People:
    """Who is in the key frame of a clip.

    Args:
        data: arrays of tokens_of.
        row: which clip.
        mirrored, back: whether it is seen in a mirror, and played backwards.
    """
    boxes, does = data["boxes"][row, int(back)].copy(), data["does"][row, int(back)]
    if mirrored:
        boxes[:, [0, 2]] = 1 - boxes[:, [2, 0]]
    there = np.isfinite(boxes[:, 0])
    actors, others = (there & (data["role"][row] == role) for role in (ACTOR, BYSTANDER))
    boxes = torch.from_numpy(boxes)
    return People(centred(boxes[actors]), torch.from_numpy(does[actors]).float(), centred(boxes[others]))
