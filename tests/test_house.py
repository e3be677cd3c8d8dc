"""The house stands: imports fall, a feature keeps to itself, streamlit stays in its rooms, a page opens alone."""

import ast
import json
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from vizcore import former
from vizcore.features import catalog
from vizcore.features.catalog import PAGES, PIPELINES, page

ROOT = Path(__file__).resolve().parents[1]
FLOORS = (
    {"former", "files"},
    {"algorithms"},
    {"formats"},
    {"video"},
    {"figures", "synthetic"},
    {"runtime"},
    {"models"},
    {"player"},
    {"ui", "training"},
    {"features"},
    {"cli", "pages", "app", "verbs"},
)
ROOMS_OF_STREAMLIT = ("vizcore/ui/", "vizcore/player/", "app.py")
OF_A_FEATURE = re.compile(
    r"(__init__|entry|page(_\w+)?|pipeline(_\w+)?|controls(_\w+)?|figures(_\w+)?|print(_\w+)?|published|export(_\w+)?)\.py"
)
FOLDERS = ("vizcore", "pages", "benchmarks", "tests", "docs")
SOURCES = ["app.py", *sorted(p.relative_to(ROOT).as_posix() for name in FOLDERS for p in (ROOT / name).rglob("*.py"))]
MAIN = "vizcore/__main__.py"  # the door of the command line
HOUSE = [name for name in SOURCES if name.startswith(("vizcore/", "pages/", "app.py"))]
FEATURES = [row.feature for row in PAGES]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text())


