"""Heat maps of clips that the models do not know: heat is shown, and what they predict only where somebody asks."""

import re

import numpy as np
import pytest
from shown import saved, words
from test_pages import complaints, opened, settled

from vizcore.video import write_video

CLASSES = ("forward", "backward", "flicker")


@pytest.fixture
def film(monkeypatch, tmp_path) -> str:
    """The id of a clip that nobody has rendered here."""
    frames = np.random.default_rng(0).integers(0, 255, (12, 64, 96, 3), np.uint8)
    write_video(tmp_path / "film.mp4", frames, 12)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return "media/film.mp4"


def everything(app) -> str:
    """All that a page shows in words."""
    tables = " ".join(table.value.to_string() for table in app.dataframe)
    return f"{words(app)} {tables} {' '.join(chart.proto.spec for chart in app.get('plotly_chart'))}"


def named(app) -> set[str]:
    return {word for word in CLASSES if word in everything(app)}


def switch(app):
    return next((one for one in app.toggle if one.label == "Show anyway"), None)


@pytest.mark.parametrize("show", ["Scores", "Faithfulness"])
@pytest.mark.parametrize("method", ["Channel mean", "Grad-CAM"])
def test_a_film_shows_no_class_before_somebody_asks_and_then_it_does(film, show, method):
    app = opened("heatmaps", {"clip": film, "show": show, "method": method, "steps": "4"})
    assert named(app) == set()
    assert words(app).count("These models were trained on the procedural world alone") == 1
    switch(app).set_value(True)
    settled(app.run())
    assert named(app)
    assert "none of these nets knows such a clip" in words(app)
    linked = opened("heatmaps", {"clip": film, "show": show, "method": method, "steps": "4", "anyway": "true"})
    assert named(linked) == named(app), "the link says it as well"


@pytest.mark.parametrize("show", ["Rows", "Difference", "On people and things", "Files and link"])
def test_heat_of_a_film_is_shown_and_no_class(film, show):
    app = opened("heatmaps", {"clip": film, "show": show, "method": "Grad-CAM"})
    assert complaints(app) == []
    assert named(app) == set()
    assert switch(app) is None, "there is nothing that is hidden"
    assert "orange-badge[:material/warning: knows only the world]" in words(app)
    if show == "Files and link":
        assert "heat.mp4" in saved(app)


@pytest.mark.parametrize("show", ["Rows", "Scores", "Faithfulness"])
def test_random_weights_never_name_a_class(show):
    query = {"rows": "my choice", "row1": "vit-small-space", "row2": "none", "steps": "4"}
    app = opened("heatmaps", query | {"show": show})
    assert complaints(app) == []
    assert not re.search(r"class \d", everything(app))
    assert switch(app) is None
    assert "orange-badge[:material/casino: random weights]" in words(app)
    if show == "Scores":
        assert words(app).startswith("These nets have random weights: they have learnt no classes.")
        assert not app.dataframe


def test_a_clip_without_ground_truth_says_that_nobody_knows_where_its_things_are(film):
    app = opened("heatmaps", {"clip": film, "show": "On people and things"})
    assert words(app).startswith("This clip has no ground truth: nobody knows where its people and things are.")
    assert not app.get("plotly_chart")
