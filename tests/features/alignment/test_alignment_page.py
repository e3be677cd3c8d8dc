"""The alignment page without a browser: every part and section, links, uploads, and what is drawn."""

import io

import numpy as np
import pytest
from figures import check_figure
from shown import controls, metrics, traces, words
from test_alignment import CARTWHEEL, verdict, walkers
from test_pages import complaints, opened, settled

from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment import figures_cycle as cycles
from vizcore.features.alignment import figures_minimum as lesson
from vizcore.features.alignment import figures_series as lines
from vizcore.features.alignment import published as paper
from vizcore.features.alignment.figures_story import reorganised_figure
from vizcore.features.alignment.pipeline import PIXELS, AlignmentSettings, align_clips, aligned
from vizcore.features.alignment.pipeline_cycle import cycle, nearest
from vizcore.features.alignment.pipeline_series import align_series, example
from vizcore.features.alignment.pipeline_soft import path_costs
from vizcore.features.alignment.pipeline_story import DoneAction, Story
from vizcore.runtime.clip_library import bundled
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
QUICK = {"part": "Two clips", "a": "cartwheel", "b": "sit", "model": PIXELS}
SECTIONS = ["Path", "Soft alignment", "Cycle", "Nearest neighbours", "Files and link"]
NAMES = ("place of A", "place of B")


@pytest.fixture(scope="module")
def found():
    return aligned(walkers(np.linspace(0, 1, 33) ** 1.5), AlignmentSettings(gamma=0.1))


def test_the_first_visit_shows_two_people_on_the_true_warp():
    app = opened("alignment", {"part": "Two people"})
    assert complaints(app) == []
    values = {metric.label: metric.value for metric in app.metric}
    assert float(values["Frames off"]) < float(values["Unaligned"])
    assert any("trained on the procedural world" in note.value for note in app.caption)
    assert verdict(app).startswith(f"The path is {values['Frames off']} frames off the ground truth")
    assert app.get("plotly_chart")


def test_two_clips_begin_with_a_pair_whose_truth_is_known():
    app = opened("alignment", {"part": "Two clips", "model": PIXELS})
    assert complaints(app) == []
    assert "Frames off" in {metric.label for metric in app.metric}


@pytest.mark.parametrize("table", ["1", "2", "3", "4"])
def test_every_table_is_drawn_and_said_to_be_the_papers(table):
    app = opened("alignment", {"part": "The paper's tables", "table": table})
    assert complaints(app) == []
    assert any("the paper's, not measured by VizCore" in text.value for text in app.markdown)


def test_what_an_embedder_sees_and_how_it_was_trained():
    app = opened("alignment", QUICK | {"model": "gta-untrained", "show": "What it sees"})
    assert complaints(app) == []
    assert len(app.get("image")) == 2
    app = opened("alignment", QUICK | {"show": "What it sees"})
    assert complaints(app) == ["want a model, got pixels: they look everywhere alike."]


def test_many_clips_are_in_one_player_and_one_clip_is_too_few():
    query = {"part": "Many clips", "which": "Clips of the menu", "model": PIXELS}
    app = opened("alignment", query | {"others": "sit"})
    assert complaints(app) == []
    assert app.get("plotly_chart")
    app.multiselect[0].set_value([])
    settled(app.run())
    assert complaints(app) == ["want a reference and at least one other clip: choose one more."]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"gamma": "nonsense", "ground": "gold"}, {"γ: from hard to soft": 0.0, "Colours": "cost"}),
        (
            {"gamma": "99", "band": "-1", "limit": "1e9"},
            {"γ: from hard to soft": 5.0, "Band": 0.02, "Frames of each clip, at most": 600},
        ),
        ({"model": "nobody", "layer": "nowhere"}, {"Frames described by": "gta", "Its layer": "embedding"}),
        ({"part": "Everything"}, {"Part": "Two people"}),
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query, shown):
    app = opened("alignment", QUICK | query)
    assert complaints(app) == []
    assert {label: controls(app)[label] for label in shown} == shown


