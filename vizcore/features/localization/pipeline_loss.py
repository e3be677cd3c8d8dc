"""What a key frame would teach: which token answers for which person, and the loss with bystanders' boxes or without.

Sighting, Present, weights -> lesson -> Lesson

Actors are matched first. Bystanders are people, too, but no actors: their boxes count only if one wants them to, and
then the tokens that are left over are matched with them, by boxes alone (the switch of the paper's section 3).
"""

from dataclasses import dataclass

import numpy as np
import torch

from vizcore.algorithms.detection.boxes import centred
from vizcore.algorithms.detection.set_loss import People, SetLoss, set_loss
from vizcore.algorithms.detection.set_matching import BoxMatching, Weights, match_boxes
from vizcore.features.localization.pipeline import Present, Sighting
from vizcore.features.localization.pipeline_verdict import lesson_verdict

PARTS = ("actor", "l1", "giou", "action")
NAMES = {"actor": "actor or not", "l1": "L1 of boxes", "giou": "1 − GIoU", "action": "words"}  # on the screen
EPSILON = 1e-6  # a probability nearer to 0 or 1 counts as that near


@dataclass(frozen=True, eq=False)
class Lesson:
    """One key frame's matching and loss."""

    people: np.ndarray  # (P,) int places in Present, actors first, then bystanders
    tokens: tuple[int | None, ...]  # P: the token of each; None for who is left over
    actors: BoxMatching  # of all tokens and actors
    bystanders: BoxMatching  # of the tokens that are left, in their order, and bystanders
    free: np.ndarray  # (N - K,) int: which tokens are left
    loss: SetLoss  # boxes of actors alone
    loss_of_all: SetLoss  # boxes of bystanders as well

    @property
    def verdict(self) -> str:
        """How many actors are matched, and what that costs, in one sentence."""
        shares = {NAMES[part]: getattr(self.loss.weights, part) * float(getattr(self.loss, part)) for part in PARTS}
        return lesson_verdict(self.actors.cost.shape[1], len(self.actors.tokens), float(self.loss.total), shares)

    def terms(self, place: int) -> dict[str, np.ndarray]:
        """{term: (N,)} what each token would cost for the person at a place of `people`; nan for tokens not asked."""
        count = self.actors.cost.shape[1]
        if place < count:
            return {name: cost[:, place] for name, cost in self.actors.terms.items()}
        found = {}
        for name, cost in self.bystanders.terms.items():
            found[name] = np.full(len(self.actors.cost), np.nan)
            found[name][self.free] = cost[:, place - count]
        return found


def lesson(sighting: Sighting, present: Present, weights: Weights) -> Lesson:
    """Match and weigh one key frame.

    Args:
        sighting: what N tokens predict for the key frame.
        present: the P people who are in it.
        weights: of the terms of cost, and of the parts of the loss but for words, which count 1 there.
    """
    acts, about = np.flatnonzero(present.actors), np.flatnonzero(~present.actors)
    boxes, actor = sighting.boxes, sighting.actor
    actors = match_boxes(
        boxes,
        actor,
        centred(present.boxes[acts]),
        weights,
        scores=sighting.actions,
        actions=present.does[acts],
    )
    free = np.setdiff1d(np.arange(len(boxes)), actors.tokens)
    alone = Weights(0.0, weights.l1, weights.giou)
    bystanders = match_boxes(boxes[free], actor[free], centred(present.boxes[about]), alone)
    tokens = [actors.token_of(k) for k in range(len(acts))]
    rest = (bystanders.token_of(k) for k in range(len(about)))
    tokens += [None if token is None else int(free[token]) for token in rest]
    losses = (_loss(sighting, present, weights, everybody) for everybody in (False, True))
    return Lesson(np.concatenate([acts, about]), tuple(tokens), actors, bystanders, free, *losses)


def _loss(sighting: Sighting, present: Present, weights: Weights, everybody: bool) -> SetLoss:
    """The loss of this key frame alone, as if it were a batch of one."""
    actor = torch.as_tensor(sighting.actor, dtype=torch.float64).clamp(EPSILON, 1 - EPSILON)
    does = torch.as_tensor(sighting.actions, dtype=torch.float64).clamp(EPSILON, 1 - EPSILON)
    boxes = torch.as_tensor(centred(present.boxes), dtype=torch.float64).reshape(-1, 4)
    acts = torch.as_tensor(present.actors)
    people = People(boxes[acts], torch.as_tensor(present.does[present.actors]).double(), boxes[~acts])
    return set_loss(
        torch.as_tensor(sighting.boxes, dtype=torch.float64)[None],
        torch.stack([actor, 1 - actor], -1).log()[None],
        does.logit()[None],
        [people],
        Weights(weights.actor, weights.l1, weights.giou, 1.0),
        weights,
        bystander_boxes=everybody,
    )
