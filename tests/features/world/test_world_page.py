"""The page of the world without a browser: every scene, what a link restores, and clips of it everywhere else."""

import json
from itertools import pairwise

import pytest
from shown import metrics, named
from streamlit.testing.v1 import AppTest
from test_pages import clip_menu, complaints, opened, settled

from vizcore.features.world.pipeline import follow
from vizcore.runtime import clip_library
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.shot import SCENES
from vizcore.synthetic.shown import SHOWN
from vizcore.ui.scene_picker import FIRST_SEED

SMALL = {"what": "Lamps", "kind": "forward", "carousel-speed": "0.0", "seed": str(SHOWN["lanterns-still"].shot.seed)}


def sent_data(app: AppTest) -> dict:
    """What the player was handed."""
    player = next(element for element in app.get("bidi_component") if element.key == "world-player")
    return json.loads(player.proto.mixed.json)["meta"]


@pytest.mark.parametrize(
    ("scene", "people", "things"),
    [
        ("One action", ["person"], ["stool"]),
        ("A crowd", ["person 1", "person 2", "person 3 (bystander)"], ["box 1", "box 2", "disc (distractor)"]),
        ("Lamps", [], ["lamp 1", "lamp 2", "lamp 3", "lamp 4"]),
    ],
)
def test_every_scene_is_shown_with_its_truth_over_it(scene, people, things):
    app = opened("world", {"what": scene})
    assert complaints(app) == []
    meta = sent_data(app)
    assert [style for style, *_ in meta["annotations"][0]["styles"]] == people + things
    assert metrics(app)["People"] == str(len(people))
    assert metrics(app)["Things"] == str(len(people) + len(things))
    acting = [name for name in people if "bystander" not in name] or things
    lasting = [tier for tier in meta["tiers"] if tier["label"] in people + things]
    assert [tier["label"] for tier in lasting] == acting
    for tier in lasting:
        spans = [segment[:2] for segment in tier["segments"]]
        assert (spans[0][0], spans[-1][1]) == (0, int(metrics(app)["Frames"]))
        assert all(before[1] == after[0] for before, after in pairwise(spans))
    moments = next(tier["segments"] for tier in meta["tiers"] if tier["label"] == "moments")
    if people:
        marks = [name for name in named(app)[0] if not name.startswith("person")]
        assert sorted({segment[2] for segment in moments}) == sorted(marks)


def test_there_is_a_scene_for_every_kind_of_clip_that_is_not_long():
    assert [scene.title for name, scene in SCENES.items() if name != "story"] == ["One action", "A crowd", "Lamps"]


def test_the_first_clip_that_is_seen_came_with_the_app():
    app = opened("world")
    assert complaints(app) == []
    assert sent_data(app)["clips"][0]["label"] == SHOWN["sit"].title
    assert app.number_input[0].value == FIRST_SEED


@pytest.mark.parametrize("section", ["Over time", "Patches", "Who is there", "Files and link"])
def test_every_section_opens_from_a_link(section):
    app = opened("world", {**SMALL, "show": section})
    assert complaints(app) == []
    assert sent_data(app)["clips"][0]["label"] == SHOWN["lanterns-still"].title
    assert (sent_data(app)["grids"] != [None]) == (section == "Patches")


def test_another_seed_is_another_clip():
    app = opened("world", {"what": "Lamps", "seed": "31"})
    before = sent_data(app)["clips"][0]
    app.button("seed-next").click()
    settled(app.run())
    assert complaints(app) == []
    after = sent_data(app)["clips"][0]
    assert (before["label"], after["label"]) == ("Lamps: forward (seed 31)", "Lamps: forward (seed 32)")
    assert before["url"] != after["url"]


@pytest.mark.parametrize(
    ("query", "clip"),
    [
        ({"what": "Nonsense"}, "Sitting down"),
        ({"action": "fly"}, "Sitting down"),
        ({"seed": "-5"}, "One action: sit down (seed 0)"),
        ({"seed": "nan"}, "Sitting down"),
        ({"act-pan": "0.33333"}, "One action: sit down, pan 0.35 (seed 3)"),
        ({"act-count": "99999"}, "One action: sit down, count 96 (seed 3)"),
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query, clip):
    app = opened("world", query)
    assert complaints(app) == []
    assert [one["label"] for one in sent_data(app)["clips"]] == [clip]
    assert metrics(app)["Frames"] == ("96" if "act-count" in query else "48")


@pytest.mark.parametrize(
    ("pick", "patch"), [("9999.9999", "liveliest"), ("x.-1", "liveliest"), ("none", None), ("0.33", 33)]
)
def test_a_patch_that_is_not_there_is_the_one_that_goes_farthest_and_none_is_none(pick, patch):
    app = opened("world", {"pick": pick, "show": "Patches"})
    assert complaints(app) == []
    followed = follow(clip_library.bundled()["sit"].path)
    patch = followed.tracks.most_moving if patch == "liveliest" else patch
    assert sent_data(app)["picked"] == (None if patch is None else [0, 0, patch])
    assert named(app) == [["all patches"] if patch is None else ["all patches", f"patch {patch}"]]


def test_a_clip_of_the_world_opens_on_the_other_page_by_its_word():
    word = "world-carousel-31-forward-shake2.5"
    app = opened("matching", {"clip": word})
    assert complaints(app) == []
    assert clip_menu(app)["chosen"] == word
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
    expected = truth_of(clip_library.bundled()["lanterns-still"].path)
    assert (space["result"].surface == expected.surface).all()


def test_the_clip_that_is_opened_elsewhere_is_named_in_the_link():
    app = opened("world", {"what": "Lamps", "seed": "31"})
    (link,) = (element for element in app.get("page_link") if "Patch matching" in element.proto.label)
    assert "clip=world-carousel-31-forward" in link.proto.query_string
