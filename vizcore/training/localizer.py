"""Who does what and where, in one stage: a small BMViT on the frozen tokens of the figures.

    clips of crowd() -> the frozen stem of `pose` -> tokens (B, 8, 144, 64) -> Localizer
        - each actor matched with one token (Hungarian) -> loss of actors, boxes, labels

No non-maximum suppression, no detector: tokens learn who of them speaks. The threshold is chosen on validation clips,
for the F1 of actors; the test split is scored after all trainings.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.detection.boxes import giou
from vizcore.algorithms.detection.set_loss import ACTOR, People, set_loss
from vizcore.algorithms.detection.set_matching import Weights
from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.nets.localizer import Localizer, Located
from vizcore.models.weights import Card, card
from vizcore.synthetic.census import SPEED, Detections
from vizcore.synthetic.postures import LABELS
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.localizer_clips import chances, drawn, tokened, world_words
from vizcore.training.localizer_scores import best_overlap, best_theta, scored
from vizcore.training.modes import as_stored, frozen_stem
from vizcore.training.tokens import Arrays, state_key
from vizcore.training.workshop import Workshop

TITLE = "Who does what and where, in one stage"
MIDDLE = 0.35  # of an actor's sides, around their middle: tokens there are hinted at
AFTER = 1000  # added to the seed of the last steps
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Settings:
    """How localisers are made, in one stage or two."""

    train: int = 5000  # clips
    validation: int = 500
    test: int = 1000
    size: int = 96
    frames: int = 8
    width: int = 96
    heads: int = 3
    depth: int = 1
    late: int = 3
    steps: int = 2000
    batch: int = 8
    rate: float = 1e-3
    actor: float = 8.0  # weights of the parts of the loss
    l1: float = 5.0
    giou: float = 2.0
    action: float = 12.0
    no_actor: float = 0.2
    matching: float = 3.0  # weight of p(actor) in the matching, beside the same of boxes
    hints: float = 1.0  # weight of what tokens in an actor learn beside
    seeds: int = 3  # trainings

    @property
    def shape(self) -> dict[str, int]:
        """Of the net."""
        return {name: getattr(self, name) for name in ("width", "heads", "depth", "late")}

    @property
    def costs(self) -> Weights:
        """Of the matching."""
        return Weights(self.matching, self.l1, self.giou)

    @property
    def weights(self) -> Weights:
        """Of the loss."""
        return Weights(self.actor, self.l1, self.giou, self.action)

    @property
    def last(self) -> "Settings":
        """Of the last steps, in which tokens settle who speaks: no hints, and who speaks in vain counts in full."""
        return replace(self, steps=max(1, self.steps * 3 // 10), rate=0.3 * self.rate, no_actor=1.0, hints=0.0)


SETTINGS = Settings()
QUICK = Settings(train=12, validation=6, test=6, size=48, width=24, depth=1, late=1, steps=3, batch=4, seeds=2)


def train(shop: Workshop) -> None:
    """Tokens of every split, one training for each seed, the test split once, then ship the first seed's net."""
    settings = QUICK if shop.quick else SETTINGS
    stem = frozen_stem("pose", shop.folder)
    data = crowds(shop, settings, stem)
    trained = [one_training(shop, seed, stem, data, settings) for seed in seeds(shop, settings)]
    with shop.stage("Localizer: scores"):
        metrics = measured([net for net, _ in trained], data)
    shop.ship(trained[0][0].state_dict(), the_card(shop, settings, *trained[0], metrics))


def crowds(shop: Workshop, settings: Settings, stem: nn.Module) -> dict[str, Arrays]:
    """What localisers learn from and are tested on, by split.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        stem: the frozen net that makes tokens of frames.
    """
    data = {}
    for split in SPLITS:
        with shop.stage(f"Localizer: tokens of {split} clips"):
            data[split] = tokened(shop, split, getattr(settings, split), settings.size, settings.frames, stem)
    return data | {"train": data["train"] | {"chance": chances(data["train"])}}


def seeds(shop: Workshop, settings: Settings) -> range:
    """Of the trainings."""
    return range(shop.seed, shop.seed + settings.seeds)


def stamp(settings: Settings, stem: nn.Module) -> str:
    """What a training depends on beside net and plan."""
    words = world_words(settings.size, settings.frames)
    return " ".join([repr(replace(settings, seeds=1)), state_key(stem), words])


def one_training(
    shop: Workshop, seed: int, stem: nn.Module, data: dict[str, Arrays], settings: Settings
) -> tuple[Localizer, Fitted]:
    """A trained net with its weights as a file keeps them, and how its training went.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        seed: of the first weights and of the batches.
        stem: the frozen net that makes tokens of frames.
        data: of crowds.
        settings: sizes and rates of the training.
    """
    torch.manual_seed(seed)
    net = Localizer(stem, len(LABELS), settings.frames, settings.size, **settings.shape)
    with shop.stage(f"Localizer: seed {seed}"):
        fitted = taught(shop, ("localizer", seed), net, batch_loss, data["train"], settings, stem)
    found = scored(predictions(as_stored(net), data["validation"]), data["validation"], 0.5, 0.7)
    shop.say(f"  validation {sentence(found)}\n")
    return net, fitted


def taught(
    shop: Workshop, names: tuple, net: nn.Module, loss: Callable, data: Arrays, settings: Settings, stem: nn.Module
) -> Fitted:
    """Train a net in place, then the last steps; the curve is that of the former.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        names: of checkpoints, the last is the seed.
        net: whose weights are trained.
        loss: of (net, chance, data, settings).
        data: the training split of crowds.
        settings: sizes and rates of the training.
        stem: the frozen net that makes tokens of frames.
    """
    parts = []
    for k, each in enumerate((settings, settings.last)):
        plan = Plan(each.steps, each.rate, names[-1] + k * AFTER)
        path = shop.checkpoint(*names, *(["last"] if k else []))
        parts.append(fit(net, partial(loss, data=data, settings=each), plan, path, stamp(each, stem), shop.progress))
    return Fitted(parts[0].curve, sum(part.seconds for part in parts))


