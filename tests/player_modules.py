"""Modules of vizcore.player in a page without a server: `viz` there is everything that the named ones export.

page = open_modules(open_page, "clock", "dom")
page.evaluate("new viz.Clock().length")
"""

from pathlib import Path

from vizcore.player import parts

PLACE = "http://modules.test"  # nothing is there: every request is answered from the folder
LOAD = """async names => {
  window.viz = Object.assign({}, ...await Promise.all(names.map(name => import(`/${name}.js`))));
}"""


def open_modules(open_page, *names: str):
    """A page that has imported some modules.

    Args:
        open_page: of `browsing`.
        names: of modules, such as "clock".
    """
    page = open_page("about:blank")
    page.route(f"{PLACE}/**", _answer)
    page.goto(PLACE)
    page.evaluate(LOAD, list(names))
    return page


def _answer(route) -> None:
    file = Path(parts.__file__).parent / route.request.url.removeprefix(f"{PLACE}/")
    if file.is_file():
        route.fulfill(path=file, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>Modules</title>", content_type="text/html")
