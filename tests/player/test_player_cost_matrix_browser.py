"""The cost matrix in Chromium: its point follows the clock, the mouse shows any pair, a press walks the route."""

from browser import browser_mark
from player_probes import at, open_browser, serve_player, visiting  # noqa: F401

pytestmark = browser_mark()
QUERY = "clips=2&warp=1&cost_matrix=1&grid=0&tracks=0&heat=0&tiers=0"


def tells(page, start: str) -> None:
    """Wait until the words over the clips begin so: they are written with the next picture."""
    page.wait_for_function("start => viz.root().querySelector('.pair .text').textContent.startsWith(start)", arg=start)


def press(page, x: float, y: float, click: bool = True) -> None:
    """Go to a place of the matrix, as shares of it from its lower left, and press there."""
    box = page.locator(".over").bounding_box()
    left, top, width, height = page.evaluate(
        """() => {
          const { layout } = viz.root().querySelector('.map').dataset;
          return layout.split(' ').map(Number);
        }"""
    )
    page.mouse.move(box["x"] + left + x * width, box["y"] + top + (1 - y) * height)
    if click:
        page.mouse.down()
        page.mouse.up()


def test_the_point_and_its_words_follow_the_walk(visit):
    page = visit(QUERY)
    tells(page, "frame 0 with frame 0: cost 0.000")
    page.locator(".over").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    at(page, 30)
    tells(page, "frame 30 with frame 45:")
    described = "viz.root().querySelector('.over').getAttribute('aria-description')"
    assert page.evaluate(f"{described} === viz.root().querySelector('.pair .text').textContent")
    page.get_by_role("combobox", name="Clips in step").select_option("lock")
    tells(page, "frame 30 with frame 30:")


def test_the_mouse_shows_any_pair_and_leaves_no_trace(visit):
    page = visit(QUERY)
    press(page, 0.904, 0.103, click=False)  # well inside a cell
    page.wait_for_function("viz.number(0) === 108")
    page.wait_for_function("viz.number(1) === 18")
    tells(page, "frame 108 with frame 18:")
    page.mouse.move(1, 1)
    page.wait_for_function("viz.number(0) === 0 && viz.number(1) === 0")


def test_a_press_goes_to_the_nearest_place_of_the_route(visit):
    page = visit(QUERY)
    press(page, 0.5, 0.5)
    page.wait_for_function("viz.node().dataset.drawn === '60'")
    page.mouse.move(1, 1)
    page.wait_for_function("viz.number(1) === 90")
    tells(page, "frame 60 with frame 90:")


def test_pictures_lie_along_both_axes_and_a_narrow_screen_has_them_too(visit):
    for width in (1280, 420):
        page = visit(QUERY, width=width)
        page.wait_for_function("viz.root().querySelector('.map').dataset.complete === 'true'")
        assert page.locator(".cost-matrix").bounding_box()["width"] <= width
