"""The segmentation page in Chromium: the board by mouse and keys, ways to seek, and a hostile file."""

from functools import partial

import pytest
from browser import arrived, browser_mark, console_errors, expect, rerun

pytestmark = browser_mark()
PARTS = ("", "?part=Re-assembly", "?part=Label+files", "?part=Graph+matching", "?part=The+paper%27s+table")
PLAYER = ".st-key-segmentation-player .player"


@pytest.fixture
def visit(server, browser):
    """Open a state of the page; it must not have complained when the test ends."""
    pages = []

    def go(query: str = "", **style):
        page = arrived(browser(f"{server}/segmentation{query}", **style))
        pages.append(page)
        return page

    yield go
    for page in pages:
        assert console_errors(page) == []
        page.close()


def pieces(page) -> list[str]:
    """The timeline that the board ends in: the names of its segments."""
    return page.locator(".board .bars").first.locator(".piece").all_inner_texts()


def settled(page, *names: str) -> None:
    """Wait until the timeline is this."""
    page.wait_for_function(
        """names => {
          const roots = [...document.querySelectorAll('.st-key-segmentation-board *')].map(node => node.shadowRoot);
          const bars = roots.find(root => root?.querySelector('.board'))?.querySelector('.bars');
          const told = [...(bars?.querySelectorAll('.piece') ?? [])].map(one => one.textContent);
          return JSON.stringify(told) === names;
        }""",
        arg="[" + ",".join(f'"{name}"' for name in names) + "]",
    )


def press(locator, x: float, y: float = 0.5) -> None:
    """Click at shares of an element's width and height."""
    box = locator.bounding_box()
    locator.click(position={"x": x * box["width"], "y": y * box["height"]})


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
def test_no_part_complains_or_is_wider_than_the_screen(visit, width, dark):
    for query in PARTS:
        page = visit(query, width=width, dark=dark)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_a_point_that_is_dragged_is_re_assembled_and_taken_back(visit):
    page = visit("?part=Re-assembly&example=All+the+rules")
    settled(page, "take", "stir", "pour")
    point = page.get_by_role("button", name="stir at 36, confidence 0.8")
    box = point.bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 9, box["y"] + 60, steps=3)  # less confident than the pour beside it
    page.mouse.up()
    settled(page, "take", "pour")
    page.get_by_role("button", name="Undo edit").click()
    settled(page, "take", "stir", "pour")


def test_points_are_added_and_deleted_by_mouse_and_keys(visit):
    page = visit("?part=Re-assembly&example=No+boundaries")
    settled(page, "pour")
    page.get_by_label("What a double click adds").select_option("boundary")
    field = page.locator(".editable .field")
    box = field.bounding_box()
    page.mouse.dblclick(box["x"] + 0.2 * box["width"], box["y"] + 20)
    settled(page, "take", "pour")
    page.keyboard.press("Delete")
    settled(page, "pour")
    page.locator(".editable .disc").first.focus()
    for _ in range(3):
        page.keyboard.press("c")  # the class after take, and after that
    page.get_by_role("button", name="drink at 5, confidence 0.4").wait_for()
    page.get_by_role("button", name="Next step").focus()
    page.keyboard.press("z")
    page.get_by_role("button", name="stir at 5, confidence 0.4").wait_for()


def test_keys_on_the_board_go_through_the_steps(visit):
    page = visit("?part=Re-assembly&example=All+the+rules")
    page.get_by_role("button", name="Next step").focus()
    for key, step in (("ArrowRight", 1), ("End", 4), ("ArrowLeft", 3), ("Home", 0)):
        page.keyboard.press(key)
        page.locator(f".board[data-step='{step}']").wait_for()
    page.get_by_role("button", name="Play the steps").click()
    page.locator(".board[data-step='1']").wait_for()
    expect(page.locator(".board > .words")).to_contain_text("From 0 to 20, merge take at 10")


def test_a_tier_seeks_jumps_and_is_played_over_and_over(visit):
    page = visit()
    page.locator(f"{PLAYER}[data-drawn='0']").wait_for()
    page.locator(".thumbnails[data-complete='true']").wait_for()
    tier = page.get_by_role("slider", name="ground truth")
    press(tier, 30.5 / 480)
    page.locator(f"{PLAYER}[data-drawn='30']").wait_for()
    expect(tier).to_have_attribute("aria-valuetext", "frame 30: push")
    tier.press("PageDown")
    page.locator(f"{PLAYER}[data-drawn='67']").wait_for()
    tier.press("Enter")
    page.locator(f"{PLAYER}[data-held='67,90']").wait_for()
    tier.press("Enter")
    page.locator(f"{PLAYER}[data-held='']").wait_for()


def test_a_row_of_a_table_seeks_and_so_do_the_pictures(visit):
    page = visit("?show=Table")
    page.locator(f"{PLAYER}[data-drawn='0']").wait_for()
    rows = page.locator(".st-key-segments .dvn-scroller")
    rows.click(position={"x": 60, "y": 35 * 2.5})  # they are 35 px tall, the first one is the header
    page.locator(f"{PLAYER}[data-drawn='15']").wait_for()
    page.get_by_role("slider", name="Pictures").press("Home")
    page.locator(f"{PLAYER}[data-drawn='0']").wait_for()
    rows.click(position={"x": 60, "y": 35 * 4.5})
    page.locator(f"{PLAYER}[data-drawn='67']").wait_for()


def uploaded(page, *files: tuple[str, bytes]) -> None:
    """Open label files: ground truth, then predictions."""
    page.get_by_role("button", name="Open label files").click()
    for place, (name, content) in enumerate(files):
        upload = page.locator("[data-testid=stFileUploaderDropzoneInput]").nth(place)
        rerun(page, partial(upload.set_input_files, {"name": name, "mimeType": "text/plain", "buffer": content}))


def test_labels_without_a_clip_are_walked_and_enlarged_by_keys_and_a_click_stays_in_the_link(visit):
    page = visit("?part=Label+files")
    truth = b"background\n" * 15 + b"push\n" * 39 + b"walk\n" * 426
    uploaded(page, ("elsewhere.txt", truth), ("elsewhere", b"### x\n" + truth.replace(b"\n", b" ")))
    page.keyboard.press("Escape")
    sheet = page.locator(".timeline canvas")
    sheet.focus()
    sheet.press("ArrowRight")
    expect(page.locator(".timeline .words")).to_have_text("ground truth: push, 15 to 54")
    sheet.press("+")
    page.locator(".timeline[data-from='8'][data-to='248']").wait_for()
    rerun(page, lambda: sheet.press("Enter"))
    page.wait_for_url("**at=15-54.1.elsewhere**")
    sheet.press("0")
    page.locator(".timeline[data-from='0'][data-to='480']").wait_for()
    press(sheet, 300 / 480, 0.1)
    page.wait_for_url("**at=54-480.2.elsewhere**")


def test_a_hostile_file_is_refused_in_a_sentence(visit):
    page = visit("?part=Label+files")
    evil = b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><ANNOTATION_DOCUMENT/>'
    uploaded(page, ("a.eaf", evil))
    page.get_by_text("groundTruth/a.eaf, line 1: want XML without a document type").wait_for()
