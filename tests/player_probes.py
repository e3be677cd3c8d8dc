"""What styles into a player on a page: scripts that run beside it, the fixtures that open it, and small steps.

Scripts see it as `viz`: node() is the player, number(side) what the pixels of a frame say, sent the messages to Python,
open the decoded frames that nobody has given back.
"""

import re

import pytest
from browser import browsing, console_errors, serve, wait_idle
from browser_player_app import BITS, GRID

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
  if (location.host) localStorage.clear();
  const viz = window.viz = { sent: 0, open: 0 };
  viz.roots = () => [...document.querySelectorAll('.st-key-player *')].map(node => node.shadowRoot);
  viz.root = () => viz.roots().find(root => root?.querySelector('.player')) ?? null;
  viz.node = () => viz.root()?.querySelector('.player');
  viz.number = NUMBER;
  viz.heat = () => viz.root().querySelector('.heat').getContext('2d').getImageData(0, 0, 16, 9).data.join();
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
SCRUB = """moves => new Promise(done => {
  const bar = viz.root().querySelector('.scrub'), box = bar.getBoundingClientRect(), seen = new Set();
  const screen = viz.root().querySelector('.screen'), first = +screen.dataset.presented, start = performance.now();
  const event = (name, i) => bar.dispatchEvent(new PointerEvent(name, { bubbles: true, composed: true, pointerId: 1,
    buttons: +(name !== 'pointerup'), clientX: box.left + box.width * (i + 0.5) / moves, clientY: box.top + 5 }));
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
CLICK = """([row, column]) => {
  const surface = viz.root().querySelector('.overlay'), box = surface.getBoundingClientRect();
  const image = () => surface.getContext('2d').getImageData(0, 0, surface.width, surface.height).data.buffer;
  const pixels = () => new Uint32Array(image()).reduce((sum, value, i) => (sum * 31 + value * (i + 1)) % 999983, 0);
  const before = pixels(), sent = viz.sent;
  surface.dispatchEvent(new MouseEvent('click', { bubbles: true,
    clientX: box.left + box.width * (column + 0.5) / 16, clientY: box.top + box.height * (row + 0.5) / 9 }));
  return { drawn: pixels() !== before, sent: viz.sent - sent, track: viz.node().dataset.track };
}"""
LATENCIES = "performance.getEntriesByName('vizcore.pick').map(entry => entry.duration)"


@pytest.fixture(scope="module", name="server")
def serve_player():
    with serve("tests/browser_player_app.py") as url:
        yield url


@pytest.fixture(scope="module", name="browser")
def open_browser():
    with browsing() as open_page:
        yield open_page


@pytest.fixture(name="visit")
def visiting(server, browser):
    """visit(query, ...) -> a page whose player shows its first frame; it may not have complained by the end."""
    pages = []

    def go(query="", *, drawn=0, before="", **look):
        page = browser(f"{server}/?{query}", before=WATCH + before, **look)
        pages.append(page)
        page.locator(f".player[data-drawn='{drawn}']").wait_for()
        wait_idle(page)
        return page

    yield go
    complaints = [text for page in pages for text in console_errors(page)]
    for page in pages:
        page.close()
    assert complaints == []


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
