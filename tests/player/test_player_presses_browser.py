"""A press that began ends in its event, whatever comes from Python between it and its release."""

import pytest
from browser import browser_mark, browsing, expect
from player_sent import FRAMES, GRID, clip, panel, points, rows
from player_stage import Stage

from vizcore.player import Pick
from vizcore.player.board import SCRIPT as BOARD
from vizcore.player.filter_panel import SCRIPT as FILTER_PANEL
from vizcore.player.moments import Moments
from vizcore.player.player import SCRIPT as PLAYER
from vizcore.player.session import session
from vizcore.player.timeline import SCRIPT as TIMELINE

pytestmark = browser_mark()


@pytest.fixture(scope="module")
def page():
    with browsing() as open_page:
        yield open_page("about:blank")


@pytest.mark.parametrize(
    ("script", "style", "data", "node"),
    [
        (TIMELINE, "timeline", rows, ".timeline"),
        (PLAYER, "player", clip, ".player"),
        (BOARD, "board", points, ".board"),
        (FILTER_PANEL, "filter_panel", lambda: panel(1.0, 0.5), ".filter-panel"),
    ],
    ids=["timeline", "player", "board", "filter panel"],
)
def test_a_component_stays_when_data_overtake_each_other_and_goes_when_it_is_taken_away(
    page, script, style, data, node
):
    stage = Stage(page, script, style)
    stage.show(data())
    page.locator(node).evaluate("node => { node.mark = 1; }")
    stage.show(data())
    stage.overtaken()
    assert page.locator(node).evaluate("node => node.mark") == 1
    shown = page.locator(node).element_handle()
    stage.leave()
    assert not shown.evaluate("node => node.getRootNode() instanceof ShadowRoot")


class TestTimeline:
    @pytest.fixture
    def stage(self, page):
        stage = Stage(page, TIMELINE, "timeline")
        stage.show(rows())
        page.locator(".timeline[data-to='480']").wait_for()
        return stage

    def test_a_press_means_the_segment_it_began_on(self, stage, page):
        stage.point(".timeline canvas", 190 / 480, 0.5)
        stage.mouse.down()
        stage.show(rows(mark=(400, 402, 1)))  # small: it would be enlarged
        stage.lower(200)  # the pointer is above both rows now
        stage.mouse.up()
        [told] = stage.until_told("click")
        assert (told["start"], told["stop"], told["origin"]) == (160, 220, "film")
        page.locator(".timeline[data-mark='400,402,1']").wait_for()  # what waited is here

    def test_a_press_is_told_though_the_timeline_is_put_in_anew(self, stage):
        stage.point(".timeline canvas", 150 / 480, 0.2)
        stage.mouse.down()
        stage.leave()
        stage.page.evaluate("stage.enter()")
        stage.show(rows())
        stage.mouse.up()
        assert [one["start"] for one in stage.until_told("click")] == [120]

    def test_a_drag_enlarges_what_it_went_over_and_what_came_meanwhile_does_not_undo_it(self, stage, page):
        stage.point(".timeline canvas", 0.25, 0.2)
        stage.mouse.down()
        stage.show(rows(mark=(400, 402, 1)))
        stage.point(".timeline canvas", 0.5, 0.2)
        stage.mouse.up()
        page.locator(".timeline[data-mark='400,402,1']").wait_for()
        shown = page.locator(".timeline").evaluate("node => [+node.dataset.from, +node.dataset.to]")
        assert shown == pytest.approx([120, 240], abs=2)
        assert stage.told("click") == []

    def test_what_comes_right_after_a_release_is_not_undone_by_what_waited_for_it(self, stage, page):
        page.evaluate(
            """([waits, comes]) => {
              const canvas = document.querySelector('div:last-child').shadowRoot.querySelector('.timeline canvas');
              const event = (name) => new PointerEvent(name, { bubbles: true, composed: true, pointerId: 1 });
              canvas.dispatchEvent(event('pointerdown'));
              stage.show(waits);
              canvas.dispatchEvent(event('pointerup'));
              stage.show(comes);
            }""",
            [rows(mark=(10, 20, 1)), rows(mark=(30, 40, 2))],
        )
        stage.turn()
        page.locator(".timeline[data-mark='30,40,2']").wait_for()

    def test_presses_of_two_mounts_differ(self, stage):
        for seen in (1, 2):
            stage.point(".timeline canvas", 150 / 480, 0.2)
            stage.mouse.down()
            stage.mouse.up()
            one = stage.until_told("click", seen)[-1]
            assert one["seq"] == 1
            stage.leave()
            stage.page.evaluate("stage.enter()")
            stage.show(rows())
        first, second = stage.told("click")
        assert first != second


