"""The frame of all pages in Chromium: settings, share, ways to bring a clip, where the first picture is, what stays."""

import re

import pytest
from browser import arrived, browser_mark, console_errors, expect, is_sound, open_settings, rerun

from vizcore.features import catalog
from vizcore.features.catalog import PAGES
from vizcore.runtime.clip_library import bundled

pytestmark = browser_mark()
SCREENS = {  # px: width, height, the lowest top of a first picture; and whether it is dark
    "wide": (1440, 900, 320, True),
    "narrow": (420, 900, 300, False),
}
PICTURE = (
    ".player .map:visible, .player .stage, .board, .filter-panel, .timeline, [data-testid=stPlotlyChart], "
    "[data-testid=stImage] img, [data-testid=stDataFrame], [data-testid=stMetric]"
)
WITH_PICTURE = [row for row in PAGES if row.name not in ("lessons", "report", "system")]
CLIP = bundled()["lamps"].path
DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const carrier = new DataTransfer();
  carrier.items.add(new File([bytes], name, { type: "video/mp4" }));
  const about = { bubbles: true, cancelable: true, composed: true, dataTransfer: carrier };
  const place = document.elementFromPoint(600, 600);
  place.dispatchEvent(new DragEvent("dragenter", about));
  place.dispatchEvent(new DragEvent("drop", about));
}"""


@pytest.fixture
def wide(server, browser):
    page = arrived(browser(f"{server}/matching", width=1440), ".player")
    yield page
    page.close()


def test_settings_are_closed_at_first_and_open_and_close_without_a_run(wide):
    drawer, opener = wide.locator(".st-key-drawer"), wide.locator(".st-key-open-settings button")
    expect(drawer).to_be_hidden()
    runs = wide.locator(".vz-run").last.get_attribute("data-seq")
    opener.click()
    expect(drawer).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(wide.locator(".st-key-close-settings button")).to_be_focused()
    wide.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    wide.locator(".st-key-close-settings button").click()
    expect(drawer).to_be_hidden()
    assert wide.locator(".vz-run").last.get_attribute("data-seq") == runs
    assert console_errors(wide) == []


def test_a_setting_is_undone_from_the_drawer_and_the_link_follows(wide):
    open_settings(wide)
    slider = wide.locator(".st-key-across [role=slider], .st-key-across input").first
    rerun(wide, lambda: slider.press("ArrowRight"))
    wide.wait_for_url(re.compile("across=17"))
    rerun(wide, lambda: wide.locator(".st-key-undo-setting button").click())
    wide.wait_for_url(lambda url: "across" not in url)
    rerun(wide, lambda: wide.locator(".st-key-redo-setting button").click())
    wide.wait_for_url(re.compile("across=17"))
    rerun(wide, lambda: wide.locator(".st-key-reset-settings button").click())
    wide.wait_for_url(lambda url: "across" not in url)


def test_share_copies_the_link_of_this_view(server, browser):
    page = browser(f"{server}/matching?across=12", permissions=["clipboard-read", "clipboard-write"])
    arrived(page, ".player")
    page.locator(".st-key-share button").click()
    page.get_by_text("Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "across=12" in page.url
    page.close()


def test_where_nothing_may_be_copied_the_link_is_shown_to_be_copied_by_hand(server, browser):
    refusing = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    page = arrived(browser(f"{server}/matching", before=refusing), ".player")
    page.locator(".st-key-share button").click()
    expect(page.get_by_label("Link to this view")).to_have_value(page.url)
    page.close()


def test_light_dark_and_system_are_chosen_at_the_top_and_nothing_is_lost(wide):
    ground = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    runs = wide.locator(".vz-run").last.get_attribute("data-seq")
    for name, colour in [("Dark", "rgb(17, 21, 28)"), ("Light", "rgb(255, 255, 255)")]:
        wide.get_by_test_id("stMainMenu").get_by_role("button").click()
        wide.get_by_test_id(f"stMainMenuItem-theme-{name}").click()
        wide.wait_for_function(f"{ground} === '{colour}'")
        wide.keyboard.press("Escape")
    assert wide.locator(".vz-run").last.get_attribute("data-seq") >= runs
    expect(wide.locator(".player")).to_be_visible()


def test_the_clip_menu_is_typed_into_and_walked_by_keys(wide):
    wide.locator(".clip-menu .chosen").click()
    expect(wide.get_by_label("Find a clip")).to_be_focused()
    wide.keyboard.type("tiles")
    expect(wide.locator(".clip-menu [role=option]")).to_have_count(1)
    rerun(wide, lambda: wide.keyboard.press("Enter"))
    wide.wait_for_url(re.compile("clip=tiles"))
    wide.locator(".player").get_by_text("Shuffled tiles").first.wait_for()
    wide.locator(".clip-menu .chosen").click()
    wide.keyboard.type("no such clip")
    wide.get_by_text("No clip has these words.").wait_for()
    wide.keyboard.press("Escape")
    expect(wide.locator(".clip-menu .panel")).to_be_hidden()
    assert console_errors(wide) == []


def test_a_video_that_is_dropped_on_the_window_is_opened(wide):
    import base64

    wide.evaluate(DROP, ["dropped.mp4", base64.b64encode(CLIP.read_bytes()).decode()])
    wide.wait_for_url(re.compile("clip=upload-"))
    wide.locator(".player").get_by_text("dropped.mp4").first.wait_for()


def test_what_the_camera_records_is_opened(server, browser):
    page = browser(f"{server}/matching", width=1440, permissions=["camera"])
    arrived(page, ".player")
    page.get_by_label("Record from the camera").first.click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_text("2 s", exact=True).wait_for()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_url(re.compile("clip=upload-"))
    page.locator(".player").get_by_text(re.compile("camera-.*(webm|mp4)")).first.wait_for()
    page.close()


def test_where_there_is_no_camera_a_sentence_says_so(server, browser):
    refusing = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
    page = arrived(browser(f"{server}/matching", before=refusing), ".player")
    page.get_by_label("Record from the camera").first.click()
    page.get_by_text("A browser gives the camera only to pages of this machine or of https.").wait_for()
    page.close()


def highest(page) -> float:
    """The top of the first picture, px."""
    boxes = [one.bounding_box() for one in page.locator(PICTURE).all() if one.is_visible()]
    return min(box["y"] for box in boxes if box)


@pytest.mark.parametrize("row", WITH_PICTURE, ids=lambda row: row.name)
@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_picture_is_near_the_top_and_stays_where_it_is(server, browser, row, screen):
    width, height, lowest, dark = SCREENS[screen]
    page = browser(f"{server}/{'' if row is PAGES[0] else row.name}", width=width, height=height, dark=dark)
    page.locator(PICTURE).first.wait_for()
    arrived(page, PICTURE)
    top = highest(page)
    assert top <= lowest
    expect(page.get_by_role("heading", name=row.title, exact=True)).to_be_visible()
    expect(page).to_have_title(row.title)
    assert is_sound(page)
    page.wait_for_timeout(600)
    assert highest(page) == top
    page.close()


def test_the_player_stays_in_view_while_a_long_view_is_scrolled(server, browser):
    page = arrived(browser(f"{server}/matching?show=Assignment", width=1440, height=700), ".player")
    page.locator(".st-key-displacement_figure, .st-key-permutation_figure").first.wait_for()
    page.mouse.move(1100, 300)
    page.mouse.wheel(0, 350)
    page.wait_for_timeout(400)
    box = page.locator(".player .stage").bounding_box()
    assert 0 <= box["y"] < 200
    assert page.locator(".st-key-beside").bounding_box()["y"] < 0
    page.close()


def test_a_clip_is_at_the_same_moment_on_the_next_page(server, browser):
    page = arrived(browser(f"{server}/matching?clip=lamps", width=1440), ".player")
    for _ in range(2):
        page.locator(".player .overlay").first.press("Shift+ArrowRight")
    frame = page.locator(".player .stage").get_by_text(re.compile(r"frame 20\b"))
    frame.first.wait_for()
    page.wait_for_timeout(800)  # until the player has told where it rests
    page.get_by_role("link", name="Attend").click()
    arrived(page, ".player")
    page.locator(".player").get_by_text(re.compile(r"frame 20\b")).first.wait_for()
    page.close()


def test_a_link_leads_to_the_moment_at_which_it_was_shared(server, browser):
    page = arrived(browser(f"{server}/matching?clip=lamps", width=1440), ".player")
    for _ in range(2):
        page.locator(".player .overlay").first.press("Shift+ArrowRight")
    page.wait_for_url(re.compile(r"[?&]t=\d"))
    other = arrived(browser(page.url, width=1440), ".player")
    other.locator(".player").get_by_text(re.compile(r"frame 20\b")).first.wait_for()
    other.close()
    page.close()


def walk(page, name: str):
    """Where the menu of pages leads to."""
    page.get_by_role("link", name=catalog.page(name).verb, exact=True).first.click()
    page.wait_for_url(re.compile(f"/{name}[?].*clip="))
    return arrived(page, ".player")


def test_clip_model_and_patch_go_along_from_page_to_page_and_demos_begin_as_they_say(server, browser):
    page = arrived(browser(f"{server}/matching?clip=throw&source=acts-ata&pick=8.35", width=1440), ".player")
    y, x = (4 + 0.5) / 8, (3 + 0.5) / 8  # of patch 35 of the grid of acts-ata
    walk(page, "compare")
    page.wait_for_url(re.compile("clip=throw.*pick="))

    assert "m1=acts-ata" in page.url
    assert f"pick=0.8.{round(1000 * y)}.{round(1000 * x)}" in page.url
    walk(page, "heatmaps")
    assert "clip=throw" in page.url
    assert "row1=acts-ata" in page.url
    walk(page, "matching")
    page.wait_for_url(re.compile("pick=8.35"))
    assert "source=acts-ata" in page.url
    link = page.url
    fresh = arrived(browser(link, width=1440), ".player")
    assert fresh.url == link
    fresh.close()
    page.get_by_role("link", name="VizCore", exact=True).first.click()
    page.get_by_role("link", name="Hungarian against greedy").click()
    page.wait_for_url(re.compile("matching.*clip=parade"))
    arrived(page, ".player")
    assert "source" not in page.url
    assert "pick" not in page.url
    page.close()


WATCH = """() => {
  const since = new Map(), seen = (window.seen = { veiled: 0, old: 0, beside: 0 });
  const faint = node => node && (getComputedStyle(node).opacity <= 0.31 || faint(node.parentElement));
  const look = () => {
    for (const node of document.querySelectorAll("[data-testid=stMain] [data-stale=true]")) {
      if (!since.has(node)) since.set(node, performance.now());
      if (performance.now() - since.get(node) > 600) seen[faint(node) ? "veiled" : "old"] += 1;
    }
    for (const node of since.keys()) if (node.dataset.stale !== "true") since.delete(node);
    const both = [".st-key-cancel-work", ".st-key-matching-player"].map(name => document.querySelector(name));
    if (both.every(one => one && !one.closest("[data-stale=true]"))) seen.beside += 1;
    requestAnimationFrame(look);
  };
  look();
}"""


def test_what_is_old_is_veiled_while_a_page_computes_and_never_stands_beside_how_far_it_is(wide):
    open_settings(wide)
    verdict = wide.locator(".st-key-verdict").inner_text()
    wide.evaluate(WATCH)
    for key in ("across", "count"):
        wide.locator(f".st-key-{key} [role=slider], .st-key-{key} input").first.press("End")
    expect(wide.locator(".st-key-verdict")).not_to_contain_text(verdict)
    wide.locator(".player").wait_for()
    seen = wide.evaluate("window.seen")
    print(f"\nveiled in {seen['veiled']} pictures of elements")
    assert seen["old"] == seen["beside"] == 0