def sentence(found: dict[str, float]) -> str:
    """Metrics as one line."""
    return ", ".join(f"{name} {value:.3f}" for name, value in found.items())


def batch_loss(net: nn.Module, chance: np.random.Generator, data: Arrays, settings: Settings) -> Tensor:
    """What matching tokens and actors costs in some clips, and what tokens in the middle of actors say wrong.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: a split of crowds.
        settings: sizes and rates of the training.
    """
    tokens, people = batch_of(chance, data, settings)
    with torch.autocast("cpu", torch.bfloat16):
        located = net.answer(tokens)
    matched = set_loss(*located, people, settings.weights, settings.costs, settings.no_actor).total
    return matched + settings.hints * hinted(located, people, net.anchors[:, :2], settings.weights)


def batch_of(chance: np.random.Generator, data: Arrays, settings: Settings) -> tuple[Tensor, list[People]]:
    """Tokens (B, T, N, C) and people of some clips, half of them mirrored, half of them played backwards.

    Args:
        chance: source of chance of the step.
        data: a split of crowds, with the chance of each clip.
        settings: sizes and rates of the training.
    """
    rows = chance.choice(len(data["role"]), settings.batch, p=data["chance"])
    mirrored, back = chance.random((2, settings.batch)) < 0.5
    return drawn(data, rows, mirrored, back)


def hinted(located: Located, people: Sequence[People], places: Tensor, weights: Weights) -> Tensor:
    """The same loss of boxes and labels for every token in the middle of an actor, whoever speaks for them; mean.

    Args:
        located: answer of the net for B clips, N tokens each.
        people: B of them: who is in the key frame.
        places: (N, 2) x and y of the tokens.
        weights: of the parts of the loss.
    """
    clip, token, boxes, actions = [], [], [], []
    for k, one in enumerate(people):
        off = ((places[:, None] - one.boxes[:, :2]).abs() / one.boxes[:, 2:]).amax(-1)  # (N, M) 0.5 at the box's edge
        inside = torch.nonzero(off.amin(1) < MIDDLE)[:, 0] if len(one.boxes) else torch.zeros(0, dtype=torch.long)
        whose = off[inside].argmin(1) if len(inside) else inside
        clip.append(torch.full_like(inside, k))
        token.append(inside)
        boxes.append(one.boxes[whose])
        actions.append(one.actions[whose])
    clip, token, boxes, actions = map(torch.cat, (clip, token, boxes, actions))
    if not len(clip):
        return located.boxes.sum() * 0
    predicted, does = located.boxes[clip, token], located.actions[clip, token]
    far, apart = (predicted - boxes).abs().sum(-1).mean(), (1 - giou(predicted, boxes)).mean()
    surprise = F.binary_cross_entropy_with_logits(does, actions)
    return weights.l1 * far + weights.giou * apart + weights.action * surprise


def measured(nets: Sequence[nn.Module], data: dict[str, Arrays]) -> dict[str, dict]:
    """{"SPLIT METRIC": mean, sd and seeds} of one training's nets, one for each seed, and what was chosen for them."""
    known = [(predictions(net, data["validation"]), data["validation"]) for net in nets]
    chosen = [(best_theta(*each), best_overlap(*each)) for each in known]
    found = {name: spread(values) for name, values in zip(("threshold", "overlap"), zip(*chosen))}
    for split in ("validation", "test"):
        rows = [scored(predictions(net, data[split]), data[split], *each) for net, each in zip(nets, chosen)]
        found |= {f"{split} {metric}": spread([row[metric] for row in rows]) for metric in rows[0]}
    return found


@torch.no_grad()
def predictions(net: nn.Module, data: Arrays, batch: int = 50) -> Detections:
    """What a net in eval mode says of every clip.

    Args:
        net: in eval mode.
        data: a split of crowds.
        batch: clips that go through the net together.
    """
    tokens = torch.from_numpy(data["tokens"][:, 0])
    parts = [net.answer(tokens[k : k + batch].float()) for k in range(0, len(tokens), batch)]
    boxes, actor, actions = (torch.cat(part) for part in zip(*parts))
    return Detections(boxes.numpy(), actor.softmax(-1)[..., ACTOR].numpy(), actions.sigmoid().numpy())


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
        name="localizer",
        title=TITLE,
        about="Finds up to three actors among up to five people of this project's world at 96 px, and says which of "
        "twelve words hold of each; bystanders are no actors. It has never seen a photograph.",
        command="python -m vizcore.training pose localizer" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=fitted.seconds / 60,
        recipe=recipe_of(settings) | {"seed": shop.seed, "stem": card("pose", shop.folder).sha256},
        data=data_of(settings),
        metrics=metrics,
        curve=fitted.curve,
    )


def recipe_of(settings: Settings) -> dict:
    """What a card tells of the settings."""
    last = {name: getattr(settings.last, name) for name in ("steps", "rate", "no_actor", "hints")}
    return asdict(settings) | {"last": last}


def data_of(settings: Settings) -> dict:
    """What a card tells of the clips."""
    return {
        "clips": {split: getattr(settings, split) for split in SPLITS},
        "classes": list(LABELS),
        "speed": list(SPEED),
        "seeds": "from 0 in every split; splits share neither chance nor backdrops",
        "world": world_words(settings.size, settings.frames),
    }
