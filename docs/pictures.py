"""`python -m docs.pictures`: photograph the app for the README (docs/*.png, track.webp) and its gallery.

With names of pages or demos, as in `python -m docs.pictures compare panes`, only these; `track` is the moving picture.
Needs what the browser tests need: requirements-dev.txt and a Chromium.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from vizcore.features.catalog import DEMOS, PAGES

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from browser import browsing, serve, wait_idle  # noqa: E402  (the tests' own way to a browser)

TRACK, STEPS, SKIP, STEP, TRACK_WIDTH = "track", 24, 3, 160, 720  # pictures, frames between them, ms each, px wide
WIDTH, SHAPE = 1440, (640, 360)  # px: the page, and a picture of the gallery
SUBJECT = {  # by demo: what of the page its picture shows, and from where to where, as shares of its height
    "parade": (".player .stage", 0.0, 1.0),
    "tiles": (".st-key-permutation_figure", 0.0, 0.92),
    "methods": (".st-key-scores_figure", 0.0, 0.32),
    "seen": (".st-key-averages", 0.0, 0.92),
    "algorithm": (".st-key-stage_figure", 0.0, 1.0),
    "world": (".player .screen", 0.13, 0.83),
    "crowd": (".player .screen", 0.16, 0.82),
    "steps": (".st-key-answers_figure", 0.0, 1.0),
    "twins": (".player .screen", 0.1, 0.9),
    "cost": (".st-key-table1_figure", 0.0, 1.0),
    "warp": (".player .map", 0.0, 1.0),
    "together": (".player .screen", 0.0, 1.0),
    "minimum": (".st-key-penalty_figure", 0.0, 1.0),
    "doing": (".player", 0.0, 0.64),
    "keypoints": (".board", 0.055, 0.53),
    "looks": (".st-key-strips", 0.0, 0.61),
    "faithfulness": (".st-key-curves_figure", 0.0, 1.0),
    "panes": (".player .stage", 0.0, 1.0),
    "paired": (".st-key-paired_figure", 0.0, 1.0),
    "tokens": (".st-key-boxes_figure .js-plotly-plot", 0.0, 0.78),
    "precision": (".st-key-bars_figure .js-plotly-plot", 0.0, 0.93),
    "attends": (".st-key-strips", 0.0, 0.71),
    "filters": (".st-key-filter-panel", 0.06, 0.6),
    "puzzle": (".st-key-timeline_figure", 0.0, 0.92),
    "blur": (".st-key-strips_figure", 0.0, 1.0),
}
AHEAD = {
    "world": 2,
    "crowd": 3,
    "twins": 2,
    "warp": 2,
    "together": 2,
    "panes": 3,
    "doing": 2,
}  # by demo: tens of frames that its clip is stepped on first


def main(names: list[str]) -> None:
    """Take the pictures of some pages and demos anew, or of all.

    Raises:
        ValueError: a name is of no page and of no demo.
    """
    unknown = set(names) - {row.name for row in (*DEMOS, *PAGES)} - {TRACK}
    if unknown:
        raise ValueError(f"want names of pages or demos, got {', '.join(sorted(unknown))}")
    with serve("app.py", {"VIZCORE_TEST": "1"}) as url, browsing() as open_page:
        for demo in _named(DEMOS, names):
            query = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in demo.query.items())
            page = settled(open_page(f"{url}/{demo.page}?{query}", width=WIDTH, height=2400))
            for _ in range(AHEAD.get(demo.name, 0)):
                page.locator(".player .overlay").first.press("Shift+ArrowRight")
            page.evaluate("document.activeElement.blur()")
            wait_idle(page)  # what is old while the page runs is veiled
            page.wait_for_timeout(600)
            subject, *span = SUBJECT[demo.name]
            save_fitted(page.locator(subject).first.screenshot(), *span, ROOT / f"assets/gallery/{demo.name}.webp")
        for row in _named(PAGES, names):
            page = settled(open_page(f"{url}/{'' if row is PAGES[0] else row.name}", width=WIDTH, height=1320))
            page.screenshot(path=ROOT / "docs" / f"{row.name}.png")
        if not names or TRACK in names:
            save_moving(
                settled(open_page(f"{url}/matching?clip=parade", width=1100, height=900)), ROOT / "docs/track.webp"
            )


def _named(rows: tuple, names: list[str]) -> list:
    return [row for row in rows if not names or row.name in names]


def settled(page):
    """The page once its figures are drawn."""
    page.wait_for_selector(".vz-run", state="attached")
    wait_idle(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # plotly draws after the network is idle
    return page


def save_moving(page, path: Path) -> None:
    """The player of a page, stepped frame by frame, as an animated picture."""
    stage, shots = page.locator(".player .stage"), []
    for _ in range(STEPS):
        shot = cv2.imdecode(np.frombuffer(stage.screenshot(), np.uint8), cv2.IMREAD_COLOR_RGB)
        size = TRACK_WIDTH, round(TRACK_WIDTH * shot.shape[0] / shot.shape[1])
        shots.append(Image.fromarray(cv2.resize(shot, size, interpolation=cv2.INTER_AREA)))
        for _ in range(SKIP):
            page.locator(".player .overlay").first.press("ArrowRight")
        page.wait_for_timeout(100)
    shots[0].save(path, save_all=True, append_images=shots[1:], duration=STEP, loop=0, quality=70, method=6)


def save_fitted(shot: bytes, first: float, stop: float, path: Path) -> None:
    """A screenshot from one share of its height to another, as large as fits into SHAPE, on nothing."""
    picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR_RGB)
    picture = picture[round(first * len(picture)) : round(stop * len(picture))]
    height, width = picture.shape[:2]
    scale = min(SHAPE[0] / width, SHAPE[1] / height)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sheet = np.zeros((SHAPE[1], SHAPE[0], 4), np.uint8)
    top, left = (SHAPE[1] - small.shape[0]) // 2, (SHAPE[0] - small.shape[1]) // 2
    sheet[top : top + small.shape[0], left : left + small.shape[1]] = np.dstack(
        [small, np.full(small.shape[:2], 255, np.uint8)]
    )
    Image.fromarray(sheet).save(path, quality=85, method=6)


if __name__ == "__main__":
    main(sys.argv[1:])
