"""A weight file and its card belong together: what is shipped is read back, and a card tells everything."""

import hashlib
import json

import pytest
import torch

from vizcore.models import weights
from vizcore.models.weights import FOLDER, Card, card, names, ship, tensors
from vizcore.training.__main__ import RECIPES

PAGE = Card("tiny", "Tiny", "For a test.", "python -m nothing", 6, 0.1, {"steps": 1}, {"train": 1}, {"accuracy": 0.5})


def test_what_is_shipped_is_read_back_in_the_bits_that_were_kept(tmp_path):
    state = {"weight": torch.randn(2, 3), "count": torch.tensor(7)}
    written = ship(state, PAGE, tmp_path)
    back = tensors("tiny", tmp_path)
    assert torch.equal(back["weight"], state["weight"].half().float())
    assert back["count"].item() == 7
    assert card("tiny", tmp_path) == written
    assert names(tmp_path) == ("tiny",)
    assert torch.equal(tensors("tiny", tmp_path)["weight"], weights.packed(state["weight"]).float())


def test_full_precision_is_kept_where_asked_for(tmp_path):
    state = {"weight": torch.randn(2, 3)}
    ship(state, PAGE, tmp_path, half=False)
    assert torch.equal(tensors("tiny", tmp_path)["weight"], state["weight"])


def test_a_card_that_is_written_anew_is_read_anew(tmp_path):
    ship({"weight": torch.zeros(1)}, PAGE, tmp_path)
    first = card("tiny", tmp_path)
    ship({"weight": torch.ones(1)}, PAGE, tmp_path)
    assert card("tiny", tmp_path).sha256 != first.sha256


def test_unknown_weights_are_refused(tmp_path):
    with pytest.raises(ValueError, match="want weights"):
        card("tiny", tmp_path)
    with pytest.raises(ValueError, match="want weights"):
        tensors("../tiny", tmp_path)


@pytest.mark.parametrize("name", names())
def test_a_shipped_file_is_the_one_that_its_card_describes(name):
    page = card(name)
    assert page.name == name
    assert page.sha256 == hashlib.sha256((FOLDER / f"{name}.safetensors").read_bytes()).hexdigest()
    start, _, recipes = page.command.partition("vizcore.training ")
    assert start == "python -m "
    assert set(recipes.split()) <= set(RECIPES)
    assert name.startswith(recipes.split()[-1])
    assert page.about
    assert page.recipe
    assert page.data
    assert page.metrics
    assert page.minutes > 0


@pytest.mark.parametrize("name", names())
def test_a_card_counts_the_parameters_of_its_file(name):
    buffers = ("mean", "scale", "running_var", "num_batches_tracked")  # of normalisations
    counted = sum(t.numel() for key, t in tensors(name).items() if not key.endswith(buffers))
    assert counted == card(name).parameters


def test_shipped_weights_stay_small_and_every_card_has_its_file():
    files = list(FOLDER.glob("*"))
    assert sum(path.stat().st_size for path in files) < 20_000_000
    assert {path.stem for path in files if path.suffix == ".json"} == set(names())
    assert all(json.loads(path.read_text()) for path in files if path.suffix == ".json")
