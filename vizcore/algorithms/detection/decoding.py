"""From what tokens say to detections: those that believe to be actors, with their boxes and the scores of every action.

    boxes (N, 4), actor (N,), actions (N, C) - p(actor) > theta -> Decoded: K tokens

One token speaks for one person, so nothing has to be suppressed; whoever wants to can (`overlap`).
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.boxes import corner_iou, corners

SCORES = {
    "product": "p(actor) times p(action): a token that is hardly an actor has low scores",
    "action": "p(action) alone",
}


@dataclass(frozen=True, eq=False)
class Decoded:
    """K detections, in the order of their tokens."""

    tokens: np.ndarray  # (K,) int64
    boxes: np.ndarray  # (K, 4) corners (x1, y1, x2, y2), shares of the frame, cut to 0..1
    actor: np.ndarray  # (K,) p(actor), 0 to 1
    scores: np.ndarray  # (K, C) 0 to 1


def decode(
    boxes: np.ndarray,
    actor: np.ndarray,
    actions: np.ndarray,
    theta: float = 0.5,
    score: str = "product",
    overlap: float | None = None,
) -> Decoded:
    """Detections of one frame.

    Args:
        boxes: (N, 4) predicted (cx, cy, w, h), 0 to 1.
        actor: (N,) p(actor).
        actions: (N, C) probability of each action.
        theta: tokens with p(actor) above it are kept (strictly): 1 keeps none, below 0 keeps all.
        score: a key of SCORES.
        overlap: a box whose IoU with one that is kept and surer to be an actor is above it is left out; None keeps all.

    Raises:
        ValueError: the score is unknown, or the shapes do not belong together.
    """
    boxes, actor, actions = (np.asarray(part, np.float64) for part in (boxes, actor, actions))
    if score not in SCORES:
        raise ValueError(f"want a score of {', '.join(SCORES)}, got {score!r}")
    if boxes.shape != (len(actor), 4) or actor.ndim != 1 or actions.ndim != 2 or len(actions) != len(actor):
        raise ValueError(
            f"want boxes (N, 4), actor (N,) and actions (N, C), got {boxes.shape}, {actor.shape} and {actions.shape}"
        )
    frames = corners(boxes).clip(0, 1)
    tokens = np.flatnonzero(actor > theta)
    if overlap is not None:
        tokens = tokens[_apart(frames[tokens], actor[tokens], overlap)]
    scores = actions[tokens] * actor[tokens, None] if score == "product" else actions[tokens]
    return Decoded(tokens, frames[tokens], actor[tokens], scores)


def _apart(boxes: np.ndarray, confidence: np.ndarray, overlap: float) -> np.ndarray:
    """(K,) bool: boxes that are kept when the most confident come first and take away what they cover."""
    chosen = np.zeros(len(boxes), bool)
    for k in np.argsort(-confidence, kind="stable"):
        chosen[k] = not (corner_iou(boxes[k], boxes[chosen]) > overlap).any()
    return chosen
