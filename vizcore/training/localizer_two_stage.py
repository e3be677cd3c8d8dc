"""Who does what and where, in two stages: the baseline of the small BMViT, on the same tokens and clips.

    tokens of the key frame -> Detector, matched with all people, actors or not
    tokens of the clip and boxes of people, a little off -> Classifier: actor or not, and labels of actors

Steps, batch, rate, seeds and weights of the losses are those of `localizer`; so is the classifier's trunk. It is told
of bystanders in training, which a baseline that only sees annotated people would not be.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.detection.set_loss import ACTOR, NO_ACTOR, People, set_loss
from vizcore.models.nets.two_stage import TwoStage
from vizcore.models.weights import Card, card
from vizcore.synthetic.postures import LABELS
from vizcore.training.fit import Fitted
from vizcore.training.localizer import (
    QUICK,
    SETTINGS,
    Settings,
    batch_of,
    crowds,
    data_of,
    measured,
    predictions,
    recipe_of,
    seeds,
    sentence,
    taught,
)
from vizcore.training.localizer_scores import scored
from vizcore.training.modes import as_stored, frozen_stem
from vizcore.training.tokens import Arrays
from vizcore.training.workshop import Workshop

TITLE = "Who does what and where, in two stages"
OFF = 0.1  # of its sides, by which a box of training is moved at most; its sides change by as much


def train(shop: Workshop) -> None:
    """Two trainings for each seed, the test split once, then ship the first seed's net."""
    settings = QUICK if shop.quick else SETTINGS
    stem = frozen_stem("pose", shop.folder)
    data = crowds(shop, settings, stem)
    trained = [one_training(shop, seed, stem, data, settings) for seed in seeds(shop, settings)]
    with shop.stage("Two stages: scores"):
        metrics = measured([net for net, _ in trained], data)
    shop.ship(trained[0][0].state_dict(), the_card(shop, settings, *trained[0], metrics))


def one_training(
    shop: Workshop, seed: int, stem: nn.Module, data: dict[str, Arrays], settings: Settings
) -> tuple[TwoStage, Fitted]:
    """A trained net with its weights as a file keeps them, and how the training of its classifier went.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        seed: of the first weights and of the batches.
        stem: the frozen net that makes tokens of frames.
        data: of crowds.
        settings: sizes and rates of the training.
    """
    torch.manual_seed(seed)
    net = TwoStage(stem, len(LABELS), settings.frames, settings.size, **settings.shape)
    parts = []
    for name, part, loss in (
        ("detector", net.detector, detector_loss),
        ("classifier", net.classifier, classifier_loss),
    ):
        with shop.stage(f"Two stages: {name}, seed {seed}"):
            names = ("localizer-two-stage", name, seed)
            parts.append(taught(shop, names, part, loss, data["train"], settings, stem))
    found = scored(predictions(as_stored(net), data["validation"]), data["validation"], 0.5, 0.7)
    shop.say(f"  validation {sentence(found)}\n")
    return net, Fitted(parts[-1].curve, sum(part.seconds for part in parts))


def detector_loss(net: nn.Module, chance: np.random.Generator, data: Arrays, settings: Settings) -> Tensor:
    """The loss of some key frames, half of them mirrored, half of them of the film played backwards.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: a split of crowds.
        settings: sizes and rates of the training.
    """
    tokens, people = batch_of(chance, data, settings)
    with torch.autocast("cpu", torch.bfloat16):
        boxes, person = net(tokens[:, settings.frames // 2])
    nothing = torch.zeros(*boxes.shape[:2], 1)
    anybody = [People(everybody(one), torch.zeros(len(everybody(one)), 1)) for one in people]
    found = set_loss(boxes, person, nothing, anybody, settings.weights, settings.costs, settings.no_actor)
    return found.total - settings.weights.action * found.action


def classifier_loss(net: nn.Module, chance: np.random.Generator, data: Arrays, settings: Settings) -> Tensor:
    """Cross entropies of actor or bystander for everybody, and of the labels of actors, in boxes that are a bit off.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: a split of crowds.
        settings: sizes and rates of the training.
    """
    tokens, people = batch_of(chance, data, settings)
    boxes = torch.zeros(len(people), max(len(everybody(one)) for one in people), 4)
    role = torch.full(boxes.shape[:2], -1)
    for k, one in enumerate(people):
        count = len(everybody(one))
        boxes[k, :count] = a_bit_off(everybody(one), chance)
        role[k, :count] = NO_ACTOR
        role[k, : len(one.boxes)] = ACTOR
    with torch.autocast("cpu", torch.bfloat16):
        actor, actions = net(tokens, boxes)
    does = torch.cat([one.actions for one in people])
    who = F.cross_entropy(actor.flatten(0, 1), role.flatten(), ignore_index=-1)
    return who + settings.action * F.binary_cross_entropy_with_logits(actions[role == ACTOR], does)


def everybody(people: People) -> Tensor:
    """Boxes of actors, then of bystanders."""
    return torch.cat([people.boxes, people.bystanders])


def a_bit_off(boxes: Tensor, chance: np.random.Generator) -> Tensor:
    """Boxes (K, 4) that are moved and stretched by up to OFF, as those of a detector may be."""
    push, pull = torch.from_numpy(chance.uniform(-OFF, OFF, (2, len(boxes), 2))).float()
    return torch.cat([boxes[:, :2] + push * boxes[:, 2:], boxes[:, 2:] * pull.exp()], 1)


def the_card(shop: Workshop, settings: Settings, net: nn.Module, fitted: Fitted, metrics: dict) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        net: the trained net.
        fitted: how the training went.
        metrics: of the card, by their names on it.
    """
    return Card(
        name="localizer-two-stage",
        title=TITLE,
        about="The baseline of the one-stage localizer: finds people in the key frame of a crowd of this project's "
        "world, then says who of them is an actor and which of twelve words hold. It has never seen a photograph.",
        command="python -m vizcore.training pose localizer-two-stage" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=fitted.seconds / 60,
        recipe=recipe_of(settings) | {"off": OFF, "seed": shop.seed, "stem": card("pose", shop.folder).sha256},
        data=data_of(settings),
        metrics=metrics,
        curve=fitted.curve,
    )
