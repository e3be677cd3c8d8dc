"""The alignment page in Chromium: no complaints on any screen, gamma repaints the matrix, the mouse shows any pair."""

import pytest
from browser import arrived, browser_mark, console_errors, expect, is_sound, rerun

pytestmark = browser_mark()
QUICK = "alignment?part=Two+clips&a=cartwheel&b=sit&model=pixels"


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
@pytest.mark.parametrize("path", [QUICK, "alignment?part=Two+files", "alignment?part=A+soft+minimum"])
def test_no_part_complains_or_is_wider_than_the_screen(server, browser, path, width, dark):
    page = arrived(browser(f"{server}/{path}", width=width, dark=dark))
    assert is_sound(page)
    page.close()


@pytest.mark.parametrize(("width", "highest"), [(1440, 320), (420, 300)])
@pytest.mark.parametrize(
    ("path", "picture"),
    [
        (QUICK, ".map"),
        ("alignment?part=Two+files", ".js-plotly-plot"),
        ("alignment?part=Background", ".js-plotly-plot"),
    ],
)
def test_a_part_opens_with_its_picture(server, browser, path, picture, width, highest):
    page = arrived(browser(f"{server}/{path}", width=width))
    first = page.locator(picture).first
    first.wait_for()
    assert first.bounding_box()["y"] <= highest
    page.close()


def test_gamma_repaints_the_cost_matrix_and_stays_in_the_link(server, browser):
    page = arrived(browser(f"{server}/{QUICK}&ground=how+sure"))
    page.locator(".map[data-complete='true']").wait_for()
    ground = page.locator(".map .ground")
    before = ground.evaluate("canvas => canvas.toDataURL()")
    page.locator(".st-key-open-settings button").click()
    expect(page.locator(".st-key-close-settings button")).to_be_focused()  # as the drawer does once it is open
    slider = page.locator(".st-key-gamma input[type=range]")
    for _ in range(7):
        rerun(page, lambda: slider.press("ArrowRight"))
    page.wait_for_function("([canvas, before]) => canvas.toDataURL() !== before", arg=[ground.element_handle(), before])
    page.wait_for_url("**gamma=0.1**")
    assert console_errors(page) == []
    page.close()


def test_a_mouse_on_the_matrix_shows_that_pair_in_both_pictures(server, browser):
    page = arrived(browser(f"{server}/{QUICK}"))
    page.locator(".player[data-drawn='0']").wait_for()
    box = page.locator(".map .over").bounding_box()
    left, top, width, height = map(float, page.locator(".map").get_attribute("data-layout").split())
    page.mouse.move(box["x"] + left + 0.51 * width, box["y"] + top + 0.26 * height)
    page.locator(".screen[data-drawn='24']").wait_for()  # half of 48 frames
    page.locator(".screen[data-drawn='35']").wait_for()  # three quarters
    expect(page.locator(".pair .text")).to_contain_text("frame 24 with frame 35: cost")
    page.close()
