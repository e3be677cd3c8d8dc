"""`python -m docs.screens OUT [FILM]`: photograph every page, wide and narrow, light and dark, to be looked at.

Each page as it opens (clips of the world), and where it has a clip menu also on FILM, a video file. Pictures are
OUT/PAGE-WIDTH-THEME.png and OUT/PAGE-film-WIDTH-THEME.png; `index.html` beside them shows all.
Needs what the browser tests need: requirements-dev.txt and a Chromium.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from vizcore.features.catalog import PAGES

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from browser import arrived, browsing, serve  # noqa: E402  (the tests' own way to a browser)

SIZES = ((1440, 900), (420, 900))  # px
THEMES = ("light", "dark")
ON_FILM = ("matching", "heatmaps", "localization", "segmentation", "nonlocal_blocks", "compare", "alignment")
KEYS = {"alignment": "a"}  # pages whose clip has another name in their link
PARTS = {"nonlocal_blocks": "&part=A+clip", "alignment": "&part=Two+clips"}
SETTLED = 1200  # ms in which charts are drawn


def main(words: list[str]) -> None:
    """Take all pictures.

    Raises:
        ValueError: no folder is named.
    """
    if not words:
        raise ValueError("want a folder for the pictures, and a video file if pages are to be seen on a film")
    out, films = Path(words[0]), [Path(word) for word in words[1:2]]
    out.mkdir(parents=True, exist_ok=True)
    names = []
    with tempfile.TemporaryDirectory() as media:
        for film in films:
            shutil.copy(film, Path(media) / f"film{film.suffix}")
        surroundings = {"VIZCORE_TEST": "1", "VIZCORE_MEDIA": media}
        with serve("app.py", surroundings) as url, browsing() as open_page:
            for (stem, address), (width, height), theme in product(views(films), SIZES, THEMES):
                page = arrived(open_page(f"{url}/{address}", width=width, height=height, dark=theme == "dark"))
                page.wait_for_timeout(SETTLED)
                names.append(f"{stem}-{width}-{theme}.png")
                page.screenshot(path=out / names[-1])
                page.close()
                print(names[-1], flush=True)
    pictures = "".join(f'<figure><img src="{name}"><figcaption>{name}</figcaption></figure>' for name in names)
    style = "<style>body{display:flex;flex-wrap:wrap;gap:1rem}img{height:600px;border:1px solid #888}</style>"
    (out / "index.html").write_text(f"<!doctype html><title>Every page</title>{style}{pictures}\n")


def views(films: list[Path]) -> Iterator[tuple[str, str]]:
    """(name of a picture, address below the server) of every page."""
    for row in PAGES:
        address = "" if row is PAGES[0] else row.name
        yield row.name, address
        if row.name in ON_FILM:
            for film in films:
                key = KEYS.get(row.name, "clip")
                yield f"{row.name}-film", f"{address}?{key}=media/film{film.suffix}{PARTS.get(row.name, '')}"


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as refusal:
        sys.exit(str(refusal))