def test_a_clip_that_is_not_there_is_said_and_the_first_one_is_shown():
    app = opened("alignment", QUICK | {"a": "no clip"})
    (sentence,) = complaints(app)
    assert sentence.startswith("There is no clip “no clip”")
    assert [app.session_state[f"{key}-menu"] for key in "ab"] == ["cartwheel", "sit"]
    assert metrics(app)["Cost of a pair"] == metrics(opened("alignment", QUICK))["Cost of a pair"]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_clip_of_one_frame_is_joined_with_every_frame_of_the_other(section, monkeypatch, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("alignment", QUICK | {"a": "media/still.mp4", "show": section, "gamma": "0.1"})
    assert complaints(app) == []
    if section in ("Path", "Files and link"):
        assert verdict(app).startswith("One moment is joined with every moment of the other side")
    if section == "Path":
        assert metrics(app)["Kendall's tau"] == "–"
        assert "All 1 frames of A, all 48 of B" in words(app)
        assert [len(line["y"]) for line in traces(app, "path")] == [1]
    if section == "Soft alignment":
        (path,) = traces(app, "hard path, not trusted")
        assert (list(path["x"]), list(path["y"])) == ([0] * 48, list(range(48)))
    if section == "Cycle":
        assert metrics(app)["Consistent"] == "100%"
    if section == "Nearest neighbours":
        assert [len(dots["x"]) for dots in traces(app, "nearest neighbour")] == [1]


def test_the_python_lines_give_what_the_page_shows():
    query = {"show": "Files and link", "gamma": "0.2", "cost": "contrastive", "limit": "24"}
    app = opened("alignment", QUICK | query)
    (code,) = (block.value for block in app.code if "import" in block.value)
    space: dict = {}
    exec(code, space)
    sit = bundled()["sit"].path
    expected = align_clips(CARTWHEEL, other=sit, model=PIXELS, limit=24, gamma=0.2, cost="contrastive")
    assert (space["result"].path == expected.path).all()
    assert (space["result"].soft.gradient == expected.soft.gradient).all()


def test_the_python_lines_of_two_files_give_their_path():
    app = opened("alignment", {"part": "Two files", "show": "Files and link", "series-cost": "cosine"})
    (code,) = (block.value for block in app.code if "import" in block.value)
    space: dict = {}
    exec(code, space)
    expected = align_series("a pulse, early", other="a pulse, late", cost="cosine")
    assert (space["result"].found.path == expected.found.path).all()


def test_an_uploaded_file_of_numbers_is_opened_and_what_is_none_is_refused():
    file = io.BytesIO()
    np.save(file, example("a pulse, early")[::2])
    app = opened("alignment", {"part": "Two files"})
    app.file_uploader[0].set_value(("../../mine.npy", file.getvalue(), "application/octet-stream"))
    settled(app.run())
    assert complaints(app) == []
    assert app.selectbox[0].value.startswith("table-")
    assert app.selectbox[0].options[-1] == "mine.npy"
    app.file_uploader[1].set_value(("letter.csv", b"Dear reader,\nhow are you?", "text/csv"))
    settled(app.run())
    (sentence,) = complaints(app)
    assert sentence.startswith("letter.csv: want")
    assert app.get("plotly_chart")


def test_the_servers_files_of_numbers_are_in_the_menu_and_a_bad_one_is_a_sentence(monkeypatch, tmp_path):
    np.save(tmp_path / "good.npy", example("a pulse, late"))
    (tmp_path / "bad.csv").write_text("1,2\n3,nan\n")
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    assert complaints(opened("alignment", {"part": "Two files", "file-b": "media/good.npy"})) == []
    (sentence,) = complaints(opened("alignment", {"part": "Two files", "file-b": "media/bad.csv"}))
    assert "nan or infinity in 1 rows, first in row 1" in sentence


def figures(found):
    """Every figure of the page."""
    near, trip = nearest(found.pair), cycle(found.pair)
    hard, curves = path_costs(found.pair, "cosine", 0.1, (0.01, 0.1, 1.0))
    series = (example("a pulse, early")[:21], example("a pulse, late")[:33])
    performed = [Story(k, (DoneAction("walk", 0, 30), DoneAction("sit_down", 40, 70 + k))) for k in range(2)]
    errors = {"path": found.answer - found.pair.truth}
    yield drawn.expected_alignment_figure(found.soft.gradient, found.soft.table, found.path, NAMES)
    yield drawn.value_figure(np.array([0.01, 0.1, 1.0]), curves, hard, 0.1)
    yield drawn.error_figure(found.pair.first.frames, errors)
    yield drawn.cost_along_figure(found.pair.first.frames, found.cost_along, found.cost.mean(1))
    yield drawn.nearest_figure(near.there, found.path, found.pair.truth, NAMES)
    yield drawn.warps_figure(found.pair.first.frames, {"one": found.answer / 32})
    yield drawn.training_figure({"step": [0, 10], "validation tau": [0.1, 0.9], "cycle": [3.0, 2.0]})
    yield cycles.arcs_figure(trip.visited, trip.returned, 33, 1, ("A", "B"))
    yield cycles.shares_figure(trip.there, trip.back, trip.loop)
    yield lines.joined_figure(found.path, series, 0, 5)
    yield reorganised_figure(performed, ("walk", "sit_down"))
    yield lesson.penalty_figure(3, 0.5, 1.0)
    yield lesson.slope_figure(0.5)
    yield lesson.surface_figure(0.5)
    yield from (paper.organised_figure(), paper.organised_figure(True), paper.events_figure(), paper.kendall_figure())


def test_every_figure_keeps_the_rules_of_the_house(found):
    for fig in figures(found):
        check_figure(fig)


def test_large_matrices_stay_small_as_sent():
    big = aligned(walkers(np.linspace(0, 1, 400)), AlignmentSettings(gamma=0.1))
    check_figure(
        drawn.expected_alignment_figure(big.soft.gradient.repeat(20, 0), big.soft.table.repeat(20, 0), big.path, NAMES)
    )
