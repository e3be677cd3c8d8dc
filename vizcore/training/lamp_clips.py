"""What the lamp recipes learn from: the carousel's frames with what every patch shows, or tokens with their tracks.

numbers of clips -> pictures(...)  {frames, holder, lamp, colours}                            for the stem
stem, numbers    -> looked_at(...) {tokens, kind, speed, order, true, holder, start, steps}   for what looks at time

M clips of T frames with K lanterns, N patches a frame.
"""

import numpy as np
import torch
from torch import nn

from vizcore.algorithms.matching.matching import align
from vizcore.synthetic.carousel import FASTEST, INSTANTS, LARGEST_SHAKE, NOISE, UNITS, carousel, imagine
from vizcore.synthetic.ground_truth_tracks import coverage, holders, middles, true_order
from vizcore.synthetic.truth import Truth
from vizcore.training.tokens import Arrays, fingerprint, frozen_tokens

GRID = (7, 7)  # patches of 8 px


def pictures(numbers: range, split: str, first: int = 0) -> Arrays:
    """Clips in which half of the carousels are fast, a quarter are filmed by a shaking camera, a quarter are at rest.

    Args:
        numbers: of clips, from 0.
        split: "train", "validation" or "test".
        first: added to every number.

    Returns:
        frames (M, T, S, S, 3) uint8; holder (M, T, N) int8, the lantern of each patch or -1; share (M, T, N) float16,
        how much of the patch lanterns cover; lamp (M, T, N) int8, 0 for none and 1 to 3 for red, green, blue; colours
        (M, K, 6) float32, the two of each body, 0 to 1.
    """
    rows = []
    for number in range(first + numbers.start, first + numbers.stop):
        speed = np.random.default_rng([7, number]).uniform(8, FASTEST) if number % 4 < 2 else 0.0
        shake = LARGEST_SHAKE if number % 4 == 2 else 0.0
        clip = carousel(number, split, speed=speed, shake=shake, noise=NOISE)
        appearances = imagine(number, split, None, speed, INSTANTS, shake).appearances
        colours = np.stack([one.colours.ravel() for one in appearances])
        holder, share = holders(clip.truth, GRID).astype(np.int8), coverage(clip.truth, GRID).max(-1).astype(np.float16)
        rows.append((clip.frames, holder, share, lamps(clip.truth), colours))
    return dict(zip(("frames", "holder", "share", "lamp", "colours"), map(np.stack, zip(*rows))))


def lamps(truth: Truth) -> np.ndarray:
    """(T, N) int8: the lamp whose middle lies in each patch: 0 for none, 1 to 3 for red, green, blue."""
    centre = truth.places[:, 1:, :, 2]  # (T, K, 2) px
    frame, lantern = np.nonzero(((centre > -0.5) & (centre < UNITS - 0.5)).all(-1))
    shown = np.zeros((len(centre), GRID[0] * GRID[1]), np.int8)
    shown[frame, middles(truth, GRID)[frame, lantern]] = truth.state[frame, lantern] + 1
    return shown


def looked_at(
    numbers: range, split: str, speed: float | None, stem: nn.Module, first: int = 0, **sliders: float
) -> Arrays:
    """Clips as the frozen stem sees them.

    Args:
        numbers: of clips, from 0.
        split: "train", "validation" or "test".
        speed: of carousel; None for the mix.
        stem: the frozen net that makes tokens of frames.
        first: added to every number.
        sliders: more arguments of carousel.

    Returns:
        tokens (M, T, N, C) float16; kind (M,) of KINDS; speed (M,) float32; order and true (M, T, N) uint8, tracks by
        the Hungarian matching of tokens and by truth; holder (M, T, N) int8, the lantern of each patch or -1; start
        (M, K) uint8, the patch of each lamp in frame 0; steps (M, K) bool, whether a lamp changes at all.
    """
    seeds = range(first + numbers.start, first + numbers.stop)
    clips = [carousel(seed, split, speed=speed, noise=NOISE, **sliders) for seed in seeds]
    truths = [clip.truth for clip in clips]
    tokens = frozen_tokens(stem, np.stack([clip.frames for clip in clips]))
    order = align(torch.from_numpy(tokens).float(), "hungarian", batched=True)[1]
    return {
        "tokens": tokens,
        "kind": np.array([clip.number for clip in clips]),
        "speed": np.array([truth.pace for truth in truths], np.float32),
        "order": order.numpy().astype(np.uint8),
        "true": np.stack([true_order(truth, GRID) for truth in truths]).astype(np.uint8),
        "holder": np.stack([holders(truth, GRID) for truth in truths]).astype(np.int8),
        "start": np.stack([middles(truth, GRID)[0] for truth in truths]).astype(np.uint8),
        "steps": np.stack([(np.diff(truth.state, axis=0) != 0).any(0) for truth in truths]),
    }


def in_place(data: Arrays) -> np.ndarray:
    """Tracks (M, T, N) that stay in place: no alignment."""
    return np.broadcast_to(np.arange(data["order"].shape[-1]), data["order"].shape)


def share_on_track(order: np.ndarray, data: Arrays, frame: int, which: np.ndarray | None = None) -> float:
    """Share of changing lamps whose track, begun in frame 0, is still on the same lantern in a later frame.

    Args:
        order: (M, T, N) of tracks.
        data: of looked_at.
        frame: 1 to T - 1; 0 gives 1.
        which: (M,) bool, the clips that count; all if not given.

    Returns:
        0 to 1, nan if no lamp changes.
    """
    counts = data["steps"] if which is None else data["steps"] & which[:, None]
    reached = np.take_along_axis(order[:, frame].astype(np.int64), data["start"].astype(np.int64), 1)  # (M, K)
    there = np.take_along_axis(data["holder"][:, frame], reached, 1)
    right = (there == np.arange(there.shape[1]))[counts]
    return float(right.mean()) if right.size else float("nan")


def world_words() -> str:
    """How the world draws the carousel today."""
    return fingerprint(carousel(number, "train", noise=NOISE) for number in range(3))
