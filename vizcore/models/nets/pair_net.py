"""A small residual net that sees a clip frame by frame, and one non-local block: the only place where frames meet.

    video (B, 3, T, S, S) - frame by frame, three stages -> clip (B, 48, T, S / 8, S / 8) - non-local block -> the same
                          - mean over places and frames -> two answers -> logits (B, 4)

The two answers say for the lamp and for the body whether both lanterns of a clip have the same; the four logits are of
both, lamp, body, neither, so that their softmax is the product of two even or uneven coins.

Where to look: `before` and `after` (B, 48, T, rows, columns) the block, and `block.heard` (B, T rows columns, 48).
"""

import torch
from torch import Tensor, nn

from vizcore.models.nets.nonlocal_block import NonlocalBlock
from vizcore.models.nets.resnet import BasicBlock
from vizcore.models.nets.stems import convolution
from vizcore.models.pairs import NONE
from vizcore.runtime.capture import Tap

COINS = ((0.5, 0.5), (0.5, -0.5), (-0.5, 0.5), (-0.5, -0.5))  # what both answers say for both, lamp, body, neither


class PairNet(nn.Module):
    """See the module's first lines.

    Args:
        block: a key of OPERATORS, or "none": then no frame attends to another, and answers of frames are averaged.
        frames, size: T; S in px; 8 divides it.
        widths: channels of the stages.

    Raises:
        ValueError: the block is unknown or 8 does not divide the size.
    """

    def __init__(self, block: str = NONE, frames: int = 2, size: int = 40, widths: tuple[int, int, int] = (16, 32, 48)):
        super().__init__()
        if size % 8:
            raise ValueError(f"want a size that 8 divides, got {size}")
        first, second, third = widths
        self.frames, self.size = frames, size
        self.stages = nn.Sequential(
            convolution(3, first, 5, 2),
            BasicBlock(first, first),
            BasicBlock(first, second),
            BasicBlock(second, second),
            BasicBlock(second, third),
        )
        self.before, self.after = Tap(), Tap()
        self.block = nn.Identity() if block == NONE else NonlocalBlock(block, third, still=False)
        self.head = nn.Linear(third, 2)
        self.register_buffer("coins", torch.tensor(COINS), persistent=False)  # (4, 2)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S)
        return self.classify(self.clip(video))

    def clip(self, video: Tensor) -> Tensor:
        """What the stages see, (B, 48, T, S / 8, S / 8): no frame has attended to another."""
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        pictures = video.transpose(1, 2).flatten(0, 1)  # (B * T, 3, S, S)
        return self.stages(pictures).unflatten(0, (len(video), self.frames)).transpose(1, 2)

    def classify(self, clip: Tensor) -> Tensor:
        """Logits (B, 4) from what `clip` gives."""
        clip = self.after(self.block(self.before(clip)))
        return self.head(clip.mean((2, 3, 4))) @ self.coins.T
