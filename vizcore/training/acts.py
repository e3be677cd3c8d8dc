"""Actions and their time-reversed twins: four ways to look at time, on the same frozen tokens of the figures.

    clips of act() -> the frozen stem of `pose` -> tokens (B, 8, 64, 64), tracks (B, 8, 64) -> StemmedViT, each mode

Twins show the same frames in the opposite order, so a net that averages frames cannot tell them apart. All modes get
the same clips, steps and seeds. Beside them stands *true tracks*: ata with the world's own correspondence instead of
the matching's. Nothing is chosen on the test split, which is read once, after all trainings.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.matching.matching import align
from vizcore.algorithms.matching.tracks import compose
from vizcore.algorithms.statistics.accuracy import accuracy, order_accuracy
from vizcore.models.nets.pose import PATCH
from vizcore.models.nets.stemmed import StemmedViT
from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import Card, card
from vizcore.synthetic.act import act
from vizcore.synthetic.actions import CLASSES
from vizcore.synthetic.truth import Truth, true_partner
from vizcore.training.alignment import alignments
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.modes import (
    ALIGNED,
    IN_PLACE,
    KNOWING,
    KNOWN,
    MATCHED,
    TRUE,
    as_stored,
    backwards,
    beside,
    drawn,
    frozen_stem,
    logits_of,
    measured,
)
from vizcore.training.tokens import (
    Arrays,
    clip_library,
    fingerprint,
    frozen_tokens,
    gathered,
    remembered,
    state_key,
)
from vizcore.training.workshop import Workshop

TITLE = "Actions and their reversed twins"
TWINS = tuple(k ^ 1 for k in range(len(CLASSES)))
TRACKS = {"ata": MATCHED, TRUE: KNOWN}  # that a training looks along; the others stay in place
SWITCHES = {  # other tracks that a trained net is given in the test
    "factorized": {ALIGNED: MATCHED},
    "ata": {IN_PLACE: None, KNOWING: KNOWN},
    TRUE: {IN_PLACE: None, ALIGNED: MATCHED},
}
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
    aligned: int = 120  # test clips whose matching is compared with the truth, under each camera


SETTINGS = Settings()
QUICK = Settings(train=12, validation=4, test=6, steps=3, batch=4, seeds=2, aligned=2)


def train(shop: Workshop) -> None:
    """Tokens of every split, every mode with every seed, the test split once, then ship the first seed's nets."""
    settings = QUICK if shop.quick else SETTINGS
    stem = frozen_stem("pose", shop.folder)
    data = {}
    for split in SPLITS:
        with shop.stage(f"Acts: tokens of {split} clips"):
            data[split] = tokened(shop, split, getattr(settings, split), settings, stem)
    stamp = " ".join([repr(settings), state_key(stem), world_words(settings)])
    trained: dict[str, list[tuple[StemmedViT, Fitted]]] = {name: [] for name in (*MODES, TRUE)}
    for seed in range(shop.seed, shop.seed + settings.seeds):
        for name, runs in trained.items():
            runs.append(one_training(shop, name, seed, stem, data, settings, stamp))
    with shop.stage("Acts: scores"):
        scores = {
            name: measured([net for net, _ in runs], data, summed, TRACKS.get(name), SWITCHES.get(name, {}))
            for name, runs in trained.items()
        }
        scores["ata"] |= beside(scores, {TRUE: f"with {TRUE}"}) | alignments(stem, settings.size, settings.aligned)
    for mode in MODES:
        net, fitted = trained[mode][0]
        shop.ship(net.state_dict(), the_card(shop, settings, mode, net, fitted, scores[mode]))


def one_training(
    shop: Workshop, name: str, seed: int, stem: nn.Module, data: dict[str, Arrays], settings: Settings, stamp: str
) -> tuple[StemmedViT, Fitted]:
    """A trained net with its weights as a file keeps them, and how its training went.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        name: of the training: a mode, or TRUE.
        seed: of the first weights and of the batches.
        stem: the frozen net that makes tokens of frames.
        data: {split: arrays of tokens_of}.
        settings: sizes and rates of the training.
        stamp: what the data depend on; see fit.
    """
    net = fresh(name, stem, settings, seed)
    loss = partial(batch_loss, data=data["train"], tracks=TRACKS.get(name), settings=settings)
    plan = Plan(settings.steps, settings.rate, seed)
    with shop.stage(f"Acts: {name}, seed {seed}"):
        fitted = fit(net, loss, plan, shop.checkpoint("acts", name.replace(" ", "-"), seed), stamp, shop.progress)
    found = summed(logits_of(as_stored(net), data["validation"], TRACKS.get(name)), data["validation"])
    shop.say(f"  validation {found}\n")
    return net, fitted


