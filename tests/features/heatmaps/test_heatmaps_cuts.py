"""Cuts of films: verdicts for every outcome, what the net says of every frame however it is read, what speaks for one
cut, and the view, with the net and without it."""

import json

import numpy as np
import pytest
from shown import controls, named, sent, words
from test_pages import complaints, opened, settled

import vizcore
from vizcore.cli import main
from vizcore.features.heatmaps import pipeline_cuts
from vizcore.features.heatmaps.export_task_cuts import TASK
from vizcore.features.heatmaps.pipeline_cuts import ClipCuts, Cut, cut_heat, find_cuts, laid_out, probabilities_of
from vizcore.features.heatmaps.pipeline_verdict_cuts import ABSENT, cut_heat_verdict, cuts_verdict
from vizcore.runtime import packages
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.engine import Engine
from vizcore.runtime.package_films import films
from vizcore.runtime.package_films import missing as no_films
from vizcore.runtime.store import Store
from vizcore.video import read_frames

HERE = pytest.mark.skipif(bool(pipeline_cuts.missing()), reason=f"{pipeline_cuts.missing()}")
LACKS = (*pipeline_cuts.missing(), *no_films())
FILMED = pytest.mark.skipif(bool(LACKS), reason=f"{LACKS}")
BY_EYE = (30, 76, 137, 187, 242)  # frames of film-bikes with which a shot begins
WRONG = {"cut": 0}, {"cut": 250}, {"cut": 30, "stack": 4}, {"cut": 30, "method": "eigen-cam"}
VIEW = {"clip": "film-bikes", "show": "Cuts"}


def made(single, origin="a film", threshold=0.5) -> ClipCuts:
    """What might be said of frames ten to the second."""
    single = np.float32(single)
    return ClipCuts(np.arange(len(single)), np.arange(len(single)) / 10, single, 0 * single, threshold, origin)


@pytest.fixture(scope="module")
def bikes():
    return find_cuts(films()["film-bikes"].path)


@pytest.fixture
def absent(monkeypatch):
    """The package of the net is not there."""

    def lacking(*files):
        return tuple(f"want the package {file.package}, which is not installed: make real brings it." for file in files)

    monkeypatch.setattr(pipeline_cuts, "lacks", lacking)
    monkeypatch.setattr(packages, "APART", packages.APART / "nowhere")


# --- in words


@pytest.mark.parametrize(
    ("cuts", "sentence"),
    [
        ([], "TransNetV2 sees no cut: the most likely frame has 4%."),
        ([(2.44, 0.99)], "TransNetV2 sees 1 cut, at 2.4 s (99%)."),
        ([(2.44, 0.99), (5.06, 0.93)], "TransNetV2 sees 2 cuts, at 2.4 s (99%) and 5.1 s (93%)."),
        (
            [(k, 0.9 - k / 100) for k in range(1, 9)],
            "TransNetV2 sees 8 cuts, from 1.0 s (89%) to 8.0 s (82%); the least likely has 82%.",
        ),
    ],
)
def test_a_verdict_says_how_many_cuts_there_are_and_when(cuts, sentence):
    assert cuts_verdict(cuts, 0.04, 100) == sentence


def test_one_frame_has_no_cut():
    assert made([0.9]).verdict == "One frame has no cut."


def test_of_a_rendered_clip_nothing_is_told_before_somebody_asks():
    found = made([0, 0.9, 0, 0], "rendered here")
    assert found.verdict == "TransNetV2 was trained on films alone: a rendered clip is none."
    assert found.told(anyway=True) == "TransNetV2 sees 1 cut, at 0.2 s (90%)."
    told = TASK.summary(found, str(bundled()["parade"].path))
    assert (told.verdict, dict(told.numbers)) == (found.verdict, {"frames": 4, "threshold": 0.5})


@pytest.mark.parametrize(
    ("shares", "hottest"),
    [([0.1, 0.5, 0.2, 0.2], "the last frame of the shot before"), ([0, 0, 1.0, 0], "the first frame of the next shot")],
)
def test_heat_is_so_near_the_cut(shares, hottest):
    told = cut_heat_verdict(np.array(shares), np.arange(-2, 2))
    assert told == f"100% of the heat is in the 4 frames around the cut; the hottest is {hottest}."


