"""Small residual nets with one non-local block each, trained on pairs of lanterns: the same stages, another block."""

from functools import partial

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.models.nets.pair_net import NONE, PairNet
from vizcore.models.weights import card, names, tensors
from vizcore.runtime.row import Model

BLOCKS = (NONE, "nl", "ns", "a2", "cgnl", "cc", "snl", "cayley")
NAMES = {block: f"pairs-{block}" for block in BLOCKS}  # of the weight files


def pair_net(name: str) -> PairNet:
    """The net of a weight file, with its weights."""
    net = PairNet(card(name).recipe["block"])
    if not net.head.weight.is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(tensors(name))
    return net


def _row(block: str) -> Model:
    """A net of pairs, with the weights and the card that this project ships."""
    page = card(NAMES[block])
    title = "no block" if block == NONE else OPERATORS[block].title
    return Model(
        name=page.name,
        title=f"pairs net, {title}",
        origin=f"trained on {page.trained_on}",
        version=page.sha256,
        build=partial(pair_net, page.name),
        frames=2,
        size=40,
        grid=(5, 5),
        layers=("before", "after") if block != NONE else ("before",),  # (B, 48, 2, 5, 5), and without a block the same
        classes=tuple(page.data["classes"]),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
    )


# Their layers give maps of channels, (B, D, T, h, w), and no list of patches.
PAIRS: dict[str, Model] = {name: _row(block) for block, name in NAMES.items() if name in names()}
