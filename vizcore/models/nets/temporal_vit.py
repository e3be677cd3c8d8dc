"""A vision transformer that looks at time in one of four ways, with the published TimeSformer's list of layers.

    video (B, 3, T, H, W) - patches -> (B, T, N, D) and a class token (B, 1, D) - blocks -> class token -> logits (B, C)

    space        each frame on its own; the frames meet only in the class token, which is their average
    joint        all T * N patches at once
    factorized   each place over time, then each frame on its own
    ata          the same, but the patches are first matched from frame to frame, so that time attention follows
                 content instead of places (Alignment-guided Temporal Attention, NeurIPS 2022)

Where to look, each (B, T, N, D) patches: `blocks.{k}.entry`, `.time` (after time attention; where a block has none, the
entry again), `.space` (after attention in the frame, or after joint attention), `.exit` (after the MLP). An aligned
block's matching is `blocks.{k}.order` (B, T, N): track i is patch order[b, t, i] of frame t. Queries and keys are
`blocks.{k}.attention.query` and `.key` (B * T, heads, 1 + N, d), in joint mode (B, heads, 1 + T * N, d); over time
`blocks.{k}.time_attention.query` and `.key` (B * N, heads, T, d), one sequence a track.
The logits depend on the class token alone, so their gradient is zero at the last block's `.space` and `.exit`.
"""

import math
from collections.abc import Iterable
from zlib import crc32

import torch
from torch import Tensor, nn

from vizcore.algorithms.matching.matching import METHODS, align, dealign
from vizcore.models.nets.attention import Attention
from vizcore.models.nets.temporal_modes import MODES, OVER_TIME
from vizcore.runtime.capture import Tap

SPREAD = 0.02  # standard deviation of fresh weights, as in ViT (its truncation lies 100 deviations away)


