"""The stem of the lamps: tokens that say which body a patch lies on, more loudly than what colour its lamp has.

    frames -> Stem -> tokens (B, N, C) - reading head, for training only -> lantern or not, lamp, colours of the body
                                       - cosines of two frames, InfoNCE  -> patches of one body are alike in all frames

A matching that follows the loudest thing in a token would follow a lamp's colour to the next lamp of that colour, at
just the moment that matters. The second loss makes two patches of one body alike whatever its lamp does.
"""

from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.graph_matching import log_sinkhorn
from vizcore.algorithms.matching.matching import align
from vizcore.models.nets.stems import Stem
from vizcore.models.weights import Card, packed
from vizcore.synthetic.carousel import NOISE, carousel
from vizcore.synthetic.truth import recall
from vizcore.training.fit import Fitted, Plan, fit
from vizcore.training.lamp_clips import GRID, in_place, looked_at, pictures, share_on_track, world_words
from vizcore.training.tokens import Arrays, as_video, clip_library, gathered
from vizcore.training.workshop import Workshop

TITLE = "Tokens that follow a lamp's body"
LAMPS, COLOURS = 4, 6  # no lamp, red, green, blue; RGB of both colours of a body
FIRST = 200_000  # number of a clip: no net that looks at time sees the same bodies again
SCORED = {"at rest": 0.0, "8 px a frame": 8.0, "10 px a frame": 10.0, "12 px a frame": 12.0, "the mix": None}


@dataclass(frozen=True)
class Settings:
    """How the stem is made."""

    train: int = 4500  # clips
    validation: int = 200  # of every speed
    widths: tuple[int, int, int] = (24, 48, 96)
    width: int = 64
    steps: int = 2400
    batch: int = 48  # clips, two frames of each
    rate: float = 3e-3
    temperature: float = 0.1  # of the cosines
    turns: int = 5  # of Sinkhorn's normalisation, rows first; 1 is InfoNCE as it is known
    fullness: float = 1.0  # a patch counts by this power of what lanterns cover of it
    contrast: float = 2.0  # weight of InfoNCE
    background: float = 0.25  # weight of patches without a lamp, which are many
    colour: float = 3.0  # weight of the body's colours


SETTINGS = Settings()
QUICK = Settings(train=16, validation=4, steps=4, batch=4)


class Reading(nn.Module):
    """A stem and what is read off its tokens in training: (K, N, 1 + 4 + 6)."""

    def __init__(self, stem: Stem):
        super().__init__()
        self.stem, self.head = stem, nn.Linear(stem.width, 1 + LAMPS + COLOURS)


def train(shop: Workshop) -> None:
    """Pictures, one training, the scores of its matching on validation clips, then ship."""
    settings = QUICK if shop.quick else SETTINGS
    with shop.stage("Lamp stem: pictures"):
        data = gathered(
            clip_library(shop.scratch),
            ("lamp pictures", 3, world_words()),
            settings.train,
            partial(pictures, split="train", first=FIRST),
            lambda done, all_: shop.progress(done, all_, float("nan")),
        )
    torch.manual_seed(shop.seed)
    net = Reading(Stem(settings.widths, 0, settings.width)).to(memory_format=torch.channels_last)
    loss = partial(batch_loss, data=data, settings=settings)
    plan = Plan(settings.steps, settings.rate, shop.seed)
    with shop.stage("Lamp stem: training"):
        path, stamp = shop.checkpoint("lamp-stem", shop.seed), f"{settings} {world_words()}"
        fitted = fit(net, loss, plan, path, stamp, shop.progress)
    stem = net.stem.to(memory_format=torch.contiguous_format)
    stem.load_state_dict({key: packed(tensor).float() for key, tensor in stem.state_dict().items()})
    with shop.stage("Lamp stem: matching on validation clips"):
        metrics = scores(stem, settings)
    shop.ship(stem.state_dict(), the_card(shop, settings, stem, fitted, metrics))


def batch_loss(net: Reading, chance: np.random.Generator, data: Arrays, settings: Settings) -> Tensor:
    """What a few clips, two frames of each, cost.

    Args:
        net: whose weights are trained.
        chance: source of chance of the step.
        data: arrays of pictures.
        settings: sizes and rates of the training.
    """
    clips = chance.integers(len(data["frames"]), size=settings.batch)
    frames = chance.permuted(np.tile(np.arange(data["frames"].shape[1]), (settings.batch, 1)), axis=1)[:, :2]
    rows = clips[:, None], frames  # (B, 2)
    holder, lamp = (torch.from_numpy(data[name][rows]).long() for name in ("holder", "lamp"))  # (B, 2, N)
    share = torch.from_numpy(data["share"][clips, frames[:, 0]]).float()  # (B, N)
    colours = torch.from_numpy(data["colours"][clips[:, None, None], data["holder"][rows]])  # (B, 2, N, 6)
    video = as_video(data["frames"][rows]).flatten(0, 1).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        tokens = net.stem(video)
    tokens = tokens.float().unflatten(0, holder.shape[:2])  # (B, 2, N, C)
    read = reading_loss(net.head(tokens), holder, lamp, colours, settings)
    return read + settings.contrast * contrast(*tokens.unbind(1), *holder.unbind(1), share, settings)


