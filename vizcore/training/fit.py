"""One training, step by step, that can be killed at any moment and goes on to the same weights.

net, loss(net, chance) -> AdamW under a warm-up and a cosine -> the trained net and its curve

Everything random in a step comes from a generator made of the seed and the step's number, so a checkpoint needs no
state of chance: weights, optimizer and curve are all there is.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.files import draft_of
from vizcore.runtime.store import key_of

Loss = Callable[[nn.Module, np.random.Generator], Tensor]
Progress = Callable[[int, int, float], None]  # step, steps, loss of late
STRETCHES = 100  # points of a curve


@dataclass(frozen=True)
class Plan:
    """How a net is trained: AdamW, linear warm-up, cosine to `last` of the rate, gradients clipped by norm."""

    steps: int
    rate: float
    seed: int = 0
    warmup: int = 80  # steps
    last: float = 0.02  # of the rate, at the end
    decay: float = 0.02
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0
    every: int = 100  # steps between two checkpoints

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, from 0."""
        fall = self.last + (1 - self.last) * 0.5 * (1 + math.cos(math.pi * (step + 1) / self.steps))
        return self.rate * min(1.0, (step + 1) / max(self.warmup, 1)) * fall


@dataclass(frozen=True)
class Fitted:
    """How a training went."""

    curve: list[float]  # mean losses of at most STRETCHES equal stretches of steps
    seconds: float  # of processor time, of killed runs too as far as their checkpoints tell


def fit(
    net: nn.Module,
    loss: Loss,
    plan: Plan,
    path: Path | None = None,
    stamp: str = "",
    progress: Progress = lambda step, steps, loss: None,
) -> Fitted:
    """Train a net in place; weights that want no gradient stay as they are.

    Args:
        net: changed in place; in training mode afterwards.
        loss: of the net for one batch, which it draws by the generator that it is given.
        plan: steps, rates and seed.
        path: where checkpoints are kept; a finished one makes the next call return at once. None keeps none.
        stamp: what the training depends on beside net and plan (data, loss settings): a checkpoint of another stamp
            is not used.
        progress: called after every step with its number, of how many, and the loss.
    """
    weights = [weight for weight in net.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, plan.rate, betas=plan.betas, weight_decay=plan.decay)
    mark = key_of(stamp, *(repr(item) for item in asdict(plan).items()), *(_outline(net)))
    losses, seconds = _restore(path, mark, net, optimizer)
    began = time.process_time() - seconds
    net.train()
    for step in range(len(losses), plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate_at(step)
        value = loss(net, np.random.default_rng([plan.seed, step]))
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(weights, plan.clip)
        optimizer.step()
        losses.append(value.item())
        progress(step + 1, plan.steps, float(np.mean(losses[-50:])))
        if path is not None and ((step + 1) % plan.every == 0 or step + 1 == plan.steps):
            _keep(path, mark, net, optimizer, losses, time.process_time() - began)
    net.eval()
    stretches = np.array_split(losses, min(STRETCHES, len(losses)) or 1)
    return Fitted([float(part.mean()) for part in stretches], time.process_time() - began)


def _outline(net: nn.Module) -> list[str]:
    return [f"{name} {(*tensor.shape,)}" for name, tensor in net.state_dict().items()]


def _restore(
    path: Path | None, mark: str, net: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[list[float], float]:
    """Losses of the steps that are done and the seconds they took; net and optimizer as they were then."""
    if path is None or not path.exists():
        return [], 0.0
    state = torch.load(path, map_location="cpu", weights_only=True)  # a training may go on without the GPU it began on
    if state["mark"] != mark:
        return [], 0.0
    net.load_state_dict(state["net"])
    optimizer.load_state_dict(state["optimizer"])
    return state["losses"], state["seconds"]


def _keep(
    path: Path, mark: str, net: nn.Module, optimizer: torch.optim.Optimizer, losses: list[float], seconds: float
) -> None:
    """Write a checkpoint beside its place and move it there in one step: a kill leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {"mark": mark, "net": net.state_dict(), "optimizer": optimizer.state_dict(), "losses": losses}
    state |= {"seconds": seconds}
    with draft_of(path, shared=False) as draft, draft.open("wb") as file:  # a path wants an ending
        torch.save(state, file)
