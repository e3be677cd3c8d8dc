"""The page Report and the button beside every title, without a browser: added, kept apart, edited, taken back."""

import io
import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from sessions import remembered
from streamlit.testing.v1 import AppTest
from test_pages import complaints, opened, settled

import vizcore.ui
from vizcore.features.catalog import PAGES
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.report.export_html import page
from vizcore.features.report.export_json import opened as read
from vizcore.features.report.export_json import report_zip
from vizcore.features.report.page_button import WITHOUT, Reported, Waiting
from vizcore.features.report.pipeline_again import SAME, verdicts
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import default_context
from vizcore.runtime.machine import versions
from vizcore.runtime.plain_arrays import fingerprint, npz
from vizcore.runtime.recording.section import Figure, Numbers, Picture, Report, Table, Words

VIEWS = {row.name: {} for row in PAGES if row.name not in WITHOUT} | {"lessons": {"step": "Try"}}  # with their links
NO_RUN = {"lessons", "system"}  # a lesson's sum is a few numbers, and a machine is no result: no pipeline is asked
FOLDERS = (str(Path(__file__).resolve().parents[3]), os.environ["VIZCORE_CACHE"])  # of the server
EMPTY = npz({})
go = threading.Event()


def sent(app: AppTest) -> list:
    """The report after a press of the button."""
    settled(app.button("add-to-report").click().run())
    assert complaints(app) == []
    return report_of(app)


def report_of(app: AppTest) -> list:
    draft = remembered(app, Reported).draft
    return [] if draft is None else list(draft.sections.values())


@pytest.mark.parametrize("name", VIEWS)
def test_every_page_can_be_sent_and_comes_back_and_comes_out_again_to_the_last_bit(name):
    app = opened(name, VIEWS[name])
    (section,) = sent(app)
    assert section.page == name
    assert dict(section.link).items() >= VIEWS[name].items()
    assert any(isinstance(block, Figure | Picture | Table | Numbers) for block in section.blocks)
    assert section.versions == versions()
    report = Report("r", (section,))
    assert read(report_zip(report)) == report
    assert section.title in page(report)
    for run in section.runs:
        compile(run.lines, "the lines of a report", "exec")
        with np.load(io.BytesIO(run.arrays or EMPTY)) as arrays:
            words = " ".join(str(arrays[one]) for one in arrays.files if arrays[one].dtype.kind == "U")
        assert not any(folder in words + page(report) for folder in FOLDERS)
    found = list(verdicts(report, [], default_context()))
    assert [(one.pipeline, one.state, one.why) for one in found] == [(run.pipeline, SAME, "") for run in section.runs]
    assert bool(found) == (name not in NO_RUN)


def test_a_view_says_the_fingerprint_of_its_result_and_how_to_get_it_again():
    (section,) = sent(opened("matching", {"count": "5", "method": "greedy"}))
    (run,) = section.runs
    settings = {name: value for name, value in run.settings.items() if name != "path"}
    again = match_clip(bundled()["parade"].path, **settings)
    assert run.fingerprint == fingerprint(again)
    assert run.numbers["with the flow"] == again.agrees.mean()
    fingerprints = {}
    exec(run.lines, fingerprints)
    assert fingerprint(fingerprints["result"]) == run.fingerprint
    assert "parade" in run.command
    assert "--method=greedy" in run.command


def test_models_come_with_the_versions_of_their_weights():
    from vizcore.models import MODELS

    (section,) = sent(opened("heatmaps", {"rows": "lamps nets"}))
    assert {(name, version) for name, version, _ in section.models} >= {("lamps-ata", MODELS["lamps-ata"].version)}


def test_home_and_the_report_have_no_button():
    for name in WITHOUT:
        assert "add-to-report" not in [button.key for button in opened(name).button]


def script():
    from vizcore import ui
    from vizcore.features.matching.entry import ENTRY

    with ui.page(ENTRY):
        if ui.toggle("Broken", "broken"):
            raise ValueError("want something else")
        ui.subheader("One")
        ui.caption("two", help="three")


def test_what_is_written_on_a_page_is_noted_in_order_with_its_style():
    (section,) = sent(AppTest.from_function(script).run())
    assert section.blocks == (Words("heading", "One"), Words("note", "two"))


def test_a_view_that_is_refused_is_not_added_nor_is_the_next_in_its_place():
    app = AppTest.from_function(script).run()
    app.toggle("broken").set_value(True).run()
    app.button("add-to-report").click().run()
    app.toggle("broken").set_value(False).run()
    assert report_of(app) == []
    assert len(sent(app)) == 1


def slow(number: int, context=None) -> list[float]:
    """A pipeline that ends when the test says so."""
    go.wait(20)
    return [float(number), 0.5]


def waiting(number):
    import test_report_page

    from vizcore import ui
    from vizcore.features.matching.entry import ENTRY

    with ui.page(ENTRY):
        ui.caption("before")
        ui.caption(f"{sum(ui.work('Slow work', test_report_page.slow, number=number))}")


def test_a_press_while_work_is_going_on_is_kept_until_it_has_ended(monkeypatch):
    monkeypatch.setattr(sys.modules["vizcore.ui.work"], "QUICK", 0.05)
    assert callable(vizcore.ui.work)
    go.clear()
    app = AppTest.from_function(waiting, args=(4,), default_timeout=20).run()
    app.button("add-to-report").click().run()
    assert report_of(app) == []
    go.set()
    settled(app.run())
    (section,) = report_of(app)
    assert [block.text for block in section.blocks] == ["before", "4.5"]
    assert section.runs[0].settings == {"number": 4}
    assert section.runs[0].fingerprint == fingerprint([4.0, 0.5])


