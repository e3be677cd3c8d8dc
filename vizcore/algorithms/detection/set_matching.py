"""Which token answers for which person: a set of predictions matched with a set of true boxes, one to one.

    N predictions, M true boxes - three or four terms of cost -> (N, M) - Hungarian -> min(N, M) pairs

The cost is the one of DETR (Carion et al. 2020) as BMViT needs it (Ntinou et al., CVPR 2024): a token is cheap for a
person if it believes to see an actor, if its box is near, and, if wanted, if its actions are right.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from vizcore.algorithms.detection.boxes import giou

SMALLEST = 1e-7  # a probability nearer to 0 or 1 counts as that near, so that its logarithm stays finite


@dataclass(frozen=True)
class Weights:
    """What the terms of cost and loss count: the values of the DETR family."""

    actor: float = 1.0
    l1: float = 5.0
    giou: float = 2.0
    action: float = 0.0


OF_MATCHING = Weights()


@dataclass(frozen=True, eq=False)
class BoxMatching:
    """N tokens and M true boxes, K = min(N, M) pairs of them."""

    terms: dict[str, np.ndarray]  # (N, M) each, weighted: "actor", "l1", "giou", and "action" if it counts
    tokens: np.ndarray  # (K,) int64: the token of each pair
    truths: np.ndarray  # (K,) int64, ascending: its true box

    @property
    def cost(self) -> np.ndarray:
        """(N, M): the sum of the terms."""
        return sum(self.terms.values())

    @property
    def total(self) -> float:
        """What the pairs cost together: no other one-to-one matching of K pairs costs less."""
        return float(self.cost[self.tokens, self.truths].sum())

    def token_of(self, truth: int) -> int | None:
        """The token that answers for a true box; None if there were more boxes than tokens and it is left out."""
        found = self.tokens[self.truths == truth]
        return int(found[0]) if len(found) else None


def match_boxes(
    boxes: np.ndarray,
    actor: np.ndarray,
    truths: np.ndarray,
    weights: Weights | tuple[float, float, float] = OF_MATCHING,
    scores: np.ndarray | None = None,
    actions: np.ndarray | None = None,
) -> BoxMatching:
    """Match tokens and true boxes at the least total cost (rectangular Hungarian, exact).

    cost[i, j] = - w.actor p(actor of i) + w.l1 |box i - truth j|_1 - w.giou GIoU(box i, truth j)
                 + w.action BCE(scores i, actions j), the mean over C

    Args:
        boxes: (N, 4) predicted (cx, cy, w, h), shares of the frame's width and height.
        actor: (N,) probability of an actor, 0 to 1.
        truths: (M, 4) true boxes; M may be 0, or more than N: then N of them are matched.
        weights: of the terms; three numbers are actor, l1, giou.
        scores: (N, C) predicted probability of each action, needed if weights.action is not 0.
        actions: (M, C) true actions, 0 or 1, likewise.

    Raises:
        ValueError: shapes do not belong together, a number is not finite, or a term lacks its input.
    """
    weights = weights if isinstance(weights, Weights) else Weights(*weights)
    boxes, actor, truths = (np.asarray(part, np.float64) for part in (boxes, actor, truths))
    truths = truths.reshape(-1, 4) if not truths.size else truths
    if boxes.ndim != 2 or boxes.shape[1:] != (4,) or truths.shape[1:] != (4,) or actor.shape != boxes.shape[:1]:
        raise ValueError(
            f"want boxes (N, 4), actor (N,) and truths (M, 4), got {boxes.shape}, {actor.shape} and {truths.shape}"
        )
    terms = _box_terms(boxes, actor, truths, weights)
    if weights.action:
        terms["action"] = weights.action * _surprise(scores, actions, len(boxes), len(truths))
    if not np.isfinite(cost := sum(terms.values())).all():
        raise ValueError("want finite boxes and probabilities, got nan or infinity")
    tokens, found = linear_sum_assignment(cost)
    order = found.argsort()
    return BoxMatching(terms, tokens[order].astype(np.int64), found[order].astype(np.int64))


def _box_terms(boxes: np.ndarray, actor: np.ndarray, truths: np.ndarray, weights: Weights) -> dict[str, np.ndarray]:
    return {
        "actor": np.broadcast_to(-weights.actor * actor[:, None], (len(boxes), len(truths))),
        "l1": weights.l1 * np.abs(boxes[:, None] - truths).sum(-1),
        "giou": -weights.giou * giou(boxes[:, None], truths),
    }


def _surprise(scores: np.ndarray | None, actions: np.ndarray | None, tokens: int, truths: int) -> np.ndarray:
    """(N, M): binary cross entropy of every token's scores with every truth's actions, the mean over C."""
    if scores is None or actions is None or np.shape(scores)[:1] != (tokens,) or np.shape(actions)[:1] != (truths,):
        raise ValueError("want scores (N, C) and actions (M, C) for a matching that weighs actions")
    p = np.clip(np.asarray(scores, np.float64), SMALLEST, 1 - SMALLEST)  # (N, C)
    y = np.asarray(actions, np.float64).reshape(truths, p.shape[1])  # (M, C)
    return -(np.log(p) @ y.T + np.log1p(-p) @ (1 - y).T) / p.shape[1]
