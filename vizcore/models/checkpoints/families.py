"""The transformers of Hugging Face that run as they are: a table, and the module around them that takes a video.

    video (B, 3, T, S, S) - as that net wants it: a clip, or each frame on its own -> logits (B, C), of frames the mean

Nothing of theirs reads a file here: the settings that it may see are named one by one, the weights are handed over as
tensors. So no code from a hub is ever run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from vizcore.formats.names import plain
from vizcore.models.checkpoints.fitting import Length, refuse_giants
from vizcore.models.checkpoints.opening import Contents

ADVICE = "pip install -r requirements-hub.txt"
# fmt: off
SETTINGS = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "mlp_ratio", "hidden_act",
    "layer_norm_eps", "qkv_bias", "image_size", "crop_size", "patch_size", "tubelet_size", "num_frames",
    "frames_per_clip", "num_register_tokens", "layerscale_value", "use_swiglu_ffn", "use_mask_token",
    "pooler_output_size", "pooler_act", "num_pooler_layers", "pred_hidden_size", "pred_num_attention_heads",
    "pred_num_hidden_layers", "pred_num_mask_tokens", "pred_mlp_ratio", "pred_zero_init_mask_tokens",
)
# fmt: on
LARGEST, DEEPEST = 2**16, 128  # of any setting; of a number of layers
FRAMES = 8  # of a clip that an image net is shown
MOST_FRAMES = (
    16  # that a net without a table of times is shown: its places are relative, so fewer than it knows will do
)


@dataclass(frozen=True)
class Family:
    """One row of FAMILIES."""

    title: str
    names: str  # its classes' names begin with this
    task: str  # and the one with a head ends with this
    size: str  # the settings that tell S,
    frames: str | None  # T, or None where each frame is seen on its own,
    tubelet: bool = False  # and whether the patch is the last part of `tubelet_size`
    pooler: bool = False  # the net without a head has a pooler of its own, which is left out
    first: bool = True  # its first token describes the whole; otherwise the mean of all does


FAMILIES = {
    "vivit": Family("ViViT", "Vivit", "ForVideoClassification", "image_size", "num_frames", tubelet=True, pooler=True),
    "vjepa2": Family("V-JEPA 2", "VJEPA2", "ForVideoClassification", "crop_size", "frames_per_clip", first=False),
    "dinov2": Family("DINOv2, frame by frame", "Dinov2", "ForImageClassification", "image_size", None),
    "dinov2_with_registers": Family(
        "DINOv2 with registers, frame by frame", "Dinov2WithRegisters", "ForImageClassification", "image_size", None
    ),
    "vit": Family("ViT, frame by frame", "ViT", "ForImageClassification", "image_size", None, pooler=True),
}


class Wrapped(nn.Module):
    """A net of FAMILIES, called like ours: video (B, 3, T, S, S) -> logits (B, C).

    A net without a head has one logit, the length of its descriptor: of the first token, or of the mean of all.
    """

    def __init__(self, net: nn.Module, family: Family, headed: bool, frames: int, size: int):
        super().__init__()
        self.net, self.family, self.frames, self.size = net, family, frames, size
        self.head = None if headed else Length()

    def forward(self, video: Tensor) -> Tensor:  # (B, 3, T, S, S)
        wanted = (3, self.frames, self.size, self.size)
        if video.ndim != 5 or tuple(video.shape[1:]) != wanted:
            raise ValueError(f"want a video (B, {', '.join(map(str, wanted))}), got {(*video.shape,)}")
        pictures = video.transpose(1, 2)  # (B, T, 3, S, S)
        if self.family.frames is None:
            pictures = pictures.flatten(0, 1)  # (B * T, 3, S, S)
        given = self.net(pictures, **({"skip_predictor": True} if hasattr(self.net, "predictor") else {}))
        answers = given.logits if self.head is None else self.described(given.last_hidden_state)
        if self.family.frames is None:
            answers = answers.unflatten(0, (len(video), self.frames)).mean(1)
        return answers if self.head is None else self.head(answers)

    def described(self, tokens: Tensor) -> Tensor:
        """(B, D) from tokens (B, N, D)."""
        return tokens[:, 0] if self.family.first else tokens.mean(1)


def transformers() -> ModuleType:
    """Hugging Face's package, without its progress bars and reports.

    Raises:
        ValueError: it is not installed.
    """
    try:
        import transformers as package
    except ImportError:
        raise ValueError(f"want the package transformers for this model, but it is not installed: {ADVICE}") from None
    package.logging.disable_progress_bar()
    package.logging.set_verbosity_error()
    return package


def shapes(family: Family, settings: Mapping[str, Any], size: int | None, name: str) -> tuple[int, int, int]:
    """(T, S, patch) of a net with these settings; S as its preparation asks (`size`), where its table may be stretched.

    Args:
        family: a row of this table.
        settings: of settings_of.
        size: px of a side that its preparation cuts, if known.
        name: of the file, for refusals.

    Raises:
        ValueError: a number is missing, or the patch does not divide S.
    """
    trained = one(settings[family.size])
    patch = settings["tubelet_size" if family.tubelet else "patch_size"]
    patch = one(patch[-1:] if family.tubelet and isinstance(patch, (list, tuple)) else patch)
    stretches = family.names.startswith("Dinov2") and size is not None and patch and size % patch == 0
    side = size if stretches else trained
    frames = FRAMES if family.frames is None else one(settings[family.frames])
    if not family.tubelet:
        frames = min(frames, MOST_FRAMES)
    if not (side and patch and frames) or side % patch:
        raise ValueError(f"want square pictures that patches divide, got {side} px and {patch} px in {name}")
    refuse_giants(frames, side, (side // patch) ** 2, name)
    return frames, side, patch


def one(number: Any) -> int:
    """A side in px of what may be given as (height, width); 0 where it is no such number, or not square."""
    sides = number if isinstance(number, (list, tuple)) else [number]
    alike = sides and all(type(side) is int and side == sides[0] for side in sides)
    return sides[0] if alike and 0 < sides[0] <= LARGEST else 0


def settings_of(family: Family, config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The settings that a net may see: only those of SETTINGS, each a number, a word or a few numbers.

    Args:
        family: whose usual settings fill the gaps.
        config: of its config.json.
        name: of the file, for refusals.

    Raises:
        ValueError: one is out of range.
    """
    usual = getattr(transformers(), f"{family.names}Config")()
    settings = {key: getattr(usual, key) for key in SETTINGS if getattr(usual, key, None) is not None}
    for key in (key for key in SETTINGS if config.get(key) is not None):
        value, most = config[key], DEEPEST if "layers" in key else LARGEST
        for number in value if isinstance(value, list) else [value]:
            word = isinstance(number, str) and len(number) < 32
            if not word and not (isinstance(number, (int, float)) and 0 <= number <= most):
                raise ValueError(f"want {key} from 0 to {most} in the config.json of {name}, got {plain(str(value))}")
        settings[key] = value
    return settings


