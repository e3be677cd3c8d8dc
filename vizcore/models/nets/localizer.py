"""BMViT in small: every token of the central tubelet of a video transformer says a box, whether an actor, and actions.

    video (B, 3, T, S, S) - stem, frame by frame -> tokens (B, T, N, C) - Trunk -> central tubelet (B, N, D)
        - three heads, token by token -> boxes (B, N, 4), actor (B, N, 2), actions (B, N, K) logits

A tubelet is two frames of one place. Attention is joint: of every token to all T/2 x N, which all blocks but the last
see in means of 2 x 2 places (pooled keys and values, as MViTv2 has them). The `late` blocks at the end move the central
tubelet alone, which answers; the others stay to be looked at. (Ntinou et al., CVPR 2024)

Where to look: `tokens`; `boxes`, `actor`, `actions`; rows of the last `trunk.blocks.{k}.attention`: its queries are the
N central tokens, its keys all T/2 x N, tubelet by tubelet.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.models.nets.attention import Attention
from vizcore.models.nets.pose import PATCH, middles
from vizcore.models.nets.stemmed import place_code, time_code
from vizcore.runtime.capture import Tap

PERSON = (0.22, 0.43)  # shares of the frame: the width and height that every token starts from
RARE = 4.0  # logits by which a token's answer leans towards "no actor" before it has learnt


class Located(NamedTuple):
    """What N tokens say of B clips."""

    boxes: Tensor  # (B, N, 4) (cx, cy, w, h), shares of the frame
    actor: Tensor  # (B, N, 2) logits of (actor, no actor)
    actions: Tensor  # (B, N, K) logits


class Localizer(nn.Module):
    """See the module's first lines.

    Args:
        stem: pictures (B', 3, S, S) -> tokens (B', N, C), with its C as `width`; it is not trained here.
        classes, frames, size: K; T; S in px.
        shape: more arguments of Trunk.
    """

    def __init__(self, stem: nn.Module, classes: int, frames: int = 8, size: int = 96, **shape: int):
        super().__init__()
        self.frames, self.size, self.stem = frames, size, stem
        self.trunk = Trunk(stem.width, frames, size // PATCH, **shape)
        width = self.trunk.norm.normalized_shape[0]
        self.box_head, self.actor_head, self.action_head = (three_layers(width, out) for out in (4, 2, classes))
        nn.init.zeros_(self.box_head[-1].weight)
        nn.init.zeros_(self.box_head[-1].bias)
        self.actor_head[-1].bias.data = torch.tensor([-RARE / 2, RARE / 2])
        self.register_buffer("anchors", anchors(size // PATCH), persistent=False)  # (N, 4)
        self.tokens, self.boxes, self.actor, self.actions = Tap(), Tap(), Tap(), Tap()

    def forward(self, video: Tensor) -> Tensor:
        """Logits (B, K) of the clip (B, 3, T, S, S): log(p(actor) p(action)) of the token that is surest."""
        located = self.localize(video)
        scores = located.actor.log_softmax(-1)[..., :1] + F.logsigmoid(located.actions)  # (B, N, K)
        return scores.amax(1)

    def localize(self, video: Tensor) -> Located:
        """What every central token says of the clips (B, 3, T, S, S)."""
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        pictures = video.transpose(1, 2).flatten(0, 1)
        return self.answer(self.tokens(self.stem(pictures).unflatten(0, (len(video), self.frames))))

    def answer(self, tokens: Tensor) -> Located:
        """The same from the stem's tokens (B, T, N, C)."""
        x = self.trunk(tokens)  # (B, N, D)
        boxes = (self.box_head(x).float() + self.anchors.logit()).sigmoid()
        actor, actions = self.actor_head(x).float(), self.action_head(x).float()
        return Located(self.boxes(boxes), self.actor(actor), self.actions(actions))


