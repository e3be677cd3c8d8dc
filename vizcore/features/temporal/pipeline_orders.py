"""Does the answer change when time does? The same frames reversed, shuffled, or one of them frozen.

frames (T, H, W, 3) - put into each of ORDERS - the ways to look at time -> answers for the clip (O, M, C) -> Orders
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from vizcore.algorithms.matching.token_mixing import MIXINGS, TEMPERATURE, divergence
from vizcore.features.temporal.pipeline_families import NETS, OFF, family_of
from vizcore.features.temporal.pipeline_mixing import (
    ACROSS,
    FRAMES,
    LAYER,
    NET,
    SPAN,
    VERSION,
    MixingSettings,
    frames_of_film,
    mixed_pass,
)
from vizcore.features.temporal.pipeline_verdict_mixing import orders_verdict
from vizcore.models import MODELS
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import Badge, badge, badge_of, origin
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import probe, read_frames

FILMED = "as filmed"
LEAST = 1e-12  # of a probability whose logarithm is taken


def _shuffled(count: int) -> np.ndarray:
    """(T,) an order by chance, the same every time, that is no other of ORDERS where there are four frames or more."""
    return np.random.default_rng(0).permutation(count)


ORDERS = {  # name: which frames of T are shown, in which order
    FILMED: np.arange,
    "reversed": lambda count: np.arange(count)[::-1],
    "shuffled": _shuffled,
    "frozen": lambda count: np.full(count, count // 2),
}


@dataclass(frozen=True, eq=False)
class Orders:
    """What each way to look at time says of a clip whose frames come in another order."""

    names: tuple[str, ...]  # (M,) of the ways to look at time
    classes: tuple[str, ...]
    probabilities: np.ndarray  # (O, M, C), by ORDERS
    badge: Badge  # how far who answers is at home in the clip

    __repr__ = short_repr(lambda found: f"{len(ORDERS)} orders, {len(found.names)} ways to look at time")

    @property
    def divergence(self) -> np.ndarray:
        """(O, M) nats from the answer to the clip as it was filmed (Kullback-Leibler)."""
        filmed, *_ = logs = torch.from_numpy(self.probabilities).clamp_min(LEAST).log()
        return divergence(filmed, logs).clamp_min(0).numpy()

    @property
    def verdict(self) -> str:
        """To whom the order of the frames matters, in one sentence."""
        return orders_verdict(self.names, tuple(ORDERS), self.divergence)


def orders_of_film(
    path: str | Path,
    *,
    layer: str = LAYER,
    count: int = FRAMES,
    start: float = 0.0,
    span: float = SPAN,
    across: int = ACROSS,
    temperature: float = TEMPERATURE,
    hidden: float = 0.0,
    context: Context | None = None,
) -> Orders:
    """What a net of photographs says of a film, in each order of its frames and each mixing of its tokens.

    Args:
        path: a video file.
        layer, count, start, span, across, temperature, hidden: as of temporal_mixings.

    Raises:
        VideoError, ValueError, NotThere: as temporal_mixings.
    """
    settings = MixingSettings(layer, count, start, span, across, temperature, hidden)
    context, found = context or default_context(), []
    frames = frames_of_film(path, settings).frames
    key = key_of("orders", VERSION, content_key(path), NET, MODELS[NET].version, *settings.words)
    stored = context.store.get(key)
    if stored is None:
        for done, (name, order) in enumerate(ORDERS.items()):
            context.progress(done, len(ORDERS), f"running {MODELS[NET].title} on the frames {name}")
            logs = mixed_pass(frames[order(len(frames))], settings, context)["log probabilities"]
            found.append(np.exp(logs).mean(1))
        stored = {"probabilities": np.stack(found)}
        context.store.put(key, stored)
    every = stored["probabilities"]
    home = badge_of(MODELS[NET], origin(path), float(every[0, 0].max()))
    return Orders(tuple(MIXINGS), MODELS[NET].classes, every, home)


def orders_of_nets(path: str | Path, *, family: str = "lamps", context: Context | None = None) -> Orders:
    """What the trained nets of a family say of a clip, in each order of its frames.

    Args:
        path: a clip of the world; what the nets say of others means nothing.
        family: a key of FAMILIES.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: there are no nets of that name.
    """
    context, model = context or default_context(), family_of(family)
    frames = read_frames(path, model.chosen(probe(path).frames).tolist())
    names = tuple(name for name in NETS if name != OFF)
    every = []
    for done, (name, order) in enumerate(ORDERS.items()):
        context.progress(done, len(ORDERS), f"running the nets on the frames {name}")
        shown_so = frames[order(len(frames))]
        every.append([_answer(f"{family}-{NETS[one]}", shown_so, context) for one in names])
    return Orders(names, model.classes, np.array(every, np.float32), badge(model, path))


def _answer(net: str, frames: np.ndarray, context: Context) -> Sequence[float]:
    """(C,) probabilities."""
    return context.engine.run(net, frames).logits.softmax(-1).cpu().numpy()
