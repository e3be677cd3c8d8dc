"""An embedder of frames: a unit vector for each frame, alike where the same moment of an action is seen.

    video (B, 3, T, S, S) - stem, frame by frame -> tokens (B, T, N, C) - two convolutions -> maps (B, T, N, M)
        - pooled two by two, so that places stay -> (B, T, V) -> embedding (B, T, D), of length 1

A frame knows of itself alone, or with `context` 1 also of how it differs from the one before. It should not know more:
a net that sees far in time can tell where in a clip it is without looking at what happens.

Where to look: `tokens`, `maps` (B, T, N, .) and `embedding` (B, T, D). A pass answers with the mean over its frames.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.models.nets.stems import convolution
from vizcore.runtime.capture import Tap


class Embedder(nn.Module):
    """See the module's first lines.

    Args:
        stem: pictures (K, 3, S, S) -> tokens (K, N, C), with its C as `width`; it is not trained here.
        size, patch: S in px; px of a token's side. The grid of tokens has an even number of rows.
        maps: M, channels of the convolutions.
        hidden: V, numbers that a frame is first brought to.
        width: D of the embedding.
        context: frames before its own that a frame knows of, 0 or 1.
    """

    def __init__(
        self,
        stem: nn.Module,
        size: int = 64,
        patch: int = 8,
        maps: int = 64,
        hidden: int = 128,
        width: int = 64,
        context: int = 0,
    ):
        super().__init__()
        self.side = size // patch
        if context not in (0, 1) or self.side % 2:
            raise ValueError(f"want 0 or 1 frames of context and an even grid, got {context} and {self.side}")
        self.size, self.context = size, context
        self.stem, self.tokens, self.maps, self.embedding = stem, Tap(), Tap(), Tap()
        self.look = nn.Sequential(convolution(stem.width, maps, 3, 1), convolution(maps, maps, 3, 1))
        self.gather = nn.Linear(maps * (self.side // 2) ** 2, hidden)
        self.head = nn.Sequential(
            nn.ReLU(), nn.Linear((1 + context) * hidden, hidden), nn.ReLU(), nn.Linear(hidden, width)
        )

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S)
        if video.ndim != 5 or (video.shape[1], *video.shape[3:]) != (3, self.size, self.size):
            raise ValueError(f"want a video (B, 3, T, {self.size}, {self.size}), got {(*video.shape,)}")
        tokens = self.stem(video.transpose(1, 2).flatten(0, 1)).unflatten(0, (len(video), -1))
        return self.embed(self.tokens(tokens)).mean(1)

    def embed(self, tokens: Tensor) -> Tensor:
        """Unit vectors (B, T, D) from the stem's tokens (B, T, N, C); the first frame has itself in front of it."""
        clips, frames = tokens.shape[:2]
        pictures = tokens.flatten(0, 1).transpose(1, 2).unflatten(2, (self.side, self.side))
        maps = self.look(pictures).flatten(2).transpose(1, 2)  # (B * T, N, M)
        maps = self.maps(maps.unflatten(0, (clips, frames))).flatten(0, 1)
        pooled = F.max_pool2d(maps.transpose(1, 2).unflatten(2, (self.side, self.side)), 2)
        gathered = self.gather(pooled.flatten(1)).unflatten(0, (clips, frames))  # (B, T, V)
        if self.context:
            earlier = torch.cat([gathered[:, :1], gathered[:, :-1]], 1)
            gathered = torch.cat([gathered, gathered - earlier], -1)
        return self.embedding(F.normalize(self.head(gathered).float(), dim=-1))
