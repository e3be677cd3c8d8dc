"""The shared backbone of the figures: which body part is where in a frame, learnt from the world's free truth.

    clips of act() -> targets of every patch -> PoseNet: parts, centres of parts, joints, and content that moved

Pairs of neighbouring frames are trained on together: beside parts and joints, a token should be most like the token
that its content moved to (InfoNCE), so that later nets can match by it.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.models.nets.pose import PARTS, PATCH, Pose, PoseNet
from vizcore.models.weights import Card, packed
from vizcore.synthetic.act import act
from vizcore.synthetic.figure import PARTS as PART_NAMES
from vizcore.synthetic.truth import Truth
from vizcore.training.fit import Plan, fit
from vizcore.training.pose_scores import best_thresholds, part_logits, scores
from vizcore.training.tokens import Arrays, as_video, clip_library, fingerprint, gathered
from vizcore.training.workshop import Workshop

TITLE = "Pose: body parts and joints of a figure"
ENOUGH = 3  # px of a part in a patch that count as there
SCALE = 254.0  # centres are kept as whole numbers: -0.5..0.5 is -127..127
FRAMES = 4  # of a training clip, over the whole action


@dataclass(frozen=True)
class Settings:
    """How the backbone is made."""

    train: int = 8000  # clips
    validation: int = 300
    test: int = 600
    size: int = 64
    widths: tuple[int, int, int] = (32, 64, 128)
    depth: int = 2
    steps: int = 3500
    pairs: int = 64  # of neighbouring frames in a batch
    rate: float = 3e-3
    centre: float = 0.5  # weights of the losses, beside 1 for the parts
    joint: float = 3.0
    content: float = 0.1


SETTINGS = Settings()
QUICK = Settings(train=12, validation=4, test=4, widths=(8, 12, 16), depth=1, steps=8, pairs=4)


def train(shop: Workshop) -> None:
    """Make the data, train, choose thresholds on validation clips, read the test split once, ship."""
    settings = QUICK if shop.quick else SETTINGS
    data = {}
    for split in ("train", "validation", "test"):
        with shop.stage(f"Pose: {split} clips"):
            data[split] = pictured(shop, split, getattr(settings, split), settings.size)
    torch.manual_seed(shop.seed)
    net = PoseNet(settings.size, settings.widths, settings.depth).to(memory_format=torch.channels_last)
    plan = Plan(settings.steps, settings.rate, shop.seed, warmup=100, clip=2.0, every=250)
    loss = partial(batch_loss, data=data["train"], settings=settings, weights=part_weights(data["train"]["occupied"]))
    stamp = repr(settings) + world_words(settings.size)
    with shop.stage("Pose: training"):
        fitted = fit(net, loss, plan, shop.checkpoint("pose", shop.seed), stamp, shop.progress)
    net.to(memory_format=torch.contiguous_format).settle()
    with torch.no_grad():  # 0 becomes the logit from which on it is best to say that a part is there
        net.part.bias[::3] -= best_thresholds(*part_logits(net, data["validation"]))
    net.load_state_dict({name: packed(tensor).float() for name, tensor in net.state_dict().items()})
    metrics = {
        f"{split} {metric}": value
        for split in ("validation", "test")
        for metric, value in scores(net, data[split]).items()
    }
    shop.say(f"{metrics}\n")
    shop.ship(net.state_dict(), the_card(shop, settings, net, fitted, metrics))


def the_card(shop: Workshop, settings: Settings, net: nn.Module, fitted, metrics: dict) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        net: the trained net.
        fitted: how the training went.
        metrics: of the card, by their names on it.
    """
    return Card(
        name="pose",
        title=TITLE,
        about="Tokens of 8 x 8 px for later nets, and a reader of parts and joints of one figure of this project's "
        "world at 64 px, facing sideways. It has never seen a photograph.",
        command="python -m vizcore.training pose",
        parameters=sum(weight.numel() for weight in net.parameters()),
        minutes=fitted.seconds / 60,
        recipe=asdict(settings) | {"seed": shop.seed, "frames": FRAMES},
        data={
            "clips": {split: getattr(settings, split) for split in ("train", "validation", "test")},
            "seeds": "from 0 in every split; splits share neither chance nor backdrops",
            "world": world_words(settings.size),
        },
        metrics=metrics,
        curve=fitted.curve,
    )


