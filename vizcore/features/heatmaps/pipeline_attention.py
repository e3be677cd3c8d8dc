"""Heat of attention: which attentions a net has, where one token looks, and what an answer hears through all of them.

model - a ghost of it on the "meta" device - one pass -> Places
capture of a pass, Places -> heat (T', h, w)
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial

import torch
from torch import Tensor

from vizcore.algorithms.attribution.attention_flow import (
    Mixing,
    fused,
    gradient_weighted,
    gradient_weighted_rows,
    joint_row,
    rollout,
    spatial_row,
    temporal_row,
)
from vizcore.algorithms.attribution.token_maps import reading
from vizcore.models import Model
from vizcore.models.nets.attention import Attention
from vizcore.runtime.attention_rows import attention_rows
from vizcore.runtime.engine import Capture

TAPS = ("query", "key", "value", "mixed")


@dataclass(frozen=True)
class Place:
    """One attention of a net."""

    name: str  # as in module.named_modules()
    over: str  # "space", "time" or "joint", as in attention_flow.Mixing
    front: int  # F tokens before the patches; 0 over time, where they take no part
    frames: int  # T' of its tokens
    order: str  # the tap that tells which patch each track is at; "" where tracks stay in place


@lru_cache(maxsize=64)
def attentions(model: Model) -> tuple[Place, ...]:
    """The attentions of a net whose rows can be seen, in the order in which they run; () for nets that are not ours."""
    with torch.device("meta"):
        net = model.build().eval().to("meta")  # buffers may have data on every device
        video = torch.empty(1, 3, model.frames, *model.picture)
    modules = dict(net.named_modules())
    names = {module: name for name, module in modules.items()}
    if not any(isinstance(module, Attention) for module in names):
        return ()
    ran: dict[str, tuple[int, ...]] = {}

    def _note(module: torch.nn.Module, _inputs: tuple, output: object) -> None:
        if isinstance(output, Tensor):
            ran[names[module]] = tuple(output.shape)

    with ExitStack() as hooks, torch.no_grad():
        for module in names:
            hooks.callback(module.register_forward_hook(_note).remove)
        net(video)
    queries = [name for name in ran if isinstance(modules.get(name.removesuffix(".query")), Attention)]
    places = [_place(name.removesuffix(".query"), ran, model) for name in queries if name.endswith(".query")]
    return tuple(place for place in places if place is not None)


def row_heat(model: Model, place: Place, capture: Capture, frame: int, patch: int) -> Tensor:
    """Where a patch looks in one attention, the mean of its heads: (T', h, w), each row of sum 1.

    In attention inside the frames, every frame's own patch of that place is asked.

    Args:
        model: of the capture; its grid is h x w patches.
        place: the attention that is looked at.
        capture: of a pass with rows={place.name: [token_of(...)]} and, where the place has one, its order.
        frame: which of the place's T' frames.
        patch: of the grid, row by row.
    """
    rows = fused(capture.rows[place.name])[:, 0]  # (S, L)
    if place.over == "joint":
        return joint_row(rows[0], place.frames, model.grid)
    if place.over == "space":
        return spatial_row(rows, model.grid)
    order = _order(place, capture)
    if order is None:
        return temporal_row(rows[patch], torch.full((place.frames,), patch), model.grid)
    track = int((order[frame] == patch).nonzero()[0, 0])
    return temporal_row(rows[track], order[:, track], model.grid)


def token_of(model: Model, place: Place, frame: int, patch: int) -> int:
    """The index of a patch (row by row) of one of the place's frames in each sequence of its tokens.

    Args:
        model: whose grid the patch is of.
        place: the attention, over space, time or both.
        frame: which of the place's T' frames.
        patch: of the grid, row by row.
    """
    if place.over == "time":
        return frame
    within = frame * model.grid[0] * model.grid[1] if place.over == "joint" else 0
    return place.front + within + patch


def watched(places: Sequence[Place], gradients: bool) -> tuple[str, ...]:
    """What a pass must see for flow_heat."""
    taps = TAPS if gradients else TAPS[:2]
    orders = dict.fromkeys(place.order for place in places if place.order)
    return (*(f"{place.name}.{tap}" for place in places for tap in taps), *orders)


def flow_heat(model: Model, places: Sequence[Place], capture: Capture, gradients: bool) -> Tensor:
    """How much the output attends to every patch through all attention layers: (T', h, w), at least 0.

    The answer is read from the class token, or, in nets without one, from the mean of all tokens.

    Args:
        model: of the capture; its grid is h x w patches.
        places: all attentions of the model, in the order in which they run.
        capture: of a pass at watched(places, gradients), with a target for gradients.
        gradients: relevance by gradient-weighted attention instead of rollout.
    """
    whole = next(place for place in places if place.over != "time")
    tokens = whole.front, whole.frames, model.grid[0] * model.grid[1]
    count = tokens[0] + tokens[1] * tokens[2]
    mixings = [Mixing(place.over, _rows_of(place, capture, gradients), _order(place, capture)) for place in places]
    first = mixings[0].weights(range(1))
    start = torch.full((count,), 1 / count) if not whole.front else torch.eye(1, count)[0]
    spread = gradient_weighted if gradients else rollout
    return joint_row(spread(mixings, start.to(first.device), tokens=tokens), whole.frames, model.grid)


def _place(name: str, ran: dict[str, tuple[int, ...]], model: Model) -> Place | None:
    """What an attention is over, by the shape (S, heads, L, d) of its queries; None where that tells nothing."""
    sequences, _, length, _ = ran[f"{name}.query"]
    patches = model.grid[0] * model.grid[1]
    if sequences == patches and length <= model.frames:
        orders = (f"{name.rpartition('.')[0]}.order", "order")
        return Place(name, "time", 0, length, next((order for order in orders if order in ran), ""))
    over = "joint" if sequences == 1 else "space"
    read = reading((sequences, length, 1) if over == "space" else (1, length, 1), model.frames, model.grid)
    if read is None or read.grid != model.grid:
        return None
    return Place(name, over, read.front, read.frames, "")


def _rows_of(place: Place, capture: Capture, gradients: bool):
    """What makes the rows (S, heads, K, L) of an attention, some at a time."""
    query, key = (capture.activations[f"{place.name}.{tap}"] for tap in TAPS[:2])
    if not gradients:
        return partial(attention_rows, query, key)
    value, gradient = capture.activations[f"{place.name}.value"], capture.grads[f"{place.name}.mixed"]

    def weighted(queries: range) -> Tensor:
        rows = attention_rows(query, key, queries)
        return gradient_weighted_rows(rows, value, gradient[..., queries.start : queries.stop, :])

    return weighted


def _order(place: Place, capture: Capture) -> Tensor | None:
    return capture.activations[place.order][0] if place.order else None
