"""The ways to make heat, the rows that belong together, and where in each model a way can look.

model, method -> places, first to last -> the same depth of models that differ
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from vizcore.algorithms.attribution.cam import CAMS
from vizcore.models import EMBEDDERS, MODELS, Model, find
from vizcore.models.nets.temporal_modes import MODES

if TYPE_CHECKING:
    from vizcore.models.checkpoints import Layer


@dataclass(frozen=True)
class Method:
    """One way to make heat."""

    title: str
    about: str
    of: str  # "features" of a layer; the "row" of a query in one attention; the "flow" through all attentions
    over: str = ""  # of a row: "space", "time" or "joint"
    asks_class: bool = False  # it needs the gradients of a class


METHODS = {
    name: Method(one.title, f"{one.formula} ({one.source})", "features", asks_class=one.needs_gradient)
    for name, one in CAMS.items()
} | {
    "attention-space": Method(
        "Attention in the frame",
        "which patches of its frame the picked patch attends to; in each frame the patch there",
        "row",
        "space",
    ),
    "attention-time": Method(
        "Attention over time", "which frames the picked patch attends to, at its place or on its track", "row", "time"
    ),
    "attention-joint": Method(
        "Attention over all",
        "which patches of all frames the picked patch attends to, in nets that have joint attention",
        "row",
        "joint",
    ),
    "rollout": Method(
        "Attention rollout",
        "how much the output attends to every patch through all attention layers (Abnar & Zuidema, ACL 2020)",
        "flow",
    ),
    "gradient-attention": Method(
        "Gradient-weighted attention",
        "the same, weighted by the gradients of the class (Chefer, Gur & Wolf, ICCV 2021)",
        "flow",
        asks_class=True,
    ),
}


@dataclass(frozen=True)
class LayerChoice:
    """Where one pass looks in one model."""

    places: tuple[str, ...]  # all that it gives heat of, first to last; () where it goes through the whole net
    at: int | None  # the one that is asked about; None where none is in particular


OF_PHOTOGRAPHS = "photographs net"
FAMILIES = {  # rows that belong together: the temporal modes of one net, as in Figure 1 of ATA
    title: tuple(f"{name}-{mode}" for mode in MODES if f"{name}-{mode}" in MODELS)
    for title, name in (
        ("lamps nets", "lamps"),
        ("actions nets", "acts"),
        ("small ViTs", "vit-small"),
        ("ViT-B/16s", "vit-b16"),
    )
} | {"embedders": tuple(name for name in EMBEDDERS if name in MODELS), OF_PHOTOGRAPHS: ("lite0",)}
LACKS = {
    "space": "This net has no attention within a frame.",
    "time": "This net has no attention over time alone.",
    "joint": "This net has no attention over all patches of all frames at once.",
    "": "What the attention of this net does cannot be seen.",
}


def rows_of(models: Sequence[str | Model]) -> list[Model]:
    """Names and rows as rows.

    Raises:
        ValueError: a name is unknown.
    """
    return [model if isinstance(model, Model) else find(model) for model in models]


def places_of(model: Model, method: str) -> tuple[str, ...]:
    """Where in a model a method can look, first to last; () for methods that go through the whole net."""
    if METHODS[method].of == "features":
        return model.layers
    over = METHODS[method].over
    if not over:
        return ()
    from vizcore.features.heatmaps.pipeline_attention import attentions  # heat of features needs none

    return tuple(place.name for place in attentions(model) if place.over == over)


def depths(models: Sequence[str | Model], method: str) -> tuple[str, ...]:
    """The places of the row that has most of them: what a walk through the depth of all rows goes by.

    Raises:
        ValueError: the method or a model is unknown.
    """
    if method not in METHODS:
        raise ValueError(f"want a method ({', '.join(METHODS)}), got {method!r}")
    return max((places_of(row, method) for row in rows_of(models)), key=len, default=())


@lru_cache(maxsize=64)
def fitting(model: Model) -> tuple[Layer, ...]:
    """Every layer of a model that can be drawn as maps, in the order in which they run, each tensor once."""
    from vizcore.models.checkpoints import fitting_layers  # for who wants to see every layer

    return fitting_layers(model)


def every_layer(models: Sequence[str | Model]) -> tuple[Layer, ...]:
    """The layers that fit, of the row that has most of them: depths() for those who want to see all there is.

    Raises:
        ValueError: a model is unknown.
    """
    return max(map(fitting, rows_of(models)), key=len, default=())


def layer_choices(models: Sequence[str | Model], method: str, layer: str = "") -> list[LayerChoice]:
    """Where one pass looks in every row.

    Args:
        models: names of the table of models, or rows like its own.
        method: a key of METHODS.
        layer: one of depths(models, method) or, for heat of features, of every_layer(models); "" for none in
            particular.

    Raises:
        ValueError: a name is unknown.
    """
    rows, places = rows_of(models), depths(models, method)
    places_by_row = [places_of(row, method) for row in rows]
    if not layer:
        return [LayerChoice(row_places, None) for row_places in places_by_row]
    if layer in places:
        return [
            LayerChoice(names, names.index(corresponding_place(layer, places, names)) if names else None)
            for names in places_by_row
        ]
    every = tuple(one.name for one in every_layer(rows)) if METHODS[method].of == "features" else ()
    if layer not in every:
        near = get_close_matches(layer, dict.fromkeys([*places, *every]), n=3) or places[:8]
        raise ValueError(f"want a layer that these models have ({', '.join(near) or 'none'}), got {layer!r}")
    fits = [tuple(one.name for one in fitting(row)) for row in rows]
    return [LayerChoice((corresponding_place(layer, every, row_places),), 0) for row_places in fits]


def corresponding_place(place: str, places: Sequence[str], row_places: Sequence[str]) -> str:
    """What a place of the row with most of them is in another row.

    In rows of one family, which end at the same place, it is that of the same name, or the last one before it that
    both have: a block without time attention leaves what it enters. Elsewhere it is the one at the same share of the
    depth.

    Args:
        place: one of places.
        places: of the row with most of them, first to last.
        row_places: of the other row, at least one.
    """
    at = places.index(place)
    if row_places[-1] == places[-1] and set(row_places) <= set(places):
        return next((name for name in reversed(places[: at + 1]) if name in row_places), row_places[0])
    return row_places[round(at / max(len(places) - 1, 1) * (len(row_places) - 1))]
