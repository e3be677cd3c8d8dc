"""What the page of non-local blocks works with: positions, weights, rows, frequencies, and the parts of a signal."""

import numpy as np
import pytest
import torch
from conftest import real_clip

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights, affinity, apply_operator, response
from vizcore.features.nonlocal_blocks.pipeline import MAIN, Nodes, example, lanterns, nodes_of
from vizcore.features.nonlocal_blocks.pipeline_bands import bands
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, KINDS, SHOWN, BlockSettings, block_of, rows_of
from vizcore.features.nonlocal_blocks.pipeline_filter import (
    analysed,
    attended,
    filter_clip,
    filtered,
    learnt,
    signal_of,
)
from vizcore.features.nonlocal_blocks.pipeline_scale import LEAST, coloured, shares
from vizcore.models import MODELS
from vizcore.runtime.clip_library import bundled

pytestmark = pytest.mark.usefixtures("one_thread")
LAMPS = str(bundled()["lamps"].path)
WORD = "lanterns-3-both"


@pytest.fixture(scope="module")
def pair_nodes():
    return nodes_of(WORD, source="pairs-snl", layer="before")


def some_nodes(count=24, channels=6, grid=(1, 4, 6), seed=0):
    return Nodes(np.random.default_rng(seed).standard_normal((count, channels)).astype(np.float32), grid)


def test_the_positions_of_a_model_are_those_of_its_layer(pair_nodes):
    row = MODELS["pairs-snl"]
    clip = pair_nodes.clip
    with torch.no_grad():
        expected = row.load().clip(row.prepared(clip.frames)[None])[0]  # (48, 2, 5, 5)
    assert pair_nodes.shape == (2, 5, 5)
    np.testing.assert_allclose(pair_nodes.features, expected.flatten(1).T.numpy(), atol=1e-5)
    assert clip.indices.tolist() == [0, 1]


def test_described_positions_are_as_many_as_frames_and_patches_and_each_frame_is_there_once():
    nodes = nodes_of(LAMPS, source="pixels", count=3, across=6)
    assert nodes.shape[0] == 3
    assert len(nodes.features) == np.prod(nodes.shape)
    assert len(set(nodes.clip.indices.tolist())) == 3
    assert nodes.brightness.shape == (len(nodes.features),)


def test_a_layer_of_fewer_frames_is_shown_over_frames_of_their_middle():
    nodes = nodes_of(LAMPS, source="vit-small-ata")
    assert nodes.shape == (8, 14, 14)
    assert len(nodes.clip.frames) == 8


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"source": "nobody"}, "want a source of .*'nobody'"),
        ({"count": 0}, "want 1 frame or more"),
        ({"count": 30, "across": 64}, r"want at most 6,272 positions, got \d"),
        ({"start": -1.0}, "want start >= 0"),
    ],
)
def test_what_cannot_be_positions_is_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        nodes_of(LAMPS, **settings)


@pytest.mark.parametrize("rest", ["x-both", "3-sideways", "3", "9999999-both", "²-both"])
def test_a_word_that_names_no_pair_of_lanterns_is_refused(rest):
    with pytest.raises(ValueError, match="want lanterns-SEED-KIND"):
        lanterns(f"lanterns-{rest}")


def test_prepared_features_have_no_mean_one_length_and_no_more_than_their_main_directions():
    nodes = some_nodes(120, 90, (2, 6, 10))
    assert nodes.prepared.shape == (120, MAIN)
    assert nodes.prepared.mean(0).abs().max() < 1e-5
    assert nodes.prepared.norm(dim=1).square().mean().item() == pytest.approx(1, rel=1e-4)
    few = some_nodes()
    centred = few.features - few.features.mean(0)
    turned = few.prepared.numpy() @ few.prepared.numpy().T
    scale = np.square(np.linalg.norm(centred, axis=1)).mean()
    np.testing.assert_allclose(turned, centred @ centred.T / scale, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SHOWN)
def test_what_a_position_hears_is_the_row_of_the_whole_matrix(pair_nodes, kind, name):
    row = rows_of(pair_nodes, (name,), 17, BlockSettings(kind))[name]
    graph = block_of(pair_nodes, name, BlockSettings(kind)).graph
    whole = graph.matrix()
    if OPERATORS[name].graph == "compact":  # every channel is a node
        width = graph.channels
        whole = whole.reshape(50, width, 50, width).mean((1, 3))
    assert row.shape == (2, 5, 5)
    np.testing.assert_allclose(row.ravel(), whole[17].numpy(), atol=1e-5)


