"""`python -m vizcore report`: from results and reports, the same numbers again, and a check that sees a changed bit."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from vizcore.cli import application, main
from vizcore.features.compare.pipeline import compare
from vizcore.features.compare.pipeline_numbers import spread
from vizcore.features.report.export_html import page
from vizcore.features.report.export_json import opened, report_zip
from vizcore.features.report.pipeline_again import DIFFERENT, NEAR, SAME, UNCHECKED, Missing, pipeline_of, verdicts
from vizcore.features.report.pipeline_sections import run, sources
from vizcore.runtime.clip_library import ClipEntry, bundled
from vizcore.runtime.context import default_context
from vizcore.runtime.plain_arrays import fingerprint, npz
from vizcore.runtime.recording.lines import command_line
from vizcore.runtime.recording.recorded import Call
from vizcore.runtime.recording.section import Figure, Report, Section, Source
from vizcore.runtime.world_clips import rendered

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """A folder of results of the command line."""
    out = tmp_path_factory.mktemp("results")
    assert main(["match", "parade", "--count", "4", "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture(scope="module")
def report(results, tmp_path_factory) -> Path:
    """Their report."""
    file = tmp_path_factory.mktemp("report") / "report.zip"
    assert main(["report", str(results), "--zip", str(file), "--title", "Mine"]) == 0
    return file


def checked(report: Report, *folders: Path) -> list[tuple[str, str]]:
    return [(one.state, one.why) for one in verdicts(report, folders, default_context())]


def with_run(file: Path, **changes) -> Report:
    data = opened(file)
    (section,) = data.sections
    (run,) = section.runs
    return replace(data, sections=(replace(section, runs=(replace(run, **changes),)),))


def test_a_report_of_results_says_their_numbers_and_shows_their_figures(results, report):
    sheet = json.loads((results / "parade.json").read_text())
    data = opened(report)
    (section,) = data.sections
    assert data.title == "Mine"
    assert section.runs[0].numbers == sheet["numbers"]
    assert section.runs[0].fingerprint == sheet["fingerprint"]
    assert section.page == "matching"
    assert section.link == (("clip", "parade"), ("count", "4"))
    assert section.sources[0].sha256 == sheet["clips"][0]["sha256"]
    assert sum(isinstance(block, Figure) for block in section.blocks) == 3


def test_a_report_drawn_anew_from_its_file_is_the_same_file(report, tmp_path):
    assert main(["report", str(report), "--out", str(tmp_path / "a.html"), "--zip", str(tmp_path / "b.zip")]) == 0
    assert (tmp_path / "a.html").read_text() == page(opened(report))
    assert (tmp_path / "b.zip").read_bytes() == report.read_bytes()


def test_the_check_finds_what_comes_out_the_same(report, capsys):
    assert main(["report", str(report), "--check"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("same: ")
    assert "1 same, 0 same but for rounding, 0 different" in printed.err


def test_the_check_sees_another_setting_and_says_by_how_much(report, capsys, tmp_path):
    other = with_run(report, settings=opened(report).sections[0].runs[0].settings | {"count": 5})
    file = tmp_path / "report.zip"
    file.write_bytes(report_zip(other))
    assert main(["report", str(file), "--check"]) == 1
    assert "different: " in capsys.readouterr().out


def test_the_check_names_the_array_that_differs_most(report):
    run = opened(report).sections[0].runs[0]
    with np.load(io.BytesIO(run.arrays)) as file:
        arrays = dict(file)
    name = next(name for name, array in arrays.items() if array.dtype.kind == "f" and array.size)
    arrays[name] = arrays[name] + 0.5
    ((state, why),) = checked(with_run(report, fingerprint="0" * 64, arrays=npz(arrays)))
    assert state == DIFFERENT
    assert why == f"by at most 0.5, in {name}"


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda array: np.nextafter(array, np.float32(2)), NEAR),
        (lambda array: array * np.float32(1.001), DIFFERENT),
        (lambda array: np.where(array == array.max(), np.float32(np.nan), array), DIFFERENT),
        (lambda array: array.astype(np.float64), DIFFERENT),
    ],
    ids=["rounded", "another", "none", "kind"],
)
def test_rounding_is_told_from_another_number(report, change, state):
    """Another processor adds in another order; the whole numbers of the same result are the same everywhere."""
    run = opened(report).sections[0].runs[0]
    with np.load(io.BytesIO(run.arrays)) as file:
        arrays = dict(file)
    arrays["tracks.similarity"] = change(arrays["tracks.similarity"])
    ((found, why),) = checked(with_run(report, fingerprint="0" * 64, arrays=npz(arrays)))
    assert found == state, why
    assert "tracks.similarity" in why


def test_a_whole_number_that_differs_is_no_rounding(report):
    run = opened(report).sections[0].runs[0]
    with np.load(io.BytesIO(run.arrays)) as file:
        arrays = dict(file)
    name = next(name for name, array in arrays.items() if array.dtype.kind == "i" and array.size)
    ((state, _),) = checked(with_run(report, fingerprint="0" * 64, arrays=npz(arrays | {name: arrays[name] + 1})))
    assert state == DIFFERENT


def test_a_result_of_several_clips_keeps_them_apart_and_comes_out_the_same():
    """As of the page Compare: paths in a tuple, and in tuples of tuples, are files of the report and not of a disk."""
    entries = [rendered("world-act-3-throw"), bundled()["parade"]]
    paths, models = tuple(str(one.path) for one in entries), ("lamps-ata", "lamps-space")
    settings = {"paths": paths, "models": models}
    call = Call(compare, settings, compare(**settings))
    deep = {"clips": ((paths[0],), (paths[1],)), "models": models}
    runs = (run(call, entries), run(Call(spread, deep, spread(**deep)), entries))
    assert [one.settings[name] for one, name in zip(runs, ("paths", "clips"))] == [
        ({"source": 0}, {"source": 1}),
        (({"source": 0},), ({"source": 1},)),
    ]
    section = Section("several", "compare", (), "", (), runs, sources(entries))
    again = opened(report_zip(Report("r", (section,))))
    assert checked(again) == [(SAME, "")] * 2
    data: dict = {}
    exec(runs[0].lines, data)
    assert fingerprint(data["result"]) == runs[0].fingerprint
    assert "paths=(path_1, path_2)" in runs[0].lines
    assert not any(str(one.path.parent) in str(runs) for one in entries)


def test_a_clip_that_is_not_here_is_named_and_found_where_it_lies(report, tmp_path):
    clip = tmp_path / "renamed.mp4"
    clip.write_bytes(rendered("world-act-3-throw").path.read_bytes())
    assert main(["match", str(clip), "--count", "3", "--out", str(tmp_path / "out"), "--quiet"]) == 0
    file = tmp_path / "report.zip"
    words = ["report", str(tmp_path / "out"), "--zip", str(file), "--clips"]
    assert main([*words, str(tmp_path)]) == 0
    ((state, why),) = checked(opened(file))
    assert state == UNCHECKED
    assert "renamed.mp4 is not here" in why
    assert checked(opened(file), tmp_path) == [(SAME, "")]


def test_a_clip_that_has_changed_is_not_taken_for_the_one_it_was(report):
    data = opened(report)
    source = replace(data.sections[0].sources[0], sha256="1" * 64)
    ((state, why),) = checked(replace(data, sections=(replace(data.sections[0], sources=(source,)),)))
    assert state == UNCHECKED
    assert "another file here" in why


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "vizcore.models.user_models.from_file",
        "vizcore.runtime.context.default_context",
        "vizcore.runtime.plain_arrays.npz",
        "vizcore.features.matching.pipeline.Path",
        "vizcore.features.matching.pipeline._nothing",
        "vizcore.recipes.nonsense.verb",
        "vizcore.recipes.os;import os.x",
        "",
    ],
)
def test_nothing_but_a_recipe_is_ever_run(report, name):
    with pytest.raises(Missing, match="pipeline"):
        pipeline_of(name)
    ((state, _),) = checked(with_run(report, pipeline=name))
    assert state == UNCHECKED


@pytest.mark.parametrize("value", [{"source": 7}, {"source": "x"}, {"model": "from_file('x')"}, {"a": 1, "b": 2}, 3])
def test_settings_that_name_nothing_are_not_run(report, value):
    run = opened(report).sections[0].runs[0]
    ((state, why),) = checked(with_run(report, settings=run.settings | {"path": value}))
    assert state == UNCHECKED
    assert why


def test_a_report_of_which_nothing_could_be_compared_is_no_success(report, tmp_path):
    file = tmp_path / "report.zip"
    file.write_bytes(report_zip(with_run(report, pipeline="os.system")))
    assert main(["report", str(file), "--check"]) == 1


@pytest.mark.parametrize("words", [["nothing.zip"], ["."], []])
def test_what_is_no_report_gets_a_sentence(words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    letter = tmp_path / "letter.zip"
    letter.write_text("Dear reader")
    assert main(["report", *(words or [str(letter)]), "--out", str(tmp_path / "x.html")]) == 2
    assert "report: " in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize(
    ("spec", "given"),
    [
        ("match", {"count": 4, "method": "greedy", "prior": 0.25}),
        ("heatmap", {"models": ("lamps-space", "lamps-ata"), "query": (3, 0.5, -0.25), "span": None}),
        ("align", {"gamma": 0.1, "open_end": True, "open_begin": False}),
    ],
)
def test_the_command_that_a_report_prints_asks_for_the_same(spec, given):
    clips = [bundled()["parade"]] * (2 if spec == "align" else 1)
    words = command_line(spec, clips, given).split()
    assert words[:4] == ["python", "-m", "vizcore", spec]
    _, call, _ = application().parse_args(words[3:])
    assert call.kwargs == {k: v for k, v in given.items() if v is not None}


def test_a_clip_is_asked_for_by_the_name_that_finds_it_again(tmp_path):
    mine = ClipEntry("upload-1", "my clip.mp4", tmp_path / "0123")
    assert command_line("match", [mine], {}).endswith("match 'my clip.mp4'")
    entry = ClipEntry("world-act-3-throw", "Throwing", tmp_path / "4567", shot="world-act-3-throw")
    assert command_line("match", [entry], {}).endswith("match world-act-3-throw")
    assert Source("w", "t", "").shot == ""


def test_a_folder_taken_out_of_the_zip_is_a_report_as_well(report, tmp_path):
    with zipfile.ZipFile(report) as file:
        file.extractall(tmp_path)
    assert main(["report", str(tmp_path), "--zip", str(tmp_path / "again.zip")]) == 0
    assert (tmp_path / "again.zip").read_bytes() == report.read_bytes()
