"""The page of heat maps as a person uses it: every method and section, links, the depth, the layer picker."""

import numpy as np
import pytest
from test_pages import complaints, opened, settled

from vizcore.recipes.cam import heat_maps
from vizcore.recipes.cam_methods import FAMILIES, METHODS, every_layer
from vizcore.shelf import bundled
from vizcore.video import write_video

CLIP = str(bundled()["lanterns-slow"].path)
SECTIONS = ["Scores", "Difference", "Faithfulness", "On people and things", "Files and link"]


@pytest.mark.parametrize("one", METHODS.values(), ids=METHODS)
def test_every_method_draws(one):
    app = opened("cam", {"method": one.title})
    assert complaints(app) == []
    assert len(app.get("image")) >= 2, "the frames and a row of heat"
    assert any("trained on the procedural world" in note.value for note in app.caption)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_from_a_link(section):
    app = opened("cam", {"show": section, "steps": "4"})
    assert complaints(app) == []


def test_a_link_restores_rows_depth_and_scale():
    query = {"rows": "my choice", "row1": "acts-ata", "row2": "vit-small-space", "depth": "-1", "scale": "all rows"}
    app = opened("cam", query | {"clip": "throw"})
    assert complaints(app) == []
    notes = [note.value for note in app.caption]
    (acts,) = (note for note in notes if note.startswith("**acts-ata**"))
    (plain,) = (note for note in notes if note.startswith("**vit-small-space**"))
    assert "blocks.0.space" in acts or "blocks.3.space" in plain
    assert "random weights" in plain
    assert "its classes mean nothing" in plain


def test_the_depth_walks_and_changes_what_the_rows_show():
    app = opened("cam")
    slider = next(one for one in app.slider if one.label == "Depth")
    slider.set_value(-3)
    settled(app.run())
    assert complaints(app) == []
    assert [note.value for note in app.caption if "blocks.0.entry" in note.value]


@pytest.mark.parametrize(
    "query",
    [
        {"pick": "1.x.3", "method": "Attention in the frame"},
        {"pick": "99999.1000.1000", "method": "Attention over time"},
        {"depth": "-99"},
        {"rows": "everything"},
        {"class": "another", "which": "magic", "method": "Grad-CAM"},
        {"show": "Difference", "first": "nobody"},
        {"start": "2.9", "span": "0.1"},
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query):
    app = opened("cam", query)
    assert complaints(app) == []
    assert app.get("image")


def test_the_layer_picker_lists_what_fits_with_its_shape_and_the_rows_show_it():
    app = opened("cam", {"every": "true"})
    assert complaints(app) == []
    (menu,) = (box for box in app.selectbox if box.label.startswith("Layer"))
    assert menu.options == [
        f"{one.name} · {' × '.join(map(str, one.maps))}" for one in every_layer(FAMILIES["lamps nets"])
    ]
    menu.select(next(word for word in menu.options if word.startswith("blocks.0.mlp")))
    settled(app.run())
    assert complaints(app) == []
    assert len([note for note in app.caption if "blocks.0.mlp" in note.value]) == 4


def test_a_picked_patch_comes_from_the_link_into_the_lines():
    app = opened("cam", {"method": "Attention in the frame", "pick": "40.300.700", "show": "Files and link"})
    (lines,) = (block.value for block in app.code if "import" in block.value)
    assert "query=(40, 0.3, 0.7)" in lines
    space: dict = {}
    exec(lines, space)
    expected = heat_maps(CLIP, method="attention-space", query=(40, 0.3, 0.7))
    for one, other in zip(space["result"].rows, expected.rows, strict=True):
        assert (one.heat == other.heat).all()


def test_a_class_that_no_row_knows_is_said_and_the_page_stays():
    app = opened("cam", {"method": "Grad-CAM", "class": "true one", "clip": "cartwheel"})
    assert complaints(app) == []
    assert [note.value for note in app.caption if "got cartwheel" in note.value]
    app = opened("cam", {"method": "Grad-CAM", "class": "true one", "clip": "cartwheel", "show": "Difference"})
    assert complaints(app) == ["want two rows with heat to compare: choose another method or more rows."]


def test_a_clip_of_one_frame_has_heat(monkeypatch, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("cam", {"clip": "media/still.mp4"})
    assert complaints(app) == []
    assert app.get("image")
