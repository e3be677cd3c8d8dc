"""Lamps that change while they move: four ways to look at time, on the same frozen tokens of the carousel.

    clips of carousel() -> the frozen lamp-stem -> tokens (B, 8, 49, 64), tracks (B, 8, 49) -> StemmedViT, each mode

Step one: things at rest, factorized; there every place is its own track, and the task is easy. Step two: every mode
goes on from those same weights on the mix of speeds, with the same clips and steps. So no mode is ahead by luck of a
start, and none has to find out at once what a step of a lamp is and what follows a lantern.

Beside the four stand controls: ata trained with the world's own tracks; factorized and ata whose second step is on
things at rest, too; and trained nets that are given other tracks in the test, which shows what alignment does when
nothing else changes.
Choices were made on validation clips, but for one: the controls at rest were given step two after a first scoring, in
which step one alone had once not got there. The test split is scored after all trainings.
"""

from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.statistics.accuracy import accuracy, accuracy_by, order_accuracy, spread
from vizcore.models.nets.stemmed import StemmedViT
from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import Card, card
from vizcore.synthetic.carousel import FASTEST, KINDS
from vizcore.training.fit import Plan, fit
from vizcore.training.lamp_clips import in_place, looked_at, share_on_track, world_words
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
from vizcore.training.tokens import Arrays, clip_library, gathered, state_key
from vizcore.training.workshop import Workshop

TITLE = "Lamps that change while they move"
TWINS = (1, 0, None, None)
SPEEDS = {
    "at rest": (0.0, 0.0),
    "at 0-4 px a frame": (0.0, 4.0),
    "at 4-8 px a frame": (4.0, 8.0),
    "at 8-12 px a frame": (8.0, FASTEST),
}
REST = "at rest"  # step one
REST_FACTORIZED, REST_ATA = (f"{REST}, {mode}" for mode in ("factorized", "ata"))  # step two is without motion, too
TRACKS = {"ata": MATCHED, TRUE: KNOWN, REST_ATA: MATCHED}  # that a training looks along; the others stay in place
SWITCHES = {  # other tracks that a trained net is given in the test
    "factorized": {ALIGNED: MATCHED},
    "ata": {IN_PLACE: None, KNOWING: KNOWN},
    TRUE: {IN_PLACE: None, ALIGNED: MATCHED},
    REST: {ALIGNED: MATCHED, KNOWING: KNOWN},
}
RESTING = {"train": "train", "test": "test"}  # splits that have clips at rest, too


@dataclass(frozen=True)
class Settings:
    """How the nets are made."""

    train: int = 6000  # clips of the mix
    validation: int = 800
    test: int = 1500
    train_rest: int = 3000  # clips at rest
    test_rest: int = 1000
    width: int = 64
    depth: int = 1
    heads: int = 4
    steps_rest: int = 500
    rate_rest: float = 3e-3
    steps: int = 400
    rate: float = 1e-3
    batch: int = 32
    seeds: int = 3  # trainings of everything


SETTINGS = Settings()
QUICK = Settings(
    train=12, validation=8, test=8, train_rest=8, test_rest=8, steps_rest=2, steps=2, batch=4, seeds=2
)  # fmt: skip
AT_REST = 100_000  # first number of the clips at rest: none is in the mix as well


def train(shop: Workshop) -> None:
    """Tokens of all splits, all trainings of all seeds, the test once, then ship the first seed's net of each mode."""
    settings = QUICK if shop.quick else SETTINGS
    stem = frozen_stem("lamp-stem", shop.folder)
    data = all_tokens(shop, settings, stem)
    seeds = range(shop.seed, shop.seed + settings.seeds)
    trained = {seed: all_trainings(shop, seed, stem, data, settings) for seed in seeds}
    with shop.stage("Lamps: scores"):
        scores = {name: scored([trained[seed][name][0] for seed in seeds], name, data) for name in trained[shop.seed]}
        scores["factorized"] |= beside(scores, {REST: REST, REST_FACTORIZED: REST_FACTORIZED})
        scores["ata"] |= beside(scores, {TRUE: f"with {TRUE}", REST_ATA: REST_ATA}) | track_metrics(data["test"])
    for mode in MODES:
        net, minutes, curve = trained[shop.seed][mode]
        shop.ship(net.state_dict(), the_card(shop, settings, mode, net, minutes, curve, scores[mode]))


def all_tokens(shop: Workshop, settings: Settings, stem: nn.Module) -> dict[str, Arrays]:
    """Clips of every split, of the mix and at rest, as looked_at gives them.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        stem: the frozen net that makes tokens of frames.
    """
    wanted = {split: (split, None, 0, getattr(settings, split)) for split in ("train", "validation", "test")}
    wanted |= {f"{split} at rest": (split, 0.0, AT_REST, getattr(settings, f"{split}_rest")) for split in RESTING}
    data = {}
    for name, (split, speed, first, count) in wanted.items():
        with shop.stage(f"Lamps: tokens of {name} clips"):
            words = ("lamps", 1, split, str(speed), first, state_key(stem), world_words())
            make = partial(looked_at, split=split, speed=speed, stem=stem, first=first)
            bar = partial(_counted, shop)
            data[name] = gathered(clip_library(shop.scratch), words, count, make, bar)
    return data


def _counted(shop: Workshop, done: int, count: int) -> None:
    shop.progress(done, count, float("nan"))