class TestPlayer:
    @pytest.fixture
    def stage(self, page):
        session(Moments).seconds.clear()  # without a page all tests are one session
        stage = Stage(page, PLAYER, "player")
        stage.show(clip())
        page.locator(".player[data-drawn='0']").wait_for()
        return stage

    def test_a_drag_goes_on_over_rows_that_change_and_beats_an_older_wish(self, stage, page):
        stage.focus_elsewhere()  # the press takes the focus from there
        stage.point(".scrub", 0.3)
        stage.mouse.down()
        stage.show(clip("phases, told otherwise", frame=3, jumps=1))
        stage.point(".scrub", 30.5 / FRAMES)
        stage.mouse.up()
        page.get_by_role("slider", name="phases, told otherwise").wait_for()
        page.locator(".player[data-drawn='30']").wait_for()
        assert stage.until_told("pos")[-1] == [30]

    def test_a_drag_over_a_player_that_leaves_ends_where_it_was(self, stage):
        stage.point(".scrub", 12.5 / FRAMES)
        stage.mouse.down()
        stage.leave()
        stage.mouse.move(1, 1)
        stage.mouse.up()
        assert stage.until_told("pos") == [[12]]

    def test_a_wish_that_comes_while_something_else_is_pressed_is_followed(self, stage, page):
        stage.point(".player [aria-label=Repeat]")
        stage.mouse.down()
        stage.show(clip(frame=3, jumps=1))
        stage.mouse.up()
        page.locator(".player[data-drawn='3']").wait_for()
        assert page.locator("[aria-label=Repeat]").get_attribute("aria-pressed") == "true"

    def test_a_pick_is_the_patch_and_the_frame_that_were_pressed(self, stage, page):
        stage.point(".overlay", 2.5 / GRID[1], 1.5 / GRID[0])
        stage.mouse.down()
        stage.show(clip(frame=7, jumps=1))
        stage.lower(400)  # the pointer is above the picture now
        stage.mouse.up()
        [told] = stage.until_told("pick")
        assert (told["side"], told["frame"], told["patch"]) == (0, 0, GRID[1] + 2)
        page.locator(".player[data-drawn='7']").wait_for()

    def test_a_press_that_is_let_go_beside_the_picture_is_none(self, stage):
        stage.point(".overlay")
        stage.mouse.down()
        stage.point(".scrub")
        stage.mouse.up()
        stage.point(".overlay", 0.1, 0.1)
        stage.mouse.down()
        stage.mouse.up()
        assert [one["patch"] for one in stage.until_told("pick")] == [0]

    def test_of_two_picks_the_last_stays_though_python_tells_an_older_one_between(self, stage, page):
        stage.point(".overlay", 0.1, 0.1)
        stage.mouse.down()
        stage.mouse.up()
        stage.until_told("pick")
        stage.show(clip(picked=Pick(0, 0, 9)))  # asked for before the press was heard
        stage.show(clip(picked=Pick(0, 0, 0)))
        page.locator(".player[data-patch='0']").wait_for()

    def test_a_place_once_told_of_another_clip_is_no_reason_to_ignore_a_wish(self, stage, page):
        stage.point(".scrub", 7.5 / FRAMES)
        stage.mouse.down()
        stage.mouse.up()
        assert stage.until_told("pos") == [[7]]
        other = clip()
        other["meta"]["clips"][0]["url"] += "#"
        stage.show(other)
        other["meta"]["frame"] = [7]
        page.locator(".player[data-drawn='0']").wait_for()
        stage.show(other)
        page.locator(".player[data-drawn='7']").wait_for()


