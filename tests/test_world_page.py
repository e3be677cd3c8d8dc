"""The page of the world without a browser: every scene, what a link restores, and clips of it everywhere else."""

import json

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import complaints, opened, settled

from vizcore import shelf
from vizcore.panels.world import FIRST_SEED
from vizcore.recipes.world import truth_of
from vizcore.world.shot import SCENES
from vizcore.world.shown import SHOWN

SMALL = {"what": "Lamps", "kind": "forward", "carousel-speed": "0.0", "seed": str(SHOWN["lanterns-still"].shot.seed)}


def told(app: AppTest) -> dict:
    """What the player was handed."""
    player = next(element for element in app.get("bidi_component") if element.key == "world-player")
    return json.loads(player.proto.mixed.json)["meta"]


@pytest.mark.parametrize(
    "scene", [scene for name, scene in SCENES.items() if name != "story"], ids=lambda one: one.title
)
def test_every_scene_is_shown_with_its_truth_over_it(scene):
    app = opened("world", {"what": scene.title})
    assert complaints(app) == []
    meta = told(app)
    assert [look for look, *_ in meta["outlines"][0]["looks"]]
    assert meta["tiers"]
    assert app.get("plotly_chart")


def test_the_first_clip_that_is_seen_came_with_the_app():
    app = opened("world")
    assert complaints(app) == []
    assert told(app)["clips"][0]["label"] == SHOWN["sit"].title
    assert app.number_input[0].value == FIRST_SEED


@pytest.mark.parametrize("section", ["Over time", "Patches", "Who is there", "Files and link"])
def test_every_section_opens_from_a_link(section):
    app = opened("world", {**SMALL, "show": section})
    assert complaints(app) == []
    assert told(app)["clips"][0]["label"] == SHOWN["lanterns-still"].title
    assert (told(app)["grids"] != [None]) == (section == "Patches")


def test_another_seed_is_another_clip():
    app = opened("world", {"what": "Lamps", "seed": "31"})
    before = told(app)["clips"][0]
    app.button("seed-next").click()
    settled(app.run())
    assert complaints(app) == []
    after = told(app)["clips"][0]
    assert (before["label"], after["label"]) == ("Lamps: forward (seed 31)", "Lamps: forward (seed 32)")
    assert before["url"] != after["url"]


@pytest.mark.parametrize(
    "query",
    [
        {"what": "Nonsense"},
        {"action": "fly"},
        {"seed": "-5"},
        {"seed": "nan"},
        {"act-pan": "0.33333"},
        {"act-count": "99999"},
        {"pick": "9999.9999", "show": "Patches"},
        {"pick": "x.-1", "show": "Patches"},
        {"pick": "none", "show": "Patches"},
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query):
    app = opened("world", query)
    assert complaints(app) == []
    assert told(app)["clips"]


def test_a_clip_of_the_world_opens_on_the_other_page_by_its_word():
    word = "world-carousel-31-forward-shake2.5"
    app = opened("matching", {"clip": word})
    assert complaints(app) == []
    assert app.selectbox[0].value == word
    assert app.get("plotly_chart")


@pytest.mark.parametrize("word", ["world-carousel-31-sideways", "world-<b>-1", "world-carousel-31-forward-shake77"])
def test_a_word_of_no_clip_is_said_to_be_lost_and_something_is_shown(word):
    app = opened("matching", {"clip": word})
    (sentence,) = complaints(app)
    assert "No clip of the world has this name" in sentence
    assert app.get("plotly_chart")


def test_the_python_lines_give_the_truth_that_the_page_shows():
    app = opened("world", {**SMALL, "show": "Files and link"})
    (lines,) = (block.value for block in app.code if "import" in block.value)
    space: dict = {}
    exec(lines, space)
    expected = truth_of(shelf.bundled()["lanterns-still"].path)
    assert (space["result"].surface == expected.surface).all()


def test_the_clip_that_is_opened_elsewhere_is_named_in_the_link():
    app = opened("world", {"what": "Lamps", "seed": "31"})
    (link,) = (element for element in app.get("page_link") if "Patch matching" in element.proto.label)
    assert "clip=world-carousel-31-forward" in link.proto.query_string
