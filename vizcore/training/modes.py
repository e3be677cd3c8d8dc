"""What trainings of the four ways to look at time share: they differ in the clips that they see, and in nothing here.

frozen_stem(name)        -> the stem of a weight file, as all modes stand on it
backwards, logits_of     -> clips played backwards with their tracks; what a net says of many clips
measured, beside         -> metrics of a card: "SPLIT METRIC", "SPLIT METRIC, SWITCH", "trained WORDS: SPLIT METRIC"
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.nets.stemmed import StemmedViT
from vizcore.models.nets.stems import Stem, stem_of
from vizcore.models.weights import FOLDER, card, packed, tensors
from vizcore.training.tokens import Arrays, reversed_order

MATCHED, KNOWN = "order", "true"  # arrays of tracks: by likeness of tokens, by the world's truth
TRUE = "true tracks"  # a training of ata along the known ones
IN_PLACE, ALIGNED, KNOWING = "alignment off", "alignment on", "true tracks given"  # of a trained net, in the test

Summed = Callable[[np.ndarray, Arrays], dict[str, float]]  # logits (M, C), clips -> metrics


def frozen_stem(name: str, folder: Path = FOLDER) -> Stem:
    """The stem of the weight file `name`, which may be a stem or a net with a part of that name; in eval mode."""
    stem, state = stem_of(card(name, folder).recipe), tensors(name, folder)
    stem.load_state_dict({key: state.get(f"stem.{key}", state.get(key)) for key in stem.state_dict()})
    return stem.eval().requires_grad_(False)


def as_stored(net: nn.Module) -> nn.Module:
    """The net with its weights as a weight file keeps them."""
    net.load_state_dict({key: packed(tensor).float() for key, tensor in net.state_dict().items()})
    return net


def backwards(tokens: Tensor, order: Tensor | None, back: Tensor) -> tuple[Tensor, Tensor | None]:
    """Tokens (B, T, N, C) and tracks (B, T, N), those with back (B,) as the film played backwards has them.

    Args:
        tokens: (B, T, N, C).
        order: (B, T, N) tracks, or None.
        back: (B,) bool.
    """
    turned = torch.where(back[:, None, None, None], tokens.flip(1), tokens)
    return turned, None if order is None else torch.where(back[:, None, None], reversed_order(order), order)


def drawn(data: Arrays, rows: np.ndarray | slice, tracks: str | None) -> tuple[Tensor, Tensor | None]:
    """Tokens (B, T, N, C) of some clips and their tracks (B, T, N) of that name.

    Args:
        data: with tokens (M, T, N, C) and tracks by name.
        rows: which clips.
        tracks: name of the array of tracks, None for places.
    """
    order = torch.from_numpy(data[tracks][rows]).long() if tracks else None
    return torch.from_numpy(data["tokens"][rows]).float(), order


@torch.no_grad()
def logits_of(net: StemmedViT, data: Arrays, tracks: str | None, batch: int = 100) -> np.ndarray:
    """(M, C) what a net in eval mode says of every clip.

    Args:
        net: in eval mode.
        data: with tokens (M, T, N, C) and tracks by name.
        tracks: name of the array of tracks, None for places.
        batch: clips that go through the net together.
    """
    starts = range(0, len(data["tokens"]), batch)
    return torch.cat([net.classify(*drawn(data, slice(k, k + batch), tracks)) for k in starts]).numpy()


def measured(
    nets: Sequence[StemmedViT],
    data: Mapping[str, Arrays],
    summed: Summed,
    tracks: str | None,
    switches: Mapping[str, str | None],
) -> dict[str, dict]:
    """{"SPLIT METRIC" or "SPLIT METRIC, SWITCH": mean, sd and seeds} of one training's nets, one for each seed.

    Args:
        nets: one for each seed.
        data: {split: arrays}.
        summed: (logits (M, C), arrays) -> {metric: number}.
        tracks: the array of tracks that they were trained along, None for places.
        switches: {words: the tracks that they are given instead}.
    """
    found = {}
    for split in ("validation", "test"):
        for switch, given in {"": tracks, **switches}.items():
            rows = [summed(logits_of(net, data[split], given), data[split]) for net in nets]
            tail = f", {switch}" if switch else ""
            found |= {f"{split} {metric}{tail}": spread([row[metric] for row in rows]) for metric in rows[0]}
    return found


def beside(scores: Mapping[str, dict], names: Mapping[str, str]) -> dict[str, dict]:
    """Metrics of other trainings for the card of a mode: {"trained WORDS: METRIC": ...}, words by training's name."""
    return {
        f"trained {words}: {metric}": value for name, words in names.items() for metric, value in scores[name].items()
    }
