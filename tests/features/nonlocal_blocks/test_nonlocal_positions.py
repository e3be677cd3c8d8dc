"""Which positions there are and what weights a block gets: frames, brightness, scores and sums by their formulas."""

from functools import partial

import cv2
import numpy as np
import pytest
import torch

from vizcore.features.nonlocal_blocks.pipeline import MAIN, WIDTH, Nodes, lanterns, nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import BlockSettings, block_of, rows_of
from vizcore.models import Model
from vizcore.models.nets.videomae import VideoMAE
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store
from vizcore.synthetic.pair import pair
from vizcore.video import probe, read_frames

pytestmark = pytest.mark.usefixtures("one_thread")
LAMPS = str(bundled()["lamps"].path)
TINY = partial(VideoMAE, frames=4, size=32, width=16, depth=2, heads=2, classes=5, patch=8, inner=32)
TUBES = Model("tubes", "tubes, tiny", "random weights", "1", TINY, 4, 32, (4, 4), ("blocks.0.entry", "blocks.1.exit"))


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


def some_nodes(count=24, channels=6, grid=(1, 4, 6), seed=0):
    return Nodes(np.random.default_rng(seed).standard_normal((count, channels)).astype(np.float32), grid)


def test_of_many_channels_the_main_directions_are_kept():
    nodes = some_nodes(120, 90, (2, 6, 10))
    x = (nodes.features - nodes.features.mean(0)).astype(np.float64)
    spread = np.sort(np.linalg.eigvalsh(x.T @ x))[::-1]
    prepared = nodes.prepared.double().numpy()
    variances = np.sort(np.linalg.eigvalsh(prepared.T @ prepared))[::-1]
    assert variances / variances.sum() == pytest.approx(spread[:MAIN] / spread[:MAIN].sum(), rel=1e-4)


def test_brightness_is_the_lightness_of_every_patch_row_by_row():
    nodes = nodes_of(LAMPS, source="pixels", count=2, across=6)
    _, rows, columns = nodes.shape
    tall, wide = (side // parts for side, parts in zip(nodes.clip.frames.shape[1:3], (rows, columns)))
    for t, frame in enumerate(nodes.clip.frames):
        grey = frame @ [0.299, 0.587, 0.114] / 255
        for row, column in np.ndindex(rows, columns):
            patch = grey[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
            assert nodes.brightness[(t * rows + row) * columns + column] == pytest.approx(patch.mean(), abs=0.02)


@pytest.mark.parametrize(("start", "span"), [(0.0, None), (1.0, None), (1.0, 1.0)])
def test_frames_are_the_middles_of_even_parts_of_the_stretch(start, span):
    times = probe(LAMPS).times
    inside = np.flatnonzero((times >= start) & (times < (np.inf if span is None else start + span)))
    nodes = nodes_of(LAMPS, source="pixels", count=3, across=4, start=start, span=span)
    parts = [inside[k * len(inside) // 3 : (k + 1) * len(inside) // 3] for k in range(3)]
    assert nodes.clip.indices.tolist() == [part[len(part) // 2] for part in parts]
    assert nodes.clip.times.tolist() == times[nodes.clip.indices].tolist()


def test_a_layer_of_half_as_many_frames_is_shown_over_the_later_frame_of_each_two(context):
    nodes = nodes_of(LAMPS, source=TUBES, context=context)
    sampled = TUBES.chosen(probe(LAMPS).frames)
    assert nodes.shape == (2, 4, 4)
    assert nodes.clip.indices.tolist() == sampled[[1, 3]].tolist()


def test_without_a_layer_the_last_one_is_taken_and_another_stretch_has_other_features(context):
    last, first = (
        nodes_of(LAMPS, source=TUBES, layer=name, context=context) for name in ("blocks.1.exit", "blocks.0.entry")
    )
    assert (nodes_of(LAMPS, source=TUBES, context=context).features == last.features).all()
    assert last.features.shape == first.features.shape
    assert (last.features != first.features).any()
    later = nodes_of(LAMPS, source=TUBES, start=1.0, context=context)
    assert (later.features != last.features).any()


@pytest.mark.parametrize("sharpness", [1.0, 4.0])
def test_scores_of_features_as_they_are_are_their_products_times_the_sharpness(sharpness):
    nodes = some_nodes()
    x = nodes.prepared.numpy()
    expected = np.exp(sharpness * x @ x.T)
    expected /= expected.sum(1, keepdims=True)
    assert block_of(nodes, "nl", BlockSettings(sharpness=sharpness)).graph.matrix().numpy() == pytest.approx(
        expected, abs=1e-5
    )


def test_cgnl_takes_the_mean_over_all_nodes_and_channels():
    nodes = some_nodes()
    x, count = nodes.prepared.numpy(), 24 * 6
    block = block_of(nodes, "cgnl", BlockSettings(sharpness=1.0))
    assert block.graph.matrix().numpy() == pytest.approx(np.outer(x.ravel(), x.ravel()) / count, abs=1e-6)


def test_random_weights_are_of_a_seed_and_spread_scores_by_the_sharpness():
    nodes = some_nodes(400, 40, (1, 20, 20))
    first, again, other = (block_of(nodes, "nl", BlockSettings("random", seed)).z for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.shape == (400, 20), "half as many channels inside, at most WIDTH"
    assert block_of(some_nodes(60, 90, (1, 6, 10)), "nl", BlockSettings("random")).z.shape == (60, WIDTH)
    assert first.square().sum(1).mean().item() == pytest.approx(1, abs=0.3), "as long as the features, on the mean"
    logits = np.log(block_of(nodes, "nl", BlockSettings("random", sharpness=4.0)).graph.matrix().numpy())
    assert (logits - logits.mean(1, keepdims=True)).std() == pytest.approx(4, rel=0.3)


def test_two_lanterns_are_those_of_the_word(context):
    paths = [lanterns(f"lanterns-{word}", context=context) for word in ("3-both", "4-both", "3-lamp", "3-both")]
    assert paths[0] == paths[3]
    assert len(set(paths)) == 3
    for path, (seed, kind) in zip(paths, [(3, "both"), (4, "both"), (3, "lamp")]):
        shown, drawn = read_frames(path, [0, 1]), pair(seed, "show", kind, size=320).frames
        for one, other in zip(shown, drawn, strict=True):
            assert np.abs(cv2.blur(one, (9, 9)).astype(int) - cv2.blur(other, (9, 9))).mean() < 3


def test_only_criss_cross_needs_a_grid():
    assert set(rows_of(some_nodes(grid=None), ("nl", "cc", "snl"), 0, BlockSettings())) == {"nl", "snl"}
    assert set(rows_of(some_nodes(), ("nl", "cc", "snl"), 0, BlockSettings())) == {"nl", "cc", "snl"}
