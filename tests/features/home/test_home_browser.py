"""The front door in Chromium: pictures come first and are large, and the whole of a card opens its state."""

import pytest
from browser import arrived, browser_mark, is_sound

pytestmark = browser_mark()


@pytest.mark.parametrize(("width", "across", "most"), [(1440, 3, 320), (420, 1, 300)])
def test_pictures_come_first_and_are_large(server, browser, width, across, most):
    page = arrived(browser(f"{server}/", width=width))
    page.wait_for_function("[...document.querySelectorAll('[data-testid=stMain] img')].every(one => one.complete)")
    boxes = [one.bounding_box() for one in page.locator("[data-testid=stMain] img").all()]
    top = min(box["y"] for box in boxes)
    assert top <= most
    assert sum(box["y"] == top for box in boxes) == across
    assert min(box["width"] for box in boxes) > 330
    assert is_sound(page)
    page.close()


def test_the_whole_of_a_card_opens_its_state(server, browser):
    page = arrived(browser(f"{server}/"))
    card = page.locator(".st-key-demo-world")
    box = card.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)  # on the picture
    page.wait_for_url("**/world?*cartwheel*")
    page.close()
