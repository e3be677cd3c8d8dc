"""A report in Chromium: sent from a page, taken along, opened without a network; a session restored by a stranger."""

import json
import zipfile

import numpy as np
import pytest
from browser import arrived, browser_mark, console_errors, expect, rerun
from test_report import NASTY, a_section

from vizcore.features.report.export_html import page as drawn
from vizcore.features.report.export_json import report_zip
from vizcore.runtime.recording.section import Report

pytestmark = browser_mark()
DATA = "plot => JSON.stringify(plot.data, (name, value) => name.startsWith('_') ? undefined : value)"


def offline(browser, file, **options):
    """The file in a browser of its own without a network, and what it asked the network for."""
    page, requests = browser("about:blank", offline=True, **options), []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (requests.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(file.as_uri())
    page.wait_for_function("[...document.querySelectorAll('.plot')].every(plot => plot.dataset.drawn)")
    return page, [url for url in requests if not url.startswith(("data:", "blob:", file.as_uri()))]


def taken_along(page, name: str, folder):
    """A download, as a file."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    coming.value.save_as(folder / name)
    return folder / name


def report_link(page):
    """The link to the page Report in the top row."""
    return page.locator(".st-key-top-actions").get_by_role("link", name="Report")


@pytest.fixture(scope="module")
def sent(server, browser):
    """The page Report of a person who has changed a control on a page and sent the view."""
    page = arrived(browser(f"{server}/matching?show=Scores", locale="en-GB"))
    page.locator(".st-key-open-settings button").click()
    rerun(page, lambda: page.get_by_role("radio", name="greedy").click())
    arrived(page).get_by_role("button", name="Add to report").click()
    page.get_by_text("Added to the page Report, which has 1 view now.").wait_for()
    report_link(page).click()
    page.get_by_role("heading", name="This session").wait_for()
    yield arrived(page)
    page.close()


def test_a_view_taken_along_is_drawn_offline_with_the_data_it_had(sent, browser, tmp_path):
    file, archive = (taken_along(sent, name, tmp_path) for name in ("report.html", "report.zip"))
    with zipfile.ZipFile(archive) as inside:
        (section,) = json.loads(inside.read("report.json"))["sections"]
    assert ["method", "greedy"] in section["link"]
    page, requests = offline(browser, file)
    plots = [block["plot"] for block in section["blocks"] if block["kind"] == "figure"]
    assert page.locator(".plot .main-svg").first.is_visible()
    assert page.locator(".plot").count() == len(plots)
    for place, plot in enumerate(plots):
        shown = page.locator(".plot").nth(place).evaluate(DATA)
        assert json.loads(shown) == plot["data"]
    page.locator(".plot .point").last.hover(force=True)
    page.locator(".plot .hoverlayer .hovertext").first.wait_for()
    assert requests == []
    assert console_errors(page) == []
    page.close()


def test_numbers_of_a_plot_are_the_same_to_the_last_bit_in_the_browser(browser, tmp_path):
    values = np.random.default_rng(0).normal(size=20) * 10.0 ** np.arange(-10, 10)
    file = tmp_path / "report.html"
    file.write_text(drawn(Report("r", (a_section("x", values),))))
    page, _ = offline(browser, file)
    numbers = page.locator(".plot").first.evaluate("plot => [...plot._fullData[0].y]")
    assert numbers == values.tolist()
    page.close()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
@pytest.mark.parametrize("words", NASTY)
def test_words_that_want_to_be_more_stay_words(browser, tmp_path, words, width, dark):
    file = tmp_path / "report.html"
    file.write_text(drawn(Report(words, (a_section(words),))))
    page, requests = offline(browser, file, width=width, dark=dark)
    assert page.locator("h2").text_content() == words
    assert page.title() == words.strip(" ")
    assert page.locator("img").count() == 1
    assert requests == []
    assert console_errors(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_what_would_slip_through_is_neither_run_nor_fetched(browser, tmp_path):
    """The second wall: even a raw script and a picture from afar in the file do nothing."""
    picture = '<img src="http://127.0.0.1:9/x.png" onerror="document.title = `run`">'
    file = tmp_path / "report.html"
    slip = f'<main><script>document.title = "run"</script>{picture}'
    file.write_text(drawn(Report("r", (a_section("x"),))).replace("<main>", slip))
    page, stopped = browser("about:blank", offline=True), {}
    page.on("requestfailed", lambda request: stopped.update({request.url: request.failure}))
    page.goto(file.as_uri())
    page.locator(".plot[data-drawn]").wait_for()
    assert page.title() == "r"
    assert stopped == {"http://127.0.0.1:9/x.png": "csp"}
    page.close()


def test_a_report_turns_dark_with_the_screen_and_light_on_paper(browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(drawn(Report("r", (a_section("x"),))))
    page, _ = offline(browser, file)
    ink = "() => document.querySelector('.plot').layout.font.color"
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"before => ({ink})() !== before", arg=light)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"before => ({ink})() === before", arg=light)
    assert page.locator("details").first.get_attribute("open") is not None
    page.close()


def test_a_hostile_report_opened_on_the_page_stays_words(server, browser):
    page, messages = browser(f"{server}/report", locale="en-GB"), []
    page.on("dialog", lambda dialog: (messages.append(dialog.message), dialog.dismiss()))
    arrived(page).get_by_role("button", name="Open a report").click()
    file = report_zip(Report(NASTY[0], tuple(a_section(words) for words in NASTY)))
    upload = {"name": "report.zip", "mimeType": "application/zip", "buffer": file}
    page.locator("input[type=file]").set_input_files(upload)
    page.get_by_label("Title of the report").wait_for()
    arrived(page)
    expect(page.get_by_label("Title", exact=True).first).to_have_value(NASTY[0])
    assert messages == []
    assert page.locator("img[src=x]").count() == 0
    assert console_errors(page) == []
    page.close()


def test_a_session_is_restored_by_a_stranger_on_its_page_with_its_control(sent, server, browser, tmp_path):
    file = taken_along(sent, "session.zip", tmp_path)
    page = arrived(browser(f"{server}/report", locale="de-DE"))
    assert page.get_by_role("button", name="Remove").count() == 0  # the other's report is not seen
    page.get_by_role("button", name="Restore a session").click()
    page.locator("input[type=file]").last.set_input_files(file)
    page.wait_for_url("**/matching?*method=greedy*")
    page.locator(".player").wait_for()
    arrived(page)
    expect(page.get_by_role("radio", name="greedy", include_hidden=True)).to_be_checked()
    expect(page.get_by_role("radio", name="Scores")).to_be_checked()
    report_link(page).click()
    page.get_by_role("button", name="Remove").wait_for()
    assert console_errors(page) == []
    page.close()


def test_a_press_on_a_page_that_is_left_while_it_computes_is_added_once_it_is_opened_from_the_report(server, browser):
    page = browser(f"{server}/world?what=A+long+story&seed=815", locale="es-ES")
    page.get_by_role("button", name="Cancel").wait_for()
    page.get_by_role("button", name="Add to report").click()
    page.get_by_role("link", name="Report", exact=True).first.click()
    page.get_by_text("1 view waits: open it to add it.").wait_for()
    arrived(page).get_by_role("link", name="Open World").click()
    page.get_by_text("Added to the page Report, which has 1 view now.").wait_for()
    page.wait_for_url("**/world?*seed=815*")
    arrived(page).get_by_role("link", name="Report", exact=True).first.click()
    page.get_by_text("1 view of World.").wait_for()
    assert console_errors(page) == []
    page.close()


def test_the_report_is_put_in_order_by_keyboard_alone(server, browser):
    page = arrived(browser(f"{server}/matching?part=Cost", locale="fr-FR"))
    for count in ("1 view", "2 views"):
        page.get_by_role("button", name="Add to report").focus()
        page.keyboard.press("Enter")
        page.get_by_text(f"which has {count} now").wait_for()
    report_link(page).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="This session").wait_for()
    title = arrived(page).get_by_label("Title", exact=True).first
    title.fill("Last")
    rerun(page, lambda: title.press("Enter"))
    down = page.get_by_role("button", name="Down").first
    down.focus()
    rerun(page, lambda: page.keyboard.press("Enter"))
    expect(page.get_by_label("Title", exact=True).last).to_have_value("Last")
    assert console_errors(page) == []
    page.close()


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (420, False)])
def test_the_page_does_not_complain_and_is_no_wider_than_the_screen(server, browser, width, dark):
    page = arrived(browser(f"{server}/report", width=width, dark=dark))
    assert console_errors(page) == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    page.close()
