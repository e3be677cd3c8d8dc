"""The page of non-local blocks in Chromium: no complaints on any screen; sliders, the curve, clicks and keys answer."""

import pytest
from browser import arrived, browser_mark, console_errors, expect, is_sound, rerun

pytestmark = browser_mark()
PARTS = [
    "nonlocal_blocks",
    "nonlocal_blocks?show=The+filter",
    "nonlocal_blocks?part=A+clip&clip=lamps&show=Eigenvalues",
    "nonlocal_blocks?part=Claims+tried+out",
    "nonlocal_blocks?part=Tables",
]
MAPS = "canvas => canvas.toDataURL()"


def panel(page):
    page.locator(".filter-panel[data-painted]").wait_for()
    return page.locator(".filter-panel")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
@pytest.mark.parametrize("path", PARTS)
def test_no_part_complains_or_is_wider_than_the_screen(server, browser, path, width, dark):
    page = arrived(browser(f"{server}/{path}", width=width, dark=dark))
    assert is_sound(page)
    page.close()


def test_a_slider_redraws_by_itself_lights_its_term_and_ends_in_the_link(server, browser):
    page = arrived(browser(f"{server}/nonlocal_blocks?show=The+filter"))
    room = panel(page)
    maps = room.locator("canvas").nth(2)
    before = maps.evaluate(MAPS)
    slider = room.locator("#turn-1")
    rerun(page, lambda: slider.press("ArrowRight"))
    page.wait_for_function(f"([canvas, before]) => ({MAPS})(canvas) !== before", arg=[maps.element_handle(), before])
    expect(room.locator(".formula .hot")).to_have_text("A Z W2")
    page.wait_for_url("**snl**-0.75**")
    assert console_errors(page) == []
    page.close()


def test_the_browser_redraws_while_python_is_not_asked(server, browser):
    page = arrived(browser(f"{server}/nonlocal_blocks?show=The+filter"))
    found = panel(page).evaluate(
        """async panel => {
          const slider = panel.querySelector('#turn-0');
          const painted = Number(panel.dataset.painted);
          slider.value = 2;
          slider.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
          return Number(panel.dataset.painted) > painted;
        }"""
    )
    assert found, "within two frames of the screen"
    page.close()


def test_the_curve_is_bent_to_where_it_is_dragged(server, browser):
    page = arrived(browser(f"{server}/nonlocal_blocks?show=The+filter&w=snl:1,0,1,1"))
    room = panel(page)
    room.locator(".curve").scroll_into_view_if_needed()
    box = room.locator(".curve").bounding_box()
    left, right = box["x"] + 38, box["x"] + box["width"] - 10
    page.mouse.move((left + right) / 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move((left + right) / 2, box["y"] + 90)
    rerun(page, page.mouse.up)
    expect(room.locator("output").first).not_to_have_text("1.00")  # at λ = 0 only W1 counts
    expect(room.locator("output").nth(1)).to_have_text("0.00")
    page.close()


def test_a_click_on_the_picture_asks_about_another_position(server, browser):
    page = arrived(browser(f"{server}/nonlocal_blocks?part=Two+lanterns"))
    page.locator(".player[data-drawn='0']").wait_for()
    box = page.locator(".player .overlay").first.bounding_box()
    rerun(page, lambda: page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"]))
    page.wait_for_url("**pick=0.100.100**")
    expect(page.locator(".player .reading")).to_contain_text("row 0, column 0")
    page.close()


def test_a_chebyshev_filter_takes_another_order(server, browser):
    page = arrived(browser(f"{server}/nonlocal_blocks?show=The+filter&op=Chebyshev"))
    room = panel(page)
    expect(room.locator("input[type=range]")).to_have_count(3)
    rerun(page, lambda: room.get_by_role("button", name="Higher order").click())
    expect(room.locator("input[type=range]")).to_have_count(4)
    expect(room.locator(".formula")).to_contain_text("T₃(A) Z W4")
    page.close()
