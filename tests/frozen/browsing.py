"""The app of a tree, served and looked at: the words on every page, and its pictures.

states -> AppTest in a process of the tree -> words/PAGE, STATE, controls.txt
states -> Chromium -> words/PAGE, STATE, seen.txt, and screenshots/PAGE, STATE, 1440 light.png

The first visit of a page is pictured at both widths in both themes, any other state at 1440 px in the light one.
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from tests.browser import browsing, free_port, healthy, needs_browser, until
from tests.frozen.jobs import Tree
from tests.frozen.pages import FIRST, State, file_of, states

WORDS, SCREENSHOTS = "words", "screenshots"
INSIDE = Path(__file__).with_name("words_inside.py")
LOOKS = [(1440, False), (1440, True), (420, False), (420, True)]  # px, dark
PORT = 18501
HEIGHT, TALLEST = 900, 12000  # px of a window, and of a picture
PATIENCE = 600  # seconds until a page counts as hung
ROUNDS, PAUSE = 40, 150  # pictures until two are the same, milliseconds between them
ADDRESS = re.compile(r"https?://(127\.0\.0\.1|localhost)(:\d+)?")
NUMBER = re.compile(r"\d[\d.,]*( (bytes|KB|MB|GB|TB|ms|s)\b)?")
SOUGHT = re.compile(r"(?<=Found in · )\d+\.\d+ s")
METRICS = "[data-testid=stMetricValue]"
MEASURED = {  # {page, or page and state: what tells of this machine and this minute: hidden there, in its words "#"}
    "home": (METRICS, NUMBER),
    "system": (
        "[data-testid=stPlotlyChart], [data-testid=stTable], [data-testid=stDataFrame], [data-testid=stCode], "
        "[data-testid=stCaptionContainer]",
        NUMBER,
    ),
    "matching, Scores": ("[data-testid=stPlotlyChart], [data-testid=stDataFrame]", NUMBER),
    "spectral": (METRICS, SOUGHT),
}
SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const busy = '[data-testid=stSkeleton], [data-testid=stProgress], [data-testid=stSpinner]';
  return app?.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
    && document.querySelector('.vz-run') && !document.querySelector(busy)
    && [...document.images].every(image => image.complete) && document.fonts.status === 'loaded';
}"""
SEEN = """() => {
  const said = [];
  const say = words => { const line = (words ?? '').replace(/\\s+/g, ' ').trim(); if (line) said.push(line); };
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) return say(node.data);
    if (node instanceof Element) {
      const boxless = getComputedStyle(node).display === 'contents';  // seen through its children
      if (node.matches('script, style, noscript')) return;
      if (!boxless && !node.checkVisibility({visibilityProperty: true})) return;
      for (const name of ['aria-label', 'placeholder', 'alt', 'title']) say(node.getAttribute(name));
      if (node.matches('input, textarea')) say(node.value);
    }
    (node.shadowRoot ?? node).childNodes.forEach(walk);
  };
  document.querySelectorAll('[data-testid=stSidebar], [data-testid=stMain]').forEach(walk);
  return said;
}"""
TALL = "document.querySelector('[data-testid=stMain]').scrollHeight"


def freeze(tree: Tree, out: Path, parts: tuple[str, ...]) -> list[str]:
    """Write WORDS and SCREENSHOTS, as far as they are wanted, below `out`; sentences on what went wrong."""
    missing = [page for page in dict.fromkeys(one.page for one in states()) if file_of(page, tree.root) is None]
    faults = [f"no page {page} in this tree: add its new name to pages.FILES" for page in missing]
    found = [one for one in states() if one.page not in missing]
    for part in parts:
        (out / part).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as beside:
        controls = beside.submit(_controls, tree, found, out) if WORDS in parts else None
        faults += _looks(tree, found, out, parts)
        return faults + (controls.result() if controls else [])


def _looks(tree: Tree, found: list[State], out: Path, parts: tuple[str, ...]) -> list[str]:
    """Style at every state in a browser."""
    if reason := needs_browser():
        return [f"no page was looked at: {reason}"]
    faults = []
    with _served(tree) as url, browsing() as open_page:
        for state in found:
            looks = LOOKS if state.name == FIRST and SCREENSHOTS in parts else LOOKS[:1]
            for width, dark in looks:
                try:
                    _look(tree, url, open_page, state, width, dark, out, parts)
                except Exception as fault:  # a page that hangs is told, and the next one is looked at
                    faults.append(f"{state.file}, {width} px: {str(fault).splitlines()[0]}")
    return faults


