"""See the tensors of named modules during one forward pass, and leave no trace.

with watching(model, ["blocks.6.exit"]) as seen:
    logits = model(video)
seen["blocks.6.exit"]                                   the tensor, in the shape in which the module gave it

with watching(model, names, gradients=True) as seen:
    logits = model(video)
gradients_of(logits[0, 7], seen)                        d logit / d tensor, by name; the model keeps none
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

import torch
from torch import Tensor, nn

Change = Callable[[Tensor], Tensor]  # what a pass goes on with, of what a module gave


class Tap(nn.Module):
    """A place with a name: hands its tensor on unchanged, so that it can be watched."""

    def forward(self, x: Tensor) -> Tensor:
        return x


@contextmanager
def watching(module: nn.Module, names: Iterable[str], gradients: bool = False) -> Iterator[dict[str, Tensor]]:
    """See what the named modules give while the block runs; their hooks are gone when it ends, also by an error.

    Args:
        module: the model. Other threads must not run it meanwhile: their tensors would be seen as well.
        names: as in module.named_modules(). A module that gives a tuple is seen by its first tensor; one that runs
            several times is seen as it ran last.
        gradients: the tensors can be differentiated by, even where no parameter asks for gradients: the graph then
            starts at the earliest one of them, so nothing before it is kept.

    Yields:
        {name: tensor}, filled as the modules run; a module that did not run has no entry.

    Raises:
        ValueError: a name is unknown (near ones are listed), or a watched module gave no tensor.
    """
    places = places_of(module, names)
    activations: dict[str, Tensor] = {}
    with ExitStack() as hooks:
        for name, place in places.items():
            handle = place.register_forward_hook(_hook_of(activations, name, gradients))
            hooks.callback(handle.remove)
        yield activations


@dataclass(frozen=True)
class Request:
    """What somebody wants of a pass."""

    at: tuple[str, ...]  # modules that are seen
    target: int | str | None  # a class whose gradients are given, "top" for the likeliest
    method: str | None  # of matching, as of matching_by; None for the model's own
    rows: Mapping[str, Sequence[int]]  # {name of an attention: indices of tokens}, as of watching_rows
    changes: Mapping[str, Change]  # as of changing


@contextmanager
def asked_beside(module: nn.Module, request: Request) -> Iterator[dict[str, Tensor]]:
    """What only some passes want beside the activations: other matches or tensors, and where some tokens look.

    Args:
        module: the model. Other threads must not run it meanwhile.
        request: of which method, rows and changes matter.

    Yields:
        {name: (S, heads, K, M) weights}, as of watching_rows.
    """
    found: dict[str, Tensor] = {}
    with ExitStack() as asked:
        if request.method is not None:
            from vizcore.runtime.matching_method import matching_by

            asked.enter_context(matching_by(module, request.method))
        if request.rows:
            from vizcore.runtime.attention_rows import watching_rows

            found = asked.enter_context(watching_rows(module, request.rows))
        asked.enter_context(changing(module, request.changes))
        yield found


@contextmanager
def changing(module: nn.Module, changes: Mapping[str, Change]) -> Iterator[None]:
    """Let a pass go on with something else than what some modules give, until the block ends.

    Args:
        module: the model. Other threads must not run it meanwhile.
        changes: {name of a module that gives a tensor: function of that tensor}.

    Raises:
        ValueError: a name is unknown; near ones are listed.
    """
    with ExitStack() as hooks:
        for name, place in places_of(module, changes).items():
            hooks.callback(place.register_forward_hook(_change_by(changes[name])).remove)
        yield


@contextmanager
def before_each(module: nn.Module, look: Callable[[], None]) -> Iterator[None]:
    """Call a function before every module of a pass, which it may end by raising.

    Args:
        module: the model. Other threads must not run it meanwhile.
        look: such as a job's check.
    """
    with ExitStack() as hooks:
        for part in module.modules():
            hooks.callback(part.register_forward_pre_hook(lambda *_: look()).remove)
        yield


def gradients_of(score: Tensor, activations: dict[str, Tensor]) -> dict[str, Tensor]:
    """d score / d tensor for what was seen with gradients=True; zero where the score does not depend on the tensor.

    Args:
        score: a scalar that was computed while the tensors were watched. Tensors of whole numbers have no gradient
            and are left out.
    """
    names = [name for name, tensor in activations.items() if tensor.requires_grad]
    if not names:
        return {}
    if not score.requires_grad:  # nothing that was seen is on its way
        return {name: torch.zeros_like(activations[name]) for name in names}
    found = torch.autograd.grad(score, [activations[name] for name in names], materialize_grads=True)
    return dict(zip(names, found))


def gradients_at(logits: Tensor, target: int | str, activations: dict[str, Tensor]) -> dict[str, Tensor]:
    """gradients_of the logit that aimed_at names.

    Args:
        logits, target: as of aimed_at.
        activations: as of gradients_of.
    """
    return gradients_of(aimed_at(logits, target), activations)


def aimed_at(logits: Tensor, target: int | str) -> Tensor:
    """The sum over clips of the logit that is asked about, (): each clip's part depends on that clip alone.

    Of a net that sees each frame alone, the logit is the mean over frames.

    Args:
        logits: (B, C), or (B, T, C) of every frame.
        target: a class, or "top" for the likeliest of each clip.
    """
    if target == "top":
        target = logits_of_clips(logits).argmax(1)  # (B,)
    elif isinstance(target, bool) or not isinstance(target, int) or not 0 <= target < logits.shape[-1]:
        raise ValueError(f'want a class from 0 to {logits.shape[-1] - 1}, or "top", got {target!r}')
    of_clips = logits.mean(1) if logits.ndim == 3 else logits
    return of_clips[torch.arange(len(of_clips), device=of_clips.device), target].sum()


def logits_of_clips(logits: Tensor) -> Tensor:
    """(B, C) as it is; of (B, T, C), the log of the probabilities averaged over frames: softmax gives these back."""
    if logits.ndim < 3:
        return logits
    return logits.log_softmax(-1).logsumexp(1) - math.log(logits.shape[1])


def _change_by(change: Change):
    """A hook that hands on what a function makes of the module's tensor."""
    return lambda _module, _inputs, output: change(output)


