"""A folder of Hugging Face, read by us: its weights as tensors, its config.json as numbers and words."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vizcore.formats.names import plain
from vizcore.models.checkpoints.families import one
from vizcore.models.checkpoints.opening import LIMIT_BYTES, Contents, read

RENAMED = {"timesformer": "TimeSformer", "videomae": "VideoMAE"}  # those that become our own nets
PREPARATIONS = ("video_preprocessor_config.json", "preprocessor_config.json")
WEIGHTS = ("model.safetensors", "model-*.safetensors", "*.safetensors", "pytorch_model*.bin")  # the first there is
WORDS_BYTES = 4 * 1024**2  # of a file of settings


def read_folder(folder: Path, name: str) -> Contents:
    """All tensors of a folder, and what its words tell of the net: sizes, classes, and how pictures are prepared.

    Raises:
        ValueError: it has no weights, or they are no tensors, or its words cannot be read.
    """
    paths = next((found for kind in WEIGHTS if (found := sorted(folder.glob(kind)))), [])
    if not paths or sum(path.stat().st_size for path in paths) > LIMIT_BYTES:
        most = f"at most {LIMIT_BYTES / 1024**3:.0f} GiB"
        raise ValueError(f"want weights ({' or '.join(WEIGHTS)}) of {most} in {name}, got {len(paths)} files")
    parts = [read(path, f"{name} {path.name}") for path in paths]
    configs = [folder / file for file in ("config.json", *PREPARATIONS) if (folder / file).exists()]
    hashes = [part.sha256 for part in parts] + [hashlib.sha256(path.read_bytes()).hexdigest() for path in configs]
    tensors = {key: tensor for part in parts for key, tensor in part.tensors.items()}
    metadata = _metadata(words(folder / "config.json", name), _preparation(folder, name), name)
    return Contents(name, hashlib.sha256("".join(hashes).encode()).hexdigest(), tensors, metadata)


def words(path: Path, name: str) -> dict[str, Any]:
    """What a JSON file of settings tells, or a refusal."""
    try:
        if path.stat().st_size > WORDS_BYTES:
            raise ValueError("too large")
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ValueError(
            f"want a folder with config.json and weights, got {name} without a {path.name} to read"
        ) from None
    if not isinstance(values, dict):
        raise ValueError(f"want settings by name in the {path.name} of {name}, got a {type(values).__name__}")
    return values


def _metadata(config: Mapping[str, Any], preparation: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What the settings say of a net that becomes ours, in our words."""
    act, kind = config.get("hidden_act", "gelu"), str(config.get("model_type"))
    if kind in RENAMED and act != "gelu":
        raise ValueError(f"want a {RENAMED[kind]} with gelu, got {plain(str(act))} in {name}")
    eps = config.get("layer_norm_eps")
    if kind == "timesformer" and eps not in (None, 1e-6):
        raise ValueError(f"want a TimeSformer with layer_norm_eps 1e-6, got {plain(str(eps))} in {name}")
    numbers = {"heads": "num_attention_heads", "frames": "num_frames", "size": "image_size"}
    ours = {word: one(config[key]) for word, key in numbers.items() if key in config}
    ours = {word: number for word, number in ours.items() if number} | dict(preparation)
    if isinstance(eps, float) and 0 < eps < 1:
        ours["eps"] = eps
    classes = config.get("id2label")
    if isinstance(classes, dict) and all(str(k) in classes for k in range(len(classes))):
        labels = [str(classes[str(k)]) for k in range(len(classes))]
        ours["classes"] = tuple(plain(re.sub(r"^LABEL_(\d+)$", r"class \1", label)) for label in labels)
    return ours


def _preparation(folder: Path, name: str) -> dict[str, Any]:
    """Mean and deviation of RGB from 0 to 1, and the size that pictures are cut to, as the folder prepares them."""
    path = next((folder / file for file in PREPARATIONS if (folder / file).exists()), None)
    values = {} if path is None else words(path, name)
    factor = values.get("rescale_factor", 1 / 255) if values.get("do_rescale", True) else 1
    shift = 1 if values.get("offset") is True else 0  # ViViT's: from 0 to 255, times the factor, less 1
    found: dict[str, Any] = {}
    try:
        mean, std = [[float(x) for x in values[key]] for key in ("image_mean", "image_std")]
        if values.get("do_normalize") is False:
            mean, std = [0.0] * 3, [1.0] * 3
        scale = 255 * float(factor)
        pairs = {"mean": tuple((x + shift) / scale for x in mean), "std": tuple(x / scale for x in std)}
        if all(len(pair) == 3 and all(map(math.isfinite, pair)) for pair in pairs.values()) and min(pairs["std"]) > 0:
            found |= pairs
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        pass  # no preparation, or none that can be read: ImageNet's
    crop = values.get("crop_size")
    side = one(crop.get("height")) if isinstance(crop, dict) and crop.get("height") == crop.get("width") else 0
    return found | ({"crop": side} if side else {})
