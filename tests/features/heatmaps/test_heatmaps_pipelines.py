"""Heat maps of a clip: what the engine shows, worked out by hand, must be what every row of the page is made of."""

import gc
from functools import partial

import numpy as np
import pytest
import torch
from encoding import encode

from vizcore.algorithms.attribution import cam
from vizcore.algorithms.attribution.attention_flow import Mixing, gradient_weighted, joint_row, rollout
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_attention import attentions
from vizcore.features.heatmaps.pipeline_methods import METHODS, corresponding_place, depths, every_layer, fitting
from vizcore.models import Model, find
from vizcore.models.nets.resnet import ResNet
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.models.nets.videomae import VideoMAE
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store
from vizcore.video import read_frames

CLIP = str(bundled()["lanterns-slow"].path)
QUERY = (40, 0.3, 0.7)
TINY = {"frames": 4, "size": 32, "width": 16, "depth": 2, "heads": 2, "classes": 5}


def row(name: str, build: partial, frames: int, side: int, layers: tuple[str, ...]) -> Model:
    return Model(name, f"{name}, tiny", "random weights", "1", build, frames, 32, (side, side), layers)


def vit(mode: str) -> Model:
    steps = ("time", "exit") if mode in ("factorized", "ata") else ("exit",)
    layers = ("blocks.0.entry", *(f"blocks.{k}.{step}" for k in range(2) for step in steps))
    return row(f"tiny-{mode}", partial(TemporalViT, mode, patch=8, zero_time=False, **TINY), 4, 4, layers)


MODES = {mode: vit(mode) for mode in ("space", "joint", "factorized", "ata")}
TUBES = row("tubes", partial(VideoMAE, patch=8, inner=32, **TINY), 4, 4, ("blocks.0.entry", "blocks.1.exit"))
RESNET = row("resnet", partial(ResNet, 8, frames=4), 4, 8, ("stages.0.0", "stages.2.0"))


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


def captured(model: Model, context, **settings):
    """What a pass shows of the frames that the pipeline takes: evenly from the clip's 72."""
    return context.engine.run(model, read_frames(CLIP, model.chosen(72).tolist()), **settings)


def table(capture, name: str) -> torch.Tensor:
    """The whole attention (S, heads, N, N), as the textbook has it."""
    query, key = capture.activations[f"{name}.query"], capture.activations[f"{name}.key"]
    return (query @ key.mT / query.shape[-1] ** 0.5).softmax(-1)


