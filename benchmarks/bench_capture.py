"""What looking costs: a pass of ViT-B/16 that shows where one query looks in every block, against the bare pass.

    python -m benchmarks.bench_capture [--rounds 9] [--models NAME ...] [--smallest]

Every way of looking is paired with a bare pass right beside it, by the CPU time of one thread; the ratio is the median
over rounds. Rows of one patch are of every frame at once; rows of one moment, over time, of every place or track. "all
weights" makes every row of every attention, as tools do that keep the whole table.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from statistics import median

import torch
from torch import Tensor, nn

from benchmarks.options import asked
from vizcore.models import find
from vizcore.models.nets.attention import Attention
from vizcore.runtime.attention_rows import attention_rows, watching_rows
from vizcore.runtime.capture import watching

NAMES = ("vit-b16-space", "vit-b16-joint", "vit-b16-factorized", "vit-b16-ata")
QUERY = 17  # a token
SMALLEST = {"rounds": 1, "models": ("lamps-ata",)}

Looking = Callable[[], AbstractContextManager[Mapping[str, Tensor]]]
BARE: tuple[Looking, Callable] = (lambda: nullcontext({}), lambda seen: [])  # a pass that nobody looks at


def ways(net: nn.Module, frames: int) -> dict[str, tuple[Looking, Callable[[Mapping[str, Tensor]], list[Tensor]]]]:
    """Ways of looking: what to do around a pass, and what is kept of it."""
    names = [name for name, module in net.named_modules() if isinstance(module, Attention)]
    over_time = {name: [frames - 1] for name in names if "time" in name}
    at_once = {name: [QUERY] for name in names if name not in over_time}
    exits = [name for name, _ in net.named_modules() if name.endswith(".exit")]
    tables = [f"{name}.{part}" for name in names for part in ("query", "key")]

    def whole(seen: Mapping[str, Tensor]) -> list[Tensor]:
        pairs = ((seen[f"{name}.query"], seen[f"{name}.key"]) for name in names)
        return [attention_rows(query, key, range(query.shape[-2])) for query, key in pairs]

    moment = {"rows of one moment": (lambda: watching_rows(net, over_time), lambda rows: list(rows.values()))}
    return (moment if over_time else {}) | {
        "rows of one patch": (lambda: watching_rows(net, at_once), lambda rows: list(rows.values())),
        "features of every block": (lambda: watching(net, exits), lambda seen: list(seen.values())),
        "all weights": (lambda: watching(net, tables), whole),
    }


@torch.inference_mode()
def timed(net: nn.Module, video: Tensor, look: Looking, keep: Callable) -> tuple[float, int]:
    """CPU seconds of a pass with what is made of it, and bytes of that."""
    start = time.process_time()
    with look() as seen:
        net(video)
    kept = keep(seen)
    return time.process_time() - start, sum(tensor.untyped_storage().nbytes() for tensor in kept)


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for every model and way."""
    options = asked(__doc__, words, SMALLEST, rounds=9, models=NAMES)
    torch.set_num_threads(1)
    print(f"{'model':<20}{'way':<26}{'pass, s':>9}{'ratio':>8}{'kept, MB':>10}")
    for name in options.models:
        model = find(name)
        net = model.load()
        video = torch.randn(1, 3, model.frames, model.size, model.size, generator=torch.Generator().manual_seed(0))
        timed(net, video, *BARE)
        for way, look in ways(net, model.frames).items():
            pairs = [(timed(net, video, *BARE)[0], *timed(net, video, *look)) for _ in range(options.rounds)]
            ratio, kept = median(after / before for before, after, _ in pairs), pairs[0][2]
            seconds = median(before for before, _, _ in pairs)
            print(f"{name:<20}{way:<26}{seconds:>9.2f}{ratio:>8.3f}{kept / 1e6:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