def reading_loss(read: Tensor, holder: Tensor, lamp: Tensor, colours: Tensor, settings: Settings) -> Tensor:
    """How badly lanterns, lamps and colours are read: read (B, 2, N, 11), the others by patch.

    Args:
        read: (B, 2, N, 11) logit of a lantern, logits of its lamp, its two colours.
        holder: (B, 2, N) int, the lantern of each patch, -1 for none.
        lamp: (B, 2, N) int, 0 for none, 1 to 3 for its colour.
        colours: (B, 2, N, 6), 0 to 1.
        settings: sizes and rates of the training.
    """
    held = (holder >= 0).float()
    presence, state, colour = read.split([1, LAMPS, COLOURS], -1)
    weight = torch.tensor([settings.background, 1, 1, 1])
    off = F.smooth_l1_loss(colour, 2 * colours - 1, reduction="none").mean(-1)
    return (
        F.binary_cross_entropy_with_logits(presence[..., 0], held)
        + F.cross_entropy(state.flatten(0, -2), lamp.flatten(), weight)
        + settings.colour * (off * held).sum() / held.sum().clamp(min=1)
    )


def contrast(here: Tensor, there: Tensor, holder: Tensor, other: Tensor, share: Tensor, settings: Settings) -> Tensor:
    """InfoNCE of patches on one lantern in two frames, under the rule of a matching: every patch has one partner.

    The patches of the other frame compete for each patch, and, by Sinkhorn's turns, the patches of this one for each of
    the other. Where a body covers fewer patches than before, somebody must give way: patches that are full of it count
    most, so it is those at its rim.

    Args:
        here, there: tokens (B, N, C) of the two frames.
        holder, other: (B, N) the lantern of each of their patches, -1 for none.
        share: (B, N) how much of each patch of the first frame lanterns cover.
        settings: sizes and rates of the training.
    """
    cosine = F.normalize(here, dim=-1) @ F.normalize(there, dim=-1).transpose(1, 2)  # (B, N, N)
    plan = log_sinkhorn(cosine, settings.temperature, settings.turns)
    same = (holder[:, :, None] == other[:, None]) & (holder[:, :, None] >= 0)
    found = plan.masked_fill(~same, -torch.inf).logsumexp(-1)  # (B, N)
    weight = torch.where(same.any(-1), share**settings.fullness, 0)
    return -(found.masked_fill(weight == 0, 0) * weight).sum() / weight.sum().clamp(min=1e-6)


def scores(stem: nn.Module, settings: Settings) -> dict[str, object]:
    """How far tracks hold on validation clips, by tokens, by raw pixels and without alignment; and by size of lamp."""
    found: dict[str, object] = {}
    numbers = range(settings.validation)
    for words, speed in SCORED.items():
        data = looked_at(numbers, "validation", speed, stem)
        orders = {"tokens": data["order"], "pixels": by_pixels(numbers, speed), "no alignment": in_place(data)}
        for name, order in (orders | {"truth": data["true"]}).items():
            shares = [share_on_track(order, data, t) for t in (1, 3, 7)]
            found[f"validation kept at frames 1, 3, 7, {words}, {name}"] = shares
        found[f"validation recall, {words}"] = recalls(numbers, speed, data["order"])
    for lamp in (0.6, 1.0, 1.4, 1.8):
        data = looked_at(numbers, "validation", 10.0, stem, lamp=lamp)
        share = share_on_track(data["order"], data, 7)
        found[f"validation kept at frame 7, 10 px a frame, lamps {lamp} times as large"] = share
    return found


def by_pixels(numbers: range, speed: float | None) -> np.ndarray:
    """(M, T, N) tracks by the likeness of the patches' pixels themselves."""
    clips = (carousel(number, "validation", speed=speed, noise=NOISE, truth=False) for number in numbers)
    return np.stack([align(describe(clip.frames, GRID, "pixels"))[1] for clip in clips])


def recalls(numbers: range, speed: float | None, order: np.ndarray) -> dict[str, float]:
    """Mean recall of the steps of tracks, over all pixels of lanterns, and of changing ones when they change.

    Args:
        numbers: of M clips.
        speed: units an instant, None for the mix.
        order: (M, T, N) tracks.
    """
    always, changing = [], []
    for tracks, number in zip(order.astype(np.int64), numbers):
        truth = carousel(number, "validation", speed=speed).truth
        changes = {event.frame: truth.surface[event.frame - 1] for event in truth.events}
        steppers = [event.thing + 1 for event in truth.events]
        for t in range(len(tracks) - 1):
            sigma = tracks[t + 1][np.argsort(tracks[t])]
            always.append(recall(truth.votes(t, t + 1, GRID), sigma))
            if t + 1 in changes:
                changing.append(recall(truth.votes(t, t + 1, GRID, np.isin(changes[t + 1], steppers)), sigma))
    return {"always": float(np.nanmean(always)), "at a change": float(np.nanmean(changing or [np.nan]))}


def the_card(shop: Workshop, settings: Settings, stem: nn.Module, fitted: Fitted, metrics: dict) -> Card:
    """What the weights are, how they were made and how well they do.

    Args:
        shop: where weights, checkpoints and caches lie, and progress is shown.
        settings: sizes and rates of the training.
        stem: the trained one.
        fitted: how the training went.
        metrics: of the card, by their names on it.
    """
    return Card(
        name="lamp-stem",
        title=TITLE,
        about="Turns each frame of the carousel of lamps into one token for every 8 px, made for matching: bodies are "
        "alike in all frames, whatever their lamps do. It has never seen a photograph.",
        command="python -m vizcore.training lamp-stem" + (f" --seed {shop.seed}" if shop.seed else ""),
        parameters=sum(weight.numel() for weight in stem.parameters()),
        minutes=fitted.seconds / 60,
        recipe=asdict(settings) | {"seed": shop.seed},
        data={"split": "train", "clips": settings.train, "seeds": f"from {FIRST}", "world": world_words()},
        metrics=metrics,
        curve=fitted.curve,
    )
