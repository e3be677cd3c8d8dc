"""The layer picker lists the places that can be drawn as maps, all of them and nothing else, without computing."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from checkpoint_files import tiny, written
from torch import nn

from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.models import PATCH_MODELS
from vizcore.models.checkpoints import fitting_layers, open_checkpoint
from vizcore.models.nets.videomae import VideoMAE
from vizcore.runtime.capture import Tap, watching

pytestmark = pytest.mark.usefixtures("one_thread")

NAMES = [name for name in PATCH_MODELS if not name.startswith("vit-b16")]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_listed_runs_in_this_order_gives_this_shape_and_can_be_laid_out(name):
    row, net = PATCH_MODELS[name], PATCH_MODELS[name].load()
    found = fitting_layers(row)
    video = torch.randn(1, 3, row.frames, row.size, row.size)
    with torch.no_grad(), watching(net, [layer.name for layer in found]) as captured:
        net(video)
    assert list(captured) == [layer.name for layer in found]
    for layer in found:
        assert tuple(captured[layer.name].shape) == layer.shape
        assert tuple(token_maps(captured[layer.name], row.frames, row.grid).shape) == layer.maps


@pytest.mark.parametrize("name", PATCH_MODELS)
def test_every_layer_that_a_row_names_is_among_them(name):
    assert set(PATCH_MODELS[name].layers) <= {layer.name for layer in fitting_layers(PATCH_MODELS[name])}


def test_a_net_whose_table_is_made_of_numbers_and_not_of_weights_is_read_as_well():
    sizes = {"frames": 4, "size": 32, "patch": 8, "width": 24, "depth": 2, "heads": 2, "classes": 5}
    row = replace(PATCH_MODELS["vit-small-space"], build=partial(VideoMAE, **sizes), frames=4, size=32, grid=(4, 4))
    maps = {layer.name: layer.maps for layer in fitting_layers(row)}
    assert maps["blocks.0.exit"] == maps["blocks.1.exit"] == (2, 4, 4, 24)


class Toy(nn.Module):
    """Places of every kind: a map, the same map handed on, a map in a tuple, whole numbers, one that does not run."""

    def __init__(self):
        super().__init__()
        self.map, self.same, self.whole, self.never = nn.Conv2d(3, 6, 4, 4), Tap(), nn.Flatten(), nn.Linear(2, 2)
        self.late, self.pair, self.order = Tap(), Pair(), Tap()

    def forward(self, video):
        x = self.late(self.same(self.map(video[0].transpose(0, 1))) * 2)
        self.order((x > 0).long())
        x, _ = self.pair(x)
        return self.whole(x).mean(1)[None, :2]


class Pair(nn.Module):
    def forward(self, x):
        return x + 1, "words"


TOY = replace(PATCH_MODELS["vit-small-space"], build=Toy, frames=3, size=16, grid=(4, 4))


def test_a_tensor_that_is_handed_on_is_listed_once_and_what_is_no_map_is_not():
    assert [(layer.name, layer.shape, layer.maps) for layer in fitting_layers(TOY)] == [
        ("map", (3, 6, 4, 4), (3, 4, 4, 6)),
        ("late", (3, 6, 4, 4), (3, 4, 4, 6)),
        ("pair", (3, 6, 4, 4), (3, 4, 4, 6)),
    ]


def test_no_hook_is_left_even_by_a_net_that_fails():
    built = []

    class Broken(Toy):
        def forward(self, video):
            super().forward(video)
            raise RuntimeError("on purpose")

    def build():
        built.append(Broken())
        return built[-1]

    with pytest.raises(RuntimeError, match="on purpose"):
        fitting_layers(replace(TOY, build=build))
    assert not any(module._forward_hooks for module in built[-1].modules())


def test_nothing_is_computed_and_no_weights_are_read(tmp_path):
    path = written(tmp_path / "net.safetensors", tiny().state_dict())
    row = open_checkpoint(path)
    path.unlink()
    assert set(row.layers) <= {layer.name for layer in fitting_layers(row)}
