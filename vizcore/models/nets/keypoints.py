"""RTK's keypoint net: where actions have their middle, and where one thing ends and the next begins.

    features (B, F, T) - encoder -> frame logits -> decoder, reads the encoder - smoothed - one head
        -> Heat: classes (B, C, T), boundaries (B, T), offsets (B, T)  - local maxima -> points

Source: RTK, ICCV 2023, supplement C: an ASFormer with fewer decoder layers, dilations that grow by 4 and not by 2,
convolutions over 5 frames and not 3, codes of position, squeeze-and-excitation, average pooling, and one head for all
keypoints. Numbers of layers, the head's outputs and their targets are not published; they are this project's choice.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint
from vizcore.models.nets.asformer import Layer

GROWTH = 4  # of dilations and windows from layer to layer
KERNEL = 5  # frames
SMOOTHED = 3  # frames that are averaged before the head
RARE = -3.0  # logit that heat begins at: keypoints are few
CODE = 0.5  # amplitude of the codes of position
LONGEST = 40.0  # of their wave lengths, in frames / 2 pi: a stretch of training passes through all of it
FARTHEST = 8  # frames that an offset may tell
CANDIDATE = 0.1  # heat from which on a local maximum is a candidate for refinement
APART = (4, 3)  # frames within which there is no second peak: of a class, of boundaries


class Heat(NamedTuple):
    """What a KeypointNet says of B videos of T frames."""

    features: Tensor  # (B, width, T) what the head reads
    frames: Tensor  # (B, C, T) logits of the class of each frame
    classes: Tensor  # (B, C, T) logits: is the middle of an action of the class here
    boundaries: Tensor  # (B, T) logits: does something new begin here
    offsets: Tensor  # (B, T) frames from here to the nearest boundary, later is positive


class KeypointNet(nn.Module):
    """See the module's first lines.

    Args:
        inputs: F, features of a frame.
        classes: C.
        width: channels inside, even.
        layers: of the encoder; layer k has dilation and window 4^k.
        later: of the decoder.
        masked: share of input channels that are dropped in training, over the whole video.
        dropout: share of values that are dropped in training, in every layer.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        width: int = 64,
        layers: int = 5,
        later: int = 3,
        masked: float = 0.3,
        dropout: float = 0.5,
    ):
        super().__init__()
        self.masking = nn.Dropout1d(masked)
        self.entry = nn.Conv1d(inputs, width, 1)
        self.encoder = nn.ModuleList(SqueezedLayer(width, GROWTH**k, dropout) for k in range(layers))
        self.frames = nn.Conv1d(width, classes, 1)
        self.again = nn.Conv1d(classes, width, 1)
        self.decoder = nn.ModuleList(SqueezedLayer(width, GROWTH**k, dropout) for k in range(later))
        self.smooth = nn.AvgPool1d(SMOOTHED, 1, SMOOTHED // 2, count_include_pad=False)
        self.head = KeypointHead(width, classes)

    def forward(self, features: Tensor) -> Heat:
        x = self.entry(self.masking(features))
        x = x + CODE * positions(x.shape[-1], x.shape[1], x.device)
        for layer in self.encoder:
            x = layer(x)
        frames, memory = self.frames(x), x
        x = self.again(frames.softmax(1)) + memory
        for layer in self.decoder:
            x = layer(x, memory)
        x = self.smooth(x)
        heat, offsets = self.head(x)
        return Heat(x, frames, heat[:, :-1], heat[:, -1], offsets)


class SqueezedLayer(nn.Module):
    """A layer of ASFormer over 5 frames, its channels weighed by what the whole video shows."""

    def __init__(self, width: int, dilation: int, dropout: float):
        super().__init__()
        self.layer = Layer(width, dilation, 1.0, dropout, KERNEL)
        self.squeeze = nn.Sequential(
            nn.Linear(width, width // 4), nn.ReLU(), nn.Linear(width // 4, width), nn.Sigmoid()
        )

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        change = self.layer(x, memory) - x
        return x + change * self.squeeze(change.mean(-1))[..., None]


class KeypointHead(nn.Module):
    """Convolutions over time with instance norm that tell all keypoints: C classes, boundaries, offsets."""

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv1d(width, width, 5, padding=2),
            nn.InstanceNorm1d(width, affine=True),
            nn.ReLU(),
            nn.Conv1d(width, width, 3, padding=1),
            nn.InstanceNorm1d(width, affine=True),
            nn.ReLU(),
        )
        self.heat = nn.Conv1d(width, classes + 1, 1)
        self.offset = nn.Conv1d(width, 1, 1)
        nn.init.constant_(self.heat.bias, RARE)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Heat (B, C + 1, T), the last row of boundaries, and offsets (B, T)."""
        x = self.trunk(x)
        return self.heat(x), self.offset(x)[:, 0]


def positions(frames: int, width: int, device: torch.device | None = None) -> Tensor:
    """(width, T) sines and cosines of the frame's number; none is slower than videos of training are long.

    Args:
        frames: T.
        width: even.
        device: torch's.
    """
    rates = torch.exp(-math.log(LONGEST) * torch.arange(width // 2, device=device) / (width // 2))
    angles = rates[:, None] * torch.arange(frames, device=device)
    return torch.cat([angles.sin(), angles.cos()])


def peaks(heat: Tensor, threshold: float, reach: int) -> Tensor:
    """(..., T) bool: at least the threshold and nothing within `reach` frames is larger; of a plateau the first frame.

    Args:
        heat: (..., T) shares from 0 to 1.
        threshold: 0 to 1.
        reach: frames on either side, 1 or more.
    """
    padded = F.pad(heat, (reach, reach), value=-torch.inf)
    windows = padded.unfold(-1, reach + 1, 1)  # (..., T + reach, reach + 1): of frames t - reach to t, for every t
    before, after = windows[..., : heat.shape[-1], :-1].amax(-1), windows[..., reach:, 1:].amax(-1)
    return (heat >= threshold) & (heat > before) & (heat >= after)


class Points(NamedTuple):
    """Keypoints of one video, over-complete, in order of time."""

    actions: list[ActionPoint]
    boundaries: list[BoundaryPoint]

    def above(self, action: float, boundary: float) -> "Points":
        """Those of at least a confidence, of their kind each."""
        return Points(
            [point for point in self.actions if point.confidence >= action],
            [point for point in self.boundaries if point.confidence >= boundary],
        )


@torch.no_grad()
def points_of(heat: Heat, action: float, boundary: float, farthest: int = FARTHEST) -> list[Points]:
    """The points of every video.

    Args:
        heat: of the net for B videos.
        action, boundary: confidence, 0 to 1, that local maxima of classes and of boundaries must have.
        farthest: frames that offsets may move a boundary.
    """
    classes, boundaries = heat.classes.sigmoid(), heat.boundaries.sigmoid()
    moved = heat.offsets.round().clamp(-farthest, farthest)  # a fraction would put off a boundary by a whole frame
    times = torch.arange(boundaries.shape[1], device=boundaries.device) + moved
    found = [Points([], []) for _ in boundaries]
    for b, label, t in peaks(classes, action, APART[0]).nonzero().tolist():
        found[b].actions.append(ActionPoint(float(t), label, classes[b, label, t].item()))
    for b, t in peaks(boundaries, boundary, APART[1]).nonzero().tolist():
        found[b].boundaries.append(BoundaryPoint(times[b, t].item(), boundaries[b, t].item()))
    return [Points(sorted(actions), sorted(moments)) for actions, moments in found]
