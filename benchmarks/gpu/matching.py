"""Batches of clips matched from features on a GPU: cosines and gather there, assignment on the CPU.

    features (B, T, N, C) on the device - align -> tracks;  the same features on the CPU - align -> the same tracks

"without assignment" is the method that leaves every patch in place: lengths, products, their copy to the CPU, gather.
Patches that are equally similar up to rounding may be matched either way; the total similarity may differ by that
rounding, and no more.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.gpu.bench import MOST_32, Bench, Row, beyond, milliseconds, sentences
from vizcore.algorithms.matching.matching import align, dealign

HEADS = ("B x T x N x C", "method", "ms", "without assignment, ms", "on the CPU, ms", "patches matched alike")
METHODS = ("hungarian", "greedy", "sinkhorn")
SHAPES = ((1, 8, 196, 768), (8, 8, 196, 768), (32, 8, 49, 64))
SMALLEST = ((2, 3, 16, 8),)
MOVES = 0.5  # of the drift of features from frame to frame, beside what stays


def measure(bench: Bench) -> Iterator[Row]:
    """A row for every shape and method."""
    for shape in SMALLEST if bench.smallest else SHAPES:
        features = drifting(*shape)
        there = features.to(bench.device)
        still = bench.seconds(partial(align, there, "identity", batched=True))
        for method in METHODS:
            yield compared(bench, features, there, method, still)


def drifting(batch: int, frames: int, patches: int, channels: int) -> Tensor:
    """Features (B, T, N, C) of patches that change slowly and change places at random."""
    chance = torch.Generator().manual_seed(0)
    steps = torch.randn(batch, frames, patches, channels, generator=chance)
    steps[:, 1:] *= MOVES
    places = torch.rand(batch, frames, patches, generator=chance).argsort(-1)
    return steps.cumsum(1).gather(2, places[..., None].expand_as(steps))


def compared(bench: Bench, features: Tensor, there: Tensor, method: str, still: float) -> Row:
    """A row: the device's tracks against the CPU's."""
    aligned, order = align(there, method, batched=True)
    expected = align(features, method, batched=True)[1]
    words = f"{' x '.join(map(str, features.shape))}, {method}"
    totals = [total(features, one.cpu()) for one in (order, expected)]
    apart = float(np.abs(totals[0] - totals[1]).max() / features.shape[2])
    faults = (
        "" if torch.equal(dealign(aligned, order), there) else f"{words}: dealign does not undo align",
        beyond(f"{words}: the mean matched cosine", apart, MOST_32) if method == "hungarian" else "",
    )
    alike = float((order.cpu() == expected).float().mean())
    seconds = bench.seconds(partial(align, there, method, batched=True))
    cpu = bench.seconds(partial(align, features, method, batched=True))
    cells = (milliseconds(seconds), milliseconds(still), milliseconds(cpu), f"{alike:.2%}")
    return Row((" x ".join(map(str, features.shape)), method, *cells), sentences(*faults))


def total(features: Tensor, order: Tensor) -> np.ndarray:
    """(B, T-1) sums of the cosines of neighbouring frames along tracks (B, T, N), in float64."""
    tracks = F.normalize(features.double(), dim=-1).gather(2, order[..., None].expand_as(features))
    return (tracks[:, 1:] * tracks[:, :-1]).sum((2, 3)).numpy()
