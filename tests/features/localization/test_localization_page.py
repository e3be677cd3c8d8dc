"""The page of action localisation without a browser: every part and section from a link, clicks, and nonsense."""

import json
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from ava_tables import PRECISION
from conftest import DATA
from presses import linked, tell
from shown import captions, charts, sent, words
from test_pages import complaints, opened, settled

from vizcore.features.localization import page_people as panels
from vizcore.features.localization.controls_precision import PROJECT
from vizcore.features.localization.pipeline_models import compare_models
from vizcore.features.localization.pipeline_precision import compare_files
from vizcore.runtime import clip_library
from vizcore.synthetic.postures import LABELS

pytestmark = pytest.mark.usefixtures("one_thread")
MODELS = {"part": "Average precision", "input": PROJECT, "clips": "24"}


def headings(app) -> list[str]:
    return [heading.value for heading in app.subheader]


@pytest.mark.parametrize("section", ["A class", "Differences"])
def test_the_projects_models_are_scored_live_and_say_what_they_learnt_from(section):
    app = opened("localization", MODELS | {"closer": section})
    assert complaints(app) == []
    assert any("trained on the procedural world" in note.value for note in app.caption)
    values = {metric.label: metric.value for metric in app.metric}
    assert values["mAP, second"] == f"{compare_models('localizer', clips=24).results[0].mean:.3f}"


def test_the_paper_opens_from_a_link_and_says_whose_numbers_these_are():
    app = opened("localization", {"part": "The paper", "stage": "scale4"})
    assert complaints(app) == []
    assert any(text.value.startswith("**scale4**: 11 blocks") for text in app.markdown)
    assert any(text.value.startswith("The net takes 12") for text in app.markdown)
    app = opened("localization", {"part": "Background", "background": "The paper's table"})
    assert complaints(app) == []
    assert any("the paper's, not measured by VizCore" in note.value for note in app.caption)


def test_on_a_clip_from_elsewhere_no_box_and_no_word_is_shown_before_somebody_asks(monkeypatch, tmp_path):
    shutil.copy(clip_library.bundled()["crowd"].path, tmp_path / "film.mp4")
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("localization", {"clip": "media/film.mp4", "show": "As a table"})
    assert [note.value for note in app.error] == []
    assert words(app).count("trained on the procedural world alone") == 1
    meta = sent(app, "localization-player")
    assert (meta["annotations"], meta["tiers"], len(app.dataframe)) == ([None], [], 0)
    assert meta["heat"][0]["label"] == "p(actor)"
    shown = words(app) + "".join(captions(app)) + str([trace.get("name") for chart in charts(app) for trace in chart])
    assert not any(re.search(rf"\b{word}\b", shown) for word in LABELS)
    settled(app.toggle("anyway").set_value(True).run())
    meta = sent(app, "localization-player")
    assert meta["annotations"][0]["styles"]
    assert [tier["label"] for tier in meta["tiers"]] == ["above θ"]
    assert [name for name, _ in meta["legend"]] == ["1 box", "2 boxes", "3 boxes", "4 boxes or more"]
    assert len(app.dataframe[0].value) == 3
    assert "small BMViT predicts 3 actors in frame 48" in words(app)


def test_a_picked_token_is_opened_and_a_model_in_two_stages_says_that_it_has_no_looks():
    app = opened("localization", {"pick": "36.5"})
    assert headings(app)[0] == "Token 5: row 0, column 5"
    app = opened("localization", {"model": "localiser in two stages"})
    assert complaints(app) == []
    assert any("detects boxes first" in note.value for note in app.caption)


def test_a_click_on_the_player_makes_a_key_frame_and_opens_the_token_there():
    app = opened("localization", {"pick": "36.5"})
    settled(tell(app, "localization-player", pick={"side": 0, "frame": 48, "patch": 70, "seq": 1}))
    assert complaints(app) == []
    assert linked(app, "pick") == "48.70"
    assert headings(app)[0].startswith("Token 70:")


