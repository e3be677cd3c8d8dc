"""The nets that say what is done when, by name: each takes features of frames and is built from a few numbers.

segmenter("rtk", classes, width=48, ...) -> nn.Module: features (B, T, WIDTH) -> stages, or heat of keypoints
"""

from collections.abc import Mapping

from torch import nn

from vizcore.models.nets.asformer import ASFormer
from vizcore.models.nets.frame_features import INPUTS, OnFeatures
from vizcore.models.nets.keypoint_refinement import Refiner
from vizcore.models.nets.keypoints import KeypointNet
from vizcore.models.nets.ms_tcn import MSTCN

FRAME_WISE = {"ms-tcn": MSTCN, "asformer": ASFormer}  # logits (S, B, C, T), the last stage the answer
RTK = "rtk"
TITLES = {"ms-tcn": "MS-TCN++", "asformer": "ASFormer", RTK: "RTK"}


class Keypoints(nn.Module):
    """RTK: a net that finds keypoints, and the graph that refines them.

    Args:
        classes: C.
        width: of the keypoint net and of the graph.
        sizes: the other sizes of a KeypointNet.
    """

    def __init__(self, classes: int, width: int, **sizes):
        super().__init__()
        self.keypoints = OnFeatures(KeypointNet(INPUTS, classes, width, **sizes))
        self.refiner = Refiner(width, classes, width)


def segmenter(name: str, classes: int, sizes: Mapping[str, float]) -> nn.Module:
    """An untrained net: of TITLES by name, for C classes, with the sizes that its class asks for.

    Args:
        name: a key of TITLES.
        classes: C.
        sizes: arguments of its class: layers, widths and the like.
    """
    if name == RTK:
        return Keypoints(classes, **sizes)
    return OnFeatures(FRAME_WISE[name](INPUTS, classes, **sizes))
