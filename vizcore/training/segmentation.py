"""What is done when in long videos: two nets that label frames, and one that finds keypoints, on the same features.

    stories -> features of every frame by the frozen `pose` net -> MS-TCN++, ASFormer: classes of frames
                                                               -> RTK: keypoints - refined - re-assembled

All nets get the same videos, stretches, steps and seeds. RTK's keypoints are trained alone, then jointly with the
graph that refines them, with the graph's gradient to them switched off and, beside it, on (the paper's figure 3).
Thresholds are chosen on validation videos; the test split is read once, after all trainings.
"""

from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.models.nets.ms_tcn import staged_loss
from vizcore.models.nets.segmenters import segmenter
from vizcore.models.segmenters import PLAIN, RTK, SEGMENTERS
from vizcore.models.weights import Card, card
from vizcore.synthetic.doing import CLASSES
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.modes import as_stored
from vizcore.training.segmentation_keypoints import Taught, keypoint_loss, targets
from vizcore.training.segmentation_refinement import Joint, graph_loss
from vizcore.training.segmentation_scores import answered, compared
from vizcore.training.segmentation_videos import pose_net, videos_of, world_words
from vizcore.training.tokens import Arrays
from vizcore.training.workshop import Workshop

FRAME_WISE = tuple(name for name in SEGMENTERS if name not in (RTK, PLAIN))  # that give every frame a class
TITLE = "What is done when"
SPLITS = ("train", "validation", "test")
OFF, ON = "gradient off", "gradient on"  # from the graph to the keypoints
FLOWS = {OFF: True, ON: False}  # is the graph apart
POINTS = 30  # of the curve of a permutation loss


@dataclass(frozen=True)
class Settings:
    """How the nets are made."""

    train: int = 200  # videos
    validation: int = 40
    test: int = 60
    frames: int = 480  # of a video
    stretch: int = 240  # frames of a video that are learnt from at once
    batch: int = 8
    steps: int = 450
    joint: int = 150  # steps of keypoints and graph together, after these
    rate: float = 2e-3
    width: int = 48
    dropout: float = 0.25
    masked: float = 0.1
    seeds: int = 3

    @property
    def sizes(self) -> dict[str, dict[str, float]]:
        """What each net is built with."""
        both = {"width": self.width, "dropout": self.dropout}
        return {
            "ms-tcn": both | {"first": 8, "later": 8, "refinements": 2},
            "asformer": both | {"layers": 8, "decoders": 1, "masked": self.masked},
            RTK: both | {"masked": self.masked},
        }

    @property
    def epoch(self) -> float:
        """Steps in which as many frames are seen as there are to learn from."""
        return self.train * self.frames / (self.batch * self.stretch)


SETTINGS = Settings()
QUICK = Settings(
    train=4, validation=2, test=2, frames=60, stretch=40, batch=2, steps=4, joint=4, width=8, seeds=2
)  # fmt: skip


def train(shop: Workshop) -> None:
    """Features of every split, every net with every seed, the test split once, then ship the first seed's nets."""
    settings = QUICK if shop.quick else SETTINGS
    stem, data = pose_net(shop.folder), {}
    for split in SPLITS:
        with shop.stage(f"Segmentation: features of {split} videos"):
            data[split] = videos_of(shop, split, getattr(settings, split), settings.frames, stem)
    lessons = taught(data["train"])
    stamp = " ".join([repr(settings), card("pose", shop.folder).sha256, world_words(stem.size, settings.frames)])
    trained: dict[str, list[tuple[nn.Module, Fitted]]] = {name: [] for name in (*FRAME_WISE, *FLOWS)}
    for seed in range(shop.seed, shop.seed + settings.seeds):
        for name, one in keypoints(shop, seed, lessons, settings, stamp).items():
            trained[name].append(one)
        for name in FRAME_WISE:
            trained[name].append(frame_wise(shop, name, seed, lessons, settings, stamp))
    with shop.stage("Segmentation: scores"):
        scores = {name: compared([net for net, _ in runs], data) for name, runs in trained.items()}
    joint = trained[OFF][0][0]
    picked = {
        "thresholds": {f"{RTK} {name}".strip(): chosen._asdict() for name, chosen in answered(joint, data)[1].items()}
    }
    curves = {f"permutation loss, {name}": [loss_curve(net, settings) for net, _ in trained[name]] for name in FLOWS}
    beside = {f"{ON}: {name}": value for name, value in scores[ON].items()}
    for name in FRAME_WISE:
        net, fitted = trained[name][0]
        shop.ship(net.state_dict(), the_card(shop, settings, name, net, fitted, scores[name]))
    page = the_card(shop, settings, RTK, joint.net, trained[OFF][0][1], scores[OFF] | beside | curves)
    shop.ship(joint.net.state_dict(), replace(page, recipe=page.recipe | picked))


