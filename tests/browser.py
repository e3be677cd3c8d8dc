"""A real browser for tests: find Chromium, serve a Streamlit script, open pages, and wait for what they do.

with serve("app.py") as url, browsing() as open_page:
    page = arrived(open_page(f"{url}/matching", width=420, dark=True))
    assert is_sound(page)
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-rasterization",  # which Debian asks for: without a GPU it costs a quarter more of the processor
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a camera that films a test picture
)
PATIENCE = 60  # seconds until a server or a page counts as hung
HARMLESS = re.compile(r"/_stcore/(health|host-config)")  # every deep link asks for these below its own path, then at /

IDLE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app?.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
    && !document.querySelector('[data-testid=stSkeleton]');
}"""
MARK = """before => {
  const mark = [...document.querySelectorAll('.vz-run')].at(-1);
  const app = document.querySelector('[data-testid=stApp]');
  return mark && Number(mark.dataset.seq) > before && app.dataset.testScriptState === 'notRunning';
}"""

_consoles: dict = {}  # page -> its console errors so far


def chromium() -> str | None:
    """The path of a Chromium or Chrome: $VIZCORE_CHROMIUM, else the first that is installed, else None."""
    wanted = os.environ.get("VIZCORE_CHROMIUM")
    return shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, NAMES)), None)


def needs_browser() -> str | None:
    """Why no browser test can run here; None where they can."""
    if chromium() is None:
        return "no Chromium: install one or set VIZCORE_CHROMIUM to its path"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "no playwright: pip install -r requirements-dev.txt"
    return None


@contextmanager
def serve(script: str | Path, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a Streamlit script (a path below the repository) on a free port; yields its URL and stops it at the end."""
    port = free_port()
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / script)]
    command += [f"--{name}={value}" for name, value in options.items()]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **(env or {})}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=log, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: server.poll() is not None or healthy(url))
            if server.poll() is not None:
                log.seek(0)
                raise RuntimeError(f"the server stopped at once: {log.read().decode()[-2000:]}")
            yield url
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


@contextmanager
def browsing() -> Iterator[Callable]:
    """Start a browser; yields open_page(url, width=1280, dark=False) -> page, and closes every page at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), headless=True, args=list(ARGUMENTS))
        shared = browser.new_context()  # one cache for all pages: Streamlit's own scripts are 4 MB

        def open_page(url: str, width: int = 1280, dark: bool = False, height: int = 900, before: str = "", **context):
            """A page; `before` is a script that runs in it first, and words about a context give it one of its own."""
            page = (browser.new_context(**context) if context else shared).new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if dark else "light")
            _listen(page)
            page.add_init_script(before)
            page.set_default_timeout(1000 * PATIENCE)
            page.goto(url)
            return page

        try:
            yield open_page
        finally:
            _consoles.clear()
            browser.close()


def expect(subject):
    """Playwright's own assertions on a page or a part of it: each waits until it holds."""
    from playwright.sync_api import expect

    expect.set_options(timeout=1000 * PATIENCE)
    return expect(subject)


def console_errors(page) -> list[str]:
    """What the page has complained about, except what every deep link of Streamlit does."""
    return [text for text in _consoles[page] if not HARMLESS.search(text)]


def wait_idle(page) -> None:
    """Wait until the script has run and everything it made is on the page."""
    page.wait_for_function(IDLE)


def arrived(page, subject: str = "[data-testid=stMain]"):
    """The page, once its run has ended, what it made is there, and the subject (a selector) is among it."""
    page.wait_for_selector(".vz-run", state="attached")
    page.locator(subject).first.wait_for()
    wait_idle(page)
    return page


def settled(page):
    """The page, once nothing is computed on it any more."""
    arrived(page)
    page.wait_for_function("!document.querySelector('[data-testid=stProgress]')")
    wait_idle(page)
    return page


def open_settings(page) -> None:
    """Open the drawer of settings."""
    page.locator(".st-key-open-settings button").click()
    page.locator(".st-key-close-settings button").wait_for()


def is_sound(page) -> bool:
    """It has not complained, and is no wider than its screen."""
    assert console_errors(page) == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]
    return True


def runs(page) -> int:
    """How often the script has run: it says so in <i class="vz-run" data-seq="n" hidden></i> as its last element."""
    return int(page.locator(".vz-run").last.get_attribute("data-seq"))


def rerun(page, action: Callable[[], object]) -> None:
    """Do what makes the script run again, and wait until that run is on the page."""
    before = runs(page)
    action()
    page.wait_for_function(MARK, arg=before)


def _listen(page) -> None:
    heard = _consoles.setdefault(page, [])

    def on_console(message) -> None:
        if message.type == "error":
            heard.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))


def free_port() -> int:
    """A port that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def healthy(url: str) -> bool:
    """A Streamlit server answers there."""
    try:
        with urlopen(f"{url}/_stcore/health", timeout=5) as reply:
            return reply.status == 200
    except (URLError, ConnectionError, TimeoutError):
        return False


def until(holds: Callable[[], bool]) -> None:
    """Poll until something holds."""
    pause, end = Event(), monotonic() + PATIENCE
    while not holds():
        if monotonic() > end:
            raise TimeoutError(f"nothing after {PATIENCE} seconds")
        pause.wait(0.05)


def browser_mark() -> list:
    """The marks of a module of browser tests: `pytestmark = browser_mark()`."""
    reason = needs_browser()
    return [pytest.mark.browser, pytest.mark.skipif(reason is not None, reason=reason or "")]