def test_trained_weights_are_those_of_the_operators_own_net(pair_nodes):
    block = MODELS["pairs-nl"].load().block
    x = torch.from_numpy(pair_nodes.features)
    expected = affinity("nl", x, block.weights())
    found = block_of(pair_nodes, "nl", BlockSettings("trained"))
    np.testing.assert_allclose(found.graph.matrix().numpy(), expected.matrix().numpy(), atol=1e-6)
    np.testing.assert_allclose(found.z.numpy(), (x @ block.value.weight.T).numpy(), atol=1e-5)


def test_trained_weights_refuse_features_of_another_width():
    with pytest.raises(ValueError, match="want features of 48 channels for trained weights, got 6"):
        block_of(some_nodes(), "nl", BlockSettings("trained"))


def test_features_that_are_compared_as_they_are_make_nl_reversible_and_random_weights_do_not():
    assert block_of(some_nodes(), "nl", BlockSettings("θ = φ")).graph.reversible
    assert not block_of(some_nodes(), "nl", BlockSettings("random")).graph.reversible


def test_criss_cross_without_a_grid_is_left_out_of_the_rows_and_refused_by_name():
    nodes = some_nodes(grid=None)
    assert set(rows_of(nodes, tuple(FAMILIES), 0, BlockSettings())) == set(FAMILIES) - {"cc"}
    with pytest.raises(ValueError, match="which have no rows"):
        block_of(nodes, "cc", BlockSettings())


@pytest.mark.parametrize("kind", ["θ = φ", "random"])
@pytest.mark.parametrize("name", SHOWN)
def test_the_direct_and_the_spectral_form_agree_for_any_weights(pair_nodes, name, kind):
    count = OPERATORS[name].outs or 4
    weights = Weights(tuple(np.random.default_rng(1).uniform(-2, 2, count)), inner=0.7, h=1.6)
    result = filtered(pair_nodes, analysed(block_of(pair_nodes, name, BlockSettings(kind))), weights, {})
    assert result.error < 2e-5


def test_the_filter_is_what_apply_operator_gives_with_the_same_weights(pair_nodes):
    result = filter_clip(WORD, source="pairs-snl", layer="before", operator="snl", out=(0.5, -1.5), position=4)
    x = pair_nodes.prepared
    weights = Weights((0.5, -1.5), theta=BlockSettings.sharpness**0.5, phi=BlockSettings.sharpness**0.5)
    np.testing.assert_allclose(result.direct, apply_operator("snl", x, weights).numpy(), atol=1e-5)
    assert set(result.rows) == set(FAMILIES)
    with pytest.raises(ValueError, match="want a position of 0 to 49, got 50"):
        filter_clip(WORD, source="pairs-snl", layer="before", position=50)


@pytest.mark.parametrize("name", ["snl", "cayley", "a2"])
def test_what_a_net_has_learnt_is_what_its_block_does_to_single_modes(pair_nodes, name):
    found = analysed(block_of(pair_nodes, name, BlockSettings("trained")))
    weights = MODELS[f"pairs-{name}"].load().block.weights()
    block, modes, gain = found.block, found.spectrum, learnt(found)
    real = np.flatnonzero(np.isreal(found.values))
    for k in (real[0], real[-1]):
        part = torch.from_numpy(np.outer(modes.right[:, k], found.signal.coefficients[k]).real).to(block.z)
        after = OPERATORS[name].direct(block.graph, part, weights)
        assert (after.norm() / part.norm()).item() == pytest.approx(gain[k], rel=1e-3)


def test_where_no_net_of_its_own_has_learnt_there_is_nothing_to_say(pair_nodes):
    for name in ("gsnl", "cgnl", "nl"):
        assert learnt(analysed(block_of(pair_nodes, name, BlockSettings("trained")))) is None


def test_modes_that_do_not_span_are_said_and_their_eigenvalues_are_there_all_the_same(pair_nodes):
    found = analysed(block_of(pair_nodes, "nl", BlockSettings("trained")))
    assert found.spectrum is None
    assert "modes carry all signals" in found.why_not
    assert found.energy is None
    assert found.values[0].real == pytest.approx(1, abs=1e-5)
    assert np.abs(found.values).max() < 1 + 1e-5
    result = filtered(pair_nodes, found, Weights((1.0,)), {})
    assert np.isnan(result.error)
    assert result.direct.shape == (50, 24)


def test_a_graph_that_is_too_large_answers_with_a_sentence_and_a_direct_form():
    nodes = some_nodes(4200, 8, (1, 60, 70))
    found = analysed(block_of(nodes, "nl", BlockSettings("random")))
    assert found.why_not.startswith("want at most 4096 nodes")
    assert len(found.values) == 0
    assert filtered(nodes, found, Weights((1.0,)), {}).direct.shape == (4200, 4)
    whole = analysed(block_of(nodes, "snl", BlockSettings("random")))
    assert whole.spectrum.whole
    assert filtered(nodes, whole, Weights((1.0, 1.0)), {}).error < 1e-4


