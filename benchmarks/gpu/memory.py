"""When memory runs out: the engine halves its batch and goes on, with the same answers as one by one.

asked    a net that asks for 2^60 bytes as soon as more than FIT clips come: every device refuses that
capped   on a GPU: the process may take no more memory than is enough for FIT clips, and the same net does not ask
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import torch
from torch import Tensor, nn

from benchmarks.gpu.bench import Bench, Row, beyond, error, megabytes, sentences
from benchmarks.gpu.clips import films
from vizcore.models import MODELS, Model
from vizcore.runtime.devices import device_memory
from vizcore.runtime.engine import Engine

HEADS = ("memory runs out", "batches that were tried", "s", "s with batches that fit", "cap, MB", "logits off by")
FIT, CLIPS = 4, 16  # clips at once that fit, and that are asked for
TOO_MUCH = 2**60  # bytes


class Noted(nn.Module):
    """A net that notes the batches it was given, and asks for too much memory beyond `limit` clips at once."""

    def __init__(self, net: nn.Module, batches: list[int], limit: int):
        super().__init__()
        self.net, self.batches, self.limit = net, batches, limit

    def forward(self, video: Tensor) -> Tensor:
        self.batches.append(len(video))
        if len(video) > self.limit:
            torch.empty(TOO_MUCH, dtype=torch.uint8, device=video.device)
        return self.net(video)


def measure(bench: Bench) -> Iterator[Row]:
    """A row for every way of running out."""
    row = MODELS["lamps-factorized" if bench.smallest else "vit-b16-factorized"]
    clips = films(row, CLIPS)
    yield halved(bench, row, clips, "asked", FIT, None)
    if bench.device.type == "cuda":
        yield halved(bench, row, clips, "capped", CLIPS, room_for(bench, row))


def halved(bench: Bench, row: Model, clips: list, way: str, limit: int, cap: int | None) -> Row:
    """A row: all clips asked for at once, against batches that fit from the start."""
    batches: list[int] = []
    model = replace(row, name=f"{row.name}, {way}", build=lambda: Noted(row.build(), batches, limit))
    with closing(Engine(str(bench.device), batch=FIT)) as engine:
        engine.run_many(row, clips[:FIT])
        fits: list = []
        fitting = bench.once(lambda: fits.extend(engine.run_many(row, clips)))
    with capped(bench, cap), closing(Engine(str(bench.device), batch=CLIPS)) as engine:
        found: list = []
        engine.run_many(model, clips[:1])  # loads it
        batches.clear()
        seconds = bench.once(lambda: found.extend(engine.run_many(model, clips)))
    apart = error(*(torch.stack([capture.logits for capture in some]) for some in (found, fits)))
    gone = {capture.device for capture in found} - {capture.device for capture in fits}
    told = [note for note in found[-1].notes if "went on with" in note]
    faults = (
        beyond(f"{way}: logits of halved batches", apart, bench.slack),
        f"{way}: the engine went on on {', '.join(gone)}" if gone else "",
        "" if told and len(told) == len(batches) - CLIPS // batches[-1] else f"{way}: batches {batches}, notes {told}",
    )
    tried = ", ".join(map(str, batches))
    return Row((way, tried, f"{seconds:.2f}", f"{fitting:.2f}", megabytes(cap), f"{apart:.1e}"), sentences(*faults))


def room_for(bench: Bench, row: Model) -> int:
    """Bytes that are enough for FIT clips at once, and not for twice as many."""

    def reserved(count: int) -> tuple[int, int]:
        """Bytes that PyTorch took from the GPU at most for so many clips, and that tensors took of them."""
        with closing(Engine(str(bench.device), batch=count)) as engine:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(bench.device)
            engine.run_many(row, films(row, count))
        return torch.cuda.max_memory_reserved(bench.device), torch.cuda.max_memory_allocated(bench.device)

    enough, too_little = reserved(FIT)[0], reserved(2 * FIT)[1]
    if enough >= too_little:
        raise RuntimeError(f"{FIT} clips take {enough} bytes and twice as many {too_little}: no cap lies between")
    return (enough + too_little) // 2


@contextmanager
def capped(bench: Bench, cap: int | None) -> Iterator[None]:
    """PyTorch takes no more than `cap` bytes of the GPU for a while; None is no limit."""
    if cap is None:
        yield
        return
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(cap / device_memory(bench.device), bench.device)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, bench.device)