class TemporalViT(nn.Module):
    """See the module's first lines.

    Args:
        mode: a key of MODES. Modes of one size and seed agree in every weight that they share, and factorized and ata
            have the same weights throughout.
        frames, size, patch: T; height and width in px; px of a patch's side. N is (size / patch) squared.
        width, depth, heads, classes: D, blocks, heads of every attention, C.
        aligned: indices of the blocks that align, in ATA mode; all of them if not given.
        method: how they match, a key of METHODS; may be set on the net later.
        seed: of the fresh weights: the same on every machine of a kind.
        zero_time: time attention's last layer and the time table begin at zero, so that the net begins as the image
            model that its weights may come from (TimeSformer's way to train). False draws them like the others:
            only then do random weights show what time attention does.

    Raises:
        ValueError: a name is unknown or the sizes do not fit each other.
    """

    def __init__(
        self,
        mode: str = "ata",
        frames: int = 8,
        size: int = 224,
        patch: int = 16,
        width: int = 768,
        depth: int = 12,
        heads: int = 12,
        classes: int = 400,
        aligned: Iterable[int] | None = None,
        method: str = "hungarian",
        seed: int = 0,
        zero_time: bool = True,
    ):
        super().__init__()
        _check_sizes(frames=frames, size=size, patch=patch, width=width, depth=depth, heads=heads, classes=classes)
        self.mode, self.frames, self.size, self.method = _known(MODES, mode), frames, size, _known(METHODS, method)
        self.aligned = _aligned_blocks(mode, depth, aligned)
        with torch.device("meta"):  # drawn below: the layers' own first values would be thrown away
            self.patch = nn.Conv2d(3, width, patch, patch)
            self.class_token = nn.Parameter(torch.empty(1, width))
            self.space_table = nn.Parameter(torch.empty(1 + (size // patch) ** 2, width))
            if mode != "space":
                self.time_table = nn.Parameter(torch.empty(frames, width))
            self.blocks = nn.ModuleList(TemporalBlock(mode, width, heads, k in self.aligned) for k in range(depth))
            self.norm = nn.LayerNorm(width, eps=1e-6)
            self.head = nn.Linear(width, classes)
        self.to_empty(device=torch.get_default_device())
        self._draw(seed, zero_time)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, H, W)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        patches, token = self._embed(video)
        for block in self.blocks:
            patches, token = block(patches, token, self.method)
        return self.head(self.norm(token[:, 0]))  # (B, C)

    def _embed(self, video: Tensor) -> tuple[Tensor, Tensor]:
        """Patches (B, T, N, D) and class token (B, 1, D), with their places and times."""
        pictures = self.patch(video.transpose(1, 2).flatten(0, 1))  # (B * T, D, rows, columns)
        patches = pictures.flatten(2).transpose(1, 2).unflatten(0, (len(video), self.frames))  # (B, T, N, D)
        patches = patches + self.space_table[1:]
        if self.mode != "space":
            patches = patches + self.time_table[:, None]
        token = (self.class_token + self.space_table[:1]).expand(len(video), 1, -1)
        return patches, token

    @torch.no_grad()
    def _draw(self, seed: int, zero_time: bool) -> None:
        """Fresh weights, each from the seed and its own name, so that nets of several modes agree."""
        for name, weight in self.named_parameters():
            owner, _, kind = name.rpartition(".")
            at_zero = zero_time and (owner.endswith("time_out") or name == "time_table")
            if weight.is_meta:
                continue
            if kind == "bias" or at_zero:
                weight.zero_()
            elif owner.endswith("norm"):
                weight.fill_(1.0)
            else:
                chance = torch.Generator().manual_seed(crc32(f"{seed} {name}".encode()))
                weight.copy_(torch.empty(weight.shape, device="cpu").normal_(0.0, SPREAD, generator=chance))


class TemporalBlock(nn.Module):
    """Time attention where the mode has it, attention in the frame (or of all patches), MLP; each adds to its input."""

    def __init__(self, mode: str, width: int, heads: int, aligned: bool):
        super().__init__()
        self.joint, self.over_time, self.aligned = mode == "joint", mode in OVER_TIME, aligned
        self.entry, self.time, self.space, self.exit = Tap(), Tap(), Tap(), Tap()
        if self.over_time:
            self.time_norm = nn.LayerNorm(width, eps=1e-6)
            self.time_attention = Attention(width, heads)
            self.time_out = nn.Linear(width, width)
        if aligned:
            self.order = Tap()
        self.attention_norm = nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.mlp_norm = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, patches: Tensor, token: Tensor, method: str) -> tuple[Tensor, Tensor]:
        """Patches and token behind the block.

        Args:
            patches: (B, T, N, D).
            token: (B, 1, D), the class token.
            method: of matching, where the block aligns.
        """
        patches = self.entry(patches)
        if self.over_time:
            patches = patches + self._through_time(patches, method)
        patches = self.time(patches)
        patches, token = self._all_at_once(patches, token) if self.joint else self._frame_by_frame(patches, token)
        tokens = _joined(token, self.space(patches))
        tokens = tokens + self.mlp(self.mlp_norm(tokens))
        token, patches = _parted(tokens, patches.shape)
        return self.exit(patches), token

    def _through_time(self, patches: Tensor, method: str) -> Tensor:
        """What each patch takes from the other frames of its place, or of its track where the block is aligned."""
        if self.aligned:
            patches, order = _tracks(patches, method)
            order = self.order(order)
        tracks = self.time_norm(patches).transpose(1, 2)  # (B, N, T, D)
        attended = self.time_attention(tracks.flatten(0, 1)).unflatten(0, tracks.shape[:2])
        attended = self.time_out(attended.transpose(1, 2))  # (B, T, N, D)
        return dealign(attended, order) if self.aligned else attended

    def _frame_by_frame(self, patches: Tensor, token: Tensor) -> tuple[Tensor, Tensor]:
        """Attention inside each frame; the class token takes part in all of them, and keeps their average."""
        copies = token[:, None].expand(-1, patches.shape[1], -1, -1)  # (B, T, 1, D)
        frames = torch.cat([copies, patches], 2)  # (B, T, 1 + N, D)
        attended = self.attention(self.attention_norm(frames).flatten(0, 1)).unflatten(0, frames.shape[:2])
        return patches + attended[:, :, 1:], token + attended[:, :, :1].mean(1)

    def _all_at_once(self, patches: Tensor, token: Tensor) -> tuple[Tensor, Tensor]:
        tokens = _joined(token, patches)  # (B, 1 + T * N, D)
        token, patches = _parted(tokens + self.attention(self.attention_norm(tokens)), patches.shape)
        return patches, token


def _tracks(patches: Tensor, method: str) -> tuple[Tensor, Tensor]:
    """Patches (B, T, N, D) in the order of their tracks, and that order (B, T, N)."""
    if method == "identity" or patches.is_meta:  # a tensor without data has shapes to count, but nothing to follow
        return patches, torch.arange(patches.shape[2], device=patches.device).expand(patches.shape[:3])
    with torch.autocast(patches.device.type, enabled=False):  # nearly equal cosines are distinct in 32 bits only
        return align(patches, method, batched=True, grid=2 * (math.isqrt(patches.shape[2]),))


def _joined(token: Tensor, patches: Tensor) -> Tensor:
    """(B, 1, D) and (B, T, N, D) as one sequence (B, 1 + T * N, D)."""
    return torch.cat([token, patches.flatten(1, 2)], 1)


def _parted(tokens: Tensor, shape: torch.Size) -> tuple[Tensor, Tensor]:
    """The class token (B, 1, D) and the patches in their shape (B, T, N, D)."""
    return tokens[:, :1], tokens[:, 1:].unflatten(1, shape[1:3])


def _known(table: dict[str, str], name: str) -> str:
    if name not in table:
        raise ValueError(f"want one of {', '.join(table)}, got {name!r}")
    return name


def _check_sizes(**sizes: int) -> None:
    small = [f"{name}={number}" for name, number in sizes.items() if number < 1]
    if small:
        raise ValueError(f"want sizes of at least 1, got {', '.join(small)}")
    for whole, part in (("size", "patch"), ("width", "heads")):
        if sizes[whole] % sizes[part]:
            raise ValueError(f"want a {whole} that {part} divides, got {sizes[whole]} and {sizes[part]}")


def _aligned_blocks(mode: str, depth: int, aligned: Iterable[int] | None) -> tuple[int, ...]:
    """The blocks that align, in rising order."""
    chosen = (range(depth) if mode == "ata" else ()) if aligned is None else sorted(set(aligned))
    if mode != "ata" and chosen:
        raise ValueError(f"want aligned blocks in ATA mode only, got {list(chosen)} in {mode} mode")
    if any(not 0 <= k < depth for k in chosen):
        raise ValueError(f"want aligned blocks from 0 to {depth - 1}, got {list(chosen)}")
    return tuple(chosen)
