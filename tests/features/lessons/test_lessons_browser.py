"""The lessons in Chromium: walked by keyboard alone, on every screen, with a link that another person opens."""

import pytest
from browser import arrived, browser_mark, console_errors, expect, is_sound, rerun

pytestmark = browser_mark()
FOCUS = "document.activeElement.closest('[class*=st-key-]')?.className.match(/st-key-(\\S+)/)[1] ?? ''"


def walk(page):
    return arrived(page, ".st-key-next button")


def at_step(page, name: str) -> None:
    expect(page.locator(".st-key-step [aria-checked=true]")).to_have_text(name)


def tab_to(page, key: str) -> None:
    """Press Tab until the focus is in the element of a key."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS).startswith(key):
            return
    raise AssertionError(f"no way by Tab to {key}")


def switch(page) -> None:
    """Open the settings if need be, and press the switch of the presenter."""
    if page.locator("html").get_attribute("data-settings") != "open":
        page.locator(".st-key-open-settings button").click()
    page.locator(".st-key-present label").first.click()


def test_a_lesson_is_walked_by_keyboard_alone(server, browser):
    page = walk(browser(f"{server}/lessons"))
    press = page.keyboard.press
    rerun(page, lambda: press("ArrowRight"))
    at_step(page, "Predict")
    expect(page.locator(".st-key-next button")).to_be_disabled()
    tab_to(page, "Predict-01")
    rerun(page, lambda: press("Space"))
    rerun(page, lambda: press("ArrowDown"))
    at_step(page, "Predict")  # in a list of answers the arrows are the list's
    expect(page.locator(".st-key-Predict-01-matching input:checked")).to_have_count(1)
    page.keyboard.press("Tab")
    rerun(page, lambda: press("ArrowRight"))
    at_step(page, "Try")
    for cell in ("cell-0-1", "cell-1-0", "cell-2-2"):
        tab_to(page, cell)
        rerun(page, lambda: press("Enter"))
    page.get_by_test_id("stAlert").get_by_text("That is the largest there is: 2.15.").wait_for()
    page.wait_for_url("**hand=0.1_1.0_2.2**")
    rerun(page, lambda: press("ArrowRight"))
    for _ in range(6):
        rerun(page, lambda: press("ArrowRight"))
    page.get_by_test_id("stAlert").get_by_text("You predicted").wait_for()
    page.wait_for_url("**line=7**")
    rerun(page, lambda: press("ArrowRight"))
    at_step(page, "Check")
    tab_to(page, "Check-01")
    rerun(page, lambda: press("Space"))
    page.get_by_text("A patch of the next frame cannot be two patches").wait_for()
    press("Tab")
    rerun(page, lambda: press("ArrowRight"))
    page.get_by_text("Lesson 2 of 10; 1 of 10 lessons done.", exact=True).wait_for()
    page.get_by_role("heading", name="Greedy against Hungarian").wait_for()
    rerun(page, lambda: press("ArrowLeft"))
    at_step(page, "Goal")
    expect(page.get_by_role("heading", name="Check yourself")).to_have_count(0)
    assert console_errors(page) == []
    page.close()


def test_on_a_slider_the_arrows_move_the_slider(server, browser):
    page = walk(browser(f"{server}/lessons?lesson=A+minimum+with+a+slope&step=Try"))
    slider = page.locator(".st-key-06-minimum-gamma input[type=range]")
    rerun(page, lambda: slider.press("ArrowLeft"))
    page.wait_for_url("**hand=0.95**")
    at_step(page, "Try")
    page.close()


@pytest.mark.parametrize(("width", "highest"), [(1440, 320), (420, 300)])
@pytest.mark.parametrize("step", ["Goal", "Predict", "Try"])
def test_a_step_opens_with_its_picture(server, browser, step, width, highest):
    page = walk(browser(f"{server}/lessons?lesson=Dynamic+time+warping&step={step}", width=width))
    picture = page.locator(".st-key-cells" if step == "Try" else ".js-plotly-plot").first
    picture.wait_for()
    assert picture.bounding_box()["y"] <= highest
    page.close()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
@pytest.mark.parametrize(
    "path",
    [
        "lesson=Dynamic+time+warping&step=Try&hand=0.0_1.1",
        "lesson=Average+precision&step=Try&present=true",
        "lesson=A+filter+on+a+graph&step=Reveal&line=9&present=true",
        "lesson=A+re-assembly+puzzle",
    ],
)
def test_no_step_complains_or_is_wider_than_the_screen(server, browser, path, width, dark):
    page = walk(browser(f"{server}/lessons?{path}", width=width, dark=dark))
    assert is_sound(page)
    page.close()


def test_before_a_class_the_letters_are_large_and_the_menu_is_away(server, browser):
    plain = walk(browser(f"{server}/lessons"))
    large = walk(browser(f"{server}/lessons?present=true"))
    size = "parseFloat(getComputedStyle(document.querySelector('.st-key-next button p')).fontSize)"
    assert large.evaluate(size) >= 1.4 * plain.evaluate(size)
    for shown in (".st-key-top-row", "[data-testid=stHeader]"):
        expect(plain.locator(shown)).to_be_visible()
        expect(large.locator(shown)).not_to_be_visible()
    rerun(large, lambda: large.keyboard.press("Escape"))
    expect(large.locator(".st-key-top-row")).to_be_visible()
    expect(large.locator(".st-key-leave")).to_have_count(0)
    rerun(large, lambda: switch(large))
    expect(large.locator(".st-key-top-row")).not_to_be_visible()
    expect(large.locator(".st-key-drawer")).not_to_be_visible()
    rerun(large, lambda: large.locator(".st-key-leave button").click())
    expect(large.locator("[data-testid=stHeader]")).to_be_visible()
    plain.close()
    large.close()


def test_a_link_shows_another_person_the_same(server, browser):
    page = walk(browser(f"{server}/lessons?lesson=Dynamic+time+warping&step=Try"))
    for cell in ("0-0", "0-1", "1-2"):
        rerun(page, lambda cell=cell: page.locator(f".st-key-cell-{cell} button").click())
    page.wait_for_url("**hand=0.0_0.1_1.2**")
    other = walk(browser(page.url, locale="en-GB"))
    other.get_by_text("Yours so far: 0 + 0 + 0 = 0", exact=True).wait_for()
    at_step(other, "Try")
    page.close()
    other.close()
