"""The non-local block as a module: what it adds, where it fits, how it begins, and that it can learn from there."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tests import operator_sums
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, apply_operator
from vizcore.models.nets.nonlocal_block import NonlocalBlock
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.runtime.capture import watching
from vizcore.runtime.counting import count

pytestmark = pytest.mark.usefixtures("one_thread")
NAMES = [*OPERATORS]
SIZES = {"nl": 8320, "ns": 8320, "a2": 8320, "cgnl": 8320, "cc": 8320, "snl": 10368, "cayley-code": 7552}


def block(name, width=16, grid=None, still=False):
    torch.manual_seed(0)
    return NonlocalBlock(name, width, grid, still)


def answer_of(module, x):
    with watching(module, ["heard"]) as captured, torch.no_grad():
        module(x)
    return captured["heard"]


def test_parameters_are_those_that_were_published():
    found = {name: sum(weight.numel() for weight in NonlocalBlock(name, 64).parameters()) for name in SIZES}
    assert found == SIZES
    assert count(NonlocalBlock("snl", 64), torch.empty(2, 64, 4, 4)).parameters == SIZES["snl"]


@pytest.mark.parametrize("name", NAMES)
def test_a_block_gives_what_the_operator_says(name):
    module = block(name).double()
    clip = torch.randn(2, 16, 2, 3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = answer_of(module, clip)
    for one, output in zip(clip, found):
        x = one.flatten(1).T.numpy()
        expected = apply_operator(name, x, module.weights(), grid=(2, 3, 4)).astype(np.float64)
        np.testing.assert_allclose(output.numpy(), expected, atol=1e-12 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("name", ["nl", "cc", "cayley-code"])
def test_a_block_gives_the_sum_over_all_pairs(name):
    module = block(name).double()
    picture = torch.randn(1, 16, 3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    x, weights = picture[0].flatten(1).T.numpy(), module.weights()
    theta, phi, z = (x @ part.detach().numpy() for part in (weights.theta, weights.phi, weights.value))
    table = operator_sums.edges(name, theta, phi, (3, 4))
    inner = weights.inner if isinstance(weights.inner, float) else weights.inner.detach().numpy()
    expected = operator_sums.operator(name, table, z, [one.detach().numpy() for one in weights.out], inner)
    np.testing.assert_allclose(answer_of(module, picture)[0].numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_clips_and_tokens_are_three_layouts_of_one_thing(name):
    clip = torch.randn(2, 16, 3, 2, 4, generator=torch.Generator().manual_seed(2))
    tokens = clip.flatten(3).permute(0, 2, 3, 1)  # (B, T, N, C)
    with torch.no_grad():
        whole, flat, by_tokens = block(name)(clip), block(name)(clip.flatten(2, 3)), block(name, grid=(2, 4))(tokens)
    torch.testing.assert_close(by_tokens.permute(0, 3, 1, 2).reshape(clip.shape), whole, atol=1e-4, rtol=1e-4)
    assert flat.shape == (2, 16, 6, 4)
    same = torch.allclose(flat.reshape(clip.shape), whole, atol=1e-4, rtol=1e-4)
    assert same == (name != "cc")  # whose lines are others


@pytest.mark.parametrize("name", NAMES)
def test_what_is_added_is_normed_and_at_least_zero(name):
    module, x = block(name), torch.randn(4, 16, 3, 5, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        added = module(x) - x
    output = answer_of(module, x).transpose(1, 2).reshape(x.shape) / (15 * 8 if name.startswith("cgnl") else 1)
    scale = (output.var((0, 2, 3), unbiased=False, keepdim=True) + module.norm.eps).sqrt()
    expected = F.relu((output - output.mean((0, 2, 3), keepdim=True)) / scale)
    torch.testing.assert_close(added, expected, atol=1e-4, rtol=0)


def test_what_the_norm_of_unnormalised_sums_remembers_fits_into_16_bits():
    module = NonlocalBlock("cgnl", 48, still=False)
    for _ in range(100):
        module(20 * torch.randn(2, 48, 8, 14, 14))
    assert module.norm.running_var.half().isfinite().all()
    assert answer_of(module, 20 * torch.randn(2, 48, 8, 14, 14)).var() > torch.finfo(torch.half).max


@pytest.mark.parametrize("name", NAMES)
def test_a_block_begins_as_the_identity_and_can_leave_it(name):
    module, x = block(name, still=True), torch.randn(4, 16, 3, 5, generator=torch.Generator().manual_seed(3))
    assert torch.equal(module(x), x)
    (module(x) * torch.randn(x.shape, generator=torch.Generator().manual_seed(4))).sum().backward()
    assert module.norm.weight.grad.abs().max() > 0


def test_with_a_usual_relu_it_could_never_leave():
    norm = nn.BatchNorm1d(4)
    nn.init.zeros_(norm.weight)
    F.relu(norm(torch.randn(8, 4))).sum().backward()
    assert not norm.weight.grad.any()
    assert not norm.bias.grad.any()


@given(st.sampled_from(NAMES), st.integers(0, 100), st.integers(1, 4), st.floats(1e-3, 30))
def test_every_weight_has_a_finite_gradient(name, seed, side, size):
    module = block(name)
    x = size * torch.randn(2, 16, side, side, generator=torch.Generator().manual_seed(seed))
    x.requires_grad_()
    module(x).square().mean().backward()
    assert x.grad.isfinite().all()
    assert all(weight.grad.isfinite().all() for weight in module.parameters())


@pytest.mark.parametrize("name", NAMES)
def test_every_weight_matters(name):
    module = block(name)
    module(torch.randn(2, 16, 4, 4, generator=torch.Generator().manual_seed(5))).square().sum().backward()
    assert all(weight.grad.abs().max() > 0 for weight in module.parameters())


class WithBlock(nn.Module):
    """A block of TemporalViT, and a non-local block on its patches."""

    def __init__(self, inside, added):
        super().__init__()
        self.inside, self.added = inside, added

    def forward(self, patches, token, method):
        patches, token = self.inside(patches, token, method)
        return self.added(patches), token


def test_tokens_of_a_video_transformer_pass_and_its_answer_changes_only_when_the_block_learns():
    vit = TemporalViT("factorized", 4, 32, 8, 24, 2, 2, 5, zero_time=False).eval()
    video = torch.randn(2, 3, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = vit(video)
        added = NonlocalBlock("snl", 24, grid=(4, 4)).eval()
        vit.blocks[0] = WithBlock(vit.blocks[0], added)
        assert torch.equal(vit(video), before)
        nn.init.ones_(added.norm.weight)
        assert (vit(video) - before).abs().max() > 1e-4


def test_half_precision_outside_is_full_precision_inside():
    module, x = block("snl"), torch.randn(2, 16, 4, 4, generator=torch.Generator().manual_seed(6))
    with torch.autocast("cpu", torch.bfloat16):
        output = answer_of(module, x.bfloat16())
    assert output.dtype == torch.float32
    torch.testing.assert_close(output, answer_of(module, x.bfloat16().float()))


@pytest.mark.parametrize(
    ("words", "make"),
    {
        "an operator of nl": lambda: NonlocalBlock("attention", 16),
        "a width that 2 divides": lambda: NonlocalBlock("nl", 15),
        "a width that 4 divides": lambda: NonlocalBlock("cayley", 18),
        r"pictures \(B, 16, H, W\)": lambda: block("nl")(torch.zeros(2, 8, 3, 3)),
        r"tokens \(B, T, 6, 16\)": lambda: block("nl", grid=(2, 3))(torch.zeros(2, 4, 5, 16)),
    }.items(),
)
def test_what_does_not_fit_is_refused_in_a_sentence(words, make):
    with pytest.raises(ValueError, match=words):
        make()
