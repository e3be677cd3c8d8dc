"""The player in Chromium, as a pointer: picks, tracks, heat, keys, and how it all styles."""

import statistics

import numpy as np
import pytest
from browser import browser_mark, rerun, runs, wait_idle
from browser_player_app import GRID, tracks_of
from player_probes import CLICK, COLUMNS, LATENCIES, at, open_browser, pick, sent, serve_player, told, visiting  # noqa: F401

pytestmark = browser_mark()


def test_a_click_draws_the_track_before_anything_is_sent(visit):
    page = visit("width=640")
    for patch in np.random.default_rng(0).permutation(GRID[0] * COLUMNS)[:15].tolist():
        answer = page.evaluate(CLICK, [patch // COLUMNS, patch % COLUMNS])
        assert answer == {"drawn": True, "sent": 0, "track": str(patch)}
    latencies = page.evaluate(LATENCIES)
    assert len(latencies) == 15
    print(f"\nclick to track: median {statistics.median(latencies):.2f} ms, most {max(latencies):.2f} ms")
    page.get_by_text(f"patch={patch}, seq=15").wait_for()
    wait_idle(page)
    for _ in range(2):  # that run handed an earlier pick back, the next one hands back the last
        assert page.locator(".player").get_attribute("data-track") == str(patch)
        rerun(page, page.get_by_role("button", name="Again").click)


OVERTAKEN = f"""async place => {{
  const before = viz.sent;
  ({CLICK})(place);
  while (viz.sent === before) await new Promise(go => setTimeout(go));
  document.querySelector('.st-key-again button').click();  // at once: the run of the pick has hardly begun
}}"""


def test_every_pick_is_heard_though_another_request_overtakes_it(visit):
    page = visit("tracks=0&heat=0")
    for patch in np.random.default_rng(1).permutation(GRID[0] * COLUMNS)[:20].tolist():
        page.evaluate(OVERTAKEN, [patch // COLUMNS, patch % COLUMNS])
        page.get_by_text(f"patch={patch}, seq=").wait_for()


def test_the_track_goes_where_pythons_tracks_go_also_when_picked_between_tracked_frames(visit):
    page, tracks = visit("frame=47", drawn=47), tracks_of(120)
    pick(page, 3, 5)
    patch = 3 * COLUMNS + 5
    track = tracks.track_of(47, patch)
    page.locator(f".player[data-track='{track}']").wait_for()
    page.keyboard.press("Home")
    for step in range(0, 120, 10):
        at(page, step)
        there = tracks.sigma[step // 10, track]
        words = f"patch {there} (row {there // COLUMNS}, column {there % COLUMNS}) in frame {step}"
        assert words in page.locator(".reading").inner_text()
        page.keyboard.press("Shift+ArrowRight")
    page.get_by_text(f"Pick(side=0, frame=47, patch={patch}, seq=1) at (119,)").wait_for()


def test_a_patch_is_picked_and_let_go_by_keyboard_alone(visit):
    page = visit("tiers=0&heat=0")
    page.locator(".overlay").focus()
    keys = ["Enter", "ArrowUp", "ArrowLeft", "ArrowLeft", *["ArrowDown"] * 3, "Enter"]
    for key in keys:
        page.keyboard.press(key)
    patch = (4 - 1 + 3) * COLUMNS + 8 - 2
    page.locator(f".player[data-track='{patch}']").wait_for()
    page.get_by_text(f"patch={patch}, seq=1").wait_for()
    assert page.locator(".player").get_attribute("data-frame") == "0"
    page.keyboard.press("Escape")  # leaves the cursor
    page.keyboard.press("ArrowRight")  # so this steps again
    at(page, 1)
    page.keyboard.press("Escape")  # takes the choice back
    page.locator(".player[data-track='']").wait_for()
    page.get_by_text("told None").wait_for()


def test_heat_is_changed_in_the_browser_and_python_never_hears_of_it(visit):
    page = visit("frame=60", drawn=60)
    heat, slider = page.locator(".heat"), page.get_by_label("Opacity of the heat map")
    before, ran, pixels = sent(page), runs(page), page.evaluate("viz.heat()")
    slider.fill("20")
    assert heat.evaluate("node => getComputedStyle(node).opacity") == "0.2"
    page.get_by_label("Palette").select_option("magma")
    assert page.evaluate("viz.heat()") != pixels
    page.get_by_role("button", name="Smooth heat map").click()
    assert heat.evaluate("node => getComputedStyle(node).imageRendering") == "pixelated"
    page.get_by_role("button", name="Patch grid").click()
    page.keyboard.press("g")
    assert (sent(page), runs(page)) == (before, ran)


def test_a_rerun_keeps_the_player_its_choice_and_its_frames(visit):
    page = visit()
    fetched = []
    page.on("request", lambda request: "/media/" in request.url and fetched.append(request.url))
    page.locator(".overlay").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text("at (10,)").wait_for()
    cold = page.evaluate("viz.heat()")
    pick(page, 3, 3)
    page.get_by_text("patch=51, seq=1) at (10,)").wait_for()
    page.evaluate("viz.node().mark = 1")
    rerun(page, page.get_by_role("button", name="Again").click)
    state = page.evaluate("({ ...viz.node().dataset, mark: viz.node().mark })")
    assert (state["track"], state["drawn"], state["mark"]) == (str(tracks_of(120).track_of(10, 51)), "10", 1)
    page.wait_for_function("pixels => viz.heat() !== pixels", arg=cold)  # other heat came, into the same player
    assert fetched == []


def test_a_link_restores_the_choice_and_the_frame(visit):
    page = visit("frame=30&patch=20", drawn=30)
    track = tracks_of(120).track_of(30, 20)
    assert page.locator(".player").get_attribute("data-track") == str(track)
    assert "told None at (30,)" in told(page)


def test_the_wipe_is_dragged_and_moved_by_keys(visit):
    page = visit("clips=2")
    page.get_by_role("button", name="Wipe").click()
    boxes = [page.locator(".screen").nth(side).bounding_box() for side in (0, 1)]
    assert boxes[0] == boxes[1]
    divider = page.get_by_role("slider", name="Wipe")
    handle, width = divider.bounding_box(), boxes[0]["width"]
    page.mouse.move(handle["x"], handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(boxes[0]["x"] + 0.25 * width, handle["y"] + 20)
    page.mouse.up()
    assert divider.get_attribute("aria-valuenow") == "25"
    divider.press("ArrowRight")
    assert divider.get_attribute("aria-valuenow") == "27"
    for side, column in ((0, 1), (1, 12)):  # what is left of the divider is clip A's, what is right of it clip B's
        page.mouse.click(boxes[0]["x"] + (column + 0.5) * width / COLUMNS, boxes[0]["y"] + boxes[0]["height"] / 2)
        page.get_by_text(f"Pick(side={side}, frame=0, patch={4 * COLUMNS + column}").wait_for()


def test_the_list_of_keys_opens_and_shuts_by_key_and_takes_the_focus(visit):
    page = visit()
    page.locator(".overlay").focus()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    focused = "viz.root().activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "Close the list of keys"
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")
    assert page.evaluate(focused) == "Keys"


def test_hovering_previews_a_track_and_leaves_no_trace(visit):
    page = visit("heat=0")
    pixels = "viz.root().querySelector('.overlay').toDataURL()"
    blank = page.evaluate(pixels)
    page.locator(".overlay").hover(position={"x": 100, "y": 100})
    assert page.evaluate(pixels) != blank
    assert "patch " in page.locator(".moment").inner_text()
    page.mouse.move(2, 2)
    assert page.evaluate(pixels) == blank


STYLES = [("light", 1280, {}), ("dark", 1280, {"dark": True}), ("phone", 420, {"has_touch": True, "is_mobile": True})]


@pytest.mark.parametrize(("name", "width", "look"), STYLES, ids=[name for name, *_ in STYLES])
def test_it_fits_light_dark_and_phone(visit, tmp_path, name, width, look):
    page = visit("clips=2&frame=30", drawn=30, width=width, height=1400, **look)
    pick(page, 3, 4)
    page.screenshot(path=tmp_path / f"{name}.png")
    print(f"\nscreenshot: {tmp_path / name}.png")
    boxes = [page.locator(".screen").nth(side).bounding_box() for side in (0, 1)]
    parts = [part.bounding_box() for part in page.locator(".player > *:visible").all()]
    assert all(part["x"] >= 0 and part["x"] + part["width"] <= width for part in boxes + parts)
    assert boxes[0]["x"] < boxes[1]["x"], "beside each other, on a phone as well"
    assert boxes[0]["width"] / boxes[0]["height"] == pytest.approx(16 / 9, rel=0.02)
    buttons = page.locator(".player button:visible")
    for button in buttons.all():
        assert button.get_attribute("aria-label")
        size = button.bounding_box()
        assert min(size["width"], size["height"]) >= (44 if name == "phone" else 32)
    sharpness = page.locator(".overlay").first.evaluate("node => node.width / node.clientWidth / devicePixelRatio")
    assert sharpness == pytest.approx(1, abs=0.01)
