"""The player in Chromium: every picture says its number in its pixels, and every claim is read back from the page."""

import re
import statistics

import numpy as np
import pytest
from browser import browser_mark, browsing, console_errors, rerun, runs, serve, wait_idle
from browser_player_app import BITS, GRID, tracks_of

pytestmark = browser_mark()

COLUMNS = GRID[1]
NUMBER = """(side) => {
  const canvas = viz.root().querySelectorAll('canvas.frame')[side];
  const step = Math.floor(canvas.width / BITS), pen = canvas.getContext('2d');
  let number = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const [red] = pen.getImageData(bit * step + (step >> 1), canvas.height >> 4, 1, 1).data;
    number = 2 * number + (red > 128);
  }
  return number;
}""".replace("BITS", str(BITS))
WATCH = """
  const viz = window.viz = { sent: 0, open: 0 };
  viz.roots = () => [...document.querySelectorAll('.st-key-player *')].map(node => node.shadowRoot);
  viz.root = () => viz.roots().find(root => root?.querySelector('.player')) ?? null;
  viz.node = () => viz.root()?.querySelector('.player');
  viz.number = NUMBER;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...data) { viz.sent += 1; return send.apply(this, data); };
  const decode = window.createImageBitmap;
  window.createImageBitmap = async (...source) => { const made = await decode(...source); viz.open += 1; return made; };
  const close = ImageBitmap.prototype.close;
  ImageBitmap.prototype.close = function () { viz.open -= 1; return close.call(this); };
""".replace("NUMBER", NUMBER)
HALF = """
  const fetched = window.fetch;
  window.fetch = async (url, options) => {
    const reply = await fetched(url, options);
    if (!String(url).includes('/media/') || options?.headers?.Range) return reply;
    const bytes = new Uint8Array(await reply.arrayBuffer()), cut = Math.floor(0.435 * bytes.length);
    return new Response(new ReadableStream({ async start(out) {
      out.enqueue(bytes.slice(0, cut));
      await new Promise(go => { viz.release = go; });
      out.enqueue(bytes.slice(cut));
      out.close();
    } }));
  };
"""


@pytest.fixture(scope="module")
def server():
    with serve("tests/browser_player_app.py") as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with browsing() as open_page:
        yield open_page


@pytest.fixture
def visit(server, browser):
    """visit(query, ...) -> a page whose player shows its first frame; it may not have complained by the end."""
    pages = []

    def go(query="", *, drawn=0, before="", complaints=(), **look):
        page = browser(f"{server}/?{query}", before=WATCH + before, **look)
        pages.append((page, complaints))
        page.locator(f".player[data-drawn='{drawn}']").wait_for()
        wait_idle(page)
        return page

    yield go
    for page, complaints in pages:
        left = [text for text in console_errors(page) if not any(word in text for word in complaints)]
        page.context.close()
        assert left == []


def at(page, frame: int, side: int = 0) -> None:
    """Wait for a frame, and see that its pixels say the same."""
    page.locator(".screen").nth(side).and_(page.locator(f"[data-drawn='{frame}']")).wait_for()
    assert page.evaluate("side => viz.number(side)", side) == frame


def pick(page, row: int, column: int, side: int = 0) -> None:
    """Click the middle of a patch."""
    surface = page.locator(".overlay").nth(side)
    size = surface.bounding_box()
    x, y = (column + 0.5) * size["width"] / COLUMNS, (row + 0.5) * size["height"] / GRID[0]
    surface.click(position={"x": x, "y": y})


def told(page) -> str:
    return page.get_by_text(re.compile("^told ")).inner_text()


def sent(page) -> int:
    return page.evaluate("viz.sent")


