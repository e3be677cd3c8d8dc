"""Attention as maps and its way down through the blocks: against explicit tables of all tokens, and what must hold."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from vizcore.algorithms.attribution.attention_flow import (
    HEADS,
    ROWS_AT_ONCE,
    Mixing,
    fused,
    gradient_weighted,
    gradient_weighted_rows,
    joint_row,
    rollout,
    spatial_row,
    temporal_row,
)
from vizcore.models.nets.temporal_vit import MODES, OVER_TIME, TemporalViT
from vizcore.runtime.attention_rows import attention_rows
from vizcore.runtime.capture import watching

seeds = st.integers(0, 1000)


def tables(generator: torch.Generator, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=generator, dtype=torch.float64).softmax(-1)


def net(seed: int, kinds: list[str], front: int, time: int, patches: int, matched: bool) -> list[Mixing]:
    """Random attentions, first to last."""
    generator = torch.Generator().manual_seed(seed)
    sizes = {"joint": (1, front + time * patches), "space": (time, front + patches), "time": (patches, time)}
    order = torch.stack([torch.randperm(patches, generator=generator) for _ in range(time)]) if matched else None
    mixings = []
    for kind in kinds:
        sequences, length = sizes[kind]
        weights = tables(generator, sequences, 3, length, length)
        mixings.append(Mixing(kind, weights, order if kind == "time" else None))
    return mixings


def whole(mixing: Mixing, front: int, time: int, patches: int, outside: float) -> np.ndarray:
    """One attention, its heads already one (S, L, L), as a table of all M x M tokens, entry by entry.

    outside: what a token that takes no part has on the diagonal.
    """
    table = mixing.weights.numpy()
    if mixing.over == "joint":
        return table[0]
    out = np.zeros((front + time * patches,) * 2)
    for t in range(time):
        numbers = [*range(front), *(front + t * patches + n for n in range(patches))]  # of the sequence's tokens
        for i, a in enumerate(numbers):
            for j, b in enumerate(numbers):
                if mixing.over == "space":
                    out[a, b] += table[t, i, j] / (time if i < front else 1)
    if mixing.over == "time":
        out[range(front), range(front)] = outside
        order = np.tile(np.arange(patches), (time, 1)) if mixing.order is None else mixing.order.numpy()
        for track, t, s in np.ndindex(patches, time, time):
            out[front + t * patches + order[t, track], front + s * patches + order[s, track]] = table[track, t, s]
    return out


kinds = st.lists(st.sampled_from(["joint", "space", "time"]), min_size=1, max_size=4)
clips = st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(1, 4))
fusions = st.sampled_from([*HEADS])


@given(kinds, clips, seeds, st.booleans(), st.floats(0, 1), fusions)
def test_rollout_is_the_product_of_explicit_tables(kinds, clip, seed, matched, residual, fusion):
    mixings = net(seed, kinds, *clip, matched)
    product = np.eye(clip[0] + clip[1] * clip[2])
    for mixing in mixings:
        table = fused(mixing.weights, fusion)
        one = Mixing(mixing.over, table / table.sum(-1, keepdim=True), mixing.order)
        product = (residual * np.eye(len(product)) + (1 - residual) * whole(one, *clip, outside=1)) @ product
    for token in range(len(product)):
        assert np.allclose(rollout(mixings, token, residual, fusion, clip), product[token], atol=1e-6)


@given(kinds, clips, seeds, st.booleans())
def test_gradient_weighted_relevance_is_the_product_of_explicit_tables(kinds, clip, seed, matched):
    mixings = net(seed, kinds, *clip, matched)
    generator = torch.Generator().manual_seed(seed)
    product, weighted = np.eye(clip[0] + clip[1] * clip[2]), []
    for mixing in mixings:
        gradient = torch.randn(mixing.weights.shape, generator=generator, dtype=torch.float64)
        weighted.append(Mixing(mixing.over, gradient * mixing.weights, mixing.order))
        one = Mixing(mixing.over, (gradient * mixing.weights).clip(0).mean(1), mixing.order)
        product = product + whole(one, *clip, outside=0) @ product
    for token in range(len(product)):
        assert np.allclose(gradient_weighted(weighted, token, clip), product[token], atol=1e-6)


class Nothing(nn.Module):
    """An MLP that adds nothing."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(x)


