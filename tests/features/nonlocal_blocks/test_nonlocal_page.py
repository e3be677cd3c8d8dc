"""The page of non-local blocks without a browser: first visit, operators, tables, links, files, and large graphs."""

import io
from dataclasses import replace

import numpy as np
import pytest
from packaged import FILMED, LITE
from shown import controls, words
from test_pages import complaints, opened, settled

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS
from vizcore.features.nonlocal_blocks.pipeline import nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import SHOWN
from vizcore.features.nonlocal_blocks.pipeline_filter import filter_clip
from vizcore.models import MODELS
from vizcore.runtime.context import default_context
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
FILTER = {"show": "The filter"}


def values(app):
    return {metric.label: metric.value for metric in app.metric}


def test_the_first_visit_shows_trained_blocks_and_says_what_they_were_trained_on():
    app = opened("nonlocal_blocks", {"part": "Two lanterns"})
    assert complaints(app) == []
    assert any("trained on the procedural world" in note.value for note in app.caption)
    assert len(app.get("image")) == 7, "one for each net"
    assert app.get("plotly_chart")
    app = opened("nonlocal_blocks", FILTER)
    assert complaints(app) == []
    assert float(values(app)["Difference"]) < 1e-4


def test_every_operator_is_drawn_and_its_two_forms_agree():
    app = opened("nonlocal_blocks", {"weights": "random"} | FILTER)
    for name in SHOWN:
        app.selectbox("op").set_value(OPERATORS[name].title)
        settled(app.run())
        assert complaints(app) == []
        assert float(values(app)["Difference"]) < 1e-4, name


@pytest.mark.parametrize("table", ["Table 2", "Measured here"])
def test_a_table_says_whose_numbers_it_has(table):
    app = opened("nonlocal_blocks", {"part": "Tables", "table": table})
    assert complaints(app) == []
    text_shown = " ".join(text.value for text in app.markdown)
    notes = " ".join(note.value for note in app.caption)
    assert ("the paper's, not measured by VizCore" in notes) == (table != "Measured here")
    assert "easured" in text_shown + notes
    if table == "Measured here":
        assert any("Not distinguishable" in note.value for note in app.caption)


def test_models_are_sources_and_say_their_weights():
    app = opened("nonlocal_blocks", {"part": "A clip", "clip": "lamps", "source": "vit-small-ata"} | FILTER)
    assert complaints(app) == []
    assert any("random weights" in note.value for note in app.caption)
    assert values(app)["Positions"] == "1,568"
    app = opened(
        "nonlocal_blocks", {"part": "A clip", "clip": "lamps", "source": "pairs-nl", "layer": "before"} | FILTER
    )
    assert complaints(app) == []
    assert values(app)["Positions"] == "50"


def test_modes_that_do_not_span_are_said_where_the_trained_nl_has_such():
    app = opened("nonlocal_blocks", {"op": "NL"} | FILTER)
    assert complaints(app) == []
    assert any("No spectral form here" in note.value for note in app.caption)
    assert values(app)["Modes"] == "–"


def test_a_graph_too_large_for_all_its_edges_answers_with_a_sentence():
    query = {"part": "A clip", "clip": "tiles", "across": "28", "count": "8", "op": "NL"} | FILTER
    app = opened("nonlocal_blocks", query)
    assert complaints(app) == []
    assert values(app)["Positions"] == "6,272"
    assert any("want at most 4096 nodes" in note.value for note in app.caption)
    app = opened("nonlocal_blocks", query | {"op": "SNL"})
    assert float(values(app)["Difference"]) < 1e-4


def test_the_link_restores_sliders_and_position():
    query = {"op": "SNL", "w": "snl:0.25,-1.5,1,1", "pick": "1.100.900", "show": "Files and link"}
    app = opened("nonlocal_blocks", query)
    (code,) = (block.value for block in app.code if "import" in block.value)
    assert "out=(0.25, -1.5)," in code
    assert "position=29" in code, "frame 1, row 0, column 4"
    app = opened("nonlocal_blocks", query | {"op": "Cayley, Eq. 22"})
    (code,) = (block.value for block in app.code if "import" in block.value)
    assert "out=(0.0, 0.5)," in code, "sliders of another operator are not its own"


def test_the_python_lines_give_what_the_page_shows():
    app = opened("nonlocal_blocks", {"show": "Files and link", "op": "Cayley, exact", "w": "cayley:0.1,0.5,-0.3,1,2"})
    (code,) = (block.value for block in app.code if "import" in block.value)
    space: dict = {}
    exec(code, space)
    settings = {"source": "pairs-snl", "layer": "before", "kind": "trained", "operator": "cayley"}
    expected = filter_clip("lanterns-3-both", **settings, out=(0.1, 0.5, -0.3), h=2.0)
    assert (space["result"].direct == expected.direct).all()


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_an_uploaded_file_of_features_is_opened_with_its_grid_and_without():
    rng = np.random.default_rng(0)
    app = opened("nonlocal_blocks", {"part": "A file"} | FILTER)
    for shape, count in (((2, 3, 4, 5), "24"), ((9, 5), "9")):
        app.file_uploader[0].set_value(("../../mine.npy", npy(rng.standard_normal(shape)), "application/octet-stream"))
        settled(app.run())
        assert complaints(app) == []
        assert values(app)["Positions"] == count
    app.button_group("show").set_value("Affinities")
    settled(app.run())
    assert any("Criss-cross attention needs rows and columns" in note.value for note in app.caption)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Dear reader,\nhow are you?", "want an array file"),
        (npy(np.array([{"a": 1}], object)), "of real numbers"),
        (npy(np.full((4, 3), np.nan)), "that are finite"),
        (npy(np.ones((2, 3, 4, 5)))[:-40], "cut"),
        (npy(np.ones(7)), "of shape"),
        (npy(np.ones((7000, 2), np.float32)), "want at most 6,272 positions"),
    ],
    ids=["text", "objects", "nan", "cut off", "a row", "too many"],
)
def test_a_hostile_file_gets_a_sentence_and_the_page_stays(data, sentence):
    app = opened("nonlocal_blocks", {"part": "A file"})
    app.file_uploader[0].set_value(("bad.npy", data, "application/octet-stream"))
    settled(app.run())
    (text_shown,) = complaints(app)
    assert sentence in text_shown
    assert "Traceback" not in text_shown


@FILMED
def test_who_comes_without_a_link_sees_what_a_place_of_a_film_attends_to():
    app = opened("nonlocal_blocks")
    assert complaints(app) == []
    assert controls(app)["Described by"] == "lite0"
    assert (app.session_state["part"], app.query_params["clip"]) == ("A clip", "film-carphone")
    assert "knows 1,000 kinds of things" in words(app)


@LITE
def test_tokens_of_a_net_that_sees_each_frame_alone_lie_on_the_grid_that_is_asked_for(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (6, 48, 96, 3), np.uint8)
    write_video(tmp_path / "wide.mp4", frames, 6)
    found = nodes_of(tmp_path / "wide.mp4", source="lite0", layer="stage 5", count=3, across=10)
    assert found.shape == (3, 5, 10)
    row = replace(MODELS["lite0"].by_frame((5, 10), "stage 5"), frames=3)
    seen = default_context().engine.run(row, found.clip.frames, at=["stage 5"]).activations["stage 5"]
    np.testing.assert_allclose(found.features, seen.permute(0, 2, 3, 1).flatten(0, 2).cpu().numpy(), atol=1e-5)
