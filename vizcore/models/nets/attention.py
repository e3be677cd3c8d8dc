"""Multi-head attention whose weights are looked at row by row: no table of N x N is ever kept.

tokens (S, N, D) - qkv -> query, key, value (S, heads, N, d) - fused attention -> (S, N, D)
"""

from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.runtime.capture import Tap


class Attention(nn.Module):
    """Self-attention of S separate sequences.

    Its `query`, `key` and `value` can be watched, each (S, heads, N, d), and `mixed`: the output of each head.
    """

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.query, self.key, self.value, self.mixed = Tap(), Tap(), Tap(), Tap()

    def forward(self, x: Tensor) -> Tensor:  # (S, N, D)
        query, key, value = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)  # (S, heads, N, d)
        query, key, value = self.query(query), self.key(key), self.value(value)
        mixed = self.mixed(F.scaled_dot_product_attention(query, key, value))  # (S, heads, N, d)
        return self.proj(mixed.transpose(1, 2).flatten(2))  # (S, N, D)
