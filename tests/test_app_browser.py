"""The whole app in Chromium: every page as the first request of a fresh server, clicks that reach Python, uploads."""

import re

import pytest
from browser import arrived, browser_mark, console_errors, expect, is_sound, open_settings, rerun, serve

from vizcore.features.catalog import PAGES
from vizcore.runtime.clip_library import bundled

pytestmark = browser_mark()
BARE = ("lessons", "report", "system")  # pages without a picture; the others open in tests of the frame


def opens_under_its_own_title(browser, url, row) -> bool:
    page = arrived(browser(f"{url}/{'' if row is PAGES[0] else row.name}"))
    page.get_by_role("heading", name=row.title, exact=True).wait_for()
    expect(page.get_by_role("link", name=PAGES[1].verb).first).to_be_visible()  # the menu of app.py, not another
    expect(page).to_have_title(row.title)
    assert console_errors(page) == []
    page.close()
    return True


@pytest.mark.parametrize("row", [row for row in PAGES if row.name in BARE], ids=lambda row: row.name)
def test_a_page_opens_under_its_own_title(server, browser, row):
    assert opens_under_its_own_title(browser, server, row)


@pytest.mark.parametrize("row", PAGES[:2], ids=lambda row: row.name)
def test_a_page_may_be_the_first_request_of_a_fresh_server(browser, row):
    with serve("app.py", {"VIZCORE_TEST": "1"}) as url:
        assert opens_under_its_own_title(browser, url, row)


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (420, False)])
def test_no_view_complains_or_is_wider_than_the_screen(server, browser, width, dark):
    parts = ("?show=Scores", "?part=Cost", "?part=Algorithm")
    heat = ("heatmaps?method=Attention+over+time&show=Difference", "heatmaps?show=Files+and+link")
    for path in (*(f"matching{part}" for part in parts), *heat):
        page = arrived(browser(f"{server}/{path}", width=width, dark=dark))
        assert is_sound(page)
        page.close()


def test_a_click_on_a_patch_is_drawn_told_and_kept_in_the_link(server, browser):
    page = arrived(browser(f"{server}/matching?clip=parade"))
    page.locator(".player[data-drawn]").wait_for()
    picture = page.locator(".player .overlay").first
    box = picture.bounding_box()
    rerun(page, lambda: picture.click(position={"x": box["width"] * 0.52, "y": box["height"] * 0.52}))
    page.wait_for_url(re.compile(r"pick=0\.72"))  # row 4 of 9, column 8 of 16
    again = browser(page.url)
    arrived(again)
    again.locator(".player[data-track='72']").wait_for()
    assert console_errors(page) == console_errors(again) == []
    page.close()
    again.close()


def test_the_heat_follows_the_pick(server, browser):
    page = arrived(browser(f"{server}/matching?heat=true"))
    page.locator(".player[data-drawn]").wait_for()
    picture, heat = page.locator(".player .overlay").first, page.locator(".player .heat").first
    before = heat.evaluate("canvas => canvas.toDataURL()")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.1, "y": box["height"] * 0.9})
    page.wait_for_url(re.compile(r"pick=0\.129"))  # row 8 of 9, column 1 of 16
    changed = "([canvas, before]) => canvas.toDataURL() !== before"
    page.wait_for_function(changed, arg=[heat.element_handle(), before])
    page.close()


def test_a_patch_that_is_clicked_is_the_one_whose_attention_is_shown(server, browser):
    page = arrived(browser(f"{server}/heatmaps?method=Attention+in+the+frame"))
    page.locator(".player[data-drawn]").wait_for()
    rows, picture = page.locator(".st-key-strips img").last, page.locator(".player .overlay").first
    before, box = rows.get_attribute("src"), picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.22, "y": box["height"] * 0.36})
    page.wait_for_url(re.compile(r"pick=40\.357\.214"))  # row 2 and column 1 of 7 x 7, frame 40 is in the middle
    page.wait_for_function("([image, before]) => image.src !== before", arg=[rows.element_handle(), before])
    arrived(page)
    assert console_errors(page) == []
    page.close()


def test_the_depth_is_walked_with_the_keys(server, browser):
    page = arrived(browser(f"{server}/heatmaps?rows=lamps+nets"))
    open_settings(page)
    slider = page.locator(".st-key-depth input[type=range]")
    rerun(page, lambda: slider.press("ArrowLeft"))
    page.wait_for_url(re.compile(r"depth=-1"))
    expect(page.get_by_text("blocks.0.space")).to_have_count(4)
    assert console_errors(page) == []
    page.close()


def test_a_choice_goes_into_the_link_and_the_link_restores_it(server, browser):
    page = arrived(browser(f"{server}/matching"))
    open_settings(page)
    rerun(page, lambda: page.get_by_text("greedy", exact=True).click())
    page.wait_for_url(re.compile("method=greedy"))
    again = browser(page.url)
    arrived(again)
    open_settings(again)
    expect(again.get_by_role("radio", name="greedy")).to_be_checked()
    page.close()
    again.close()


def test_demos_opened_one_after_the_other_show_each_its_own_state(server, browser):
    page = arrived(browser(server))
    for title, clip, section in [
        ("A shuffle, read exactly", "Shuffled tiles", "Assignment"),
        ("What temporal attention sees", "Lamps", "What attention sees"),
        ("Follow a patch", "Parade", "Track"),
    ]:
        page.get_by_role("link", name=title).click()
        page.locator(".player figcaption", has_text=clip).wait_for()
        arrived(page)
        expect(page.get_by_role("radio", name=section)).to_be_checked()
        page.get_by_role("link", name=PAGES[0].verb).first.click()
        page.get_by_role("heading", name="This machine").wait_for()
        arrived(page)
    assert console_errors(page) == []
    page.close()


def test_an_unknown_page_is_said_and_the_front_door_opens(server, browser):
    page = browser(f"{server}/nonsense")
    page.get_by_text("Page not found").wait_for()
    page.get_by_role("heading", name=PAGES[0].title, exact=True).wait_for()
    page.close()


def test_an_upload_opens_in_its_own_session_only(server, browser, tmp_path):
    page = arrived(browser(f"{server}/matching"))
    upload = {"name": "../../x.mp4", "mimeType": "video/mp4", "buffer": bundled()["lamps"].path.read_bytes()}
    page.locator("input[type=file]").set_input_files(upload)
    page.wait_for_url(re.compile("clip=upload-"))
    page.locator(".player").get_by_text("x.mp4").first.wait_for()
    stranger = browser(page.url)
    arrived(stranger)
    stranger.get_by_text("uploads are seen only by who made them").wait_for()
    assert stranger.get_by_text("x.mp4").count() == 0
    page.close()
    stranger.close()


def test_a_file_that_is_no_video_gets_a_sentence_and_the_page_stays(server, browser):
    page = arrived(browser(f"{server}/matching"), ".player")
    page.locator(".player").evaluate("player => player.classList.add('as-before')")
    letter = {"name": "letter.mp4", "mimeType": "video/mp4", "buffer": b"Dear reader, " * 50}
    rerun(page, lambda: page.locator("input[type=file]").set_input_files(letter))
    page.get_by_text(re.compile("want a video file .* got text, letter.mp4")).wait_for()
    assert page.locator(".player.as-before").count() == 1
    page.close()
