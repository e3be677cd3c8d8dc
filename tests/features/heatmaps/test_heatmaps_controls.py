"""The page of heat maps as a person uses it: every method and section, links, the depth, the layer picker."""

import re

import cv2
import numpy as np
import pytest
from shown import captions, charts, controls, named, saved, sent, words
from test_pages import complaints, opened, settled

from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_methods import FAMILIES, METHODS, every_layer
from vizcore.runtime.clip_library import bundled
from vizcore.synthetic.truth import load_truth
from vizcore.video import write_video

CLIP = str(bundled()["lanterns-slow"].path)


def ends(app) -> dict[str, tuple[float, float]]:
    """{row: the lowest and highest heat that is written above it}; rows without heat are left out."""
    found = {}
    for note in app.caption:
        for low, high in re.findall(r"· (−?[\d.e−]+) to (−?[\d.e−]+)", note.value):
            found[note.value.split("**")[1]] = tuple(float(end.replace("−", "-")) for end in (low, high))
    return found


@pytest.mark.parametrize("name", METHODS)
def test_every_method_draws_a_row_for_each_net_that_can_and_says_from_where_to_where(name):
    app = opened("heatmaps", {"method": METHODS[name].title})
    assert complaints(app) == []
    maps = heat_maps(CLIP, method=name)
    hot = {row.model.name: (row.heat.min(), row.heat.max()) for row in maps.rows if row.heat is not None}
    shown = ends(app)
    assert list(shown) == list(hot)
    for row, found in hot.items():
        assert shown[row] == pytest.approx(found, rel=5e-3, abs=1e-12), row
    assert len(app.get("image")) == 1 + len(hot), "the frames and a row of heat each"
    silent = [row.why_not for row in maps.rows if row.heat is None]
    assert all(any(f"**{why}**" in note.value for note in app.caption) for why in silent)
    assert sum("trained on the procedural world" in note.value for note in app.caption) == 4


def test_where_no_row_has_heat_the_clip_is_played_alone_and_every_view_says_so():
    for show in ("Rows", "Difference", "Faithfulness", "On people and things", "Files and link"):
        app = opened("heatmaps", {"rows": "embedders", "method": "Attention over all", "show": show})
        assert complaints(app) == [], show
        assert sent(app, "cam-player")["heat"] == [None]
        assert re.search(r"no heat|needs two rows with heat", words(app).splitlines()[0]), show
    assert "heat.mp4" not in saved(app)


def test_the_row_over_the_player_is_the_one_that_is_picked(maps):
    assert controls(opened("heatmaps", {"rows": "lamps nets"}))["Heat over the player"] == "lamps-ata"
    app = opened("heatmaps", {"over": "lamps-joint"})
    heat = sent(app, "cam-player")["heat"][0]
    assert (heat["low"], heat["high"]) == pytest.approx((maps.rows[1].heat.min(), maps.rows[1].heat.max()))


def test_settings_of_a_view_stay_while_another_is_shown():
    app = opened("heatmaps", {"show": "Difference", "first": "lamps-joint"})
    for show in ("Rows", "Difference"):
        app.button_group("show").set_value(show)
        settled(app.run())
        assert complaints(app) == []
        assert ("**frames**" in words(app)) == (show == "Rows")
    assert controls(app)["Heat of"] == "lamps-joint"


@pytest.fixture(scope="module")
def maps():
    return heat_maps(CLIP)


def scaled(row):
    return (row.heat - row.heat.min()) / np.ptp(row.heat)


def test_scores_are_the_likeliest_classes_of_every_row(maps):
    app = opened("heatmaps", {"show": "Scores"})
    assert complaints(app) == []
    table = app.dataframe[0].value
    for row in maps.rows:
        order = np.argsort(-row.probabilities)[:5]
        shown = table[table["row"] == row.model.name]
        assert shown["probability"].tolist() == pytest.approx(row.probabilities[order].tolist(), abs=1e-6)
        assert shown["class"].tolist() == [row.model.classes[k].replace("_", " ") for k in order]


def test_a_difference_is_the_first_row_less_the_second_as_scaled_in_the_rows(maps):
    app = opened("heatmaps", {"show": "Difference", "first": "lamps-ata", "second": "lamps-space"})
    assert complaints(app) == []
    less = scaled(maps.rows[3]) - scaled(maps.rows[0])
    expected = f"Heat of lamps-ata minus that of lamps-space, from {less.min():.2f} to {less.max():.2f}"
    assert captions(app) == [f"{expected}, both scaled as in *Rows*"]


def test_faithfulness_is_the_area_under_the_curves_that_are_drawn():
    app = opened("heatmaps", {"show": "Faithfulness", "steps": "4"})
    assert complaints(app) == []
    table = app.dataframe[0].value.set_index("row")
    assert list(table.index) == ["lamps-space", "lamps-joint", "lamps-factorized", "lamps-ata"]
    for row in table.index:
        going, coming = (one for one in charts(app)[-1] if one.get("name") == row)
        areas = [np.trapezoid(one["y"], one["x"]) for one in (going, coming)]
        assert going["x"].tolist() == [0, 0.25, 0.5, 0.75, 1]
        assert table.loc[row, ["deletion", "insertion"]].tolist() == pytest.approx(areas, abs=1e-3)
        assert table.loc[row, "gap"] == pytest.approx(areas[1] - areas[0], abs=2e-3)


