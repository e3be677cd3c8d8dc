"""How many frames a second, by clips at once: the bare net, and the engine, which also prepares frames and matches.

    matrix products of N x N in what the engine computes in -> operations a second: the ceiling
    multiply-adds of a pass (counted), doubled / seconds of the pass -> its share of the ceiling

An aligning net solves its assignments on the CPU, so its share tells how long the GPU waits for that.
"""

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import torch
from torch import Tensor, nn

from benchmarks.gpu.bench import NONE, Bench, Row, beyond, error, megabytes
from benchmarks.gpu.clips import films
from vizcore.models import MODELS, Model
from vizcore.runtime.devices import is_out_of_memory
from vizcore.runtime.engine import Engine, precision

HEADS = ("what", "clips at once", "net: frames/s", "Tflop/s", "of the ceiling", "engine: frames/s", "peak, MB")
NAMES = ("vit-b16-factorized", "vit-b16-ata", "vit-b16-joint", "vit-small-factorized", "vit-small-ata", "acts-ata")
BATCHES = (1, 4, 8, 32)
SIDES = (4096, 8192)  # of the ceiling's products
CHECKED = 64  # rows and columns of a product that are computed again


def measure(bench: Bench) -> Iterator[Row]:
    """The ceiling, then a row for every model and batch."""
    ceiling = 0.0
    for side in (256,) if bench.smallest else SIDES:
        speed, fault = product(bench, side)
        ceiling = max(ceiling, speed)
        yield Row((f"product of {side} x {side}", NONE, NONE, f"{speed / 1e12:.3g}", NONE, NONE, NONE), fault)
    with closing(Engine(str(bench.device))) as engine:
        for name in ("lamps-factorized",) if bench.smallest else NAMES:
            try:
                yield from passes(bench, engine, MODELS[name], ceiling)
            except (RuntimeError, MemoryError) as problem:
                if not is_out_of_memory(problem):
                    raise
                yield Row((name, "more do not fit", *[NONE] * (len(HEADS) - 2)))


def product(bench: Bench, side: int) -> tuple[float, str]:
    """Operations a second of a matrix product, and what is wrong with the product."""
    kind = torch.bfloat16 if bench.in_16_bits else torch.float32
    chance = torch.Generator().manual_seed(0)
    one, other = (torch.randn(side, side, generator=chance).to(bench.device, kind) for _ in range(2))
    part = one[:CHECKED].cpu().double() @ other[:, :CHECKED].cpu().double()
    fault = beyond(f"a product of {side} x {side}", error((one @ other)[:CHECKED, :CHECKED], part), bench.slack)
    return 2 * side**3 / bench.seconds(lambda: one @ other), fault


def passes(bench: Bench, engine: Engine, row: Model, ceiling: float) -> Iterator[Row]:
    """A row for every batch that fits: each clip of it has to be answered as alone."""
    net, work = row.load().to(bench.device), 2 * row.counted().macs
    alone = None
    for count in (1, 2) if bench.smallest else BATCHES:
        clips = films(row, count)
        video = torch.stack([row.prepared(frames) for frames in clips]).to(bench.device)
        if alone is None:
            alone = answered(bench, net, video)[0]
        fault = beyond(f"{row.name}: a clip among {count}", error(answered(bench, net, video)[0], alone), bench.slack)
        fault = fault if "ata" not in row.name else ""  # nearly equal cosines may be matched otherwise
        through = partial(answered, bench, net, video)
        peak, bare = bench.peak(through), bench.seconds(through)
        engine.batch = count
        whole = bench.seconds(partial(engine.run_many, row, clips))
        speed = count * work / bare
        cells = (f"{count * row.frames / bare:.0f}", f"{speed / 1e12:.3g}", f"{speed / ceiling:.1%}")
        yield Row((row.name, str(count), *cells, f"{count * row.frames / whole:.0f}", megabytes(peak)), fault)


def answered(bench: Bench, net: nn.Module, video: Tensor) -> Tensor:
    """Logits (B, C), computed as the engine does."""
    with torch.inference_mode(), precision(bench.device):
        return net(video).float()
