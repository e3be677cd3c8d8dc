"""What non-local operators cost, against all N x N pairs written out; and what their spectra cost.

    python -m benchmarks.bench_spectral [--rounds 5] [--tables operators memory spectra] [--smallest]

CPU time of one thread, medians; both ways take turns in one run and must give the same features. "Largest tensor" is
how many numbers the largest tensor has that an operation gives; "peak" is by how much the process grows meanwhile.
"""

import ctypes
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import Tensor

from benchmarks.options import asked
from tests.largest import Largest
from vizcore.algorithms.nonlocal_blocks.affinity import Factored
from vizcore.algorithms.nonlocal_blocks.edges import LARGEST
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS, Weights, graph_of, operate, times
from vizcore.algorithms.nonlocal_blocks.spectral import response, spectrum
from vizcore.runtime.devices import process_memory

SIDES = {12: (3, 2, 2), 196: (1, 14, 14), 1568: (8, 14, 14), 3136: (4, 28, 28), 6272: (8, 28, 28)}
NAMES = ("nl", "ns", "a2", "cgnl", "cc", "snl", "cayley")
BLOCK = 1 << 26  # entries of a table that naive CGNL, whose nodes are channels, writes out at a time
SLIDER = 0.7
NAIVE_CGNL = ((12, 8), (196, 64), (3136, 64))  # N and C at which it is written out: it has (N S)^2 pairs
SIZES = {  # N and C of the rows of each table
    "operators": ((196, 64), (196, 512), (1568, 64), (1568, 512), (3136, 64), (3136, 512)),
    "memory": ((1568, 64), (3136, 64), (6272, 64)),
    "spectra": ((196, 64), (196, 512), (1568, 64), (1568, 512), (3136, 64), (6272, 64)),
}


def drawn(name: str, count: int, channels: int) -> tuple[Tensor, Weights]:
    """Features (N, C) and a block's maps to C / 2 channels."""
    chance = torch.Generator().manual_seed(0)

    def matrix(inner: int, outer: int) -> Tensor:
        return torch.randn(inner, outer, generator=chance) / inner**0.5

    half = channels // 2
    maps = [matrix(channels, half) for _ in range(3)]
    out = tuple(matrix(half, channels) for _ in range(OPERATORS[name].outs))
    return torch.randn(count, channels, generator=chance), Weights(out, *maps)


def naive(name: str, x: Tensor, weights: Weights, grid: tuple[int, ...]) -> Tensor:
    """The operator with all pairs written out, by einsum."""
    theta, phi, z = (times(x, part) for part in (weights.theta, weights.phi, weights.value))
    if name == "cgnl":
        return _naive_channels(theta.flatten(), phi.flatten(), z.flatten()).view_as(z) @ weights.out[0]
    if name == "a2":
        table = torch.einsum("ns,ms->nm", theta.softmax(1), phi.softmax(0))
    elif name in ("nl", "ns"):
        table = torch.einsum("ns,ms->nm", theta, phi).softmax(1)
    elif name == "cc":
        places = torch.from_numpy(np.stack(np.unravel_index(np.arange(len(x)), grid), 1))
        lines = (places[:, None] != places).sum(-1) <= 1
        table = torch.einsum("ns,ms->nm", theta, phi).masked_fill(~lines, -torch.inf).softmax(1)
    else:
        table = torch.einsum("ns,ms->nm", theta.relu(), phi.relu())
        table = (table + table.mT) / 2
        scale = table.sum(1).clamp(min=1e-20).rsqrt()
        table = scale[:, None] * table * scale
    if name == "cayley":
        return _naive_cayley(table, z, weights)
    far = torch.einsum("nm,mv->nv", table, z)
    if name == "snl":
        return z @ weights.out[0] + far @ weights.out[1]
    return (far - z if name == "ns" else far) @ weights.out[0]