def test_heat_on_people_and_things_stands_beside_the_share_of_the_picture_that_they_cover(maps):
    app = opened("heatmaps", {"show": "On people and things"})
    assert complaints(app) == []
    ((bars,),) = charts(app)
    truth = load_truth(bundled()["lanterns-slow"].truth)
    things = truth.surface[maps.rows[0].frames] > 0
    assert list(bars["y"]) == [row.model.name for row in maps.rows]
    assert f"they cover {things.mean():.0%}" in app.get("plotly_chart")[-1].proto.spec
    for row, share in zip(maps.rows, bars["x"]):
        heat = scaled(row)
        fine = np.stack([cv2.resize(one, things.shape[:0:-1], interpolation=cv2.INTER_NEAREST) for one in heat])
        assert share == pytest.approx(fine[things].sum() / fine.sum(), abs=0.02)


def test_the_files_are_there_as_long_as_a_row_has_heat():
    app = opened("heatmaps", {"show": "Files and link"})
    assert complaints(app) == []
    assert saved(app) == ["heat.npz", "heat.mp4", "heat.gif", "heat.png", "heat.svg", "heat.pdf"]


def test_a_link_restores_rows_depth_and_scale():
    query = {"rows": "my choice", "row1": "acts-ata", "row2": "vit-small-space", "depth": "-1", "scale": "all rows"}
    app = opened("heatmaps", query | {"clip": "throw"})
    assert complaints(app) == []
    notes = [note.value for note in app.caption]
    (acts,) = (note for note in notes if note.startswith("**acts-ata**"))
    (plain,) = (note for note in notes if note.startswith("**vit-small-space**"))
    assert "blocks.0.space" in acts or "blocks.3.space" in plain
    assert "random weights" in plain
    assert "its classes mean nothing" in plain


def test_the_depth_walks_and_changes_what_the_rows_show():
    app = opened("heatmaps", {"rows": "lamps nets"})
    slider = next(one for one in app.slider if one.label == "Depth")
    slider.set_value(-3)
    settled(app.run())
    assert complaints(app) == []
    assert [note.value for note in app.caption if "blocks.0.entry" in note.value]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"pick": "1.x.3", "method": "Attention in the frame"}, {"Heat": "Attention in the frame"}),
        ({"pick": "99999.1000.1000", "method": "Attention over time"}, {"Heat": "Attention over time"}),
        ({"depth": "-99"}, {"Depth": -4}),
        ({"rows": "everything"}, {"Rows": "lamps nets"}),
        ({"class": "another", "which": "magic", "method": "Grad-CAM"}, {"Class": "another", "Which": "forward"}),
        ({"show": "Difference", "first": "nobody"}, {"Heat of": "lamps-ata", "minus that of": "lamps-factorized"}),
        ({"start": "2.9", "span": "0.1"}, {"Start, seconds": 2.9, "Length, seconds": 0.1}),
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query, shown):
    app = opened("heatmaps", query)
    assert complaints(app) == []
    assert {label: controls(app)[label] for label in shown} == shown
    if "show" in query:
        assert sent(app, "cam-player")["heat"][0]["label"] == "heat"
        return
    frames = "70, 71" if "start" in query else "4, 13, 22, 31, 40, 49, 58, 67"
    assert f"**frames** {frames} · ground truth: forward" in words(app)
    assert list(ends(app)) == named(app)[1]


def test_the_layer_picker_lists_what_fits_with_its_shape_and_the_rows_show_it():
    app = opened("heatmaps", {"every": "true"})
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
    app = opened("heatmaps", {"method": "Attention in the frame", "pick": "40.300.700", "show": "Files and link"})
    (lines,) = (block.value for block in app.code if "import" in block.value)
    assert "query=(40, 0.3, 0.7)" in lines
    space: dict = {}
    exec(lines, space)
    expected = heat_maps(CLIP, method="attention-space", query=(40, 0.3, 0.7))
    for one, other in zip(space["result"].rows, expected.rows, strict=True):
        assert (one.heat == other.heat).all()


def test_a_class_that_no_row_knows_is_said_and_the_page_stays():
    app = opened("heatmaps", {"method": "Grad-CAM", "class": "ground truth", "clip": "cartwheel"})
    assert complaints(app) == []
    assert [note.value for note in app.caption if "got cartwheel" in note.value]
    app = opened("heatmaps", {"method": "Grad-CAM", "class": "ground truth", "clip": "cartwheel", "show": "Difference"})
    assert complaints(app) == []
    assert words(app).startswith("A difference needs two rows with heat: choose another method or more rows.")
    assert sent(app, "cam-player")["heat"] == [None], "the clip alone"


def test_a_clip_of_one_frame_has_heat_of_that_frame(monkeypatch, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("heatmaps", {"clip": "media/still.mp4"})
    assert complaints(app) == []
    assert "**frames** 0\n" in words(app)
    for row, trace in zip(heat_maps(tmp_path / "still.mp4").rows, charts(app)[1], strict=True):
        assert row.frames.tolist() == [0] * 8
        assert trace["y"] == pytest.approx([scaled(row)[0].mean()], abs=1e-5)
