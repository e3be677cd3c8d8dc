"""Nets that say who does what and where in the central frame of a clip, in one stage and in two."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vizcore.models.nets import net_class
from vizcore.models.nets.stems import PATCH, stem_of
from vizcore.models.weights import card, names, tensors
from vizcore.runtime.row import Model

if TYPE_CHECKING:  # a row that is only listed needs no net
    from vizcore.models.nets.localizer import Localizer
    from vizcore.models.nets.two_stage import TwoStage

LOCALIZERS = {  # weight file -> what it is called, and its net
    "localizer": ("small BMViT", "localizer.Localizer"),
    "localizer-two-stage": ("localiser in two stages", "two_stage.TwoStage"),
}


def _locates(name: str) -> Model:
    """A net that says who does what and where in the central frame, with its weights."""
    page = card(name)
    size = page.recipe["size"]
    return Model(
        name=name,
        title=LOCALIZERS[name][0],
        origin=f"trained on {page.trained_on}",
        version=page.sha256,
        build=partial(localizing, name),
        task="localization",
        net=LOCALIZERS[name][1],
        weights=name,
        domain=page.trained_on,
        frames=page.recipe["frames"],
        size=size,
        grid=(size // PATCH, size // PATCH),
        layers=("tokens",),
        classes=tuple(page.data["classes"]),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
    )


def localizing(name: str) -> Localizer | TwoStage:
    """The net of a weight file of one of LOCALIZERS, with its weights."""
    page = card(name)
    parts = ("frames", "size", "width", "heads", "depth", "late")
    shape = {part: page.recipe[part] for part in parts}
    net = net_class(LOCALIZERS[name][1])(stem_of(card("pose").recipe), len(page.data["classes"]), **shape)
    if not next(net.parameters()).is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(tensors(name))
    return net


ROWS = {name: _locates(name) for name in LOCALIZERS if name in names()}
