"""Small residual nets with one non-local block each, trained on pairs of lanterns: the same stages, another block."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vizcore.models.weights import card, names, tensors
from vizcore.runtime.row import Model

if TYPE_CHECKING:  # a row that is only listed needs no net
    from vizcore.models.nets.pair_net import PairNet

NONE = "none"  # no block: no frame attends to another
BLOCKS = (NONE, "nl", "ns", "a2", "cgnl", "cc", "snl", "cayley")
NAMES = {block: f"pairs-{block}" for block in BLOCKS}  # of the weight files


def pair_net(name: str) -> PairNet:
    """The net of a weight file, with its weights."""
    from vizcore.models.nets.pair_net import PairNet

    net = PairNet(card(name).recipe["block"])
    if not net.head.weight.is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(tensors(name))
    return net


def _row(block: str) -> Model:
    """A net of pairs, with the weights and the card that this project ships."""
    page = card(NAMES[block])
    return Model(
        name=page.name,
        title=f"pairs net, {page.title.rpartition(': ')[2]}",
        origin=f"trained on {page.trained_on}",
        version=page.sha256,
        build=partial(pair_net, page.name),
        net="pair_net.PairNet",
        weights=page.name,
        domain=page.trained_on,
        frames=2,
        size=40,
        grid=(5, 5),
        layers=("before", "after") if block != NONE else ("before",),  # (B, 48, 2, 5, 5), and without a block the same
        patches=False,
        classes=tuple(page.data["classes"]),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
    )


ROWS: dict[str, Model] = {name: _row(block) for block, name in NAMES.items() if name in names()}
