"""What recipes learn from, made once: arrays of many clips of the world, and the tokens that a frozen stem gives them.

    gathered(store, words, count, make) -> {name: (count, ...)}   made in chunks that stay on disk: a killed run goes on
    frozen_tokens(stem, videos)        -> (M, T, N, C) float16   in 32 bits, as the app will make them, then rounded
    reversed_order(order)              -> (B, T, N)              tracks of the film played backwards

A chunk's key is made of the words of its maker, which must tell everything that it depends on: count no clip twice,
give the stem's state_key, and a fingerprint of the world, so that a world that draws otherwise is another world.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from vizcore.models.weights import packed
from vizcore.runtime.store import Store, key_of
from vizcore.synthetic.truth import WorldClip

CHUNK = 250  # clips
LIMIT_BYTES = 6 * 1024**3  # of chunks on disk; the ones unread for longest go first
BATCH = 256  # pictures that go through a stem at once

Arrays = dict[str, np.ndarray]


def clip_library(scratch: Path) -> Store:
    """Where the chunks of all recipes lie."""
    return Store(scratch / "clips", LIMIT_BYTES)


def gathered(
    store: Store,
    words: Sequence[object],
    count: int,
    make: Callable[[range], Arrays],
    progress: Callable[[int, int], None] = lambda done, count: None,
    chunk: int = CHUNK,
) -> Arrays:
    """Arrays of the clips 0 to count - 1, each (count, ...).

    Args:
        store: where chunks are looked up and put; what it refuses to keep is made and used all the same.
        words: of key_of: what the arrays depend on, beside the numbers of the clips.
        count: clips, 1 or more.
        make: the arrays of some clips by their numbers, each with one row a clip.
        progress: called with how many clips are there, and of how many.
        chunk: clips that are stored together.
    """
    parts = []
    for first in range(0, count, chunk):
        numbers = range(first, min(first + chunk, count))
        parts.append(remembered(store, words, numbers, make))
        progress(numbers.stop, count)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def remembered(store: Store, words: Sequence[object], numbers: range, make: Callable[[range], Arrays]) -> Arrays:
    """The arrays of some clips, made if they were not kept; arguments as of gathered.

    Args:
        store, words, make: as of gathered.
        numbers: of the clips of a chunk.
    """
    key = key_of("clips", *words, numbers.start, numbers.stop)
    part = store.get(key)
    if part is None:
        part = make(numbers)
        store.put(key, part)
    return part


def fingerprint(clips: Iterable[WorldClip]) -> str:
    """A word for how the world draws today, from the frames and surfaces of a few clips."""
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(clip.frames.tobytes())
        if clip.truth is not None:
            digest.update(clip.truth.surface.tobytes())
    return digest.hexdigest()[:16]


def state_key(net: nn.Module) -> str:
    """A word for the weights of a net, as a weight file keeps them."""
    digest = hashlib.sha256()
    for name, tensor in net.state_dict().items():
        digest.update(name.encode() + packed(tensor).numpy().tobytes())
    return digest.hexdigest()[:16]


def as_video(frames: np.ndarray) -> torch.Tensor:
    """Pictures (..., S, S, 3) uint8 as nets of this project want them: (..., 3, S, S) float, -1 to 1."""
    return torch.from_numpy(np.ascontiguousarray(frames)).movedim(-1, -3).float() / 127.5 - 1


@torch.no_grad()
def frozen_tokens(stem: nn.Module, videos: np.ndarray) -> np.ndarray:
    """(M, T, N, C) float16 of videos (M, T, S, S, 3) uint8; the stem must be in eval mode."""
    pictures = videos.reshape(-1, *videos.shape[2:])
    tokens = [stem(as_video(pictures[k : k + BATCH])).half() for k in range(0, len(pictures), BATCH)]
    return torch.cat(tokens).unflatten(0, videos.shape[:2]).numpy()


def reversed_order(order: torch.Tensor) -> torch.Tensor:
    """The same tracks (B, T, N) in the film played backwards, numbered by the patches of its first frame."""
    turned = order.flip(1)
    return turned.gather(2, turned[:, :1].argsort(-1).expand_as(turned))
