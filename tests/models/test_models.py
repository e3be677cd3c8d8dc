"""The table of models: every row can be built, says the truth about itself, and takes frames as it says."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.features.matching.published import TABLE_1
from vizcore.models import IMAGENET_MEAN, IMAGENET_STD, LOCALIZERS, PATCH_MODELS, find, frames_of, layers, load
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.models.weights import card, names
from vizcore.runtime.capture import watching

SMALL = [name for name in PATCH_MODELS if name.startswith("vit-small")]
PRINTED = {f"vit-b16-{row.mode}": row for row in TABLE_1}
NETS = [name for name, row in PATCH_MODELS.items() if not row.embedding]  # who embeds frames has tests of its own
TRAINED = [name for name in NETS if name in names()]
DRAWN = [name for name in NETS if name not in TRAINED]
WITH_MODE = [name for name in NETS if name not in LOCALIZERS]
FULL = [name for name in PATCH_MODELS if name.startswith("vit-b16")]


def on_meta(name):
    with torch.device("meta"):
        return PATCH_MODELS[name].build()


@pytest.mark.parametrize("name", WITH_MODE)
def test_a_row_describes_the_network_that_it_builds(name):
    row, net = PATCH_MODELS[name], on_meta(name)
    assert row.name == name
    assert (net.frames, net.size, net.mode) == (row.frames, row.size, name.rpartition("-")[2])
    places = len(net.space_table) - 1 if name in DRAWN else len(net.place)
    assert row.grid[0] * row.grid[1] == places
    assert set(row.layers) <= {path for path, _ in net.named_modules()}
    assert row.version


@pytest.mark.parametrize("name", WITH_MODE)
def test_a_row_says_where_its_weights_come_from(name):
    row, net = PATCH_MODELS[name], on_meta(name)
    if name in TRAINED:
        assert (row.origin, row.version) == ("trained on the procedural world", card(name).sha256)
        assert len(row.classes) == net.head.out_features
    else:
        assert (row.origin, row.version) == ("random weights", PATCH_MODELS["vit-small-space"].version)
        assert not row.classes


@pytest.mark.parametrize("name", SMALL + TRAINED)
def test_every_layer_of_a_row_gives_its_own_tensor_of_patches(name):
    row = PATCH_MODELS[name]
    video = torch.randn(1, 3, row.frames, row.size, row.size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad(), watching(row.load(), layers(name)) as captured:
        row.load()(video)
        assert captured == {}  # another copy ran
    net = load(name)
    with torch.no_grad(), watching(net, layers(name)) as captured:
        net(video)
    assert list(captured) == list(row.layers)
    assert {tuple(x.shape[:3]) for x in captured.values()} == {(1, row.frames, row.grid[0] * row.grid[1])}
    tensors = list(captured.values())
    assert not any(torch.equal(one, other) for one, other in pairwise(tensors))


@pytest.mark.parametrize("name", SMALL + TRAINED)
def test_a_loaded_model_is_in_eval_mode_frozen_and_the_same_every_time(name):
    one, other = load(name), load(name)
    assert not one.training
    assert not any(weight.requires_grad for weight in one.parameters())
    for weight, twin in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(weight, twin)


def test_modes_of_one_size_can_be_compared_because_they_share_their_weights():
    state = {name: load(name).state_dict() for name in SMALL}
    ata = state["vit-small-ata"]
    for weights in state.values():
        assert all(torch.equal(weight, ata[name]) for name, weight in weights.items())


def test_random_weights_let_time_attention_speak():
    net = load("vit-small-factorized")
    assert all(block.time_out.weight.std() > 0.01 for block in net.blocks)
    assert net.time_table.std() > 0.01


@pytest.mark.parametrize("name", FULL)
def test_counted_parameters_are_close_below_the_published_ones(name):
    missing = PRINTED[name].mparams - PATCH_MODELS[name].counted().parameters / 1e6
    assert 0.05 < missing < 0.25  # the paper's own list of layers is not public


@pytest.mark.parametrize("name", ["vit-b16-space", "vit-b16-joint"])
def test_counted_operations_are_the_published_ones_where_the_paper_can_be_followed(name):
    assert round(PATCH_MODELS[name].counted().macs / 1e9, 1) == PRINTED[name].gflops


def test_a_full_size_network_is_built_with_all_its_numbers_drawn():
    net = load("vit-b16-ata")
    assert sum(weight.numel() for weight in net.parameters()) == 121_566_352
    for name, weight in net.named_parameters():
        assert not weight.is_meta
        if weight.ndim > 1:
            assert weight.std().item() == pytest.approx(0.02, rel=0.05), name


def test_an_unknown_name_is_answered_with_near_ones():
    with pytest.raises(ValueError, match=r"vit-small-ata.*got 'vit-smal-ata'"):
        load("vit-smal-ata")
    with pytest.raises(ValueError, match="vit-b16-space"):
        layers("zzz")


def test_names_can_be_looked_up_in_another_table():
    table = {"mine": PATCH_MODELS["vit-small-ata"]}
    assert find("mine", table) is table["mine"]
    with pytest.raises(ValueError, match=r"want a model \(mine\)"):
        find("vit-small-ata", table)


# --- from frames to a network's input


@given(count=st.integers(1, 500))
def test_the_chosen_frames_are_the_middles_of_even_parts(count):
    row = PATCH_MODELS["vit-small-ata"]
    chosen = row.chosen(count)
    middles = [(k + 0.5) * count / row.frames for k in range(row.frames)]
    assert chosen.tolist() == [int(middle) for middle in middles]
    assert chosen.max() < count
    if count >= row.frames:
        assert (np.diff(chosen) >= 1).all()


def test_as_many_frames_as_the_model_wants_are_all_taken_once():
    row = PATCH_MODELS["vit-small-ata"]
    assert row.chosen(row.frames).tolist() == list(range(row.frames))


@pytest.mark.parametrize("shape", [(50, 70), (224, 224), (480, 640), (100, 900)])
def test_a_plain_colour_becomes_its_normalised_value_everywhere(shape):
    row = PATCH_MODELS["vit-small-ata"]
    frames = np.empty((2, *shape, 3), np.uint8)
    frames[:] = (10, 200, 90)
    video = row.prepared(frames)
    assert video.shape == (3, 2, 224, 224)
    expected = (torch.tensor([10, 200, 90]) / 255 - torch.tensor(IMAGENET_MEAN)) / torch.tensor(IMAGENET_STD)
    torch.testing.assert_close(video, expected.view(3, 1, 1, 1).expand_as(video))


@pytest.mark.parametrize("shape", [(112, 112), (448, 896), (224, 448), (70, 700)])
def test_nothing_is_cut_off_so_quarters_of_the_picture_stay_quarters(shape):
    row = PATCH_MODELS["vit-small-ata"]
    frame = np.zeros((1, *shape, 3), np.uint8)
    frame[:, : shape[0] // 2, : shape[1] // 2, 0] = 255
    frame[:, shape[0] // 2 :, shape[1] // 2 :, 2] = 255
    video = row.prepared(frame)[:, 0] * torch.tensor(IMAGENET_STD).view(3, 1, 1)
    video = video + torch.tensor(IMAGENET_MEAN).view(3, 1, 1)
    quarters = video.unflatten(1, (2, -1)).unflatten(3, (2, -1))  # (3, 2, 112, 2, 112)
    share = quarters.mean((2, 4))
    torch.testing.assert_close(share[0], torch.tensor([[1.0, 0], [0, 0]]), atol=0.1, rtol=0)
    torch.testing.assert_close(share[2], torch.tensor([[0, 0], [0, 1.0]]), atol=0.1, rtol=0)


def test_shrinking_averages_instead_of_skipping():
    """The mean of 5 x 5 independent pixels spreads a fifth as much as they do."""
    row = PATCH_MODELS["vit-small-ata"]
    noise = np.random.default_rng(0).integers(0, 256, (1, 1120, 1120, 3), dtype=np.uint8)
    spread = row.prepared(noise).std((1, 2, 3)) * torch.tensor(IMAGENET_STD) * 255
    torch.testing.assert_close(spread, torch.full((3,), noise.std().item() / 5), atol=0.3, rtol=0)


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((2, 4, 4, 4), np.uint8),
        np.zeros((2, 4, 4, 3), np.float32),
        np.zeros((0, 4, 4, 3), np.uint8),
        "a path",
    ],
)
def test_what_is_no_video_is_refused(frames):
    with pytest.raises(ValueError, match=r"want frames \(T, H, W, 3\) uint8, at least one, got"):
        frames_of(frames)


def test_the_frames_of_a_clip_are_taken_as_they_are():
    frames = np.zeros((2, 4, 4, 3), np.uint8)

    class Clip:
        pass

    clip = Clip()
    clip.frames = frames
    assert frames_of(clip) is frames
    assert frames_of(frames) is frames


def test_the_rows_build_the_one_published_network():
    assert all(isinstance(on_meta(name), TemporalViT) for name in DRAWN)
