"""The part "Follow a box" without a browser: first boxes, drawn boxes, persons, undo, and where films begin."""

import re
import shutil

import pytest
from presses import linked, tell
from sessions import remembered
from shown import captions, charts, metrics, saved, sent, words
from test_pages import complaints, opened, settled

from vizcore.features.localization.entry import FOLLOW
from vizcore.features.localization.pipeline_follow import MOST_DRAWN, boxes_of
from vizcore.features.localization.pipeline_verdict_follow import BEGUN
from vizcore.runtime import clip_library
from vizcore.synthetic.postures import LABELS
from vizcore.ui.file_menu import Menus

pytestmark = pytest.mark.usefixtures("one_thread")
PLAYER = "follow-player"
FEW = {"part": FOLLOW, "count": "12", "across": "12"}
BOX = {"frame": 0, "corners": [0.68, 0.3, 0.8, 0.75], "seq": 1, "at": 1}
WORD = "0.680.300.800.750"


@pytest.fixture
def film(monkeypatch, tmp_path) -> str:
    """A clip that nobody rendered here."""
    shutil.copy(clip_library.bundled()["crowd"].path, tmp_path / "film.mp4")
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return "media/film.mp4"


def styles(app) -> list[str]:
    return [name for name, *_ in sent(app, PLAYER)["annotations"][0]["styles"]]


def rows(app) -> list[str]:
    return [tier["label"] for tier in sent(app, PLAYER)["tiers"]]


def persons(app) -> list[str]:
    return app.button_group("who").options


def verdict(app) -> str:
    return app.markdown[0].value


def test_on_a_film_a_first_box_is_there_and_no_box_or_word_of_a_net(film):
    app = opened("localization", FEW | {"clip": film})
    assert complaints(app) == []
    assert BEGUN["motion"] in verdict(app)
    assert (styles(app)[0], rows(app)) == ("Person 1", ["Person 1"])
    assert sent(app, PLAYER)["drawing"] == {"style": 0, "heard": 0}
    assert "anyway" not in app.query_params
    shown = words(app) + "".join(captions(app)) + str([trace.get("name") for chart in charts(app) for trace in chart])
    assert not any(re.search(rf"\b{word}\b", shown) for word in LABELS)
    assert "trained on" not in shown
    assert persons(app) == ["Person 1"]


def test_of_a_clip_of_the_world_the_first_box_is_an_actors_and_is_scored():
    app = opened("localization", FEW)
    assert complaints(app) == []
    assert BEGUN["ground truth"] in verdict(app)
    assert float(metrics(app)["IoU"]) > 0.3
    assert styles(app)[-1] == "ground truth"
    app = opened("localization", FEW | {"show": "Ground truth"})
    assert complaints(app) == []
    assert charts(app)[0][0]["name"].startswith("Person 1, mean 0.")


def test_a_box_that_is_drawn_is_followed_kept_in_the_link_undone_and_done_again(film):
    app = opened("localization", FEW | {"clip": film})
    settled(tell(app, PLAYER, box=BOX))
    assert complaints(app) == []
    assert linked(app, "boxes") == WORD
    assert "the first box" not in verdict(app)
    assert metrics(app)["Drawn"] == "1"
    assert sent(app, PLAYER)["drawing"]["heard"] == 1
    settled(tell(app, PLAYER, box=BOX | {"frame": 40, "seq": 2, "at": 2}))
    assert linked(app, "boxes") == f"{WORD}_40{WORD[1:]}"
    assert metrics(app)["Drawn"] == "2"
    settled(app.button("undo-setting").click().run())
    assert linked(app, "boxes") == WORD
    settled(app.button("undo-setting").click().run())
    assert BEGUN["motion"] in verdict(app)
    settled(app.button("redo-setting").click().run())
    assert linked(app, "boxes") == WORD
    assert metrics(app)["Drawn"] == "1"
    settled(app.button("reset-settings").click().run())
    assert BEGUN["motion"] in verdict(app)


def test_a_link_restores_everybody_and_who_is_drawn(film):
    app = opened("localization", FEW | {"clip": film, "boxes": f"{WORD}~~30.100.300.250.800", "who": "Person 3"})
    assert complaints(app) == []
    assert persons(app) == ["Person 1", "Person 3", "New person"]
    assert rows(app) == ["Person 1", "Person 3"]
    meta = sent(app, PLAYER)
    assert meta["annotations"][0]["styles"][meta["drawing"]["style"]][0] == "Person 3"
    assert "persons" in verdict(app)


