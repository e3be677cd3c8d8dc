"""Where a model looks: heat maps of one clip, a row for each model or temporal mode, at one depth of them all.

path -> the frames that each model sees -> engine, once a model -> heat of every layer, kept -> HeatMaps at one depth
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from vizcore.algorithms import cam
from vizcore.algorithms.token_maps import token_maps
from vizcore.models import Model, find
from vizcore.nets.temporal_vit import MODES
from vizcore.recipes.cam_attention import attentions, flow_heat, row_heat, token_of, watched
from vizcore.recipes.lab import Lab, default_lab
from vizcore.store import file_key, key_of
from vizcore.video import Clip, probe, read_frames
from vizcore.world.truth import load_truth

VERSION = "1"  # of what is kept: a new one makes it outdated
LONG_SIDE = 448  # px of the frames that models and page get
CENTRE = (0.5, 0.5)


@dataclass(frozen=True)
class Method:
    """One way to make heat."""

    title: str
    about: str
    of: str  # "features" of a layer; the "row" of a query in one attention; the "flow" through all attentions
    over: str = ""  # of a row: "space", "time" or "joint"
    asks_class: bool = False  # it needs the gradients of a class


METHODS = {
    name: Method(one.title, f"{one.formula}. {one.source}.", "features", asks_class=one.needs_gradient)
    for name, one in cam.CAMS.items()
} | {
    "attention-space": Method(
        "Attention in the frame", "Where the picked patch looks within its frame; each frame's own one.", "row", "space"
    ),
    "attention-time": Method(
        "Attention over time", "Which frames the picked patch hears of, at its place or along its track.", "row", "time"
    ),
    "attention-joint": Method(
        "Attention over all", "Where the picked patch looks in all frames at once, where a net does so.", "row", "joint"
    ),
    "rollout": Method(
        "Attention rollout", "What the answer hears through all attentions. Abnar & Zuidema, ACL 2020.", "flow"
    ),
    "gradient-attention": Method(
        "Gradient-weighted attention",
        "The same, of what speaks for a class. Chefer, Gur & Wolf, ICCV 2021.",
        "flow",
        asks_class=True,
    ),
}
FAMILIES = {  # of rows: the temporal modes of one net, as in Figure 1 of ATA
    "lamps net": tuple(f"lamps-{mode}" for mode in MODES),
    "actions net": tuple(f"acts-{mode}" for mode in MODES),
    "small ViT": tuple(f"vit-small-{mode}" for mode in MODES),
    "ViT-B/16": tuple(f"vit-b16-{mode}" for mode in MODES),
}
LACKS = {
    "space": "this net has no attention within a frame",
    "time": "this net has no attention over time alone",
    "joint": "this net has no attention over all patches of all frames at once",
    "": "the attention of this net cannot be looked into",
}


@dataclass(frozen=True, eq=False)
class Row:
    """What one model makes of the clip."""

    model: Model
    layer: str  # where the heat is from; "" for what goes through the whole net
    heat: np.ndarray | None  # (T', h, w) float32; None where there is none
    why_not: str  # a sentence where there is none
    frames: np.ndarray  # (T,) int64: which frames of the clip the model saw
    probabilities: np.ndarray  # (C,) float32, of sum 1; (0,) where the model was not asked
    asked: int | None  # the class whose gradients were taken; None for methods without

    @property
    def trained(self) -> bool:
        """Its classes mean something."""
        return bool(self.model.classes)

    @property
    def energy(self) -> np.ndarray:
        """(T',) the sum of the heat of each frame."""
        return self.heat.sum((1, 2), dtype=np.float64)

    def word(self, index: int) -> str:
        """What a class is called."""
        return self.model.classes[index] if index < len(self.model.classes) else f"class {index}"

    def top(self, count: int = 3) -> list[tuple[str, float]]:
        """The likeliest classes and their probabilities, the likeliest first."""
        best = np.argsort(-self.probabilities, kind="stable")[:count]
        return [(self.word(int(index)), float(self.probabilities[index])) for index in best]

    def shown_at(self, numbers: np.ndarray) -> np.ndarray:
        """(F,) int: which of the T' maps speaks for each of some frames of the clip: that of the nearest one seen."""
        nearest = np.abs(np.asarray(numbers)[:, None] - self.frames).argmin(1)
        return nearest * len(self.heat) // len(self.frames)


@dataclass(frozen=True, eq=False)
class HeatMaps:
    """Rows of heat over the frames of one clip."""

    clip: Clip  # F frames: those that the model which takes most of them saw, each once
    rows: tuple[Row, ...]
    method: str
    layer: str  # as the row with most layers calls it; "" where each row has its own last one, or none

    @cached_property
    def hot(self) -> tuple[Row, ...]:
        """The rows that have heat."""
        return tuple(row for row in self.rows if row.heat is not None)


@dataclass(frozen=True, eq=False)
class Scaled:
    """A row's heat as it is drawn."""

    values: np.ndarray  # (T', h, w) float32 from 0 to 1
    low: float  # the largest heat that is drawn as 0, in the model's own numbers; nan where each frame has its own
    high: float  # the smallest that is drawn as 1


@dataclass(frozen=True)
class Asked:
    """What is wanted of every row."""

    method: str
    layer: str
    target: str | int
    label: str
    query: tuple[int, float, float] | None
    pool: str


def heat_maps(
    path: str | Path,
    *,
    models: Sequence[str | Model] = FAMILIES["lamps net"],
    method: str = "channel-mean",
    layer: str = "",
    target: str | int = "top",
    truth: str | Path | None = None,
    query: tuple[int, float, float] | None = None,
    pool: str = "clip",
    start: float = 0.0,
    span: float | None = None,
    lab: Lab | None = None,
) -> HeatMaps:
    """Heat maps of a clip, a row for each model.

    Args:
        path: a video file.
        models: names of the table of models, or rows like its own.
        method: a key of METHODS.
        layer: one of depths(models, method), or "" for the last one of every row that has heat.
        target: for methods that ask about a class: "top" for each row's likeliest one, "true", a class's name or
            its number.
        truth: what is true about the clip, as saved, for target "true".
        query: (frame number of the clip, y, x) of the patch that is asked about, y and x as shares of the picture
            from the top left, 0 to 1; by default the middle of the middle frame.
        pool: a key of cam.POOLS: what shares the weight of a channel.
        start, span: seconds; the frames are taken from [start, start + span), by default the whole clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown or a number out of range. What one model cannot do is said in its row.
    """
    lab = lab or default_lab()
    rows = [model if isinstance(model, Model) else find(model) for model in models]
    places = depths(rows, method)
    if not rows or pool not in cam.POOLS or (layer and layer not in places):
        wanted = f"want 1 model or more, a pool of {', '.join(cam.POOLS)} and a layer of {', '.join(places) or 'none'}"
        raise ValueError(f"{wanted}, got {len(rows)}, {pool!r} and {layer!r}")
    label = load_truth(truth).label if truth is not None else ""
    asked = Asked(method, layer, target, label, _checked_query(query), pool)
    lab.progress(0, len(rows) + 1, "reading frames")
    seen, clip = _frames(path, rows, start, span)
    found = []
    for done, (model, numbers) in enumerate(zip(rows, seen, strict=True), 1):
        lab.progress(done, len(rows) + 1, f"asking {model.title}")
        frames = clip.frames[np.searchsorted(clip.indices, numbers)]
        found.append(_row(path, model, numbers, frames, asked, places, lab))
    longest = np.unique(max(seen, key=len))
    shown = np.searchsorted(clip.indices, longest)
    return HeatMaps(Clip(clip.frames[shown], clip.times[shown], longest), tuple(found), method, layer)


def places_of(model: Model, method: str) -> tuple[str, ...]:
    """Where in a model a method can look, first to last; () for methods that go through the whole net."""
    if METHODS[method].of == "features":
        return model.layers
    over = METHODS[method].over
    return tuple(place.name for place in attentions(model) if place.over == over) if over else ()


def depths(models: Sequence[str | Model], method: str) -> tuple[str, ...]:
    """The places of the row that has most of them: what a walk through the depth of all rows goes by.

    Raises:
        ValueError: the method or a model is unknown.
    """
    if method not in METHODS:
        raise ValueError(f"want a method ({', '.join(METHODS)}), got {method!r}")
    rows = [model if isinstance(model, Model) else find(model) for model in models]
    return max((places_of(row, method) for row in rows), key=len, default=())


def own_place(layer: str, places: Sequence[str], own: Sequence[str]) -> str:
    """What a layer of the row with most places is in another row.

    The same name; or else that of the last one before it which both have (a block without time attention leaves what
    it enters); and where no name is shared, the place at the same share of the depth.
    """
    before = places[: places.index(layer) + 1]
    shared = [name for name in before if name in own]
    if shared or set(places) & set(own):
        return shared[-1] if shared else own[0]
    return own[round((len(before) - 1) / max(len(places) - 1, 1) * (len(own) - 1))]


def scaled(maps: HeatMaps, scope: str = "row", robust: bool = False) -> tuple[Scaled | None, ...]:
    """Every row's heat from 0 to 1; None for a row without.

    Args:
        scope: a key of cam.SCOPES: what shares a scale, each "frame", each "row" or "all".
        robust: the 2nd and 98th percentiles become 0 and 1 instead of the ends.
    """
    ends = (2.0, 98.0) if robust else (0.0, 100.0)
    heats = [torch.from_numpy(row.heat) for row in maps.hot]
    if scope == "all" and heats:
        together = torch.cat([heat.flatten() for heat in heats])
        parts = cam.normalise(together[None, None], "all", *ends).flatten().split([heat.numel() for heat in heats])
        values = [part.view(heat.shape) for part, heat in zip(parts, heats, strict=True)]
    else:
        values = [cam.normalise(heat, scope, *ends) for heat in heats]
    shared = np.concatenate([row.heat.ravel() for row in maps.hot]) if heats else None
    drawn = np.concatenate([value.numpy().ravel() for value in values]) if heats else None
    found = iter(
        Scaled(
            value.numpy(),
            *(_ends(shared, drawn) if scope == "all" else _ends(row.heat, value.numpy(), scope == "frame")),
        )
        for row, value in zip(maps.hot, values, strict=True)
    )
    return tuple(None if row.heat is None else next(found) for row in maps.rows)


def difference(maps: HeatMaps, first: int, second: int, scope: str = "row", robust: bool = False) -> np.ndarray:
    """(F, h, w) from -1 to 1: the first row's scaled heat less the second's, at the frames of the clip.

    Raises:
        ValueError: one of the rows has no heat.
    """
    parts = scaled(maps, scope, robust)
    if parts[first] is None or parts[second] is None:
        without = maps.rows[first if parts[first] is None else second]
        raise ValueError(f"want two rows with heat, but {without.model.title}: {without.why_not}")
    both = [parts[k].values[maps.rows[k].shown_at(maps.clip.indices)] for k in (first, second)]
    shape = np.maximum(both[0].shape[1:], both[1].shape[1:])
    one, other = (torch.nn.functional.interpolate(torch.from_numpy(part)[None], tuple(shape))[0] for part in both)
    return (one - other).numpy()


def _row(
    path: str | Path,
    model: Model,
    numbers: np.ndarray,
    frames: np.ndarray,
    asked: Asked,
    places: Sequence[str],
    lab: Lab,
) -> Row:
    """One row, its heat of all layers kept in the store."""
    own, method = places_of(model, asked.method), METHODS[asked.method]
    nothing = np.zeros(0, np.float32)
    if not own and (method.of != "flow" or not attentions(model)):
        return Row(model, "", None, f"{LACKS[method.over]}.", numbers, nothing, None)
    try:
        target = _target(model, asked) if method.asks_class else None
        kept = _kept(path, model, numbers, frames, asked, target, own, lab)
    except ValueError as refusal:  # what one model cannot do is no reason to show nothing of the others
        return Row(model, "", None, f"{refusal}.", numbers, nothing, None)
    heats = [kept[f"heat{k}"] for k in range(len(own) or 1)]
    at = _depth(asked.layer, places, own, heats)
    layer, heat = own[at] if own else "", heats[at]
    logits = torch.from_numpy(kept["logits"])
    chosen = None if target is None else int(logits.argmax()) if target == "top" else target
    dark = method.asks_class and not heat.any()
    why = f"nothing at {layer or 'any attention'} speaks for this class: no gradient reaches it, or none is above 0."
    return Row(model, layer, None if dark else heat, why if dark else "", numbers, logits.softmax(-1).numpy(), chosen)


def _kept(path, model: Model, numbers, frames, asked: Asked, target, own: Sequence[str], lab: Lab) -> dict:
    """{"heat0": (T', h, w), ..., "logits": (C,)}: one heat a place of the model, from the store or a pass now."""
    method = METHODS[asked.method]
    query = _query(model, numbers, asked.query) if method.of == "row" else None
    words = (asked.method, own, target, query, asked.pool if method.of == "features" else "")
    key = key_of("heat", VERSION, file_key(path), model.name, model.version, numbers.tolist(), LONG_SIDE, *words)
    kept = lab.store.get(key)
    if kept is None:
        heats, logits = _heats(model, frames, asked, target, query, own, lab)
        kept = {f"heat{k}": heat.float().cpu().numpy() for k, heat in enumerate(heats)}
        kept["logits"] = logits.float().cpu().numpy()
        lab.store.put(key, kept)
    return kept


def _heats(model: Model, frames, asked: Asked, target, query, own: Sequence[str], lab: Lab) -> tuple[list, torch.Tensor]:
    """Heat at every place, and the logits (C,)."""
    method = METHODS[asked.method]
    if method.of == "features":
        capture = lab.engine.run(model, frames, at=own, target=target)
        maps = [(capture.seen[name], capture.grads.get(name)) for name in own]
        laid = [[part if part is None else token_maps(part, model.frames, model.grid) for part in two] for two in maps]
        return [cam.heat(*two, asked.method, asked.pool) for two in laid], capture.logits
    if method.of == "flow":
        places = attentions(model)
        capture = lab.engine.run(model, frames, at=watched(places, method.asks_class), target=target)
        return [flow_heat(model, places, capture, method.asks_class)], capture.logits
    places = [place for place in attentions(model) if place.name in own]
    at = {place: (query[0] * place.frames // model.frames, query[1]) for place in places}
    rows = {place.name: [token_of(model, place, *at[place])] for place in places}
    orders = dict.fromkeys(place.order for place in places if place.order)
    capture = lab.engine.run(model, frames, at=orders, rows=rows)
    return [row_heat(model, place, capture, *at[place]) for place in places], capture.logits


def _depth(layer: str, places: Sequence[str], own: Sequence[str], heats: Sequence[np.ndarray]) -> int:
    """Which of a row's own places is shown: the one asked for, or the last one that has heat."""
    if layer and own:
        return own.index(own_place(layer, places, own))
    return max((k for k, heat in enumerate(heats) if heat.any()), default=len(heats) - 1)


def _target(model: Model, asked: Asked) -> int | str:
    """The class to ask about, as the engine wants it."""
    if asked.target == "top":
        return "top"
    word = asked.label if asked.target == "true" else str(asked.target)
    if word in model.classes:
        return model.classes.index(word)
    if asked.target != "true" and word.isdecimal():
        return int(word)
    known = ", ".join(model.classes[:12]) or "a number: nobody has trained it"
    raise ValueError(f"want a class that this model knows ({known}), got {word or 'a clip whose class is not known'}")


def _frames(path: str | Path, rows: Sequence[Model], start: float, span: float | None) -> tuple[list, Clip]:
    """The frame numbers (T,) that each model sees, and a clip of all of them, each once."""
    info = probe(path)
    stop = float("inf") if span is None else start + span
    if not 0 <= start < stop:
        raise ValueError(f"want start >= 0 and span > 0 seconds, got {start} and {span}")
    inside = np.flatnonzero((info.times >= start) & (info.times < stop))
    if not inside.size:
        inside = np.array([int(np.abs(info.times - start).argmin())])
    seen = [inside[model.chosen(inside.size)] for model in rows]
    every = np.unique(np.concatenate(seen))
    scale = min(1.0, LONG_SIDE / max(info.width, info.height))
    size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
    return seen, Clip(read_frames(path, every.tolist(), size), info.times[every], every)


def _checked_query(query: tuple[int, float, float] | None) -> tuple[int, float, float] | None:
    if query is not None and (len(query) != 3 or query[0] < 0 or not all(0 <= share <= 1 for share in query[1:])):
        raise ValueError(f"want a query (frame number, y, x) with y and x from 0 to 1, got {query}")
    return query


def _query(model: Model, numbers: np.ndarray, query: tuple[int, float, float] | None) -> tuple[int, int]:
    """Which of the frames that a model sees, and which patch of its grid, is asked about."""
    frame, *at = query or (int(numbers[len(numbers) // 2]), *CENTRE)
    row, column = (min(int(share * parts), parts - 1) for share, parts in zip(at, model.grid, strict=True))
    return int(np.abs(numbers - frame).argmin()), row * model.grid[1] + column


def _ends(heat: np.ndarray, drawn: np.ndarray, each_frame: bool = False) -> tuple[float, float]:
    """The numbers that are drawn as 0 and as 1."""
    if each_frame:
        return float("nan"), float("nan")
    low, top = float(heat.ravel()[drawn.ravel() == 0].max()), heat.ravel()[drawn.ravel() == 1]
    return low, float(top.min()) if top.size else low
