"""Rows of attention seen during a pass: what the attention used, little of it kept, and no trace left."""

import numpy as np
import pytest
import torch

from vizcore.models.nets.attention import Attention
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.runtime.attention_rows import attention_rows, watching_rows
from vizcore.runtime.capture import watching
from vizcore.runtime.engine import Engine

SIZES = {"frames": 3, "size": 32, "patch": 8, "width": 24, "depth": 2, "heads": 3, "classes": 5, "zero_time": False}


@pytest.fixture
def net() -> TemporalViT:
    return TemporalViT("ata", **SIZES).eval()


def video() -> torch.Tensor:
    return torch.randn(2, 3, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def hooks_of(module: torch.nn.Module) -> int:
    return sum(len(part._forward_hooks) for part in module.modules())


@torch.no_grad()
def test_rows_are_those_of_the_whole_table_and_the_answer_is_the_same(net):
    names = ["blocks.0.attention", "blocks.1.time_attention"]
    with watching(net, [f"{name}.{part}" for name in names for part in ("query", "key")]) as seen:
        plain = net(video())
    with watching_rows(net, {"blocks.0.attention": [0, 5], "blocks.1.time_attention": [2]}) as rows:
        logits = net(video())
    assert torch.equal(logits, plain)
    for name, queries in zip(names, ([0, 5], [2]), strict=True):
        query, key = seen[f"{name}.query"], seen[f"{name}.key"]
        table = (query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5).softmax(-1)
        torch.testing.assert_close(rows[name], table[:, :, queries])
        assert torch.equal(rows[name], attention_rows(query, key, queries))


@torch.no_grad()
def test_nothing_but_the_rows_is_kept_and_no_hook_stays(net):
    with watching_rows(net, {"blocks.0.attention": [4]}) as rows:
        net(video())
        assert hooks_of(net) == 2
    assert hooks_of(net) == 0
    row = rows["blocks.0.attention"]  # (B * T, heads, 1, 1 + N)
    assert row.shape == (6, 3, 1, 17)
    assert row.untyped_storage().nbytes() == row.numel() * 4
    assert row.grad_fn is None


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"blocks.0.attentoin": [0]}, "want a module of TemporalViT .*blocks.0.attention"),
        ({"blocks.0.mlp": [0]}, "want an attention whose rows can be seen, but 'blocks.0.mlp' is a Sequential"),
        ({"blocks.0.attention": [17]}, "want tokens of 'blocks.0.attention' from 0 to 16, got 17"),
        ({"blocks.0.attention": [-1]}, "from 0 to 16, got -1"),
    ],
)
def test_what_cannot_be_seen_is_refused_in_words_and_leaves_nothing(net, asked, words):
    with pytest.raises(ValueError, match=words), watching_rows(net, asked), torch.no_grad():
        net(video())
    assert hooks_of(net) == 0


def test_the_engine_gives_each_clip_its_own_rows():
    engine = Engine("cpu")
    clips = [np.random.default_rng(k).integers(0, 255, (8, 40, 40, 3), np.uint8) for k in range(2)]
    asked = {"blocks.1.attention": [3], "blocks.2.time_attention": [0, 7]}
    try:
        together = engine.run_many("vit-small-ata", clips, rows=asked)
        alone = engine.run("vit-small-ata", clips[1], rows=asked)
    finally:
        engine.close()
    for name, shape in (("blocks.1.attention", (8, 3, 1, 197)), ("blocks.2.time_attention", (196, 3, 2, 8))):
        assert alone.rows[name].shape == shape
        torch.testing.assert_close(alone.rows[name].sum(-1), torch.ones(shape[:-1]))
        torch.testing.assert_close(alone.rows[name], together[1].rows[name])
        assert not torch.allclose(alone.rows[name], together[0].rows[name])


def test_an_attention_can_be_seen_by_what_its_heads_heard():
    attention = Attention(12, 3).eval()
    tokens = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(0))
    with torch.no_grad(), watching(attention, ["query", "key", "value", "mixed"]) as seen:
        attention(tokens)
    table = attention_rows(seen["query"], seen["key"], range(5))
    torch.testing.assert_close(seen["mixed"], table @ seen["value"])
