"""What a set of predictions is trained by: who is an actor, where the matched ones are, and what they do (BMViT).

    tokens (B, N): boxes, actor logits, action logits; the people of each clip - match -> SetLoss, differentiable

Only annotated people count for boxes and actions; every other token learns "no actor". That is the form of the DETR
family; the paper's text gives neither weights nor whether the cross entropies are focal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vizcore.algorithms.detection.boxes import giou
from vizcore.algorithms.detection.set_matching import OF_MATCHING, BoxMatching, Weights, match_boxes

ACTOR, NO_ACTOR = 0, 1  # the places of the two actor logits
OF_LOSS = Weights(action=1.0)


@dataclass(frozen=True, eq=False)
class People:
    """Who is in the central frame of one clip."""

    boxes: Tensor  # (M, 4) actors (cx, cy, w, h), shares of the frame
    actions: Tensor  # (M, C) what they do, 0 or 1
    bystanders: Tensor | None = None  # (K, 4) people who are no actors


@dataclass(frozen=True, eq=False)
class SetLoss:
    """The parts of the loss before they are weighed, each a scalar that gradients flow through."""

    actor: Tensor  # cross entropy over all tokens, weighted mean
    l1: Tensor  # sum over matched boxes of |box - truth|_1, by the number of boxes
    giou: Tensor  # sum of 1 - GIoU, likewise
    action: Tensor  # sum of binary cross entropies (mean over C), by the number of actors
    weights: Weights
    matchings: tuple[BoxMatching, ...]  # one a clip

    @property
    def total(self) -> Tensor:
        """Scalar: the weighted sum of the parts."""
        parts = (self.actor, self.l1, self.giou, self.action)
        weights = (self.weights.actor, self.weights.l1, self.weights.giou, self.weights.action)
        return sum(weight * part for weight, part in zip(weights, parts))


def set_loss(
    boxes: Tensor,
    actor: Tensor,
    actions: Tensor,
    people: Sequence[People],
    weights: Weights = OF_LOSS,
    matching: Weights = OF_MATCHING,
    no_actor: float = 0.1,
    focal: float = 0.0,
    bystander_boxes: bool = False,
) -> SetLoss:
    """The loss of B clips, each matched on its own; no gradient passes through the matching.

    Args:
        boxes: (B, N, 4) predicted (cx, cy, w, h), 0 to 1.
        actor: (B, N, 2) logits of (actor, no actor).
        actions: (B, N, C) logits of the actions.
        people: B of them.
        weights: of the parts of the loss.
        matching: of the terms of the matching cost.
        no_actor: weight of a token without a person in the actor part; a matched one counts 1.
        focal: exponent of (1 - p of the right answer) in the actor part; 0 is plain cross entropy.
        bystander_boxes: bystanders are matched with the tokens left over, and teach boxes as well.

    Raises:
        ValueError: shapes do not belong together.
    """
    _refuse_unless_fitting(boxes, actor, actions, people)
    matchings = tuple(map(_matched, boxes, actor, actions, people, [matching] * len(people)))
    pairs = [(k, torch.as_tensor(found.tokens), torch.as_tensor(found.truths)) for k, found in enumerate(matchings)]
    predicted = torch.cat([boxes[k, tokens] for k, tokens, _ in pairs])  # (sum of K, 4)
    wanted = torch.cat([people[k].boxes[truths].to(boxes) for k, _, truths in pairs])
    did = torch.cat([actions[k, tokens] for k, tokens, _ in pairs])  # (sum of K, C)
    does = torch.cat([people[k].actions[truths].to(actions) for k, _, truths in pairs])
    count = max(1, sum(len(one.boxes) for one in people))
    surprise = F.binary_cross_entropy_with_logits(did, does, reduction="none").mean(-1).sum() / count
    if bystander_boxes:
        extra = [_bystanders(*each, matching) for each in zip(boxes, people, matchings)]
        predicted, wanted = (torch.cat([first, *rest]) for first, rest in zip((predicted, wanted), zip(*extra)))
        count = max(1, len(predicted))
    distance = (predicted - wanted).abs().sum() / count
    apart = (1 - giou(predicted, wanted)).sum() / count
    return SetLoss(_actor_part(actor, pairs, no_actor, focal), distance, apart, surprise, weights, matchings)


def _refuse_unless_fitting(boxes: Tensor, actor: Tensor, actions: Tensor, people: Sequence[People]) -> None:
    lead = boxes.shape[:2]
    if boxes.shape != (*lead, 4) or actor.shape != (*lead, 2) or actions.shape[:2] != lead or len(people) != len(boxes):
        raise ValueError(
            "want boxes (B, N, 4), actor (B, N, 2), actions (B, N, C) and B people, "
            f"got {(*boxes.shape,)}, {(*actor.shape,)}, {(*actions.shape,)} and {len(people)}"
        )


def _matched(boxes: Tensor, actor: Tensor, actions: Tensor, people: People, weights: Weights) -> BoxMatching:
    """One clip's matching, on the CPU and without gradients."""
    boxes, actor, actions = (tensor.detach().double().cpu() for tensor in (boxes, actor, actions))
    return match_boxes(
        boxes.numpy(),
        actor.softmax(-1)[:, ACTOR].numpy(),
        people.boxes.double().cpu().numpy(),
        weights,
        actions.sigmoid().numpy(),
        people.actions.cpu().numpy(),
    )


def _bystanders(boxes: Tensor, people: People, matching: BoxMatching, weights: Weights) -> tuple[Tensor, Tensor]:
    """Boxes (K, 4) of the tokens that are nearest to the bystanders, of those without an actor, and theirs."""
    if people.bystanders is None:
        return boxes[:0], boxes[:0]
    rest = torch.ones(len(boxes), dtype=torch.bool)
    rest[torch.as_tensor(matching.tokens)] = False
    free = boxes[rest.to(boxes.device)]
    near = match_boxes(
        free.detach().double().cpu().numpy(),
        torch.zeros(len(free)).numpy(),
        people.bystanders.double().cpu().numpy(),
        (0.0, weights.l1, weights.giou),
    )
    return free[torch.as_tensor(near.tokens)], people.bystanders[torch.as_tensor(near.truths)].to(boxes)


def _actor_part(logits: Tensor, pairs: list[tuple[int, Tensor, Tensor]], no_actor: float, focal: float) -> Tensor:
    """Weighted mean over B * N tokens of the cross entropy of (actor, no actor)."""
    target = torch.full(logits.shape[:2], NO_ACTOR, device=logits.device)  # (B, N)
    for k, tokens, _ in pairs:
        target[k, tokens] = ACTOR
    weight = torch.where(target == ACTOR, 1.0, no_actor).to(logits)
    right = logits.log_softmax(-1).gather(-1, target[..., None])[..., 0]  # (B, N) log p of the right answer
    surprise = -right * (1 - right.exp()) ** focal if focal else -right
    return (weight * surprise).sum() / weight.sum()
