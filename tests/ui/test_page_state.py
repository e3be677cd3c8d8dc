"""What a session remembers, what a visit notes, and what a person writes, presses or opens; without a browser."""

import subprocess
import sys

import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest

from vizcore import ui


def page():
    import streamlit as st

    from vizcore import ui
    from vizcore.ui.controls import arrive

    arrive(st.session_state.get("where", "here"))
    ui.remembered("words", list).append("ran")
    ui.text_input("Name", "nobody", "name", lambda said: ui.remember("name", said), max_chars=20)
    ui.text_area("Note", "", "note", lambda said: ui.remember("note", said), max_chars=20, placeholder="What is it?")
    ui.action_button("Take", "take", lambda: ui.remember("taken", ui.take("name")))
    ui.action_button("Note", "noting", lambda: ui.note_once("here", "noted"))
    ui.action_button("Never", "never", lambda: ui.remember("name", "pressed"), disabled=True)
    ui.markdown(f"{ui.once('here')}")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=20).run()


def test_what_is_remembered_is_made_once_and_changed_in_place(app):
    app.run()
    assert app.session_state["_words"] == ["ran", "ran"]


def test_a_line_that_is_changed_is_told_and_one_that_is_left_alone_is_not(app):
    app.text_input("name").set_value("Ada").run()
    assert app.session_state["_name"] == "Ada"
    assert "_note" not in app.session_state
    app.text_area("note").set_value("the first").run()
    assert app.session_state["_note"] == "the first"


def test_what_is_taken_is_there_no_longer(app):
    app.text_input("name").set_value("Ada").run()
    app.button("take").click().run()
    assert app.session_state["_taken"] == "Ada"
    assert "_name" not in app.session_state
    app.button("take").click().run()
    assert app.session_state["_taken"] is None


def test_another_visit_forgets_what_was_noted_and_still_knows_what_is_remembered(app):
    app.button("noting").click().run()
    assert app.markdown[0].value == "noted"
    app.session_state["where"] = "there"
    app.run()
    assert app.markdown[0].value == "None"
    assert app.session_state["_words"] == ["ran"] * 3


def test_a_button_with_nothing_to_do_cannot_be_pressed(app):
    assert app.button("never").disabled
    assert not app.button("take").disabled


def test_what_few_pages_need_is_read_when_it_is_asked_for():
    code = (
        "import sys; from vizcore import ui; names = [name for one in ui.LATER.values() for name in one]; "
        "print(len(ui.LATER.keys() & sys.modules.keys()), all(callable(getattr(ui, name)) for name in names), "
        "ui.LATER.keys() <= sys.modules.keys())"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "True", "True"]


def test_a_name_that_ui_has_not_is_refused_as_python_refuses_it():
    with pytest.raises(AttributeError, match="'session_state'"):
        ui.session_state
    assert all(hasattr(ui, name) for name in ui.__all__)
