"""The page System in Chromium: no complaints on any screen, others at work are seen, one's own work is stopped."""

import pytest
from browser import arrived, browser_mark, console_errors, expect, rerun, runs, serve

pytestmark = browser_mark()
LONG = "world?what=A+long+story&seed=4711"  # some seconds of drawing


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")  # nothing is there already
    with serve("app.py", {"VIZCORE_TEST": "1", "VIZCORE_CACHE": str(cache)}) as url:
        yield url


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
def test_no_section_complains_or_is_wider_than_the_screen(server, browser, width, dark):
    page = arrived(browser(f"{server}/system?show=Versions", width=width, dark=dark))
    page.get_by_role("heading", name="This machine").wait_for()
    for section in ("Models", "Kept on disk", "Your uploads", "Self-test"):
        rerun(page, page.get_by_role("radio", name=section).click)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert console_errors(page) == []
    page.close()


def test_the_self_test_passes_on_a_real_server(server, browser):
    page = arrived(browser(f"{server}/system"))
    rerun(page, page.get_by_role("button", name="Run the self-test").click)
    page.get_by_text("known answers came out").first.wait_for()
    assert page.get_by_text("(seed").count() == 1
    assert page.get_by_role("alert").count() == 0, "something failed"
    page.close()


def test_work_is_seen_as_it_comes_without_a_run_of_the_page_and_ones_own_can_be_stopped(server, browser):
    watching = arrived(browser(f"{server}/system"))
    before = runs(watching)
    asking = browser(f"{server}/{LONG}")
    asking.get_by_role("button", name="Cancel").wait_for()
    watching.get_by_text("Rendering the clip · somebody else's").wait_for()
    expect(watching.get_by_role("button", name="Cancel")).to_have_count(0)
    asking.get_by_role("link", name="System").click()
    asking.get_by_role("heading", name="Work").wait_for()
    asking.locator(".stProgress").get_by_text("Rendering the clip").wait_for()
    asking.get_by_role("button", name="Cancel").click()
    asking.get_by_text("Nothing is being computed.").wait_for()
    watching.get_by_text("Nothing is being computed.").wait_for()
    assert runs(watching) == before
    assert console_errors(asking) == []
    asking.get_by_role("link", name="Report").first.click()
    asking.get_by_test_id("stMain").get_by_role("link", name="World").click()  # as it was left
    asking.get_by_text("stopped before it was done").wait_for()
    watching.close()
    asking.close()
