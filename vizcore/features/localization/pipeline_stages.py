"""What the two full-size forms of BMViT cost, stage by stage: shapes, parameters and multiply-adds, computed.

form -> stages -> Stages of Fig. 1 in their order, from the net itself on tensors without data
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from vizcore.features.localization.pipeline_verdict_precision import stages_verdict
from vizcore.models.nets.bmvit import BMViT, ViTBMViT
from vizcore.runtime.context import Context
from vizcore.runtime.counting import count

NORM = "norm"  # layer norms are left out of multiply-adds, as papers do
MULTISCALE, PLAIN = "MViTv2-S without its last pooling", "ViT-B of VideoMAE"
SCALES = {"scale2": range(1), "scale3": range(1, 3), "scale4": range(3, 14), "scale5": range(14, 16)}


@dataclass(frozen=True)
class Stage:
    """A row of Fig. 1."""

    name: str
    what: str
    shape: tuple[int, ...]  # of what it gives, without the batch: places in time and space first, channels last
    parameters: int
    macs: int


class Stages(tuple[Stage, ...]):
    """All rows, in their order."""

    @property
    def verdict(self) -> str:
        """Where the net's cost lies, in one sentence."""
        return stages_verdict({one.name: (one.parameters, one.macs) for one in self})


def stages(form: str, *, context: Context | None = None) -> Stages:
    """The stages of MULTISCALE or PLAIN, in their order; the first count of a process takes seconds.

    Raises:
        ValueError: there is no such form.
    """
    if form not in FORMS:
        raise ValueError(f"want a form of {', '.join(FORMS)}, got {form!r}")
    return _counted(form)


@lru_cache
def _counted(form: str) -> Stages:
    with torch.device("meta"):
        return Stages(FORMS[form]())


def _multiscale():
    net = BMViT().eval()
    body = net.backbone
    side, frames = body.size, body.frames
    yield Stage("data", f"{frames} frames, each 4th of the video", (frames, side, side, 3), 0, 0)
    x = torch.empty(1, 3, frames, side, side)
    stage, x = _stage("cube", "convolution 3 x 7 x 7, steps 2 x 4 x 4", body.patch, x)
    x = x.permute(0, 2, 3, 4, 1)
    yield Stage(stage.name, stage.what, tuple(x.shape[1:]), stage.parameters, stage.macs)
    for name, numbers in SCALES.items():
        blocks = nn.Sequential(*(body.blocks[k] for k in numbers))
        heads = body.blocks[numbers[-1]].attention.heads
        about_blocks = f"{len(numbers)} block{'s' if len(numbers) > 1 else ''}, {heads} head{'s' if heads > 1 else ''}"
        stage, x = _stage(name, about_blocks, blocks, x)
        yield stage
    stage, x = _stage("projection", "768 to 512, token by token", nn.Sequential(body.norm, net.project), x)
    yield stage
    yield from _heads(net, x[:, x.shape[1] // 2].flatten(1, 2))


def _plain():
    net = ViTBMViT().eval()
    yield Stage("data", f"{net.frames} frames", (net.frames, net.size, net.size, 3), 0, 0)
    x = torch.empty(1, 3, net.frames, net.size, net.size)
    stage, x = _stage("cube", "convolution 3 x 16 x 16, steps 2 x 16 x 16", net.patch, x)
    x = x.permute(0, 2, 3, 4, 1)
    yield Stage(stage.name, stage.what, tuple(x.shape[1:]), stage.parameters, stage.macs)
    about = f"{len(net.blocks)} blocks over all places"
    stage, tokens = _stage("encoder", about, nn.Sequential(*net.blocks, net.norm), x.flatten(2, 3))
    yield stage
    speaking = tokens[:, tokens.shape[1] // 2]  # (1, N, D)
    costs = count(net.hear, speaking, tokens.flatten(1, 2))
    macs = costs.macs - costs.by_kind.get(NORM, 0)
    yield Stage("cross-attention", "for words alone", tuple(speaking.shape[1:]), costs.parameters, macs)
    yield from _heads(net, speaking)


def _heads(net: BMViT | ViTBMViT, tokens: Tensor):
    for name, what, head in (
        ("box head", "4 numbers a token", net.box_head),
        ("actor head", "actor or not", net.actor_head),
        ("class head", "80 words, each by itself", net.action_head),
    ):
        yield _stage(name, what, head, tokens)[0]


def _stage(name: str, what: str, module: nn.Module, x: Tensor) -> tuple[Stage, Tensor]:
    """What a module costs on x (1, ...), and what it gives."""
    found, y = count(module, x), module(x)
    return Stage(name, what, tuple(y.shape[1:]), found.parameters, found.macs - found.by_kind.get(NORM, 0)), y


FORMS: dict[str, Callable] = {MULTISCALE: _multiscale, PLAIN: _plain}
