"""The residual net of CIFAR: beside one written out in functions, on real pictures, and where it can be looked at."""

import cv2
import numpy as np
import pytest
import torch
from checkpoint_files import clip, logits, written
from conftest import DATA
from torch.nn import functional as F

from vizcore.models.checkpoints import open_checkpoint
from vizcore.models.nets.resnet import ResNet
from vizcore.runtime.capture import gradients_of, watching

pytestmark = pytest.mark.usefixtures("one_thread")

FOLDER = DATA / "models"
TRAINED = FOLDER / "resnet20-12fca82f.th"
real = pytest.mark.skipif(not TRAINED.exists(), reason="no real checkpoint: set VIZCORE_SHARED_DATA")


def published(depth=20, classes=10, seed=0):
    """Drawn tensors under the published names."""
    chance = torch.Generator().manual_seed(seed)
    state = {"conv1.weight": torch.randn(16, 3, 3, 3, generator=chance) * 0.3}
    norms, inner = {"bn1": 16}, 16
    for stage, outer in enumerate((16, 32, 64), 1):
        for k in range(depth // 6):
            for conv, width in (("1", inner), ("2", outer)):
                name = f"layer{stage}.{k}."
                state[f"{name}conv{conv}.weight"] = torch.randn(outer, width, 3, 3, generator=chance) * 0.1
                norms[f"{name}bn{conv}"] = outer
            inner = outer
    for name, width in norms.items():
        for part in ("weight", "bias", "running_mean", "running_var"):
            drawn = torch.randn(width, generator=chance) * 0.1
            state[f"{name}.{part}"] = drawn.abs() + 0.5 if part in ("weight", "running_var") else drawn
    return state | {"linear.weight": torch.randn(classes, 64, generator=chance), "linear.bias": torch.randn(classes)}


def slow(state, pictures):
    """Logits of pictures (K, 3, 32, 32), from the published tensors alone."""
    state = {name.removeprefix("module."): tensor for name, tensor in state.items()}

    def norm(x, name):
        return F.batch_norm(x, *(state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")))

    x = F.relu(norm(F.conv2d(pictures, state["conv1.weight"], padding=1), "bn1"))
    count = sum(name.startswith("layer1.") and name.endswith("conv1.weight") for name in state)
    for name in (f"layer{stage}.{k}" for stage in (1, 2, 3) for k in range(count)):
        step = 2 if name in ("layer2.0", "layer3.0") else 1
        y = F.relu(norm(F.conv2d(x, state[f"{name}.conv1.weight"], stride=step, padding=1), f"{name}.bn1"))
        y = norm(F.conv2d(y, state[f"{name}.conv2.weight"], padding=1), f"{name}.bn2")
        x = F.pad(x[:, :, ::step, ::step], (0, 0, 0, 0, *[(y.shape[1] - x.shape[1]) // 2] * 2))
        x = F.relu(x + y)
    return F.linear(x.mean((2, 3)), state["linear.weight"], state["linear.bias"])


@pytest.mark.parametrize("depth", [20, 32])
def test_it_is_the_net_written_out_in_functions_and_averages_frames(depth, tmp_path):
    state = published(depth)
    row = open_checkpoint(written(tmp_path / "net.safetensors", {f"module.{k}": v for k, v in state.items()}))
    assert row.title.endswith(f"ResNet-{depth}")
    video = clip(row)
    expected = torch.stack([slow(state, one.transpose(0, 1)).mean(0) for one in video])
    torch.testing.assert_close(logits(row.load(), row), expected, rtol=1e-4, atol=1e-4)


def test_classes_other_than_ten_are_numbered(tmp_path):
    row = open_checkpoint(written(tmp_path / "net.safetensors", published(classes=7)))
    assert row.classes == tuple(f"class {k}" for k in range(7))


def test_a_head_of_another_width_is_refused(tmp_path):
    state = published() | {"linear.weight": torch.zeros(10, 32)}
    with pytest.raises(ValueError, match=r"linear\.weight of shape \(10, 64\), got \(10, 32\)"):
        open_checkpoint(written(tmp_path / "net.safetensors", state))


@pytest.mark.parametrize("wrong", [{"depth": 21}, {"depth": 2}, {"size": 30}])
def test_sizes_that_no_such_net_has_are_refused(wrong):
    with pytest.raises(ValueError, match="want a depth"):
        ResNet(**wrong)


@pytest.mark.parametrize("layer", ["entry", "stages.0.2.first_norm", "stages.1.0", "stages.2.2"])
def test_every_layer_can_be_differentiated_by(layer):
    net = ResNet(frames=2).eval().requires_grad_(False)
    with watching(net, [layer], gradients=True) as captured:
        answer = net(torch.randn(1, 3, 2, 32, 32))
    assert gradients_of(answer[0, 3], captured)[layer].abs().sum() > 0


@real
def test_the_trained_one_says_what_is_in_real_pictures():
    row = open_checkpoint(TRAINED)
    state = torch.load(TRAINED, weights_only=True, map_location="cpu")["state_dict"]
    paths = sorted((FOLDER / "cifar10_images").glob("*.jpg"))
    pictures = [np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]) for path in paths]
    videos = torch.stack([row.prepared(np.repeat(picture[None], row.frames, 0)) for picture in pictures])
    with torch.no_grad():
        answers = row.load()(videos)
    torch.testing.assert_close(answers, slow(state, videos[:, :, 0]), rtol=1e-3, atol=1e-3)
    named = [row.classes[answer] == path.stem.partition("_")[0] for answer, path in zip(answers.argmax(1), paths)]
    assert len(named) == 50
    assert sum(named) >= 40  # re-compressed pictures; chance is 5