def _naive_channels(theta: Tensor, phi: Tensor, z: Tensor) -> Tensor:
    """CGNL's table of N S x N S, some rows at a time: no memory holds it."""
    rows = max(1, BLOCK // len(z))
    return torch.cat([torch.einsum("nm,m->n", part[:, None] * phi, z) for part in theta.split(rows)])


def _naive_cayley(table: Tensor, z: Tensor, weights: Weights) -> Tensor:
    whole = torch.eye(len(table))
    laplacian = whole - table
    turned = torch.linalg.solve(laplacian + 1j * whole, (laplacian - 1j * whole) @ z.to(torch.complex64))
    return z @ weights.out[0] + 2 * turned.real @ weights.out[1] - 2 * turned.imag @ weights.out[2]


def medians(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of each, taking turns."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, run in variants.items():
            began = time.process_time()
            run()
            times[name].append(time.process_time() - began)
    return {name: 1e3 * median(values) for name, values in times.items()}


def numbers(run: Callable[[], object]) -> int:
    """Of the largest tensor."""
    with Largest() as largest:
        run()
    return largest.numbers


def one_operator(name: str, count: int, channels: int, rounds: int) -> None:
    """A row of the first table."""
    (x, weights), grid = drawn(name, count, channels), SIDES[count]
    ours, theirs = partial(operate, name, x, weights, grid), partial(naive, name, x, weights, grid)
    expected = theirs()  # both have run once before they are timed
    assert (ours() - expected).abs().max() < 2e-4 * expected.abs().max(), name
    cost = medians({"ours": ours, "naive": theirs}, 1 if name == "cgnl" else rounds)
    print(
        f"| {name} | {count} | {channels} | {cost['ours']:.2f} | {cost['naive']:.2f} "
        f"| {cost['naive'] / cost['ours']:.1f}x | {numbers(ours):,} | {numbers(theirs):,} |",
        flush=True,
    )


def peak(run: Callable[[], object]) -> float:
    """MiB by which this process grows in a run beyond what it holds before; Linux tells, elsewhere nan."""
    if process_memory() is None:
        return float("nan")
    run()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    before, _ = process_memory()
    run()
    return (process_memory()[1] - before) / 2**20


def one_spectrum(name: str, count: int, channels: int, alike: bool, rounds: int) -> None:
    """A row of the third table: the spectrum once, then what a slider costs."""
    x, weights = drawn(name, count, channels)
    weights = Weights(theta=0.2, phi=0.2) if alike else weights
    graph = graph_of(name, x, weights, SIDES[count])
    began = time.process_time()
    modes = spectrum(graph)
    once = time.process_time() - began
    signal = modes.analysed(graph.nodes(x.double()).numpy())
    curve = partial(response, name, weights=Weights((SLIDER,) * OPERATORS[name].outs))
    cost = medians({"slider": lambda: modes.filtered(signal, curve)}, rounds)["slider"]
    way = "thin factors" if isinstance(graph, Factored) else "all edges" if modes.whole else "the largest"
    kind = f"{modes.kind}{', real' if not np.iscomplexobj(modes.values) else ''}"
    print(
        f"| {name} | {count} | {channels} | {kind} | {way} | {len(modes.values)} | {once:.2f} | {cost:.1f} |",
        flush=True,
    )


def operators(rounds: int, sizes: Sequence[tuple[int, int]]) -> None:
    """The first table: time and the largest tensor."""
    print("| operator | N | C | ours, ms | naive, ms | ratio | largest tensor | naive's |\n" + "|---" * 8 + "|")
    for count, channels in sizes:
        for name in NAMES:
            if name != "cgnl" or (count, channels) in NAIVE_CGNL:
                one_operator(name, count, channels, rounds)


def memory(rounds: int, sizes: Sequence[tuple[int, int]]) -> None:
    """The second table: how far the process grows."""
    print("| operator | N | C | peak, MiB | naive's peak, MiB |\n" + "|---" * 5 + "|")
    for name in ("nl", "a2", "cgnl", "cc", "snl"):
        for count, channels in sizes:
            (x, weights), grid = drawn(name, count, channels), SIDES[count]
            ours, theirs = (partial(way, name, x, weights, grid) for way in (operate, naive))
            told = f"{peak(theirs):.0f}" if name != "cgnl" else "does not fit"
            print(f"| {name} | {count} | {channels} | {peak(ours):.1f} | {told} |", flush=True)


def spectra(rounds: int, sizes: Sequence[tuple[int, int]]) -> None:
    """The third table: modes once, then what a slider costs."""
    print("| spectrum of | N | C | kind | from | modes | once, s | then, ms |\n" + "|---" * 8 + "|")
    for count, channels in sizes:
        for name, alike in (("nl", True), ("nl", False), ("a2", False), ("cc", True), ("cc", False), ("snl", False)):
            if name != "nl" or count <= LARGEST:
                one_spectrum(name, count, channels, alike, rounds)


TABLES = {"operators": operators, "memory": memory, "spectra": spectra}
SMALLEST = {"rounds": 1, "sizes": dict.fromkeys(TABLES, ((12, 8),))}


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables."""
    told = asked(__doc__, words, SMALLEST, rounds=5, tables=tuple(TABLES), sizes=SIZES)
    torch.set_num_threads(1)
    for table in told.tables:
        TABLES[table](told.rounds, told.sizes[table])
        print()


if __name__ == "__main__":
    main()
