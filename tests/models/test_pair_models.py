"""The rows of the pairs nets: each builds the net of its card, says what it was trained on, and shares its stages."""

import numpy as np
import pytest
import torch

from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.models import MODELS, PATCH_MODELS
from vizcore.models.pairs import BLOCKS, NAMES
from vizcore.models.pairs import ROWS as PAIRS
from vizcore.models.weights import card
from vizcore.runtime.capture import watching
from vizcore.synthetic.pair import KINDS, pair

pytestmark = pytest.mark.usefixtures("one_thread")


def test_every_block_has_a_row_which_is_none_of_patches():
    assert list(PAIRS) == [NAMES[block] for block in BLOCKS]
    assert set(PAIRS) <= set(MODELS)
    assert not set(PAIRS) & set(PATCH_MODELS)


@pytest.mark.parametrize("name", PAIRS)
def test_a_row_is_the_net_of_its_card_and_says_where_it_has_learnt(name):
    row, page = PAIRS[name], card(name)
    net = row.load()
    assert (row.origin, row.version) == ("trained on the procedural world", page.sha256)
    assert sum(weight.numel() for weight in net.parameters()) == page.parameters == row.counted().parameters
    assert (net.frames, net.size) == (row.frames, row.size)
    assert row.classes == KINDS
    assert not net.training


@pytest.mark.parametrize("name", PAIRS)
def test_every_layer_of_a_row_gives_maps_of_its_own(name):
    row = PAIRS[name]
    video = row.prepared(pair(0).frames)[None]
    net = row.load()
    with torch.no_grad(), watching(net, row.layers) as captured:
        net(video)
    assert {tuple(one.shape) for one in captured.values()} == {(1, 48, 2, 5, 5)}
    assert [tuple(token_maps(one, row.frames, row.grid).shape) for one in captured.values()] == [(2, 5, 5, 48)] * len(
        captured
    )
    if len(captured) > 1:
        assert not torch.equal(*captured.values())


def test_all_nets_see_the_same_before_their_block_so_that_blocks_alone_are_compared():
    video = PAIRS["pairs-snl"].prepared(pair(1).frames)[None]
    found = []
    for row in PAIRS.values():
        net = row.load()
        with torch.no_grad():
            found.append(net.clip(video))
    assert all(torch.equal(one, found[0]) for one in found)


def test_a_loaded_net_tells_pairs_as_its_card_says():
    row = PAIRS["pairs-snl"]
    net, clips = row.load(), [pair(seed, "test") for seed in range(40)]
    with torch.no_grad():
        predicted = net(torch.stack([row.prepared(clip.frames) for clip in clips])).argmax(-1).numpy()
    right = np.mean([KINDS[answer] == clip.label for answer, clip in zip(predicted, clips, strict=True)])
    expected = card("pairs-snl").metrics["test accuracy"]["mean"]
    assert abs(right - expected) < 4 * (expected * (1 - expected) / 40) ** 0.5