def test_one_position_works_in_every_operator():
    nodes = example("one position")
    for name in SHOWN:
        count = OPERATORS[name].outs or 2
        result = filtered(nodes, analysed(block_of(nodes, name, BlockSettings())), Weights((1.0,) * count), {})
        assert np.isfinite(result.direct).all(), name
    assert rows_of(nodes, ("nl", "snl"), 0, BlockSettings())["nl"].ravel().tolist() == [1.0]


@pytest.mark.parametrize("name", ["snl", "gsnl", "chebyshev", "cayley"])
def test_the_parts_of_a_signal_add_up_to_it_and_to_every_filter_of_it(name):
    nodes = some_nodes(200, 40, (2, 10, 10), seed=3)
    block = block_of(nodes, name, BlockSettings())
    found = analysed(block).spectrum
    signal, _ = signal_of(nodes, block.z, "1st direction")
    values, parts = bands(found, signal)
    np.testing.assert_allclose(parts.sum(0), signal, atol=1e-9)
    weights = Weights((0.3, -0.8, 0.6)[: OPERATORS[name].outs or 3], h=1.5)
    still = found.filtered(found.analysed(signal[:, None]), lambda at: response(name, at, weights)).nodes[:, 0]
    assert np.abs(response(name, values, weights) @ parts - still).max() < 2e-3 * np.abs(still).max()
    assert len(values) <= 65


def test_the_signal_is_a_direction_of_the_values_and_is_heard_like_them():
    nodes = some_nodes()
    block = block_of(nodes, "nl", BlockSettings("random"))
    signal, direction = signal_of(nodes, block.z, "2nd direction")
    z = block.z.double().numpy()
    np.testing.assert_allclose(signal, (z - z.mean(0)) @ direction, atol=1e-9)
    expected = block.graph.matrix().double().numpy() @ signal
    np.testing.assert_allclose(attended(block, signal, direction), expected, atol=1e-6)
    assert np.var(signal_of(nodes, block.z, "1st direction")[0]) > np.var(signal)


def test_cgnl_hears_directions_of_features_and_no_brightness():
    nodes = nodes_of(LAMPS, source="pixels", count=2, across=5)
    block = block_of(nodes, "cgnl", BlockSettings())
    signal, direction = signal_of(nodes, block.z, "1st direction")
    assert attended(block, signal, direction).shape == signal.shape
    bright, none = signal_of(nodes, block.z, "brightness")
    assert none is None
    np.testing.assert_allclose(bright, nodes.brightness - nodes.brightness.mean())
    with pytest.raises(ValueError, match="CGNL, which mixes channels"):
        attended(block, bright, none)


def test_one_scale_lets_shares_be_compared_and_an_own_one_fills_it():
    even, sharp = np.full((1, 2, 5), 0.1), np.zeros((1, 2, 5))
    sharp[0, 0, 0] = -2.0
    found, ends = coloured({"nl": even, "cgnl": sharp})
    assert ends == (f"≤ {LEAST:g} ×", "10 ×")
    assert found["cgnl"].values.max() == pytest.approx(1)
    assert found["nl"].values == pytest.approx(0.5, abs=1e-6), "an even share is the middle of 0.1 to 10"
    assert found["cgnl"].negative == 1
    alone, _ = coloured({"nl": even, "cgnl": sharp}, "each operator")
    assert alone["nl"].values.min() == 1
    assert not shares(np.zeros(4)).any()
    with pytest.raises(ValueError, match="want a scale"):
        coloured({}, "none")


def test_a_real_film_gives_every_operator_a_row():
    path = str(real_clip("decord_flipping_a_pancake.mkv"))
    nodes = nodes_of(path, count=2, across=10, span=4.0)
    rows = rows_of(nodes, tuple(FAMILIES), nodes.most_distinct, BlockSettings())
    assert all(np.isfinite(row).all() and row.any() for row in rows.values())


def test_nodes_frequencies_and_filters_print_in_a_line_with_their_headline_number():
    nodes = some_nodes()
    found = analysed(block_of(nodes, "snl", BlockSettings()))
    result = filtered(nodes, found, Weights((1.0, 1.0)), {})
    lines = {
        nodes: "24 positions of 1 x 4 x 6 (T, rows, columns), 6 channels",
        found: f"snl, 24 nodes, {len(found.values)} eigenvalues, largest 1.000",
        result: f"direct against spectral {result.error:.1e}",
    }
    for one, words in lines.items():
        assert words in repr(one)
        assert len(repr(one)) < 200
