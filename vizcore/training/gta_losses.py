"""Three ways to teach an embedder of frames from pairs of clips of one action, none of which is given any phase.

    x (B, M, D), y (B, N, D), rows of length 1 -> {part: ()}, whose sum is the loss

gta   global alignment and cycle (Hadji, Derpanis & Jepson 2021): both whole clips, in order
d3tw  an aligned pair must cost less than the same pair with a stretch of the second clip cut out (D3TW*, its baseline)
tcc   each frame alone, to its soft neighbour in the other clip and back to its number (Dwibedi et al. 2019)
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vizcore.algorithms.alignment.losses import BETA, GAMMA, VALUE_WEIGHT, contrastive_cost, round_trip
from vizcore.algorithms.alignment.soft_dtw import accumulate

CUT = 1 / 3  # of the second clip
HARDNESS = 0.1  # of d3tw's comparison, in units of the mean cost of a frame
VARIANCE_WEIGHT = 0.001  # of the logarithm of tcc's variance
LEAST_VARIANCE = 1e-6  # of frame numbers from 0 to 1


@dataclass(frozen=True)
class LossSettings:
    """How an embedder is taught."""

    loss: str  # a key of LOSSES
    context: int = 0  # frames before its own that a frame knows of
    temperature: float = 0.1  # of tcc's soft neighbours, in squared distances of unit vectors
    layout: int = 0  # of a batch: which of Settings.layouts
    form: str = "code"  # of gta's cycle, a key of vizcore.algorithms.alignment.losses.CYCLE_FORMS


def gta_loss(x: Tensor, y: Tensor, objective: LossSettings, chance: np.random.Generator) -> dict[str, Tensor]:
    """Alignment there and back by the smooth minimum, and the cycle.

    Args:
        x: (P, T, D) unit vectors of P clips.
        y: (P, T, D) of the clips that they are paired with.
        objective: which loss, and its settings.
        chance: source of chance of the step.
    """
    trip = round_trip(x, y, beta=BETA, gamma=GAMMA)
    values = VALUE_WEIGHT * (trip.value + trip.value_back)
    return {"alignment": values.mean(), "cycle": trip.cycle(objective.form).mean()}


def d3tw_loss(x: Tensor, y: Tensor, objective: LossSettings, chance: np.random.Generator) -> dict[str, Tensor]:
    """What a frame of the pair costs in the mean, against what it costs where a stretch of y is cut out.

    Args:
        x: (P, T, D) unit vectors of P clips.
        y: (P, T, D) of the clips that they are paired with.
        objective: which loss, and its settings.
        chance: source of chance of the step.
    """
    whole, cut = (_mean_cost(x, other) for other in (y, shortened(y, chance)))
    return {"discrimination": HARDNESS * F.softplus((whole - cut) / HARDNESS).mean()}


def tcc_loss(x: Tensor, y: Tensor, objective: LossSettings, chance: np.random.Generator) -> dict[str, Tensor]:
    """Cycle-back regression, from x by way of y and from y by way of x.

    Args:
        x: (P, T, D) unit vectors of P clips.
        y: (P, T, D) of the clips that they are paired with.
        objective: which loss, and its settings.
        chance: source of chance of the step.
    """
    return {"cycle back": cycle_back(x, y, objective.temperature) + cycle_back(y, x, objective.temperature)}


def shortened(y: Tensor, chance: np.random.Generator) -> Tensor:
    """y (B, N, D) with a stretch of CUT of its frames cut out of each sequence, somewhere."""
    count = y.shape[1]
    gap = max(1, round(CUT * count))
    start = torch.from_numpy(chance.integers(0, count - gap + 1, len(y)))
    places = torch.arange(count - gap).expand(len(y), -1)
    places = torch.where(places < start[:, None], places, places + gap)
    return y.gather(1, places[..., None].expand(-1, -1, y.shape[2]).to(y.device))


def cycle_back(x: Tensor, y: Tensor, temperature: float) -> Tensor:
    """How far a frame of x is from its own number after it went to y and back: squared, over its variance.

    Args:
        x: (B, M, D).
        y: (B, N, D).
        temperature: of the soft neighbours, in squared distances.

    Returns:
        () the mean over frames of (number - mean)^2 / variance + 0.001 log variance, numbers from 0 to 1.
    """
    neighbour = torch.softmax(-torch.cdist(x, y).square() / temperature, 2) @ y  # (B, M, D)
    back = torch.softmax(-torch.cdist(neighbour, x).square() / temperature, 2)  # (B, M, M)
    number = torch.arange(x.shape[1], device=x.device) / x.shape[1]
    mean = back @ number  # (B, M)
    variance = (back * (number - mean[..., None]).square()).sum(-1) + LEAST_VARIANCE
    return ((number - mean).square() / variance + VARIANCE_WEIGHT * variance.log()).mean()


def _mean_cost(x: Tensor, y: Tensor) -> Tensor:
    """(B,) soft-DTW's value of a pair, for each of its frames."""
    return accumulate(contrastive_cost(x, y, BETA), GAMMA)[..., -1, -1] / (x.shape[1] + y.shape[1])


Loss = Callable[[Tensor, Tensor, LossSettings, np.random.Generator], dict[str, Tensor]]
LOSSES: dict[str, Loss] = {"gta": gta_loss, "d3tw": d3tw_loss, "tcc": tcc_loss}
PARTS = {"gta": ("alignment", "cycle"), "d3tw": ("discrimination",), "tcc": ("cycle back",)}