@pytest.mark.parametrize("method", cam.CAMS)
def test_every_layers_heat_is_the_algorithm_on_what_the_engine_shows(context, method):
    names = ("lamps-space", "lamps-ata")
    for layer in depths(names, method):
        maps = heat_maps(CLIP, models=names, method=method, layer=layer, target="flicker", context=context)
        for name, found in zip(names, maps.rows, strict=True):
            model = find(name)
            capture = captured(model, context, at=[found.layer], target=model.classes.index("flicker"))
            laid = [token_maps(part[found.layer], 8, model.grid) for part in (capture.activations, capture.grads)]
            np.testing.assert_allclose(found.heat, cam.heat(*laid, method), rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(found.probabilities, capture.logits.softmax(-1), atol=1e-6)
            assert found.frames.tolist() == model.chosen(72).tolist()


@pytest.mark.parametrize("name", ["space", "factorized", "ata"])
def test_a_row_in_the_frame_is_the_softmax_of_its_query_and_keys(context, name):
    (found,) = heat_maps(CLIP, models=[MODES[name]], method="attention-space", query=QUERY, context=context).rows
    capture = captured(MODES[name], context, at=["blocks.1.attention.query", "blocks.1.attention.key"])
    rows = table(capture, "blocks.1.attention").mean(1)[:, 1 + 1 * 4 + 2, 1:]  # y 0.3, x 0.7 of 4 x 4 patches
    np.testing.assert_allclose(found.heat, rows.view(4, 4, 4), atol=1e-6)
    assert found.layer == "blocks.1.attention"


@pytest.mark.parametrize("name", ["factorized", "ata"])
def test_a_row_over_time_lies_on_the_place_or_on_the_track(context, name):
    (found,) = heat_maps(CLIP, models=[MODES[name]], method="attention-time", query=QUERY, context=context).rows
    taps = [f"blocks.1.time_attention.{tap}" for tap in ("query", "key")]
    orders = ["blocks.1.order"] if name == "ata" else []
    capture = captured(MODES[name], context, at=[*taps, *orders])
    order = capture.activations["blocks.1.order"][0] if orders else torch.arange(16).expand(4, 16)
    t, patch = 2, 1 * 4 + 2  # frame 40 is nearest to 45, the third of 9, 27, 45, 63
    track = order[t].tolist().index(patch)
    weights = table(capture, "blocks.1.time_attention").mean(1)[track, t]
    for frame in range(4):
        expected = np.zeros(16)
        expected[order[frame, track]] = weights[frame]
        np.testing.assert_allclose(found.heat[frame].ravel(), expected, atol=1e-6)


@pytest.mark.parametrize(("model", "front", "frames"), [(MODES["joint"], 1, 4), (TUBES, 0, 2)], ids=["class", "tubes"])
def test_a_row_over_all_counts_tokens_with_a_class_token_or_without(context, model, front, frames):
    (found,) = heat_maps(CLIP, models=[model], method="attention-joint", query=QUERY, context=context).rows
    capture = captured(model, context, at=["blocks.1.attention.query", "blocks.1.attention.key"])
    token = front + (2 * frames // 4) * 16 + 6
    expected = table(capture, "blocks.1.attention")[0].mean(0)[token, front:]
    np.testing.assert_allclose(found.heat, expected.view(frames, 4, 4), atol=1e-6)


@pytest.mark.parametrize(("model", "front", "frames"), [(MODES["joint"], 1, 4), (TUBES, 0, 2)], ids=["class", "mean"])
def test_what_flows_to_the_answer_is_that_of_whole_tables(context, model, front, frames):
    names = ["blocks.0.attention", "blocks.1.attention"]
    taps = [f"{name}.{tap}" for name in names for tap in ("query", "key", "value", "mixed")]
    capture = captured(model, context, at=taps, target=3)
    count = front + frames * 16
    start = torch.eye(count)[0] if front else torch.full((count,), 1 / count)
    tables = [table(capture, name)[0] for name in names]
    (found,) = heat_maps(CLIP, models=[model], method="rollout", context=context).rows
    shape = (front, frames, 16)
    expected = joint_row(rollout(tables, start, tokens=shape), frames, (4, 4))
    np.testing.assert_allclose(found.heat, expected, rtol=1e-4)
    slopes = [capture.grads[f"{name}.mixed"][0] @ capture.activations[f"{name}.value"][0].mT for name in names]
    products = [Mixing("joint", (one * slope)[None]) for one, slope in zip(tables, slopes, strict=True)]
    (found,) = heat_maps(CLIP, models=[model], method="gradient-attention", target=3, context=context).rows
    expected = joint_row(gradient_weighted(products, start, tokens=shape), frames, (4, 4))
    np.testing.assert_allclose(found.heat, expected, rtol=1e-4, atol=1e-9)


def test_a_class_token_hears_only_its_frames_in_space_mode_and_all_heat_of_a_rollout_is_its_share(context):
    (found,) = heat_maps(CLIP, models=[MODES["space"]], method="rollout", context=context).rows
    assert 0 < found.heat.sum() < 1
    assert found.heat.min() > 0


@pytest.mark.parametrize("method", [name for name in METHODS if METHODS[name].of != "features"])
def test_what_a_net_cannot_do_is_said_in_its_row_and_the_others_go_on(context, method):
    maps = heat_maps(CLIP, models=[RESNET, *MODES.values()], method=method, context=context)
    assert maps.rows[0].heat is None
    assert maps.rows[0].why_not.endswith(".")
    assert any(found.heat is not None for found in maps.rows)
    over = METHODS[method].over
    for model, found in zip(MODES.values(), maps.rows[1:], strict=True):
        has = not over or any(place.over == over for place in attentions(model))
        assert (found.heat is None) == (not has)


def test_the_class_token_makes_gradients_begin_before_the_last_layer_and_a_deeper_one_says_so(context):
    (found,) = heat_maps(CLIP, models=[MODES["factorized"]], method="layer-cam", target=1, context=context).rows
    assert found.layer == "blocks.1.time"
    settings = {"models": [MODES["factorized"]], "method": "layer-cam", "target": 1, "layer": "blocks.1.exit"}
    (found,) = heat_maps(CLIP, **settings, context=context).rows
    assert found.heat is None
    assert "no gradient comes here" in found.why_not


def test_the_clips_own_class_is_asked_about_and_who_does_not_know_it_says_so(context):
    names = ["lamps-ata", "acts-ata", MODES["space"]]
    maps = heat_maps(CLIP, models=names, method="grad-cam", target="true", context=context)
    assert maps.label == "forward"
    assert maps.rows[0].word(maps.rows[0].asked) == "forward"
    for found in maps.rows[1:]:
        assert found.heat is None
        assert "got forward" in found.why_not
    (found,) = heat_maps(CLIP, models=[MODES["space"]], method="grad-cam", target="99", context=context).rows
    assert "want a class from 0 to 4" in found.why_not


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"models": ["nobody"]}, "want a model"),
        ({"models": []}, "want 1 model or more"),
        ({"method": "magic"}, "want a method"),
        ({"layer": "blocks.9.exit"}, r"layer that these models have \(blocks.0.exit, .*got 'blocks.9.exit'"),
        ({"pool": "ocean"}, "a pool of clip, frame"),
        ({"query": (0, 1.5, 0.0)}, "want a query"),
        ({"start": -1.0}, "want start >= 0"),
        ({"span": 0.0}, "want start >= 0 and span > 0"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_in_words(context, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        heat_maps(CLIP, **wrong, context=context)


def test_depth_goes_by_name_in_a_family_and_by_share_elsewhere():
    full, plain = MODES["ata"].layers, MODES["space"].layers
    assert [corresponding_place(place, full, plain) for place in full] == [
        *("blocks.0.entry", "blocks.0.entry", "blocks.0.exit", "blocks.0.exit", "blocks.1.exit")
    ]
    assert [corresponding_place(place, full, ("a", "b", "c")) for place in full] == ["a", "a", "b", "c", "c"]


def test_a_walk_through_the_depth_asks_the_model_once(context, monkeypatch):
    settings = {"models": ["lamps-factorized"], "method": "grad-cam", "context": context}
    first = heat_maps(CLIP, **settings)
    monkeypatch.setattr(context.engine, "run", None)
    for layer in depths(["lamps-factorized"], "grad-cam"):
        assert heat_maps(CLIP, **settings, layer=layer).rows[0].heat.shape == first.rows[0].heat.shape


def test_any_layer_that_fits_can_be_picked_and_rows_of_other_nets_take_the_same_depth(context):
    models = [MODES["factorized"], RESNET]
    names = [one.name for one in every_layer(models)]
    assert len(names) > 2 * len(MODES["factorized"].layers)
    for layer in (names[0], "blocks.1.mlp.2", names[-1]):
        vit, resnet = heat_maps(CLIP, models=models, layer=layer, context=context).rows
        given = captured(MODES["factorized"], context, at=[layer]).activations[layer]
        expected = cam.heat(token_maps(given, 4, (4, 4)), name="channel-mean")
        np.testing.assert_allclose(vit.heat, expected, atol=1e-6)
        assert vit.layer == layer
        fitted = [one.name for one in fitting(RESNET)]
        assert fitted.index(resnet.layer) == round(names.index(layer) / (len(names) - 1) * (len(fitted) - 1))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_twice_is_the_same_in_every_bit(tmp_path, context, method):
    found = []
    for k in range(2):
        fresh = Context(context.engine, Store(tmp_path / str(k)))
        found.append(heat_maps(CLIP, models=["lamps-joint", MODES["ata"]], method=method, context=fresh).rows)
    for one, other in zip(*found, strict=True):
        assert (one.heat is None) == (other.heat is None)
        assert one.heat is None or one.heat.tobytes() == other.heat.tobytes()


def test_nothing_flickers_where_nothing_moves(tmp_path, context):
    still = read_frames(CLIP, [30]).repeat(24, 0)
    path = encode(tmp_path / "still.mkv", still, codec="ffv1", pix_fmt="yuv444p")  # a codec that loses nothing
    frames = read_frames(path, list(range(24)))
    assert (frames == frames[0]).all()
    for method in ("channel-mean", "attention-space"):
        maps = heat_maps(path, models=["lamps-space", MODES["space"]], method=method, context=context)
        for found in maps.rows:
            assert np.ptp(found.heat) > 0
            assert (found.heat == found.heat[0]).all()


def test_two_hundred_passes_leave_no_hook_and_no_tensor(tmp_path):
    engine, frames = Engine("cpu"), np.random.default_rng(0).integers(0, 255, (4, 32, 32, 3), np.uint8)
    model, counts = MODES["ata"], []
    place = next(place for place in attentions(model) if place.over == "space")
    for k in range(200):
        engine.run(model, frames, at=model.layers, target="top", rows={place.name: [3]})
        if k in (49, 199):
            gc.collect()
            live = [one for one in gc.get_objects() if issubclass(type(one), torch.Tensor)]
            counts.append((len(live), sum(one.numel() * one.element_size() for one in live)))
    ((module, _),) = engine._loaded.values()
    hooks = [hook for part in module.modules() for hook in (*part._forward_hooks, *part._backward_hooks)]
    engine.close()
    assert hooks == []
    assert counts[0] == counts[1]
