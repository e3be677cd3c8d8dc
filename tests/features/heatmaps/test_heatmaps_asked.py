"""What heat maps are asked for counts, and is not taken for what was asked before: stretch, class, patch and pool."""

from functools import partial

import numpy as np
import pytest

from vizcore.algorithms.attribution import cam
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.models import Model
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store
from vizcore.video import probe, read_frames

CLIP = str(bundled()["lanterns-slow"].path)
LAYERS = ("blocks.0.time", "blocks.1.time")


def vit(frames: int, name: str) -> Model:
    build = partial(
        TemporalViT, "factorized", frames, 32, patch=8, width=16, depth=2, heads=2, classes=5, zero_time=False
    )
    return Model(name, f"{name}, tiny", "random weights", "1", build, frames, 32, (4, 4), LAYERS)


FOUR, TWO = vit(4, "four"), vit(2, "two")


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


@pytest.fixture
def heat(context):
    """The heat of the tiny net, with whatever is asked of it; what was kept before is at hand."""
    return lambda **settings: heat_maps(CLIP, models=[FOUR], **settings, context=context).rows[0]


@pytest.mark.parametrize(("start", "span"), [(0.0, None), (1.0, None), (1.0, 0.5), (99.0, None)])
def test_the_frames_are_those_of_the_stretch_and_of_none_the_nearest_one(heat, start, span):
    times = probe(CLIP).times
    inside = np.flatnonzero((times >= start) & (times < (np.inf if span is None else start + span)))
    inside = inside if inside.size else np.array([len(times) - 1])
    assert heat(start=start, span=span).frames.tolist() == inside[FOUR.chosen(len(inside))].tolist()


def test_another_stretch_has_heat_of_its_own(heat):
    assert (heat(start=0.0).heat != heat(start=1.0).heat).any()


def test_the_clip_has_the_frames_of_the_model_that_takes_most(context):
    maps = heat_maps(CLIP, models=[TWO, FOUR, TWO], context=context)
    assert maps.clip.indices.tolist() == FOUR.chosen(72).tolist()
    assert (maps.clip.frames == read_frames(CLIP, FOUR.chosen(72).tolist())).all()
    assert maps.rows[0].frames.tolist() == TWO.chosen(72).tolist()


def test_another_class_has_heat_of_its_own_and_is_the_one_that_is_asked_about(heat):
    found = {target: heat(method="grad-cam", target=target) for target in ("1", "3")}
    assert [one.asked for one in found.values()] == [1, 3]
    assert (found["1"].heat != found["3"].heat).any()
    likeliest = heat(method="grad-cam")
    assert likeliest.asked == int(likeliest.probabilities.argmax())
    assert heat(target="true").asked is None, "forward is no class of this net, and a channel mean asks about none"


@pytest.mark.parametrize("pool", cam.POOLS)
def test_the_weight_of_a_channel_is_shared_by_what_is_asked_for(heat, context, pool):
    found = heat(method="grad-cam", target="1", layer="blocks.0.time", pool=pool)
    capture = context.engine.run(FOUR, read_frames(CLIP, FOUR.chosen(72).tolist()), at=["blocks.0.time"], target=1)
    laid = [token_maps(part["blocks.0.time"], 4, (4, 4)) for part in (capture.activations, capture.grads)]
    np.testing.assert_allclose(found.heat, cam.heat(*laid, "grad-cam", pool=pool), rtol=1e-4, atol=1e-7)


def test_pools_differ(heat):
    clip, frame = (heat(method="grad-cam", target="1", layer="blocks.0.time", pool=pool) for pool in cam.POOLS)
    assert np.abs(clip.heat - frame.heat).max() > 1e-6


def rows_at(heat, frame, y, x):
    return heat(method="attention-space", query=(frame, y, x)).heat


def test_a_patch_holds_its_whole_square_and_the_last_one_the_edge(heat):
    for y, x, inside in (((0.0, 0.24), (0.5, 0.74), (0.1, 0.6)), ((0.76, 1.0), (0.76, 1.0), (0.9, 0.9))):
        first, second = (rows_at(heat, 40, *at) for at in zip(y, x))
        assert (first == second).all()
        assert (first == rows_at(heat, 40, *inside)).all()
    assert (rows_at(heat, 40, 0.1, 0.9) != rows_at(heat, 40, 0.9, 0.1)).any()


def test_without_a_patch_the_middle_of_the_middle_frame_is_asked_about(heat):
    settings = {"method": "attention-time"}
    first, middle = FOUR.chosen(72)[[0, 2]]
    assert (heat(**settings).heat == heat(**settings, query=(middle, 0.5, 0.5)).heat).all()
    assert (heat(**settings).heat != heat(**settings, query=(first, 0.5, 0.5)).heat).any()
    assert (heat(**settings).heat != heat(**settings, query=(middle, 0.5, 0.0)).heat).any()


def test_the_frame_that_is_nearest_is_the_one_that_is_asked_about(heat):
    sampled = FOUR.chosen(72).tolist()  # 9, 27, 45, 63
    over = [
        heat(method="attention-time", query=(frame, 0.3, 0.7)).heat
        for frame in (sampled[1], sampled[1] + 8, sampled[1] - 8)
    ]
    assert (over[0] == over[1]).all()
    assert (over[0] == over[2]).all()
    later = heat(method="attention-time", query=(sampled[1] + 10, 0.3, 0.7)).heat
    assert (later == heat(method="attention-time", query=(sampled[2], 0.3, 0.7)).heat).all()
    assert (later != over[0]).any()