def test_a_new_person_is_drawn_corrected_and_removed(film):
    app = opened("localization", FEW | {"clip": film, "boxes": WORD, "who": "New person"})
    assert styles(app) == ["Person 1", "Person 2"]
    settled(tell(app, PLAYER, box=BOX | {"corners": [0.1, 0.3, 0.25, 0.8]}))
    assert linked(app, "boxes") == f"{WORD}~0.100.300.250.800"
    assert app.button_group("who").value == "Person 2"
    assert rows(app) == ["Person 1", "Person 2"]
    settled(app.button("remove-person").click().run())
    assert complaints(app) == []
    assert linked(app, "boxes") == WORD
    assert persons(app) == ["Person 1", "New person"]


def test_the_box_of_one_frame_is_forgotten_where_the_player_rests_on_it(film):
    app = opened("localization", FEW | {"clip": film, "boxes": f"{WORD}_40.100.300.250.800"})
    settled(tell(app, PLAYER, pos=[40]))
    button = app.button("forget-box")
    assert button.label == "Forget the box of frame 40"
    settled(button.click().run())
    assert linked(app, "boxes") == WORD


@pytest.mark.parametrize("boxes", ["nonsense", "0.0.0.0.0", "999999.0.0.500.500", "~" * 40, WORD + "~x"])
def test_a_link_that_says_nonsense_is_read_as_far_as_it_makes_sense(film, boxes):
    app = opened("localization", FEW | {"clip": film, "boxes": boxes, "who": "Person 9"})
    assert complaints(app) == []
    assert rows(app) == ["Person 1"]


def test_a_box_outside_of_the_stretch_is_said_to_be_there(film):
    app = opened("localization", FEW | {"clip": film, "boxes": WORD, "start": "1.5", "span": "1.0"})
    assert complaints(app) == []
    assert "outside of this stretch" in verdict(app)


def test_files_can_be_taken_along_and_the_python_lines_give_the_same(film, tmp_path, monkeypatch):
    app = opened("localization", FEW | {"clip": film, "boxes": WORD, "show": "Files and link"})
    assert complaints(app) == []
    assert saved(app) == ["followed.csv", "people.csv", "followed.json", "followed.mp4"]
    (lines,) = (block.value for block in app.code if "import" in block.value)
    assert str(tmp_path) not in lines
    monkeypatch.chdir(tmp_path)
    space: dict = {}
    exec(lines, space)
    assert space["result"].verdict == verdict(app)


def test_the_other_views_open(film):
    for show in ("In the box", "Confidence"):
        app = opened("localization", FEW | {"clip": film, "boxes": WORD, "show": show})
        assert complaints(app) == []
    app = opened("localization", FEW | {"clip": film, "boxes": WORD, "show": "In the box"})
    assert captions(app)[0].startswith("What is in the box of Person 1, 0.0 to ")


def test_of_too_many_boxes_that_of_the_nearest_frame_goes(film):
    many = [at for at in range(MOST_DRAWN + 1) if at != 11]
    app = opened("localization", FEW | {"clip": film, "boxes": "_".join(f"{at}{WORD[1:]}" for at in many)})
    settled(tell(app, PLAYER, box=BOX | {"frame": 11}))
    assert boxes_of(linked(app, "boxes")).keys() == {*many, 11} - {10}


# ---- which part a clip begins with


def part(app) -> str:
    return app.button_group("part").value


def test_who_comes_without_a_link_sees_who_does_what_on_the_world_and_follows_a_box_on_a_film(film):
    app = opened("localization")
    assert part(app) == "Who does what"
    remembered(app, Menus).by_key["clip"].wanted = film
    settled(app.run())
    assert complaints(app) == []
    assert part(app) == FOLLOW
    settled(app.button_group("part").set_value("Who does what").run())
    assert part(app) == "Who does what"


def test_a_link_to_a_film_leads_where_it_led(film):
    app = opened("localization", {"clip": film})
    assert part(app) == "Who does what"
    assert "trained on the procedural world alone" in words(app)