@lru_cache
def world_words(size: int) -> str:
    """How the world draws the figures today."""
    return fingerprint(act(number, "train", size=size, count=FRAMES) for number in range(3))


def pictured(shop: Workshop, split: str, count: int, size: int) -> Arrays:
    """Frames and targets of a split's first clips.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        split: "train", "validation" or "test".
        count: clips.
        size: px of a side.
    """
    words = ("pose", 1, split, size, FRAMES, world_words(size))
    progress = lambda done, count: shop.progress(done, count, float("nan"))  # noqa: E731
    return gathered(clip_library(shop.scratch), words, count, partial(rendered, split=split, size=size), progress)


def rendered(numbers: range, split: str, size: int) -> Arrays:
    """Frames (M, T, S, S, 3), joints (M, T, 14, 2) from 0 to 1 and, as below, targets and partners of clips.

    Args:
        numbers: of clips, 0 or more: their seeds.
        split: "train", "validation" or "test".
        size: px of a side.
    """
    clips = [act(number, split, size=size, count=FRAMES) for number in numbers]
    grid = (size // PATCH, size // PATCH)
    targets = [patch_targets(part_map(clip.truth)) for clip in clips]
    return {
        "frames": np.stack([clip.frames for clip in clips]),
        "occupied": np.stack([occupied for occupied, _ in targets]),
        "centres": np.stack([centres for _, centres in targets]),
        "joints": np.stack([clip.truth.joints[:, actor(clip.truth)] for clip in clips]) / size,
        "partners": np.stack([partners(clip.truth, grid) for clip in clips]),
    }


def actor(truth: Truth) -> int:
    """The thing that acts."""
    return next(k for k, thing in enumerate(truth.things) if thing.role == "actor")


def part_map(truth: Truth) -> np.ndarray:
    """(T, S, S) int: 1 to 13 for the actor's parts, the last of which is what it handles; 0 for all else."""
    who = actor(truth)
    of_surface = np.zeros(len(truth.surfaces), np.int64)
    for k, surface in enumerate(truth.surfaces):
        if surface.thing == who and surface.name in PART_NAMES:
            of_surface[k] = 1 + PART_NAMES.index(surface.name)
        elif surface.thing is not None and truth.things[surface.thing].owner == who:
            of_surface[k] = PARTS
    return of_surface[truth.surface]


def patch_targets(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which parts are in which patch, and where.

    Args:
        parts: (T, S, S) int, 0 to 13.

    Returns:
        occupied: (T, N, 13) bool: at least ENOUGH px of the part are in the patch.
        centres: (T, N, 13, 2) int8: middle of those px, x and y from the patch's middle in 1 / SCALE of its side.
    """
    frames, size = parts.shape[:2]
    side = size // PATCH
    cut = parts.reshape(frames, side, PATCH, side, PATCH).swapaxes(2, 3).reshape(frames, side * side, -1)  # (T, N, 64)
    inside = cut[..., None] == np.arange(1, PARTS + 1)  # (T, N, 64, 13)
    count = inside.sum(2)
    y, x = (np.indices((PATCH, PATCH)).reshape(2, -1) + 0.5) / PATCH - 0.5
    sums = np.einsum("tnpk,px->tnkx", inside, np.stack([x, y], -1), optimize=True)
    return count >= ENOUGH, np.rint(sums / np.maximum(count, 1)[..., None] * SCALE).astype(np.int8)


def partners(truth: Truth, grid: tuple[int, int]) -> np.ndarray:
    """(T - 1, N) int8: the patch of the next frame that most px of a patch's things move to; -1 where there are few."""
    found = []
    for t in range(len(truth.surface) - 1):
        votes = truth.votes(t, t + 1, grid)
        found.append(np.where(votes.max(1) >= 2 * ENOUGH, votes.argmax(1), -1))
    return np.stack(found).astype(np.int8)


def part_weights(occupied: np.ndarray) -> Tensor:
    """(13,) what a present part counts for against an absent one: more for rare ones, mildly."""
    share = occupied[::7].mean((0, 1, 2))
    return torch.from_numpy(((1 - share) / (share + 1e-4)) ** 0.25).float()


def batch_loss(
    net: nn.Module, chance: np.random.Generator, data: Arrays, settings: Settings, weights: Tensor
) -> Tensor:
    """The loss of some pairs of neighbouring frames, looked at in other colours and from the other side.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: arrays of rendered.
        settings: sizes and rates of the training.
        weights: (13,) of positives of each part.
    """
    rows = chance.integers(len(data["frames"]), size=settings.pairs)[:, None]
    first = chance.integers(FRAMES - 1, size=settings.pairs)
    both = first[:, None] + np.arange(2)  # (P, 2)
    batch = {name: data[name][rows, both] for name in ("frames", "occupied", "centres", "joints")}
    batch["partners"] = data["partners"][rows[:, 0], first]
    if chance.random() < 0.5:
        batch = mirrored(batch)
    pictures = recoloured(as_video(batch["frames"]).flatten(0, 1), chance)
    with torch.autocast("cpu", torch.bfloat16):
        pose = net(pictures.contiguous(memory_format=torch.channels_last))
    return pose_loss(pose, batch, weights, settings)


def mirrored(batch: Arrays) -> Arrays:
    """The batch as a mirror shows it; near and far limbs keep their names, for they are not left and right."""
    side = round(batch["occupied"].shape[2] ** 0.5)
    flip = np.arange(side * side).reshape(side, side)[:, ::-1].ravel()  # patch n is where patch flip[n] was
    was = batch["partners"][:, flip]
    return {
        "frames": batch["frames"][..., ::-1, :],
        "occupied": batch["occupied"][:, :, flip],
        "centres": batch["centres"][:, :, flip] * np.array([-1, 1], np.int8),
        "joints": np.array([1, 0], np.float32) + batch["joints"] * np.array([-1, 1], np.float32),
        "partners": np.where(was >= 0, flip[was], -1),
    }


def recoloured(pictures: Tensor, chance: np.random.Generator) -> Tensor:
    """Pictures (K, 3, S, S) with their colours swapped, and a little brighter, darker, harder or softer."""
    order = torch.from_numpy(chance.permutation(3))
    return pictures[:, order] * float(chance.uniform(0.8, 1.2)) + float(chance.uniform(-0.15, 0.15))


def pose_loss(pose: Pose, batch: Arrays, weights: Tensor, settings: Settings) -> Tensor:
    """Parts that are there, where they are, the joints, and tokens alike where content is the same.

    Args:
        pose: answer of the net for 2 P frames.
        batch: targets of P pairs of frames, as of rendered.
        weights: (13,) of positives of each part.
        settings: sizes and rates of the training.
    """
    occupied = torch.from_numpy(batch["occupied"]).flatten(0, 1).float()  # (K, N, 13)
    centres = torch.from_numpy(batch["centres"]).flatten(0, 1).float() / SCALE
    joints = torch.from_numpy(batch["joints"]).flatten(0, 1).float()
    there = F.binary_cross_entropy_with_logits(pose.parts, occupied, pos_weight=weights)
    off = (pose.centres - centres).square().sum(-1)  # (K, N, 13)
    where = (off * occupied).sum() / occupied.sum().clamp(min=1)
    joint = F.smooth_l1_loss(pose.joints, joints, beta=0.02)
    pairs = pose.tokens.unflatten(0, (-1, 2))
    alike = same_content(pairs, torch.from_numpy(batch["partners"]).long())
    return there + settings.centre * where + settings.joint * joint + settings.content * alike


def same_content(tokens: Tensor, partners: Tensor, temperature: float = 0.1) -> Tensor:
    """InfoNCE of tokens in pairs of frames: a patch should be most like the patch that its content moved to.

    Args:
        tokens: (P, 2, N, D) of both frames of P pairs.
        partners: (P, N) int64, where patch i of the first frame went in the second; -1 where nobody knows.
        temperature: of the cosine.

    Returns:
        () mean over the patches that have a partner; 0 if none has.
    """
    first, second = F.normalize(tokens.float(), dim=-1).unbind(1)
    logits = first @ second.transpose(1, 2) / temperature  # (P, N, N)
    known = partners >= 0
    total = F.cross_entropy(logits.flatten(0, 1), partners.flatten(), ignore_index=-1, reduction="sum")
    return total / known.sum().clamp(min=1)
