"""The comparing page as a person uses it: every preset and view, links, refusals in words, sets of clips."""

from statistics import mean, stdev

import pytest
from shown import sent
from test_pages import complaints, opened, settled

from vizcore.features.catalog import page
from vizcore.features.compare.pipeline import compare
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.store import file_key

SAME = "All panes saw the same 8 frames of the same file."
TWO = {"panes": "2"}


def texts(app) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.caption))


def test_it_opens_with_four_models_on_one_clip_and_proves_what_they_saw():
    app = opened("compare", {"panes": "4"})
    assert [title.value for title in app.title] == [page("compare").title]
    assert complaints(app) == []
    assert SAME in texts(app)
    app = opened("compare", {"show": "What they saw"})
    assert texts(app).startswith(SAME)
    assert texts(app).count(f"file {file_key(bundled()['lanterns-slow'].path)[:12]}") == 4
    assert texts(app).count("trained on the procedural world") >= 4
    app = opened("compare", {"show": "Scores"})
    (table,) = app.dataframe
    assert list(table.value["pane"]) == ["1 lamps-ata", "2 lamps-factorized", "3 lamps-joint", "4 lamps-space"]
    assert list(table.value["true class"]) == ["forward"] * 4


def test_one_model_on_several_clips_keeps_step_by_the_second_or_the_share():
    query = {"kind": "clips", "panes": "2", "clip2": "throw"}
    app = opened("compare", query)
    assert complaints(app) == []
    assert "2 different files" in texts(app)
    assert any(group.label == "Synchronise by" for group in app.get("button_group"))
    paced = opened("compare", query | {"step": "the share of the clip"})
    assert complaints(paced) == []


def test_each_pane_its_own_takes_any_model_on_any_clip():
    query = {"kind": "both", "m1": "acts-ata", "clip": "throw", "m2": "gta", "clip2": "sit", "show": "What they saw"}
    app = opened("compare", query | TWO)
    assert complaints(app) == []
    assert "1 acts-ata, A throw" in texts(app)
    assert "2 gta, " in texts(app)


@pytest.mark.parametrize("view", ["wipe", "difference"])
def test_two_panes_are_wiped_or_subtracted_and_the_link_says_which(view):
    app = opened("compare", {"view": view, "first": "2 lamps-factorized, Lanterns, slow"})
    assert complaints(app) == []
    menus = {menu.label: menu.value for menu in app.selectbox}
    label = "Pane on the left" if view == "wipe" else "Pane"
    assert menus[label] == "2 lamps-factorized, Lanterns, slow"
    assert menus[label] not in [
        menu.options for menu in app.selectbox if menu.label in ("Pane on the right", "minus pane")
    ]


def test_a_difference_of_two_clips_is_refused_in_words():
    app = opened("compare", {"kind": "clips", "panes": "2", "view": "difference"})
    (refusal,) = complaints(app)
    assert refusal.startswith("want two panes of one clip for a difference")
    assert sent(app, "compare-player")["heat"] == [None], "the first clip alone"
    assert app.get("plotly_chart"), "what can be seen of both is still there"


def test_a_pane_without_heat_says_why_and_the_others_are_shown():
    app = opened("compare", {"method": "Attention over time", "panes": "4"})
    sentences = complaints(app)
    assert len(sentences) == 2
    assert all("has no attention over time alone" in one for one in sentences)
    assert "Heat there" not in texts(app)


def test_a_picked_patch_is_told_in_all_panes_and_nonsense_is_not():
    app = opened("compare", TWO | {"m2": "acts-ata", "pick": "1.13.357.643", "at": "0.30"})
    assert complaints(app) == []
    rows = compare([str(bundled()["lanterns-slow"].path)] * 2, models=["lamps-ata", "acts-ata"]).rows().rows
    there = [row.heat[list(row.frames).index(13)][place] for row, place in zip(rows, [(2, 4), (2, 5)], strict=True)]
    assert "Heat there: 1 lamps-ata {:.3g}, 2 acts-ata {:.3g}.".format(*there).replace("-0", "−0") in texts(app)
    for query in ({"pick": "3.13.500.500"}, {"pick": "0.9999999.500.500"}, {"pick": "0.1.2000.1"}, {"at": "9.9999999"}):
        app = opened("compare", TWO | query | {"kind": "nonsense", "m1": "nobody", "depth": "-99"})
        assert complaints(app) == []


def test_the_depth_is_that_of_all_panes():
    app = opened("compare", {"show": "Scores"})
    slider = next(one for one in app.slider if one.label == "Depth")
    assert slider.min == -4
    slider.set_value(-4)
    settled(app.run())
    (table,) = app.dataframe
    assert list(table.value["layer"]) == ["tokens"] * 4


def test_many_clips_of_a_persons_choice_are_compared_clip_by_clip():
    query = {"show": "Over many clips", "set": "my choice", "panes": "3", "m3": "lamps-ata"}
    app = opened("compare", query)
    assert complaints(app) == []
    means, differences = (table.value for table in app.dataframe)
    assert list(means["pane"]) == ["lamps-ata", "lamps-factorized"], "every model once"
    each = [
        [pane.true_probability for pane in compare([str(bundled()[word].path)] * 2, models=list(means["pane"])).panes]
        for word in ("lanterns-slow", "lanterns-fast", "lanterns-still")
    ]
    for row, values in zip(means.to_dict("records"), zip(*each), strict=True):
        shown = [row[name] for name in ("mean", "± sd", "least", "most", "clips")]
        assert shown == pytest.approx([mean(values), stdev(values), min(values), max(values), 3], rel=5e-3)
    less = [second - first for first, second in each]
    (row,) = differences.to_dict("records")
    assert row["difference"] == "lamps-factorized minus lamps-ata"
    # Of all 27 ways to draw three clips, 1 has the lowest mean alone, which is more than 2.5 %: the ends are the clips.
    shown = [row[name] for name in ("mean", "95 % from", "to", "clips")]
    assert shown == pytest.approx([mean(less), min(less), max(less), 3], rel=5e-3)
    assert row["without 0"] == ("yes" if max(less) < 0 or min(less) > 0 else "no")


def test_a_film_cannot_be_made_again_from_another_seed_and_that_is_said():
    app = opened("compare", TWO | {"show": "Over many clips", "clip": "parade"})
    assert complaints(app) == []
    assert texts(app).startswith("Only clips of the world can be made again from other seeds, and Parade is none")


def test_the_lines_give_every_pane_again():
    query = {"show": "Files and link", "kind": "both", "panes": "3", "m1": "acts-ata", "m2": "lamps-space"}
    app = opened("compare", query | {"m3": "acts-ata", "clip2": "throw", "clip3": "lanterns-slow"})
    assert complaints(app) == []
    run = {}
    exec(app.code[-1].value, run)
    panes = run["result"].panes
    assert [pane.model.name for pane in panes] == ["acts-ata", "lamps-space", "acts-ata"]
    assert [pane.file for pane in panes] == [file_key(bundled()[word].path) for word in ("lanterns-slow", "throw")] + [
        panes[0].file
    ]
