"""Following a box in Chromium: it is drawn by mouse, followed, corrected in another frame, and kept in the link."""

import shutil

import pytest
from browser import arrived, browser_mark, browsing, console_errors, is_sound, serve

from vizcore.runtime import clip_library

pytestmark = browser_mark()
PAGE = "localization?part=Follow+a+box&count=24&across=16"
FOLLOWED = "() => !document.querySelector('[data-testid=stProgress]')"


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """A server with a clip that nobody rendered here."""
    folder = tmp_path_factory.mktemp("films")
    shutil.copy(clip_library.bundled()["crowd"].path, folder / "film.mp4")
    with serve("app.py", {"VIZCORE_TEST": "1", "VIZCORE_MEDIA": str(folder)}) as url, browsing() as open_page:
        yield lambda query="", **look: arrived(
            open_page(f"{url}/{PAGE}&clip=media/film.mp4{query}", **look), ".player[data-drawn]"
        )


def drag(page, start, end) -> None:
    box = page.locator(".overlay").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def until_linked(page, words: int) -> str:
    """The boxes in the link, once they are so many."""
    page.wait_for_url(lambda url: url.partition("boxes=")[2].partition("&")[0].count(".") == 4 * words)
    return page.url.partition("boxes=")[2].partition("&")[0]


def corners(word: str) -> list[float]:
    return [int(one) / 1000 for one in word.split(".")[1:]]


def test_a_box_is_drawn_followed_and_corrected_by_mouse(films):
    page = films(width=1440)
    page.wait_for_function(FOLLOWED)
    page.get_by_text("the first box is around what moves most").wait_for()
    page.keyboard.down("Shift")
    drag(page, (0.7, 0.3), (0.82, 0.72))
    page.keyboard.up("Shift")
    word = until_linked(page, 1)
    assert word.startswith("0.")
    assert corners(word) == pytest.approx([0.7, 0.3, 0.82, 0.72], abs=0.02)
    page.get_by_text("Person 1 is followed").wait_for()
    page.locator(".overlay").press("Shift+ArrowRight")  # ten frames on
    page.locator(".player[data-drawn='10']").wait_for()
    assert page.locator(".overlay").get_attribute("aria-description").startswith("Person 1 ")
    x0, y0, x1, y1 = corners(word)
    drag(page, ((x0 + x1) / 2, (y0 + y1) / 2), ((x0 + x1) / 2 - 0.1, (y0 + y1) / 2))  # by its inside
    first, second = until_linked(page, 2).split("_")
    assert first == word
    assert second.startswith("10.")
    page.get_by_text("Forget the box of frame 10").wait_for()
    page.wait_for_function(FOLLOWED)
    assert page.locator(".player").get_attribute("data-frame") == "10"
    assert console_errors(page) == []
    page.close()


def test_two_people_are_drawn_and_the_link_shows_both_again(films):
    page = films("&boxes=0.680.300.800.750")
    page.get_by_text("Person 1 is followed").wait_for()
    page.get_by_text("New person", exact=True).click()
    page.locator(".player[data-drawn]").wait_for()
    drag(page, (0.1, 0.3), (0.25, 0.8))
    page.wait_for_url("**~0.*")
    page.get_by_text("Remove Person 2").wait_for()
    page.wait_for_function(FOLLOWED)
    said = page.url.partition("boxes=")[2].partition("&")[0]
    assert console_errors(page) == []
    page.close()
    page = films(f"&boxes={said}")
    page.get_by_text("persons are followed").wait_for()
    page.close()


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (420, False)])
def test_it_fits_its_screen(films, width, dark):
    page = films("&boxes=0.680.300.800.750~30.100.300.250.800", width=width, dark=dark)
    page.wait_for_function(FOLLOWED)
    assert is_sound(page)
    page.close()


def test_a_finger_draws_a_box_and_does_not_scroll_the_page(films):
    page = films("&boxes=0.680.300.800.750", width=420, has_touch=True, is_mobile=True)
    page.get_by_text("Person 1 is followed").wait_for()
    assert page.locator(".overlay").evaluate("node => getComputedStyle(node).touchAction") == "none"
    box = page.locator(".overlay").bounding_box()
    page.touchscreen.tap(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_url(lambda url: "boxes=0.680.300.800.750" not in url)
    word = until_linked(page, 1)
    assert corners(word) == pytest.approx([0.14, 0.275, 0.26, 0.725], abs=0.02)
    page.close()
