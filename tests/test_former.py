"""Former names lead where they always led: addresses of pages, reports and sessions, modules that are run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_pages import complaints, opened

from vizcore import former
from vizcore.features.catalog import PAGES, page
from vizcore.features.report import export_json, export_session
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report.export_session import Session, session_zip
from vizcore.features.report.pipeline_again import pipeline_of
from vizcore.runtime.recording.section import Report, Run, Section, Source

ROOT = Path(__file__).resolve().parents[1]
RUN = Run("vizcore.recipes.matching.match_clip", {"path": {"source": 0}}, "")
PARADE = Source("parade", "Parade", "", form="example")
OLD = Section("t", "cam", (("show", "Difference"),), "2026-01-02T03:04:05+00:00", (), (RUN,), (PARADE,))


def as_before(file: bytes, name: str) -> bytes:
    """A file of this version as the first wrote it: `version` 1 in place of the schema, former keys."""
    files = archive.unpacked(file, 1 << 20)
    told = json.loads(files[name])
    assert told.pop("schema") > 1
    before = {now: former_key for former_key, now in former.KEYS.items()}
    for section in told.get("sections", ()):
        for part in ("runs", "sources"):
            section[part] = [{before.get(key, key): value for key, value in one.items()} for one in section[part]]
            assert section[part][0].keys() & former.KEYS.keys()
    return archive.packed(files | {name: json.dumps({"version": 1} | told).encode()})


def test_a_former_address_is_no_page_and_leads_to_one():
    names = {row.name for row in PAGES}
    for before, now in former.PAGES.items():
        assert before not in names
        assert page(now).name == former.page(before) == former.page(now) == now


def test_a_report_of_the_version_before_opens_on_pages_as_they_are_called_now():
    report = export_json.opened(as_before(export_json.report_zip(Report("r", (OLD,))), "report.json"))
    (section,) = report.sections
    assert (section.page, section.link, section.runs, section.sources) == ("heatmaps", OLD.link, (RUN,), (PARADE,))
    assert export_json.opened(export_json.report_zip(report)) == report


def test_a_session_of_the_version_before_opens_on_pages_as_they_are_called_now():
    told = Session("spectral", {"cam": (("show", "Difference"),), "spectral": (), "matching": (("part", "Cost"),)})
    file = as_before(as_before(session_zip(told, Report("r", (OLD,))), "session.json"), "report.json")
    session, report = export_session.opened(file)
    assert session.page == "nonlocal_blocks"
    assert session.links == {"heatmaps": told.links["cam"], "nonlocal_blocks": (), "matching": told.links["matching"]}
    assert [one.page for one in report.sections] == ["heatmaps"]


@pytest.mark.parametrize(
    "said", [{}, {"version": 9}, {"schema": 4}, {"schema": None}, {"version": 1, "schema": 2}, {"schema": "2"}]
)
def test_a_report_of_no_known_schema_is_refused(said):
    files = archive.unpacked(export_json.report_zip(Report("r")), 1 << 20)
    told = json.loads(files["report.json"])
    del told["schema"]
    with pytest.raises(ValueError, match="schema 1 or 2 or 3"):
        export_json.read(told | said, files)


def test_a_pipeline_that_a_report_names_by_its_former_name_is_the_one_of_now():
    assert pipeline_of("vizcore.recipes.cam.heat_maps") is pipeline_of("vizcore.features.heatmaps.pipeline.heat_maps")
    with pytest.raises(ValueError, match="no pipeline"):
        pipeline_of("vizcore.recipes.cam._rows")


@pytest.mark.parametrize(
    ("name", "query"),
    [("matching", {"method": "hungarian"}), ("heatmaps", {"method": "Grad-CAM", "class": "true one"})],
)
def test_a_link_of_before_sets_controls_to_what_they_say_now(name, query):
    app = opened(name, query)
    assert complaints(app) == []
    for key, before in [one for one in query.items() if one[0] in former.VALUES[name]]:
        now = app.segmented_control(key).value
        assert now == former.VALUES[name][key][before] != before
        assert before not in app.query_params.get(key, [])


def test_what_controls_said_before_they_say_no_more():
    """Each value of now is one of a control of the page; no control says the one of before."""
    for name, names in former.VALUES.items():
        text = "".join(path.read_text() for path in (ROOT / "vizcore/features" / page(name).feature).glob("[cp]*.py"))
        for values in names.values():
            for before, now in values.items():
                assert f'"{before}"' not in text or before == "hungarian"
                assert f'"{now}"' in text or now == "Hungarian"
    assert former.link("matching", {"show": "Truth", "clip": "Truth"}) == {"show": "Ground truth", "clip": "Truth"}


@pytest.mark.parametrize("name", former.COMMANDS)
def test_a_module_that_was_run_by_its_former_name_still_runs(name):
    words = [
        sys.executable,
        "-m",
        name,
        *(["--help"] if name == "vizcore.world" else ["assets/lessons/08-filter.toml"]),
    ]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "seed" in run.stdout or "is a lesson" in run.stdout
