"""Annotations in Chromium: boxes, sticks and masks lie where Python said, and a person hides them without Python."""

from browser import browser_mark, wait_idle
from player_probes import at, open_browser, serve_player, visiting  # noqa: F401

pytestmark = browser_mark()

SEE = """layer => {
  const canvas = viz.root().querySelector(layer);
  const shown = !canvas.hidden && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return shown ? [...shown].filter((_, i) => i % 4 === 3 && shown[i]).length : 0;
}"""
PIXEL = """([x, y]) => {
  const canvas = viz.root().querySelector('.overlay');
  const place = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
  return [...canvas.getContext('2d').getImageData(...place, 1, 1).data];
}"""


def test_boxes_lie_where_they_are_said_to_and_say_who_it_is(visit):
    page = visit("annotations=1&grid=0&tracks=0&heat=0")
    for frame in (0, 6):
        at(page, frame)
        left = 0.1 + 0.4 * frame / 120
        assert page.evaluate(PIXEL, [left, 0.6])[:3] == [230, 159, 0]  # its left side, in the walker's colour
        assert page.evaluate(PIXEL, [left - 0.04, 0.6])[3] == 0  # and nothing beside it
        for _ in range(6):
            page.locator(".overlay").press("ArrowRight")
    assert page.locator(".overlay").get_attribute("aria-description") == "walks 0 0.88; onlooker <i>"
    assert page.locator(".styles").inner_text().split("\n") == ["walker", "onlooker <i>"]


def test_a_frame_without_boxes_shows_none(visit):
    page = visit("annotations=1&frame=9&grid=0&tracks=0&heat=0", drawn=9)
    assert page.evaluate(SEE, ".overlay") == 0
    assert page.locator(".overlay").get_attribute("aria-description") == ""
    assert page.evaluate(SEE, ".mask") == 5 * 2  # the mask is told of every frame: 5 rows of 2 columns


def test_layers_are_switched_without_a_word_to_python_and_a_taste_is_kept(visit):
    page = visit("annotations=1&grid=0&tracks=0&heat=0")
    everything = page.evaluate(SEE, ".overlay")
    sent = page.evaluate("viz.sent")
    page.get_by_role("button", name="Masks").click()
    assert page.evaluate(SEE, ".mask") == 0
    page.get_by_role("button", name="Skeletons").click()
    boxes_only = page.evaluate(SEE, ".overlay")
    page.locator(".overlay").press("b")
    assert 0 < boxes_only < everything
    assert page.evaluate(SEE, ".overlay") == 0
    assert page.evaluate("viz.sent") == sent
    kept = page.evaluate("JSON.parse(localStorage.getItem('vizcore.player'))")
    assert (kept["boxes"], kept["bones"], kept["mask"]) == (False, False, False)


def test_what_a_clip_has_not_cannot_be_switched(visit):
    page = visit("heat=0")
    wait_idle(page)
    for name in ("Boxes", "Skeletons", "Masks"):
        assert page.get_by_role("button", name=name).is_hidden()
    assert page.locator(".styles").is_hidden()