def mixing_net(mode: str) -> TemporalViT:
    """A net that only mixes: no norms, no MLP, and attention hands on the tokens themselves."""
    width = 6
    net = TemporalViT(mode, frames=3, size=8, patch=4, width=width, depth=2, heads=1, classes=2, zero_time=False)
    net.requires_grad_(False).norm = nn.Identity()
    for block in net.blocks:
        block.attention_norm, block.time_norm, block.mlp = nn.Identity(), nn.Identity(), Nothing()
        block.time_out = nn.Identity()
        for attention in (block.attention, getattr(block, "time_attention", block.attention)):
            attention.qkv.weight.copy_(torch.cat([20 * attention.qkv.weight[: 2 * width], torch.eye(width)]))
            attention.proj = nn.Identity()
    return net


@pytest.mark.parametrize("mode", MODES)
def test_in_a_net_that_only_mixes_relevance_is_what_each_token_puts_into_the_class_token(mode):
    net, video = mixing_net(mode), torch.randn(1, 3, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    over = {"attention": "joint" if mode == "joint" else "space", "time_attention": "time"}
    kinds = [("time_attention", "attention") if mode in OVER_TIME else ("attention",)] * 2
    places = [f"blocks.{k}.{kind}" for k in range(2) for kind in kinds[k]]
    watched = [f"{place}.{part}" for place in places for part in ("query", "key")]
    orders = [f"blocks.{k}.order" for k in range(2)] if mode == "ata" else []
    with watching(net, ["blocks.0.entry", "norm", *watched, *orders]) as captured:
        net(video)
    mixings = []
    for place in places:
        _, k, kind = place.split(".")
        order = captured[f"blocks.{k}.order"][0] if orders and kind == "time_attention" else None
        rows = partial(attention_rows, captured[f"{place}.query"], captured[f"{place}.key"])
        mixings.append(Mixing(over[kind], rows, order))
    tokens = torch.cat([net.class_token + net.space_table[:1], captured["blocks.0.entry"][0].flatten(0, 1)])
    relevance = gradient_weighted(mixings, 0, (1, 3, 4))
    assert relevance.std() > 0.01
    assert torch.allclose(relevance @ tokens, captured["norm"][0], atol=1e-5)


@given(kinds, clips, seeds, st.floats(0, 1), fusions)
def test_rollout_neither_loses_nor_makes_relevance(kinds, clip, seed, residual, fusion):
    row = rollout(net(seed, kinds, *clip, True), 0, residual, fusion, clip)
    assert float(row.sum()) == pytest.approx(1, abs=1e-5)
    assert (row >= 0).all()


def test_plain_tables_need_no_word_about_tokens():
    generator = torch.Generator().manual_seed(0)
    first, second = tables(generator, 2, 5, 5), tables(generator, 2, 5, 5)
    mixed = [0.5 * torch.eye(5, dtype=torch.float64) + 0.5 * table.mean(0) for table in (first, second)]
    assert torch.allclose(rollout([first, second], start=3), (mixed[1] @ mixed[0])[3])


def test_a_start_of_several_tokens_is_the_sum_of_their_rows():
    mixings, clip = net(0, ["time", "space"], 0, 2, 3, True), (0, 2, 3)
    mean = torch.full((6,), 1 / 6, dtype=torch.float64)  # a net that takes the mean of its tokens
    rows = torch.stack([rollout(mixings, token, tokens=clip) for token in range(6)])
    assert torch.allclose(rollout(mixings, mean, tokens=clip), rows.mean(0).double())


def test_rows_made_while_they_are_needed_give_the_same_and_never_the_whole_table():
    torch.manual_seed(0)
    query, key = torch.randn(2, 3, 4, 1 + 2 * 90, 8)  # (S = 3 frames, heads, L, d)
    spans = []

    def rows(numbers: range) -> torch.Tensor:
        spans.append(len(numbers))
        return attention_rows(query, key, numbers)

    table = attention_rows(query, key, range(181))
    clip = (1, 3, 180)
    assert torch.allclose(
        rollout([Mixing("space", rows)], 7, tokens=clip), rollout([Mixing("space", table)], 7, tokens=clip)
    )
    assert sum(spans) == 181
    assert max(spans) <= ROWS_AT_ONCE < 181
    mixing = Mixing("space", partial(attention_rows, query, key))
    assert rollout([mixing], 7, tokens=clip).shape == (1 + 3 * 180,)


def test_without_time_attention_nothing_comes_from_other_frames_and_with_it_only_along_tracks():
    clip = (0, 3, 4)
    row = rollout(net(1, ["space", "space"], *clip, False), 5, tokens=clip)  # patch 1 of frame 1
    assert not joint_row(row, 3, (2, 2))[[0, 2]].any()
    (time,) = net(2, ["time"], *clip, True)
    track = int((time.order[1] == 1).nonzero())
    maps = joint_row(rollout([time], 5, tokens=clip), 3, (2, 2)).flatten(1)
    assert {(t, n) for t, n in maps.nonzero().tolist()} == {(t, int(time.order[t, track])) for t in range(3)}


def test_gradient_weighted_rows_are_those_of_autograd_by_the_table():
    torch.manual_seed(0)
    query, key, value, target = torch.randn(4, 2, 3, 6, 5, dtype=torch.float64)  # (S, heads, L, d)
    table = attention_rows(query, key, range(6)).requires_grad_()
    output = table @ value
    output.retain_grad()
    (output.sin() * target).sum().backward()
    expected = (table.grad * table.detach()).relu()
    rows = range(2, 5)
    found = gradient_weighted_rows(attention_rows(query, key, rows), value, output.grad[:, :, list(rows)])
    assert torch.allclose(found, expected[:, :, 2:5])


def test_rows_become_maps_place_by_place():
    row = torch.arange(2 + 3 * 4.0)
    maps = joint_row(row, 3, (2, 2))
    assert all(maps[t, i, j] == row[2 + t * 4 + i * 2 + j] for t, i, j in np.ndindex(3, 2, 2))
    rows = torch.arange(15.0).view(3, 5)  # a class token and four patches in each of three frames
    maps = spatial_row(rows, (2, 2))
    assert all(maps[t, i, j] == rows[t, 1 + i * 2 + j] for t, i, j in np.ndindex(3, 2, 2))
    several = joint_row(torch.stack([row, row + 1]), 3, (2, 2))
    assert several.shape == (2, 3, 2, 2)
    maps = temporal_row(torch.tensor([0.2, 0.3, 0.5]), torch.tensor([1, 0, 3]), (2, 2))
    assert [tuple(place) for place in maps.nonzero().tolist()] == [(0, 0, 1), (1, 0, 0), (2, 1, 1)]
    assert maps.sum() == 1


@given(seeds, fusions)
def test_heads_are_fused_as_said(seed, fusion):
    rows = torch.randn(3, 4, 2, 5, generator=torch.Generator().manual_seed(seed))
    assert np.allclose(fused(rows, fusion), getattr(np, fusion)(rows.numpy(), axis=1), atol=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rollout([torch.ones(2, 5, 5)], 5), "token from 0 to 4, got 5"),
        (lambda: rollout([torch.ones(2, 5, 5)], residual=1.5), "residual from 0 to 1, got 1.5"),
        (lambda: rollout([torch.ones(2, 5, 5)], head_fusion="sum"), "mean, max, min, got 'sum'"),
        (
            lambda: rollout([torch.ones(2, 5, 5), torch.ones(2, 4, 4)]),
            r"want \(1, heads, 4, 5\)|want \(1, heads, 4, 4\)",
        ),
        (lambda: rollout([]), r"want the tokens \(F, T, N\)"),
        (lambda: rollout([Mixing("space", torch.ones(2, 1, 3, 3))], tokens=(0, 2, 4)), r"want \(2, heads, 4, 4\)"),
        (lambda: rollout([Mixing("room", torch.ones(2, 1, 4, 4))], tokens=(0, 2, 4)), "joint, space, time.*'room'"),
        (lambda: rollout([torch.ones(2, 5, 5)], torch.ones(4)), r"start \(5,\), got \(4,\)"),
        (lambda: joint_row(torch.ones(11), 3, (2, 2)), r"12 patches.*got \(11,\)"),
        (lambda: spatial_row(torch.ones(3, 40), (2, 2)), r"4 patches.*got \(3, 40\)"),
        (lambda: temporal_row(torch.ones(3), torch.tensor([0, 1, 4]), (2, 2)), "places from 0 to 3"),
        (lambda: temporal_row(torch.ones(3), torch.tensor([0, 1]), (2, 2)), r"got \(3,\) and \(2,\)"),
    ],
)
def test_refusals_say_what_was_wanted_and_got(call, words):
    with pytest.raises(ValueError, match=words):
        call()