@cache
def imports(name: str) -> frozenset[str]:
    """Dotted names that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def room(name: str) -> str:
    """The room of a file (vizcore/models/x.py -> models) or of a dotted name (vizcore.models.x -> models)."""
    parts = re.split(r"[/.]", name.removesuffix(".py"))
    return parts[1] if parts[0] == "vizcore" and len(parts) > 1 else parts[0]


def floor(name: str) -> int:
    return next(level for level, rooms in enumerate(FLOORS) if room(name) in rooms)


def feature_of(name: str) -> str | None:
    """The feature of a file or of a dotted name; None for what all features share."""
    parts = re.split(r"[/.]", name.removesuffix(".py"))
    return parts[2] if parts[:2] == ["vizcore", "features"] and len(parts) > 2 and parts[2] in FEATURES else None


@pytest.mark.parametrize("name", [name for name in HOUSE if name not in ("vizcore/__init__.py", MAIN)])
def test_imports_fall(name):
    for target in imports(name):
        if target.startswith("vizcore.") and room(target) != room(name):
            assert floor(target) < floor(name), f"{name} imports {target}, which is not below it"


def test_no_more_than_twelve_rooms():
    rooms = {room(name) for name in HOUSE if name.startswith("vizcore/") and name.count("/") > 1}
    assert len(rooms) <= 12
    assert rooms == set().union(*FLOORS[1:-1]) | {"cli"}


@pytest.mark.parametrize("name", [name for name in HOUSE if feature_of(name)])
def test_a_feature_imports_another_only_by_the_pipelines_of_one_that_it_uses(name):
    own = feature_of(name)
    uses = next(row.uses for row in PAGES if row.feature == own)
    for target in imports(name):
        other = feature_of(target)
        if other is None or other == own or target == f"vizcore.features.{other}":
            continue
        assert other in uses, f"{name} imports {target}: {other} is not among its `uses`"
        assert target.split(".")[3].startswith("pipeline"), f"{name} imports {target}, which is no pipeline"


@pytest.mark.parametrize("name", [name for name in HOUSE if name.endswith("/entry.py")])
def test_an_entry_imports_nothing_of_its_feature(name):
    assert {target for target in imports(name) if target.startswith("vizcore")} <= {
        "vizcore.features.entry",
        "vizcore.features.entry.Demo",
        "vizcore.features.entry.Entry",
    }


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.feature)
def test_a_feature_has_the_files_of_every_feature_and_a_reason_for_all_others(row):
    folder = ROOT / "vizcore" / "features" / row.feature
    excused = {one.strip() for names in row.reasons for one in names.split(",")}
    for one in folder.iterdir():
        if one.name != "__pycache__" and not OF_A_FEATURE.fullmatch(one.name):
            assert {one.name, one.stem} & excused, f"{row.feature} has {one.name}, for which its entry gives no reason"
    there = {one.stem for one in folder.iterdir()} | {one.name for one in folder.iterdir()}
    assert excused <= there, f"{row.feature} excuses {excused - there}, which it has not"
    assert {"entry.py", "page.py", "__init__.py"} <= {one.name for one in folder.iterdir()}
    assert (ROOT / "tests" / "features" / row.feature).is_dir()


@pytest.mark.parametrize("name", HOUSE)
def test_streamlit_stays_in_its_rooms(name):
    knows = any(target.split(".")[0] == "streamlit" for target in imports(name))
    assert not knows or name.startswith(ROOMS_OF_STREAMLIT), f"{name} imports streamlit"


@pytest.mark.parametrize(
    "name", [name for name in HOUSE if Path(name).name.startswith(("pipeline", "print", "figures"))]
)
def test_pipelines_and_figures_know_no_screen(name):
    for target in imports(name):
        assert not target.startswith(("vizcore.ui", "vizcore.player")), f"{name} imports {target}"


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
    folders = {one.name for one in (ROOT / "vizcore" / "features").iterdir() if (one / "entry.py").exists()}
    assert folders == set(FEATURES)


@pytest.mark.parametrize("name", [name for name in HOUSE if name.startswith("pages/")])
def test_a_file_of_pages_is_the_page_of_a_feature_and_nothing_else(name):
    _, imported, called = tree(name).body
    row = page(Path(name).stem)
    assert ast.unparse(imported) == f"from vizcore.features.{row.feature}.page import page"
    assert ast.unparse(called) == "page()"


def test_a_page_that_is_not_in_the_catalog_is_refused_by_name():
    with pytest.raises(ValueError, match=r"matching.*'nonsense'"):
        page("nonsense")


@pytest.mark.parametrize(
    "name", [name for name in HOUSE if name.startswith("pages/") or name.endswith("/page.py")] + ["app.py"]
)
def test_a_page_computes_nothing_and_prints_nothing_by_accident(name):
    assert not {"numpy", "torch", "scipy", "cv2"} & {target.split(".")[0] for target in imports(name)}
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Expr):  # a bare value on a page is printed by streamlit's magic
            assert isinstance(node.value, ast.Call | ast.Constant), f"{name}:{node.lineno} leaves a value lying about"


TESTS = {Path(name).stem: Path(name).parent for name in SOURCES if name.startswith("tests/")}


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("tests/")])
def test_a_test_borrows_from_its_own_folder_or_from_what_all_tests_share(name):
    for target in imports(name) & TESTS.keys():
        assert TESTS[target] in (Path("tests"), Path(name).parent), f"{name} imports {target}, which is not found alone"


def test_every_row_with_a_task_has_its_place_on_the_command_line():
    assert set(catalog.TASKED) == {row for row in PAGES if row.task}


def test_no_word_of_the_catalog_is_used_twice():
    assert len({row.name for row in PAGES}) == len(PAGES)
    assert len({row.title for row in PAGES}) == len(PAGES)


# ---- what the entries say


def found(name: str) -> object:
    module, _, verb = name.rpartition(".")
    return getattr(import_module(module), verb)


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_of_the_table_is_there_and_takes_a_context(name):
    function = found(name)
    assert function.__module__ == name.rpartition(".")[0]
    assert (
        "context"
        in function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
    )


@pytest.mark.parametrize("module", former.PIPELINES)
def test_a_pipeline_of_an_earlier_version_leads_to_one_of_the_table(module):
    verbs = [name.rpartition(".")[2] for name in PIPELINES if name.startswith(f"{former.PIPELINES[module]}.")]
    assert verbs
    for verb in verbs:
        assert former.pipeline(f"{module}.{verb}") in PIPELINES


@pytest.mark.parametrize("name", former.ALONE)
def test_a_pipeline_that_moved_alone_is_in_the_table(name):
    assert former.pipeline(name) in PIPELINES


@pytest.mark.parametrize("path", former.PATHS)
def test_a_former_import_path_has_the_names_of_its_modules(path):
    module = import_module(path)
    for home in former.PATHS[path][-1:]:
        for name in (one for one in vars(import_module(home)) if not one.startswith("_")):
            getattr(module, name)
    with pytest.raises(AttributeError, match="nonsense"):
        module.nonsense


# ---- what a page loads

ALL_PAGES_BEFORE = 287  # modules that all pages loaded together before each feature had its folder
COUNT = """
import json, os, sys
from importlib import import_module
from streamlit.testing.v1 import AppTest
import_module("vizcore.ui").warm = lambda modules: None  # other pages are not imported while the person reads
import_module("vizcore.ui.work").QUICK = 250  # seconds: the page waits for its work, and is drawn to its end
app = AppTest.from_file(os.path.abspath("app.py"), default_timeout=280).switch_page("pages/NAME.py").run()
assert not app.exception and not app.error, (app.exception, app.error)
print(json.dumps(sorted(name for name in list(sys.modules) if name.split(".")[0] == "vizcore")), flush=True)
os._exit(0)  # threads that wait for more work are not waited for
"""


@cache
def loaded(name: str) -> frozenset[str]:
    """Modules of the house that a fresh process has when a page has been drawn to its end."""
    words = [sys.executable, "-W", "ignore", "-c", COUNT.replace("NAME", name)]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return frozenset(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.feature)
def test_a_page_opens_without_other_features(row):
    others = {one: feature_of(one) for one in loaded(row.name)}
    for name, other in others.items():
        if other in (None, row.feature, "report") or name.endswith((".entry", f".features.{other}")):
            continue
        assert other in row.uses, f"{row.feature} loads {name}"
        assert name.split(".")[3].startswith("pipeline"), f"{row.feature} loads {name}"
    assert not any(one.startswith("vizcore.training") for one in others)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_does_not_decode_videos_itself(row):
    if row.name == "system":
        pytest.skip("it looks after itself, and writes a video for that")
    assert not loaded(row.name) & {"vizcore.video.decode", "vizcore.video.opening", "vizcore.video.walk"}


def test_a_page_loads_at_most_half_of_what_all_pages_loaded_before_each_had_its_folder():
    counts = {row.name: len(loaded(row.name)) for row in PAGES}
    print(*(f"{name}: {count} modules" for name, count in counts.items()), sep="\n")
    assert max(counts.values()) <= ALL_PAGES_BEFORE // 2, counts


def test_the_catalog_is_light():
    code = (
        "import sys, vizcore.features.catalog; print([m for m in sys.modules if m in ('torch', 'numpy', 'streamlit')])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert catalog.DEMOS


def test_the_public_verbs_are_there_and_vizcore_is_instant():
    code = (
        "import sys, vizcore; print([m for m in sys.modules if m in ('torch', 'numpy', 'cv2')]); "
        "print([callable(getattr(vizcore, verb)) for verb in dir(vizcore)])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    light, verbs = run.stdout.splitlines()
    assert light == "[]"
    assert set(json.loads(verbs.lower())) == {True}


def test_the_picture_of_the_house_is_drawn_from_its_imports():
    run = subprocess.run([sys.executable, "docs/house.py", "--check"], cwd=ROOT, check=False)
    assert run.returncode == 0, "ARCHITECTURE.md is behind its imports: python docs/house.py"


def parameters(function: ast.FunctionDef) -> list[str]:
    """The names of a function's parameters, the instance and the context of pipelines aside."""
    given = function.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [one.arg for one in every if one is not None and one.arg not in ("self", "cls", "context")]


def documented(function: ast.FunctionDef) -> set[str]:
    """The parameters that have a line under `Args:`."""
    lines = re.findall(r"^\s*([\w*, ]+): \S", (ast.get_docstring(function) or "").partition("Args:")[2], re.M)
    return {name.strip(" *") for line in lines for name in line.split(",")}


@pytest.mark.parametrize("name", [name for name in HOUSE if name.startswith("vizcore/")])
def test_every_parameter_of_a_public_function_of_three_or_more_is_documented(name):
    functions = [node for node in ast.walk(ast.parse((ROOT / name).read_text())) if isinstance(node, ast.FunctionDef)]
    many = [one for one in functions if not one.name.startswith("_") and len(parameters(one)) >= 3]
    lacking = {one.name: sorted(set(parameters(one)) - documented(one)) for one in many}
    assert not {function: gone for function, gone in lacking.items() if gone}
