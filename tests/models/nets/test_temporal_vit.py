"""The four ways to look at time, against a slow net written out with loops, and by what must not change."""

import itertools

import pytest
import torch
from slow_temporal_vit import HEADS, PATCH, SIDE, SIZE, TINY, D, N, T, captured_in, clip, slow_net, tiny
from torch.utils._python_dispatch import TorchDispatchMode

from vizcore.models.nets.attention import Attention
from vizcore.models.nets.temporal_vit import MODES, TemporalViT
from vizcore.runtime.attention_rows import attention_rows
from vizcore.runtime.capture import watching


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_the_net_written_out_with_loops(mode):
    net, video = tiny(mode, seed=3).double(), clip(seed=4).double()
    with torch.no_grad():
        torch.set_default_dtype(torch.float64)
        try:
            expected, patches = slow_net(net, video[0])
        finally:
            torch.set_default_dtype(torch.float32)
    logits, last = captured_in(net, video, "blocks.2.exit")
    torch.testing.assert_close(logits[0], expected)
    torch.testing.assert_close(last[0], patches)


# --- alignment


def test_ata_that_keeps_every_patch_in_place_is_factorized_bit_by_bit():
    ata, factorized = tiny("ata", method="identity"), tiny("factorized")
    ata.load_state_dict(factorized.state_dict())
    for one, other in zip(*(captured_in(net, clip(2), "blocks.0.time", "blocks.2.exit") for net in (ata, factorized))):
        assert torch.equal(one, other)


def test_ata_differs_from_factorized_once_patches_are_matched():
    assert not torch.equal(tiny("ata")(clip()), tiny("factorized")(clip()))


def test_ata_of_a_standing_picture_is_factorized_bit_by_bit():
    picture = clip()[:, :, :1].expand(-1, -1, T, -1, -1)
    nets = tiny("ata"), tiny("factorized")
    for net in nets:
        torch.nn.init.zeros_(net.time_table)
    _, order = captured_in(nets[0], picture, "blocks.2.order")
    assert torch.equal(order, torch.arange(N).expand(1, T, N))
    assert torch.equal(nets[0](picture), nets[1](picture))


def test_ata_follows_a_moving_picture_as_if_it_stood_still():
    """Frames rolled by whole patches, no places and times: each track must get what it gets in the standing clip."""
    net = tiny("ata")
    for table in (net.time_table, net.space_table):
        torch.nn.init.zeros_(table)
    still = clip()[:, :, :1].expand(-1, -1, T, -1, -1)
    shifts = [(0, 0), (1, 0), (1, 2), (3, 1)]
    moving = torch.stack([still[:, :, t].roll((r * PATCH, c * PATCH), (-2, -1)) for t, (r, c) in enumerate(shifts)], 2)
    there, stays = captured_in(net, still, "blocks.2.exit", "blocks.0.order")[1:]
    here, order = captured_in(net, moving, "blocks.2.exit", "blocks.0.order")[1:]
    grid = torch.arange(N).reshape(SIDE, SIDE)
    for t, (r, c) in enumerate(shifts):
        patch_of_track = torch.empty(N, dtype=torch.int64)
        patch_of_track[grid.roll((r, c), (0, 1)).flatten()] = torch.arange(N)
        assert torch.equal(order[0, t], patch_of_track)
        torch.testing.assert_close(here[0, t][patch_of_track], there[0, t])
    assert torch.equal(stays[0], torch.arange(N).expand(T, N))


def test_only_the_chosen_blocks_align():
    net, plain = tiny("ata", aligned=(1,)), tiny("factorized")
    assert [hasattr(block, "order") for block in net.blocks] == [False, True, False]
    _, *mine = captured_in(net, clip(), "blocks.0.exit", "blocks.1.entry", "blocks.1.time")
    _, *theirs = captured_in(plain, clip(), "blocks.0.exit", "blocks.1.entry", "blocks.1.time")
    assert [torch.equal(a, b) for a, b in zip(mine, theirs)] == [True, True, False]


def test_ata_with_no_block_aligned_is_factorized():
    assert torch.equal(tiny("ata", aligned=())(clip()), tiny("factorized")(clip()))


