"""The multiscale video transformer of BMViT: MViTv2-S (Li et al., CVPR 2022), as published or with finer last maps.

    video (B, 3, T, S, S) - cube 3 x 7 x 7, stride 2 x 4 x 4 -> (B, T', S/4, S/4, 96) - 16 blocks, wider and coarser
                          -> (B, T', S/16, S/16, 768), or S/32 as published

Width and heads double inside the attention of blocks 1, 3 and 14, where also the queries are pooled to half the rows
and columns; BMViT leaves the pooling of block 14 out, so that 16 x 16 places can speak for a person each. Keys and
values are pooled by 8 at first and by half as much after each pooling of queries. That leaves open what block 14 does
without its own: `keys` says whether they are as fine as in the published net (8 x 16 x 16 of them), or by the rule.

Where to look, each (B, T', H, W, D): `cube`, `blocks.{k}.entry`, `.space` (after attention), `.exit` (after the MLP),
and `blocks.{k}.attention.weights` (B, heads, queries, keys), every row of sum 1: big, so of single blocks only.
Position is known by distance alone (decomposed by time, row, column). Dropping paths at random is left to a training.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.runtime.capture import Tap

WIDENING = (1, 3, 14)  # blocks whose attention doubles width and heads
KEYS = {
    "published": "keys and values of the last stage as fine as in the published net",
    "adaptive": "strides of keys and values halved only where queries are pooled",
}
EPS, SPREAD = 1e-6, 0.02


class MViT(nn.Module):
    """See the module's first lines.

    Args:
        frames, size: T; S in px; 2 and 32 divide them.
        width, depth, heads: of the first stage; blocks; heads of the first stage.
        pooling: blocks whose queries are pooled; (1, 3, 14) is the published net.
        keys: a key of KEYS.
        key_stride: of keys and values in the first block.

    Raises:
        ValueError: sizes that do not fit, or keys unknown.
    """

    def __init__(
        self,
        frames: int = 16,
        size: int = 256,
        width: int = 96,
        depth: int = 16,
        heads: int = 1,
        pooling: tuple[int, ...] = (1, 3),
        keys: str = "published",
        key_stride: int = 8,
    ):
        super().__init__()
        if frames % 2 or size % 32 or width % heads or keys not in KEYS:
            raise ValueError(
                f"want frames that 2 divides, a size that 32 divides, and keys of {', '.join(KEYS)}, "
                f"got {frames}, {size} and {keys!r}"
            )
        self.frames, self.size = frames, size
        self.patch = nn.Conv3d(3, width, (3, 7, 7), (2, 4, 4), (1, 3, 3))
        self.cube = Tap()
        grid, self.blocks = (frames // 2, size // 4, size // 4), nn.ModuleList()
        for k in range(depth):
            wider = 1 + (k in WIDENING)
            stride = 1 + (k in pooling)
            key_stride = max(key_stride // (wider if keys == "published" else stride), 1)
            block = MultiscaleBlock(width, width * wider, heads * wider, grid, stride, key_stride)
            self.blocks.append(block)
            width, heads, grid = width * wider, heads * wider, block.grid
        self.norm = nn.LayerNorm(width, eps=EPS)
        self.width, self.grid = width, grid  # D and (T', H, W) of the result
        self.apply(_begin)

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S) -> (B, T', H, W, D)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        x = self.cube(self.patch(video).permute(0, 2, 3, 4, 1))
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class MultiscaleBlock(nn.Module):
    """Pooled attention and MLP, each added to its input; (B, T, H, W, D) -> (B, *grid, D')."""

    def __init__(self, inner: int, width: int, heads: int, grid: tuple[int, int, int], stride: int, key_stride: int):
        super().__init__()
        self.entry, self.space, self.exit = Tap(), Tap(), Tap()
        self.stride, self.grid = stride, (grid[0], *(side // stride for side in grid[1:]))
        self.attention_norm = nn.LayerNorm(inner, eps=EPS)
        self.attention = PooledAttention(inner, width, heads, grid, stride, key_stride)
        self.widen = nn.Linear(inner, width) if inner != width else None
        self.mlp_norm = nn.LayerNorm(width, eps=EPS)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = self.entry(x)
        normed = self.attention_norm(x)
        attended = self.attention(normed)
        x = self.space(self.shortcut(self.widen(normed) if self.widen else x) + attended)
        return self.exit(x + self.mlp(self.mlp_norm(x)))

    def shortcut(self, x: Tensor) -> Tensor:
        """The input where queries are not pooled, else the largest of 3 x 3 around every second place."""
        if self.stride == 1:
            return x
        maps = x.permute(0, 4, 1, 2, 3)  # (B, D, T, H, W)
        pooled = F.max_pool3d(maps, (1, 3, 3), (1, self.stride, self.stride), (0, 1, 1))
        return pooled.permute(0, 2, 3, 4, 1)


class PooledAttention(nn.Module):
    """Self-attention whose queries, keys and values are pooled by learnt 3 x 3 x 3 windows, with relative positions.

    What a query is itself is added to what it attended to, so that a pooled one keeps its own content.
    """

    def __init__(self, inner: int, width: int, heads: int, grid: tuple[int, int, int], stride: int, key_stride: int):
        super().__init__()
        self.heads, size = heads, width // heads
        self.qkv, self.proj = nn.Linear(inner, 3 * width), nn.Linear(width, width)
        self.pools = nn.ModuleList(Pool(size, step) for step in (stride, key_stride, key_stride))
        places = [(grid[0], grid[0]), *((side // stride, side // key_stride) for side in grid[1:])]
        self.tables = nn.ParameterList(torch.zeros(2 * max(pair) - 1, size) for pair in places)  # by time, row, column
        for axis, pair in enumerate(places):
            self.register_buffer(f"distance_{axis}", distances(*pair), persistent=False)
        self.weights = Tap()

    def forward(self, x: Tensor) -> Tensor:  # (B, T, H, W, D) -> (B, T, H', W', D')
        parts = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(4, 0, 5, 6, 1, 2, 3)  # (3, B, heads, d, T, H, W)
        query, key, value = (pool(part) for pool, part in zip(self.pools, parts))  # (B, heads, T, H', W', d) each
        grid, flat = query.shape[2:5], query.flatten(2, 4)  # (B, heads, N, d)
        scores = flat * flat.shape[-1] ** -0.5 @ key.flatten(2, 4).mT  # (B, heads, N, M)
        scores = scores.unflatten(-1, key.shape[2:5]) + self.position(query).flatten(2, 4)
        weights = self.weights(scores.flatten(3).softmax(-1))
        attended = weights @ value.flatten(2, 4) + flat
        return self.proj(attended.transpose(1, 2).flatten(2)).unflatten(1, grid)

    def position(self, query: Tensor) -> Tensor:
        """What distance alone adds to the scores: (B, heads, T, H', W', T'', H'', W'') of queries and keys."""
        time, row, column = (table[getattr(self, f"distance_{k}")] for k, table in enumerate(self.tables))
        of_time = torch.einsum("bnthwd,tkd->bnthwk", query, time)[..., :, None, None]
        of_row = torch.einsum("bnthwd,hkd->bnthwk", query, row)[..., None, :, None]
        of_column = torch.einsum("bnthwd,wkd->bnthwk", query, column)[..., None, None, :]
        return of_time + of_row + of_column


class Pool(nn.Module):
    """Each channel of a head pooled by its own 3 x 3 x 3 window: (B, heads, d, T, H, W) -> (B, heads, T, H', W', d)."""

    def __init__(self, size: int, stride: int):
        super().__init__()
        self.window = nn.Conv3d(size, size, 3, (1, stride, stride), 1, groups=size, bias=False)
        self.norm = nn.LayerNorm(size, eps=EPS)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.window(x.flatten(0, 1)).unflatten(0, x.shape[:2])
        return self.norm(pooled.permute(0, 1, 3, 4, 5, 2))


def distances(queries: int, keys: int) -> Tensor:
    """(queries, keys) int: how far each query is from each key along one axis, from 0; the coarser one is stretched."""
    wide_query, wide_key = max(keys // queries, 1), max(queries // keys, 1)
    apart = torch.arange(queries)[:, None] * wide_query - torch.arange(keys) * wide_key
    return apart + (keys - 1) * wide_key


def _begin(module: nn.Module) -> None:
    """Fresh weights, as the authors draw them."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=SPREAD)
        nn.init.zeros_(module.bias)
    elif isinstance(module, PooledAttention):
        for table in module.tables:
            nn.init.trunc_normal_(table, std=SPREAD)
