"""How soon the alignment page answers a slider, in Chromium: from the key on gamma to the cost matrix painted anew.

    python -m benchmarks.bench_alignment_page [--smallest]

Two clips of 300 frames, described by their pixels: 300 x 300 pairs, with the hard path, the expected alignment, its
table and both figures of "Soft alignment" beside. The picture is the cost matrix in the player.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import browsing, console_errors, needs_browser, serve, wait_idle

from benchmarks.options import asked
from vizcore.video import write_video

SMALLEST = {"frames": 24, "moves": 2}
QUERY = "part=Two+clips&a=media/0.mp4&b=media/1.mp4&model=pixels&ground=how+sure&gamma=0.01&show=Soft+alignment"
WAIT = """painted => new Promise(done => {
  const roots = [...document.querySelectorAll('.st-key-alignment-player *')].map(node => node.shadowRoot);
  const map = roots.find(root => root?.querySelector('.map')).querySelector('.map');
  window.vizStart ??= 0;
  const look = now => +map.dataset.painted > painted ? done([performance.now() - window.vizStart, +map.dataset.painted])
    : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
LISTEN = "addEventListener('keydown', () => { window.vizStart = performance.now(); }, true)"


def film(folder: Path, count: int) -> None:
    """Two clips of discs that go the same way at different speeds."""
    y, x = np.mgrid[:120, :160]
    for number, bend in enumerate((0.8, 1.3)):
        way = np.linspace(0, 1, count) ** bend
        discs = ((x - 20 - 120 * at) ** 2 + (y - 60 - 40 * np.sin(9 * at)) ** 2 < 300 for at in way)
        frames = (np.where(disc[..., None], [250, 180, 40], [40, 60, 90]).astype(np.uint8) for disc in discs)
        write_video(folder / f"{number}.mp4", frames, 30)


def main(words: Sequence[str] | None = None) -> None:
    """Print the median and the slowest of the moves."""
    told = asked(__doc__, words, SMALLEST, frames=300, moves=20)
    if reason := needs_browser():
        print(f"skipped: {reason}")
        return
    with tempfile.TemporaryDirectory() as folder:
        film(Path(folder), told.frames)
        surroundings = {"VIZCORE_TEST": "1", "VIZCORE_MEDIA": folder}
        with serve("app.py", surroundings) as url, browsing() as open_page:
            page = open_page(f"{url}/alignment?{QUERY}", width=1440, before=LISTEN)
            page.wait_for_selector(".vz-run", state="attached")
            wait_idle(page)
            page.locator(".map[data-complete='true']").wait_for()
            page.locator(".st-key-open-settings button").click()
            page.wait_for_function("document.activeElement.closest('.st-key-close-settings')")  # the drawer is open
            slider, waits = page.locator(".st-key-gamma input[type=range]"), []
            for move in range(told.moves):
                painted = int(page.locator(".map").get_attribute("data-painted"))
                slider.press("ArrowRight" if move // 5 % 2 == 0 else "ArrowLeft")
                waits.append(page.evaluate(WAIT, painted)[0])
                wait_idle(page)
            assert console_errors(page) == []
    print(f"{told.moves} moves of gamma at {told.frames} x {told.frames} pairs, key to picture")
    print(f"median {np.median(waits):.0f} ms, slowest {max(waits):.0f} ms")


if __name__ == "__main__":
    main()
