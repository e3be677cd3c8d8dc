"""ASFormer: its published sizes, its windows against loops over frames, what a decoder reads and how much it counts."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.models.nets.asformer import ASFormer, Layer, WindowAttention

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(("classes", "count"), [(11, 1_130_860), (19, 1_134_476), (48, 1_147_584)])
def test_the_full_net_has_the_published_parameters(classes, count):
    assert sum(weight.numel() for weight in ASFormer(2048, classes).parameters()) == count


def test_a_layer_has_the_published_parameters():
    assert sum(weight.numel() for weight in Layer(64, 8, 1.0, 0.5).parameters()) == 24_864
    assert sum(weight.numel() for weight in Layer(64, 8, 1.0, 0.5, kernel=5).parameters()) == 33_056


@settings(max_examples=40, deadline=None)
@given(frames=st.integers(1, 23), window=st.integers(1, 9), seed=st.integers(0, 99))
def test_attention_is_a_softmax_over_the_window_of_each_frame(frames, window, seed):
    torch.manual_seed(seed)
    net = WindowAttention(6, window)
    x, values = torch.randn(2, 6, frames), torch.randn(2, 6, frames)
    with torch.no_grad():
        found = net(x, values)
        q, k, v = net.query(x), net.key(x), net.value(values)
        for b in range(2):
            for t in range(frames):
                near = [u for u in range(t - window // 2, t - window // 2 + window) if 0 <= u < frames]
                weights = torch.softmax(torch.stack([q[b, :, t] @ k[b, :, u] / math.sqrt(3) for u in near]), 0)
                read = sum(weight * v[b, :, u] for weight, u in zip(weights, near))
                expected = net.exit(read.relu()[None, :, None])[0, :, 0]
                assert torch.allclose(found[b, :, t], expected, atol=1e-5)


def test_a_window_as_published_begins_half_a_window_before():
    """The public code's mask: of keys from t - w // 2 on, w are seen."""
    convolved = WindowAttention(2, 4).window_mask(12, torch.device("cpu"))
    for stretch in range(3):
        for query in range(4):
            keys = convolved[stretch, query].nonzero()[:, 0] + 4 * stretch - 2
            assert keys.tolist() == [u for u in range(4 * stretch + query - 2, 4 * stretch + query + 2) if 0 <= u < 12]


def test_stages_are_an_encoder_and_decoders_that_read_its_frames():
    torch.manual_seed(0)
    net = ASFormer(5, 3, width=8, layers=3, decoders=2).eval()
    video = torch.randn(2, 5, 17)
    with torch.no_grad():
        found = net(video)
        memory = net.encoder.trunk(video)
        stages = [net.encoder.exit(memory)]
        for decoder in net.decoders:
            x = decoder.entry(stages[-1].softmax(1))
            for layer in decoder.layers:
                convolved = layer.forward_conv(x).relu()
                normal = (convolved - convolved.mean(-1, keepdim=True)) / (
                    convolved.var(-1, unbiased=False, keepdim=True) + 1e-5
                ).sqrt()
                x = x + layer.mixed(convolved + layer.share * layer.attention(normal, memory))
            stages.append(decoder.exit(x))
            memory = x
    assert torch.allclose(found, torch.stack(stages), atol=1e-5)


def test_attention_of_later_decoders_counts_exponentially_less():
    net = ASFormer(5, 3, width=4, layers=2)
    assert [decoder.layers[0].share for decoder in net.decoders] == pytest.approx(np.exp([0, -3, -6]))
    assert net.encoder.layers[0].share == 1
    assert [layer.attention.window for layer in net.encoder.layers] == [1, 2]


def test_masking_drops_a_channel_for_the_whole_video():
    torch.manual_seed(0)
    masked = ASFormer(400, 3, width=4, layers=1, masked=0.3).train().masking(torch.ones(1, 400, 6))
    gone = (masked == 0).all(-1)[0]
    assert ((masked == 0).any(-1)[0] == gone).all()
    assert 0.2 < gone.float().mean() < 0.4


@pytest.mark.parametrize("frames", [2, 3, 9])
def test_any_number_of_frames_keeps_its_number(frames):
    assert ASFormer(5, 3, width=4, layers=4, decoders=1)(torch.randn(2, 5, frames)).shape == (2, 2, 3, frames)
