"""One registry of models: every net that answers a question of the app is a row, which says what it knows."""

import pytest
import torch

from vizcore.models import MODELS, PATCH_MODELS, VIDEO_MODELS, Model, of_task, on_request, photographs
from vizcore.models.nets import net_class
from vizcore.models.weights import card, names

STEMS = ("lamp-stem",)  # weights of no net of their own: what other nets stand on


def test_every_weight_file_is_in_a_row_and_every_row_has_its_weights():
    assert {row.weights for row in MODELS.values() if row.weights} == set(names()) - set(STEMS)
    for row in MODELS.values():
        if row.weights:
            page = card(row.weights)
            assert (row.version, row.domain, row.origin) == (
                page.sha256,
                page.trained_on,
                f"trained on {page.trained_on}",
            )
        elif row.name in photographs.ROWS:
            assert row.domain == "photographs"
            assert row.version == photographs.WEIGHTS.sha256
        elif row.name in on_request.ROWS:
            assert row.domain in ("films", "photographs")
            assert row.origin == f"trained on {row.domain}"
        else:
            assert row.domain == "nothing"
            assert "random" in row.origin


@pytest.mark.parametrize("name", MODELS)
def test_a_row_builds_the_net_that_it_names(name):
    row = MODELS[name]
    with torch.device("meta") if not row.weights else torch.device("cpu"):
        assert name == row.name
        if not name.startswith("vit-b16"):
            net = row.build()
            assert type(net).__name__ in (row.net.partition(".")[2], "OnFeatures")
            assert isinstance(net, net_class(row.net)) or isinstance(net.net, net_class(row.net))


def test_tasks_part_the_registry():
    tasks = ("classification", "embedding", "localization", "segmentation", "pose", "cuts", "description")
    parted = [name for task in tasks for name in of_task(task)]
    assert sorted(parted) == sorted(MODELS)
    assert list(of_task("segmentation")) == ["ms-tcn", "asformer", "rtk", "rtk without refinement"]
    assert not of_task("nonsense")


def test_models_of_patches_are_models_of_videos_are_models():
    assert list(PATCH_MODELS) == [name for name in VIDEO_MODELS if name in PATCH_MODELS]
    assert PATCH_MODELS.items() < VIDEO_MODELS.items() < MODELS.items()
    assert all(isinstance(row, Model) for row in VIDEO_MODELS.values())
    assert all(row.patches and row.layers for row in PATCH_MODELS.values())


@pytest.mark.parametrize("name", MODELS)
def test_a_row_prints_in_a_line(name):
    row = MODELS[name]
    assert repr(row).startswith(f"{type(row).__name__}({name}: ")
    assert row.origin in repr(row)
    assert len(repr(row)) < 200
