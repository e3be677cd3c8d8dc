"""How close 16 bits stay to the CPU's 32: the same pass on the device in both, and what the engine makes of it.

    video -> net on the CPU, float32 = the truth;  on the device in float32 (no TF32);  there by autocast in bfloat16

Errors are lengths of differences in lengths of the truth, over all clips together. Gradients are those of the truth's
best class by the tokens, compared by their cosine: behind a ReLU or a crop, rounding moves whole entries. Where an
aligning net matches some patches otherwise (nearly equal cosines), later numbers are those of other tracks: they are
told and not judged.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.gpu.bench import MOST_16, MOST_32, NONE, Bench, Row, beyond, error, sentences
from benchmarks.gpu.clips import CLIPS, films
from vizcore.models import VIDEO_MODELS, Model
from vizcore.runtime.capture import gradients_of, logits_of_clips, watching
from vizcore.runtime.engine import Engine, precision

HEADS = (
    "model",
    "32 bits: logits",
    "16 bits: logits",
    "tokens",
    "gradients, cosine",
    "same best class",
    "patches matched alike",
    "engine against net",
)
LARGE = "vit-b16-factorized"  # one clip of it keeps a CPU busy for seconds
NAMES = (
    *(f"{family}-{mode}" for family in ("vit-small", "lamps", "acts") for mode in ("factorized", "joint", "ata")),
    *("lite0", "gta", "localizer", "localizer-two-stage", "pairs-nl", "pairs-snl"),
    LARGE,
)
DEEP = {"lite0": 2 * MOST_16}  # fifty convolutions that no norm follows: 0.09 on the CPU
SMALLEST = ("lamps-factorized", "lamps-ata")
LEAST_COSINE = 0.8  # a gradient of something else would be near 0


@dataclass(frozen=True, eq=False)
class Seen:
    """A pass of some clips."""

    logits: Tensor  # (B, C)
    tokens: Tensor  # (B, T, N, D) at a layer in the middle
    gradient: Tensor  # like tokens
    order: Tensor | None  # (B, T, N) of the first matching; None where nothing is matched

    def alike(self, other: "Seen") -> float | None:
        """The share of patches that both matched alike; None where nothing is matched."""
        return None if self.order is None else float((self.order.cpu() == other.order.cpu()).float().mean())


def measure(bench: Bench) -> Iterator[Row]:
    """A row for every model."""
    with closing(Engine(str(bench.device), batch=len(CLIPS))) as engine:
        for name in SMALLEST if bench.smallest else NAMES:
            row = VIDEO_MODELS[name]
            few = bench.smallest or name == LARGE
            clips = films(row, 1 if few else len(CLIPS))
            video, net = torch.stack([row.prepared(frames) for frames in clips]), row.load()
            truth = seen(row, net, video, None)
            net, video = net.to(bench.device), video.to(bench.device)
            exact, rough = (seen(row, net, video, truth.logits.argmax(1), half) for half in (False, True))
            with torch.inference_mode(), precision(bench.device):
                bare = logits_of_clips(net(video).float())
            told = torch.stack([capture.logits for capture in engine.run_many(row, clips)])
            yield compared(bench, name, truth, (exact, rough), error(told, bare))


def seen(row: Model, net: nn.Module, video: Tensor, best: Tensor | None, half: bool = False) -> Seen:
    """A pass on the video's device, and the gradient by the tokens of the logits of the classes `best` (B,)."""
    layer = row.layers[len(row.layers) // 2]
    matching = [name for name, _ in net.named_modules() if name.rpartition(".")[2] == "order"][:1]
    autocast = torch.autocast(video.device.type, torch.bfloat16, enabled=half)
    exact = torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
    with exact, autocast, watching(net, [layer, *matching], gradients=True) as found:
        logits = logits_of_clips(net(video).float())
    best = logits.argmax(1) if best is None else best.to(video.device)
    gradient = gradients_of(logits.gather(1, best[:, None]).sum(), {layer: found[layer]})[layer]
    order = found.get(matching[0]) if matching else None
    return Seen(logits.detach(), found[layer].detach().float(), gradient.float(), order)


def compared(bench: Bench, name: str, truth: Seen, found: tuple[Seen, Seen], engine: float) -> Row:
    """A row from the passes in 32 and in 16 bits, with what is wrong in it."""
    exact, rough = found
    logits_32, logits_16 = (error(one.logits, truth.logits) for one in found)
    tokens = error(rough.tokens, truth.tokens)
    cosine = float(F.cosine_similarity(rough.gradient.cpu().flatten(), truth.gradient.flatten(), dim=0))
    same = float((rough.logits.argmax(1).cpu() == truth.logits.argmax(1)).float().mean())
    faults = [beyond(f"{name}: the engine's answer", engine, bench.slack)]
    if exact.alike(truth) in (None, 1.0):
        faults.append(beyond(f"{name}: logits in 32 bits", logits_32, MOST_32))
    if rough.alike(truth) in (None, 1.0):
        faults.append(beyond(f"{name}: logits in 16 bits", logits_16, MOST_16))
        faults.append(beyond(f"{name}: tokens in 16 bits", tokens, DEEP.get(name, MOST_16)))
        faults.append(beyond(f"{name}: 1 - cosine of the gradients", 1 - cosine, 1 - LEAST_COSINE))
    alike = rough.alike(truth)
    cells = (f"{logits_32:.1e}", f"{logits_16:.1e}", f"{tokens:.1e}", f"{cosine:.3f}", f"{same:.0%}")
    return Row((name, *cells, NONE if alike is None else f"{alike:.1%}", f"{engine:.1e}"), sentences(*faults))
