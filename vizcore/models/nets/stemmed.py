"""A small video transformer on a frozen stem, with one of four kinds of time attention: the net that the world trains.

    video (B, 3, T, S, S) - stem, frame by frame -> tokens (B, T, N, C) - blocks -> mean over T and N -> logits (B, K)

Unlike TemporalViT it has no class token, its matching is made once, on the stem's tokens, and its modes differ in
nothing but what time attention sees: all of them but *space* have exactly the same weights.

    space        nothing: each frame on its own, averaged
    joint        all tokens of all frames
    factorized   the tokens of one place
    ata          the tokens of one track

Where to look: `tokens` (B, T, N, C) of the stem; `blocks.{k}.entry`, `.time`, `.space`, `.exit` (B, T, N, D); in ata
mode `order` (B, T, N): track i is patch order[b, t, i] of frame t.
"""

import math
from collections.abc import Collection

import torch
from torch import Tensor, nn

from vizcore.models.nets.attention import Attention
from vizcore.models.nets.temporal_modes import MODES
from vizcore.runtime.capture import Tap

PLACE, TIME = 0.3, 0.5  # how loud the codes of place and time are, beside tokens of about 1


class StemmedViT(nn.Module):
    """See the module's first lines.

    Args:
        stem: pictures (K, 3, S, S) -> tokens (K, N, C), with its C as `width`; it is not trained here.
        mode: a key of MODES.
        classes, frames, size, patch: K; T; S in px; px of a token's side.
        width, depth, heads: D, blocks, heads of every attention.
        method: how ata matches, of matching.METHODS; may be set on the net later ("identity" switches alignment off).
    """

    def __init__(
        self,
        stem: nn.Module,
        mode: str,
        classes: int,
        frames: int = 8,
        size: int = 56,
        patch: int = 8,
        width: int = 64,
        depth: int = 1,
        heads: int = 4,
        method: str = "hungarian",
    ):
        super().__init__()
        _refuse_unknown(MODES, mode)
        if mode == "ata":
            from vizcore.algorithms.matching.matching import METHODS  # here and below: no other mode matches

            _refuse_unknown(METHODS, method)
        self.mode, self.frames, self.size, self.method = mode, frames, size, method
        self.stem, self.tokens, self.order = stem, Tap(), Tap()
        self.entry = nn.Linear(stem.width, width)
        self.register_buffer("place", place_code(size // patch, width), persistent=False)
        self.blocks = nn.ModuleList(StemmedBlock(mode, width, heads, frames) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        pictures = video.transpose(1, 2).flatten(0, 1)
        tokens = self.tokens(self.stem(pictures).unflatten(0, (len(video), self.frames)))  # (B, T, N, C)
        order = self.order(self.matched(tokens)) if self.mode == "ata" else None
        return self.classify(tokens, order)

    def matched(self, tokens: Tensor) -> Tensor | None:
        """The order (B, T, N) of tracks through the stem's tokens; None where alignment is off."""
        if self.method == "identity" or tokens.is_meta:
            return torch.arange(tokens.shape[2], device=tokens.device).expand(tokens.shape[:3])
        from vizcore.algorithms.matching.matching import align

        with torch.autocast(tokens.device.type, enabled=False):  # as TemporalViT: nearly equal cosines need 32 bits
            return align(tokens.float(), self.method, batched=True, grid=2 * (math.isqrt(tokens.shape[2]),))[1]

    def classify(self, tokens: Tensor, order: Tensor | None = None) -> Tensor:
        """Logits (B, K) from the stem's tokens (B, T, N, C) and, in ATA mode, the order (B, T, N) of tracks."""
        x = self.entry(tokens) + self.place
        for block in self.blocks:
            x = block(x, order)
        return self.head(self.norm(x).mean((1, 2)))


class StemmedBlock(nn.Module):
    """Time attention where the mode has it, attention in the frame, MLP; each adds to its input (B, T, N, D)."""

    def __init__(self, mode: str, width: int, heads: int, frames: int):
        super().__init__()
        self.mode = mode
        self.entry, self.time, self.space, self.exit = Tap(), Tap(), Tap(), Tap()
        if mode != "space":
            self.time_norm, self.time_attention = nn.LayerNorm(width), Attention(width, heads)
            self.time_table = nn.Parameter(time_code(frames, width))
        self.attention_norm, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor, order: Tensor | None) -> Tensor:
        x = self.entry(x)
        if self.mode != "space":
            x = x + self._through_time(self.time_norm(x), order)
        x = self.time(x)
        frames = self.attention(self.attention_norm(x).flatten(0, 1)).unflatten(0, x.shape[:2])
        x = self.space(x + frames)
        return self.exit(x + self.mlp(self.mlp_norm(x)))

    def _through_time(self, x: Tensor, order: Tensor | None) -> Tensor:
        """What each token takes from the other frames: of its place, of its track, or from everywhere."""
        timed = self.time_table[:, None]  # (T, 1, D)
        if self.mode == "joint":
            return self.time_attention((x + timed).flatten(1, 2)).unflatten(1, x.shape[1:3])
        if order is not None:
            x = x.gather(2, order[..., None].expand_as(x))
        tracks = (x + timed).transpose(1, 2)  # (B, N, T, D)
        attended = self.time_attention(tracks.flatten(0, 1)).unflatten(0, tracks.shape[:2]).transpose(1, 2)
        if order is None:
            return attended
        from vizcore.algorithms.matching.matching import dealign

        return dealign(attended, order)


def _refuse_unknown(table: Collection[str], name: str) -> None:
    if name not in table:
        raise ValueError(f"want one of {', '.join(table)}, got {name!r}")


def time_code(frames: int, width: int) -> Tensor:
    """(T, D): sines and cosines of the frame number, wavelengths from 6 to about 190 frames."""
    waves = torch.exp(-torch.arange(width // 2) / (width // 2) * math.log(30.0))
    angles = torch.arange(frames)[:, None] * waves
    return TIME * torch.cat([angles.sin(), angles.cos()], 1)


def place_code(side: int, width: int) -> Tensor:
    """(side * side, D): sines and cosines of column and row, fixed."""
    waves = 1.2 * torch.exp(-torch.arange(width // 4) / (width // 4) * math.log(10.0))
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    angles = [axis.flatten()[:, None] * waves for axis in (x, y)]
    return PLACE * torch.cat([wave(angle) for angle in angles for wave in (torch.sin, torch.cos)], 1)
