"""Actions and their time-reversed twins: four ways to look at time, on the same frozen tokens of the figures.

    clips of act() -> the frozen stem of `pose` -> tokens (B, 8, 64, 64), tracks (B, 8, 64) -> StemmedViT, each mode

Twins show the same frames in the opposite order, so a net that averages frames cannot tell them apart. All modes get
the same clips, steps and seeds. Beside them stands *true tracks*: ata with the world's own correspondence instead of
the matching's. Nothing is chosen on the test split, which is read once, after all trainings.
"""

from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.matching import align
from vizcore.algorithms.temporal import accuracy, order_accuracy, spread
from vizcore.nets.pose import PATCH
from vizcore.nets.stemmed import StemmedViT
from vizcore.nets.stems import Stem
from vizcore.nets.temporal_vit import MODES
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.tokens import (
    Arrays,
    fingerprint,
    frozen_tokens,
    gathered,
    reversed_order,
    shelf,
    state_key,
)
from vizcore.training.workshop import Workshop
from vizcore.weights import Card, card, packed, tensors
from vizcore.world.act import act
from vizcore.world.actions import CLASSES
from vizcore.world.truth import Truth, true_partner

TITLE = "Actions and their reversed twins"
TWINS = tuple(k ^ 1 for k in range(len(CLASSES)))
TRUE, SWITCHED_OFF = "true tracks", "alignment off"
TRACKS = {"ata": "order", TRUE: "true"}  # the array that holds the tracks of a condition
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Settings:
    """How the four nets are made."""

    train: int = 6000  # clips
    validation: int = 800
    test: int = 1500
    size: int = 64
    frames: int = 8
    width: int = 64
    depth: int = 1
    heads: int = 4
    steps: int = 900
    batch: int = 32
    rate: float = 2e-3
    smoothing: float = 0.05  # of the labels
    seeds: int = 3  # trainings of each mode
    control: bool = True  # train with true tracks as well


SETTINGS = Settings()
QUICK = Settings(train=16, validation=8, test=16, steps=3, batch=4, seeds=2, control=False)


def train(shop: Workshop) -> None:
    """Tokens of every split, every mode with every seed, the test split once, then ship the first seed's nets."""
    settings = QUICK if shop.quick else SETTINGS
    stem = shipped_stem(shop)
    data = {}
    for split in SPLITS:
        with shop.stage(f"Acts: tokens of {split} clips"):
            data[split] = tokened(shop, split, getattr(settings, split), settings, stem)
    stamp = " ".join([repr(settings), state_key(stem), world_words(settings)])
    trained = {
        (name, seed): one_training(shop, name, seed, stem, data, settings, stamp)
        for seed in range(shop.seed, shop.seed + settings.seeds)
        for name in ((*MODES, TRUE) if settings.control else MODES)
    }
    metrics = measured({key: net for key, (net, _) in trained.items()}, data)
    for mode in MODES:
        net, fitted = trained[mode, shop.seed]
        page = the_card(shop, settings, mode, net, fitted, metrics_of(mode, metrics, data["test"]))
        shop.ship(net.state_dict(), page)


def one_training(
    shop: Workshop, name: str, seed: int, stem: nn.Module, data: dict[str, Arrays], settings: Settings, stamp: str
) -> tuple[StemmedViT, Fitted]:
    """A trained net with its weights as a file keeps them, and how its training went."""
    net = fresh(name, stem, settings, seed)
    loss = partial(batch_loss, data=data["train"], tracks=TRACKS.get(name), settings=settings)
    plan = Plan(settings.steps, settings.rate, seed)
    with shop.stage(f"Acts: {name}, seed {seed}"):
        fitted = fit(net, loss, plan, shop.checkpoint("acts", name.replace(" ", "-"), seed), stamp, shop.progress)
    net.load_state_dict({key: packed(tensor).float() for key, tensor in net.state_dict().items()})
    found = summed(logits_of(net, data["validation"], TRACKS.get(name)), data["validation"]["number"])
    shop.say(f"  validation {found}\n")
    return net, fitted


