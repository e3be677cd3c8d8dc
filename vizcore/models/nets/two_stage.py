"""Localisation in two stages, as before BMViT: a detector finds people in a key frame, a classifier what they do.

    stem's tokens of the key frame (B, N, C)  - Detector   -> boxes (B, N, 4), person (B, N, 2)
    stem's tokens (B, T, N, C), boxes         - Classifier -> actor (B, K, 2), actions (B, K, L)
    both                                      - TwoStage   -> the same three as a Localizer gives

The classifier stands on the same Trunk as the Localizer, with weights of its own. What it knows of a box is cropped
from the tokens of the central tubelet: 7 x 7 points in the box, each between its four nearest tokens, the largest of
every channel (RoIAlign, He et al. 2017; pooled as Feichtenhofer et al. 2019 do for AVA).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.models.nets.localizer import RARE, Located, Trunk, anchors, three_layers
from vizcore.models.nets.pose import PATCH
from vizcore.runtime.capture import Tap

POINTS = 7  # a side, in which a box is looked at


class TwoStage(nn.Module):
    """See the module's first lines.

    Args:
        stem: as of Localizer.
        classes, frames, size: L; T; S in px.
        shape: more arguments of Trunk, for the classifier; the detector has as many blocks.
    """

    def __init__(self, stem: nn.Module, classes: int, frames: int = 8, size: int = 96, **shape: int):
        super().__init__()
        self.frames, self.size, self.stem = frames, size, stem
        self.detector = Detector(stem.width, size // PATCH, **shape)
        self.classifier = Classifier(stem.width, classes, frames, size // PATCH, **shape)
        self.tokens, self.boxes, self.actor, self.actions = Tap(), Tap(), Tap(), Tap()

    def forward(self, video: Tensor) -> Tensor:
        """Logits (B, L) of the clip (B, 3, T, S, S): log(p(actor) p(action)) of the box that is surest."""
        located = self.localize(video)
        return (located.actor.log_softmax(-1)[..., :1] + F.logsigmoid(located.actions)).amax(1)

    def localize(self, video: Tensor) -> Located:
        """The detector's N boxes in the clips (B, 3, T, S, S), and what the classifier says of each."""
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        pictures = video.transpose(1, 2).flatten(0, 1)
        return self.answer(self.tokens(self.stem(pictures).unflatten(0, (len(video), self.frames))))

    def answer(self, tokens: Tensor) -> Located:
        """The same from the stem's tokens (B, T, N, C); p(actor) is p(person) times p(actor) of the box."""
        boxes, person = self.detector(tokens[:, self.frames // 2])
        actor, actions = self.classifier(tokens, boxes)
        actor_score = (person.log_softmax(-1) + actor.log_softmax(-1))[..., :1]  # (B, N, 1) log p
        both = torch.cat([actor_score, torch.log(-torch.expm1(actor_score.clamp(max=-1e-6)))], -1)
        return Located(self.boxes(boxes), self.actor(both), self.actions(actions))


class Detector(nn.Module):
    """Tokens of one frame (B, N, C) -> boxes (B, N, 4) and logits (B, N, 2) of (person, no person)."""

    def __init__(self, channels: int, side: int, width: int = 96, heads: int = 3, depth: int = 1, late: int = 3):
        super().__init__()
        self.trunk = Trunk(channels, 1, side, 1, width, heads, depth + late, 0)
        self.box_head, self.person_head = three_layers(width, 4), three_layers(width, 2)
        nn.init.zeros_(self.box_head[-1].weight)
        nn.init.zeros_(self.box_head[-1].bias)
        self.person_head[-1].bias.data = torch.tensor([-RARE / 2, RARE / 2])
        self.register_buffer("anchors", anchors(side), persistent=False)  # (N, 4)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        x = self.trunk(tokens[:, None])  # (B, N, D)
        return (self.box_head(x).float() + self.anchors.logit()).sigmoid(), self.person_head(x).float()


class Classifier(nn.Module):
    """Tokens (B, T, N, C) and boxes (B, K, 4) -> logits (B, K, 2) of (actor, no actor), and (B, K, L) of actions."""

    def __init__(self, channels: int, classes: int, frames: int, side: int, **shape: int):
        super().__init__()
        self.trunk, self.side = Trunk(channels, frames, side, **shape), side
        width = self.trunk.norm.normalized_shape[0]
        self.actor_head, self.action_head = three_layers(width, 2), three_layers(width, classes)

    def forward(self, tokens: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.trunk(tokens).transpose(1, 2).unflatten(2, (self.side, self.side))  # (B, D, side, side)
        cropped = crops(maps.float(), boxes)
        return self.actor_head(cropped).float(), self.action_head(cropped).float()


def crops(maps: Tensor, boxes: Tensor) -> Tensor:
    """(B, K, D) the largest of every channel at POINTS x POINTS places in each box.

    Args:
        maps: (B, D, h, w).
        boxes: (B, K, 4) (cx, cy, w, h), shares of the picture; beyond its edge the nearest token counts.
    """
    line = (torch.arange(POINTS, device=boxes.device) + 0.5) / POINTS - 0.5  # -0.5 to 0.5 of the box
    y, x = torch.meshgrid(line, line, indexing="ij")
    inside = torch.stack([x, y], -1).flatten(0, 1)  # (P, 2)
    places = boxes[:, :, None, :2] + inside * boxes[:, :, None, 2:]  # (B, K, P, 2)
    found = F.grid_sample(maps, 2 * places - 1, mode="bilinear", padding_mode="border", align_corners=False)
    return found.amax(-1).transpose(1, 2)
