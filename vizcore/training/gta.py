"""An embedder of frames, taught by aligning clips of one action: the same moment gets the same vector, whoever it is.

    tokens of two clips of an action (T, 64, 64) -> Embedder, frame by frame -> x, y (T, 64) -> a loss of LOSSES
    the other split's clips -> scores: order and phase of nearest frames, beside baselines and controls

No phase, no joint and no frame number is ever given to a net; only which clips show one action. Temperature and context
are chosen on validation clips; the test split is read once, after all trainings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.nets.embedder import Embedder
from vizcore.models.nets.pose import PATCH
from vizcore.models.weights import Card, card
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.gta_clips import ACTIONS, AMBIGUOUS, COUNTED, SIZE, tokened, world_words
from vizcore.training.gta_controls import controls, metrics_of, pose_net
from vizcore.training.gta_losses import LOSSES, PARTS, LossSettings
from vizcore.training.gta_scores import TAU, embedded, first_of_each, tau_of_some
from vizcore.training.modes import as_stored, frozen_stem
from vizcore.training.tokens import Arrays, state_key
from vizcore.training.workshop import Workshop

TITLE = "Frames embedded by the moment they show"
SPLITS = ("train", "validation", "test")
GTA, UNTRAINED = "gta", "untrained"
BEFORE = f"{GTA}, one frame before"
OBJECTIVES = {GTA: LossSettings(GTA), BEFORE: LossSettings(GTA, context=1), "d3tw": LossSettings("d3tw")}
SHIPPED = {GTA: "gta", "tcc": "gta-tcc"}  # objective -> weight file


@dataclass(frozen=True)
class Settings:
    """How the embedders are made."""

    train: int = 3200  # clips
    validation: int = 320
    test: int = 480
    frames: int = 32  # of a film
    seen: int = 20  # of them, in a step, by chance
    maps: int = 64
    hidden: int = 128
    width: int = 64
    steps: int = 1500
    layouts: tuple[tuple[int, int], ...] = ((3, 4), (6, 2))  # of a batch: actions, clips of each; every two are a pair
    rate: float = 2e-3
    temperatures: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3)  # that tcc is tried with
    seeds: int = 3  # trainings of each objective
    every: int = 30  # steps between two looks at validation clips
    looked_at: int = 6  # clips of each action in such a look


SETTINGS = Settings()
FEW = {"train": 32, "validation": 32, "test": 32, "frames": 6, "seen": 4, "maps": 8, "hidden": 8, "width": 8}
QUICK = Settings(**FEW, steps=4, layouts=((2, 2),), temperatures=(0.1, 1.0), seeds=2, every=2, looked_at=2)


class Learner(nn.Module):
    """A net and what it learnt by the step: buffers, which a checkpoint carries, so that a killed run keeps them."""

    def __init__(self, net: Embedder, steps: int, parts: int):
        super().__init__()
        self.net = net
        self.register_buffer("parts", torch.full((steps, parts), float("nan")))  # of the loss
        self.register_buffer("tau", torch.full((steps,), float("nan")))  # on validation clips, where one was looked at

    @property
    def step(self) -> int:
        """Steps that are done."""
        return int(self.parts[:, 0].isfinite().sum())


@dataclass(frozen=True)
class Trained:
    """One training that is done."""

    net: Embedder  # with its weights as a file keeps them
    fitted: Fitted
    learning: dict[str, list[float]]  # by the step, for the card


@dataclass(frozen=True)
class Bench:
    """What all trainings of a run share."""

    shop: Workshop
    settings: Settings
    stem: nn.Module
    data: Mapping[str, Arrays]
    stamp: str


def train(shop: Workshop) -> None:
    """Tokens of every split, every way with every seed, the test split once, then ship the first seed's nets."""
    settings = QUICK if shop.quick else SETTINGS
    stem = frozen_stem("pose", shop.folder)
    data = {}
    for split in SPLITS:
        with shop.stage(f"GTA: tokens of {split} clips"):
            data[split] = tokened(shop, split, getattr(settings, split), settings.frames, stem)
    stamp = " ".join([repr(settings), state_key(stem), world_words(settings.frames)])
    bench = Bench(shop, settings, stem, data, stamp)
    seeds = range(shop.seed, shop.seed + settings.seeds)
    trained = {name: [one_training(bench, objective, seed) for seed in seeds] for name, objective in OBJECTIVES.items()}
    tuned, tried = tuned_tcc(bench)
    objectives, trained["tcc"] = OBJECTIVES | {"tcc": tuned}, [one_training(bench, tuned, seed) for seed in seeds]
    with shop.stage("GTA: scores"):
        metrics = {name: measured([each.net for each in nets], data) for name, nets in trained.items()}
        metrics[UNTRAINED] = measured([as_stored(fresh(bench, OBJECTIVES["gta"], seed)) for seed in seeds], data)
        beside = controls(data, pose_net(shop))
    for name, file in SHIPPED.items():
        others = {other: row for other, row in (metrics | beside).items() if other != name}
        found = metrics[name] | (besides(others) | tried if name == "gta" else {}) | trained[name][0].learning
        shop.ship(trained[name][0].net.state_dict(), the_card(bench, file, objectives[name], trained[name][0], found))