def taught(data: Arrays) -> Arrays:
    """Features (M, T, WIDTH) and what is taught of every frame, by the names in Taught."""
    each = [targets(labels.astype(np.int64), len(CLASSES)) for labels in data["labels"]]
    return {"features": data["features"]} | {name: np.stack([one[name] for one in each]) for name in Taught._fields}


def frame_wise(
    shop: Workshop, name: str, seed: int, lessons: Arrays, settings: Settings, stamp: str
) -> tuple[nn.Module, Fitted]:
    """A net that labels frames, with its weights as a file keeps them, and how its training went.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        name: a key of FRAME_WISE.
        seed: of the first weights and of the batches.
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
        stamp: what the data depend on; see fit.
    """
    net = fresh(name, seed, lessons, settings)
    loss = partial(label_loss, lessons=lessons, settings=settings)
    with shop.stage(f"Segmentation: {SEGMENTERS[name][0]}, seed {seed}"):
        plan = Plan(settings.steps + settings.joint, settings.rate, seed)
        fitted = fit(net, loss, plan, shop.checkpoint("segmentation", name, seed), stamp, shop.progress)
    return as_stored(net), fitted


def keypoints(
    shop: Workshop, seed: int, lessons: Arrays, settings: Settings, stamp: str
) -> dict[str, tuple[nn.Module, Fitted]]:
    """RTK: keypoints alone, then from there with the graph, once for each way of FLOWS.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        seed: of the first weights and of the batches.
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
        stamp: what the data depend on; see fit.
    """
    net = fresh(RTK, seed, lessons, settings)
    loss = partial(heat_loss, lessons=lessons, settings=settings)
    with shop.stage(f"Segmentation: keypoints, seed {seed}"):
        plan = Plan(settings.steps, settings.rate, seed)
        path = shop.checkpoint("segmentation", "keypoints", seed)
        alone = fit(net.keypoints, loss, plan, path, stamp, shop.progress)
    begun = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    trainings = {}
    for name, apart in FLOWS.items():
        joint = Joint(fresh(RTK, seed, lessons, settings), settings.joint)
        joint.net.load_state_dict(begun)
        joint.net.refiner.matcher.apart = apart
        loss = partial(joint_loss, lessons=lessons, settings=settings)
        plan = Plan(settings.joint, settings.rate / 2, seed, warmup=20, every=50)
        path = shop.checkpoint("segmentation", "rtk", name.replace(" ", "-"), seed)
        with shop.stage(f"Segmentation: keypoints and graph, {name}, seed {seed}"):
            fitted = fit(joint, loss, plan, path, stamp, shop.progress)
        whole = Fitted(alone.curve + fitted.curve, alone.seconds + fitted.seconds)
        trainings[name] = as_stored(joint), whole
    return trainings


def fresh(name: str, seed: int, lessons: Arrays, settings: Settings) -> nn.Module:
    """An untrained net, its inputs levelled.

    Args:
        name: of the net: a key of FRAME_WISE, or RTK.
        seed: of the first weights and of the batches.
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
    """
    torch.manual_seed(seed)
    net = segmenter(SEGMENTERS[name][1], len(CLASSES), settings.sizes[name])
    (net.keypoints if name == RTK else net).level(torch.from_numpy(lessons["features"]))
    return net