class TestBoard:
    @pytest.fixture
    def stage(self, page):
        stage = Stage(page, BOARD, "board")
        stage.show(points())
        page.locator(".board[data-step='0']").wait_for()
        return stage

    def test_a_step_is_gone_to_though_the_list_changes_under_the_press(self, stage, page):
        stage.point(".steps button[data-step='1']")
        stage.mouse.down()
        stage.show(points(first=12.0, seq=1))
        stage.mouse.up()
        page.locator(".board[data-step='1'][data-seq='1']").wait_for()

    def test_a_step_that_has_the_focus_keeps_it_and_answers_to_a_key(self, stage, page):
        page.locator(".steps button[data-step='1']").focus()
        stage.show(points(first=12.0, seq=1))
        page.keyboard.press("Enter")
        page.locator(".board[data-step='1'][data-seq='1']").wait_for()

    def test_answers_are_shown_while_a_point_is_dragged(self, stage, page):
        stage.point(".editable .disc >> nth=0")
        stage.mouse.down()
        box = page.locator(".editable .field").bounding_box()
        stage.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        seq = stage.until_told("edit")[-1]["seq"]
        stage.show(points(first=12.0, seq=seq))
        page.locator(f".board[data-seq='{seq}']").wait_for()
        stage.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2)
        stage.mouse.up()
        page.locator(".editable .disc[title^='take at 16,']").wait_for()

    def test_an_edit_that_waits_for_an_answer_is_told_before_the_board_goes(self, stage, page):
        page.locator(".editable .disc").first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        stage.leave()
        assert [one["actions"][0][0] for one in stage.told("edit")] == [11, 12]


class TestFilterPanel:
    @pytest.fixture
    def stage(self, page):
        stage = Stage(page, FILTER_PANEL, "filter_panel")
        stage.show(panel(1.0, 0.5))
        page.locator(".filter-panel[data-painted]").wait_for()
        return stage

    def test_a_slider_is_dragged_to_its_end_and_beats_an_older_wish(self, stage, page):
        stage.point("#turn-1", 0.6)
        stage.mouse.down()
        stage.show(panel(2.0, 2.0))
        stage.point("#turn-1", 0.25)
        stage.mouse.up()
        value = float(page.locator("#turn-1").input_value())
        assert value == pytest.approx(-2, abs=0.3)
        page.wait_for_function("value => stage.said.at(-1)?.[1].out[1] === value", arg=value)
        assert float(page.locator("#turn-1").input_value()) == value

    def test_a_slider_that_is_held_after_it_was_told_beats_an_older_wish(self, stage, page):
        stage.point("#turn-1", 0.25)
        stage.mouse.down()
        [told] = stage.until_told("settings")
        stage.show(panel(2.0, 2.0))
        stage.mouse.up()
        stage.turn()
        assert float(page.locator("#turn-1").input_value()) == told["out"][1]
        stage.show(panel(1.5, 0.5))
        expect(page.locator("#turn-0")).to_have_value("1.5")  # the next wish is followed

    def test_what_is_not_told_yet_beats_an_older_wish(self, stage, page):
        page.locator("#turn-1").evaluate(
            """(slider, data) => {
              slider.value = -1;
              slider.dispatchEvent(new Event('input'));
              stage.show(data);
            }""",
            panel(2.0, 2.0),
        )
        assert stage.until_told("settings")[-1]["out"] == [1, -1]

    def test_where_the_sliders_are_is_told_before_they_go(self, stage, page):
        page.locator("#turn-0").press("ArrowRight")
        stage.leave()
        assert stage.told("settings")[-1]["out"] == [1.05, 0.5]
