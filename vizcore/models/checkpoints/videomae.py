"""A public VideoMAE's tensors as those of our net: under the authors' names (MCG-NJU/VideoMAE) or Hugging Face's.

A classifier is taken as it is; of a pre-trained autoencoder the encoder is taken and its decoder left.
"""

from functools import partial

import torch
from torch import Tensor

from vizcore.models.checkpoints.fitting import Naming, Plan, block_count, classes_of, headed, heads_of, shape_of
from vizcore.models.checkpoints.opening import Contents
from vizcore.models.nets.videomae import VideoMAE

FAMILY = "VideoMAE"
FRAMES, SIZE = 16, 224  # of every published one; the weights do not tell
DECODER = ("decoder.", "encoder_to_decoder.", "mask_token")

AUTHORS = Naming(
    block="blocks",
    within={
        "norm1": "attention_norm",
        "attn": "attention",
        "norm2": "mlp_norm",
        "mlp.fc1": "mlp.0",
        "mlp.fc2": "mlp.2",
    },
    outside={"patch_embed.proj": "patch", "fc_norm": "norm"},
)

HUGGING_FACE = Naming(
    block="layer",
    within={
        "layernorm_before": "attention_norm",
        "attention.attention": "attention",
        "attention.output.dense": "attention.proj",
        "layernorm_after": "mlp_norm",
        "intermediate.dense": "mlp.0",
        "output.dense": "mlp.2",
    },
    outside={
        "embeddings.patch_embeddings.projection": "patch",
        "fc_norm": "norm",
        "layernorm": "norm",
        "classifier": "head",
    },
)
NORMS = {"blocks": (1e-6, 1e-6), "layer": (1e-12, 1e-5)}  # eps in the blocks and before the head, by the block's name
PARTS = ("query", "key", "value")
BIASES = (("q_bias", "query.bias"), ("k_bias", "key.bias"), ("v_bias", "value.bias"))


def recognise(contents: Contents) -> Plan | None:
    """The plan for a public VideoMAE, or None where it is none.

    Raises:
        ValueError: it is one, of sizes that do not fit each other.
    """
    for naming in (AUTHORS, HUGGING_FACE):
        patch = contents.tensors.get(naming.theirs("patch.weight"))
        first = f"{naming.block}.0."
        if patch is not None and patch.ndim == 5 and any(name.startswith(first) for name in contents.tensors):
            return _plan(contents, naming)
    return None


def _plan(contents: Contents, naming: Naming) -> Plan:
    metadata, file = contents.metadata, contents.name
    width, _, tubelet, _, patch = shape_of(contents.tensors, naming.theirs("patch.weight"), 5, FAMILY, file)
    inner = shape_of(contents.tensors, naming.theirs("blocks.0.mlp.0.weight"), 2, FAMILY, file)[0]
    encoder = {name: tensor for name, tensor in contents.tensors.items() if not name.startswith(DECODER)}
    pooled = "fc_norm.weight" in encoder or naming.theirs("head.weight") not in encoder
    tensors = {naming.ours(name): tensor for name, tensor in encoder.items()}
    depth = block_count(tensors)
    tensors = _joined(tensors, depth)
    heads, assumed = heads_of(width, metadata)
    frames, size = metadata.get("frames", FRAMES), metadata.get("size", SIZE)
    if not {"frames", "size"} <= metadata.keys():
        assumed = ", ".join(words for words in (assumed, f"for {frames} frames of {size} px, as published") if words)
    eps, last_eps = NORMS[naming.block]
    net = partial(
        VideoMAE,
        frames=frames,
        size=size,
        tubelet=tubelet,
        patch=patch,
        width=width,
        depth=depth,
        heads=heads,
        classes=classes_of(tensors, FAMILY, file),
        inner=inner,
        pooled=pooled,
        eps=metadata.get("eps", eps),
        last_eps=last_eps if pooled else metadata.get("eps", eps),
    )
    return Plan(
        family=FAMILY,
        net=headed(net, tensors),
        tensors=tensors,
        frames=frames,
        size=size,
        grid=(size // patch, size // patch),
        layers=partial(taps, depth=depth),
        naming=naming,
        assumed=assumed,
    )


def taps(mode: str, depth: int) -> tuple[str, ...]:
    """The places of a VideoMAE that give (B, T', N, D), each tensor once: a block's entry is the exit before it."""
    return ("blocks.0.entry", *(f"blocks.{k}.{step}" for k in range(depth) for step in ("space", "exit")))


def _joined(tensors: dict[str, Tensor], depth: int) -> dict[str, Tensor]:
    """Queries, keys and values of every block as one linear layer, with zeros for the biases that are not there.

    What has not the same shape stays as it is, and is refused when it is held against the net.
    """
    joined = dict(tensors)
    for at in (f"blocks.{k}.attention." for k in range(depth)):
        parts = [f"{at}{part}.weight" for part in PARTS]
        if len({joined[part].shape if part in joined else None for part in parts} - {()}) == 1 and parts[0] in joined:
            joined[f"{at}qkv.weight"] = torch.cat([joined.pop(part) for part in parts])
        whole = joined.get(f"{at}qkv.weight")
        if whole is None or whole.ndim != 2 or f"{at}qkv.bias" in joined:
            continue
        empty = whole.new_zeros(len(whole) // 3)
        names = [next((at + name for name in pair if at + name in joined), "") for pair in BIASES]
        if all(joined.get(name, empty).shape == empty.shape for name in names):
            joined[f"{at}qkv.bias"] = torch.cat([joined.pop(name, empty) for name in names])
    return joined
