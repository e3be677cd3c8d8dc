"""XFeat (Potje et al., CVPR 2024, arXiv 2404.19174): a small net whose map describes what is at each place.

pictures (B, 3, H, W), 0 to 1, sides in multiples of 32 px - mean of the colours, normed - strides 4, 8, 16, 32
    -> what is at 16 and at 32 px brought to 8 and added -> descriptors (B, 64, H / 8, W / 8)

What the paper finds points with, and refines matches with, is not here: only the descriptors are used.
"""

from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS = 64  # of a descriptor
STRIDE, MULTIPLE = 8, 32  # px of a step in the map; sides of a picture are multiples of the second


class XFeat(nn.Module):
    """See the module's first lines."""

    def __init__(self):
        super().__init__()
        self.shortcut = nn.Conv2d(1, 24, 1)
        self.to_4 = nn.Sequential(Unit(1, 4), Unit(4, 8, stride=2), Unit(8, 8), Unit(8, 24, stride=2))
        self.at_4 = nn.Sequential(Unit(24, 24), Unit(24, 24))
        self.to_8 = nn.Sequential(Unit(24, 64, stride=2), Unit(64, 64), Unit(64, 64, kernel=1))
        self.to_16 = nn.Sequential(Unit(64, 64, stride=2), Unit(64, 64), Unit(64, 64))
        self.to_32 = nn.Sequential(Unit(64, 128, stride=2), Unit(128, 128), Unit(128, 128), Unit(128, 64, kernel=1))
        self.fuse = nn.Sequential(Unit(64, 64), Unit(64, 64), nn.Conv2d(64, CHANNELS, 1))

    def forward(self, pictures: Tensor) -> Tensor:  # (B, 3, H, W)
        if (
            pictures.ndim != 4
            or pictures.shape[1] != 3
            or any(side % MULTIPLE or not side for side in pictures.shape[2:])
        ):
            raise ValueError(
                f"want pictures (B, 3, H, W) of sides in multiples of {MULTIPLE}, got {(*pictures.shape,)}"
            )
        grey = F.instance_norm(pictures.mean(1, keepdim=True))
        at_8 = self.to_8(self.at_4(self.to_4(grey) + self.shortcut(F.avg_pool2d(grey, 4))))
        at_16 = self.to_16(at_8)
        coarse = (F.interpolate(one, at_8.shape[2:], mode="bilinear") for one in (at_16, self.to_32(at_16)))
        return self.fuse(at_8 + sum(coarse))


class Unit(nn.Module):
    """A convolution without bias, batch norm without weights, and ReLU."""

    def __init__(self, inner: int, outer: int, *, kernel: int = 3, stride: int = 1):
        super().__init__()
        self.convolution = nn.Conv2d(inner, outer, kernel, stride, padding=kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outer, affine=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.convolution(x)).relu()
