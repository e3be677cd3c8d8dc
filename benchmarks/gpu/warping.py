"""Time warping, hard and soft, by whole anti-diagonals: what a GPU runs, against the compiled kernel of the CPU.

    costs (B, M, N) in float64 - M + N - 1 diagonals, one after the other -> table;  back again -> slopes by the costs

Every diagonal is a dozen small operations, so a GPU pays for their number, M + N, and not for their size: many pairs at
once cost what one costs. Where the hard walk goes is checked against dtw: its table, and slopes of 1 along one path.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor

from benchmarks.gpu.bench import Bench, Row, beyond, error, milliseconds, sentences
from vizcore.algorithms.alignment import soft_dtw
from vizcore.algorithms.alignment.dtw import dtw

HEADS = ("pairs x M x N", "minimum", "there, ms", "there and back, ms", "Mcell/s", "kernel of the CPU, ms", "off by")
MINIMA = {"hard": 0.0, "smooth": 0.1, "soft": 0.1}
SHAPES = ((1, 128, 128), (32, 128, 128), (256, 64, 64), (1, 1000, 1000))
SMALLEST = ((2, 12, 9),)
MOST = 1e-9  # of a table or slopes, relative: sums of some thousand numbers in float64


def measure(bench: Bench) -> Iterator[Row]:
    """A row for every shape and minimum."""
    for shape in SMALLEST if bench.smallest else SHAPES:
        cost = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        for minimum, gamma in MINIMA.items():
            yield compared(bench, cost, minimum, gamma)


def compared(bench: Bench, cost: Tensor, minimum: str, gamma: float) -> Row:
    """A row: the device's diagonals against the CPU's kernel."""
    # accumulate takes these diagonals on every device but the CPU; called by name, a rehearsal runs them there, too
    way = partial(soft_dtw._by_diagonals, gamma=gamma, minimum=minimum)
    kernel = partial(soft_dtw.accumulate, gamma=gamma, minimum=minimum)
    there = cost.to(bench.device)
    table, slopes = both(way, there)
    truth = both(kernel, cost)
    apart = float(np.max([error(table, truth[0]), error(slopes, truth[1])]))
    shape = " x ".join(map(str, cost.shape))
    faults = [beyond(f"{shape}, {minimum}: table and slopes", apart, MOST)]
    if not gamma:
        walks = [dtw(one.numpy()) for one in cost]
        faults.append(beyond(f"{shape}: the hard table", error(table[0], torch.from_numpy(walks[0].table)), MOST))
        along = (slopes.cpu() * cost).sum((1, 2))
        totals = torch.tensor([walk.total for walk in walks], dtype=torch.float64)
        faults.append(beyond(f"{shape}: the costs along the hard path", error(along, totals), MOST))
    forward, whole = bench.seconds(partial(way, there)), bench.seconds(partial(both, way, there))
    cpu = bench.seconds(partial(both, kernel, cost))
    speed = f"{cost.numel() / whole / 1e6:.3g}"
    cells = (milliseconds(forward), milliseconds(whole), speed, milliseconds(cpu), f"{apart:.1e}")
    return Row((shape, minimum, *cells), sentences(*faults))


def both(way, cost: Tensor) -> tuple[Tensor, Tensor]:
    """The table of costs, and the slopes of all its last cells."""
    cost = cost.detach().requires_grad_()
    table = way(cost)
    return table.detach(), torch.autograd.grad(table[:, -1, -1].sum(), cost)[0]
