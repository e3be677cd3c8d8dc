"""Nets that say what is done when, and the one whose features of frames they take: rows that see no video at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vizcore.models.nets import net_class
from vizcore.models.weights import card, names, tensors
from vizcore.runtime.row import Net

if TYPE_CHECKING:  # a row that is only listed needs no net
    from torch import nn

RTK = "rtk"
PLAIN = f"{RTK} without refinement"  # the same net, its keypoints as they are
POSE = "pose"
SEGMENTERS = {  # name -> its title, its net, and its weight file
    "ms-tcn": ("MS-TCN++", "ms_tcn.MSTCN", "segmentation-ms-tcn"),
    "asformer": ("ASFormer", "asformer.ASFormer", "segmentation-asformer"),
    RTK: ("RTK", "segmenters.Keypoints", "segmentation-rtk"),
    PLAIN: ("RTK without refinement", "segmenters.Keypoints", "segmentation-rtk"),
}


def segmenting(net: str, weights: str) -> nn.Module:
    """A net of SEGMENTERS with its weights, from their names there."""
    from vizcore.models.nets.segmenters import segmenter

    page = card(weights)
    built = segmenter(net, len(page.data["classes"]), page.recipe["sizes"])
    built.load_state_dict(tensors(weights))
    return built


def pose() -> nn.Module:
    """The net that reads poses, with its weights."""
    recipe = card(POSE).recipe
    net = net_class("pose.PoseNet")(recipe["size"], tuple(recipe["widths"]), recipe["depth"])
    net.load_state_dict(tensors(POSE))
    return net


def _row(name: str) -> Net:
    title, net, weights = SEGMENTERS[name]
    page = card(weights)
    about = {"weights": weights, "domain": page.trained_on, "classes": tuple(page.data["classes"])}
    build = partial(segmenting, net, weights)
    return Net(name, title, f"trained on {page.trained_on}", page.sha256, build, task="segmentation", net=net, **about)


def _pose() -> Net:
    page = card(POSE)
    about = {"task": "pose", "net": "pose.PoseNet", "weights": POSE, "domain": page.trained_on}
    return Net(POSE, page.title, f"trained on {page.trained_on}", page.sha256, pose, **about)


ROWS = {name: _row(name) for name, (_, _, weights) in SEGMENTERS.items() if weights in names()} | (
    {POSE: _pose()} if POSE in names() else {}
)
