"""The shared backbone of the figures: tokens that know body parts, and a pose read from each frame on its own.

    pictures (K, 3, S, S) - Stem - level -> tokens (K, N, D) - part head  -> how much of each part is in each patch
                                                - pose head -> vector (K, V) - joint head -> joints (K, 14, 2)

Later nets start from `stem` alone, frozen. Its tokens are levelled: over the world they have mean 0 and deviation 1
in every channel, so that their cosine tells contents apart and not an offset that all of them share.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from vizcore.models.nets.stems import PATCH, Stem, convolution

PARTS, JOINTS = 13, 14  # drawn parts of a figure with the thing it holds; joints


class Pose(NamedTuple):
    """What a PoseNet says of K pictures with N patches."""

    tokens: Tensor  # (K, N, D)
    parts: Tensor  # (K, N, 13) logits: is some of the part in the patch
    centres: Tensor  # (K, N, 13, 2) where in the patch, x and y from -0.5 to 0.5 of its side
    heat: Tensor  # (K, 14, N) shares of attention, of sum 1: the patches that a joint is read from
    joints: Tensor  # (K, 14, 2) x and y from 0 to 1 of the picture
    vector: Tensor  # (K, V) the pose as a whole, 0 or more


class PoseNet(nn.Module):
    """See the module's first lines.

    Args:
        size: S in px; 8 divides it.
        widths, depth, width: of the Stem.
        pose: V, numbers of the pose vector.
    """

    def __init__(
        self,
        size: int = 64,
        widths: tuple[int, int, int] = (32, 64, 128),
        depth: int = 2,
        width: int = 64,
        pose: int = 128,
    ):
        super().__init__()
        self.size, side = size, size // PATCH
        self.stem = Stem(widths, depth, width)
        self.level = nn.BatchNorm2d(width, affine=False)
        self.part = nn.Conv2d(width, PARTS * 3, 1)
        self.survey = nn.Sequential(convolution(width, 64, 3, 1), convolution(64, 48, 3, 2), nn.Flatten())
        self.pose = nn.Sequential(nn.Linear(48 * ((side + 1) // 2) ** 2, pose), nn.ReLU(inplace=True))
        self.near = nn.Sequential(convolution(width, 96, 3, 1), nn.Conv2d(96, JOINTS * 3, 1))
        self.whole = nn.Linear(pose, JOINTS * side**2)
        self.register_buffer("middles", middles(side), persistent=False)  # (N, 2)

    def forward(self, pictures: Tensor) -> Pose:  # (K, 3, S, S)
        if pictures.ndim != 4 or tuple(pictures.shape[1:]) != (3, self.size, self.size):
            raise ValueError(f"want pictures (K, 3, {self.size}, {self.size}), got {(*pictures.shape,)}")
        maps = self.level(self.stem.maps(pictures))  # (K, D, side, side)
        parts = by_token(self.part(maps), PARTS)
        vector = self.pose(self.survey(maps))
        near = by_token(self.near(maps), JOINTS)
        heat = near[..., 0].transpose(1, 2) + self.whole(vector).unflatten(1, (JOINTS, -1))  # (K, 14, N)
        heat = heat.float().softmax(-1)
        places = self.middles[:, None] + near[..., 1:].float() / self.middles.shape[0] ** 0.5  # (K, N, 14, 2)
        joints = torch.einsum("kjn,knjx->kjx", heat, places)
        tokens = maps.flatten(2).transpose(1, 2)
        return Pose(tokens, parts[..., 0].float(), parts[..., 1:].float(), heat, joints, vector)

    @torch.no_grad()
    def settle(self) -> None:
        """Move the levelling into the stem's projection: the answers in eval mode stay, the stem stands alone."""
        scale = (self.level.running_var + self.level.eps).rsqrt()  # (D,)
        project = self.stem.project
        project.weight.mul_(scale[:, None, None, None])
        project.bias.sub_(self.level.running_mean).mul_(scale)
        self.level.running_mean.zero_()
        self.level.running_var.fill_(1 - self.level.eps)


def by_token(maps: Tensor, kinds: int) -> Tensor:
    """Head maps (K, kinds * 3, side, side) as (K, N, kinds, 3): a logit, x and y for each kind."""
    return maps.flatten(2).transpose(1, 2).unflatten(2, (kinds, 3))


def middles(side: int) -> Tensor:
    """(side * side, 2) x and y of every patch's middle, from 0 to 1, row by row."""
    line = (torch.arange(side) + 0.5) / side
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y], -1).flatten(0, 1)
