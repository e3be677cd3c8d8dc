"""How soon the page of non-local blocks answers a slider, in Chromium: from the slider's move to the picture.

    python -m benchmarks.bench_spectral_page [--smallest]

A filter of two weights (SNL) and a rational one (Cayley) over 180, 1440 and 6272 positions, whose spectra are known by
then: curve, energies and three rows of pictures are drawn anew.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import browsing, console_errors, needs_browser, serve, wait_idle

from benchmarks.options import asked

SIZES = {  # positions -> how a link asks for them
    180: "clip=parade&count=1&across=18",
    1440: "clip=parade&count=8&across=18",
    6272: "clip=tiles&count=8&across=28",
}
FILTERS = {"SNL": "SNL", "Cayley": "Cayley,+exact"}
SMALLEST = {"moves": 2, "sizes": {180: SIZES[180]}, "filters": {"SNL": "SNL"}}
MOVE = """async (panel, moves) => {
  const slider = panel.querySelector('input[type=range]');
  const waits = [];
  for (let move = 1; move <= moves; move += 1) {
    const painted = Number(panel.dataset.painted);
    const start = performance.now();
    slider.value = Number(slider.min) + 0.3 * move;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    const drawn = (done) => Number(panel.dataset.painted) > painted ? done() : requestAnimationFrame(() => drawn(done));
    await new Promise(drawn);
    waits.push(performance.now() - start);
  }
  return waits;
}"""


def main(words: Sequence[str] | None = None) -> None:
    """Print the median and the slowest of the moves for each filter and size."""
    told = asked(__doc__, words, SMALLEST, moves=20, sizes=SIZES, filters=FILTERS)
    if reason := needs_browser():
        print(f"skipped: {reason}")
        return
    print(f"{told.moves} moves of a slider, move to picture, ms")
    with serve("app.py", {"VIZCORE_TEST": "1"}) as url, browsing() as open_page:
        for count, query in told.sizes.items():
            for name, word in told.filters.items():
                page = open_page(f"{url}/nonlocal_blocks?part=A+clip&show=The+filter&op={word}&{query}", width=1440)
                page.locator(".filter-panel[data-painted]").wait_for()
                wait_idle(page)
                page.wait_for_timeout(500)  # the first pictures of the frames are still being decoded
                waits = page.locator(".filter-panel").evaluate(MOVE, told.moves)
                assert console_errors(page) == []
                print(f"N = {count}, {name}: median {np.median(waits):.0f}, slowest {max(waits):.0f}", flush=True)
                page.close()


if __name__ == "__main__":
    main()
