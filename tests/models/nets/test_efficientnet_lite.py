"""EfficientNet-Lite: padded as TensorFlow does, the sums of its weights, every frame alone, fused, in 16 bits."""

import copy

import packaged
import pytest
import torch
from torch.nn import functional as F

from vizcore.models.nets.efficientnet_lite import STRIDES, EfficientNetLite, SameConv2d
from vizcore.models.photographs import WEIGHTS, lite0, renamed
from vizcore.runtime.capture import watching
from vizcore.runtime.packages import package_tensors

pytestmark = pytest.mark.usefixtures("one_thread")
PACKAGED = ((1, 3, 1), (2, 3, 2), (2, 5, 2), (3, 3, 2), (3, 5, 1), (4, 5, 2), (1, 3, 1))  # blocks, kernel, stride


@pytest.fixture(scope="module")
def net():
    return lite0().eval().requires_grad_(False)


def video(frames=2, clips=1, height=96, width=96, seed=0):
    return torch.randn(clips, 3, frames, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("numbers", "kernel", "sums"),
    [  # by hand: the windows of TensorFlow's "same" at stride 2, what is odd of the padding comes last
        ([1, 2, 3, 4, 5, 6], 3, [1 + 2 + 3, 3 + 4 + 5, 5 + 6]),
        ([1, 2, 3, 4, 5], 3, [1 + 2, 2 + 3 + 4, 4 + 5]),
        ([1, 2, 3, 4, 5, 6], 5, [1 + 2 + 3 + 4, 2 + 3 + 4 + 5 + 6, 4 + 5 + 6]),
        ([1, 2, 3, 4, 5], 5, [1 + 2 + 3, 1 + 2 + 3 + 4 + 5, 3 + 4 + 5]),
    ],
)
@pytest.mark.parametrize("axis", [2, 3])
def test_padding_is_tensorflows(numbers, kernel, sums, axis):
    line = SameConv2d(1, 1, (kernel, 1) if axis == 2 else (1, kernel), (2, 1) if axis == 2 else (1, 2), bias=False)
    torch.nn.init.ones_(line.weight)
    x = torch.tensor(numbers, dtype=torch.float32)
    with torch.no_grad():
        assert line(x.view(1, 1, -1, 1) if axis == 2 else x.view(1, 1, 1, -1)).flatten().tolist() == sums


def plain_walk(x, weights):
    """Pictures (K, 3, H, W) -> logits (K, 1000) by the package's own names, with torch's functions alone."""

    def unit(x, convolution, norm, stride=1, relu=True):
        kernel = weights[f"{convolution}.weight"]
        size, groups = kernel.shape[-1], 1 if kernel.shape[1] > 1 or kernel.shape[0] == 1 else kernel.shape[0]
        total = [max((-(-side // stride) - 1) * stride + size - side, 0) for side in x.shape[2:]]
        x = F.pad(x, (total[1] // 2, total[1] - total[1] // 2, total[0] // 2, total[0] - total[0] // 2))
        x = F.conv2d(x, kernel, stride=stride, groups=groups)
        part = [weights[f"{norm}.{word}"] for word in ("running_mean", "running_var", "weight", "bias")]
        x = F.batch_norm(x, *part, eps=1e-3)
        return x.clamp(0, 6) if relu else x

    x, number = unit(x, "_conv_stem", "_bn0", 2), 0
    for blocks, _, stride in PACKAGED:
        for k in range(blocks):
            name, given = f"_blocks.{number}", x
            if f"{name}._expand_conv.weight" in weights:
                x = unit(x, f"{name}._expand_conv", f"{name}._bn0")
            x = unit(x, f"{name}._depthwise_conv", f"{name}._bn1", stride if k == 0 else 1)
            x = unit(x, f"{name}._project_conv", f"{name}._bn2", relu=False)
            x, number = (x + given if k else x), number + 1
    x = unit(x, "_conv_head", "_bn1").mean((2, 3))
    return F.linear(x, weights["_fc.weight"], weights["_fc.bias"])


@packaged.LITE
@pytest.mark.parametrize("size", [(96, 96), (75, 130)])
def test_the_net_says_what_its_weights_say_by_the_names_of_the_package(net, size):
    clip, weights = video(2, 1, *size), package_tensors(WEIGHTS)
    with torch.no_grad():
        expected = plain_walk(clip[0].transpose(0, 1), weights)
        torch.testing.assert_close(net(clip)[0], expected, rtol=1e-4, atol=1e-4)


@packaged.LITE
def test_norms_that_are_part_of_their_convolutions_change_nothing(net):
    apart = EfficientNetLite()
    apart.load_state_dict(renamed(package_tensors(WEIGHTS)))
    assert sum(weight.numel() for weight in apart.parameters()) == 4_652_008  # as its authors count
    with torch.no_grad():
        assert (apart.eval()(video()) - net(video())).abs().max() < 1e-4
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in net.modules())


@packaged.LITE
@pytest.mark.parametrize("change", ["more", "fewer", "another shape"])
def test_weights_that_do_not_fit_key_by_key_are_refused(change):
    weights = dict(package_tensors(WEIGHTS))
    if change == "more":
        weights["_blocks.16._bn0.weight"] = torch.ones(1)
    elif change == "fewer":
        del weights["_blocks.3._bn1.weight"]
    else:
        weights["_fc.bias"] = torch.ones(10)
    with pytest.raises(RuntimeError, match=r"_blocks\.16|stage 3\.0\.depthwise\.norm\.weight|classifier\.bias"):
        EfficientNetLite().load_state_dict(renamed(weights))


@pytest.mark.parametrize("size", [(224, 224), (144, 256), (70, 97)])
def test_stages_have_the_stated_strides(size):
    net = EfficientNetLite(3).eval()
    with torch.no_grad(), watching(net, [*STRIDES, "pooled"]) as seen:
        assert net(video(1, 2, *size)).shape == (2, 1, 3)
    for name, stride in STRIDES.items():
        assert seen[name].shape[2:] == tuple(-(-side // stride) for side in size), name
    assert [seen[name].shape[1] for name in STRIDES] == [16, 24, 40, 80, 112, 192, 320, 1280]
    assert seen["pooled"].shape == (2, 1, 1280)


def test_a_frame_knows_nothing_of_others_and_a_clip_nothing_of_its_batch():
    net, clips = EfficientNetLite(5).eval(), video(3, 2)
    with torch.no_grad():
        together = net(clips)
        torch.testing.assert_close(net(clips[1:]), together[1:], rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(net(clips[:, :, 2:]), together[:, 2:], rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(net(clips.flip(2)), together.flip(1), rtol=1e-4, atol=1e-6)


@packaged.LITE
@pytest.mark.parametrize(("kind", "most"), [(torch.bfloat16, 0.05), (torch.float16, 0.01)])
def test_16_bits_are_close_to_32(net, kind, most):
    expected = net(video())
    found = copy.deepcopy(net).to(kind)(video().to(kind))
    assert found.dtype == kind
    assert 1e-5 < (found.float() - expected).norm() / expected.norm() < most


@pytest.mark.parametrize("shape", [(3, 2, 96, 96), (1, 4, 2, 96, 96), (1, 3, 0, 96, 96)])
def test_what_is_no_video_is_refused(shape):
    with pytest.raises(ValueError, match=r"want a video \(B, 3, T, H, W\), got "):
        EfficientNetLite(2)(torch.zeros(shape))