def test_a_click_can_mean_the_surest_box_that_holds_its_place():
    boxes = np.array([[0, 0, 1, 1], [0.4, 0.4, 0.9, 0.9], [0.4, 0.4, 0.6, 0.6], [0, 0, 0.1, 0.1]])
    sighting = SimpleNamespace(grid=(2, 2), actor=np.array([0.6, 0.2, 0.9, 0.8]))
    view = SimpleNamespace(sighting=sighting, corners=boxes, theta=0.5)
    assert panels._box_at(view, 3) == 0  # (0.75, 0.75) lies in 0 and in 1, which is not sure enough
    view.theta = 0.1
    sighting.actor[1] = 0.7
    assert panels._box_at(view, 3) == 1
    view.theta = 0.95
    assert panels._box_at(view, 3) == 3  # nobody speaks for this place: its own token


def test_what_is_opened_from_the_gallery_is_played_at_its_key_frame():
    app = opened("localization", MODELS | {"open": "1@crowd 00002", "class": "stand (1)"})
    assert complaints(app) == []
    assert "crowd 00002, 1 s" in headings(app)


def test_a_button_of_the_gallery_opens_its_key_frame():
    app = opened("localization", MODELS | {"class": "stand (1)"})
    button = next(one for one in app.button if one.label == "Play")
    settled(button.click().run())
    video = linked(app, "open").partition("@")[2]
    assert f"{video}, 1 s" in headings(app)


def test_a_name_in_a_table_finds_its_video_on_the_shelf_and_other_names_are_said_to_be_missing(monkeypatch, tmp_path):
    row = "pour,1.5,0.2,0.2,0.5,0.9,1"
    (tmp_path / "kitchen").mkdir()
    shutil.copy(clip_library.bundled()["crowd"].path, tmp_path / "kitchen" / "pour.mp4")
    (tmp_path / "truth.csv").write_text(f"{row}\nnowhere,1,0.1,0.1,0.4,0.6,1\n")
    (tmp_path / "told.csv").write_text(f"{row},0.9\nnowhere,1,0.5,0.5,0.9,0.9,1,0.8\n")
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    files = {"truth": "media/truth.csv", "first": "media/told.csv", "second": "one alone"}
    app = opened("localization", PRECISION | files)
    assert complaints(app) == []
    assert [button.label for button in app.button].count("Play") == 1
    assert any("no video of that name is at hand" in note.value for note in app.caption)
    app = opened("localization", PRECISION | files | {"open": "1.5@pour"})
    assert complaints(app) == []
    assert "pour, 1.5 s" in headings(app)


def test_the_python_lines_give_what_the_page_shows_and_no_folder_of_the_server(monkeypatch, tmp_path):
    folder = DATA / "ava" / "unit_fixture"
    if not folder.exists():
        pytest.skip("no fixture of AVA: set VIZCORE_SHARED_DATA to the folder that holds ava/")
    for name in ("gt.csv", "pred.csv", "action_list.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    files = {"truth": "media/gt.csv", "first": "media/pred.csv", "second": "media/pred.csv"}
    app = opened("localization", PRECISION | files | {"actions": "media/action_list.txt", "closer": "Files and link"})
    assert complaints(app) == []
    (lines,) = (block.value for block in app.code if "import" in block.value)
    assert str(tmp_path) not in lines
    monkeypatch.chdir(tmp_path)
    space: dict = {}
    exec(lines, space)
    assert space["result"].results[0].mean == pytest.approx(0.09385521885521886)


def test_the_official_fixture_has_its_official_numbers():
    folder = DATA / "ava" / "unit_fixture"
    if not folder.exists():
        pytest.skip("no fixture of AVA: set VIZCORE_SHARED_DATA to the folder that holds ava/")
    found = compare_files(folder / "gt.csv", other=folder / "pred.csv", actions=str(folder / "action_list.txt"))
    assert list(found.results[0].ap.values()) == pytest.approx([0.17045454545454545, 0.0, 0.1111111111111111])
    assert found.results[0].mean == pytest.approx(0.09385521885521886)


def test_the_demos_of_this_page_have_a_picture():
    gallery = clip_library.CLIPS.parent / "gallery"
    assert all((gallery / f"{name}.webp").stat().st_size > 5000 for name in ("tokens", "precision"))
    assert json.loads((clip_library.CLIPS / "crowd.json").read_text())["truth"]
