"""A small convolutional stem: each frame on its own becomes one token for every 8 x 8 px.

pictures (K, 3, S, S) -> tokens (K, N, D), row by row, N = (S / 8) squared
"""

from collections.abc import Mapping

from torch import Tensor, nn

PATCH = 8  # px of a token's side


def convolution(inner: int, outer: int, kernel: int, stride: int) -> nn.Sequential:
    """Convolution, batch norm, ReLU; the sides shrink by the stride.

    Args:
        inner, outer: channels before and after.
        kernel: px, odd.
        stride: px.
    """
    return nn.Sequential(
        nn.Conv2d(inner, outer, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outer), nn.ReLU(inplace=True)
    )


class Stem(nn.Module):
    """Three strided convolutions, `depth` residual ones, and a projection to the token width.

    Args:
        widths: channels after each stride.
        depth: residual convolutions at the last width: each lets a token see 2 x 8 px farther.
        width: D of the tokens.
    """

    def __init__(self, widths: tuple[int, int, int] = (24, 48, 96), depth: int = 0, width: int = 64):
        super().__init__()
        first, second, third = widths
        self.strided = nn.Sequential(
            convolution(3, first, 5, 2), convolution(first, second, 3, 2), convolution(second, third, 3, 2)
        )
        self.residual = nn.ModuleList(convolution(third, third, 3, 1) for _ in range(depth))
        self.project = nn.Conv2d(third, width, 1)
        self.width = width

    def maps(self, pictures: Tensor) -> Tensor:
        """The tokens as a picture (K, D, S / 8, S / 8)."""
        x = self.strided(pictures)
        for layer in self.residual:
            x = x + layer(x)
        return self.project(x)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.maps(pictures).flatten(2).transpose(1, 2)


def stem_of(recipe: Mapping) -> Stem:
    """An untrained stem of the sizes that the recipe of a weight file tells of."""
    return Stem(**{part: recipe[part] for part in ("widths", "depth", "width") if part in recipe})