def shipped_stem(shop: Workshop) -> nn.Module:
    """The frozen stem as the file `pose` has it."""
    page = card("pose", shop.folder)
    stem = Stem(tuple(page.recipe["widths"]), page.recipe["depth"])
    state = tensors("pose", shop.folder)
    stem.load_state_dict({key.removeprefix("stem."): value for key, value in state.items() if key.startswith("stem.")})
    return stem.eval().requires_grad_(False)


def fresh(name: str, stem: nn.Module, settings: Settings, seed: int) -> StemmedViT:
    """An untrained net on the frozen stem: all modes with time attention begin with the same weights."""
    torch.manual_seed(seed)
    mode = "ata" if name == TRUE else name
    shape = {"width": settings.width, "depth": settings.depth, "heads": settings.heads}
    return StemmedViT(stem, mode, len(CLASSES), settings.frames, settings.size, PATCH, **shape)


def world_words(settings: Settings) -> str:
    """How the world draws the actions today."""
    return fingerprint(act(number, "train", size=settings.size, count=settings.frames) for number in range(3))


def tokened(shop: Workshop, split: str, count: int, settings: Settings, stem: nn.Module) -> Arrays:
    """What the nets learn from or are asked about: the arrays of `rendered` for a split's first clips."""
    words = ("acts", 1, split, settings.size, settings.frames, state_key(stem), world_words(settings))
    make = partial(rendered, split=split, settings=settings, stem=stem)
    return gathered(shelf(shop.scratch), words, count, make, lambda done, all_: shop.progress(done, all_, float("nan")))


def rendered(numbers: range, split: str, settings: Settings, stem: nn.Module) -> Arrays:
    """Tokens, classes and tracks of clips.

    Returns:
        tokens (M, T, N, C) float16; number (M,) of the class; order and true (M, T, N) int16, tracks by likeness of
        tokens and by the truth; votes (M, T - 1, 3): px of things whose true partner's patch is found by the best
        matching, by likeness, and by staying in place.
    """
    clips = [act(number, split, size=settings.size, count=settings.frames) for number in numbers]
    tokens = frozen_tokens(stem, np.stack([clip.frames for clip in clips]))
    order = align(torch.from_numpy(tokens).float(), "hungarian", batched=True)[1].numpy()
    known = [followed(clip.truth, tracks) for clip, tracks in zip(clips, order)]
    return {
        "tokens": tokens,
        "number": np.array([clip.number for clip in clips]),
        "order": order.astype(np.int16),
        "true": np.stack([true for true, _ in known]).astype(np.int16),
        "votes": np.stack([votes for _, votes in known]),
    }


