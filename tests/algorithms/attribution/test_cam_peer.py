"""Heat maps beside those of pytorch-grad-cam, on images frame by frame and on clips, where it is installed."""

import importlib.util
import sys
import types

import numpy as np
import pytest
import torch
from torch import nn

from vizcore.algorithms.attribution.cam import heat, normalise
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.runtime.capture import gradients_of, watching

PEERS = {"grad-cam": "GradCAM", "grad-cam++": "GradCAMPlusPlus", "layer-cam": "LayerCAM"}
CLASS, LOUD = 2, 1000  # a loud score, because the peer's Grad-CAM++ adds 1e-6 to a sum of gradients squared


class StandIn(types.ModuleType):
    """A module of which only the names are needed."""

    __path__ = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


@pytest.fixture(scope="module")
def peer():
    """pytorch-grad-cam, without what it imports for jobs that are not asked of it here.

    Of those, torchvision is the reason: beside a torch for the CPU it cannot be imported.
    """
    for name in ("pytorch_grad_cam", "ttach"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"no {name}: pip install ttach, and pip install --no-deps grad-cam")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional"):
            patch.setitem(sys.modules, name, StandIn(name))
        for name in ("sklearn", "sklearn.decomposition", "tqdm"):
            patch.setitem(sys.modules, name, StandIn(name))
        yield importlib.import_module("pytorch_grad_cam")


def small_net(convolution: type[nn.Module]) -> nn.Sequential:
    """Features as large as the picture, so that the peer has nothing to resize."""
    torch.manual_seed(0)
    layers = convolution(3, 6, 3, padding=1), nn.ReLU(), convolution(6, 8, 3, padding=1), nn.ReLU()
    return nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(4)).eval()


def ours(net: nn.Module, pixels: torch.Tensor, name: str, pool: str, frames: int) -> torch.Tensor:
    with watching(net, ["3"], gradients=True) as captured:
        score = LOUD * net(pixels)[:, CLASS].sum()
    maps = [token_maps(part["3"], frames, (9, 9)).detach() for part in (captured, gradients_of(score, captured))]
    return heat(*maps, name, pool)


def theirs(peer, net: nn.Module, pixels: torch.Tensor, name: str) -> np.ndarray:
    score = [lambda logits: LOUD * logits[CLASS]] * len(pixels)
    with getattr(peer, PEERS[name])(model=net, target_layers=[net[3]]) as cam:
        return cam(input_tensor=pixels, targets=score)


@pytest.mark.parametrize("name", PEERS)
def test_frame_by_frame_the_heat_is_that_of_the_peer_on_images(peer, name):
    net = small_net(nn.Conv2d)
    images = torch.rand(5, 3, 9, 9)
    net(images)
    found = normalise(ours(net, images, name, "frame", 5), "frame")
    assert np.allclose(found, theirs(peer, net, images, name), atol=1e-4)


@pytest.mark.parametrize("name", PEERS)
def test_on_a_clip_the_heat_is_that_of_the_peer_on_a_volume(peer, name):
    net = small_net(nn.Conv3d)
    clip = torch.rand(1, 3, 4, 9, 9)
    net(clip)
    found = normalise(ours(net, clip, name, "clip", 4), "all")
    assert np.allclose(found, theirs(peer, net, clip, name)[0], atol=1e-4)


def test_eigen_cam_is_that_of_the_peer_but_for_the_sign(peer):
    from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection

    features = torch.randn(3, 9, 9, 8)
    expected = get_2d_projection(features.permute(0, 3, 1, 2).numpy())
    found = heat(features, name="eigen-cam", pool="frame").numpy()
    assert np.allclose(np.abs(found), np.abs(expected), atol=1e-4)
