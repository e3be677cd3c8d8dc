"""Which patches a prediction attends to: single rows, and their way down through all the blocks.

    rows of one attention (..., M) - spatial_row, joint_row, temporal_row -> (..., T, h, w)
    every attention of a net, first to last - rollout, gradient_weighted -> relevance (M,) - joint_row -> (T, h, w)

Relevance goes down from the top: it begins as one row, all of it at the chosen token, and every attention takes it to
the tokens that were attended to there, by the product of a row and a table. The products of tables that rollout is
usually written with are never made. Of M = F + T N tokens, the F in front (class, registers) come first, then the
patches frame by frame.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vizcore.algorithms.attribution.token_maps import IN_FRONT, tensor_of

HEADS = {"mean": torch.mean, "max": torch.amax, "min": torch.amin}
OVER = ("joint", "space", "time")
ROWS_AT_ONCE = 64  # of every sequence: no more of a table is ever made or fused at a time

Rows = Callable[[range], Tensor]  # token numbers -> their rows (S, heads, K, L)


@dataclass(frozen=True, eq=False)
class Mixing:
    """One attention of a net: which tokens hear which others.

    over         S sequences     of L tokens
    "joint"      1               F + T N: all of them
    "space"      T, a frame      F + N: the tokens in front take part in every frame and are the mean of what they hear
    "time"       N, a place      T: the tokens in front do not take part
    """

    over: str
    weights: Tensor | Rows  # (S, heads, L, L), or what makes its rows, such as partial(attention_rows, query, key)
    order: Tensor | None = None  # (T, N) int, for time that follows tracks: track i is patch order[t, i] of frame t


def fused(rows: Tensor, fusion: str = "mean") -> Tensor:
    """Heads made one: (..., heads, K, L) -> (..., K, L)."""
    if fusion not in HEADS:
        raise ValueError(f"want heads fused by {', '.join(HEADS)}, got {fusion!r}")
    return HEADS[fusion](rows, dim=-3)


def joint_row(row: Tensor, frames: int, grid: tuple[int, int]) -> Tensor:
    """A row over the whole clip as maps: (..., F + T N) -> (..., T, h, w); what goes to the F in front is left out.

    Args:
        row: (..., F + T N) weights, the F tokens in front first.
        frames: T.
        grid: (h, w) patches of a frame, N = h w.
    """
    return _patches(row, frames * grid[0] * grid[1], "F + T h w").unflatten(-1, (frames, *grid))


def spatial_row(rows: Tensor, grid: tuple[int, int]) -> Tensor:
    """One row of every frame, each over its own frame, as maps: (..., T, F + N) -> (..., T, h, w)."""
    return _patches(rows, grid[0] * grid[1], "F + h w").unflatten(-1, grid)


def temporal_row(row: Tensor, places: Tensor, grid: tuple[int, int]) -> Tensor:
    """A row over time as maps that are zero beside the track: (T,) -> (T, h, w).

    Args:
        row: (T,) weights of the frames.
        places: (T,) int, the patch of each frame that takes part: one place, or a track's.
        grid: (h, w) patches of a frame.
    """
    row = tensor_of(row)
    places = tensor_of(places).to(row.device)
    patches = grid[0] * grid[1]
    if row.ndim != 1 or row.shape != places.shape or not ((places >= 0) & (places < patches)).all():
        raise ValueError(
            f"want weights (T,) and as many places from 0 to {patches - 1}, "
            f"got {(*row.shape,)} and {(*places.shape,)} places"
        )
    maps = row.new_zeros(len(row), patches)
    return maps.scatter(1, places.long()[:, None], row[:, None]).unflatten(-1, grid)


def rollout(
    attentions: Sequence[Tensor | Mixing],
    start: int | Tensor = 0,
    residual: float = 0.5,
    head_fusion: str = "mean",
    tokens: tuple[int, int, int] | None = None,
) -> Tensor:
    """Attention rollout (Abnar & Zuidema 2020): how much a token of the last block attends to each token of the first.

    Each attention counts as residual * identity + (1 - residual) * heads made one, of rows scaled to sum 1.

    Args:
        attentions: first to last; a Mixing, or a table (heads, M, M) of all tokens.
        start: the chosen token, 0 to M - 1 (0 is the class token where there is one), or a row (M,) such
            as 1 / M everywhere for a net that takes the mean of its tokens.
        residual: share of the path around each attention, 0 to 1.
        head_fusion: a key of HEADS.
        tokens: (F, T, N); not needed where all attentions are joint.

    Returns:
        (M,) of at least 0; its sum is that of the start, here 1.

    Raises:
        ValueError: a word is unknown, a share is not from 0 to 1, or the sizes do not fit.
    """
    if not 0 <= residual <= 1:
        raise ValueError(f"want a residual from 0 to 1, got {residual}")

    def scaled(table: Tensor) -> Tensor:
        table = fused(table, head_fusion)
        return table / table.sum(-1, keepdim=True).clamp(min=torch.finfo(table.dtype).tiny)

    return _down(attentions, start, tokens, Step(scaled, residual, 1 - residual))


def gradient_weighted(
    attentions: Sequence[Tensor | Mixing], start: int | Tensor = 0, tokens: tuple[int, int, int] | None = None
) -> Tensor:
    """Relevance by gradient-weighted attention (Chefer et al., ICCV 2021): what of a token's input spoke for a class.

    Each attention counts as identity + mean over heads of relu(gradient * attention).

    Args:
        attentions: as for rollout, but of weights that gradient_weighted_rows has made (or of attention times gradient:
            what is below 0 counts as 0).
        start, tokens: as for rollout.

    Returns:
        (M,) of at least 0, if the start is; the paper leaves out the start itself, and so does joint_row for a class
        token. Scores of different clips have no common scale.
    """
    return _down(attentions, start, tokens, Step(lambda table: fused(table.relu()), 1.0, 1.0))


def gradient_weighted_rows(rows: Tensor, value: Tensor, gradients: Tensor) -> Tensor:
    """relu(gradient * attention) for some rows, without the gradient of the whole table.

    The output of token i is the sum of rows[i, j] value[j] over j, so that the gradient by rows[i, j] is gradients[i] .
    value[j].

    Args:
        rows: (..., heads, K, L) weights.
        value: (..., heads, L, d).
        gradients: (..., heads, K, d) of the score by the outputs of the K tokens, before heads are joined.
    """
    return (rows * (gradients.to(rows) @ value.to(rows).transpose(-1, -2))).relu()


@dataclass(frozen=True)
class Step:
    """How relevance passes one attention: keep * row + add * row @ prepare(table)."""

    prepare: Callable[[Tensor], Tensor]  # (S, heads, K, L) -> (S, K, L)
    keep: float
    add: float

    def __call__(self, rows: Tensor, weights: Tensor | Rows) -> Tensor:  # (S, L) -> (S, L)
        sequences, length = rows.shape
        passed = self.keep * rows
        for first in range(0, length, ROWS_AT_ONCE):
            span = range(first, min(length, first + ROWS_AT_ONCE))
            table = weights[:, :, first : span.stop] if isinstance(weights, Tensor) else weights(span)
            if table.ndim != 4 or (len(table), *table.shape[2:]) != (sequences, len(span), length):
                wanted = f"({sequences}, heads, {len(span)}, {length})"
                raise ValueError(f"want {wanted} of an attention for {len(span)} rows, got {(*table.shape,)}")
            table = self.prepare(table.to(torch.promote_types(table.dtype, torch.float32)))  # (S, K, L)
            part = rows[:, None, first : span.stop].to(table)  # (S, 1, K)
            passed = passed.to(table) + self.add * (part @ table)[:, 0]
        return passed


def _down(
    attentions: Sequence[Tensor | Mixing], start: int | Tensor, tokens: tuple[int, int, int] | None, step: Step
) -> Tensor:
    """The row `start` after every attention, last to first."""
    mixings = [Mixing("joint", table[None]) if isinstance(table, Tensor) else table for table in attentions]
    row = _begun(start, mixings, tokens)
    for mixing in reversed(mixings):
        row = _through(mixing, row, tokens, step)
    return row


def _begun(start: int | Tensor, mixings: Sequence[Mixing], tokens: tuple[int, int, int] | None) -> Tensor:
    """The row (M,) that relevance begins with."""
    if tokens is not None:
        count = tokens[0] + tokens[1] * tokens[2]
    elif mixings and all(mixing.over == "joint" and isinstance(mixing.weights, Tensor) for mixing in mixings):
        count = mixings[-1].weights.shape[-1]
    else:
        raise ValueError("want the tokens (F, T, N), or tables of attention over all of them")
    if isinstance(start, Tensor):
        if start.shape != (count,):
            raise ValueError(f"want a start ({count},), got {(*start.shape,)}")
        return start
    if not 0 <= start < count:
        raise ValueError(f"want a token from 0 to {count - 1}, got {start}")
    row = torch.zeros(count)
    row[start] = 1
    return row


def _through(mixing: Mixing, row: Tensor, tokens: tuple[int, int, int] | None, step: Step) -> Tensor:
    """The row (M,) in terms of what one attention's tokens were before it."""
    if mixing.over == "joint":
        return step(row[None], mixing.weights)[0]
    if mixing.over not in OVER or tokens is None:
        raise ValueError(f"want attention over {', '.join(OVER)} and, but for joint, the tokens, got {mixing.over!r}")
    front, patches = row[: tokens[0]], row[tokens[0] :].unflatten(0, tokens[1:])  # (F,), (T, N)
    if mixing.over == "space":
        shared = (front / tokens[1]).expand(tokens[1], -1)  # what is in front is the mean of its T copies
        rows = step(torch.cat([shared, patches], 1), mixing.weights)
        return torch.cat([rows[:, : tokens[0]].sum(0), rows[:, tokens[0] :].flatten()])
    order = torch.arange(tokens[2]).expand(tokens[1:]) if mixing.order is None else mixing.order
    order = order.to(row.device).long()
    tracks = step(patches.gather(1, order).T, mixing.weights).T
    return torch.cat([front.to(tracks), torch.zeros_like(tracks).scatter(1, order.to(tracks.device), tracks).flatten()])


def _patches(rows: Tensor, count: int, wanted: str) -> Tensor:
    """Rows (..., F + count) without what goes to the F tokens in front; F is what is left over."""
    rows = tensor_of(rows)
    front = rows.shape[-1] - count if rows.ndim else -1
    if not 0 <= front <= IN_FRONT:
        raise ValueError(
            f"want rows over {wanted} tokens, {count} patches, F from 0 to {IN_FRONT}, got {(*rows.shape,)}"
        )
    return rows[..., front:]
