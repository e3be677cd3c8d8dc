"""Graph matching on a few nodes: Sinkhorn's plan step by step, the assignment on top, and what two losses say of it.

scores (M, M), temperature, iterations - sinkhorn -> plan - Hungarian -> sigma -> Matched, with the losses of both forms
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.matching.graph_matching import FORMS, permutation_loss, sinkhorn
from vizcore.algorithms.matching.quadratic_assignment import Optimum, qap_affinity, qap_optimum, qap_value
from vizcore.features.segmentation.pipeline_verdict import matching_verdict
from vizcore.models.segmenters import RTK
from vizcore.models.weights import card, names
from vizcore.runtime.short_repr import short_repr

CURVE = "permutation loss, "  # how the curves of the card begin
SMALL = 1e-6  # the nearest to 0 and 1 that a curve goes


@dataclass(frozen=True, eq=False)
class Graphs:
    """Two graphs of M nodes whose best match is a question."""

    nodes: np.ndarray  # (M, M) affinity of source node i and target node a
    source: np.ndarray  # (M, M) weights of edges
    target: np.ndarray  # (M, M)
    truth: np.ndarray  # (M,) int: the target node of each source node
    about: str


CHAIN = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], float)
GRAPHS = {
    "three nodes": Graphs(
        np.array([[2, 1, 0], [1, 3, 0], [0, 1, 1]], float),
        CHAIN,
        CHAIN,
        np.arange(3),
        "Chains in time: neighbours are joined. Nodes and edges agree.",
    ),
    "both want the same": Graphs(
        np.array([[5, 4], [4, 0]], float),
        np.zeros((2, 2)),
        np.zeros((2, 2)),
        np.array([1, 0]),
        "Both source nodes score highest with target 0. Hungarian gives it to the one that loses less elsewhere.",
    ),
    "edges decide": Graphs(
        np.array([[1, 0.9, 0.9], [0.9, 1, 0.9], [0.9, 0.9, 1]], float),
        CHAIN,
        CHAIN[np.ix_([1, 0, 2], [1, 0, 2])],
        np.array([1, 0, 2]),
        "The nodes alone would stay where they are; the chain's order says otherwise.",
    ),
    "all alike": Graphs(
        np.zeros((3, 3)), CHAIN, CHAIN, np.arange(3), "Nothing to choose by: every share stays one third."
    ),
}


@dataclass(frozen=True, eq=False)
class Matched:
    """A plan, and what follows from it."""

    plan: np.ndarray  # (M, M) shares, rows the source
    sigma: np.ndarray  # (M,) int: Hungarian on the plan
    losses: dict[str, float]  # {a key of FORMS: loss of a node}
    gaps: np.ndarray  # (K + 1, 2) largest distance from 1 of the sums of rows and columns, after 0 to K normalisations
    truth: np.ndarray  # (M,) int: how the nodes should be assigned

    __repr__ = short_repr(
        lambda found: (
            f"{len(found.plan)} nodes, {len(found.gaps) - 1} normalisations, "
            + ", ".join(f"loss {form} {value:.4f}" for form, value in found.losses.items())
        )
    )

    @property
    def verdict(self) -> str:
        """What the plan's assignment is worth, in one sentence."""
        return matching_verdict(self.plan, self.sigma, self.truth)


def matched(graphs: Graphs, temperature: float, iterations: int) -> Matched:
    """Balance the scores of nodes.

    Args:
        graphs: of M nodes each.
        temperature: scores are divided by it, above 0.
        iterations: normalisations, rows and columns in turn, 0 or more.

    Raises:
        ValueError: the temperature is not positive, or iterations is negative.
    """
    plans = [sinkhorn(graphs.nodes, temperature, k) for k in range(iterations + 1)]
    gaps = np.array([[np.abs(plan.sum(axis) - 1).max() for axis in (1, 0)] for plan in plans])
    plan, count = plans[-1], len(graphs.truth)
    truth = np.eye(count)[graphs.truth]
    losses = {form: float(permutation_loss(plan, truth, form)) / count for form in FORMS}
    return Matched(plan, assign(plan), losses, gaps, graphs.truth)


def quadratic(graphs: Graphs) -> tuple[np.ndarray, Optimum, float]:
    """Q (M M, M M) of equation 2, the best of all permutations, and what staying in place is worth."""
    affinity = qap_affinity(graphs.nodes, graphs.source, graphs.target)
    return affinity, qap_optimum(affinity), qap_value(affinity, np.arange(len(graphs.nodes)))


def loss_curves(count: int = 200) -> tuple[np.ndarray, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Equation 1 for one pair: shares (count,) and {form: losses (count,) where G = 0, and where G = 1}."""
    shares = np.linspace(SMALL, 1 - SMALL, count)
    pairs = shares[:, None, None]  # (count, 1, 1): a pair each
    return shares, {
        form: tuple(permutation_loss(pairs, np.full_like(pairs, truth), form) for truth in (0.0, 1.0)) for form in FORMS
    }


def training_curves() -> dict[str, list[dict]]:
    """{which gradients flow: for each seed its epochs and losses}, of the card of RTK; empty while it is not here."""
    file = f"segmentation-{RTK}"
    metrics = card(file).metrics if file in names() else {}
    return {name.removeprefix(CURVE): seeds for name, seeds in metrics.items() if name.startswith(CURVE)}
