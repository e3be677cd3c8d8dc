"""Where single tokens look, seen during a pass: rows of attention, and never a table of all tokens.

with watching_rows(model, {"blocks.6.attention": [17]}) as rows:
    logits = model(video)
rows["blocks.6.attention"]                              (S, heads, 1, N): queries and keys were let go on the way

An attention is what has taps `query` and `key`, each (S, heads, N, d), that are passed in this order.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext

import torch
from torch import Tensor, nn

from vizcore.runtime.capture import Tap, places_of


def attention_rows(query: Tensor, key: Tensor, queries: Sequence[int]) -> Tensor:
    """Where the asked-about tokens look: the rows of softmax(query key^T / sqrt(d)) that belong to them.

    Args:
        query: (..., N, d), as an Attention's `query` gave it.
        key: (..., M, d), its `key`.
        queries: K token indices from 0 to N - 1.

    Returns:
        (..., K, M) weights from 0 to 1, every row of sum 1; in 32-bit numbers at least.

    Raises:
        ValueError: an index is out of range, or query and key do not belong together.
    """
    if query.ndim < 2 or query.shape[:-2] != key.shape[:-2] or query.shape[-1] != key.shape[-1]:
        raise ValueError(f"want query (..., N, d) and key (..., M, d), got {(*query.shape,)} and {(*key.shape,)}")
    wrong = [index for index in queries if not 0 <= index < query.shape[-2]]
    if wrong:
        raise ValueError(f"want tokens from 0 to {query.shape[-2] - 1}, got {wrong[0]}")
    dtype = torch.promote_types(query.dtype, torch.float32)
    chosen = query[..., list(queries), :].to(dtype)  # (..., K, d)
    with nullcontext() if query.is_meta else torch.autocast(query.device.type, enabled=False):
        scores = chosen @ key.to(dtype).transpose(-1, -2) / query.shape[-1] ** 0.5  # (..., K, M)
    return scores.softmax(-1)


@contextmanager
def watching_rows(module: nn.Module, tokens: Mapping[str, Sequence[int]]) -> Iterator[dict[str, Tensor]]:
    """See where some tokens look while the block runs; nothing else of the attention is kept, and no hook stays.

    Args:
        module: the model. Other threads must not run it meanwhile.
        tokens: {name of an attention: K token indices of its sequences}.

    Yields:
        {name: (S, heads, K, M) weights}, filled as the modules run.

    Raises:
        ValueError: a name is unknown, or is no attention, or an index is out of range (then the pass stops).
    """
    rows: dict[str, Tensor] = {}
    with ExitStack() as hooks:
        for name, place in places_of(module, tokens).items():
            if not all(isinstance(getattr(place, tap, None), Tap) for tap in ("query", "key")):
                raise ValueError(f"want an attention whose rows can be seen, but {name!r} is a {type(place).__name__}")
            for handle in _row_hooks(rows, name, place, list(tokens[name])):
                hooks.callback(handle.remove)
        yield rows


def _row_hooks(rows: dict[str, Tensor], name: str, place: nn.Module, queries: list[int]) -> list:
    """Hooks that keep the asked-about queries until the keys pass, and the rows from then on."""
    waiting: list[Tensor] = []

    def _keep_queries(_module: nn.Module, _inputs: tuple, query: Tensor) -> None:
        wrong = [index for index in queries if not 0 <= index < query.shape[-2]]
        if wrong:
            raise ValueError(f"want tokens of {name!r} from 0 to {query.shape[-2] - 1}, got {wrong[0]}")
        waiting.append(query.detach()[..., queries, :])

    def _keep_rows(_module: nn.Module, _inputs: tuple, key: Tensor) -> None:
        rows[name] = attention_rows(waiting.pop(), key.detach(), range(len(queries)))

    return [place.query.register_forward_hook(_keep_queries), place.key.register_forward_hook(_keep_rows)]
