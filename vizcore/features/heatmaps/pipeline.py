"""Where a model looks: heat maps of one clip, a row for each model or temporal mode, at one depth of them all.

path -> the frames that each model sees -> engine, once a model -> heat of every layer, kept -> HeatMaps at one depth
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.attribution import cam
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.features.heatmaps.pipeline_frames import LONG_SIDE, sampled_frames
from vizcore.features.heatmaps.pipeline_methods import FAMILIES, LACKS, METHODS, layer_choices, rows_of
from vizcore.features.heatmaps.pipeline_rows import DepthHeat, Row, row_words
from vizcore.features.heatmaps.pipeline_verdict import heat_verdict
from vizcore.features.heatmaps.pipeline_verdict_seen import seen
from vizcore.models import Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import origin
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.synthetic.truth import load_truth
from vizcore.synthetic.truth_file import truth_path
from vizcore.video import Clip

VERSION = "1"  # of what is kept: a new one makes it outdated
CENTRE = (0.5, 0.5)


@dataclass(frozen=True, eq=False)
class HeatMaps:
    """Rows of heat over the frames of one clip."""

    clip: Clip  # F frames: those that the model which takes most of them saw, each once
    rows: tuple[Row, ...]
    label: str  # the class of the clip; "" where that is not known

    __repr__ = short_repr(
        lambda maps: (
            f"{len(maps.rows)} rows over {len(maps.clip.frames)} frames; "
            + "; ".join([*map(row_words, maps.rows[:3]), *["..."] * (len(maps.rows) > 3)])
        )
    )

    @property
    def verdict(self) -> str:
        """Which rows agree about where to look, in one sentence."""
        names = [row.name for row in self.rows]
        heats = [None if row.heat is None else row.heat[row.shown_at(self.clip.indices)] for row in self.rows]
        why_not = [row.why_not for row in self.rows if row.heat is None]
        one = self.rows[0] if len(self.rows) == 1 and self.rows[0].sees else None
        named = "" if one is None else seen(one.name, one.classes)
        return heat_verdict(names, heats, why_not, [row.standing for row in self.rows], seen=named)


@dataclass(frozen=True)
class Request:
    """What is wanted of every row."""

    method: str
    target: str | int
    label: str  # of the clip
    query: tuple[int, float, float] | None
    pool: str


def heat_maps(
    path: str | Path,
    *,
    models: Sequence[str | Model] = FAMILIES["lamps nets"],
    method: Literal[*METHODS] = "channel-mean",
    layer: str = "",
    target: str | int = "top",
    query: tuple[int, float, float] | None = None,
    pool: Literal[*cam.POOLS] = "clip",
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> HeatMaps:
    """Heat maps of a clip, a row for each model.

    Args:
        path: a video file.
        models: names of the table of models, or rows like its own.
        method: how heat is made.
        layer: one of depths(models, method) or, for heat of features, of every_layer(models); "" for the last one of
            every row that has heat.
        target: the class that is asked about: "top" for each row's likeliest one, "true" for the clip's, where its
            truth lies beside it, a class's name or its number. Most methods ask about none.
        query: (frame number of the clip, y, x) of the patch whose attention is shown, y and x as shares of the
            picture from the top left, 0 to 1; by default the middle of the middle frame.
        pool: what shares the weight of a channel.
        start: seconds; the frames are taken from [start, start + span).
        span: seconds; by default to the end of the clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown or a number out of range. What one model cannot do is said in its row.
    """
    context, rows, choices = context or default_context(), rows_of(models), layer_choices(models, method, layer)
    request = _request(path, rows, method, target, query, pool)
    context.progress(0, len(rows) + 1, "reading frames")
    sampled, clip = sampled_frames(path, rows, start, span)
    found = []
    for done, (model, numbers, choice) in enumerate(zip(rows, sampled, choices, strict=True), 1):
        context.progress(done, len(rows) + 1, f"running {model.title}")
        frames = clip.frames[np.searchsorted(clip.indices, numbers)]
        found.append(_walk(path, model, numbers, frames, request, choice.places, context).row(choice.at))
    longest = np.unique(max(sampled, key=len))
    shown = np.searchsorted(clip.indices, longest)
    return HeatMaps(Clip(clip.frames[shown], clip.times[shown], longest), tuple(found), request.label)


def walk(
    path: str | Path,
    model: str | Model,
    *,
    method: str = "channel-mean",
    target: str | int = "top",
    query: tuple[int, float, float] | None = None,
    pool: str = "clip",
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> tuple[DepthHeat, Clip]:
    """One model through all its depths at once, and the frames that it sees, each once.

    Args:
        path: a video file.
        model: a name of the table of models, or a row like its own.
        method: how heat is made, a key of METHODS.
        target: the class: "top" for the likeliest, "true" for the clip's, a class's name or its number.
        query: (frame number, y, x) of the patch whose attention is shown, y and x as shares of the picture, 0 to 1; by
            default the middle of the middle frame.
        pool: what shares the weight of a channel, one of cam.POOLS.
        start: seconds; the frames are taken from [start, start + span).
        span: seconds; by default to the end of the clip.

    Raises:
        VideoError, ValueError: as heat_maps.
    """
    context, (row,), (choice,) = context or default_context(), rows_of([model]), layer_choices([model], method)
    request = _request(path, [row], method, target, query, pool)
    (numbers,), clip = sampled_frames(path, [row], start, span)
    frames = clip.frames[np.searchsorted(clip.indices, numbers)]
    return _walk(path, row, numbers, frames, request, choice.places, context), clip


def _request(path: str | Path, rows: Sequence[Model], method: str, target: str | int, query: tuple | None, pool: str):
    """What is wanted of every row, or a refusal."""
    if not rows or pool not in cam.POOLS:
        raise ValueError(f"want 1 model or more and a pool of {', '.join(cam.POOLS)}, got {len(rows)} and {pool!r}")
    if query is not None and (len(query) != 3 or query[0] < 0 or not all(0 <= share <= 1 for share in query[1:])):
        raise ValueError(f"want a query (frame number, y, x) with y and x from 0 to 1, got {query}")
    truth = truth_path(Path(path))
    return Request(method, target, load_truth(truth).label if truth.exists() else "", query, pool)


def _walk(
    path: str | Path,
    model: Model,
    numbers: np.ndarray,
    frames: np.ndarray,
    request: Request,
    names: tuple[str, ...],
    context: Context,
) -> DepthHeat:
    """One model at its own places."""
    method = METHODS[request.method]
    unasked = numbers, np.zeros(0, np.float32), None, method.asks_class, origin(path)
    if not names and (method.of != "flow" or not _attentions(model)):
        return DepthHeat(model, names, (), LACKS[method.over], *unasked)
    try:
        stored = _stored_heats(path, model, numbers, frames, request, names, context)
        logits = torch.from_numpy(stored["logits"])
        chosen = _class_index(model, request, logits)
    except ValueError as refusal:  # what one model cannot do is no reason to show nothing of the others
        return DepthHeat(model, names, (), f"{refusal}.", *unasked)
    heats = tuple(stored[f"heat{k}"] for k in range(len(names) or 1))
    probabilities = logits.softmax(-1).numpy()
    return DepthHeat(model, names, heats, "", numbers, probabilities, chosen, method.asks_class, origin(path))


def _stored_heats(
    path: str | Path,
    model: Model,
    numbers: np.ndarray,
    frames: np.ndarray,
    request: Request,
    names: Sequence[str],
    context: Context,
) -> dict[str, np.ndarray]:
    """{"heat0": (T', h, w), ..., "logits": (C,)}: one heat for every place of the model, from the store or made now."""
    method = METHODS[request.method]
    target = _target(model, request) if method.asks_class else None
    query = _query(model, numbers, request.query) if method.of == "row" else None
    words = (request.method, names, target, query, request.pool if method.of == "features" else "")
    key = key_of("heat", VERSION, content_key(path), model.name, model.version, numbers.tolist(), LONG_SIDE, *words)
    stored = context.store.get(key)
    if stored is None:
        heats, logits = _heats(model, frames, request, target, query, names, context)
        stored = {f"heat{k}": heat.float().cpu().numpy() for k, heat in enumerate(heats)}
        stored["logits"] = logits.float().cpu().numpy()
        context.store.put(key, stored)
    return stored


def _heats(
    model: Model,
    frames: np.ndarray,
    request: Request,
    target: int | str | None,
    query: tuple[int, int] | None,
    names: Sequence[str],
    context: Context,
) -> tuple[list[Tensor], Tensor]:
    """Heat (T', h, w) at every place of one pass, and the logits (C,)."""
    method = METHODS[request.method]
    if method.of == "features":
        capture = context.engine.run(model, frames, at=names, target=target)
        heats = []
        for name in names:
            given = (part[name] for part in (capture.activations, capture.grads) if name in part)
            laid = (token_maps(part, model.frames, model.grid) for part in given)
            heats.append(cam.heat(*laid, name=request.method, pool=request.pool))
        return heats, capture.logits
    from vizcore.features.heatmaps.pipeline_attention import flow_heat, row_heat, token_of, watched

    if method.of == "flow":
        places = _attentions(model)
        capture = context.engine.run(model, frames, at=watched(places, method.asks_class), target=target)
        return [flow_heat(model, places, capture, method.asks_class)], capture.logits
    places = [place for place in _attentions(model) if place.name in names]
    at = {place: (query[0] * place.frames // model.frames, query[1]) for place in places}
    rows = {place.name: [token_of(model, place, *at[place])] for place in places}
    orders = dict.fromkeys(place.order for place in places if place.order)
    capture = context.engine.run(model, frames, at=orders, rows=rows)
    return [row_heat(model, place, capture, *at[place]) for place in places], capture.logits


def _attentions(model: Model):
    """As of pipeline_attention, which heat of features does not need."""
    from vizcore.features.heatmaps.pipeline_attention import attentions

    return attentions(model)


def _target(model: Model, request: Request) -> int | str:
    """The class to ask about, as the engine wants it."""
    if request.target == "top":
        return "top"
    word = request.label if request.target == "true" else str(request.target)
    if word in model.classes:
        return model.classes.index(word)
    if request.target != "true" and word.isdecimal():
        return int(word)
    known = ", ".join(model.classes[:12]) or "a number: nobody has trained it"
    raise ValueError(f"want a class that this model knows ({known}), got {word or 'a clip whose class is not known'}")


def _class_index(model: Model, request: Request, logits: Tensor) -> int | None:
    """The number of the class, None where the model does not know it and the method does not need it."""
    try:
        target = _target(model, request)
    except ValueError:
        return None
    if target == "top":
        return int(logits.argmax())
    return target if target < len(logits) else None


def _query(model: Model, numbers: np.ndarray, query: tuple[int, float, float] | None) -> tuple[int, int]:
    """Which of the frames that a model sees, and which patch of its grid, is asked about."""
    frame, *at = query or (int(numbers[len(numbers) // 2]), *CENTRE)
    row, column = (min(int(share * parts), parts - 1) for share, parts in zip(at, model.grid, strict=True))
    return int(np.abs(numbers - frame).argmin()), row * model.grid[1] + column