def fresh(name: str, stem: nn.Module, settings: Settings, seed: int) -> StemmedViT:
    """An untrained net on the frozen stem: all modes with time attention begin with the same weights.

    Args:
        name: a mode, or TRUE.
        stem: the frozen net that makes tokens of frames.
        settings: sizes and rates of the training.
        seed: of the first weights and of the batches.
    """
    torch.manual_seed(seed)
    mode = "ata" if name == TRUE else name
    shape = {"width": settings.width, "depth": settings.depth, "heads": settings.heads}
    return StemmedViT(stem, mode, len(CLASSES), settings.frames, settings.size, PATCH, **shape)


@lru_cache
def world_words(settings: Settings) -> str:
    """How the world draws the actions today."""
    return fingerprint(act(number, "train", size=settings.size, count=settings.frames) for number in range(3))


def tokened(shop: Workshop, split: str, count: int, settings: Settings, stem: nn.Module) -> Arrays:
    """What the nets learn from or are tested on: the arrays of `tokens_of` for a split's first clips.

    Clips are stored beside tokens: another stem needs new tokens, but no new clips.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        split: "train", "validation" or "test".
        count: clips.
        settings: sizes and rates of the training.
        stem: the frozen net that makes tokens of frames.
    """
    words = ("films", 1, split, settings.size, settings.frames, world_words(settings))
    library, bar = clip_library(shop.scratch), lambda done, all_: shop.progress(done, all_, float("nan"))

    def make(numbers: range) -> Arrays:
        return tokens_of(stem, remembered(library, words, numbers, partial(filmed, split=split, settings=settings)))

    return gathered(library, ("acts", 1, state_key(stem), *words), count, make, bar)


def filmed(numbers: range, split: str, settings: Settings) -> Arrays:
    """Clips: frames (M, T, S, S, 3) uint8, number (M,) of the class, true (M, T, N) int16 tracks by the truth.

    Args:
        numbers: of clips, 0 or more: their seeds.
        split: "train", "validation" or "test".
        settings: sizes and rates of the training.
    """
    clips = [act(number, split, size=settings.size, count=settings.frames) for number in numbers]
    side = settings.size // PATCH
    return {
        "frames": np.stack([clip.frames for clip in clips]),
        "number": np.array([clip.number for clip in clips]),
        "true": np.stack([true_tracks(clip.truth, (side, side)) for clip in clips]).astype(np.int16),
    }


def tokens_of(stem: nn.Module, clips: Arrays) -> Arrays:
    """Films by their tokens (M, T, N, C) float16 instead of frames, with order (M, T, N) int16, tracks by likeness."""
    tokens = frozen_tokens(stem, clips["frames"])
    order = align(torch.from_numpy(tokens).float(), "hungarian", batched=True)[1]
    return {"tokens": tokens, "order": order.numpy().astype(np.int16)} | {k: clips[k] for k in ("number", "true")}


def true_tracks(truth: Truth, grid: tuple[int, int]) -> np.ndarray:
    """(T, N) int64: the one-to-one matchings of neighbouring frames that collect the most pixels, one after another."""
    steps = [true_partner(truth.votes(t, t + 1, grid)) for t in range(len(truth.surface) - 1)]
    return compose(np.stack(steps))


def batch_loss(
    net: StemmedViT, chance: np.random.Generator, data: Arrays, tracks: str | None, settings: Settings
) -> Tensor:
    """Cross entropy of some clips, half of them played backwards: these are clips of the twin.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: arrays of tokens_of.
        tracks: name of the array of tracks, None for places.
        settings: sizes and rates of the training.
    """
    rows = chance.integers(len(data["number"]), size=settings.batch)
    number = torch.from_numpy(data["number"][rows])
    back = torch.from_numpy(chance.random(settings.batch) < 0.5)
    logits = net.classify(*backwards(*drawn(data, rows, tracks), back))
    return F.cross_entropy(logits, torch.where(back, number ^ 1, number), label_smoothing=settings.smoothing)


def summed(logits: np.ndarray, data: Arrays) -> dict[str, float]:
    """Four scores of logits (M, 16) for clips.

    Accuracy; pair accuracy: the answer is the class or its twin; direction accuracy: among those clips, the share
    whose answer is the class itself; order accuracy: among all clips, the share that scores the class above its twin.
    """
    number, answer = data["number"], logits.argmax(-1)
    paired = answer // 2 == number // 2
    return {
        "accuracy": accuracy(logits, number),
        "pair accuracy": float(paired.mean()),
        "direction accuracy": float((answer == number)[paired].mean()) if paired.any() else float("nan"),
        "order accuracy": order_accuracy(logits, number, TWINS),
    }


def the_card(shop: Workshop, settings: Settings, mode: str, net: nn.Module, fitted: Fitted, metrics: dict) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        mode: a key of MODES.
        net: the trained net.
        fitted: how the training went.
        metrics: of the card, by their names on it.
    """
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
