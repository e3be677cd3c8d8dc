"""ASFormer: every frame gets a class by attention within windows that double from layer to layer.

    features (B, F, T) - encoder -> logits, memory - softmax, decoder: attends by itself, reads the memory -> logits ...

Source: Yi et al., ASFormer, BMVC 2021. Layers, sizes and order are those of its public code, but for the attention's
window: outside of it the weight is 0 here, and about 1e-6 of the inside there.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.models.nets.ms_tcn import over_time


class ASFormer(nn.Module):
    """See the module's first lines.

    Args:
        inputs: F, features of a frame.
        classes: C.
        width: channels inside; queries, keys and values have half of it.
        layers: of the encoder and of every decoder; layer k has dilation and window 2^k.
        decoders: stages after the encoder; the n-th adds its attention with weight exp(-3 n), n from 0.
        masked: share of input channels that are dropped in training, over the whole video.
        dropout: share of values that are dropped in training, in every layer.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        width: int = 64,
        layers: int = 10,
        decoders: int = 3,
        masked: float = 0.3,
        dropout: float = 0.5,
    ):
        super().__init__()
        self.masking = nn.Dropout1d(masked)
        shape = {"layers": layers, "dropout": dropout}
        self.encoder = Stage(inputs, classes, width, 1.0, **shape)
        self.decoders = nn.ModuleList(
            Stage(classes, classes, width, math.exp(-3 * n), **shape) for n in range(decoders)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Logits (S, B, C, T) of all stages, the last one the answer, from features (B, F, T)."""
        memory = self.encoder.trunk(self.masking(features))
        stages = [self.encoder.exit(memory)]
        for decoder in self.decoders:
            memory = decoder.trunk(stages[-1].softmax(1), memory)
            stages.append(decoder.exit(memory))
        return torch.stack(stages)


class Stage(nn.Module):
    """Layers of attention over time between a 1 x 1 convolution and another one that tells the classes."""

    def __init__(self, inputs: int, classes: int, width: int, share: float, layers: int, dropout: float):
        super().__init__()
        self.entry = nn.Conv1d(inputs, width, 1)
        self.layers = nn.ModuleList(Layer(width, 2**k, share, dropout) for k in range(layers))
        self.exit = nn.Conv1d(width, classes, 1)

    def trunk(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        """(B, width, T) of x (B, inputs, T), which reads its values from memory (B, width, T) where one is given."""
        x = self.entry(x)
        for layer in self.layers:
            x = layer(x, memory)
        return x


class Layer(nn.Module):
    """A dilated convolution, plus a share of the attention that looks on its normalised frames."""

    def __init__(self, width: int, dilation: int, share: float, dropout: float, kernel: int = 3):
        super().__init__()
        self.share = share
        self.forward_conv = over_time(width, dilation, kernel)
        self.norm = nn.InstanceNorm1d(width)
        self.attention = WindowAttention(width, dilation)
        self.mixed = nn.Conv1d(width, width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        convolved = F.relu(self.forward_conv(x))
        normal = self.norm(convolved)
        convolved = self.share * self.attention(normal, normal if memory is None else memory) + convolved
        return x + self.dropout(self.mixed(convolved))


class WindowAttention(nn.Module):
    """One head of attention of every frame to the `window` frames around it: t - window // 2 and what follows.

    Time is cut into stretches of `window` frames, each of which looks on itself and half a window on either side, so
    that the work grows with T times the window.
    """

    def __init__(self, width: int, window: int):
        super().__init__()
        self.window = window
        self.query, self.key, self.value = (nn.Conv1d(width, width // 2, 1) for _ in range(3))
        self.exit = nn.Conv1d(width // 2, width, 1)

    def forward(self, x: Tensor, values: Tensor) -> Tensor:  # (B, D, T) twice
        frames, w, half = x.shape[-1], self.window, self.window // 2
        stretches = -(-frames // w)
        late = stretches * w - frames  # frames that the last stretch lacks
        q = F.pad(self.query(x), (0, late)).unflatten(2, (stretches, w)).permute(0, 2, 3, 1)  # (B, S, w, D/2)
        k, v = (  # (B, S, w + 2 half, D/2)
            F.pad(projected, (half, half + late)).unfold(2, w + 2 * half, w).permute(0, 2, 3, 1)
            for projected in (self.key(x), self.value(values))
        )
        logits = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5  # (B, S, w, w + 2 half)
        read = logits.masked_fill(~self.window_mask(frames, x.device), -torch.inf).softmax(-1) @ v
        return self.exit(F.relu(read.permute(0, 3, 1, 2).flatten(2)[..., :frames]))

    def window_mask(self, frames: int, device: torch.device) -> Tensor:
        """(S, w, w + 2 half) bool: which frames of its stretch and around it a frame looks on."""
        w, half = self.window, self.window // 2
        starts = torch.arange(-(-frames // w), device=device)[:, None, None] * w
        queries, keys = torch.arange(w, device=device), torch.arange(w + 2 * half, device=device)
        near = (keys >= queries[:, None]) & (keys < queries[:, None] + w)  # (w, w + 2 half)
        there = (starts + keys - half >= 0) & (starts + keys - half < frames)
        itself = keys == queries[:, None] + half  # what looks from behind the last frame must look on something
        return near & there | itself
