"""The localisation page in Chromium: theta moves boxes without a run, tokens and bars answer clicks."""

import pytest
from browser import arrived, browser_mark, console_errors, expect, is_sound, rerun, runs, wait_idle

pytestmark = browser_mark()
PAGE = "localization"
BARS = "localization?part=Average+precision&input=Files"
PIXELS = "film 01,0,120,80,310,420,1,0.9\n"
SHOWN = """() => document.querySelector('.st-key-boxes_figure .js-plotly-plot')
  .data.filter(trace => trace.name === 'above θ').map(trace => trace.visible !== false)"""


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}?show=Training&everybody=true", BARS, f"{PAGE}?part=The+paper"])
def test_no_part_complains_or_is_wider_than_the_screen(server, browser, path, width, dark):
    page = arrived(browser(f"{server}/{path}", width=width, dark=dark))
    assert is_sound(page)
    page.close()


def test_theta_of_the_figure_moves_its_boxes_without_asking_the_server(server, browser):
    page = arrived(browser(f"{server}/{PAGE}"), ".st-key-boxes_figure .main-svg")
    before, shown = runs(page), page.evaluate(SHOWN)
    assert shown.count(True) == 1
    slider = page.locator(".st-key-boxes_figure .slider-rail-touch-rect")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.02 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_function(f"before => JSON.stringify(({SHOWN})()) !== before", arg=str(shown).lower().replace(" ", ""))
    assert page.evaluate(SHOWN).count(True) == 1
    assert runs(page) == before
    page.close()


def test_a_click_on_a_token_opens_it_and_stays_in_the_link(server, browser):
    page = arrived(browser(f"{server}/{PAGE}?pick=36.5"))
    page.get_by_role("heading", name="Token 5: row 0, column 5").wait_for()
    ground = page.locator(".st-key-map_figure .nsewdrag")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    at = box["x"] + 2.5 / 12 * box["width"], box["y"] + 3.5 / 12 * box["height"]
    page.mouse.move(*at)
    page.locator(".st-key-map_figure .hoverlayer .hovertext").wait_for()
    rerun(page, lambda: page.mouse.click(*at))
    page.get_by_role("heading", name="Token 38: row 3, column 2").wait_for()
    page.wait_for_url("**pick=36.38**")
    assert console_errors(page) == []
    page.close()


def test_a_click_on_a_bar_opens_its_class_and_its_pictures_open_the_player(server, browser):
    page = arrived(browser(f"{server}/{PAGE}?part=Average+precision&clips=24&closer=Calibration"), ".barlayer .point")
    bar = page.locator(".st-key-bars_figure .barlayer .point").nth(3)
    name = page.evaluate("document.querySelector('.st-key-bars_figure .js-plotly-plot').data[0].customdata[3][1]")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] - 4
    page.mouse.move(*at)
    page.locator(".st-key-bars_figure .hoverlayer .hovertext").first.wait_for()
    rerun(page, lambda: page.mouse.click(*at))
    page.locator(".st-key-curve_figure .main-svg").first.wait_for()
    page.get_by_role("heading", name=f"Hits of {name}").wait_for()
    wait_idle(page)
    page.get_by_role("button", name="Play").first.click()
    page.locator(".player[data-drawn]").wait_for()
    page.wait_for_url("**open=1%40crowd**")
    assert console_errors(page) == []
    page.close()


def test_a_file_of_pixels_is_refused_in_a_sentence_and_the_bars_stay(server, browser, tmp_path):
    (tmp_path / "pixels.csv").write_text(PIXELS)
    page = arrived(browser(f"{server}/{BARS}"))
    page.locator(".st-key-open-settings button").click()
    page.get_by_role("button", name="Open…").nth(1).click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "pixels.csv")
    page.get_by_text("these look like pixels").wait_for()
    expect(page.locator(".st-key-bars_figure .barlayer .point")).to_have_count(24)
    page.close()
