"""One short training on a GPU: the embedder of frames, taught by global alignment, killed on the way and made again.

    clips of the world - frozen stem, on the CPU -> tokens - the recipe's own batch_loss -> the net after some steps

The net runs in 16 bits and the alignment by anti-diagonals in float64, both on the device. A checkpoint has to bring
back every bit of the weights; what follows may differ by rounding, because sums on a GPU have no fixed order. "The
other" is the same training on the CPU, and for the one that was killed the one in one go.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.gpu.bench import NONE, Bench, Row, beyond, sentences
from vizcore.training import gta
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.gta_clips import filmed
from vizcore.training.gta_losses import PARTS
from vizcore.training.gta_scores import first_of_each
from vizcore.training.modes import frozen_stem
from vizcore.training.tokens import frozen_tokens
from vizcore.training.workshop import Workshop

HEADS = ("training", "steps", "steps/s", "loss of the first quarter", "of the last", "the other's", "apart")
SETTINGS = replace(gta.SETTINGS, train=96, frames=16, seen=12, steps=80, every=80, looked_at=2, layouts=((3, 4),))
SMALLEST = replace(gta.QUICK, train=32, steps=16, every=16, looked_at=2, rate=1e-2)
WAY = gta.OBJECTIVES["gta"]
MOST_APART = 0.1  # of the mean losses of the last steps: rounding grows over a training


class Killed(Exception):
    """The power is gone."""


def measure(bench: Bench) -> Iterator[Row]:
    """A row for a training in one go, and one for the same killed half-way and made again."""
    job = made(SMALLEST if bench.smallest else SETTINGS)
    steps = job.settings.steps
    plan = Plan(steps, job.settings.rate, warmup=steps // 8, every=steps // 4)
    trained(job, bench.device, replace(plan, steps=1))  # warms up
    whole: list[Fitted] = []
    seconds = bench.once(lambda: whole.append(trained(job, bench.device, plan)))
    yield told("in one go", f"{steps / seconds:.2f}", whole[0], trained(job, torch.device("cpu"), plan))
    again, fault = resumed(job, bench.device, plan)
    row = told("killed and made again", NONE, again, whole[0])
    yield replace(row, fault=sentences(row.fault, fault))


def made(settings: gta.Settings) -> gta.Bench:
    """The clips and the stem of a training, on the CPU."""
    stem, films = frozen_stem("pose"), filmed(range(settings.train), "train", settings.frames)
    data = {"tokens": frozen_tokens(stem, films.pop("frames"))} | films
    return gta.Bench(Workshop(), settings, stem, {"train": data}, "")


def trained(job: gta.Bench, device: torch.device, plan: Plan, states: list | None = None, **more) -> Fitted:
    """How a training of a fresh net went; `states` gets the weights before every step, `more` is for fit."""
    net = gta.fresh(replace(job, stem=deepcopy(job.stem)), WAY, 0)  # a stem of its own: it moves with the net
    learner = gta.Learner(net, plan.steps, len(PARTS[WAY.loss])).to(device)
    look = first_of_each(job.data["train"], job.settings.looked_at)

    def loss(learner: gta.Learner, chance: np.random.Generator) -> Tensor:
        if states is not None:
            states.append({name: tensor.clone() for name, tensor in learner.net.state_dict().items()})
        return gta.batch_loss(learner, chance, WAY, job.data["train"], look, job.settings)

    return fit(learner, loss, plan, **more)


def resumed(job: gta.Bench, device: torch.device, plan: Plan) -> tuple[Fitted, str]:
    """How a training went that was killed after its second checkpoint, and what is wrong with how it went on."""
    first: list[dict[str, Tensor]] = []
    second: list[dict[str, Tensor]] = []

    def dies(step: int, steps: int, loss: float) -> None:
        if step == 2 * plan.every + plan.every // 2:
            raise Killed

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        with suppress(Killed):
            trained(job, device, plan, first, path=path, progress=dies)
        fitted = trained(job, device, plan, second, path=path)
    kept, taken = first[2 * plan.every], second[0]
    other = [name for name, tensor in kept.items() if not torch.equal(tensor, taken[name])]
    faults = (
        f"the checkpoint brought back other weights of {', '.join(other)}" if other else "",
        f"{len(second)} steps were made after it" if len(second) != plan.steps - 2 * plan.every else "",
    )
    return fitted, sentences(*faults)


def told(words: str, speed: str, found: Fitted, other: Fitted) -> Row:
    """A row for a training of at most 100 steps, beside another one that it should be like."""
    quarter = len(found.curve) // 4
    first, last, expected = (
        float(np.mean(part)) for part in (found.curve[:quarter], found.curve[-quarter:], other.curve[-quarter:])
    )
    apart = abs(last - expected) / expected
    faults = (
        "" if last < first else f"{words}: the loss did not fall",
        beyond(f"{words}: the loss of the last steps", apart, MOST_APART),
    )
    cells = (str(len(found.curve)), speed, f"{first:.3f}", f"{last:.3f}", f"{expected:.3f}", f"{apart:.1e}")
    return Row((words, *cells), sentences(*faults))
