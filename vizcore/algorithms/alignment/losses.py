"""Global temporal alignment: two sequences of frame embeddings, aligned there and back, and what that costs.

    x (M, D), y (N, D) - contrastive cost -> (M, N) and, of y to x, (N, M) - accumulate -> tables
                       - soft-max of what it cost to come there -> P (M, N), Q (N, M) -> L = (P Q)^T (M, M), near I

Losses are differentiable in torch, for batches too; the scores (Kendall's tau, nearest neighbours) are numpy's. Source:
Hadji, Derpanis and Jepson 2021, and the code that came with it, which this follows where the two differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.alignment.kendall import kendall_tau
from vizcore.algorithms.alignment.soft_dtw import accumulate

__all__ = [
    "CYCLE_FORMS",
    "RoundTrip",
    "contrastive_cost",
    "correspondence",
    "cycle_loss",
    "kendall_tau",
    "round_trip",
    "total_loss",
]

Array = np.ndarray | Tensor

CYCLE_FORMS = {
    "code": "cross entropy with the shares of L as logits: above log(e + M - 1) - 0.9 - 0.1 / M (the authors' code)",
    "prob": "cross entropy with the shares of L as probabilities",
}

BETA = 0.1  # temperature of the contrastive cost, in cosine units
GAMMA = 0.1  # temperature of the minimum, in units of the cost
SMOOTHING = 0.1  # of the cycle's labels
VALUE_WEIGHT = 0.1  # of the two alignments' values beside the cycle


def _tensor(x: Array | float) -> Tensor | float:
    """Arrays become tensors by a copy, because torch takes no turned or read-only ones; all else stays what it is."""
    return torch.from_numpy(np.array(x)) if isinstance(x, np.ndarray) else x


def _in_kind(function: Callable) -> Callable:
    """The function for torch, also for numpy arrays: numbers in are numbers out."""

    @wraps(function)
    def either(first: Array, *others, **settings):
        """Torch's answer, as the kind of the first argument.

        Args:
            first: whose kind decides.
            *others: arrays or numbers, brought to torch where the first is numpy.
            **settings: handed on as they are.
        """
        if isinstance(first, Tensor):
            return function(first, *others, **settings)
        return function(*(_tensor(x) for x in (first, *others)), **settings).numpy()

    return either


@_in_kind
def contrastive_cost(x: Array, y: Array, beta: float = BETA) -> Array:
    """How surprising each frame of x is for a frame of y: minus the log of a soft-max over the frames of x.

    Not symmetric: the cost of y and x is not this one turned over.

    Args:
        x: (..., M, D) embeddings; rows of unit length make the products cosines (nothing is normalised here).
        y: (..., N, D) embeddings of the same kind (numpy or torch), type and width.
        beta: temperature in units of the products, above 0.

    Returns:
        (..., M, N) costs of 0 or more; e^-cost sums to 1 down every column.

    Raises:
        ValueError: the widths differ, a sequence is empty, or beta is not above 0.
    """
    if x.ndim < 2 or y.ndim < 2 or x.shape[-1] != y.shape[-1] or 0 in (*x.shape[-2:], *y.shape[-2:]):
        raise ValueError(
            "want embeddings (..., M, D) and (..., N, D), not empty, of one width D, "
            f"got {(*x.shape,)} and {(*y.shape,)}"
        )
    if not beta > 0:
        raise ValueError(f"want a beta above 0, got {beta}")
    return -torch.log_softmax(x @ y.mT / beta, -2)


@_in_kind
def correspondence(table: Array) -> Array:
    """P: for every frame of y where in x it belongs, by a soft-max of the accumulated costs down the column.

    This is not the share of warping paths through a cell (that is the gradient of soft-DTW's value): the table knows
    the way up to a cell and not the way on.

    Args:
        table: (..., M, N) accumulated costs, numpy or torch.

    Returns:
        (..., M, N) shares; columns sum to 1.
    """
    return torch.softmax(-table, -2)


@_in_kind
def cycle_loss(there: Array, back: Array, form: str = "code", smoothing: float = SMOOTHING) -> Array:
    """How far from itself a frame of x ends by way of y: cross entropy of L = (P Q)^T against the identity.

    Args:
        there: P (..., M, N), columns of sum 1.
        back: Q (..., N, M), columns of sum 1.
        form: a key of CYCLE_FORMS.
        smoothing: share of the label that is spread over all M frames, 0 to 1.

    Returns:
        (...) mean over the frames of x, in nats. 0 for M = 1.

    Raises:
        ValueError: the shapes do not belong together, the form is unknown, or the smoothing is not within 0 to 1.
    """
    if there.ndim < 2 or there.shape != back.mT.shape:
        raise ValueError(f"want shares (..., M, N) and (..., N, M), got {(*there.shape,)} and {(*back.shape,)}")
    if form not in CYCLE_FORMS or not 0 <= smoothing <= 1:
        raise ValueError(
            f"want a form of {', '.join(CYCLE_FORMS)} and a smoothing of 0 to 1, got {form!r} and {smoothing}"
        )
    loop = (there @ back).mT  # (..., M, M), rows sum to 1
    log_share = torch.log_softmax(loop, -1) if form == "code" else loop.clamp(torch.finfo(loop.dtype).tiny).log()
    right = log_share.diagonal(dim1=-2, dim2=-1)  # (..., M)
    return -((1 - smoothing) * right + smoothing * log_share.mean(-1)).mean(-1)


@dataclass(frozen=True, eq=False)
class RoundTrip:
    """Sequences of M and N frames, aligned there (x to y) and back; tensors, with a leading (...) for batches."""

    cost: Tensor  # (..., M, N) contrastive cost of x and y
    cost_back: Tensor  # (..., N, M) of y and x
    table: Tensor  # (..., M, N) accumulated
    table_back: Tensor  # (..., N, M)

    @cached_property
    def there(self) -> Tensor:
        """P (..., M, N): where in x each frame of y belongs."""
        return correspondence(self.table)

    @cached_property
    def back(self) -> Tensor:
        """Q (..., N, M): where in y each frame of x belongs."""
        return correspondence(self.table_back)

    @property
    def loop(self) -> Tensor:
        """L = (P Q)^T (..., M, M): where each frame of x ends by way of y; rows sum to 1."""
        return (self.there @ self.back).mT

    @property
    def value(self) -> Tensor:
        """(...) accumulated cost of the way there."""
        return self.table[..., -1, -1]

    @property
    def value_back(self) -> Tensor:
        """(...) accumulated cost of the way back."""
        return self.table_back[..., -1, -1]

    def cycle(self, form: str = "code", smoothing: float = SMOOTHING) -> Tensor:
        """(...) the cycle loss."""
        return cycle_loss(self.there, self.back, form, smoothing)

    def total(self, form: str = "code", smoothing: float = SMOOTHING) -> Tensor:
        """(...) cycle loss + 0.1 value there + 0.1 value back: what an embedder is trained with, per pair."""
        return self.cycle(form, smoothing) + VALUE_WEIGHT * (self.value + self.value_back)


def round_trip(x: Array, y: Array, *, beta: float = BETA, gamma: float = GAMMA, minimum: str = "smooth") -> RoundTrip:
    """Align two sequences there and back.

    Args:
        x: (..., M, D) embeddings, rows of unit length; numpy or torch, differentiable for torch, on any device.
        y: (..., N, D) embeddings of the same kind, type and width.
        beta: temperature of the contrastive cost, in cosine units.
        gamma: temperature of the minimum, in units of the cost.
        minimum: "smooth", "soft" or "hard".

    Raises:
        ValueError: as contrastive_cost and accumulate.
    """
    x, y = _tensor(x), _tensor(y)
    cost, cost_back = contrastive_cost(x, y, beta), contrastive_cost(y, x, beta)
    return RoundTrip(cost, cost_back, accumulate(cost, gamma, minimum), accumulate(cost_back, gamma, minimum))


def total_loss(
    x: Tensor,
    y: Tensor,
    *,
    beta: float = BETA,
    gamma: float = GAMMA,
    minimum: str = "smooth",
    form: str = "code",
    smoothing: float = SMOOTHING,
) -> Tensor:
    """The loss of global temporal alignment, a mean over pairs: cycle + 0.1 value there + 0.1 value back.

    Args:
        x: (..., M, D) embeddings, rows of unit length, one sequence a pair.
        y: (..., N, D) embeddings; leading axes broadcast, so that one x can be paired with many y.
        beta: as round_trip.
        gamma: as round_trip.
        minimum: as round_trip.
        form: a key of CYCLE_FORMS.
        smoothing: of the cycle's labels, 0 to 1.

    Returns:
        A scalar to be minimised.
    """
    return round_trip(x, y, beta=beta, gamma=gamma, minimum=minimum).total(form, smoothing).mean()