@pytest.mark.parametrize(("hottest", "where"), [(0, "5 frames before the cut"), (8, "3 frames after the cut")])
def test_heat_away_from_the_cut_is_said(hottest, where):
    shares = np.full(9, 0.05)
    shares[hottest] = 0.6
    told = cut_heat_verdict(shares, np.arange(-5, 4))
    assert told == f"20% of the heat is in the 4 frames around the cut; the hottest is {where}."


def test_where_nothing_speaks_for_a_cut_that_is_said():
    assert cut_heat_verdict(np.full(4, np.nan), np.arange(-2, 2)) == "Nothing in this stack speaks for this cut."


# --- what the net says


@FILMED
def test_the_cuts_of_a_film_are_those_that_one_sees(bikes):
    assert tuple(cut.frame for cut in bikes.cuts) == BY_EYE
    assert all(isinstance(cut, Cut) and cut.probability > 0.8 and cut.frames == 2 for cut in bikes.cuts)
    assert bikes.verdict == (
        "TransNetV2 sees 5 cuts, at 1.2 s (98%), 3.0 s (82%), 5.5 s (97%), 7.5 s (97%) and 9.7 s (98%)."
    )
    assert vizcore.cuts(films()["film-bikes"].path, threshold=0.9).threshold == 0.9
    assert len(vizcore.cuts(films()["film-bikes"].path, threshold=0.9).cuts) == 4


@FILMED
@pytest.mark.parametrize("name", ["film-carphone", "film-bunny"])
def test_a_film_of_one_shot_has_no_cut(name):
    found = find_cuts(films()[name].path)
    assert found.cuts == ()
    assert found.single.max() < 0.05


@FILMED
def test_a_long_film_is_read_some_frames_at_a_time_and_gives_the_same(bikes, monkeypatch, tmp_path):
    most = []

    def few(path, numbers, places, read=pipeline_cuts._small_frames):
        most.append(len(places))
        return read(path, numbers, places)

    monkeypatch.setattr(pipeline_cuts, "AT_ONCE", pipeline_cuts.STEP)
    monkeypatch.setattr(pipeline_cuts, "_small_frames", few)
    fresh = Context(default_context().engine, Store(tmp_path))
    found = find_cuts(films()["film-bikes"].path, span=6.0, context=fresh)
    assert len(found.frames) == 150
    np.testing.assert_allclose(found.single[:100], bikes.single[:100], atol=1e-6)  # of later ones the end is seen
    np.testing.assert_allclose(found.many[:100], bikes.many[:100], atol=1e-6)
    assert max(most) <= pipeline_cuts.WINDOW


@FILMED
def test_a_stretch_is_all_that_is_seen():
    path = films()["film-bikes"].path
    found = find_cuts(path, start=2.0, span=2.0)
    assert [cut.frame for cut in found.cuts] == [76]
    frames = read_frames(path, found.frames.tolist(), pipeline_cuts.SIZE)
    np.testing.assert_allclose(np.stack([found.single, found.many], 1), probabilities_of(frames), atol=1e-6)


@pytest.mark.parametrize("wrong", [{"threshold": 1.5}, {"start": -1.0}])
def test_a_number_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match=r"^want "):
        find_cuts(bundled()["parade"].path, **wrong)


# --- what speaks for a cut


def test_heat_of_places_lies_where_they_are():
    heat = np.arange(18, dtype=np.float32).reshape(1, 3, 6)
    found = laid_out(heat, 8)
    assert found.shape == (1, 27, 48)
    middles = found[0][np.ix_([3, 4, 11, 12, 19, 20], [19, 20])].mean(1).reshape(3, 2).mean(1)
    np.testing.assert_allclose(middles[1], heat[0, 1, 2], atol=1e-5)
    assert (np.diff(found[0], axis=0) >= 0).all()
    assert (np.diff(found[0], axis=1) >= 0).all()
    np.testing.assert_allclose(found[0][0, [19, 20]].mean(), heat[0, 0, 2], atol=1e-5)
    np.testing.assert_array_equal(found[0, 24:], found[0, 20:21].repeat(3, 0))  # px in no place


