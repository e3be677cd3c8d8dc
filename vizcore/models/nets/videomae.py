"""The video transformer that masked autoencoders train (VideoMAE, Tong et al. 2022): all tubelets look at all others.

    video (B, 3, T, S, S) - tubelets of 2 x 16 x 16 px -> (B, T', N, D), T' = T / 2 - blocks -> mean -> logits (B, C)

Where to look, each (B, T', N, D): `blocks.{k}.entry`, `.space` (after attention), `.exit` (after the MLP). Queries and
keys are `blocks.{k}.attention.query` and `.key` (B, heads, T' * N, d).
The published net has biases on queries and values alone; here the keys have one as well, which its weights set to zero.
"""

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.models.nets.attention import Attention
from vizcore.runtime.capture import Tap


class VideoMAE(nn.Module):
    """See the module's first lines.

    Args:
        frames, size: T; height and width in px.
        tubelet, patch: frames and px of a tubelet's sides; they divide T and S.
        width, depth, heads, classes: D, blocks, heads, C.
        inner: width of the MLP's inner layer.
        pooled: the mean of all tokens is normed and classified, as in the published classifiers; otherwise all tokens
            are normed and the first one is classified.
        eps: of the norms in the blocks, added to a variance; 1e-6 in the authors' nets, 1e-12 in Hugging Face's.
        last_eps: of the norm before the head.

    Raises:
        ValueError: the sizes do not fit each other.
    """

    def __init__(
        self,
        frames: int = 16,
        size: int = 224,
        tubelet: int = 2,
        patch: int = 16,
        width: int = 768,
        depth: int = 12,
        heads: int = 12,
        classes: int = 400,
        inner: int = 3072,
        pooled: bool = True,
        eps: float = 1e-6,
        last_eps: float = 1e-6,
    ):
        super().__init__()
        for whole, part in ((frames, tubelet), (size, patch), (width, heads)):
            if part < 1 or whole < part or whole % part:
                raise ValueError(
                    f"want tubelet, patch and heads that divide frames, size and width, got {part}, {whole}"
                )
        self.frames, self.size, self.pooled = frames, size, pooled
        self.patch = nn.Conv3d(3, width, (tubelet, patch, patch), (tubelet, patch, patch))
        self.shape = frames // tubelet, (size // patch) ** 2  # T', N
        self.register_buffer("table", sine_table(self.shape[0] * self.shape[1], width), persistent=False)  # (T' * N, D)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, inner, eps) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=last_eps)
        self.head = nn.Linear(width, classes)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        tokens = self.patch(video).flatten(2).transpose(1, 2) + self.table  # (B, T' * N, D)
        x = tokens.unflatten(1, self.shape)  # (B, T', N, D)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x.mean((1, 2))) if self.pooled else self.norm(x[:, 0, 0]))


class EncoderBlock(nn.Module):
    """Attention of all tubelets, MLP; each adds to its input (B, T', N, D)."""

    def __init__(self, width: int, heads: int, inner: int, eps: float):
        super().__init__()
        self.entry, self.space, self.exit = Tap(), Tap(), Tap()
        self.attention_norm, self.attention = nn.LayerNorm(width, eps=eps), Attention(width, heads)
        self.mlp_norm = nn.LayerNorm(width, eps=eps)
        self.mlp = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))

    def forward(self, x: Tensor) -> Tensor:
        x = self.entry(x)
        attended = self.attention(self.attention_norm(x).flatten(1, 2))  # (B, T' * N, D)
        x = self.space(x + attended.view_as(x))
        return self.exit(x + self.mlp(self.mlp_norm(x)))


def sine_table(places: int, width: int) -> Tensor:
    """(places, width): sine and cosine in turn of place / 10000^(2 * (j // 2) / width); it has data on every device."""
    angles = np.arange(places)[:, None] / 10000 ** (2 * (np.arange(width) // 2) / width)
    return torch.from_numpy(np.where(np.arange(width) % 2, np.cos(angles), np.sin(angles)).astype(np.float32))
