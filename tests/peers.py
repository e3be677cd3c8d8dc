"""Nets of Hugging Face with drawn weights, and the same weights under the names that their authors use."""

import re

import pytest
import torch

REASON = "transformers is not installed: pip install -r requirements-hub.txt"
TINY = {
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 96,
    "image_size": 32,
    "patch_size": 8,
    "num_frames": 4,
    "num_labels": 5,
}
REAL = {
    "hidden_size": 768,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "image_size": 224,
    "patch_size": 16,
}  # a ViT-B
SPREAD = 0.25  # of drawn weights: large enough that logits of tiny nets differ by more than rounding


def transformers():
    """The package, quiet, or a skip that says why."""
    package = pytest.importorskip("transformers", reason=REASON)
    package.logging.disable_progress_bar()
    package.logging.set_verbosity_error()
    return package


def drawn(net, seed=0, spread=SPREAD):
    """The net in eval mode, every weight drawn anew: biases, tables and norms are of no special value."""
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            weight.normal_(0.0, spread, generator=chance)
            if "norm" in name and name.endswith("weight"):
                weight.add_(1.0)
    return net.eval()


def timesformer(attention="divided_space_time", spread=SPREAD, **changes):
    package = transformers()
    config = package.TimesformerConfig(**TINY | {"attention_type": attention} | changes)
    return drawn(package.TimesformerForVideoClassification(config), spread=spread)


def videomae(spread=SPREAD, **changes):
    package = transformers()
    config = package.VideoMAEConfig(**TINY | {"use_mean_pooling": True} | changes)
    return drawn(package.VideoMAEForVideoClassification(config), spread=spread)


def answers(net, video):
    """Logits (B, C) of a net of Hugging Face for a video (B, 3, T, S, S)."""
    with torch.no_grad():
        return net(video.transpose(1, 2)).logits


def as_far_as_rounding(got, wanted):
    """Two sets of logits are one, and they are large enough for that to mean something."""
    assert wanted.std() > 0.1
    assert (got - wanted).abs().max() < 1e-4


def saved(net, folder):
    """A net in a folder, as Hugging Face saves it."""
    net.save_pretrained(folder)
    return folder


def tensors_of(net):
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}


def by_authors(tensors, swaps):
    """Tensors under other names: each (pattern, replacement) is applied to every name, in turn."""
    named = {}
    for name, tensor in tensors.items():
        for pattern, replacement in swaps:
            name = re.sub(pattern, replacement, name)
        named[name] = tensor
    return named


TIMESFORMER_AUTHORS = [
    (r"^timesformer\.", ""),
    (r"^encoder\.layer\.", "blocks."),
    (r"^embeddings\.cls_token", "cls_token"),
    (r"^embeddings\.position_embeddings", "pos_embed"),
    (r"^embeddings\.time_embeddings", "time_embed"),
    (r"^embeddings\.patch_embeddings\.projection", "patch_embed.proj"),
    (r"\.temporal_attention\.attention\.qkv", ".temporal_attn.qkv"),
    (r"\.temporal_attention\.output\.dense", ".temporal_attn.proj"),
    (r"\.temporal_layernorm", ".temporal_norm1"),
    (r"\.temporal_dense", ".temporal_fc"),
    (r"\.attention\.attention\.qkv", ".attn.qkv"),
    (r"\.attention\.output\.dense", ".attn.proj"),
    (r"\.intermediate\.dense", ".mlp.fc1"),
    (r"\.output\.dense", ".mlp.fc2"),
    (r"\.layernorm_before", ".norm1"),
    (r"\.layernorm_after", ".norm2"),
    (r"^layernorm", "norm"),
    (r"^classifier", "head"),
]

VIDEOMAE_AUTHORS = [
    (r"^videomae\.", ""),
    (r"^encoder\.layer\.", "blocks."),
    (r"^embeddings\.patch_embeddings\.projection", "patch_embed.proj"),
    (r"\.attention\.attention\.query\.bias", ".attn.q_bias"),
    (r"\.attention\.attention\.value\.bias", ".attn.v_bias"),
    (r"\.attention\.attention\.(query|key|value)\.weight", r".attn.\1"),
    (r"\.attention\.output\.dense", ".attn.proj"),
    (r"\.intermediate\.dense", ".mlp.fc1"),
    (r"\.output\.dense", ".mlp.fc2"),
    (r"\.layernorm_before", ".norm1"),
    (r"\.layernorm_after", ".norm2"),
    (r"^layernorm", "norm"),
    (r"^classifier", "head"),
]


def videomae_by_authors(net):
    """A VideoMAE's tensors as MCG-NJU saves them: queries, keys and values in one matrix."""
    tensors = by_authors(tensors_of(net), VIDEOMAE_AUTHORS)
    for k in range(net.config.num_hidden_layers):
        parts = [tensors.pop(f"blocks.{k}.attn.{part}") for part in ("query", "key", "value")]
        tensors[f"blocks.{k}.attn.qkv.weight"] = torch.cat(parts)
    return tensors
