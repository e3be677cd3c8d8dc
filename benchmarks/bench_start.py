"""From starting the server to the first useful picture in Chromium, every time on a fresh server.

python -m benchmarks.bench_start [--rounds 5] [--smallest]
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from browser import browsing, needs_browser, serve

from benchmarks.options import asked

PAGES = {"": "text=Follow a patch", "matching": ".player[data-drawn]"}  # path -> what is useful on it
SMALLEST = {"rounds": 1, "pages": {"": PAGES[""]}}


def main(words: Sequence[str] | None = None) -> None:
    """Print the median and the longest start of each page."""
    told = asked(__doc__, words, SMALLEST, rounds=5, pages=PAGES)
    if reason := needs_browser():
        print(f"skipped: {reason}")
        return
    with browsing() as open_page:
        for path, useful in told.pages.items():
            seconds = []
            for _ in range(told.rounds):
                start = time.perf_counter()
                with serve("app.py") as url:
                    page = open_page(f"{url}/{path}")
                    page.locator(useful).first.wait_for()
                    seconds.append(time.perf_counter() - start)
                    page.close()
            print(f"/{path:<9} first picture after {median(seconds):.1f} s (longest {max(seconds):.1f} s)")


if __name__ == "__main__":
    main()