def followed(truth: Truth, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """True tracks (T, N), and the votes (T - 1, 3) of the best matching, of the given tracks, of staying in place."""
    patches = np.arange(order.shape[1])
    side = round(len(patches) ** 0.5)
    true, collected = [patches], []
    for t in range(len(order) - 1):
        votes = truth.votes(t, t + 1, (side, side))
        best = true_partner(votes)
        true.append(best[true[-1]])
        collected.append([votes[patches, best].sum(), votes[order[t], order[t + 1]].sum(), votes.trace()])
    return np.stack(true), np.array(collected, np.float32)


def batch_loss(
    net: StemmedViT, chance: np.random.Generator, data: Arrays, tracks: str | None, settings: Settings
) -> Tensor:
    """Cross entropy of some clips, half of them played backwards: these are clips of the twin."""
    rows = chance.integers(len(data["number"]), size=settings.batch)
    tokens = torch.from_numpy(data["tokens"][rows]).float()
    number = torch.from_numpy(data["number"][rows])
    order = torch.from_numpy(data[tracks][rows]).long() if tracks else None
    back = torch.from_numpy(chance.random(settings.batch) < 0.5)
    logits = net.classify(*backwards(tokens, order, back))
    return F.cross_entropy(logits, torch.where(back, number ^ 1, number), label_smoothing=settings.smoothing)


def backwards(tokens: Tensor, order: Tensor | None, back: Tensor) -> tuple[Tensor, Tensor | None]:
    """Tokens (B, T, N, C) and tracks (B, T, N), those with back (B,) as the film played backwards has them."""
    turned = torch.where(back[:, None, None, None], tokens.flip(1), tokens)
    return turned, None if order is None else torch.where(back[:, None, None], reversed_order(order), order)


@torch.no_grad()
def logits_of(net: StemmedViT, data: Arrays, tracks: str | None, batch: int = 100) -> np.ndarray:
    """(M, 16) what a net in eval mode says of every clip."""
    said = []
    for first in range(0, len(data["number"]), batch):
        rows = slice(first, first + batch)
        order = torch.from_numpy(data[tracks][rows]).long() if tracks else None
        said.append(net.classify(torch.from_numpy(data["tokens"][rows]).float(), order))
    return torch.cat(said).numpy()


def summed(logits: np.ndarray, number: np.ndarray) -> dict[str, float]:
    """Four scores of logits (M, 16) for clips of class number (M,).

    Accuracy; pair accuracy: the answer is the class or its twin; direction accuracy: among those clips, the share
    whose answer is the class itself; order accuracy: among all clips, the share that scores the class above its twin.
    """
    answer = logits.argmax(-1)
    paired = answer // 2 == number // 2
    return {
        "accuracy": accuracy(logits, number),
        "pair accuracy": float(paired.mean()),
        "direction accuracy": float((answer == number)[paired].mean()) if paired.any() else float("nan"),
        "order accuracy": order_accuracy(logits, number, TWINS),
    }


def measured(nets: dict[tuple[str, int], StemmedViT], data: dict[str, Arrays]) -> dict[str, dict]:
    """{condition: {"SPLIT METRIC": mean, sd and seeds}} of every net, and of ata nets with alignment off."""
    rows: dict[tuple[str, str], list[dict]] = {}
    for split in ("validation", "test"):
        for (name, _), net in nets.items():
            for condition, tracks in ((name, TRACKS.get(name)), *([(SWITCHED_OFF, None)] if name == "ata" else ())):
                found = summed(logits_of(net, data[split], tracks), data[split]["number"])
                rows.setdefault((condition, split), []).append(found)
    metrics: dict[str, dict] = {}
    for (condition, split), found in rows.items():
        summary = {f"{split} {metric}": spread([row[metric] for row in found]) for metric in found[0]}
        metrics[condition] = metrics.get(condition, {}) | summary
    return metrics


def matched_shares(data: Arrays) -> dict[str, float]:
    """Votes of neighbouring frames' foreground that a matching collects, as a share of the best one's."""
    best, tokens, stays = data["votes"].sum((0, 1))
    return {"test alignment recall": float(tokens / best), "test alignment recall, no alignment": float(stays / best)}


def metrics_of(mode: str, metrics: dict[str, dict], data: Arrays) -> dict[str, object]:
    """The metrics of a mode's card; that of ata tells of its two controls and of the matching, too."""
    if mode != "ata":
        return metrics[mode]
    beside = {f"{metric}, {name}": value for name in (SWITCHED_OFF, TRUE) if name in metrics
              for metric, value in metrics[name].items()}  # fmt: skip
    return metrics[mode] | beside | matched_shares(data)


def the_card(shop: Workshop, settings: Settings, mode: str, net: nn.Module, fitted: Fitted, metrics: dict) -> Card:
    """What the weights are, how they were made and how well they do."""
    return Card(
        name=f"acts-{mode}",
        title=f"{TITLE}: {MODES[mode]}",
        about="Tells sixteen actions of one figure of this project's world; each is the exact reversal of another. "
        "It has never seen a photograph.",
        command="python -m vizcore.training pose acts" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=fitted.seconds / 60,
        recipe=asdict(settings) | {"mode": mode, "seed": shop.seed, "stem": card("pose", shop.folder).sha256},
        data={
            "clips": {split: getattr(settings, split) for split in SPLITS},
            "classes": list(CLASSES),
            "seeds": "from 0 in every split; splits share neither chance nor backdrops",
            "world": world_words(settings),
        },
        metrics=metrics,
        curve=fitted.curve,
    )
