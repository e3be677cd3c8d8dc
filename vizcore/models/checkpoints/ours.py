"""Checkpoints of our own nets: TemporalViT of every size and mode, and StemmedViT as `vizcore.training` makes it."""

from functools import partial

from torch import Tensor

from vizcore.models import FAMILIES, distinct_taps
from vizcore.models.checkpoints.fitting import Plan, block_count, classes_of, headed, heads_of, shape_of, side_of
from vizcore.models.checkpoints.opening import Contents
from vizcore.models.nets.stemmed import StemmedViT
from vizcore.models.nets.stems import Stem
from vizcore.models.nets.temporal_vit import OVER_TIME, TemporalViT
from vizcore.models.weights import card, names

FRAMES = 8  # of every net that this project ships: where frames have no table, the weights do not tell
STEMMED_MODES = ("ata", "factorized", "joint")  # exactly the same weights
STEMMED_HEADS, STEMMED_SIZE, PATCH = 4, 56, 8
HALF = (0.5, 0.5, 0.5)


def recognise_vit(contents: Contents) -> Plan | None:
    """The plan for a TemporalViT, or None where it is none.

    Raises:
        ValueError: it is one, of sizes that do not fit each other.
    """
    tensors, metadata, file = contents.tensors, contents.metadata, contents.name
    if not {"class_token", "space_table", "patch.weight"} <= tensors.keys():
        return None
    width, _, _, patch = shape_of(tensors, "patch.weight", 4, "TemporalViT", file)
    side = side_of(shape_of(tensors, "space_table", 2, "TemporalViT", file)[0] - 1, file)
    frames = metadata.get("frames", FRAMES)
    modes: tuple[str, ...] = ("space",)
    if "time_table" in tensors:
        frames = shape_of(tensors, "time_table", 2, "TemporalViT", file)[0]
        modes = OVER_TIME if "blocks.0.time_norm.weight" in tensors else ("joint",)
    heads, assumed = heads_of(width, metadata)
    depth, size = block_count(tensors), side * patch
    classes = classes_of(tensors, "TemporalViT", file)
    shape = {"frames": frames, "size": size, "patch": patch, "width": width, "depth": depth, "heads": heads}
    return Plan(
        family="TemporalViT",
        net=headed(partial(TemporalViT, classes=classes, **shape), tensors),
        tensors=tensors,
        frames=frames,
        size=size,
        grid=(side, side),
        layers=partial(distinct_taps, depth=depth),
        modes=_first(metadata.get("mode"), modes),
        assumed=assumed,
    )


def recognise_stemmed(contents: Contents) -> Plan | None:
    """The plan for a StemmedViT, or None where it is none. A file that this project ships is known by its card.

    Raises:
        ValueError: it is one, of sizes that do not fit each other.
    """
    tensors, metadata, file = contents.tensors, dict(contents.metadata), contents.name
    if not {"stem.project.weight", "entry.weight", "blocks.0.attention_norm.weight", "head.weight"} <= tensors.keys():
        return None
    metadata = _of_card(contents.sha256) | metadata
    width = shape_of(tensors, "entry.weight", 2, "StemmedViT", file)[0]
    timed = "blocks.0.time_table" in tensors
    frames = metadata.get("frames", FRAMES)
    frames = shape_of(tensors, "blocks.0.time_table", 2, "StemmedViT", file)[0] if timed else frames
    size, heads = metadata.get("size", STEMMED_SIZE), metadata.get("heads", STEMMED_HEADS)
    missing = [f"{heads} heads"] * ("heads" not in metadata) + [f"{size} px"] * ("size" not in metadata)
    net = partial(
        _stemmed,
        stem=_stem_sizes(tensors, file),
        classes=classes_of(tensors, "StemmedViT", file),
        frames=frames,
        size=size,
        width=width,
        depth=block_count(tensors),
        heads=heads,
    )
    return Plan(
        family="StemmedViT",
        net=net,
        tensors=tensors,
        frames=frames,
        size=size,
        grid=(size // PATCH, size // PATCH),
        layers=partial(_stemmed_layers, depth=block_count(tensors)),
        modes=_first(metadata.get("mode"), STEMMED_MODES if timed else ("space",)),
        mean=HALF,
        std=HALF,
        classes=metadata.get("classes", ()),
        assumed="with " + " and ".join(missing) + ", as is usual" if missing else "",
    )


def _of_card(sha256: str) -> dict:
    """What the card of this file tells, where this project ships it."""
    page = next((page for page in map(card, names()) if page.sha256 == sha256), None)
    family = None if page is None else FAMILIES.get(page.name.rpartition("-")[0])
    if family is None:
        return {}
    heads, mode = page.recipe["heads"], page.recipe["mode"]
    return {"heads": heads, "mode": mode, "size": family.size, "classes": tuple(page.data["classes"])}


def _stem_sizes(tensors: dict[str, Tensor], file: str) -> dict:
    strided = [shape_of(tensors, f"stem.strided.{k}.0.weight", 4, "StemmedViT", file)[0] for k in range(3)]
    width = shape_of(tensors, "stem.project.weight", 4, "StemmedViT", file)[0]
    return {"widths": tuple(strided), "depth": block_count(tensors, r"stem\.residual"), "width": width}


def _stemmed(mode: str, stem: dict, classes: int, **sizes: int) -> StemmedViT:
    return StemmedViT(Stem(**stem), mode, classes, **sizes)


def _stemmed_layers(mode: str, depth: int) -> tuple[str, ...]:
    return "tokens", *distinct_taps(mode if mode == "space" else "factorized", depth)


def _first(mode: str | None, modes: tuple[str, ...]) -> tuple[str, ...]:
    """The modes, the one that the file tells first."""
    return tuple(sorted(modes, key=lambda one: one != mode))
