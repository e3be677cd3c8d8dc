"""The small residual net of CIFAR pictures (He et al. 2016, section 4.2), shown a video frame by frame.

video (B, 3, T, S, S) - each frame on its own -> (B * T, 16, S, S) - three stages -> (B * T, 64, S / 4, S / 4)
                      - mean over places -> logits of a frame - mean over frames -> logits (B, C)

Where to look: `entry`, and every block `stages.{s}.{k}`: (B * T, channels, rows, columns), of S, S / 2 and S / 4 rows.
Shortcuts are the paper's option A: every second pixel, and zeros for the new channels; so they have no weights.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.runtime.capture import Tap

WIDTHS = (16, 32, 64)  # channels of a stage


class ResNet(nn.Module):
    """See the module's first lines.

    Args:
        depth: layers with weights: 6 * blocks of a stage + 2, such as 20, 32, 44, 56, 110.
        classes: C.
        frames, size: T; S in px; 4 divides it.

    Raises:
        ValueError: the depth is not one of those, or 4 does not divide the size.
    """

    def __init__(self, depth: int = 20, classes: int = 10, frames: int = 8, size: int = 32):
        super().__init__()
        if depth < 8 or depth % 6 != 2 or size % 4:
            raise ValueError(f"want a depth of 6 n + 2 and a size that 4 divides, got {depth} and {size}")
        self.frames, self.size = frames, size
        self.first, self.first_norm = nn.Conv2d(3, WIDTHS[0], 3, 1, 1, bias=False), nn.BatchNorm2d(WIDTHS[0])
        self.entry = Tap()
        self.stages = nn.ModuleList(
            stage(inner, outer, depth // 6) for inner, outer in zip((WIDTHS[0], *WIDTHS), WIDTHS)
        )
        self.head = nn.Linear(WIDTHS[-1], classes)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        pictures = video.transpose(1, 2).flatten(0, 1)  # (B * T, 3, S, S)
        x = self.entry(F.relu(self.first_norm(self.first(pictures))))  # (B * T, 16, S, S)
        for blocks in self.stages:
            x = blocks(x)
        logits = self.head(x.mean((2, 3)))  # (B * T, C)
        return logits.unflatten(0, (len(video), self.frames)).mean(1)


def stage(inner: int, outer: int, blocks: int) -> nn.Sequential:
    """Blocks of one width; the first takes the step to it, and with it every second pixel.

    Args:
        inner, outer: channels before and after.
        blocks: 1 or more.
    """
    return nn.Sequential(BasicBlock(inner, outer), *(BasicBlock(outer, outer) for _ in range(blocks - 1)))


class BasicBlock(nn.Module):
    """Two convolutions (K, inner, H, W) -> (K, outer, H', W') beside a shortcut; no ReLU works in place, so that what
    a module gave can be watched and differentiated by."""

    def __init__(self, inner: int, outer: int):
        super().__init__()
        self.stride, self.added = 1 + (inner != outer), outer - inner
        self.first, self.first_norm = nn.Conv2d(inner, outer, 3, self.stride, 1, bias=False), nn.BatchNorm2d(outer)
        self.second, self.second_norm = nn.Conv2d(outer, outer, 3, 1, 1, bias=False), nn.BatchNorm2d(outer)

    def forward(self, x: Tensor) -> Tensor:
        added = self.second_norm(self.second(F.relu(self.first_norm(self.first(x)))))
        return F.relu(self.shortcut(x) + added)

    def shortcut(self, x: Tensor) -> Tensor:
        """The input, or at the step every second pixel of it, with zeros before and after its channels."""
        if not self.added:
            return x
        x = x[:, :, :: self.stride, :: self.stride]
        zeros = torch.zeros_like(x[:, : self.added // 2])
        return torch.cat([zeros, x, zeros], 1)
