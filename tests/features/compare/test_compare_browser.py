"""The comparing page in Chromium: one clock for all panes, one patch in all of them, wipe, difference, and the link."""

import re

from browser import arrived, browser_mark, console_errors, expect, is_sound, rerun, runs

pytestmark = browser_mark()
FETCHES = """performance.getEntriesByType('resource')
  .filter(one => /media.*jpe?g/.test(one.name) && one.decodedBodySize > 2e5).length"""  # the menu's pictures are small
PAINTED = """all => all.map(canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const like = i => Math.abs(data[i] - 230) + Math.abs(data[i + 1] - 159) + data[i + 2] < 30 && data[i + 3] > 250;
  const found = Array.from({ length: width * height }, (_, k) => k).filter(k => like(4 * k));
  const [xs, ys] = [found.map(k => (k % width) / width), found.map(k => Math.floor(k / width) / height)];
  return found.length ? [Math.min(...ys), Math.min(...xs), Math.max(...ys), Math.max(...xs)] : null;
})"""


def opened(page):
    """The page once all panes show a frame."""
    arrived(page, ".player")
    page.locator(".screen[data-drawn]").nth(page.locator(".screen").count() - 1).wait_for()
    return page


def painted(page) -> list[list[float] | None]:
    """The box around what has the colour of the picked patch in each pane's overlay, as shares of it: y, x, y, x."""
    return page.locator(".overlay").evaluate_all(PAINTED)


def columns(page) -> int:
    lefts = page.locator(".screen").evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().left))")
    return len(set(lefts))


def bar_of(page) -> dict:
    return page.get_by_role("slider", name="Frames").bounding_box()


def with_settings(page):
    """The page, its drawer open."""
    page.locator(".st-key-open-settings button").click()
    return page


def press_at(page, share: float) -> None:
    """Press the scrubber at a share of its length, without letting go."""
    bar = page.get_by_role("slider", name="Frames")
    box = bar.bounding_box()
    bar.dispatch_event("pointerdown", {"button": 0, "pointerId": 1, "clientX": box["x"] + share * box["width"]})


def let_go(page) -> None:
    page.get_by_role("slider", name="Frames").dispatch_event("pointerup", {"button": 0, "pointerId": 1})


def test_four_panes_share_one_file_one_scrub_and_one_patch_without_a_word_to_python(server, browser):
    page = opened(browser(f"{server}/compare?m2=acts-ata", width=1440))
    assert page.evaluate(FETCHES) == 1, "four panes of one file fetch it once"
    assert columns(page) == 2
    label, low, high = page.locator(".scale").first.inner_text().split()
    assert (label, float(low) < float(high)) == ("heat", True), "one scale for all, with its ends"
    ran = runs(page)
    press_at(page, 40.5 / 72)
    page.locator(".screen[data-drawn='40']").nth(3).wait_for()
    assert runs(page) == ran, "a scrub that goes on is no business of Python"
    assert painted(page) == [None] * 4
    let_go(page)
    page.wait_for_url("**at=0.40**")
    third = page.locator(".overlay").nth(2)
    box = third.bounding_box()
    rerun(page, lambda: third.click(position={"x": 0.6 * box["width"], "y": 0.3 * box["height"]}))
    cells = {7: (2, 4), 8: (2, 5)}  # row 2, column 4 of 7 x 7, whose middle is in column 5 of the actions net's 8 x 8
    for sides, (y, x, bottom, right) in zip((7, 8, 7, 7), painted(page), strict=True):
        assert [round(y * sides), round(x * sides)] == list(cells[sides])
        assert [round(bottom * sides), round(right * sides)] == [one + 1 for one in cells[sides]]
    page.wait_for_url("**pick=2.40.357.643**")
    took = page.evaluate("performance.getEntriesByName('vizcore.pick').at(-1).duration")
    print(f"\na click on a patch: {took:.0f} ms to the mark in all panes")
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function(
        "screen => screen.getBoundingClientRect().right < 420", arg=page.locator(".screen").nth(3).element_handle()
    )
    assert columns(page) == 2
    bottoms = [box["y"] + box["height"] for box in (bar_of(page), page.locator(".screen").nth(3).bounding_box())]
    assert max(bottoms) < 700, "all panes and the scrubber stand above the view"
    assert is_sound(page)
    page.close()


def test_a_wipe_goes_by_keys_and_pointer_without_python_and_a_difference_has_a_scale_of_its_own(server, browser):
    page = opened(browser(f"{server}/compare?view=wipe&panes=2"))
    divider = page.get_by_role("slider", name="Wipe")
    ran = runs(page)
    divider.press("ArrowRight")
    assert divider.get_attribute("aria-valuenow") == "52"
    box, stage = divider.bounding_box(), page.locator(".stage").bounding_box()
    page.mouse.move(box["x"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.25 * stage["width"], box["y"] + box["height"] / 2)
    page.mouse.up()
    assert divider.get_attribute("aria-valuenow") == "25"
    assert runs(page) == ran
    assert page.get_by_role("button", name="Wipe one clip over the other").count() == 0, "the page has said it"
    rerun(with_settings(page), lambda: page.get_by_role("radio", name="difference").click())
    expect(page.locator(".screen")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Palette")).to_have_count(0)
    expect(page.locator(".scale").first.locator("span:not(.ramp)")).to_have_text(
        ["difference of scaled heat", "-1", "1"]
    )
    assert console_errors(page) == []
    page.close()


def test_a_link_restores_clips_moment_patch_and_depth_in_a_fresh_browser(server, browser):
    start = f"{server}/compare?kind=clips&panes=2&clip=throw&clip2=lanterns-slow"
    page = opened(browser(start))
    rerun(with_settings(page), lambda: page.locator(".st-key-depth input[type=range]").press("ArrowLeft"))
    page.locator(".st-key-close-settings button").click()
    press_at(page, 65.5 / 72)  # the throw waits at its end by then
    let_go(page)
    page.wait_for_url("**at=1.65**")
    rerun(page, lambda: page.locator(".overlay").nth(1).click(position={"x": 100, "y": 60}))
    page.wait_for_url("**pick=1.65.**")
    again = opened(browser(page.url, locale="en-GB"))
    for one in (page, again):
        for side, frame in enumerate(("47", "65")):
            expect(one.locator(".screen").nth(side)).to_have_attribute("data-drawn", frame)
    assert painted(again) == painted(page)
    assert all(painted(again))
    expect(again.locator(".st-key-depth input[type=range]")).to_have_value("-1")
    expect(again.locator(".clock")).to_have_text(re.compile("^65 / 71"))  # the clip that goes on is told
    assert console_errors(page) == console_errors(again) == []
    page.close()
    again.close()