def test_every_way_of_stepping_shows_exactly_the_frame_it_says(visit):
    page = visit("spacing=uneven")
    at(page, 0)
    bar = page.get_by_role("slider", name="Frames")
    size = bar.bounding_box()
    for frame in (80, 3, 119, 41):
        bar.click(position={"x": (frame + 0.5) * size["width"] / 120, "y": 10})
        at(page, frame)
    frame = 41
    for key, move in [("ArrowRight", 1), ("Shift+ArrowRight", 10), ("ArrowLeft", -1), ("Shift+ArrowLeft", -10)] * 2:
        page.keyboard.press(key)
        frame += move
        at(page, frame)
    for key, frame in [("End", 119), ("ArrowRight", 119), ("Home", 0), ("ArrowLeft", 0)]:
        page.keyboard.press(key)
        at(page, frame)
    page.get_by_role("button", name="One frame on").click()
    at(page, 1)
    page.get_by_role("button", name="One frame back").click()
    at(page, 0)
    assert bar.get_attribute("aria-valuetext") == "frame 0 of 120, 0.00 s"


PLAY = """frames => new Promise(done => {
  const log = [], node = viz.node();
  node.querySelector('.play').click();
  const look = now => {
    if (log.length && node.dataset.playing !== 'true') return done(log);
    if (node.dataset.playing === 'true') log.push([now, +node.dataset.frame, +node.dataset.drawn, viz.number(0)]);
    if (log.length >= frames) return done(log);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def test_playing_follows_the_clips_own_times_and_the_pixels_keep_up(visit):
    page = visit("frames=40&spacing=uneven&heat=0")
    before = sent(page)
    log = np.array(page.evaluate(PLAY, 1000))
    assert sent(page) == before  # Python hears nothing while the clip plays
    moments, wanted, drawn, numbers = log.T
    np.testing.assert_array_equal(drawn, numbers)
    assert (np.diff(drawn) >= 0).all()
    times = np.concatenate([np.arange(20) / 30, 20 / 30 + np.arange(20) / 10])
    elapsed = (moments - moments[0]) / 1000
    due = np.searchsorted(times, elapsed, side="right") - 1
    assert np.mean(np.abs(wanted - due) <= 2) >= 0.95
    assert len(set(drawn)) >= 0.8 * 40
    print(f"\nplayed {len(set(drawn))} of 40 frames, {np.mean(drawn == wanted):.0%} of the time the one that was due")
    page.wait_for_function("viz.sent > 0")
    page.get_by_text("at (39,)").wait_for()


SCRUB = """moves => new Promise(done => {
  const bar = viz.root().querySelector('.scrub'), box = bar.getBoundingClientRect(), seen = new Set();
  const screen = viz.root().querySelector('.screen'), first = +screen.dataset.presented, start = performance.now();
  const event = (name, i) => bar.dispatchEvent(new PointerEvent(name, { bubbles: true, pointerId: 1, button: 0,
    clientX: box.left + box.width * (i + 0.5) / moves, clientY: box.top + 5 }));
  let i = 0;
  event('pointerdown', 0);
  const move = () => {
    seen.add(screen.dataset.drawn);
    if ((i += 1) < moves) { event('pointermove', i); return requestAnimationFrame(move); }
    event('pointerup', i - 1);
    done([seen.size, +screen.dataset.presented - first, (performance.now() - start) / 1000]);
  };
  requestAnimationFrame(move);
})"""


def test_a_drag_over_the_scrubber_shows_a_new_frame_at_nearly_every_animation_frame(visit):
    page = visit("frames=120&width=640")
    seen, presented, seconds = page.evaluate(SCRUB, 120)
    print(f"\nscrubbed {seen} frames in {seconds:.2f} s: {seen / seconds:.0f} a second")
    assert seen >= 0.8 * 120
    assert presented <= 121
    at(page, 119)


CLICK = """([row, column]) => {
  const surface = viz.root().querySelector('.overlay'), box = surface.getBoundingClientRect();
  const pixels = () => surface.getContext('2d').getImageData(0, 0, surface.width, surface.height).data.join();
  const before = pixels(), sent = viz.sent;
  surface.dispatchEvent(new MouseEvent('click', { bubbles: true,
    clientX: box.left + box.width * (column + 0.5) / 16, clientY: box.top + box.height * (row + 0.5) / 9 }));
  return { drawn: pixels() !== before, sent: viz.sent - sent, track: viz.node().dataset.track };
}"""
LATENCIES = "performance.getEntriesByName('vizcore.pick').map(entry => entry.duration)"


def test_a_click_draws_the_track_before_anything_is_sent(visit):
    page = visit("width=640")
    for patch in np.random.default_rng(0).permutation(GRID[0] * COLUMNS)[:30].tolist():
        answer = page.evaluate(CLICK, [patch // COLUMNS, patch % COLUMNS])
        assert answer == {"drawn": True, "sent": 0, "track": str(patch)}
    latencies = page.evaluate(LATENCIES)
    assert len(latencies) == 30
    print(f"\nclick to track: median {statistics.median(latencies):.2f} ms, most {max(latencies):.2f} ms")
    page.get_by_text(f"patch={patch}, seq=30").wait_for()


def test_the_track_goes_where_pythons_tracks_go_also_when_picked_between_tracked_frames(visit):
    page, tracks = visit("frame=47", drawn=47), tracks_of(120)
    pick(page, 3, 5)
    patch = 3 * COLUMNS + 5
    track = tracks.track_of(47, patch)
    page.locator(f".player[data-track='{track}']").wait_for()
    page.keyboard.press("Home")
    for step in range(0, 120, 10):
        at(page, step)
        there = tracks.sigma[step // 10, track]
        words = f"patch {there} (row {there // COLUMNS}, column {there % COLUMNS}) in frame {step}"
        assert words in page.locator(".reading").inner_text()
        page.keyboard.press("Shift+ArrowRight")
    page.get_by_text(f"Pick(side=0, frame=47, patch={patch}, seq=1) at (119,)").wait_for()


def test_a_patch_is_picked_and_let_go_by_keyboard_alone(visit):
    page = visit("tiers=0&heat=0")
    page.locator(".overlay").focus()
    keys = ["Enter", "ArrowUp", "ArrowLeft", "ArrowLeft", *["ArrowDown"] * 3, "Enter"]
    for key in keys:
        page.keyboard.press(key)
    patch = (4 - 1 + 3) * COLUMNS + 8 - 2
    page.locator(f".player[data-track='{patch}']").wait_for()
    page.get_by_text(f"patch={patch}, seq=1").wait_for()
    assert page.locator(".player").get_attribute("data-frame") == "0"
    page.keyboard.press("Escape")  # leaves the cursor
    page.keyboard.press("ArrowRight")  # so this steps again
    at(page, 1)
    page.keyboard.press("Escape")  # takes the choice back
    page.locator(".player[data-track='']").wait_for()
    page.get_by_text("told nothing").wait_for()


def heat_pixels(page) -> str:
    return page.evaluate("viz.root().querySelector('.heat').getContext('2d').getImageData(0, 0, 16, 9).data.join()")


def test_heat_is_changed_in_the_browser_and_python_never_hears_of_it(visit):
    page = visit("frame=60", drawn=60)
    heat, slider = page.locator(".heat"), page.get_by_label("Opacity of the heat map")
    before, ran, pixels = sent(page), runs(page), heat_pixels(page)
    slider.fill("20")
    assert heat.evaluate("node => getComputedStyle(node).opacity") == "0.2"
    page.get_by_label("Palette").select_option("magma")
    assert heat_pixels(page) != pixels
    page.get_by_role("button", name="Smooth heat map").click()
    assert heat.evaluate("node => getComputedStyle(node).imageRendering") == "pixelated"
    page.get_by_role("button", name="Patch grid").click()
    page.keyboard.press("g")
    assert (sent(page), runs(page)) == (before, ran)


def test_python_hears_a_position_once_it_is_settled(visit):
    page = visit()
    ran = runs(page)
    page.locator(".overlay").focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.get_by_text("told None at (9,)").wait_for()
    assert runs(page) == ran + 1


def test_a_rerun_keeps_the_player_its_choice_and_its_frames(visit):
    page = visit()
    fetched = []
    page.on("request", lambda request: "/media/" in request.url and fetched.append(request.url))
    pick(page, 2, 2)
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text("patch=34, seq=1) at (10,)").wait_for()
    page.evaluate("viz.node().mark = 1")
    rerun(page, page.get_by_role("button", name="Again").click)
    state = page.evaluate("({ ...viz.node().dataset, mark: viz.node().mark })")
    assert (state["track"], state["drawn"], state["mark"]) == ("34", "10", 1)
    assert fetched == []


def test_a_link_restores_the_choice_and_the_frame(visit):
    page = visit("frame=30&patch=20", drawn=30)
    track = tracks_of(120).track_of(30, 20)
    assert page.locator(".player").get_attribute("data-track") == str(track)
    assert "told None at (30,)" in told(page)


def test_the_first_frame_is_there_before_the_whole_clip_is(visit):
    page = visit(before=HALF)
    at(page, 0)
    assert page.locator(".note").inner_text() == "loading 43 %"
    page.locator(".overlay").focus()
    page.keyboard.press("End")
    page.locator(".player[data-frame='119']").wait_for()
    assert page.evaluate("viz.number(0)") == 0  # the frame of before stays until the new one is there
    page.evaluate("viz.release()")
    at(page, 119)
    page.locator(".note").wait_for(state="hidden")


def test_a_failed_download_says_so_and_can_be_tried_again(server, browser):
    page = browser("about:blank", before=WATCH)
    page.route("**/media/**", lambda route: route.fulfill(status=404))
    page.goto(server)
    page.get_by_text("The frames of this clip could not be loaded (the server answered 404).").wait_for()
    page.unroute("**/media/**")
    page.get_by_role("button", name="Try again").click()
    at(page, 0)
    assert page.get_by_text("could not be loaded").is_hidden()
    assert [text for text in console_errors(page) if "404" not in text] == []
    page.context.close()


def test_a_damaged_frame_is_named_and_the_others_play_on(visit):
    page = visit("damaged=2")
    page.locator(".overlay").focus()
    page.keyboard.press("ArrowRight")
    at(page, 1)
    page.keyboard.press("ArrowRight")
    page.get_by_text("Frame 2 is damaged and cannot be shown.").wait_for()
    page.keyboard.press("ArrowRight")
    at(page, 3)
    assert page.locator(".note").is_hidden()


def test_two_clips_go_by_one_clock_warped_or_in_lock_step(visit):
    page = visit("clips=2&warp=1&frames=60")
    page.locator(".overlay").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    at(page, 10)
    at(page, 15, side=1)
    page.get_by_label("Clips in step").select_option("lock")
    at(page, 10)
    at(page, 10, side=1)
    page.keyboard.press("Escape")
    page.locator(".overlay").first.focus()
    page.keyboard.press("End")
    at(page, 59)
    at(page, 119, side=1)
    page.get_by_text("at (59, 119)").wait_for()


def test_the_wipe_is_dragged_and_moved_by_keys(visit):
    page = visit("clips=2")
    page.get_by_role("button", name="Wipe").click()
    boxes = [page.locator(".screen").nth(side).bounding_box() for side in (0, 1)]
    assert boxes[0] == boxes[1]
    divider = page.get_by_role("slider", name="Wipe")
    handle, width = divider.bounding_box(), boxes[0]["width"]
    page.mouse.move(handle["x"], handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(boxes[0]["x"] + 0.25 * width, handle["y"] + 20)
    page.mouse.up()
    assert divider.get_attribute("aria-valuenow") == "25"
    divider.press("ArrowRight")
    assert divider.get_attribute("aria-valuenow") == "27"
    for side, column in ((0, 1), (1, 12)):  # what is left of the divider is clip A's, what is right of it clip B's
        page.mouse.click(boxes[0]["x"] + (column + 0.5) * width / COLUMNS, boxes[0]["y"] + boxes[0]["height"] / 2)
        page.get_by_text(f"Pick(side={side}, frame=0, patch={4 * COLUMNS + column}").wait_for()


def test_a_timeline_seeks_and_says_its_segment(visit):
    page = visit("clips=2")
    tier = page.get_by_role("slider", name="phases of B")
    size = tier.bounding_box()
    tier.click(position={"x": 0.6 * size["width"], "y": 10})
    at(page, 108, side=1)
    assert tier.get_attribute("aria-valuetext") == "frame 108: pour"
    tier.press("PageUp")
    at(page, 90, side=1)
    tier.press("PageDown")
    at(page, 135, side=1)
    assert tier.get_attribute("aria-valuetext") == "frame 135: release"


def test_j_k_l_shuttle(visit):
    page = visit("frames=400")
    page.locator(".overlay").focus()
    for key in ("l", "l", "l"):
        page.keyboard.press(key)
    page.get_by_text("4×").wait_for()
    page.keyboard.press("k")
    page.locator(".player[data-playing='false']").wait_for()
    rested = int(page.locator(".player").get_attribute("data-frame"))
    assert rested > 0
    page.keyboard.press("j")
    page.wait_for_function("rested => +viz.node().dataset.frame < rested", arg=rested)
    page.keyboard.press(" ")
    page.locator(".player[data-playing='false']").wait_for()


def test_the_list_of_keys_opens_and_shuts_by_key_and_takes_the_focus(visit):
    page = visit()
    page.locator(".overlay").focus()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    focused = "viz.root().activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "Close the list of keys"
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")
    assert page.evaluate(focused) == "Keys"


def test_hovering_previews_a_track_and_leaves_no_trace(visit):
    page = visit("heat=0")
    pixels = "viz.root().querySelector('.overlay').toDataURL()"
    blank = page.evaluate(pixels)
    page.locator(".overlay").hover(position={"x": 100, "y": 100})
    assert page.evaluate(pixels) != blank
    assert "patch " in page.locator(".moment").inner_text()
    page.mouse.move(2, 2)
    assert page.evaluate(pixels) == blank


def test_leaving_the_page_gives_every_decoded_frame_back(visit):
    page = visit("clips=2")
    page.locator(".overlay").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    at(page, 10)
    assert page.evaluate("viz.open") > 10
    page.get_by_text("Show").click()
    page.wait_for_function("viz.root() === null && viz.open === 0")
    page.get_by_text("Show").click()
    page.locator(".player[data-drawn]").wait_for()
    at(page, int(page.locator(".player").get_attribute("data-drawn")))


LOOKS = [("light", 1280, {}), ("dark", 1280, {"dark": True}), ("phone", 420, {"has_touch": True, "is_mobile": True})]


@pytest.mark.parametrize(("name", "width", "look"), LOOKS, ids=[name for name, *_ in LOOKS])
def test_it_fits_light_dark_and_phone(visit, tmp_path, name, width, look):
    page = visit("clips=2&frame=30", drawn=30, width=width, height=1400, **look)
    pick(page, 3, 4)
    page.screenshot(path=tmp_path / f"{name}.png")
    print(f"\nscreenshot: {tmp_path / name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [page.locator(".screen").nth(side).bounding_box() for side in (0, 1)]
    assert (boxes[0]["x"] == boxes[1]["x"]) == (name == "phone")
    assert boxes[0]["width"] / boxes[0]["height"] == pytest.approx(16 / 9, rel=0.02)
    buttons = page.locator(".player button:visible")
    for button in buttons.all():
        assert button.get_attribute("aria-label")
        size = button.bounding_box()
        assert min(size["width"], size["height"]) >= (44 if name == "phone" else 32)
    ratio = page.evaluate(
        "(() => { const o = viz.root().querySelector('.overlay'); return o.width / o.clientWidth / devicePixelRatio })()"
    )
    assert ratio == pytest.approx(1, abs=0.01)