def places_of(module: nn.Module, names: Iterable[str]) -> dict[str, nn.Module]:
    """The modules of these names, or a refusal that lists near ones."""
    if isinstance(names, str):
        raise ValueError(f"want a list of module names, got the single word {names!r}")
    modules = dict(module.named_modules())
    places = {}
    for name in names:
        if name not in modules:
            near = get_close_matches(name, modules, n=3, cutoff=0.5)
            known = near or [known for known in modules if known][:8]
            raise ValueError(f"want a module of {type(module).__name__} (such as {', '.join(known)}), got {name!r}")
        places[name] = modules[name]
    return places


def _hook_of(activations: dict[str, Tensor], name: str, gradients: bool):
    """A hook that notes the module's tensor, and with gradients hands one on that can be differentiated by."""

    def _hook(_module: nn.Module, _inputs: tuple, output: object) -> object:
        several = isinstance(output, (tuple, list)) and len(output) > 0
        tensor = output[0] if several else output
        if not isinstance(tensor, Tensor):
            raise ValueError(f"want a module that gives a tensor, but {name!r} gives {type(tensor).__name__}")
        if gradients and tensor.is_floating_point() and not tensor.requires_grad:
            tensor = tensor.detach().requires_grad_()
            output = type(output)([tensor, *output[1:]]) if several else tensor
        activations[name] = tensor
        return output

    return _hook


def by_clip(activations: dict[str, Tensor], clips: int) -> list[dict[str, Tensor]]:
    """Each clip's own part of what a batch showed, detached, in 32 bits; a part of several clips' tensor is copied."""
    parts: list[dict[str, Tensor]] = [{} for _ in range(clips)]
    for name, tensor in activations.items():
        if tensor.ndim == 0 or len(tensor) % clips:
            raise ValueError(
                f"want a module with a batch of {clips} clips first, but {name!r} gives {(*tensor.shape,)}"
            )
        tensor = tensor.detach()
        tensor = tensor.float() if tensor.dtype in (torch.bfloat16, torch.float16) else tensor
        for part, share in zip(parts, tensor.chunk(clips)):
            part[name] = share.clone() if clips > 1 else share
    return parts
