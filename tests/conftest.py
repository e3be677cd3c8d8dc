"""What several tests share: where real files are, and the marks that need a machine of some kind."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["VIZCORE_CACHE"] = tempfile.mkdtemp(prefix="vizcore-tests-")  # never the person's own results
ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("VIZCORE_SHARED_DATA", ROOT.parent / "shared" / "data"))
REAL_CLIPS = sorted(path.name for path in (DATA / "videos").glob("*.*"))

settings.register_profile("vizcore", deadline=None, max_examples=50)
settings.load_profile("vizcore")


def real_clip(name: str) -> Path:
    """A real video by name, or a skip that says what is missing."""
    path = DATA / "videos" / name
    if not path.exists():
        pytest.skip(f"no real clip {name}: set VIZCORE_SHARED_DATA to the folder that holds videos/")
    return path


@pytest.fixture
def lite0():
    """The package of a net that knows photographs, or a skip that says what is missing."""
    from vizcore.models.photographs import missing

    if sentences := missing():
        pytest.skip(sentences[0])


@pytest.fixture
def read_here():
    """Files are read in the test's own process, where it may look into the reading."""
    from vizcore.formats.apart.calls import in_this_process

    with in_this_process():
        yield


@pytest.fixture
def no_packages(monkeypatch):
    """No package of nets or films is installed, and none of their nets is loaded."""
    from importlib.metadata import PackageNotFoundError

    from vizcore.runtime import package_films, packages
    from vizcore.runtime.context import default_context

    def distribution(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "distribution", distribution)
    package_films.films.cache_clear()
    default_context().engine.unload().result()
    yield
    package_films.films.cache_clear()


@pytest.fixture
def two_films(monkeypatch, tmp_path) -> tuple[Path, Path]:
    """Two clips of the server's folder that nobody rendered here: media/one.mp4 and media/other.mp4, of noise."""
    import numpy as np

    from vizcore.video import write_video

    chance = np.random.default_rng(0)
    paths = tmp_path / "one.mp4", tmp_path / "other.mp4"
    for path in paths:
        write_video(path, chance.integers(0, 255, (10, 64, 64, 3), np.uint8), 10)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return paths


@pytest.fixture
def pancake() -> Path:
    """A hand-held kitchen clip with camera and object motion."""
    return real_clip("decord_flipping_a_pancake.mkv")


@pytest.fixture(scope="module")
def one_thread():
    """As the command line trains: the same sums, and no threads that wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def main_module():
    """A page that runs without a browser is `__main__` from then on; a process that is started later would run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="module")
def browser():
    """open_page(url, width, dark) of a Chromium; see browser.browsing."""
    from browser import browsing

    with browsing() as open_page:
        yield open_page


@pytest.fixture(scope="session")
def server():
    """The URL of the app, served for all browser tests that need no server of their own."""
    from browser import serve

    with serve("app.py", {"VIZCORE_TEST": "1"}) as url:
        yield url


def pytest_collection_modifyitems(items):
    import torch

    if not torch.cuda.is_available():
        for item in items:
            if "gpu" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="no CUDA device on this machine"))
