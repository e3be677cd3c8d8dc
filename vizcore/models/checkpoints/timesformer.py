"""A public TimeSformer's tensors as those of our TemporalViT: divided attention is *factorized*, and so *ata* as well.

The names are those of the authors (facebookresearch/TimeSformer) or of Hugging Face; the sums are the same, so the
logits are. Aligning before attention over time needs no weights: a loaded net does both.
"""

from functools import partial

from vizcore.models import distinct_taps
from vizcore.models.checkpoints.fitting import (
    Naming,
    Plan,
    block_count,
    classes_of,
    headed,
    heads_of,
    shape_of,
    side_of,
)
from vizcore.models.checkpoints.opening import Contents
from vizcore.models.nets.temporal_vit import OVER_TIME, TemporalViT

FAMILY = "TimeSformer"
MEAN, STD = (0.45, 0.45, 0.45), (0.225, 0.225, 0.225)  # of RGB from 0 to 1, in the authors' configs

AUTHORS = Naming(
    block="blocks",
    within={
        "temporal_norm1": "time_norm",
        "temporal_attn": "time_attention",
        "temporal_fc": "time_out",
        "norm1": "attention_norm",
        "attn": "attention",
        "norm2": "mlp_norm",
        "mlp.fc1": "mlp.0",
        "mlp.fc2": "mlp.2",
    },
    outside={
        "cls_token": "class_token",
        "pos_embed": "space_table",
        "time_embed": "time_table",
        "patch_embed.proj": "patch",
    },
)

HUGGING_FACE = Naming(
    block="layer",
    within={
        "temporal_layernorm": "time_norm",
        "temporal_attention.attention": "time_attention",
        "temporal_attention.output.dense": "time_attention.proj",
        "temporal_dense": "time_out",
        "layernorm_before": "attention_norm",
        "attention.attention": "attention",
        "attention.output.dense": "attention.proj",
        "layernorm_after": "mlp_norm",
        "intermediate.dense": "mlp.0",
        "output.dense": "mlp.2",
    },
    outside={
        "embeddings.cls_token": "class_token",
        "embeddings.position_embeddings": "space_table",
        "embeddings.time_embeddings": "time_table",
        "embeddings.patch_embeddings.projection": "patch",
        "layernorm": "norm",
        "classifier": "head",
    },
)
TABLES = ("class_token", "space_table", "time_table")  # (1, ..., D) there, (..., D) here


def recognise(contents: Contents) -> Plan | None:
    """The plan for a public TimeSformer, or None where it is none.

    Raises:
        ValueError: it is one, of sizes that do not fit each other.
    """
    for naming in (AUTHORS, HUGGING_FACE):
        if {naming.theirs(name) for name in TABLES} <= contents.tensors.keys():
            return _plan(contents, naming)
    return None


def _plan(contents: Contents, naming: Naming) -> Plan:
    file = contents.name
    sizes = partial(shape_of, contents.tensors, plan=FAMILY, file=file)
    _, frames, width = sizes(naming.theirs("time_table"), 3)
    patch = sizes(naming.theirs("patch.weight"), 4)[-1]
    side = side_of(sizes(naming.theirs("space_table"), 3)[1] - 1, file)
    tensors = {naming.ours(name): tensor for name, tensor in contents.tensors.items()}
    tensors |= {name: tensors[name].squeeze(0) for name in TABLES}
    heads, assumed = heads_of(width, contents.metadata)
    depth = block_count(tensors)
    net = partial(
        TemporalViT,
        frames=frames,
        size=side * patch,
        patch=patch,
        width=width,
        depth=depth,
        heads=heads,
        classes=classes_of(tensors, FAMILY, file),
    )
    return Plan(
        family=FAMILY,
        net=headed(net, tensors),
        tensors=tensors,
        frames=frames,
        size=side * patch,
        grid=(side, side),
        layers=partial(distinct_taps, depth=depth),
        modes=OVER_TIME if "blocks.0.time_norm.weight" in tensors else ("joint",),
        mean=MEAN,
        std=STD,
        naming=naming,
        assumed=assumed,
    )