def stretches(lessons: Arrays, settings: Settings, chance: np.random.Generator) -> tuple[Tensor, Taught]:
    """Features (B, stretch, WIDTH) of some stretches of videos, and what is taught of them.

    Args:
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
        chance: source of chance of the step.
    """
    count, frames = lessons["labels"].shape
    rows = chance.integers(count, size=(settings.batch, 1))
    times = chance.integers(frames - settings.stretch + 1, size=(settings.batch, 1)) + np.arange(settings.stretch)
    drawn = {name: lessons[name][rows, times] for name in ("features", "labels", "boundaries", "offsets")}
    drawn["classes"] = lessons["classes"][rows, :, times].swapaxes(1, 2)  # numpy puts the frames before the classes
    given = {name: torch.from_numpy(array).float() for name, array in drawn.items()}
    given["labels"] = given["labels"].long()
    return given.pop("features"), Taught(**given)


def label_loss(net: nn.Module, chance: np.random.Generator, lessons: Arrays, settings: Settings) -> Tensor:
    """Of a net that labels frames.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
    """
    features, truth = stretches(lessons, settings, chance)
    return staged_loss(net(features), truth.labels)


def heat_loss(net: nn.Module, chance: np.random.Generator, lessons: Arrays, settings: Settings) -> Tensor:
    """Of a net that finds keypoints.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
    """
    features, truth = stretches(lessons, settings, chance)
    return keypoint_loss(net(features), truth)


def joint_loss(joint: Joint, chance: np.random.Generator, lessons: Arrays, settings: Settings) -> Tensor:
    """Of keypoints and graph; the permutation loss is written down as the step's.

    Args:
        joint: keypoints and graph, and the losses of the steps so far.
        chance: source of chance of the step.
        lessons: features (M, T, WIDTH) and targets of the training videos.
        settings: sizes and rates of the training.
    """
    features, truth = stretches(lessons, settings, chance)
    heat = joint.net.keypoints(features)
    permutation, verdict = graph_loss(joint.net.refiner, heat, truth.labels, chance)
    joint.told[joint.told.isfinite().sum()] = permutation.item()
    return keypoint_loss(heat, truth) + permutation + verdict


def loss_curve(joint: Joint, settings: Settings) -> dict[str, list[float]]:
    """The curve of a permutation loss: epochs, counted from the start of the keypoints' training, and mean losses."""
    parts = np.array_split(joint.told.float().numpy(), min(POINTS, settings.joint))
    ends = settings.steps + np.cumsum([len(part) for part in parts])
    return {
        "epochs": (ends / settings.epoch).round(3).tolist(),
        "losses": [round(float(part.mean()), 4) for part in parts],
    }


def the_card(shop: Workshop, settings: Settings, name: str, net: nn.Module, fitted: Fitted, metrics: dict) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        name: of the net.
        net: the trained net.
        fitted: how the training went.
        metrics: of the card, by their names on it.
    """
    return Card(
        name=f"segmentation-{name}",
        title=f"{TITLE}: {SEGMENTERS[name][0]}",
        about="Tells what one figure of this project's world does when, in long videos. It has never seen a "
        "photograph.",
        command="python -m vizcore.training pose segmentation" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=fitted.seconds / 60,
        recipe=asdict(settings)
        | {"net": name, "sizes": settings.sizes[name], "seed": shop.seed, "stem": card("pose", shop.folder).sha256},
        data={
            "videos": {split: getattr(settings, split) for split in SPLITS},
            "classes": list(CLASSES),
            "seeds": "from 0 in every split; splits share neither chance nor backdrops",
            "world": world_words(card("pose", shop.folder).recipe["size"], settings.frames),
        },
        metrics=metrics,
        curve=fitted.curve,
    )
