"""Pairs of lanterns, one after the other: one residual net with each of the non-local blocks, or with none.

    frames of pair() -> step one: what does each frame show? -> the stages of PairNet, frozen from then on
    clips (B, 48, 2, 5, 5) of those stages -> step two: have the two the same? -> block and head

Step one never compares: it names the lamp and the pattern of single frames, and is made once. Step two is the same for
all blocks: the same clips, steps, batches and seeds. Behind the block there is only a mean and a linear layer: what is
compared is compared by the block. Without one no frame hears of another, and what can be known then has a ceiling
(vizcore.synthetic.pair). Blocks begin with a norm of scale 1: from 0, the identity, some nets learnt one of the two
answers and not the other. Choices were made on validation clips; the test split is scored once, after all trainings.
"""

from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.models.nets.pair_net import PairNet
from vizcore.models.pairs import BLOCKS, NONE
from vizcore.models.weights import Card
from vizcore.synthetic.lantern import PATTERNS, STATES
from vizcore.synthetic.pair import KINDS, ceiling, pair, shown_by
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.modes import as_stored
from vizcore.training.pairs_scores import logits_of, scored, summed
from vizcore.training.tokens import Arrays, as_video, clip_library, fingerprint, gathered, state_key
from vizcore.training.workshop import Workshop

TITLE = "Two lanterns, one after the other"
TITLES = {name: OPERATORS[name].title if name != NONE else "no block" for name in BLOCKS}
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Settings:
    """How the nets are made."""

    train: int = 6000  # clips
    validation: int = 800
    test: int = 2000
    steps_named: int = 1200  # step one
    rate_named: float = 3e-3
    steps: int = 1000  # step two
    rate: float = 1e-2
    batch: int = 64
    seeds: int = 5  # trainings of every block


SETTINGS = Settings()
QUICK = Settings(train=16, validation=8, test=8, steps_named=2, steps=2, batch=4, seeds=2)


class Naming(nn.Module):
    """Step one: the stages, and what names the lamp and the pattern of each frame."""

    def __init__(self, net: PairNet):
        super().__init__()
        self.net, self.name = net, nn.Linear(net.head.in_features, len(STATES) + len(PATTERNS))

    def forward(self, video: Tensor) -> tuple[Tensor, Tensor]:  # (B, 3, T, S, S) -> (B, T, 3), (B, T, 5)
        return self.name(self.net.clip(video).mean((3, 4)).transpose(1, 2)).split([len(STATES), len(PATTERNS)], -1)


def train(shop: Workshop) -> None:
    """Step one, clips of all splits, all trainings, the test once, then ship the first seed's net of each block."""
    settings = QUICK if shop.quick else SETTINGS
    named, minutes, found = named_net(shop, settings)
    data = {}
    for split in SPLITS:
        with shop.stage(f"Spectral: {split} clips through the stages"):
            words = ("seen pairs", 1, split, state_key(named), world_words())
            make = partial(features_of, named, split=split)
            data[split] = gathered(
                clip_library(shop.scratch), words, getattr(settings, split), make, partial(_counted, shop)
            )
    stamp = f"{settings} {state_key(named)} {world_words()}"
    trained: dict[str, list[tuple[PairNet, Fitted]]] = {name: [] for name in BLOCKS}
    for seed in range(shop.seed, shop.seed + settings.seeds):
        for name, runs in trained.items():
            runs.append(one_training(shop, name, seed, named, data, settings, stamp))
    with shop.stage("Spectral: scores"):
        scores = {name: scored([net for net, _ in runs], data) | found for name, runs in trained.items()}
    for name in BLOCKS:
        net, fitted = trained[name][0]
        spent = minutes + fitted.seconds / 60
        shop.ship(net.state_dict(), the_card(shop, settings, name, net, spent, fitted.curve, scores[name]))


def named_net(shop: Workshop, settings: Settings) -> tuple[PairNet, float, dict[str, float]]:
    """Step one: a net without a block, as a file keeps it, minutes, and how often it names lamps and patterns right."""
    with shop.stage("Spectral: frames"):
        frames = {
            split: gathered(
                clip_library(shop.scratch),
                ("pairs", 1, split, world_words()),
                getattr(settings, split),
                partial(filmed, split=split),
                partial(_counted, shop),
            )
            for split in ("train", "validation")
        }
    torch.manual_seed(shop.seed)
    naming = Naming(PairNet()).to(memory_format=torch.channels_last)
    loss = partial(naming_loss, data=frames["train"], batch=settings.batch)
    plan = Plan(settings.steps_named, settings.rate_named, shop.seed)
    with shop.stage("Spectral: names"):
        path, stamp = shop.checkpoint("pairs-names", shop.seed), f"{settings.train} {world_words()}"
        fitted = fit(naming, loss, plan, path, stamp, shop.progress)
    truth, pictures = frames["validation"], as_video(frames["validation"]["frames"]).transpose(1, 2)
    with torch.no_grad():
        predicted = naming(pictures)
    found = {
        f"validation {key} named": float((logits.argmax(-1).numpy() == truth[key]).mean())
        for key, logits in zip(("lamp", "pattern"), predicted)
    }
    shop.say(f"  {found}\n")
    return as_stored(naming.net.to(memory_format=torch.contiguous_format)), fitted.seconds / 60, found


def filmed(numbers: range, split: str) -> Arrays:
    """Clips: frames (M, 2, S, S, 3) uint8, kind (M,), lamp (M, 2) and pattern (M, 2) of the two lanterns."""
    shown = [shown_by(number, split) for number in numbers]
    frames = np.stack([pair(number, split).frames for number in numbers])
    return {"frames": frames} | {key: np.stack([one[key] for one in shown]) for key in ("kind", "lamp", "pattern")}


