"""What a pose net says of each frame of a long video, as one vector: what nets over hundreds of frames start from.

pictures (T, 3, S, S) - PoseNet -> pose, joints, parts, and tokens where something is held -> (T, WIDTH)
features (T, WIDTH) -> with what of it changed since LAG frames before (T, INPUTS)
"""

import torch
from torch import Tensor, nn

from vizcore.models.nets.pose import JOINTS, PARTS, Pose, PoseNet, middles

HELD = PARTS - 1  # the part that is the thing which somebody handles
HANDS = (5, 7)  # joints: the left one, the right one
POSE, TOKEN = 128, 64  # numbers of a pose vector, of a token
MOVING = POSE + 2 * JOINTS + 4 + PARTS  # numbers that describe a frame's posture, whose change is a feature as well
WIDTH = MOVING + 3 * TOKEN
INPUTS = WIDTH + MOVING
LAG = 2  # frames: over one, the change of a joint is hardly more than its error


def frame_features(pose: Pose) -> Tensor:
    """What is kept of a pose net's answers for T frames.

    Returns:
        (T, WIDTH): the pose vector; joints from their middle; that middle; the thing handled, from the same middle;
        how much of every part is seen; the mean token of the handled thing, of the hands and of the whole frame.
    """
    middle = pose.joints.mean(1)  # (T, 2)
    there = pose.parts.sigmoid()  # (T, N, 13)
    held = there[..., HELD] / (there[..., HELD].sum(1, keepdim=True) + 0.5)  # (T, N); of sum 0 where nothing is
    place = torch.einsum("tn,nx->tx", held, middles(round(held.shape[1] ** 0.5)))
    place = place - held.sum(1, keepdim=True) * middle
    hands = pose.heat[:, HANDS].mean(1)  # (T, N)
    whole = torch.full_like(hands, 1 / hands.shape[1])
    tokens = torch.einsum("tkn,tnd->tkd", torch.stack([held, hands, whole], 1), pose.tokens)  # (T, 3, D)
    joints = (pose.joints - middle[:, None]).flatten(1)
    return torch.cat([pose.vector, joints, middle, place, there.mean(1), tokens.flatten(1)], 1)


@torch.no_grad()
def features_of(net: PoseNet, pictures: Tensor, batch: int = 128) -> Tensor:
    """(T, WIDTH) of pictures (T, 3, S, S); each frame by itself, the net in eval mode.

    Args:
        net: in eval mode.
        pictures: (T, 3, S, S) of frames, as a PoseNet takes them.
        batch: frames that go through it together.
    """
    return torch.cat([frame_features(net(pictures[k : k + batch])) for k in range(0, len(pictures), batch)])


def with_change(features: Tensor) -> Tensor:
    """(..., T, INPUTS) of features (..., T, WIDTH): the first LAG frames are compared with the first one."""
    posture = features[..., :MOVING]
    before = torch.cat([posture[..., :1, :].expand_as(posture[..., :LAG, :]), posture[..., :-LAG, :]], -2)
    return torch.cat([features, posture - before], -1)


class OnFeatures(nn.Module):
    """A net of channels over time, given features of frames: with their change, levelled as over training videos.

    Args:
        net: takes (B, INPUTS, T).
    """

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net
        self.register_buffer("mean", torch.zeros(INPUTS))
        self.register_buffer("scale", torch.ones(INPUTS))

    def forward(self, features: Tensor):  # (B, T, WIDTH)
        levelled = (with_change(features) - self.mean) * self.scale
        return self.net(levelled.transpose(1, 2))

    @torch.no_grad()
    def level(self, features: Tensor) -> None:
        """Learn mean and scale from the features (M, T, WIDTH) of training videos."""
        every = torch.cat([with_change(video.float()) for video in features])  # (M T, INPUTS)
        self.mean.copy_(every.mean(0))
        self.scale.copy_(1 / (every.std(0) + 1e-3))
