"""The page of non-local blocks without a browser: every part and section, links, files, and large graphs."""

import io

import numpy as np
import pytest
from test_pages import complaints, opened, settled

from vizcore.algorithms.spectral import OPERATORS
from vizcore.recipes.spectral_filter import SHOWN, filter_clip
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
SECTIONS = ["The filter", "Eigenvalues", "Files and link"]
PARTS = ["Two lanterns", "A clip", "A file"]
CLAIMS = [
    "Re can be removed from the Cayley filter",
    "Eq. 22 is a Cayley filter",
    "gSNL has a third term",
    "A² needs no axes",
    "CGNL divides by degrees",
    "Cayley needs no normalised A",
    "Jacobi in place of an inverse",
]


def values(app):
    return {metric.label: metric.value for metric in app.metric}


def test_the_first_visit_shows_trained_blocks_and_says_what_they_were_trained_on():
    app = opened("spectral")
    assert complaints(app) == []
    assert any("trained on the procedural world" in note.value for note in app.caption)
    assert len(app.get("image")) == 7, "one for each net"
    assert app.get("plotly_chart")
    assert float(values(app)["Difference"]) < 1e-4


@pytest.mark.parametrize(("part", "section"), list(zip(PARTS, reversed(SECTIONS), strict=True)))
def test_a_section_of_every_part_opens_from_a_link_and_all_others_with_a_click(part, section):
    app = opened("spectral", {"part": part, "show": section, "clip": "lamps", "across": "6", "count": "2"})
    for other in (section, *SECTIONS):
        app.button_group("show").set_value([other])
        settled(app.run())
        assert complaints(app) == []
        assert app.get("plotly_chart")


def test_every_operator_is_drawn_and_its_two_forms_agree():
    app = opened("spectral", {"weights": "random"})
    for name in SHOWN:
        app.selectbox("op").set_value(OPERATORS[name].title)
        settled(app.run())
        assert complaints(app) == []
        assert float(values(app)["Difference"]) < 1e-4, name


def test_every_claim_is_tried_out():
    app = opened("spectral", {"part": "Claims tried out", "claim": CLAIMS[-1]})
    assert app.selectbox[0].value == CLAIMS[-1]
    assert app.selectbox[0].options == CLAIMS
    for claim in CLAIMS:
        app.selectbox[0].set_value(claim)
        settled(app.run())
        assert complaints(app) == []
        assert app.get("plotly_chart"), claim


@pytest.mark.parametrize("table", ["Table 2", "Measured here"])
def test_a_table_says_whose_numbers_it_has(table):
    app = opened("spectral", {"part": "Tables", "table": table})
    assert complaints(app) == []
    said = " ".join(text.value for text in app.markdown)
    assert ("the paper's, not measured by VizCore" in said) == (table != "Measured here")
    assert "easured" in said
    if table == "Measured here":
        assert any("Not told apart" in note.value for note in app.caption)


def test_models_are_sources_and_say_their_weights():
    app = opened("spectral", {"part": "A clip", "clip": "lamps", "source": "vit-small-ata"})
    assert complaints(app) == []
    assert any("random weights" in note.value for note in app.caption)
    assert values(app)["Positions"] == "1,568"
    app = opened("spectral", {"part": "A clip", "clip": "lamps", "source": "pairs-nl", "layer": "before"})
    assert complaints(app) == []
    assert values(app)["Positions"] == "50"


def test_modes_that_do_not_span_are_said_where_the_trained_nl_has_such():
    app = opened("spectral", {"op": "NL"})
    assert complaints(app) == []
    assert any("No spectral form here" in note.value for note in app.caption)
    assert values(app)["Modes"] == "–"


def test_a_graph_too_large_for_all_its_edges_answers_with_a_sentence():
    query = {"part": "A clip", "clip": "tiles", "across": "28", "count": "8", "op": "NL"}
    app = opened("spectral", query)
    assert complaints(app) == []
    assert values(app)["Positions"] == "6,272"
    assert any("want at most 4096 nodes" in note.value for note in app.caption)
    app = opened("spectral", query | {"op": "SNL"})
    assert float(values(app)["Difference"]) < 1e-4


@pytest.mark.parametrize("section", SECTIONS[:2])
def test_a_single_position_works(section):
    app = opened("spectral", {"part": "A file", "file": "one position", "show": section})
    assert complaints(app) == []


@pytest.mark.parametrize(
    "query",
    [
        {"op": "nobody", "show": "nothing", "scale": "gold"},
        {"w": "snl:nan,nan,1,1", "pick": "999999.9999.x"},
        {"w": "snl:1,2,3,4,5", "pick": "99999.1000.1000"},
        {"w": "chebyshev:", "seed": "-3", "kind": "all", "part": "Everything"},
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query):
    app = opened("spectral", query)
    assert complaints(app) == []
    assert app.get("plotly_chart")


def test_the_link_restores_sliders_and_position():
    query = {"op": "SNL", "w": "snl:0.25,-1.5,1,1", "pick": "1.100.900", "show": "Files and link"}
    app = opened("spectral", query)
    (code,) = (block.value for block in app.code if "import" in block.value)
    assert "out=(0.25, -1.5)," in code
    assert "position=29" in code, "frame 1, row 0, column 4"
    app = opened("spectral", query | {"op": "Cayley, Eq. 22"})
    (code,) = (block.value for block in app.code if "import" in block.value)
    assert "out=(0.0, 0.5)," in code, "sliders of another operator are not its own"


def test_the_python_lines_give_what_the_page_shows():
    app = opened("spectral", {"show": "Files and link", "op": "Cayley, exact", "w": "cayley:0.1,0.5,-0.3,1,2"})
    (code,) = (block.value for block in app.code if "import" in block.value)
    space: dict = {}
    exec(code, space)
    asked = {"source": "pairs-snl", "layer": "before", "kind": "trained", "operator": "cayley"}
    expected = filter_clip("lanterns-3-both", **asked, out=(0.1, 0.5, -0.3), h=2.0)
    assert (space["result"].direct == expected.direct).all()


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_an_uploaded_file_of_features_is_opened_with_its_grid_and_without():
    rng = np.random.default_rng(0)
    app = opened("spectral", {"part": "A file"})
    for shape, count in (((2, 3, 4, 5), "24"), ((9, 5), "9")):
        app.file_uploader[0].set_value(("../../mine.npy", npy(rng.standard_normal(shape)), "application/octet-stream"))
        settled(app.run())
        assert complaints(app) == []
        assert values(app)["Positions"] == count
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
    app = opened("spectral", {"part": "A file"})
    app.file_uploader[0].set_value(("bad.npy", data, "application/octet-stream"))
    settled(app.run())
    (said,) = complaints(app)
    assert sentence in said
    assert "Traceback" not in said


def test_a_clip_of_one_frame_is_looked_at(monkeypatch, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("spectral", {"part": "A clip", "clip": "media/still.mp4", "show": "Eigenvalues"})
    assert complaints(app) == []
    assert app.get("image")
