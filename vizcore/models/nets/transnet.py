"""TransNetV2 (Souček & Lokoč 2020, arXiv 2008.04838): a net that sees a hundred small frames and says where films cut.

frames (B, T, 27, 48, 3) uint8 - three stacks, each halving the sides -> (B, 256, T, 3, 6)
    - beside it how alike each frame is to the 50 before and after, by features and by colours -> (B, T, 4864)
    -> logits (B, T, 2): that a frame is the last of its shot, and that it belongs to a change of shots

A convolution over time is separable and dilated: over 3 x 3 px first, then over three frames 1, 2, 4 or 8 apart.
Where to look: "stacks.0" to "stacks.2" (B, C, T, rows, columns); the last has 3 x 6 places of 8 x 8 px.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HEIGHT, WIDTH = 27, 48  # px of a frame
DILATIONS = (1, 2, 4, 8)  # frames between those that a convolution sees
FILTERS = (16, 32, 64)  # of each dilation, in the three stacks
REACH = 50  # frames before and after that a frame is compared with
KEYS = 128  # numbers by which frames are compared, and that a comparison is brought to
HIDDEN = 1024
BITS = 3  # of each colour: 512 bins of a histogram


class TransNetV2(nn.Module):
    """See the module's first lines."""

    def __init__(self):
        super().__init__()
        widths = [len(DILATIONS) * filters for filters in FILTERS]
        pairs = zip((3, *widths), FILTERS, strict=False)
        self.stacks = nn.ModuleList(Stack(inner, filters) for inner, filters in pairs)
        self.features, self.colours = FeatureLikeness(sum(widths)), Likeness()
        places = (HEIGHT >> len(FILTERS)) * (WIDTH >> len(FILTERS))
        self.hidden = nn.Linear(2 * KEYS + widths[-1] * places, HIDDEN)
        self.single, self.many = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 1)

    def forward(self, frames: Tensor) -> Tensor:  # (B, T, 27, 48, 3)
        if frames.ndim != 5 or frames.shape[2:] != (HEIGHT, WIDTH, 3) or frames.dtype != torch.uint8:
            raise ValueError(f"want frames (B, T, {HEIGHT}, {WIDTH}, 3) uint8, got {(*frames.shape,)} {frames.dtype}")
        x = frames.permute(0, 4, 1, 2, 3).to(self.hidden.weight.dtype) / 255  # (B, 3, T, H, W)
        means = []
        for stack in self.stacks:
            x = stack(x)
            means.append(x.mean((3, 4)))  # (B, C, T)
        beside = self.colours(histograms(frames).to(x.dtype)), self.features(torch.cat(means, 1).transpose(1, 2))
        x = torch.cat([*beside, x.permute(0, 2, 3, 4, 1).flatten(2)], -1)  # (B, T, 4864)
        x = self.hidden(x).relu()
        return torch.cat([self.single(x), self.many(x)], -1)


class Stack(nn.Module):
    """Two layers of dilated convolutions with a shortcut from the first, then half the sides: (B, C, T, H, W)."""

    def __init__(self, inner: int, filters: int):
        super().__init__()
        self.first, self.second = Dilated(inner, filters), Dilated(len(DILATIONS) * filters, filters)

    def forward(self, x: Tensor) -> Tensor:
        first = self.first(x).relu()
        return F.avg_pool3d(self.second(first).relu() + first, (1, 2, 2))


class Dilated(nn.Module):
    """Convolutions over places, then over frames 1, 2, 4 and 8 apart, side by side, and batch norm."""

    def __init__(self, inner: int, filters: int):
        super().__init__()
        self.steps = nn.ModuleList(Separable(inner, filters, dilation) for dilation in DILATIONS)
        self.norm = nn.BatchNorm3d(len(DILATIONS) * filters, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        weight = torch.cat([step[0].weight for step in self.steps])  # all see the same: twice as fast as one by one
        parts = F.conv3d(x, weight, padding=(0, 1, 1)).chunk(len(self.steps), 1)
        return self.norm(torch.cat([step[1](part) for step, part in zip(self.steps, parts, strict=True)], 1))


class Separable(nn.Sequential):
    """A convolution over places, and the one over frames that follows it."""

    def __init__(self, inner: int, filters: int, dilation: int):
        over_time = {"padding": (dilation, 0, 0), "dilation": (dilation, 1, 1), "bias": False}
        super().__init__(
            nn.Conv3d(inner, 2 * filters, (1, 3, 3), padding=(0, 1, 1), bias=False),
            nn.Conv3d(2 * filters, filters, (3, 1, 1), **over_time),
        )


class Likeness(nn.Module):
    """How alike each frame is to those around it: unit vectors (B, T, D) -> (B, T, KEYS)."""

    def __init__(self):
        super().__init__()
        self.weigh = nn.Linear(2 * REACH + 1, KEYS)

    def forward(self, vectors: Tensor) -> Tensor:
        frames = vectors.shape[1]
        padded = F.pad(vectors @ vectors.transpose(1, 2), (REACH, REACH))  # (B, T, T + 100); beyond the ends 0
        places = torch.arange(frames, device=vectors.device)[:, None] + torch.arange(2 * REACH + 1).to(vectors.device)
        return self.weigh(padded.gather(2, places.expand(len(vectors), -1, -1))).relu()


class FeatureLikeness(Likeness):
    """The same of features (B, T, C), which are projected first."""

    def __init__(self, width: int):
        super().__init__()
        self.project = nn.Linear(width, KEYS)

    def forward(self, features: Tensor) -> Tensor:
        return super().forward(F.normalize(self.project(features), dim=-1))


def histograms(frames: Tensor) -> Tensor:
    """(B, T, 512) float, of length 1: how many pixels of frames (B, T, H, W, 3) uint8 have each colour."""
    red, green, blue = (frames.flatten(2, 3).long() >> (8 - BITS)).unbind(-1)  # (B, T, H W), 0 to 7
    bins = (red << 2 * BITS) + (green << BITS) + blue
    counts = torch.zeros(*bins.shape[:2], 1 << 3 * BITS, device=frames.device)
    return F.normalize(counts.scatter_add_(2, bins, torch.ones_like(bins, dtype=counts.dtype)), dim=-1)
