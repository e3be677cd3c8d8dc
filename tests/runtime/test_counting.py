"""The counter, against numbers worked out by hand, closed forms of single layers and of the net, and a peer."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from vizcore.algorithms.matching.complexity import vit_cost
from vizcore.models.nets.temporal_vit import MODES, TemporalViT
from vizcore.runtime.counting import count

# ViT-B/16, 8 frames of 224 x 224, 400 classes: the list of layers of the public TimeSformer, worked out by hand
BY_HAND = {
    "space": (86_106_256, 140_253_352_704),
    "joint": (86_112_400, 179_707_408_128),
    "factorized": (121_566_352, 196_047_459_072),
    "ata": (121_566_352, 196_047_459_072),
}


@pytest.mark.parametrize("mode", MODES)
def test_full_size_counts_are_those_worked_out_by_hand(mode):
    with torch.device("meta"):
        found = count(TemporalViT(mode), torch.empty(1, 3, 8, 224, 224))
    assert (found.parameters, found.macs) == BY_HAND[mode]
    assert sum(found.by_kind.values()) == found.macs


@given(
    mode=st.sampled_from(list(MODES)),
    frames=st.integers(1, 5),
    side=st.integers(1, 4),
    patch=st.integers(1, 4),
    heads=st.integers(1, 3),
    per_head=st.integers(1, 5),
    depth=st.integers(1, 3),
    classes=st.integers(1, 9),
)
@settings(max_examples=40)
def test_counting_by_running_agrees_with_the_closed_form(mode, frames, side, patch, heads, per_head, depth, classes):
    size, width = side * patch, heads * per_head
    with torch.device("meta"):
        net = TemporalViT(mode, frames, size, patch, width, depth, heads, classes)
        found = count(net, torch.empty(1, 3, frames, size, size))
    formula = vit_cost(mode, frames, size, patch, width, depth, heads, classes)
    assert (found.parameters, found.macs) == (formula.parameters, formula.macs)


def test_matching_is_not_part_of_the_count_and_needs_no_data():
    counts = [
        count(TemporalViT("ata", 3, 8, 4, 8, 2, 2, 3, method=method), torch.empty(1, 3, 3, 8, 8))
        for method in ("hungarian", "identity")
    ]
    assert counts[0] == counts[1] == count(TemporalViT("factorized", 3, 8, 4, 8, 2, 2, 3), torch.empty(1, 3, 3, 8, 8))


class Call(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


# each with its multiply-adds by hand and its parameters
LAYERS = {
    "linear": (nn.Linear(5, 7), (3, 4, 5), 3 * 4 * 5 * 7, 5 * 7 + 7),
    "linear without bias": (nn.Linear(5, 7, bias=False), (4, 5), 4 * 5 * 7, 35),
    "strided convolution": (nn.Conv2d(3, 8, 4, 4), (2, 3, 8, 12), 2 * (2 * 3) * 8 * 3 * 16, 8 * 3 * 16 + 8),
    "grouped convolution": (nn.Conv2d(6, 8, 3, padding=1, groups=2), (1, 6, 5, 5), 25 * 8 * 3 * 9, 8 * 3 * 9 + 8),
    "convolution over time": (nn.Conv3d(2, 4, (3, 1, 1)), (1, 2, 5, 4, 4), 3 * 16 * 4 * 2 * 3, 4 * 2 * 3 + 4),
    "transposed convolution": (nn.ConvTranspose2d(3, 5, 2, 2), (1, 3, 4, 4), 16 * 3 * 5 * 4, 3 * 5 * 4 + 5),
    "layer norm": (nn.LayerNorm(6), (2, 3, 6), 5 * 36, 12),
    "softmax and gelu": (nn.Sequential(nn.Softmax(-1), nn.GELU()), (2, 6), 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_one_layer_costs_what_its_closed_form_says(name):
    layer, shape, macs, parameters = LAYERS[name]
    found = count(layer, torch.empty(shape))
    assert (found.macs, found.parameters) == (macs, parameters)


@pytest.mark.parametrize(
    ("function", "shapes", "macs"),
    [
        (torch.matmul, [(2, 3, 4, 5), (2, 3, 5, 6)], 6 * 4 * 5 * 6),
        (lambda a, b: torch.einsum("bnd,bmd->bnm", a, b), [(2, 4, 5), (2, 3, 5)], 2 * 4 * 3 * 5),
        (F.scaled_dot_product_attention, [(2, 3, 7, 4), (2, 3, 5, 4), (2, 3, 5, 4)], 2 * 6 * 7 * 5 * 4),
        (torch.baddbmm, [(2, 4, 6), (2, 4, 5), (2, 5, 6)], 2 * 4 * 5 * 6),
        (lambda a, b: a + b * a.softmax(-1), [(3, 4), (3, 4)], 0),
    ],
)
def test_products_without_weights_are_counted(function, shapes, macs):
    assert count(Call(function), *(torch.empty(shape) for shape in shapes)).macs == macs


@pytest.mark.parametrize("training", [True, False])
def test_no_fused_path_hides_the_products_of_a_ready_made_layer(training):
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).train(training)
    found = count(layer, torch.empty(3, 5, 8))
    linears = 15 * (4 * 8 * 8 + 2 * 8 * 16)
    assert found.macs == linears + 2 * 3 * 5 * 5 * 8 + 2 * 5 * 15 * 8


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_the_count_is_the_same_wherever_it_is_asked_for(mode):
    net, expected = TemporalViT("ata", 3, 8, 4, 8, 2, 2, 3), vit_cost("ata", 3, 8, 4, 8, 2, 2, 3).macs
    with mode():
        assert count(net, torch.empty(1, 3, 3, 8, 8)).macs == expected


def test_a_peer_that_really_runs_the_net_counts_two_operations_for_every_product():
    for mode in MODES:
        net, video = TemporalViT(mode, 3, 16, 4, 12, 2, 3, 5, method="identity"), torch.randn(2, 3, 3, 16, 16)
        plain = sdpa_kernel(SDPBackend.MATH)  # the peer does not know the CPU's fused attention
        with FlopCounterMode(display=False) as peer, torch.no_grad(), plain:
            net(video)
        found = count(net, video)
        assert peer.get_total_flops() == 2 * (found.macs - found.by_kind["norm"])


def test_a_weight_that_two_layers_share_is_counted_once():
    first, second = nn.Linear(4, 4), nn.Linear(4, 4)
    second.weight = first.weight
    assert count(nn.Sequential(first, second), torch.empty(1, 4)).parameters == 16 + 4 + 4


def test_counting_leaves_the_module_as_it_was():
    net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4)).train()
    before = {name: (id(value), value.clone()) for name, value in net.state_dict(keep_vars=True).items()}
    addresses = [weight.data_ptr() for weight in net.parameters()]
    count(net, torch.randn(3, 4))
    for name, value in net.state_dict(keep_vars=True).items():
        assert id(value) == before[name][0]
        assert torch.equal(value, before[name][1])
    assert addresses == [weight.data_ptr() for weight in net.parameters()]
    assert all(weight.grad is None and not weight.is_meta for weight in net.parameters())


def test_a_cost_grows_in_step_with_the_batch():
    net = TemporalViT("joint", 2, 8, 4, 8, 1, 2, 3)
    one, three = (count(net, torch.empty(b, 3, 2, 8, 8)) for b in (1, 3))
    assert three.macs == 3 * one.macs
    assert three.parameters == one.parameters