class Trunk(nn.Module):
    """The stem's tokens (B, T, N, C) -> tokens of the central tubelet (B, N, D) that have looked at all of the clip.

    Args:
        channels, frames, side: C; T; patches a side, N = side * side.
        tubelet: frames of a token; it divides T.
        width, heads: D; of every attention.
        depth, late: blocks that move all tokens, then blocks that move the central tubelet; the last of all sees
            every token, the others means of 2 x 2.
    """

    def __init__(
        self,
        channels: int,
        frames: int,
        side: int,
        tubelet: int = 2,
        width: int = 96,
        heads: int = 3,
        depth: int = 1,
        late: int = 3,
    ):
        super().__init__()
        if frames % tubelet or side % 2:
            raise ValueError(f"want frames in tubelets of {tubelet} and an even side, got {frames} and {side}")
        self.tubelet, self.central = tubelet, frames // tubelet // 2
        self.entry = nn.Linear(tubelet * channels, width)
        self.place = nn.Parameter(place_code(side, width))  # (N, D)
        self.time = nn.Parameter(time_code(frames // tubelet, width)[:, None])  # (T / tubelet, 1, D)
        moved, strides = [None] * depth + [self.central] * late, [2] * (depth + late - 1) + [1]
        self.blocks = nn.ModuleList(LateBlock(width, heads, *each) for each in zip(moved, strides))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        pairs = tokens.unflatten(1, (-1, self.tubelet)).transpose(2, 3).flatten(3)  # (B, T / tubelet, N, tubelet * C)
        x = self.entry(pairs) + self.place + self.time
        for block in self.blocks:
            x = block(x)
        return self.norm(x[:, self.central])


class LateBlock(nn.Module):
    """Attention, MLP; each adds to its input (B, T', N, D), of one tubelet only if that is given.

    Args:
        only: the tubelet that is moved; None for all.
        stride: attention sees means of stride x stride places.
    """

    def __init__(self, width: int, heads: int, only: int | None, stride: int):
        super().__init__()
        self.only, self.stride, self.exit = only, stride, Tap()
        self.attention_norm, self.attention = nn.LayerNorm(width), Gaze(width, heads)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        first, stop = (0, x.shape[1]) if self.only is None else (self.only, self.only + 1)
        normed = self.attention_norm(x)
        attended = self.attention(normed[:, first:stop].flatten(1, 2), self._pooled(normed).flatten(1, 2))
        moved = x[:, first:stop] + attended.unflatten(1, (-1, x.shape[2]))
        moved = moved + self.mlp(self.mlp_norm(moved))
        return self.exit(torch.cat([x[:, :first], moved, x[:, stop:]], 1))

    def _pooled(self, x: Tensor) -> Tensor:
        """(B, T', N / stride squared, D) means of neighbouring places."""
        if self.stride == 1:
            return x
        side = math.isqrt(x.shape[2])
        return (
            x.unflatten(2, (side // self.stride, self.stride, side // self.stride, self.stride))
            .mean((3, 5))
            .flatten(2, 3)
        )


class Gaze(Attention):
    """Attention of tokens (S, N, D) to others (S, M, D), or to themselves -> (S, N, D)."""

    def forward(self, x: Tensor, others: Tensor) -> Tensor:
        width = x.shape[-1]
        (ask, tell), (ask_bias, tell_bias) = (w.split([width, 2 * width]) for w in (self.qkv.weight, self.qkv.bias))
        query = F.linear(x, ask, ask_bias).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (S, heads, N, d)
        projected = F.linear(others, tell, tell_bias).unflatten(-1, (2, self.heads, -1))
        key, value = projected.permute(2, 0, 3, 1, 4)  # (S, heads, M, d)
        query, key, value = self.query(query), self.key(key), self.value(value)
        with torch.autocast("cpu", enabled=False):  # its backward pass in 16 bits is far slower there
            mixed = F.scaled_dot_product_attention(query.float(), key.float(), value.float())
        return self.proj(self.mixed(mixed).transpose(1, 2).flatten(2))


def three_layers(width: int, out: int) -> nn.Sequential:
    """A head as DETR has it."""
    return nn.Sequential(
        nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, out)
    )  # fmt: skip


def anchors(side: int) -> Tensor:
    """(N, 4) the box (cx, cy, w, h) that each token starts from: a person in its place."""
    return torch.cat([middles(side), torch.tensor(PERSON).expand(side * side, 2)], 1)
