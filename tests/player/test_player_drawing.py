"""A box that is drawn on the player: by mouse, by its corners, by a click and by keys; and what Python makes of it."""

import numpy as np
import pytest
from browser import browser_mark, browsing
from player_sent import FRAMES, clip
from player_stage import Stage

from vizcore.player import Annotations, Boxes, DrawnBox, Style
from vizcore.player.drawing import box_drawn
from vizcore.player.parts import script

ORANGE, BLUE = "#E69F00", "#56B4E9"
STYLES = (Style("Person 1", ORANGE), Style("Person 1, lost", ORANGE, dashed=True), Style("Person 2", BLUE))


def data(boxes=((0, (0.2, 0.2, 0.6, 0.8), 0),), drawing=0) -> dict:
    """What Python sends: boxes (frame, corners, style)."""
    frames, corners, styles = zip(*boxes) if boxes else ((), (), ())
    given = np.array(frames, np.int64), np.reshape(corners, (-1, 4)), np.array(styles, np.int64)
    return clip(annotations=Annotations(STYLES, Boxes(*given)), drawing=drawing)


@pytest.fixture(scope="module")
def blank():
    with browsing() as open_page:
        yield open_page("about:blank", width=900, height=900)


@pytest.fixture
def stage(blank):
    return Stage(blank, script("player"), "player")


def shown(stage: Stage, sent: dict) -> None:
    stage.show(sent)
    stage.page.locator(".player[data-drawn='0']").wait_for()


def drag(stage: Stage, start, end) -> None:
    stage.point(".overlay", *start)
    stage.mouse.down()
    stage.point(".overlay", *((a + b) / 2 for a, b in zip(start, end)))
    stage.point(".overlay", *end)
    stage.mouse.up()


def corners(stage: Stage, count: int = 1) -> list[float]:
    press = stage.until_told("box", count)[-1]
    assert press["frame"] == 0
    assert press["seq"] == count
    return press["corners"]


class TestInABrowser:
    pytestmark = browser_mark()

    def test_a_drag_draws_a_box_whichever_way_it_goes(self, stage):
        shown(stage, data(boxes=()))
        drag(stage, (0.7, 0.9), (0.3, 0.4))
        assert corners(stage) == pytest.approx([0.3, 0.4, 0.7, 0.9], abs=0.01)
        drag(stage, (0.8, 0.1), (0.9, 0.3))
        assert corners(stage, 2) == pytest.approx([0.8, 0.1, 0.9, 0.3], abs=0.01)

    def test_a_box_is_taken_by_a_corner_and_moved_by_its_inside_but_not_out_of_the_picture(self, stage):
        shown(stage, data())
        drag(stage, (0.6, 0.8), (0.7, 0.9))
        assert corners(stage) == pytest.approx([0.2, 0.2, 0.7, 0.9], abs=0.01)
        drag(stage, (0.4, 0.5), (0.99, 0.5))  # from where it is now, before Python has answered
        assert corners(stage, 2) == pytest.approx([0.5, 0.2, 1.0, 0.9], abs=0.01)

    def test_a_corner_that_is_dragged_past_another_changes_its_place_with_it(self, stage):
        shown(stage, data())
        drag(stage, (0.2, 0.2), (0.8, 0.9))
        assert corners(stage) == pytest.approx([0.6, 0.8, 0.8, 0.9], abs=0.01)

    def test_shift_draws_anew_inside_a_box(self, stage):
        shown(stage, data())
        stage.page.keyboard.down("Shift")
        drag(stage, (0.3, 0.3), (0.5, 0.6))
        stage.page.keyboard.up("Shift")
        assert corners(stage) == pytest.approx([0.3, 0.3, 0.5, 0.6], abs=0.01)

    def test_a_click_brings_the_box_and_a_click_inside_does_nothing(self, stage):
        shown(stage, data())
        stage.point(".overlay", 0.4, 0.5)
        stage.mouse.down()
        stage.mouse.up()
        stage.point(".overlay", 0.75, 0.5)
        stage.mouse.down()
        stage.mouse.up()
        assert corners(stage) == pytest.approx([0.55, 0.2, 0.95, 0.8], abs=0.01)

    def test_a_box_is_drawn_by_keys_alone_and_let_go_by_escape(self, stage):
        shown(stage, data(boxes=()))
        stage.page.locator(".overlay").focus()
        for key in ("Enter", "ArrowRight", "ArrowDown", "Shift+ArrowRight", "Escape", "Enter", "ArrowRight", "Enter"):
            stage.page.keyboard.press(key)
        assert corners(stage) == pytest.approx([0.36, 0.2, 0.66, 0.8], abs=0.001)
        for key in ("p", "Shift+ArrowLeft", "Shift+ArrowUp", "Enter"):
            stage.page.keyboard.press(key)
        assert corners(stage, 2) == pytest.approx([0.36, 0.2, 0.65, 0.79], abs=0.001)
        stage.page.keyboard.press("ArrowRight")  # the keys are the player's again
        stage.page.locator(".player[data-frame='1']").wait_for()

    def test_a_lost_box_of_the_same_colour_is_taken_too_and_that_of_somebody_else_is_not(self, stage):
        shown(stage, data(boxes=((0, (0.2, 0.2, 0.6, 0.8), 1), (0, (0.7, 0.2, 0.9, 0.8), 2))))
        drag(stage, (0.6, 0.8), (0.65, 0.9))
        assert corners(stage) == pytest.approx([0.2, 0.2, 0.65, 0.9], abs=0.01)
        drag(stage, (0.9, 0.8), (0.95, 0.9))
        assert corners(stage, 2) == pytest.approx([0.9, 0.8, 0.95, 0.9], abs=0.01)

    def test_where_none_is_drawn_a_drag_says_nothing(self, stage):
        shown(stage, data(drawing=None))
        drag(stage, (0.1, 0.1), (0.5, 0.5))
        stage.turn()
        assert stage.told("box") == []


def test_what_the_browser_says_of_a_box_is_believed_only_where_it_is_one():
    heard = []
    sound = {"frame": 3, "corners": [0.1, 0.2, 0.5, 1]}
    box_drawn(FRAMES, heard.append, sound)
    assert heard == [DrawnBox(3, (0.1, 0.2, 0.5, 1.0))]
    nonsense = [
        {"frame": FRAMES},
        {"frame": -1},
        {"frame": True},
        {"frame": 1.5},
        {"corners": None},
        {"corners": [0, 0, 1]},
        {"corners": [0.5, 0, 0.5, 1]},
        {"corners": [0, 0, 1.01, 1]},
        {"corners": [float("nan"), 0, 1, 1]},
        {"corners": ["0", 0, 1, 1]},
    ]
    for one in nonsense:
        box_drawn(FRAMES, heard.append, sound | one)
    assert len(heard) == 1


def test_drawing_wants_annotations_with_boxes_and_their_style():
    assert data()["meta"]["drawing"] == {"style": 0, "heard": 0}
    with pytest.raises(ValueError, match="the style 3"):
        data(drawing=3)
    with pytest.raises(ValueError, match="annotations with boxes"):
        clip(drawing=0)
