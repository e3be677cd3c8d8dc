"""MS-TCN++: every frame gets a class, stage after stage, by dilated convolutions over time.

    features (B, F, T) - prediction: two dilations a layer, fused -> logits (B, C, T) - softmax, refinement -> logits

Source: Li et al., MS-TCN++, TPAMI 2020. Layers, sizes and loss are those of its public code.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SMOOTHNESS = 0.15  # weight of the smoothing loss
STEEPEST = 16.0  # squared difference of two frames' log-probabilities that costs no more than itself


class MSTCN(nn.Module):
    """See the module's first lines.

    Args:
        inputs: F, features of a frame.
        classes: C.
        width: channels inside.
        first: layers of the prediction stage.
        later: layers of every refinement stage.
        refinements: stages after the first.
        dropout: share of values that are dropped in training, in every layer.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        width: int = 64,
        first: int = 11,
        later: int = 10,
        refinements: int = 3,
        dropout: float = 0.5,
    ):
        super().__init__()
        self.prediction = Prediction(inputs, classes, width, first, dropout)
        self.refinements = nn.ModuleList(Refinement(classes, width, later, dropout) for _ in range(refinements))

    def forward(self, features: Tensor) -> Tensor:
        """Logits (S, B, C, T) of all stages, the last one the answer, from features (B, F, T)."""
        stages = [self.prediction(features)]
        for refine in self.refinements:
            stages.append(refine(stages[-1].softmax(1)))
        return torch.stack(stages)


class Prediction(nn.Module):
    """The first stage: layer k of L sees dilations 2^k and 2^(L-1-k) at once."""

    def __init__(self, inputs: int, classes: int, width: int, layers: int, dropout: float):
        super().__init__()
        self.entry = nn.Conv1d(inputs, width, 1)
        self.far = nn.ModuleList(over_time(width, 2 ** (layers - 1 - k)) for k in range(layers))
        self.near = nn.ModuleList(over_time(width, 2**k) for k in range(layers))
        self.fusion = nn.ModuleList(nn.Conv1d(2 * width, width, 1) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.exit = nn.Conv1d(width, classes, 1)

    def forward(self, features: Tensor) -> Tensor:
        x = self.entry(features)
        for far, near, fusion in zip(self.far, self.near, self.fusion, strict=True):
            x = x + self.dropout(F.relu(fusion(torch.cat([far(x), near(x)], 1))))
        return self.exit(x)


class Refinement(nn.Module):
    """A later stage: what the stage before said, seen over ever longer times."""

    def __init__(self, classes: int, width: int, layers: int, dropout: float):
        super().__init__()
        self.entry = nn.Conv1d(classes, width, 1)
        self.dilated = nn.ModuleList(over_time(width, 2**k) for k in range(layers))
        self.mixed = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.exit = nn.Conv1d(width, classes, 1)

    def forward(self, shares: Tensor) -> Tensor:
        x = self.entry(shares)
        for dilated, mixed in zip(self.dilated, self.mixed, strict=True):
            x = x + self.dropout(mixed(F.relu(dilated(x))))
        return self.exit(x)


def over_time(width: int, dilation: int, kernel: int = 3) -> nn.Conv1d:
    """A convolution over time that keeps the number of frames.

    Args:
        width: channels in and out.
        dilation: frames between two taps.
        kernel: taps, odd.
    """
    return nn.Conv1d(width, width, kernel, padding=dilation * (kernel // 2), dilation=dilation)


def staged_loss(stages: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy of every stage, and what steps of log-probability between neighbouring frames cost.

    Args:
        stages: (S, B, C, T) logits.
        labels: (B, T) int64 classes.

    Returns:
        The sum over stages; a step's gradient goes to its later frame alone, as published.
    """
    total = stages.new_zeros(())
    for logits in stages:
        logs = logits.log_softmax(1)
        steps = (logs[..., 1:] - logs[..., :-1].detach()).square().clamp(max=STEEPEST)
        total = total + F.nll_loss(logs, labels) + SMOOTHNESS * steps.mean()
    return total
