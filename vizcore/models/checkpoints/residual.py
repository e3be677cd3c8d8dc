"""A small residual net of CIFAR pictures, under the names of akamaster/pytorch_resnet_cifar10."""

import itertools
import re
from functools import partial

from vizcore.models.checkpoints.fitting import Naming, Plan, classes_of
from vizcore.models.checkpoints.opening import Contents
from vizcore.models.nets.resnet import ResNet

FRAMES, SIZE = 8, 32  # pictures are the net's own; so many frames of a clip are shown to it, and its logits averaged
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of RGB from 0 to 1, as its authors trained it
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
PARTS = {"conv1": "first", "bn1": "first_norm", "conv2": "second", "bn2": "second_norm"}


def recognise(contents: Contents) -> Plan | None:
    """The plan for such a net, or None where it is none.

    Raises:
        ValueError: it is one, without a head that fits.
    """
    if (
        not {"conv1.weight", "layer1.0.conv1.weight", "layer3.0.conv1.weight", "linear.weight"}
        <= contents.tensors.keys()
    ):
        return None
    blocks = len([name for name in contents.tensors if re.fullmatch(r"layer1\.\d+\.conv1\.weight", name)])
    naming = _naming(blocks)
    tensors = {naming.ours(name): tensor for name, tensor in contents.tensors.items()}
    depth, classes = 6 * blocks + 2, classes_of(tensors, "ResNet", contents.name)
    ten = classes == len(CIFAR10)
    return Plan(
        family=f"ResNet-{depth}",
        net=partial(ResNet, depth, classes, FRAMES, SIZE),
        tensors=tensors,
        frames=FRAMES,
        size=SIZE,
        grid=(SIZE // 4, SIZE // 4),
        layers=partial(_layers, blocks),
        mean=MEAN,
        std=STD,
        classes=CIFAR10 if ten else (),
        naming=naming,
        assumed="with the ten classes of CIFAR-10" if ten else "",
    )


def _naming(blocks: int) -> Naming:
    places = itertools.product(range(3), range(blocks), PARTS.items())
    parts = {f"layer{s + 1}.{k}.{theirs}": f"stages.{s}.{k}.{ours}" for s, k, (theirs, ours) in places}
    return Naming("blocks", {}, {"conv1": "first", "bn1": "first_norm", "linear": "head"} | parts)


def _layers(blocks: int, mode: str) -> tuple[str, ...]:
    return ("entry", *(f"stages.{s}.{k}" for s in range(3) for k in range(blocks)))