@FILMED
@pytest.mark.parametrize("stack", [3, 2, 1])
def test_layer_cam_finds_what_speaks_for_a_cut_at_the_cut(stack):
    found = cut_heat(films()["film-bikes"].path, 137, method="layer-cam", stack=stack)
    assert found.heat.shape == (len(found.frames), 27, 48)
    assert found.frames[found.of_frames.argmax()] in (136, 137)
    near = np.abs(found.frames - 136.5) < 25
    assert found.of_frames[near].sum() > 0.8
    assert found.probability > 0.9
    assert found.near.indices.tolist() == list(range(133, 141))


@FILMED
def test_grad_cam_of_the_last_stack_is_at_the_last_frame_of_the_shot_before():
    found = cut_heat(films()["film-bikes"].path, 137)
    assert found.frames[found.of_frames.argmax()] == 136
    assert found.strip[3].max() == 1.0


@FILMED
@pytest.mark.parametrize("wrong", WRONG)
def test_heat_of_what_is_no_cut_of_the_stretch_is_refused(wrong):
    with pytest.raises(ValueError, match=r"^want "):
        cut_heat(films()["film-bikes"].path, **wrong)


# --- the view, and the command


@FILMED
def test_the_view_names_the_cuts_and_shows_what_speaks_for_one(bikes):
    app = opened("heatmaps", VIEW)
    assert complaints(app) == []
    assert bikes.verdict in words(app)
    assert named(app) == [["last frame of a shot", "inside a change", "cut"]]
    player = sent(app, "cuts-player")
    assert [tier["label"] for tier in player["tiers"]] == ["shots", "last frame of a shot", "inside a change"]
    assert [one[:2] for one in player["tiers"][0]["segments"]] == [
        [0, 30], [30, 76], [76, 137], [137, 187], [187, 242], [242, 250]
    ]  # fmt: skip
    assert player["heat"][0]["label"] == "heat of the cut"
    assert player["frame"] == [29]
    assert app.dataframe[0].value["frame"].tolist() == list(BY_EYE)
    menu = next(box for box in app.selectbox if box.label == "Cut")
    assert menu.options == ["1.20 s", "3.04 s", "5.48 s", "7.48 s", "9.68 s"]
    menu.select("5.48 s")
    settled(app.run())
    assert sent(app, "cuts-player")["frame"] == [136]
    assert "What speaks for the cut at 5.48 s." in words(app)


@FILMED
def test_a_link_says_which_cut_and_above_which_probability():
    app = opened("heatmaps", VIEW | {"threshold": "0.9", "cut": "7.48 s", "stack": "second", "cut-heat": "Layer-CAM"})
    shown = controls(app)
    assert (shown["Cut"], shown["A cut from a probability of"], shown["Stack of TransNetV2"]) == (
        "7.48 s",
        0.9,
        "second",
    )
    assert "TransNetV2 sees 4 cuts" in words(app)


@HERE
def test_a_rendered_clip_shows_no_cut_before_somebody_asks():
    app = opened("heatmaps", VIEW | {"clip": "lanterns-slow"})
    assert complaints(app) == []
    assert "a rendered clip is none" in words(app)
    assert not app.get("plotly_chart")
    assert sent(app, "cam-player")["tiers"] == []
    next(one for one in app.toggle if one.label == "Show anyway").set_value(True)
    settled(app.run())
    assert app.get("plotly_chart")


def test_without_its_package_the_view_says_what_brings_it_and_others_go_on(absent):
    app = opened("heatmaps", VIEW | {"clip": "lanterns-slow"})
    assert complaints(app) == []
    assert ABSENT in words(app)
    assert sent(app, "cam-player")
    with pytest.raises(ValueError, match="make real brings it"):
        vizcore.cuts(bundled()["push"].path, context=Context(Engine("cpu"), Store()))


@FILMED
def test_the_command_says_the_cuts_and_of_a_rendered_clip_none(capsys):
    assert main(["cuts", "film-bikes", "parade"]) == 0
    film, rendered = map(json.loads, capsys.readouterr().out.splitlines())
    assert film["numbers"]["cuts"] == 5
    assert [film["numbers"][f"cut {k}: frame"] for k in range(1, 6)] == list(BY_EYE)
    assert rendered["domain"][0]["domain"] == "outside"
    assert set(rendered["numbers"]) == {"frames", "threshold"}
