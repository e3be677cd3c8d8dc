"""The embedder of frames: vectors of length 1 that know of no more frames than they may, and of places."""

import pytest
import torch

from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.models import PATCH_MODELS
from vizcore.models.nets.embedder import Embedder
from vizcore.models.nets.stems import Stem
from vizcore.models.weights import card, names
from vizcore.runtime.capture import watching
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.counting import count
from vizcore.runtime.store import Store

pytestmark = pytest.mark.usefixtures("one_thread")


def net(context: int = 0, **sizes: int) -> Embedder:
    torch.manual_seed(0)
    shape = {"size": 32, "maps": 6, "hidden": 12, "width": 10} | sizes
    return Embedder(Stem((4, 4, 6), width=5), context=context, **shape).eval()


def video(frames: int = 5, clips: int = 2, size: int = 32) -> torch.Tensor:
    return torch.randn(clips, 3, frames, size, size, generator=torch.Generator().manual_seed(1))


def vectors(embedder: Embedder, clip: torch.Tensor) -> torch.Tensor:
    with torch.no_grad(), watching(embedder, ["embedding"]) as captured:
        embedder(clip)
    return captured["embedding"]


@pytest.mark.parametrize("context", [0, 1])
@pytest.mark.parametrize("frames", [1, 2, 7])
def test_every_frame_becomes_a_vector_of_length_one(context, frames):
    found = vectors(net(context), video(frames))
    assert found.shape == (2, frames, 10)
    torch.testing.assert_close(found.norm(dim=-1), torch.ones(2, frames))


def test_without_context_a_frame_is_embedded_as_if_it_were_alone():
    embedder, clip = net(0), video(6)
    together, shuffled = vectors(embedder, clip), torch.tensor([3, 0, 5, 1, 4, 2])
    torch.testing.assert_close(vectors(embedder, clip[:, :, shuffled]), together[:, shuffled])
    torch.testing.assert_close(vectors(embedder, clip[:, :, 3:4]), together[:, 3:4])


def test_with_context_a_frame_knows_of_the_one_before_and_of_no_other():
    embedder, clip = net(1), video(6)
    before = vectors(embedder, clip)
    clip[:, :, 2] = torch.randn(2, 3, 32, 32)
    changed = (vectors(embedder, clip) - before).abs().amax((0, 2)) > 1e-6
    assert changed.tolist() == [False, False, True, True, False, False]


def test_the_first_frame_has_itself_before_it():
    embedder, clip = net(1), video(3)
    still = vectors(embedder, clip[:, :, [0, 0, 1]])
    torch.testing.assert_close(still[:, 0], still[:, 1])
    torch.testing.assert_close(still[:, 0], vectors(embedder, clip)[:, 0])


def test_where_something_is_makes_a_difference():
    """A mean or a maximum over the whole picture would forget it: then arms up and legs up were the same."""
    embedder = net(0, size=64)
    tokens = torch.zeros(1, 2, 8, 8, 5)
    tokens[0, 0, 2:4, 2:4] = tokens[0, 1, 4:6, 2:4] = torch.randn(2, 2, 5)
    high, low = embedder.embed(tokens.flatten(2, 3))[0]
    assert (high - low).norm() > 1e-3


def test_what_can_be_looked_at_has_the_shapes_that_the_table_of_models_promises():
    embedder = net(0)
    places = ["tokens", "maps", "embedding"]
    with torch.no_grad(), watching(embedder, places) as captured:
        answer = embedder(video(5))
    assert [tuple(captured[place].shape) for place in places] == [(2, 5, 16, 5), (2, 5, 16, 6), (2, 5, 10)]
    torch.testing.assert_close(answer, captured["embedding"].mean(1))
    torch.testing.assert_close(embedder.embed(captured["tokens"]), captured["embedding"])


def test_what_is_no_video_of_its_size_or_no_context_is_refused():
    with pytest.raises(ValueError, match=r"want a video \(B, 3, T, 32, 32\), got \(2, 3, 5, 24, 24\)"):
        net(0)(video(size=24))
    with pytest.raises(ValueError, match="0 or 1 frames of context and an even grid, got 2 and 4"):
        net(2)
    with pytest.raises(ValueError, match="even grid, got 0 and 3"):
        net(0, size=24)


ROWS = [name for name, row in PATCH_MODELS.items() if row.task == "embedding"]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_an_embedder_builds_the_net_that_it_describes(name):
    row = PATCH_MODELS[name]
    clip = torch.randn(1, 3, row.frames, row.size, row.size)
    one, other = row.load(), row.load()
    with torch.no_grad(), watching(one, [*row.layers, row.embedding]) as captured:
        answer = one(clip)
        assert torch.equal(other(clip), answer)
    for layer in row.layers:
        assert captured[layer].shape[:3] == (1, row.frames, row.grid[0] * row.grid[1])
    assert captured[row.embedding].shape[:2] == (1, row.frames)
    assert not any(weight.requires_grad for weight in one.parameters())
    assert row.counted().parameters == sum(weight.numel() for weight in one.parameters())
    assert row.counted().macs == count(one, clip).macs


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_an_embedder_says_where_its_weights_come_from(name):
    row, page = PATCH_MODELS[name], card(name) if name in names() else None
    assert (row.name, row.classes) == (name, ())
    if page is None:
        assert (name, row.origin) == ("gta-untrained", "random weights on a trained stem")
        assert card("pose").sha256 in row.version
    else:
        assert (row.origin, row.version) == (f"trained on {page.trained_on}", page.sha256)
        assert page.parameters == row.counted().parameters


def test_the_untrained_row_stands_on_the_trained_stem_and_leaves_chance_alone():
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    untrained = PATCH_MODELS["gta-untrained"].load()
    assert torch.equal(torch.random.get_rng_state(), before)
    for name, weight in PATCH_MODELS["acts-ata"].load().stem.state_dict().items():
        assert torch.equal(untrained.stem.state_dict()[name], weight)


def test_heat_maps_of_an_embedder_are_the_channel_mean_of_its_maps(tmp_path):
    from vizcore.runtime.engine import Engine
    from vizcore.video import read_frames

    engine, path = Engine("cpu"), str(bundled()["sit"].path)
    try:
        context = Context(engine, Store(tmp_path))
        found = heat_maps(path, models=ROWS[:1], context=context).rows[0]
        row = PATCH_MODELS[ROWS[0]]
        captured = engine.run(row, read_frames(path, row.chosen(48).tolist()), at=["maps"]).activations["maps"]
    finally:
        engine.close()
    assert found.layer == "maps"
    assert found.heat.shape == (20, 8, 8)
    torch.testing.assert_close(
        torch.from_numpy(found.heat), captured[0].mean(-1).unflatten(1, (8, 8)), rtol=1e-3, atol=1e-4
    )