def tuned_tcc(bench: Bench) -> tuple[LossSettings, dict[str, float]]:
    """TCC with the temperature and the layout of batches that have the best tau on validation clips; the tau of all."""
    settings, ahead, tried = bench.settings, bench.data["validation"], {}
    for layout, temperature in product(range(len(settings.layouts)), settings.temperatures):
        objective = LossSettings("tcc", temperature=temperature, layout=layout)
        net = one_training(bench, objective, bench.shop.seed).net
        tried[objective] = tau_of_some(embedded(net, ahead), ahead["number"], len(ahead["number"]))
        bench.shop.say(f"  {tried_words(objective, settings)}: validation {TAU} {tried[objective]:.3f}\n")
    tables = {f"{tried_words(objective, settings)}: validation {TAU}": tau for objective, tau in tried.items()}
    return max(tried, key=tried.get), tables


def tried_words(objective: LossSettings, settings: Settings) -> str:
    """What a metric calls a setting of TCC."""
    return "tcc at {}, {} x {} clips".format(objective.temperature, *settings.layouts[objective.layout])


def one_training(bench: Bench, objective: LossSettings, seed: int) -> Trained:
    """A trained net, how its training went and what it learnt by the step.

    Args:
        bench: data and settings of all trainings.
        objective: which loss, and its settings.
        seed: of the first weights and of the batches.
    """
    shop, settings = bench.shop, bench.settings
    learner = Learner(fresh(bench, objective, seed), settings.steps, len(PARTS[objective.loss]))
    look = first_of_each(bench.data["validation"], settings.looked_at)
    loss = partial(batch_loss, objective=objective, data=bench.data["train"], look=look, settings=settings)
    plan = Plan(settings.steps, settings.rate, seed)
    tuned = [objective.temperature, objective.layout] if objective.loss == "tcc" else []
    words = (objective.loss, objective.context, *tuned)
    with shop.stage(f"GTA: {' '.join(map(str, words))}, seed {seed}"):
        stamp = bench.stamp + repr(objective)
        fitted = fit(learner, loss, plan, shop.checkpoint("gta", *words, seed), stamp, shop.progress)
    return Trained(as_stored(learner.net), fitted, learnt(learner, PARTS[objective.loss], settings.every))


def fresh(bench: Bench, objective: LossSettings, seed: int) -> Embedder:
    """An untrained net on the frozen stem.

    Args:
        bench: data and settings of all trainings.
        objective: which loss, and its settings.
        seed: of the first weights and of the batches.
    """
    torch.manual_seed(seed)
    shape = {part: getattr(bench.settings, part) for part in ("maps", "hidden", "width")}
    return Embedder(bench.stem, SIZE, PATCH, **shape, context=objective.context).eval()


def batch_loss(
    learner: Learner,
    chance: np.random.Generator,
    objective: LossSettings,
    data: Arrays,
    look: Arrays,
    settings: Settings,
) -> Tensor:
    """The loss of some pairs of clips, each pair of one action, of frames that were drawn by chance.

    Args:
        learner: the net, and what it has learnt so far.
        chance: source of chance of the step.
        objective: which loss, and its settings.
        data: arrays of tokened.
        look: validation clips for tau, every `settings.every` steps.
        settings: sizes and rates of the training.
    """
    step = learner.step
    if step % settings.every == 0:
        learner.net.eval()
        learner.tau[step] = tau_of_some(embedded(learner.net, look), look["number"], settings.looked_at)
        learner.net.train()
    actions, clips = settings.layouts[objective.layout]
    tokens = drawn(data, chance, settings, actions, clips).to(learner.parts.device)
    with torch.autocast(tokens.device.type, torch.bfloat16):
        vectors = learner.net.embed(tokens)
    vectors = vectors.unflatten(0, (actions, clips))
    first, second = np.triu_indices(clips, 1)
    x, y = (vectors[:, places].flatten(0, 1) for places in (first, second))
    parts = LOSSES[objective.loss](x, y, objective, chance)
    learner.parts[step] = torch.stack([parts[name].detach() for name in PARTS[objective.loss]])
    return sum(parts.values())


