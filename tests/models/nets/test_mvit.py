"""MViTv2-S: published counts, the shapes of its stages, and attention number by number on a grid that fits on paper."""

import pytest
import torch

from vizcore.models.nets.mvit import WIDENING, MViT, PooledAttention, distances
from vizcore.runtime.capture import watching
from vizcore.runtime.counting import count

pytestmark = pytest.mark.usefixtures("one_thread")
PUBLISHED = (1, 3, 14)
SMALL = {"frames": 4, "size": 32, "width": 8, "depth": 4, "heads": 2}


def counted(size=256, **options):
    with torch.device("meta"):
        return count(MViT(size=size, **options), torch.empty(1, 3, 16, size, size))


@pytest.mark.parametrize(
    ("options", "parameters", "billions"),
    [
        ({"pooling": PUBLISHED}, 34_245_792, 89.6),
        ({}, 34_248_864, 119.7),
        ({"keys": "adaptive"}, 34_248_864, 109.9),
    ],
)
def test_full_size_counts_are_those_of_the_closed_form(options, parameters, billions):
    found = counted(**options)
    assert found.parameters == parameters
    assert round((found.macs - found.by_kind["norm"]) / 1e9, 1) == billions


def test_with_class_token_and_classifier_the_published_net_has_its_published_size():
    found = counted(size=224, pooling=PUBLISHED)
    assert round((found.parameters + 96 + 768 * 400 + 400) / 1e6, 1) == 34.5
    assert round(found.macs / 1e9) == 64


def test_every_stage_has_the_shape_of_the_table():
    table = {0: (8, 64, 64, 96), 1: (8, 32, 32, 192), 2: (8, 32, 32, 192), 3: (8, 16, 16, 384), 13: (8, 16, 16, 384),
             14: (8, 16, 16, 768), 15: (8, 16, 16, 768)}  # fmt: skip
    with torch.device("meta"):
        net = MViT()
        with watching(net, ["cube", *(f"blocks.{k}.exit" for k in table)]) as captured:
            out = net(torch.empty(1, 3, 16, 256, 256))
    assert tuple(captured["cube"].shape) == (1, 8, 64, 64, 96)
    for k, shape in table.items():
        assert tuple(captured[f"blocks.{k}.exit"].shape) == (1, *shape)
    assert tuple(out.shape) == (1, 8, 16, 16, 768) == (1, *net.grid, net.width)
    with torch.device("meta"):
        assert tuple(MViT(pooling=PUBLISHED)(torch.empty(1, 3, 16, 256, 256)).shape) == (1, 8, 8, 8, 768)


@pytest.mark.parametrize(("keys", "last"), [("published", 2048), ("adaptive", 512)])
def test_the_last_attention_spans_as_many_keys_as_it_is_told(keys, last):
    with torch.device("meta"):
        net = MViT(width=8, keys=keys)
        with watching(net, ["blocks.0.attention.weights", "blocks.15.attention.weights"]) as captured:
            net(torch.empty(1, 3, 16, 256, 256))
    assert tuple(captured["blocks.0.attention.weights"].shape) == (1, 1, 8 * 64 * 64, 512)
    assert tuple(captured["blocks.15.attention.weights"].shape) == (1, 8, 2048, last)


def test_rows_of_attention_sum_to_1():
    net = MViT(**SMALL, key_stride=2).eval()
    names = [f"blocks.{k}.attention.weights" for k in range(4)]
    with watching(net, names) as captured, torch.no_grad():
        net(torch.randn(2, 3, 4, 32, 32))
    for name in names:
        assert torch.allclose(captured[name].sum(-1), torch.ones(()), atol=1e-5)
        assert (captured[name] >= 0).all()


@pytest.mark.parametrize(("stride", "key_stride"), [(1, 1), (2, 1), (1, 2), (2, 2)])
def test_attention_is_what_the_formula_says_place_by_place(stride, key_stride):
    torch.manual_seed(0)
    layer = PooledAttention(6, 8, 2, (2, 4, 4), stride, key_stride).double()
    for weight in layer.parameters():
        torch.nn.init.normal_(weight)
    x = torch.randn(1, 2, 4, 4, 6, dtype=torch.float64)
    parts = layer.qkv(x).unflatten(-1, (3, 2, 4)).permute(4, 0, 5, 6, 1, 2, 3)
    query, key, value = (pool(part)[0] for pool, part in zip(layer.pools, parts))  # (heads, T, H, W, d)
    times, rows, columns = layer.tables
    step, key_step = stride // min(stride, key_stride), key_stride // min(stride, key_stride)  # in places of the finer
    mixed = torch.empty((*query.shape[1:4], 2, 4), dtype=torch.float64)
    for head in range(2):
        for t, h, w in torch.cartesian_prod(*map(torch.arange, query.shape[1:4])).tolist():
            asking, scores = query[head, t, h, w], []
            places = torch.cartesian_prod(*map(torch.arange, key.shape[1:4])).tolist()
            for u, i, j in places:
                table = times[t - u + 1] + sum(
                    axis[a * step - b * key_step + (key.shape[2] - 1) * key_step]
                    for axis, a, b in ((rows, h, i), (columns, w, j))
                )
                scores.append(asking @ key[head, u, i, j] / 2 + asking @ table)
            weights = torch.stack(scores).softmax(0)
            mixed[t, h, w, head] = asking + sum(p * value[head, u, i, j] for p, (u, i, j) in zip(weights, places))
    assert torch.allclose(layer(x)[0], layer.proj(mixed.flatten(3)))


def test_distances_depend_on_how_far_apart_places_are_alone():
    assert distances(3, 3).tolist() == [[2, 1, 0], [3, 2, 1], [4, 3, 2]]
    assert distances(4, 2).tolist() == [[2, 0], [3, 1], [4, 2], [5, 3]]
    assert distances(2, 4).tolist() == [[3, 2, 1, 0], [5, 4, 3, 2]]
    for queries, keys in ((8, 8), (16, 8), (8, 16), (16, 2)):
        found = distances(queries, keys)
        assert found.min() == 0
        assert found.max() <= 2 * max(queries, keys) - 2


def test_a_pooled_shortcut_is_the_largest_around_every_second_place():
    net = MViT(**SMALL)
    block = net.blocks[1]
    assert 1 in WIDENING
    x = torch.randn(1, 2, 8, 8, 5)
    found = block.shortcut(x)
    assert found.shape == (1, 2, 4, 4, 5)
    for h in range(4):
        for w in range(4):
            around = x[:, :, max(0, 2 * h - 1) : 2 * h + 2, max(0, 2 * w - 1) : 2 * w + 2]
            assert torch.equal(found[:, :, h, w], around.amax((2, 3)))


def test_every_weight_learns():
    net = MViT(**SMALL, key_stride=2)
    net(torch.randn(1, 3, 4, 32, 32)).square().mean().backward()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in net.parameters())


def test_wrong_sizes_are_refused():
    with pytest.raises(ValueError, match="want frames that 2 divides, a size that 32 divides, and keys of published"):
        MViT(size=100)
    with pytest.raises(ValueError, match="and 'none'"):
        MViT(keys="none")
    with pytest.raises(ValueError, match=r"want a video \(B, 3, 4, 32, 32\), got \(1, 3, 4, 16, 16\)"):
        MViT(**SMALL)(torch.zeros(1, 3, 4, 16, 16))