def _controls(tree: Tree, found: list[State], out: Path) -> list[str]:
    """Words as AppTest has them, with the options of every control."""
    asked = [(file_of(one.page, tree.root), one.query, str(_text_of(out, one, "controls"))) for one in found]
    jobs = tree.work / "states.json"
    jobs.write_text(json.dumps(asked))
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", str(INSIDE), str(jobs)],
        cwd=tree.root, env=tree.environment("words"), capture_output=True, text=True,
    )  # fmt: skip
    for state in found:
        if (file := _text_of(out, state, "controls")).exists():
            file.write_text(_steady(file.read_text(), state, tree))
    lost = [state.file for state in found if not _text_of(out, state, "controls").exists()]
    return [f"no words of {'; '.join(lost)}: {done.stderr.strip().splitlines()[-1]}"] if lost else []


@contextmanager
def _served(tree: Tree) -> Iterator[str]:
    """The URL of the app of a tree."""
    port = _port()
    options = {
        "server.port": port, "server.address": "127.0.0.1", "server.headless": "true",
        "server.fileWatcherType": "none", "browser.gatherUsageStats": "false",
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *(f"--{key}={one}" for key, one in options.items())]
    surroundings = tree.environment("app") | {"VIZCORE_TEST": "1"}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=tree.root, env=surroundings, stdout=log, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: server.poll() is not None or healthy(url))
            if server.poll() is not None:
                log.seek(0)
                raise ValueError(f"want a tree whose app starts, got: {log.read().decode()[-1000:]}")
            yield url
        finally:
            server.terminate()
            server.wait()


def _port() -> int:
    """The same one every time where it is free: some pages show links to themselves."""
    with closing(socket.socket()) as probe, suppress(OSError):
        probe.bind(("127.0.0.1", PORT))
        return PORT
    return free_port()


def _look(tree: Tree, url: str, open_page, state: State, width: int, dark: bool, out: Path, parts) -> None:
    """One page in one look: its picture, and once its words."""
    address = "" if state.page == "home" else file_of(state.page, tree.root)
    page = open_page(f"{url}/{address}?{urlencode(state.query)}", width=width, dark=dark, height=HEIGHT)
    page.set_default_timeout(1000 * PATIENCE)
    try:
        if measured := _measured(state):
            page.add_style_tag(content=f"{measured[0]} {{ visibility: hidden !important }}")
        picture = _settled(page, width)
        theme = "dark" if dark else "light"
        if SCREENSHOTS in parts:
            (out / SCREENSHOTS / f"{state.file}, {width} {theme}.png").write_bytes(picture)
        if WORDS in parts and (width, dark) == LOOKS[0]:
            _text_of(out, state, "seen").write_text(_steady("\n".join(page.evaluate(SEEN)) + "\n", state, tree))
    finally:
        page.close()


def _settled(page, width: int) -> bytes:
    """The whole page as PNG, once nothing on it moves any more."""
    for height in (None, HEIGHT):  # twice: what is wide may become higher in a high window
        page.wait_for_function(SETTLED)
        page.locator(".player:not([data-drawn])").first.wait_for(state="detached")
        if height is not None or page.evaluate(TALL) > HEIGHT:
            page.set_viewport_size({"width": width, "height": min(page.evaluate(TALL), TALLEST)})
    before = b""
    for _ in range(ROUNDS):
        page.wait_for_function(SETTLED)
        now = page.screenshot(animations="disabled", caret="hide")
        if now == before:
            return now
        before = now
        page.wait_for_timeout(PAUSE)
    raise TimeoutError(f"the page still moves after {ROUNDS} pictures")


def _measured(state: State) -> tuple[str, re.Pattern] | None:
    """What is hidden, and which words are left out; None where everything is looked at."""
    return MEASURED.get(state.file, MEASURED.get(state.page))


def _text_of(out: Path, state: State, kind: str) -> Path:
    return out / WORDS / f"{state.file}, {kind}.txt"


def _steady(text: str, state: State, tree: Tree) -> str:
    """Words without folders, the address of the app, and what was measured."""
    for place, name in ((str(tree.work), "WORK"), (str(tree.root), "TREE")):
        text = text.replace(place, name)
    text = ADDRESS.sub("APP", text)
    return measured[1].sub("#", text) if (measured := _measured(state)) else text