def leaving(number):
    """Two pages, of which the one in session_state is shown; the first waits for slow work."""
    import streamlit as st
    import test_report_page

    from vizcore import ui
    from vizcore.features.matching.entry import ENTRY as MATCHING
    from vizcore.features.world.entry import ENTRY as WORLD

    row = WORLD if st.session_state.get("elsewhere") else MATCHING
    with ui.page(row):
        if row is WORLD:
            ui.caption("elsewhere")
        else:
            ui.toggle("Fine", "fine")
            ui.caption(f"{sum(ui.work('Slow work', test_report_page.slow, number=number))}")


def left(monkeypatch, number: int) -> AppTest:
    """A person has pressed the button while a page computed, and has gone elsewhere before it was done."""
    monkeypatch.setattr(sys.modules["vizcore.ui.work"], "QUICK", 0.05)
    go.clear()
    app = AppTest.from_function(leaving, args=(number,), default_timeout=20)
    app.query_params["fine"] = "true"
    app.run()
    app.button("add-to-report").click().run()
    app.session_state["elsewhere"] = True
    app.query_params.clear()
    app.run()
    assert "elsewhere" in [note.value for note in app.caption]
    return app


def test_a_press_is_kept_where_the_person_goes_elsewhere_and_is_answered_once_they_are_back(monkeypatch):
    app = left(monkeypatch, 5)
    assert report_of(app) == []
    (waiting,) = remembered(app, Reported).waiting
    assert (waiting.page, waiting.link) == ("matching", (("fine", "true"),))
    go.set()
    app.session_state["elsewhere"] = False
    for name, value in waiting.link:
        app.query_params[name] = value
    settled(app.run())
    (section,) = report_of(app)
    assert (section.page, section.link) == ("matching", (("fine", "true"),))
    assert [block.text for block in section.blocks] == ["5.5"]
    assert remembered(app, Reported).waiting == []
    settled(app.run())
    assert len(report_of(app)) == 1, "once"


def test_who_comes_back_in_another_state_adds_nothing_and_the_press_still_waits(monkeypatch):
    app = left(monkeypatch, 6)
    go.set()
    app.session_state["elsewhere"] = False
    settled(app.run())
    assert report_of(app) == []
    (waiting,) = remembered(app, Reported).waiting
    assert waiting.link == (("fine", "true"),)


def test_a_press_elsewhere_is_its_own_and_two_may_wait(monkeypatch):
    app = left(monkeypatch, 7)
    assert [section.page for section in sent(app)] == ["world"]
    assert [one.page for one in remembered(app, Reported).waiting] == ["matching"]


def test_the_page_report_leads_to_what_waits_and_can_forget_it():
    app = opened("matching", {"part": "Algorithm"})
    sent(app)
    remembered(app, Reported).waiting.append(Waiting("matching", (("part", "Background"), ("background", "Cost"))))
    app.switch_page("pages/report.py")
    settled(app.run())
    assert any("1 view of Patch matching; 1 view waits: open it to add it." in text.value for text in app.markdown)
    (link,) = (one for one in app.get("page_link") if "which was left before it was added" in one.proto.label)
    assert "background=Cost" in link.proto.query_string
    app.query_params.update({"part": "Background", "background": "Cost"})
    app.switch_page("pages/matching.py")
    settled(app.run())
    assert titles(app) == ["Patch matching: Background", "Patch matching: Background, Cost"]
    remembered(app, Reported).waiting.append(Waiting("world", ()))
    app.switch_page("pages/report.py")
    settled(app.run())
    app.button("forget-0").click().run()
    assert remembered(app, Reported).waiting == []
    assert any("2 views of Patch matching." in text.value for text in app.markdown)


def test_two_sessions_never_see_each_others_report():
    one, other = (AppTest.from_function(script).run() for _ in range(2))
    sent(one)
    assert len(report_of(one)) == 1
    assert report_of(other) == []
    assert opened("report").text_input == []


def test_an_empty_report_teaches():
    app = opened("report")
    assert complaints(app) == []
    assert any("Add to report" in text.value for text in app.markdown)
    assert any(text.value.startswith("Nothing is in the report yet.") for text in app.markdown)


@pytest.fixture
def editor() -> AppTest:
    """The page Report with two views."""
    app = opened("matching", {"part": "Cost"})
    sent(app)
    sent(app)
    app.switch_page("pages/report.py")
    return settled(app.run())


def titles(app: AppTest) -> list[str]:
    return [section.title for section in report_of(app)]


def test_views_are_named_moved_removed_and_brought_back(editor):
    first, second = remembered(editor, Reported).draft.sections
    editor.text_input(f"title-{first}").set_value("First").run()
    editor.text_area(f"note-{first}").set_value("What I saw").run()
    editor.button(f"down-{first}").click().run()
    assert titles(editor)[1] == "First"
    editor.button(f"remove-{first}").click().run()
    assert "First" not in titles(editor)
    editor.button("clear").click().run()
    assert titles(editor) == []
    editor.button("undo").click().run()
    editor.button("undo").click().run()
    assert titles(editor)[1] == "First"
    assert report_of(editor)[1].note == "What I saw"
    assert complaints(editor) == []
    assert editor.button(f"up-{second}").disabled


def test_a_report_is_opened_from_its_file_and_a_letter_is_refused(editor):
    report = Report("From a file", tuple(report_of(editor))[:1])
    editor.file_uploader("upload-open-report-0").set_value(("report.zip", report_zip(report), "application/zip")).run()
    assert remembered(editor, Reported).draft.report == report
    assert editor.text_input[0].value == "From a file"
    editor.file_uploader("upload-open-report-1").set_value(("letter.zip", b"Dear reader", "application/zip")).run()
    (sentence,) = complaints(editor)
    assert sentence.startswith("letter.zip: want a ZIP")
    assert remembered(editor, Reported).draft.report == report
