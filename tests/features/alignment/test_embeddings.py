"""Vectors of frames from any model: every frame once, each as one long pass would give it, and kept."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.features.alignment import pipeline_embeddings as embedding
from vizcore.features.alignment.pipeline_embeddings import embeddings, places, windows
from vizcore.models import MODELS, Model
from vizcore.models.nets.embedder import Embedder
from vizcore.models.nets.stems import Stem
from vizcore.models.nets.videomae import VideoMAE
from vizcore.runtime.capture import watching
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store
from vizcore.video import VideoError, probe, read_frames, write_video

pytestmark = pytest.mark.usefixtures("one_thread")

SIT = str(bundled()["sit"].path)  # 48 frames, 2 seconds
WHOLE = (384, 384)  # px
ELSEWHERE = (("acts-factorized", ""), ("acts-factorized", "tokens"), ("vit-small-space", ""))


def a_net(past: int) -> Embedder:
    torch.manual_seed(0)
    return Embedder(Stem((4, 4, 6), width=5), 32, maps=6, hidden=12, width=10, context=past)


def row(past: int, frames: int) -> Model:
    name = f"tiny-{past}-{frames}"
    build = partial(a_net, past)
    return Model(name, name, "random", "1", build, frames, 32, (4, 4), ("tokens", "maps"), embedding="embedding")


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


def in_one_pass(model: Model, path: str, numbers: np.ndarray, size: tuple[int, int]) -> torch.Tensor:
    net = model.load()
    with torch.no_grad(), watching(net, [model.embedding]) as activation:
        net(model.prepared(read_frames(path, numbers, size))[None])
    return activation[model.embedding][0]


@pytest.mark.parametrize("past", [0, 1])
@pytest.mark.parametrize("frames", [2, 7, 20, 60])
def test_windows_give_what_one_long_pass_gives(context, past, frames, monkeypatch):
    monkeypatch.setattr(embedding, "AT_ONCE", 15)
    model = row(past, frames)
    found = embeddings(SIT, model, context=context)
    assert found.frames.tolist() == list(range(48))
    assert (found.vectors.shape, found.vectors.dtype, found.layer) == ((48, 10), np.float32, "embedding")
    np.testing.assert_allclose(found.times, probe(SIT).times)
    whole = in_one_pass(model, SIT, found.frames, WHOLE)
    np.testing.assert_allclose(found.vectors, whole, atol=1e-5)


@given(count=st.integers(1, 300), length=st.integers(1, 40))
def test_windows_hold_every_frame_and_share_their_ends_alone(count, length):
    every = windows(count, length)
    shared = int(length > 1)
    assert [frame for part in every for frame in (part if part.start == 0 else part[shared:])] == list(range(count))
    assert all(1 <= len(part) <= length for part in every)


@pytest.mark.parametrize(("name", "layer"), ELSEWHERE)
def test_any_other_model_gives_the_mean_over_the_patches_of_a_frame(context, name, layer):
    found = embeddings(SIT, name, layer, count=8, context=context)
    layer = layer or MODELS[name].layers[-1]
    capture = context.engine.run(name, read_frames(SIT, found.frames, WHOLE), at=[layer])
    assert found.layer == layer
    np.testing.assert_allclose(found.vectors, capture.activations[layer][0].mean(1), atol=1e-5)


def test_frames_of_one_tube_share_its_vector(context):
    sizes = {"frames": 4, "size": 32, "width": 16, "depth": 2, "heads": 2, "classes": 5}
    build = partial(VideoMAE, patch=8, inner=32, **sizes)
    model = Model("tubes", "tubes", "random", "1", build, 4, 32, (4, 4), ("blocks.0.entry",))
    vectors = embeddings(SIT, model, count=10, context=context).vectors
    assert vectors.shape == (10, 16)
    assert (vectors[0] == vectors[1]).all()
    assert not (vectors[1] == vectors[2]).all()


@pytest.mark.parametrize("count", [1, 2])
def test_a_clip_of_fewer_frames_than_the_model_wants_gives_a_vector_for_each(context, count, tmp_path):
    frames = np.random.default_rng(0).integers(0, 255, (count, 32, 32, 3), np.uint8)
    write_video(tmp_path / "short.mp4", frames, 10)
    model = row(1, 7)
    found = embeddings(tmp_path / "short.mp4", model, context=context)
    whole = in_one_pass(model, tmp_path / "short.mp4", found.frames, (32, 32))
    assert found.frames.tolist() == list(range(count))
    np.testing.assert_allclose(found.vectors, whole, atol=1e-5)


def test_a_stretch_and_a_count_choose_frames_evenly_from_first_to_last(context):
    model = row(0, 7)
    every = embeddings(SIT, model, context=context)
    some = embeddings(SIT, model, count=5, start=0.5, span=1.0, context=context)
    assert some.frames.tolist() == [12, 18, 24, 29, 35]
    np.testing.assert_allclose(some.vectors, every.vectors[some.frames], atol=1e-5)
    assert embeddings(SIT, model, count=1, context=context).frames.tolist() == [24]
    assert embeddings(SIT, model, count=500, context=context).frames.tolist() == list(range(48))
    assert embeddings(SIT, model, start=99.0, context=context).frames.tolist() == [47]


def test_what_was_embedded_is_cached_until_the_model_changes(context, tmp_path, monkeypatch):
    settings = []
    run = context.engine.run_many
    monkeypatch.setattr(
        context.engine, "run_many", lambda *args, **more: (settings.append(args), run(*args, **more))[1]
    )
    fresh = Context(context.engine, Store(tmp_path))
    first = embeddings(SIT, row(0, 7), context=fresh)
    passes = len(settings)
    again = embeddings(SIT, row(0, 7), context=fresh)
    assert len(settings) == passes > 0
    assert (first.vectors == again.vectors).all()
    embeddings(SIT, replace(row(0, 7), version="2"), context=fresh)
    assert len(settings) > passes


def test_progress_runs_through_the_windows_and_may_cancel(context, tmp_path, monkeypatch):
    def progress(done: int, total: int, what: str) -> None:
        reported.append((done, total))
        if len(reported) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(embedding, "AT_ONCE", 14)
    reported: list = []
    with pytest.raises(KeyboardInterrupt):
        embeddings(SIT, row(0, 7), context=Context(context.engine, Store(tmp_path), progress))
    assert reported == [(0, 8), (2, 8)]


def test_what_cannot_be_embedded_is_refused_with_what_was_wanted(context, tmp_path, monkeypatch):
    assert places("acts-ata")[0] == MODELS["acts-ata"].layers[-1]
    assert places("gta-untrained") == ("embedding", "maps", "tokens")
    with pytest.raises(ValueError, match=r"want a layer of acts-ata \(blocks.0.exit, .*got 'maps'"):
        embeddings(SIT, "acts-ata", "maps", context=context)
    with pytest.raises(ValueError, match="got 'nothing'"):
        embeddings(SIT, "nothing", context=context)
    for wrong in ({"start": -1.0}, {"span": 0.0}, {"count": 0}):
        with pytest.raises(ValueError, match="want start >= 0, span > 0 and a count of at least 1"):
            embeddings(SIT, row(0, 7), **wrong, context=context)
    monkeypatch.setattr(embedding, "MOST", 47)
    with pytest.raises(ValueError, match="want at most 47 frames, got 48: take a shorter stretch, or fewer of them"):
        embeddings(SIT, row(0, 7), context=context)
    (tmp_path / "no.mp4").write_text("nothing")
    with pytest.raises(VideoError):
        embeddings(tmp_path / "no.mp4", row(0, 7), context=context)
