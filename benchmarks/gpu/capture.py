"""What looking costs on a GPU: passes that are looked at in the ways of benchmarks.bench_capture, beside bare ones.

    bare pass, pass that is looked at, by turns -> ratio of their wall seconds, the median over rounds

Looking must not change the answer in any bit, and what is seen is what a pass of the same clip on the CPU shows.
"""

from collections.abc import Iterator
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.bench_capture import BARE, ways
from benchmarks.gpu.bench import ENOUGH, NONE, ROUNDS, Bench, Row, beyond, error, megabytes, milliseconds, sentences
from benchmarks.gpu.clips import films
from vizcore.models import MODELS
from vizcore.runtime.engine import precision

HEADS = ("model", "what is seen", "bare, ms", "ratio", "kept, MB", "peak, MB", "off the CPU's by")
NAMES = ("vit-small-joint", "vit-small-factorized", "vit-b16-space", "vit-b16-joint", "vit-b16-factorized")
WHOLE = "all weights"  # too much to be computed again on the CPU


def measure(bench: Bench) -> Iterator[Row]:
    """A row for every model and way of looking."""
    for name in ("lamps-factorized",) if bench.smallest else NAMES:
        row = MODELS[name]
        video, net = row.prepared(films(row, 1)[0])[None], row.load()
        seeing = ways(net, row.frames)
        truth = {way: looked(net, video, look)[1] for way, look in seeing.items() if way != WHOLE}
        net, video = net.to(bench.device), video.to(bench.device)
        for way, look in seeing.items():
            yield compared(bench, net, video, f"{name}|{way}", look, truth.get(way))


def looked(net: nn.Module, video: Tensor, look: tuple) -> tuple[Tensor, list[Tensor]]:
    """The answer of a pass, and what is kept of what was seen."""
    watch, keep = look
    with torch.inference_mode(), precision(video.device):
        with watch() as seen:
            logits = net(video)
        return logits, keep(seen)


def compared(bench: Bench, net: nn.Module, video: Tensor, words: str, look: tuple, truth: list[Tensor] | None) -> Row:
    """A row for one way of looking."""
    bare, (logits, kept) = looked(net, video, BARE)[0], looked(net, video, look)
    size = sum(tensor.untyped_storage().nbytes() for tensor in kept)
    apart = None if truth is None else float(np.max([error(*pair) for pair in zip(kept, truth, strict=True)]))
    faults = (
        "" if torch.equal(bare, logits) else f"{words}: looking changed the answer",
        "" if apart is None else beyond(f"{words}: what is seen", apart, bench.slack),
    )
    del kept
    peak = bench.peak(lambda: looked(net, video, look))
    pairs: list[tuple[float, float]] = []
    while len(pairs) < ROUNDS[bench.smallest] and sum(map(sum, pairs)) < ENOUGH:
        pairs.append(tuple(bench.once(lambda way=way: looked(net, video, way)) for way in (BARE, look)))
    ratio = median(after / before for before, after in pairs)
    cells = milliseconds(median(before for before, _ in pairs)), f"{ratio:.3f}", megabytes(size), megabytes(peak)
    return Row((*words.split("|"), *cells, NONE if apart is None else f"{apart:.1e}"), sentences(*faults))