def all_trainings(
    shop: Workshop, seed: int, stem: nn.Module, data: dict[str, Arrays], settings: Settings
) -> dict[str, tuple[StemmedViT, float, list[float]]]:
    """Every training of one seed by its name: the net as a file keeps it, minutes since the start, and the curve.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        seed: of the first weights and of the batches.
        stem: the frozen net that makes tokens of frames.
        data: of all_tokens.
        settings: sizes and rates of the training.
    """
    stamp, trained = f"{settings} {state_key(stem)} {world_words()}", {}
    rest_plan = Plan(settings.steps_rest, settings.rate_rest, seed)
    plan = Plan(settings.steps, settings.rate, seed + 1000)
    for name in (REST, *MODES, TRUE, REST_FACTORIZED, REST_ATA):
        first_step = name == REST
        net = fresh(name, stem, settings, seed)
        if not first_step:
            taught = trained[REST][0].state_dict()
            net.load_state_dict({key: taught[key] for key in net.state_dict()})
        split = "train at rest" if name.startswith(REST) else "train"
        loss = partial(batch_loss, data=data[split], tracks=TRACKS.get(name), batch=settings.batch)
        with shop.stage(f"Lamps: {name}, seed {seed}"):
            path = shop.checkpoint("lamps", name.replace(", ", "-").replace(" ", "-"), seed)
            fitted = fit(net, loss, rest_plan if first_step else plan, path, stamp, shop.progress)
        minutes = fitted.seconds / 60 + (0 if first_step else trained[REST][1])
        trained[name] = as_stored(net), minutes, fitted.curve
        found = summed(logits_of(net, data["validation"], TRACKS.get(name)), data["validation"])
        shop.say(f"  validation { ({key: round(value, 3) for key, value in found.items()}) }\n")
    return trained


def fresh(name: str, stem: nn.Module, settings: Settings, seed: int) -> StemmedViT:
    """An untrained net on the frozen stem.

    Args:
        name: of the training.
        stem: the frozen net that makes tokens of frames.
        settings: sizes and rates of the training.
        seed: of the first weights and of the batches.
    """
    torch.manual_seed(seed)
    mode = {TRUE: "ata", REST_ATA: "ata", REST: "factorized", REST_FACTORIZED: "factorized"}.get(name, name)
    shape = {"width": settings.width, "depth": settings.depth, "heads": settings.heads}
    return StemmedViT(stem, mode, len(KINDS), **shape)


def batch_loss(net: StemmedViT, chance: np.random.Generator, data: Arrays, tracks: str | None, batch: int) -> Tensor:
    """Cross entropy of some clips, half of them in reverse: forward is backward then, and the others stay.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: arrays of looked_at.
        tracks: name of the array of tracks, None for places.
        batch: clips that go through the net together.
    """
    rows = chance.integers(len(data["kind"]), size=batch)
    back = torch.from_numpy(chance.random(batch) < 0.5)
    kind = torch.from_numpy(data["kind"][rows])
    kind = torch.where(back & (kind < 2), 1 - kind, kind)
    return F.cross_entropy(net.classify(*backwards(*drawn(data, rows, tracks), back)), kind)


def summed(logits: np.ndarray, data: Arrays) -> dict[str, float]:
    """Accuracy, also by speed; and order accuracy, which only asks whether a forward clip is forward or backward."""
    by_speed = accuracy_by(logits, data["kind"], data["speed"], list(SPEEDS.values()))
    return {
        "accuracy": accuracy(logits, data["kind"]),
        "order accuracy": order_accuracy(logits, data["kind"], TWINS),
        **{f"accuracy {words}": value for words, value in zip(SPEEDS, by_speed)},
    }


def scored(nets: list[StemmedViT], name: str, data: dict[str, Arrays]) -> dict[str, dict]:
    """The metrics of one training's nets, on the clips at rest, too.

    Args:
        nets: one for each seed.
        name: of the training.
        data: of all_tokens.
    """
    still = data["test at rest"]
    rows = [accuracy(logits_of(net, still, TRACKS.get(name)), still["kind"]) for net in nets]
    found = measured(nets, data, summed, TRACKS.get(name), SWITCHES.get(name, {}))
    return found | {"test at rest accuracy": spread(rows)}


def track_metrics(test: Arrays) -> dict[str, float]:
    """Shares of changing lamps whose tracks still hold at frames 1, 3 and 7 of the test clips, by speed."""
    found = {}
    for ending, order in (("", test[MATCHED]), (f", {IN_PLACE}", in_place(test)), (f", {TRUE}", test[KNOWN])):
        for words, (low, high) in SPEEDS.items():
            inside = test["speed"] == low if low == high else (test["speed"] > low) & (test["speed"] <= high)
            shares = [share_on_track(order, test, frame, inside) for frame in (1, 3, 7)]
            found[f"test tracks kept at frames 1, 3, 7, {words}{ending}"] = shares
    return found


def the_card(
    shop: Workshop, settings: Settings, mode: str, net: nn.Module, minutes: float, curve: list[float], metrics: dict
) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        mode: a key of MODES.
        net: the trained net.
        minutes: of the training.
        curve: of the loss.
        metrics: of the card, by their names on it.
    """
    return Card(
        name=f"lamps-{mode}",
        title=f"{TITLE}: {MODES[mode]}",
        about="Tells whether the lamps of four wandering lanterns stepped forward, backward, not at all, or there and "
        "back. Every frame shows the same colours, so one must follow a lantern. It has never seen a photograph.",
        command="python -m vizcore.training lamp-stem lamps" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=minutes,
        recipe=asdict(settings) | {"mode": mode, "seed": shop.seed, "stem": card("lamp-stem", shop.folder).sha256},
        data={
            "clips": {name: getattr(settings, name) for name in ("train", "validation", "test")},
            "clips at rest": {split: getattr(settings, f"{split}_rest") for split in RESTING},
            "classes": list(KINDS),
            "seeds": f"from 0 in every split, at rest from {AT_REST}; splits share neither chance nor backdrops",
            "world": world_words(),
        },
        metrics=metrics,
        curve=curve,
    )
