"""What a net of photographs sees in a film, and that it names nothing where it sees nothing it knows: in words made up
for every outcome, on the page, in Python, and in the JSON of the command line."""

from dataclasses import replace

import numpy as np
import pytest
from packaged import FILMED, LITE
from shown import captions, controls, named, sent, words
from test_pages import complaints, opened, settled

from vizcore.features.compare.pipeline import compare
from vizcore.features.compare.pipeline_numbers import numbers, pane_answers
from vizcore.features.heatmaps.export_task import TASK
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_answers import class_scores, once, said
from vizcore.features.heatmaps.pipeline_classes import MOST, classes_over_time
from vizcore.features.heatmaps.pipeline_rows import Row
from vizcore.features.heatmaps.pipeline_verdict import heat_verdict
from vizcore.features.heatmaps.pipeline_verdict_seen import over_time_verdict, seen
from vizcore.models import MODELS
from vizcore.runtime.context import default_context
from vizcore.runtime.domain import NONE, badge_of
from vizcore.runtime.package_films import films
from vizcore.video import read_frames, write_video

NET = MODELS["lite0"]
TIES = (("bow tie", 0.44), ("Windsor tie", 0.34), ("suit", 0.1))
BADGE = "orange-badge[:material/warning: none of its classes]"


def row(most: float, origin: str = "a film", model=NET) -> Row:
    """Of a net whose likeliest class, the second, has so much."""
    shares = np.full(len(model.classes), (1 - most) / (len(model.classes) - 1), np.float32)
    shares[1] = most
    return Row(model, "head", np.arange(8, dtype=np.float32).reshape(2, 2, 2), "", np.arange(8), shares, 1, origin)


@pytest.fixture(params=["noise", "black"])
def nothing(request, monkeypatch, tmp_path) -> str:
    """The id of a clip in which there is nothing."""
    shape = (8, 72, 96, 3)
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    write_video(tmp_path / "nothing.mp4", noise if request.param == "noise" else np.zeros(shape, np.uint8), 8)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return "media/nothing.mp4"


# --- in words


@pytest.mark.parametrize(
    ("classes", "clause"),
    [
        (TIES, "net sees *bow tie* (44%), then *Windsor tie* (34%)"),
        ((("bow tie", 0.6), ("suit", 0.09)), "net sees *bow tie* (60%)"),
        ((("bow tie", 0.6),), "net sees *bow tie* (60%)"),
        ((), "net sees none of its classes"),
    ],
)
def test_what_is_seen_is_its_likeliest_class_then_a_second_that_has_enough(classes, clause):
    assert seen("net", classes) == clause


@pytest.mark.parametrize(
    ("classes", "leading", "sentence"),
    [
        (
            TIES,
            [0.25, 0, 0],
            "net sees *bow tie* (44%), then *Windsor tie* (34%), mean over the frames; *bow tie* has half or more in "
            "25% of them.",
        ),
        (
            TIES[:1],
            [0.0],
            "net sees *bow tie* (44%), mean over the frames; none of them is half *bow tie*.",
        ),
        ((), [0.0], "net sees none of its classes: the likeliest has 12%, mean over the frames, less than 28%."),
    ],
)
def test_over_time_it_is_in_how_many_of_the_frames(classes, leading, sentence):
    assert over_time_verdict("net", classes, leading, 0.12, 0.28) == sentence


def test_one_row_says_what_it_sees_before_where_its_heat_is():
    heat = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    where = "the hottest tenth of the patches holds 25% of the heat."
    told = heat_verdict(["net"], [heat], [], ["inside"], seen=seen("net", TIES))
    assert told == f"net sees *bow tie* (44%), then *Windsor tie* (34%); {where}"
    told = heat_verdict(["net"], [heat], [], ["outside"], seen=seen("net", ()))
    assert told == f"net sees none of its classes; {where}"


# --- the threshold


@LITE
def test_below_its_threshold_a_net_names_nothing_and_says_how_far_below():
    under, over = row(NET.least - 0.01), row(NET.least + 0.01)
    assert (over.none, over.domain, said(over)) == (False, "inside", NET.classes[1])
    assert over.classes[0] == (NET.classes[1], pytest.approx(NET.least + 0.01))
    assert (under.none, under.domain, under.classes, said(under)) == (True, "outside", (), NONE)
    assert said(under, anyway=True) == NET.classes[1]
    assert under.badge.label == NONE
    assert f"sees none of its classes: the likeliest of 1,000 has {NET.least - 0.01:.0%}" in under.badge.why


@LITE
def test_a_rendered_clip_is_no_photograph_whatever_the_probability():
    for most in (0.01, 0.9):
        assert badge_of(NET, "rendered here", most).label == "knows only photographs"


def test_models_without_a_threshold_name_what_they_named():
    lamps = MODELS["lamps-ata"]
    assert not row(0.3, "rendered here", lamps).none
    assert badge_of(lamps, "rendered here", 0.01) == badge_of(lamps, "rendered here")


@pytest.mark.parametrize(
    ("origin", "words"),
    [("rendered here", "These models were trained on photographs alone"), ("a film", "These models know 1,000 kinds")],
)
def test_several_nets_of_photographs_are_not_told_to_be_of_the_world(origin, words):
    other = replace(NET, name="lite1", title="Another net")
    (one,) = once(badge_of(model, origin) for model in (NET, other))
    assert one.why.startswith(words)


