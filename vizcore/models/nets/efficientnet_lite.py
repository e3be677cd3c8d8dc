"""EfficientNet-Lite0 (Tan & Le 2019; the Lite form of 2020 has no squeeze-and-excitation, and ReLU6), frame by frame.

video (B, 3, T, H, W) of any H and W - each frame alone -> "stage 1" ... "stage 7" -> "head" (B T, 1280, H / 32, W / 32)
                      - mean over places -> "pooled" (B, T, 1280) -> logits of every frame (B, T, C)

Where to look: "stage 1" to "stage 7" and "head", each (B T, channels, rows, columns), and every module inside them.
Their strides are 2, 4, 8, 16, 16, 32, 32 and 32 px; the sides of a map are those of the picture divided by it, rounded
up. Stages are counted as in the authors' code; Table 1 of the paper counts the first convolution as well.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.runtime.capture import Tap

STAGES = (  # blocks, channels, kernel px, stride px, expansion
    (1, 16, 3, 1, 1),
    (2, 24, 3, 2, 6),
    (2, 40, 5, 2, 6),
    (3, 80, 3, 2, 6),
    (3, 112, 5, 1, 6),
    (4, 192, 5, 2, 6),
    (1, 320, 3, 1, 6),
)
STRIDES = {"stage 1": 2, "stage 2": 4, "stage 3": 8, "stage 4": 16, "stage 5": 16} | {"stage 6": 32, "stage 7": 32}
STRIDES |= {"head": 32}  # px of the picture that a step in a map is
FIRST, LAST = 32, 1280  # channels before the first stage and after the last
EPSILON = 1e-3  # of batch norm, as TensorFlow's is


class EfficientNetLite(nn.Module):
    """See the module's first lines.

    Args:
        classes: C.
    """

    def __init__(self, classes: int = 1000):
        super().__init__()
        self.first = Unit(3, FIRST, 3, stride=2)
        inner = FIRST
        for number, (blocks, outer, kernel, stride, expansion) in enumerate(STAGES, 1):
            steps = [(inner, stride), *[(outer, 1)] * (blocks - 1)]
            stage = (Block(before, outer, kernel, step, expansion) for before, step in steps)
            self.add_module(f"stage {number}", nn.Sequential(*stage))
            inner = outer
        self.head = Unit(inner, LAST, 1)
        self.pooled, self.classifier = Tap(), nn.Linear(LAST, classes)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, H, W)
        if video.ndim != 5 or video.shape[1] != 3 or 0 in video.shape:
            raise ValueError(f"want a video (B, 3, T, H, W), got {(*video.shape,)}")
        x = video.transpose(1, 2).flatten(0, 1)  # (B T, 3, H, W)
        x = self.first(x.contiguous(memory_format=torch.channels_last))
        for number in range(1, len(STAGES) + 1):
            x = self.get_submodule(f"stage {number}")(x)
        pooled = self.head(x).mean((2, 3)).unflatten(0, (len(video), -1))  # (B, T, 1280)
        return self.classifier(self.pooled(pooled))

    def fused(self) -> "EfficientNetLite":
        """The same net, each batch norm made part of the convolution before it: for use, not for training."""
        for module in self.eval().modules():
            if isinstance(module, Unit):
                module.fuse()
        return self.to(memory_format=torch.channels_last)


class Block(nn.Module):
    """An inverted bottleneck (Sandler et al. 2018): (K, inner, H, W) -> (K, outer, H', W'), with a shortcut where the
    shape stays."""

    def __init__(self, inner: int, outer: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        wide = inner * expansion
        self.expand = Unit(inner, wide, 1) if expansion > 1 else nn.Identity()
        self.depthwise = Unit(wide, wide, kernel, stride, groups=wide)
        self.project = Unit(wide, outer, 1, rectified=False)
        self.shortcut = stride == 1 and inner == outer

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.shortcut else y


class Unit(nn.Module):
    """A convolution without bias, batch norm, and ReLU6 unless it is not rectified."""

    def __init__(self, inner: int, outer: int, kernel: int, stride: int = 1, groups: int = 1, rectified: bool = True):
        super().__init__()
        self.convolution = SameConv2d(inner, outer, kernel, stride, groups=groups, bias=False)
        self.norm, self.rectified = nn.BatchNorm2d(outer, eps=EPSILON), rectified

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.convolution(x))
        return F.relu6(x) if self.rectified else x

    def fuse(self) -> None:
        """Make the norm part of the convolution, once."""
        from torch.nn.utils.fusion import fuse_conv_bn_eval  # a net that is only listed needs none

        if isinstance(self.norm, nn.BatchNorm2d):
            self.convolution, self.norm = fuse_conv_bn_eval(self.convolution, self.norm), nn.Identity()


class SameConv2d(nn.Conv2d):
    """A convolution whose map has the sides of the picture divided by the stride, rounded up, padded as TensorFlow's
    "same": by so little as is needed, and what is odd of it goes right and below. One of 1 x 1 px is a product of
    matrices, which a CPU does a third faster so."""

    def forward(self, x: Tensor) -> Tensor:
        if self.kernel_size == (1, 1):
            return F.linear(x.permute(0, 2, 3, 1), self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)
        around = [_around(x.shape[axis], self.kernel_size[axis - 2], self.stride[axis - 2]) for axis in (2, 3)]
        if all(before == after for before, after in around):
            padding = tuple(before for before, _ in around)
        else:
            x, padding = F.pad(x, (*around[1], *around[0])), (0, 0)
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


def _around(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Noughts before and after a side, px."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2