@dataclass(frozen=True)
class Recipe:
    """A net of FAMILIES that a config.json describes."""

    kind: str  # a key of FAMILIES
    headed: bool
    settings: Mapping[str, Any]
    classes: int
    frames: int
    size: int  # px

    def empty(self) -> Wrapped:
        """The net with random weights."""
        maker, config, choices = self._parts()
        return self._wrapped(maker(config, **choices))

    def filled(self, contents: Contents) -> Wrapped:
        """The net with these weights, in 32 bits and in memory of its own. What it has no use for is left, as a head
        of another task.

        Raises:
            ValueError: a tensor is missing or of another shape.
        """
        maker, config, choices = self._parts()
        net, report = maker.from_pretrained(
            None,
            config=config,
            state_dict={key: tensor.clone() for key, tensor in contents.tensors.items()},
            dtype=torch.float32,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # reported, and refused below
            **choices,
        )
        wrong = [f"{key} of shape {(*want,)}, got {(*got,)}" for key, got, want in sorted(report["mismatched_keys"])]
        wrong += [f"{key}, got none" for key in sorted(report["missing_keys"])]
        if wrong:
            more = f" (and {len(wrong) - 1} more like it)" if len(wrong) > 1 else ""
            title = FAMILIES[self.kind].title
            raise ValueError(f"want the tensors of a {title}, {wrong[0]} in {contents.name}{more}")
        return self._wrapped(net)

    def _parts(self) -> tuple[Any, Any, dict[str, bool]]:
        family, package = FAMILIES[self.kind], transformers()
        maker = getattr(package, family.names + (family.task if self.headed else "Model"))
        config = getattr(package, f"{family.names}Config")
        fields = {key: value for key, value in self.settings.items() if hasattr(config(), key)}
        choices = {"add_pooling_layer": False} if family.pooler and not self.headed else {}
        return maker, config(**fields, num_labels=self.classes), choices

    def _wrapped(self, net: nn.Module) -> Wrapped:
        return Wrapped(net, FAMILIES[self.kind], self.headed, self.frames, self.size)