# --- on films


@FILMED
def test_who_comes_without_a_link_sees_where_and_when_there_is_a_bow_tie():
    app = opened("heatmaps")
    assert complaints(app) == []
    assert {"Rows": "photographs net", "Heat": "Grad-CAM"}.items() <= controls(app).items()
    assert words(app).startswith("lite0 sees *bow tie* (")
    assert "Heat of **lite0** for *bow tie*" in words(app)
    assert [name.partition(",")[0] for name in named(app)[0]][:2] == ["bow tie", "Windsor tie"]


@FILMED
def test_the_bow_tie_is_among_the_five_likeliest_with_its_probability():
    query = {"clip": "film-carphone", "rows": "photographs net", "show": "Scores"}
    table = opened("heatmaps", query).dataframe[0].value.set_index("class")
    assert len(table) == 5
    assert table.loc["bow tie", "probability"] == pytest.approx(0.44, abs=0.03)


@FILMED
def test_the_classes_of_a_film_are_those_of_every_frame_alone():
    path = films()["film-carphone"].path
    found = classes_over_time(path, count=11, start=1.0, span=1.0)
    assert found.probabilities.shape == (11, 1000)
    assert (np.diff(found.frames) > 0).all()
    assert (found.times[0] >= 1.0, found.times[-1] < 2.0) == (True, True)
    frame = read_frames(path, [int(found.frames[4])])
    alone = default_context().engine.run(NET.by_frame(), frame).logits.softmax(-1)
    np.testing.assert_allclose(found.probabilities[4], alone.numpy(force=True), atol=2e-3)
    (word, shares), *others = found.bands()
    assert word == "bow tie"
    assert all(shares.mean() >= other.mean() for _, other in others)
    assert found.verdict.startswith(f"lite0 sees *bow tie* ({shares.mean():.0%})")
    assert (
        classes_over_time(path, count=11, start=1.0, span=1.0).probabilities.tobytes() == found.probabilities.tobytes()
    )


def test_only_nets_that_see_each_frame_alone_have_classes_over_time():
    for wrong in ({"model": "lamps-ata"}, {"count": 0}, {"count": MOST + 1}):
        with pytest.raises(ValueError, match=f"names classes in each frame alone and 1 to {MOST} frames"):
            classes_over_time("clip.mp4", **wrong)


@FILMED
def test_the_chooser_of_a_thousand_classes_begins_with_the_likeliest_and_takes_any():
    query = {"clip": "film-carphone", "rows": "photographs net", "method": "Grad-CAM", "class": "another"}
    app = opened("heatmaps", query | {"show": "Rows"})
    (menu,) = (box for box in app.selectbox if box.label == "Which")
    assert menu.options[:2] == ["bow tie", "Windsor tie"]
    assert sorted(menu.options) == sorted(NET.classes)
    menu.select("seat belt")
    settled(app.run())
    assert complaints(app) == []
    assert "heat of class seat belt" in words(app)


@FILMED
def test_a_world_net_shows_no_class_of_a_film_before_somebody_asks():
    query = {"clip": "film-carphone", "rows": "lamps nets", "show": "Classes over time"}
    app = opened("heatmaps", query)
    assert words(app).startswith("No row here names classes in each frame alone")
    assert not app.get("plotly_chart")


# --- where there is nothing


@LITE
@pytest.mark.parametrize("show", ["Rows", "Classes over time", "Scores"])
def test_nothing_is_named_before_somebody_asks(nothing, show):
    app = opened("heatmaps", {"clip": nothing, "rows": "photographs net", "method": "Grad-CAM", "show": show})
    assert complaints(app) == []
    told = words(app) + " ".join(captions(app)) + " ".join(frame.value.to_string() for frame in app.dataframe)
    assert NONE in told
    assert not app.dataframe
    assert not [name for name in NET.classes if f"*{name}*" in told or f"predicts {name}" in told]
    if show == "Rows":
        assert BADGE in told
        assert sent(app, "cam-player")["heat"], "where it looks is shown"
        return
    assert not app.get("plotly_chart")
    next(one for one in app.toggle if one.label == "Show anyway").set_value(True)
    settled(app.run())
    assert app.dataframe if show == "Scores" else app.get("plotly_chart")


@LITE
def test_python_the_command_line_and_panes_name_nothing_either(nothing, tmp_path):
    path = tmp_path / "nothing.mp4"
    maps = heat_maps(path, models=["lite0"], method="grad-cam")
    assert (maps.rows[0].classes, maps.rows[0].domain) == ((), "outside")
    assert class_scores(maps).verdict == "lite0 sees none of its classes."
    assert maps.verdict.startswith("lite0 sees none of its classes")
    told = TASK.summary(maps, str(path))
    assert "sees none of its classes" in told.verdict
    assert not any("class" in name or "probability" in name for name in told.numbers)
    assert TASK.summary(maps, str(path), anyway=True).numbers["lite0: class"] in NET.classes
    found = compare([str(path)] * 2, models=["lite0", "lamps-ata"])
    assert numbers(found)[0].said == NONE
    assert pane_answers(found).panes[0].classes == ()
