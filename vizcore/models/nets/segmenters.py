"""Nets of segmentation from the class of their row: each takes features of frames and is built from a few numbers.

segmenter("ms_tcn.MSTCN", classes, {"width": 48}) -> nn.Module: features (B, T, WIDTH) -> stages, or heat of keypoints
"""

from collections.abc import Mapping

from torch import nn

from vizcore.models.nets import net_class
from vizcore.models.nets.frame_features import INPUTS, OnFeatures
from vizcore.models.nets.keypoint_refinement import Refiner
from vizcore.models.nets.keypoints import KeypointNet


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


def segmenter(net: str, classes: int, sizes: Mapping[str, float]) -> nn.Module:
    """An untrained net.

    Args:
        net: module and name of its class below vizcore.models.nets: Keypoints, or one that gives every frame a class,
            (B, F, T) features -> (S, B, C, T) logits, the last stage the answer.
        classes: C.
        sizes: what else its class asks for.
    """
    kind = net_class(net)
    return kind(classes, **sizes) if kind is Keypoints else OnFeatures(kind(INPUTS, classes, **sizes))
