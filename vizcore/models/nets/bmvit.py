"""BMViT at full size: every output token of a video transformer says a box, whether an actor, and what it does.

    video (B, 3, T, S, S) - backbone -> tokens (B, T', H, W, D) - three heads, token by token
        -> boxes (B, N, 4), actor (B, N, 2) logits, actions (B, N, C) logits             (Ntinou et al., CVPR 2024)

    BMViT       Fig. 1a: MViTv2-S without its last pooling; the heads stand beside each other on projected tokens
    ViTBMViT    Fig. 1b: ViT-B of VideoMAE; actions attend to all tokens by cross-attention, boxes see the central ones

The figure's "512 x 4, 512 x 2, 512 x C" are sizes of the heads' last weights; a token says 4, 2 and C numbers. How deep
an "MLP" is, is not written: three layers, as in DETR's box head. Which tokens speak is a choice (TOKENS), because the
table lists all of them and the text those of the central frame.

Where to look: `tokens` (B, T', H, W, D), and the backbone's own places, such as `backbone.blocks.15.attention.weights`
or `blocks.11.attention.query`.
"""

from torch import Tensor, nn

from vizcore.models.nets.localizer import Located, three_layers
from vizcore.models.nets.mvit import MViT
from vizcore.models.nets.videomae import EncoderBlock, sine_table
from vizcore.runtime.capture import Tap

TOKENS = {
    "central": "those of the central slice of time, T' // 2 from 0: of 8 the fifth",
    "two central": "those of the slices on both sides of the middle",
    "all": "all of them",
}
CLASSES = 80
EPS = 1e-6


def chosen(tokens: Tensor, which: str) -> Tensor:
    """(B, N, D): the tokens (B, T', H, W, D) that speak, row by row; `which` is a key of TOKENS."""
    middle = tokens.shape[1] // 2
    slices = {"central": slice(middle, middle + 1), "two central": slice(middle - 1, middle + 1), "all": slice(None)}
    return tokens[:, slices[which]].flatten(1, 3)


class BMViT(nn.Module):
    """See the module's first lines.

    Args:
        classes: C.
        tokens: a key of TOKENS; `which` on the net, where it may be set later.
        projected: width of the tokens that speak, and inside the heads.
        backbone: arguments of MViT.

    Raises:
        ValueError: tokens are unknown, or the backbone's sizes do not fit.
    """

    def __init__(self, classes: int = CLASSES, tokens: str = "central", projected: int = 512, **backbone):
        super().__init__()
        self.which = known(tokens)
        self.backbone, self.tokens = MViT(**backbone), Tap()
        self.project = nn.Linear(self.backbone.width, projected)  # the figure's convolution of 1 x 1 x 1
        self.box_head, self.actor_head, self.action_head = (three_layers(projected, out) for out in (4, 2, classes))

    def forward(self, video: Tensor) -> Located:  # (B, 3, T, S, S)
        tokens = chosen(self.project(self.tokens(self.backbone(video))), self.which)  # (B, N, 512)
        return Located(self.box_head(tokens).sigmoid(), self.actor_head(tokens), self.action_head(tokens))


class ViTBMViT(nn.Module):
    """See the module's first lines.

    The patches are 3 frames deep and begin every 2, so that with a frame of padding 16 of them give 8 slices; the
    weights of VideoMAE are 2 deep (`depth_of_patch=2`, no padding).

    Args:
        classes: C.
        frames, size, patch: T; S in px; px of a patch's side, which divides S.
        width, depth, heads, inner: D, blocks, heads, width inside the MLPs.
        depth_of_patch: 3 or 2 frames.
        tokens: a key of TOKENS.

    Raises:
        ValueError: tokens are unknown, or sizes do not fit.
    """

    def __init__(
        self,
        classes: int = CLASSES,
        frames: int = 16,
        size: int = 288,
        patch: int = 16,
        width: int = 768,
        depth: int = 12,
        heads: int = 12,
        inner: int = 3072,
        depth_of_patch: int = 3,
        tokens: str = "central",
    ):
        super().__init__()
        if frames % 2 or size % patch or width % heads or depth_of_patch not in (2, 3):
            raise ValueError(f"want frames that 2 divides, and a size that {patch} divides, got {frames} and {size}")
        self.frames, self.size, self.which = frames, size, known(tokens)
        self.patch = nn.Conv3d(3, width, (depth_of_patch, patch, patch), (2, patch, patch), (depth_of_patch - 2, 0, 0))
        self.grid = frames // 2, size // patch, size // patch  # T', H, W
        places = self.grid[0] * self.grid[1] * self.grid[2]
        self.register_buffer("table", sine_table(places, width), persistent=False)  # (T' H W, D)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, inner, EPS) for _ in range(depth))
        self.norm, self.tokens = nn.LayerNorm(width, eps=EPS), Tap()
        self.hear = CrossAttention(width, heads, inner)
        self.box_head, self.actor_head, self.action_head = (three_layers(width, out) for out in (4, 2, classes))

    def forward(self, video: Tensor) -> Located:  # (B, 3, T, S, S)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        tokens = self.see(video)
        speaking = chosen(tokens, self.which)  # (B, N, D)
        actions = self.action_head(self.hear(speaking, tokens.flatten(1, 3)))
        return Located(self.box_head(speaking).sigmoid(), self.actor_head(speaking), actions)

    def see(self, video: Tensor) -> Tensor:
        """The backbone alone: tokens (B, T', H, W, D)."""
        x = self.patch(video).flatten(2).transpose(1, 2) + self.table  # (B, T' H W, D)
        x = x.unflatten(1, (self.grid[0], -1))  # (B, T', H W, D)
        for block in self.blocks:
            x = block(x)
        return self.tokens(self.norm(x).unflatten(2, self.grid[1:]))


class CrossAttention(nn.Module):
    """Queries (B, N, D) attend to tokens (B, M, D), then an MLP; each adds to its input."""

    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.query_norm, self.token_norm = nn.LayerNorm(width, eps=EPS), nn.LayerNorm(width, eps=EPS)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp_norm = nn.LayerNorm(width, eps=EPS)
        self.mlp = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))

    def forward(self, queries: Tensor, tokens: Tensor) -> Tensor:
        around = self.token_norm(tokens)
        x = queries + self.attention(self.query_norm(queries), around, around, need_weights=False)[0]
        return x + self.mlp(self.mlp_norm(x))


def known(tokens: str) -> str:
    if tokens not in TOKENS:
        raise ValueError(f"want tokens of {', '.join(TOKENS)}, got {tokens!r}")
    return tokens