@pytest.mark.parametrize("method", ["hungarian", "greedy", "sinkhorn"])
def test_the_way_of_matching_can_be_changed_later_and_always_gives_permutations(method):
    net = tiny("ata", method="identity")
    net.method = method
    _, order = captured_in(net, clip(2), "blocks.1.order")
    assert order.shape == (2, T, N)
    assert torch.equal(order.sort(-1).values, torch.arange(N).expand(2, T, N))
    assert torch.equal(net(clip(2)), tiny("ata", method=method)(clip(2)))


def test_alignment_works_in_half_precision_passes():
    net = tiny("ata")
    with torch.autocast("cpu", torch.bfloat16):
        logits, order = captured_in(net, clip(), "blocks.0.order")
    assert torch.equal(order.sort(-1).values, torch.arange(N).expand(1, T, N))
    torch.testing.assert_close(logits.float(), net(clip()).detach(), atol=0.02, rtol=0.05)


def test_gradients_pass_through_the_gather_and_are_right():
    net = TemporalViT("ata", 3, 4, 2, 6, 2, 2, 3, zero_time=False, seed=1).double()
    video = torch.randn(1, 3, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    assert torch.autograd.gradcheck(net, video.requires_grad_())


def test_every_weight_learns_but_the_last_block_can_only_do_so_through_the_class_token():
    net = tiny("ata")
    net(clip()).square().sum().backward()
    assert all(weight.grad.abs().sum() > 0 for weight in net.parameters())
    with watching(net, ["blocks.2.exit", "blocks.2.time"], gradients=True) as captured:
        score = net(clip()).sum()
    last, before = torch.autograd.grad(
        score, [captured["blocks.2.exit"], captured["blocks.2.time"]], materialize_grads=True
    )
    assert not last.any()
    assert before.any()


# --- what must not change


@pytest.mark.parametrize("mode", MODES)
def test_clips_of_a_batch_do_not_attend_to_each_other(mode):
    net = tiny(mode)
    with torch.no_grad():
        alone = torch.cat([net(clip(seed=s)) for s in range(3)])
        together = net(torch.cat([clip(seed=s) for s in range(3)]))
    torch.testing.assert_close(together, alone)


def test_the_order_of_frames_is_told_by_the_time_table_alone():
    video, mixed = clip(), clip()[:, :, [2, 0, 3, 1]]
    torch.testing.assert_close(tiny("space")(mixed), tiny("space")(video))
    for mode in ("joint", "factorized"):
        net = tiny(mode)
        assert (net(mixed) - net(video)).abs().max() > 1e-4
        torch.nn.init.zeros_(net.time_table)
        torch.testing.assert_close(net(mixed), net(video))


def test_time_that_begins_at_zero_begins_as_the_image_model():
    assert torch.equal(tiny("factorized", zero_time=True)(clip()), tiny("space")(clip()))


def test_random_weights_of_the_model_table_show_time():
    assert not torch.allclose(tiny("factorized")(clip()), tiny("space")(clip()), atol=1e-5)


def test_factorized_and_ata_have_the_same_weights_and_all_modes_share_what_they_can():
    nets = {mode: tiny(mode).state_dict() for mode in MODES}
    assert list(nets["ata"]) == list(nets["factorized"])
    for one, other in itertools.combinations(nets.values(), 2):
        for name in one.keys() & other.keys():
            assert torch.equal(one[name], other[name])
    assert nets["joint"].keys() - nets["space"].keys() == {"time_table"}
    assert nets["space"].keys() < nets["joint"].keys() < nets["ata"].keys()


def test_a_seed_makes_the_weights_and_another_makes_others():
    one, same, other = (tiny("ata", seed=s).state_dict() for s in (1, 1, 2))
    for name in one:
        assert torch.equal(one[name], same[name])
        drawn = one[name].std() > 0
        assert torch.equal(one[name], other[name]) != bool(drawn)
    matrices = torch.cat([value.flatten() for name, value in one.items() if value.ndim > 1])
    assert matrices.std().item() == pytest.approx(0.02, rel=0.02)
    assert abs(matrices.mean().item()) < 4 * 0.02 / len(matrices) ** 0.5


# --- where to look


@pytest.mark.parametrize("mode", MODES)
def test_every_tap_shows_patches_in_order_and_a_block_begins_where_the_last_one_ended(mode):
    net = tiny(mode)
    names = [f"blocks.{k}.{step}" for k in range(3) for step in ("entry", "time", "space", "exit")]
    _, *tensors = captured_in(net, clip(2), *names)
    assert {tuple(x.shape) for x in tensors} == {(2, T, N, D)}
    captured = dict(zip(names, tensors))
    assert torch.equal(captured["blocks.0.exit"], captured["blocks.1.entry"])
    assert torch.equal(captured["blocks.1.entry"], captured["blocks.1.time"]) == (mode in ("space", "joint"))


@pytest.mark.parametrize(("mode", "tokens"), [("space", 1 + N), ("joint", 1 + T * N), ("ata", 1 + N)])
def test_attention_rows_are_what_the_attention_used(mode, tokens):
    net = tiny(mode).double()
    layer = net.blocks[1].attention
    names = ("query", "key", "qkv", "")
    paths = [f"blocks.1.attention.{name}".rstrip(".") for name in names]
    _, query, key, qkv, out = captured_in(net, clip().double(), *paths)
    rows = attention_rows(query, key, range(tokens))  # (S, heads, N, N)
    assert rows.shape[-2:] == (tokens, tokens)
    torch.testing.assert_close(rows.sum(-1), torch.ones_like(rows[..., 0]))
    value = qkv[..., 2 * D :].unflatten(-1, (HEADS, -1)).transpose(1, 2)
    torch.testing.assert_close(layer.proj((rows @ value).transpose(1, 2).flatten(2)), out)
    some = [3, 0, tokens - 1]
    torch.testing.assert_close(attention_rows(query, key, some), rows[..., some, :])


def test_attention_rows_of_half_precision_queries_are_single_precision():
    query = torch.randn(2, 5, 8).bfloat16()
    assert attention_rows(query, query, [1]).dtype == torch.float32


@pytest.mark.parametrize("wrong", [-1, 5])
def test_attention_rows_of_a_token_that_is_not_there_are_refused(wrong):
    with pytest.raises(ValueError, match=f"from 0 to 4, got {wrong}"):
        attention_rows(torch.randn(2, 5, 8), torch.randn(2, 5, 8), [0, wrong])


def test_attention_rows_of_queries_and_keys_of_two_layers_are_refused():
    with pytest.raises(ValueError, match=r"got \(2, 5, 8\) and \(2, 5, 9\)"):
        attention_rows(torch.randn(2, 5, 8), torch.randn(2, 5, 9), [0])


class Largest(TorchDispatchMode):
    """The size of the largest tensor that any operation made."""

    elements = 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        result = operation(*args, **(kwargs or {}))
        for part in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(part, torch.Tensor):
                self.elements = max(self.elements, part.numel())
        return result


def test_no_table_of_all_pairs_of_tokens_is_ever_made():
    layer, tokens = Attention(16, 2), torch.randn(1, 500, 16)
    with torch.no_grad(), Largest() as largest:
        layer(tokens)
    assert 3 * 16 * 500 <= largest.elements < 500 * 500


# --- refusals


@pytest.mark.parametrize(
    "shape", [(3, T, SIZE, SIZE), (1, T, 3, SIZE, SIZE), (1, 3, T + 1, SIZE, SIZE), (1, 3, T, SIZE, SIZE - PATCH)]
)
def test_a_video_of_another_size_is_refused(shape):
    with pytest.raises(ValueError, match=r"want a video \(B, 3, 4, 32, 32\), got"):
        tiny("space")(torch.zeros(shape))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mode": "both"}, "want one of space, joint, factorized, ata, got 'both'"),
        ({"method": "best"}, "want one of hungarian"),
        ({"size": 33}, "want a size that patch divides, got 33 and 8"),
        ({"heads": 5}, "want a width that heads divides, got 24 and 5"),
        ({"depth": 0, "frames": -1}, "at least 1, got frames=-1, depth=0"),
        ({"aligned": (0, 3)}, r"aligned blocks from 0 to 2, got \[0, 3\]"),
        ({"mode": "space", "aligned": (0,)}, "aligned blocks in ATA mode only"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        TemporalViT(**{"mode": "ata"} | TINY | changes)
