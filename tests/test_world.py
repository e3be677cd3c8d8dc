"""The demo clips: the same seed draws the same bytes, and what is said to be true of them is."""

import hashlib
import json

import numpy as np
import pytest

from vizcore.algorithms.descriptors import describe
from vizcore.algorithms.matching import track
from vizcore.shelf import CLIPS
from vizcore.video import probe, read_clip
from vizcore.world.demo import DEMOS, HOLD, TILES, render, tile_orders


@pytest.mark.parametrize("name", DEMOS)
def test_a_seed_draws_the_same_bytes_again_and_another_seed_does_not(name):
    draw = DEMOS[name].draw
    assert np.array_equal(draw(3)(20), draw(3)(20))
    assert not np.array_equal(draw(3)(20), draw(4)(20))


@pytest.mark.parametrize("name", DEMOS)
def test_the_card_of_a_bundled_clip_is_true(name):
    card = json.loads((CLIPS / f"{name}.json").read_text())
    frames = render(name)
    assert card["sha256 of the frames"] == hashlib.sha256(frames.tobytes()).hexdigest()
    info = probe(CLIPS / f"{name}.mp4")
    assert [info.width, info.height] == card["size"]
    assert info.frames == card["frames"] == len(frames)
    shipped = read_clip(CLIPS / f"{name}.mp4").frames.astype(int)
    assert np.abs(shipped - frames).mean() < 6  # levels of 255 lost to the codec


def test_the_matching_reads_the_shuffle_of_the_tiles_exactly():
    orders = tile_orders(seed=0)
    draw = DEMOS["tiles"].draw(0)
    frames = np.stack([draw(k * HOLD) for k in range(len(orders))])
    tracks = track(describe(frames, (TILES, TILES), "pixels"), "hungarian")
    whose = np.take_along_axis(orders, tracks.sigma, axis=1)  # (T, 64): the tile that each track lies on
    assert (whose == orders[0]).mean() > 0.97  # two plain tiles may look alike


def test_an_unknown_demo_is_refused_by_name():
    with pytest.raises(ValueError, match="parade, tiles, lamps, got 'x'"):
        render("x")