@torch.no_grad()
def features_of(net: PairNet, numbers: range, split: str) -> Arrays:
    """Clips as the stages see them: kind (M,); clip and, of mirrored frames, mirror (M, 48, 2, 5, 5) float16.

    Args:
        net: whose stages make the features.
        numbers: of clips, 0 or more: their seeds.
        split: "train", "validation" or "test".
    """
    clips = filmed(numbers, split)
    videos = {"clip": clips["frames"], "mirror": clips["frames"][:, :, :, ::-1]}
    features = {key: net.clip(as_video(frames).transpose(1, 2)).half().numpy() for key, frames in videos.items()}
    return features | {"kind": clips["kind"]}


def one_training(
    shop: Workshop, name: str, seed: int, named: PairNet, data: dict[str, Arrays], settings: Settings, stamp: str
) -> tuple[PairNet, Fitted]:
    """A block's net of one seed, as a file keeps it, and how its second step went.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        name: of the block.
        seed: of the first weights and of the batches.
        named: the net of step one.
        data: {split: arrays of features_of}.
        settings: sizes and rates of the training.
        stamp: what the data depend on; see fit.
    """
    net = fresh(name, seed, named)
    loss = partial(batch_loss, data=data["train"], batch=settings.batch)
    plan = Plan(settings.steps, settings.rate, seed)
    with shop.stage(f"Spectral: {name}, seed {seed}"):
        fitted = fit(net, loss, plan, shop.checkpoint("pairs", name, seed), stamp, shop.progress)
    net = as_stored(net)
    found = summed(logits_of(net, data["validation"]), data["validation"])
    shop.say(f"  validation { ({key: round(value, 3) for key, value in found.items()}) }\n")
    return net, fitted


def fresh(name: str, seed: int, named: PairNet) -> PairNet:
    """A net with a block, its stages as step one left them, and frozen; its head is that of all blocks of the seed.

    Args:
        name: of the block.
        seed: of the first weights and of the batches.
        named: the net of step one.
    """
    torch.manual_seed(seed)
    net = PairNet(name)
    net.stages.load_state_dict(named.stages.state_dict())
    net.stages.requires_grad_(False)
    torch.manual_seed(seed)
    net.head.reset_parameters()
    return net


def drawn(data: Arrays, chance: np.random.Generator, batch: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some clips: their rows (B,), the order of their frames (B, 2), and which frames are mirrored (B, 2).

    Args:
        data: arrays with kind (M,).
        chance: source of chance of the step.
        batch: clips that go through the net together.
    """
    rows = chance.integers(len(data["kind"]), size=batch)
    return rows, chance.permuted(np.tile([0, 1], (batch, 1)), axis=1), chance.random((batch, 2)) < 0.5


def naming_loss(net: Naming, chance: np.random.Generator, data: Arrays, batch: int) -> Tensor:
    """Cross entropies of the lamps and patterns of some frames.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: arrays of filmed.
        batch: clips that go through the net together.
    """
    rows, order, mirrored = drawn(data, chance, batch)
    frames = data["frames"][rows[:, None], order]  # (B, 2, S, S, 3)
    frames = np.where(mirrored[..., None, None, None], frames[:, :, :, ::-1], frames)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = net(as_video(frames).transpose(1, 2))
    truth = [torch.from_numpy(data[key][rows[:, None], order]).flatten() for key in ("lamp", "pattern")]
    return sum(F.cross_entropy(logits.float().flatten(0, 1), number) for logits, number in zip(predicted, truth))


def batch_loss(net: PairNet, chance: np.random.Generator, data: Arrays, batch: int) -> Tensor:
    """Cross entropy of what some pairs have in common; what they have does not depend on who comes first.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: arrays of features_of.
        batch: clips that go through the net together.
    """
    rows, order, mirrored = drawn(data, chance, batch)
    plain, mirror = (data[key].swapaxes(1, 2)[rows[:, None], order] for key in ("clip", "mirror"))  # (B, 2, 48, 5, 5)
    clip = torch.from_numpy(np.where(mirrored[..., None, None, None], mirror, plain)).float().transpose(1, 2)
    return F.cross_entropy(net.classify(clip), torch.from_numpy(data["kind"][rows]))


def world_words() -> str:
    """How the world draws pairs today."""
    return fingerprint(pair(number, "train") for number in range(3))


def _counted(shop: Workshop, done: int, count: int) -> None:
    shop.progress(done, count, float("nan"))


def the_card(
    shop: Workshop, settings: Settings, name: str, net: nn.Module, minutes: float, curve: list[float], metrics: dict
) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        name: of the block.
        net: the trained net.
        minutes: of the training.
        curve: of the loss.
        metrics: of the card, by their names on it.
    """
    return Card(
        name=f"pairs-{name}",
        title=f"{TITLE}: {TITLES[name]}",
        about="Tells of two lanterns, shown one after the other, whether their lamps have the same colour and their "
        "bodies the same pattern. It has never seen a photograph.",
        command="python -m vizcore.training pairs" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=minutes,
        recipe=asdict(settings) | {"block": name, "seed": shop.seed},
        data={
            "clips": {split: getattr(settings, split) for split in SPLITS},
            "classes": list(KINDS),
            "ceiling without a block": {"lamp accuracy": ceiling(len(STATES)), "body accuracy": ceiling(len(PATTERNS))},
            "seeds": "from 0 in every split; splits share neither chance nor backdrops",
            "world": world_words(),
        },
        metrics=metrics,
        curve=curve,
    )
