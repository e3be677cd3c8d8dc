"""Sources of a report are typed: a file is found by its content, an example by its name, and nothing by a path."""

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from vizcore.features.alignment.pipeline_series import align_series
from vizcore.features.localization.pipeline_models import compare_models
from vizcore.features.report import export_json
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report.pipeline_again import SAME, UNCHECKED, verdicts
from vizcore.features.report.pipeline_sections import run, sources
from vizcore.runtime.clip_library import ClipEntry, bundled
from vizcore.runtime.context import default_context
from vizcore.runtime.recording.recorded import Call
from vizcore.runtime.recording.section import Report, Section
from vizcore.runtime.world_clips import rendered

pytestmark = pytest.mark.usefixtures("one_thread")
PULSE = ClipEntry("a pulse, early", "a pulse, early", Path("a pulse, early"), form="example")
LATE = ClipEntry("a pulse, late", "a pulse, late", Path("a pulse, late"), form="example")


def aligned(*entries: ClipEntry) -> Section:
    """A view of two series, recorded as a page does."""
    settings = dict(zip(("path", "other"), (str(one.path) for one in entries)))
    record = run(Call(align_series, settings, align_series(**settings)), list(entries))
    return Section("s", "alignment", (), "2026-01-02T03:04:05+00:00", (), (record,), sources(list(entries)))


def checked(section: Section, *folders: Path) -> tuple[str, str]:
    (verdict,) = verdicts(Report("r", (section,)), folders, default_context())
    return verdict.state, verdict.why


def test_a_source_says_of_what_form_it_is(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n3,4\n")
    record = rendered("world-act-3-throw")
    table = ClipEntry("table-1", "a.csv", tmp_path / "a.csv", form="features")
    forms = [one.form for one in sources([bundled()["parade"], record, table, PULSE])]
    assert forms == ["world clip" if bundled()["parade"].shot else "clip", "world clip", "features", "example"]


def test_an_example_is_made_again_by_its_name_and_a_table_found_by_its_content(tmp_path):
    assert checked(aligned(PULSE, LATE)) == (SAME, "")
    entries = []
    for number, name in enumerate(("a", "b")):
        path = tmp_path / f"{name}.npy"
        np.save(path, np.random.default_rng(number).normal(size=(12, 3)))
        entries.append(ClipEntry(f"table-{name}", path.name, path, form="features"))
    section = aligned(*entries)
    assert checked(section, tmp_path) == (SAME, "")
    as_clips = replace(section, sources=tuple(replace(one, form="clip") for one in section.sources))
    assert checked(as_clips, tmp_path)[0] == UNCHECKED  # no table is read as a video


def test_a_report_opens_no_file_that_it_names_by_its_path(tmp_path, monkeypatch):
    secret = tmp_path / "secret.csv"
    secret.write_text("1\n2\n3\n")
    monkeypatch.chdir(tmp_path)
    section = aligned(PULSE, LATE)
    for path in (str(secret), "secret.csv", f"..{'/'}{tmp_path.name}{'/'}secret.csv"):
        (record,) = section.runs
        plain = replace(section, runs=(replace(record, settings=record.settings | {"path": path}),))
        assert checked(plain)[0] == UNCHECKED
        assert "by its path" in checked(plain)[1]
        hidden = replace(section, sources=(replace(section.sources[0], clip_id=path), section.sources[1]))
        assert checked(hidden)[0] == UNCHECKED
        assert "is a file" in checked(hidden)[1]


def test_sources_of_the_version_before_get_their_form(tmp_path):
    found = sources([bundled()["parade"], rendered("world-act-3-throw"), PULSE])
    table = replace(found[0], title="mine.NPY", shot="")
    section = replace(aligned(PULSE, LATE), sources=(*found, table))
    files = archive.unpacked(export_json.report_zip(Report("r", (section,))), 1 << 24)
    data = json.loads(files["report.json"])
    del data["schema"]
    for source in data["sections"][0]["sources"]:
        del source["form"]
    (again,) = export_json.read(data | {"version": 1}, files).sections
    assert [one.form for one in again.sources] == [one.form for one in found] + ["features"]


def test_a_model_is_named_as_a_model_also_where_a_report_calls_it_a_path():
    found = compare_models("localizer", clips=2)
    record = run(Call(compare_models, {"model": "localizer", "clips": 2}, found), [])
    assert record.settings["model"] == "localizer"
    before = replace(record, settings={"path": "localizer", "clips": 2})
    assert checked(Section("s", "localization", (), "", (), (before,))) == (SAME, "")