def drawn(data: Arrays, chance: np.random.Generator, settings: Settings, actions: int, clips: int) -> Tensor:
    """Tokens (B, T, N, C) of clips of some actions, those of one action beside each other, frames in order.

    Args:
        data: arrays of tokened, of clips of every action.
        chance: source of chance of the step.
        settings: sizes and rates of the training.
        actions: how many are drawn.
        clips: of each action.
    """
    picked = chance.choice(len(ACTIONS), actions, replace=False)
    rows = [chance.choice(np.flatnonzero(data["number"] == k), clips, replace=False) for k in picked]
    rows = np.concatenate(rows)
    every = np.tile(np.arange(settings.frames), (len(rows), 1))
    frames = np.sort(chance.permuted(every, axis=1)[:, : settings.seen], 1)
    return torch.from_numpy(data["tokens"][rows[:, None], frames]).float()


def learnt(learner: Learner, parts: Sequence[str], every: int) -> dict[str, list[float]]:
    """What was learnt by the step, in stretches of `every` steps: means of the parts, tau at the beginning of each.

    Args:
        learner: the net, and what it has learnt so far.
        parts: names of the parts of the loss.
        every: steps of a stretch.
    """
    starts = range(0, len(learner.parts), every)
    stretches = torch.stack([learner.parts[start : start + every].mean(0) for start in starts])
    found = {"learning: step": list(starts), "learning: validation tau": learner.tau[::every].tolist()}
    return found | {f"learning: {name}": stretches[:, k].tolist() for k, name in enumerate(parts)}


def measured(nets: Sequence[Embedder], data: Mapping[str, Arrays]) -> dict[str, dict]:
    """{"test METRIC" or "validation tau": mean, sd and seeds} of one objective's nets, one for each seed."""
    rows = []
    for net in nets:
        vectors = {split: embedded(net, data[split]) for split in ("validation", "test")}
        rows.append(metrics_of(vectors, data))
    return {metric: spread([row[metric] for row in rows]) for metric in rows[0]}


def besides(metrics: Mapping[str, dict]) -> dict[str, object]:
    """The metrics of everything that stands beside the net of a card, as "NAME: METRIC"."""
    return {f"{name}: {metric}": value for name, row in metrics.items() for metric, value in row.items()}


def the_card(bench: Bench, file: str, objective: LossSettings, trained: Trained, metrics: Mapping[str, object]) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        bench: data and settings of all trainings.
        file: name of the weight file.
        objective: which loss, and its settings.
        trained: the net and its training.
        metrics: of the card, by their names on it.
    """
    shop, settings = bench.shop, bench.settings
    return Card(
        name=file,
        title=f"{TITLE}: {objective.loss.upper()}",
        about="A vector for each frame of one figure of this project's world, alike at like moments of an action. Each "
        "frame is embedded on its own: Kendall's tau is easy to raise by letting a frame know of its neighbours in "
        "time, up to 1 by merely numbering the frames. It has never seen a photograph.",
        command="python -m vizcore.training pose gta" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in trained.net.parameters()),
        minutes=trained.fitted.seconds / 60,
        recipe=asdict(settings)
        | {"way": asdict(objective), "context": objective.context, "size": SIZE, "seed": shop.seed}
        | {"stem": card("pose", shop.folder).sha256},
        data={
            "clips": {split: getattr(settings, split) for split in SPLITS},
            "classes": list(ACTIONS),
            "counted": list(COUNTED),
            "not counted": list(AMBIGUOUS),
            "seeds": "from 0 in every split; splits share neither chance nor backdrops",
            "world": world_words(settings.frames),
        },
        metrics=dict(metrics),
        curve=trained.fitted.curve,
    )
