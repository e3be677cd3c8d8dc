"""Tokens of several frames learn of each other without any weight: averaged or attended to, in place or along tracks.

    tokens (T, N, C), tracks (T, N) - gathered along tracks, or not - mean, or attention over T - put back -> (T, N, C)

These are the rows of Figure 1 of Alignment-guided Temporal Attention (Zhao et al., NeurIPS 2022), on features that
nobody trained for it. Queries and keys are the tokens themselves, less their mean and at unit length.
"""

from torch import Tensor
from torch.nn import functional as F

from vizcore.algorithms.matching.matching import dealign, gather

ALONE, ATA = "each frame alone", "attention along tracks"
MIXINGS = {  # name: what becomes of the tokens
    ALONE: "Every token stays what it is.",
    "average in place": "A token becomes the mean of its own place in all frames.",
    "average along tracks": "A token becomes the mean of its track, put back to where the track is in each frame.",
    "attention in place": "A token attends to its own place in all frames.",
    ATA: "A token attends to its track in all frames: alignment-guided temporal attention (ATA).",
}
ALONG = {"average along tracks", ATA}  # those that need tracks
ATTENTION = {"attention in place", ATA}  # those that have a temperature
TEMPERATURE = 0.1  # in cosine units


def mixed(tokens: Tensor, name: str, tracks: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Tokens that know of the other frames.

    Args:
        tokens: (T, N, C) floats, any device.
        name: a key of MIXINGS.
        tracks: (T, N) int64, a permutation in each frame: track i is token tracks[t, i] of frame t.
        temperature: of the softmax over frames; towards 0 a token attends to what is most like itself.

    Returns:
        (T, N, C), of the tokens' dtype.

    Raises:
        ValueError: the name is unknown, or the temperature not positive.
    """
    if name not in MIXINGS or not temperature > 0:
        raise ValueError(f"want one of {', '.join(MIXINGS)} and a temperature above 0, got {name!r} and {temperature}")
    if name == ALONE:
        return tokens
    followed = gather(tokens, tracks) if name in ALONG else tokens
    mean = followed.mean(0, keepdim=True).expand_as(followed)
    new = attended(followed, temperature) if name in ATTENTION else mean
    return dealign(new, tracks) if name in ALONG else new


def attended(tokens: Tensor, temperature: float) -> Tensor:
    """(T, N, C): each token as the mean of those of its index in all frames, weighted by a softmax over their cosines.

    Args:
        tokens: (T, N, C).
        temperature: as of mixed.
    """
    keys = F.normalize(tokens.float() - tokens.float().mean((0, 1)), dim=-1).transpose(0, 1)  # (N, T, C)
    weights = (keys @ keys.mT / temperature).softmax(-1)  # (N, T, T)
    return (weights.to(tokens.dtype) @ tokens.transpose(0, 1)).transpose(0, 1)


def divergence(original: Tensor, other: Tensor) -> Tensor:
    """(...) Kullback-Leibler divergence of distributions (..., C) from the original ones, nats: 0 where they agree.

    Args:
        original, other: log probabilities (..., C).
    """
    return F.kl_div(other, original, reduction="none", log_target=True).sum(-1)
