"""The house stands: imports fall, streamlit stays in its rooms, a page is a row and a column."""

import ast
import re
from pathlib import Path

import pytest

from vizcore.features.catalog import PAGES, page

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    {"algorithms", "video", "capture", "devices", "catalog", "jobs", "shelf"},
    {"nets", "world", "store", "weights", "views", "machine"},
    {"models", "lessons"},
    {"checkpoints"},
    {"engine"},
    {"recipes", "training"},
    {"products", "selftest"},
    {"batch"},
    {"cluster", "report"},
    {"ui", "player", "cli"},
    {"panels"},
    {"pages", "app"},
)
ROOMS_OF_STREAMLIT = ("vizcore/ui/", "vizcore/player/", "app.py")
FOLDERS = ("vizcore", "pages", "benchmarks", "tests", "docs")
SOURCES = ["app.py", *sorted(p.relative_to(ROOT).as_posix() for name in FOLDERS for p in (ROOT / name).rglob("*.py"))]
MAIN = "vizcore/__main__.py"  # the door of the command line
HOUSE = [name for name in SOURCES if name.startswith(("vizcore/", "pages/", "app.py"))]


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text())


def imports(name: str) -> set[str]:
    """Dotted names that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str:
    """The room of a file (vizcore/nets/x.py -> nets) or of a dotted name (vizcore.models.nets.x -> nets)."""
    parts = re.split(r"[/.]", name.removesuffix(".py"))
    return parts[1] if parts[0] == "vizcore" and len(parts) > 1 else parts[0]


def floor(name: str) -> int:
    return next(level for level, rooms in enumerate(FLOORS) if room(name) in rooms)


@pytest.mark.parametrize("name", [name for name in HOUSE if name not in ("vizcore/__init__.py", MAIN)])
def test_imports_fall(name):
    for target in imports(name):
        if target.startswith("vizcore.") and room(target) != room(name):
            if target.split(".")[1] == "ui" and room(name) == "player":
                pytest.fail(f"{name} imports {target}: the player knows no page")
            assert floor(target) < floor(name), f"{name} imports {target}, which is not below it"


@pytest.mark.parametrize("name", HOUSE)
def test_streamlit_stays_in_its_rooms(name):
    knows = any(target.split(".")[0] == "streamlit" for target in imports(name))
    assert not knows or name.startswith(ROOMS_OF_STREAMLIT), f"{name} imports streamlit"


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_begins_with_its_caption(name):
    caption = ast.get_docstring(tree(name))
    assert caption, f"{name} has no caption"
    assert caption.splitlines()[0].strip(), f"{name} has no caption"


def test_no_file_is_a_drawer_for_everything():
    drawers = {"utils", "util", "core", "common", "base", "helpers", "manager", "misc"}
    names = {part for name in SOURCES for part in name.removesuffix(".py").split("/")}
    assert not names & drawers


def test_every_page_is_a_row_and_every_row_a_page():
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {row.name for row in PAGES}


@pytest.mark.parametrize("row", PAGES[1:], ids=lambda row: row.name)
def test_a_row_has_its_column_of_files(row):
    rooms = ("vizcore/recipes", "vizcore/views", "vizcore/panels", "pages")[2 * (row.part != "Systems") :]
    for file in [f"{room}/{row.name}.py" for room in rooms] + [f"tests/test_{row.name}.py"]:
        assert (ROOT / file).exists(), f"the page {row.name} has no {file}"
    ground = (f"vizcore/algorithms/{row.name}.py", f"vizcore/{row.name}/__init__.py")
    stands = row.part != "Systems" or any((ROOT / file).exists() for file in ground)
    assert stands, f"the page {row.name} stands on nothing"


def test_a_page_that_is_not_in_the_catalog_is_refused_by_name():
    with pytest.raises(ValueError, match=r"matching.*'nonsense'"):
        page("nonsense")


@pytest.mark.parametrize("name", [name for name in HOUSE if name.startswith("pages/")] + ["app.py"])
def test_a_page_computes_nothing_and_prints_nothing_by_accident(name):
    assert not {"numpy", "torch", "scipy", "cv2"} & {target.split(".")[0] for target in imports(name)}
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Expr):  # a bare value on a page is printed by streamlit's magic
            assert isinstance(node.value, ast.Call | ast.Constant), f"{name}:{node.lineno} leaves a value lying about"


def test_no_word_of_the_catalog_is_used_twice():
    assert len({row.name for row in PAGES}) == len(PAGES)
    assert len({row.title for row in PAGES}) == len(PAGES)
