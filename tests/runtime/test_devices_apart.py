"""Tensors of two devices never meet in a net or a loss: what CUDA would refuse is refused here without a GPU."""

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from vizcore.models import VIDEO_MODELS
from vizcore.training.gta_losses import LOSSES, PARTS, LossSettings

SMALL = [name for name in VIDEO_MODELS if not name.startswith("vit-b16")]


class Apart(TorchDispatchMode):
    """Refuses an operation on tensors of two devices, as CUDA does; indices and single numbers may be the CPU's."""

    MAY = ("aten._to_copy.default", "aten.copy_.default", "aten.index.Tensor")

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        kinds = {tensor.device.type for tensor in tensors if tensor.ndim or tensor.is_meta}
        assert len(kinds) < 2 or str(operation) in self.MAY, f"{operation} has tensors on {sorted(kinds)}"
        return operation(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", SMALL)
def test_a_net_computes_where_its_video_lies(name):
    """On the device that every machine has beside its CPU, and that keeps no numbers."""
    row = VIDEO_MODELS[name]
    net = row.load().to("meta")
    with Apart():
        logits = net(torch.empty(2, 3, row.frames, row.size, row.size, device="meta"))
    assert logits.is_meta


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_of_alignment_computes_where_its_vectors_lie(name):
    x, y = (torch.empty(3, frames, 4, device="meta", requires_grad=True) for frames in (8, 9))
    with Apart():
        parts = LOSSES[name](x, y, LossSettings(name), np.random.default_rng(0))
        slope = torch.autograd.grad(sum(parts.values()), x)[0]
    assert slope.is_meta
    assert set(parts) == set(PARTS[name])


def test_devices_that_meet_are_noticed():
    with Apart(), pytest.raises(AssertionError, match=r"has tensors on \['cpu', 'meta'\]"):
        torch.empty(3, device="meta") * torch.ones(3)
