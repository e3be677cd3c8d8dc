"""A non-local block on nodes: its graph and its values, with weights as they are, learnt or drawn at random.

Nodes, weights, operator -> block_of -> GraphBlock: graph A, values Z
Nodes, position -> rows_of -> what it attends to by every operator, (T, rows, columns) each
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.nonlocal_blocks.affinity import Graph
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS, Weights, graph_of, times
from vizcore.features.nonlocal_blocks.pipeline import WIDTH, Nodes
from vizcore.features.nonlocal_blocks.pipeline_verdict import attention_verdict
from vizcore.models.pairs import NAMES, pair_net

if TYPE_CHECKING:  # most clips have no target, most blocks no weights
    from vizcore.features.nonlocal_blocks.pipeline_targets import Target
    from vizcore.models.nets.nonlocal_block import NonlocalBlock

SHOWN = tuple(name for name, row in OPERATORS.items() if row.shown)
TRAINED = tuple(name for name in SHOWN if not OPERATORS[name].learnt)  # those with a trained net of their own
_GRAPHS = dict.fromkeys(OPERATORS[name].graph for name in SHOWN)
_FAMILIES = (tuple(name for name in SHOWN if OPERATORS[name].graph == graph) for graph in _GRAPHS)
FAMILIES = {names[0]: names for names in _FAMILIES}  # operators by their graph; the first finds the frequencies for all
KINDS = {
    "trained": "theta, phi and value that the pairs nets have learnt, of each operator's own net",
    "θ = φ": "features compared as they are, minus their mean, at one mean length, in their 64 main directions at most",
    "random": "the same features through theta, phi and value drawn at random: a block that has learnt nothing",
}


@dataclass(frozen=True)
class BlockSettings:
    """Where the weights of a block are from."""

    kind: str = "θ = φ"  # of KINDS
    seed: int = 0  # of random ones
    sharpness: float = 4.0  # scores are multiplied by it; not of trained ones


@dataclass(frozen=True, eq=False)
class GraphBlock:
    """One operator on the nodes."""

    name: str  # of OPERATORS
    graph: Graph
    z: Tensor  # (N, V) values


@dataclass(frozen=True, eq=False)
class Affinities:
    """What one position attends to by several operators, one of which is looked at."""

    rows: dict[str, np.ndarray]  # {operator: (T, rows, columns)}
    chosen: str  # of rows
    target: "Target | None" = None  # what it might attend to, where that is known

    @property
    def verdict(self) -> str:
        """Where its attention goes, in one sentence."""
        mask, words = (None, "") if self.target is None else (self.target.mask, self.target.words)
        return attention_verdict(self.rows, self.chosen, mask, words)


def block_of(nodes: Nodes, name: str, settings: BlockSettings) -> GraphBlock:
    """An operator on the nodes.

    Args:
        nodes: N positions with features.
        name: a key of OPERATORS.
        settings: where its theta, phi and value are from.

    Raises:
        ValueError: a name is unknown, trained weights do not fit the features, or criss-cross has no grid.
    """
    if name not in OPERATORS or settings.kind not in KINDS:
        raise ValueError(f"want an operator of {', '.join(OPERATORS)} and weights {', '.join(KINDS)}, got {name!r}")
    if OPERATORS[name].graph == "criss-cross" and nodes.grid is None:
        raise ValueError("want features (T, H, W, C) for criss-cross attention, got (N, C), which have no rows")
    x, weights = _weighted(nodes, name, settings)
    if OPERATORS[name].sums:
        width = times(x, weights.phi).shape[1]
        weights = Weights(theta=times(weights.theta, 1 / (len(x) * width)), phi=weights.phi, value=weights.value)
    return GraphBlock(name, graph_of(name, x, weights, nodes.grid), times(x, weights.value))


@lru_cache(maxsize=len(NAMES))
def trained_block(name: str) -> "NonlocalBlock":
    """The block of the net whose weights an operator gets, frozen; shared, and not to be changed."""
    return pair_net(NAMES[OPERATORS[name].learnt or name]).block.requires_grad_(False)


def rows_of(nodes: Nodes, names: tuple[str, ...], position: int, settings: BlockSettings) -> dict[str, np.ndarray]:
    """What one position attends to by each operator: {name: (T, rows, columns)}; nothing where it has no grid.

    Args:
        nodes: N positions with features.
        names: keys of OPERATORS.
        position: 0 to N - 1.
        settings: where theta, phi and value of the blocks are from.
    """
    found = {}
    for name in names:
        if name == "cc" and nodes.grid is None:
            continue
        row = block_of(nodes, name, settings).graph.rows([position])[0]
        found[name] = row.detach().numpy().reshape(nodes.shape)
    return found


def _weighted(nodes: Nodes, name: str, settings: BlockSettings) -> tuple[Tensor, Weights]:
    """Features as the block takes them, and its theta, phi and value."""
    if settings.kind == "trained":
        x, block = torch.from_numpy(nodes.features).float(), trained_block(name)
        if x.shape[1] != block.width:
            raise ValueError(f"want features of {block.width} channels for trained weights, got {x.shape[1]}")
        given = block.weights()
        return x, Weights(theta=given.theta, phi=given.phi, value=given.value)
    x = nodes.prepared
    if settings.kind != "random":
        root = settings.sharpness**0.5
        return x, Weights(theta=root, phi=root)
    inner = max(1, min(x.shape[1] // 2, WIDTH))
    chance = torch.Generator().manual_seed(settings.seed)
    theta, phi, value = (torch.randn(x.shape[1], inner, generator=chance) for _ in range(3))
    root = (settings.sharpness / inner**0.5) ** 0.5  # scores of unit features then have the spread `sharpness`
    return x, Weights(theta=theta * root, phi=phi * root, value=value / inner**0.5)
