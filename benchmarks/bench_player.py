"""How soon the player answers, in Chromium: click to track, frames of a drag, frames of a clip that is played.

    python -m benchmarks.bench_player [--smallest]

The page is that of the tests: clips of 640 x 360 whose frames carry their number in their pixels. A latency runs from
the event's own time stamp to the end of the drawing, and "on screen" to the next animation frame. Ratios hold on a busy
machine, milliseconds speak of this one only.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import browsing, console_errors, needs_browser, serve, wait_idle
from player_probes import CLICK, LATENCIES, PLAY, SCRUB, WATCH

from benchmarks.options import asked

SMALLEST = {"picks": 2, "frames": 24, "clips": (1,), "shown": 2, "played": 400}
SHOWN = """async count => {
  const waits = [];
  for (let i = 0; i < count; i += 1) {
    await new Promise(requestAnimationFrame);
    await new Promise(go => setTimeout(go, 3));
    const surface = viz.root().querySelector('.overlay'), box = surface.getBoundingClientRect();
    const start = performance.now();
    const share = (i + 1) / (count + 2);
    surface.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: box.left + share * box.width,
      clientY: box.top + share * box.height }));
    await new Promise(requestAnimationFrame);
    waits.push(performance.now() - start);
  }
  return waits;
}"""


def spread(values: list[float]) -> str:
    """Median and 95th percentile."""
    return f"median {np.median(values):.2f} ms, p95 {np.percentile(values, 95):.2f} ms"


def measure(page, told: Namespace) -> None:
    """Print one page's numbers."""
    for patch in np.random.default_rng(0).integers(0, 144, told.picks).tolist():
        page.evaluate(CLICK, [patch // 16, patch % 16])
    print(f"click to track drawn    {spread(page.evaluate(LATENCIES))} ({told.picks} clicks, nothing sent before)")
    print(f"click to track on screen {spread(page.evaluate(SHOWN, told.shown))}")
    for name in ("first drag", "second drag"):
        seen, _, seconds = page.evaluate(SCRUB, told.frames)
        print(f"{name:23} {seen} of {told.frames} frames shown, {seen / seconds:.0f} a second")
    page.locator(".overlay").first.focus()
    page.keyboard.press("Home")
    log = np.array(page.evaluate(PLAY, told.played))
    wanted, drawn, numbers = log.T[1:]
    on_time = np.mean(drawn == wanted)
    print(f"play at 1x              {len(set(drawn))} frames shown, the one due {on_time:.1%} of the time")
    print(f"pixels that disagree    {int(np.sum(drawn != numbers))} of {len(log)} pictures read back")


def main(words: Sequence[str] | None = None) -> None:
    """Serve the page, open it, and measure one clip, then two."""
    told = asked(__doc__, words, SMALLEST, picks=100, frames=240, clips=(1, 2), shown=50, played=5000)
    if reason := needs_browser():
        print(f"skipped: {reason}")
        return
    with serve("tests/browser_player_app.py") as url, browsing() as open_page:
        for clips in told.clips:
            page = open_page(f"{url}/?clips={clips}&frames={told.frames}&width=640", before=WATCH)
            page.locator(".player[data-drawn='0']").wait_for()
            wait_idle(page)
            print(f"-- {clips} clip{'s' * (clips > 1)}, grid 9 x 16, {told.frames // 10} tracked frames, heat, tiers")
            measure(page, told)
            assert console_errors(page) == []
            page.close()


if __name__ == "__main__":
    main()
