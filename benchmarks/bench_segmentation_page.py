"""How soon the segmentation page answers, in Chromium: an edit on the board, and a timeline of three hours.

    python -m benchmarks.bench_segmentation_page [--smallest]

An edit runs from the key to the animation frame that shows what Python made of it. The timeline has 300,000 frames and
four rows of some 5,000 segments each: an action runs from the key to the end of the drawing, a click in the table of
faults from the press to the animation frame that has it outlined, and what the server sent meanwhile is counted.
Milliseconds speak of this machine, as busy as it is.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import browsing, console_errors, needs_browser, serve, wait_idle
from segmentation_probes import EDITS, FRAMES, three_hours, write_set

from benchmarks.options import asked

SMALLEST = {"frames": 4000, "nudges": 1, "turns": 1}
OUTLINED = """before => new Promise(done => {
  const roots = [...document.querySelectorAll('.st-key-timelines *')].map(node => node.shadowRoot);
  const node = roots.find(root => root?.querySelector('.timeline')).querySelector('.timeline');
  const look = () => {
    if (node.dataset.mark === before) requestAnimationFrame(look);
    else done(performance.now() - window.vizStart);
  };
  look();
})"""
LISTEN = "addEventListener('pointerdown', () => { window.vizStart = performance.now(); }, true)"
DRAWN = "performance.getEntriesByName('vizcore.timeline').map(entry => entry.duration)"


def spread(values: list[float]) -> str:
    """Median and largest."""
    return f"median {np.median(values):.0f} ms, largest {max(values):.0f} ms"


def edits(url: str, open_page, nudges: int) -> None:
    """Print how long an edit takes until it is redrawn."""
    page = open_page(f"{url}/segmentation?part=Re-assembly", width=1440)
    page.wait_for_selector(".vz-run", state="attached")
    wait_idle(page)
    page.locator(".board").wait_for()
    page.evaluate(EDITS, 3)  # the first ones find scripts cold
    waits = page.evaluate(EDITS, nudges)[3:]
    assert console_errors(page) == []
    page.close()
    print(f"{'edit to redrawn':28} {spread(waits)} ({len(waits)} edits)")


def timeline(url: str, open_page, turns: int) -> None:
    """Print what actions on a long timeline take and cost."""
    page, received = open_page("about:blank", width=1440, height=2600, before=LISTEN), [0]
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: count(received, data)))
    page.goto(f"{url}/segmentation?part=Label+files&closer=Errors")
    page.wait_for_selector(".vz-run", state="attached")
    wait_idle(page)
    page.locator(".timeline[data-rows='4']").wait_for()
    print(f"{'first view':28} {received[0] / 1e6:.2f} MB")
    sheet, received[0] = page.locator(".timeline canvas"), 0
    sheet.focus()
    for key in ["+"] * 9 + ["ArrowRight"] * 20 + ["ArrowDown"] * 3 + ["-"] * 9:
        sheet.press(key)
    waits = page.evaluate(DRAWN)
    print(f"{'enlarge, move, walk':28} {spread(waits)} ({len(waits)} actions), {received[0] / 1e6:.2f} MB")
    waits, sizes = [], []
    for turn in range(turns):
        before, received[0] = page.locator(".timeline").get_attribute("data-mark"), 0
        rows = page.locator(".st-key-blame .dvn-scroller")
        rows.click(position={"x": 60, "y": 35 * (turn + 1.5)})  # they are 35 px tall, the first one is the header
        waits.append(page.evaluate(OUTLINED, before))
        wait_idle(page)
        sizes.append(received[0])
    print(f"{'click a row of the errors':28} {spread(waits)}, {max(sizes) / 1e6:.2f} MB")
    assert console_errors(page) == []
    page.close()


def count(received: list[int], data: str | bytes) -> None:
    """Add what has come."""
    received[0] += len(data)


def main(words: Sequence[str] | None = None) -> None:
    """Print all."""
    told = asked(__doc__, words, SMALLEST, frames=FRAMES, nudges=40, turns=8)
    if reason := needs_browser():
        print(f"skipped: {reason}")
        return
    with tempfile.TemporaryDirectory() as folder:
        write_set(Path(folder) / "three-hours", {who: labels[: told.frames] for who, labels in three_hours().items()})
        with serve("app.py", {"VIZCORE_TEST": "1", "VIZCORE_MEDIA": folder}) as url, browsing() as open_page:
            edits(url, open_page, told.nudges)
            timeline(url, open_page, told.turns)


if __name__ == "__main__":
    main()
