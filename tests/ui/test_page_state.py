"""What a session remembers, what a visit notes, and what a person writes, presses or opens; without a browser."""

import subprocess
import sys
from dataclasses import dataclass, field

import pytest
from conftest import ROOT
from sessions import remembered
from streamlit.testing.v1 import AppTest

from vizcore import ui


@dataclass
class Remembered:
    words: list[str] = field(default_factory=list)
    name: str = ""
    note: str | None = None


@dataclass
class Noted:
    word: str = ""


def page():
    import streamlit as st
    from test_page_state import Noted, Remembered

    from vizcore import ui
    from vizcore.ui.controls import arrive

    arrive(st.session_state.get("where", "here"))
    own, noted = ui.session(Remembered), ui.visit(Noted)
    own.words.append("ran")
    ui.text_input("Name", "nobody", "name", lambda said: setattr(own, "name", said), max_chars=20)
    ui.text_area("Note", "", "note", lambda said: setattr(own, "note", said), max_chars=20, placeholder="What is it?")
    ui.action_button("Note", "noting", lambda: setattr(noted, "word", "noted"))
    ui.action_button("Never", "never", lambda: setattr(own, "name", "pressed"), disabled=True)
    ui.markdown(f"-{noted.word}-")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=20).run()


def test_what_is_remembered_is_made_once_and_changed_in_place(app):
    app.run()
    assert remembered(app, Remembered).words == ["ran", "ran"]


def test_a_line_that_is_changed_is_told_and_one_that_is_left_alone_is_not(app):
    app.text_input("name").set_value("Ada").run()
    assert remembered(app, Remembered).name == "Ada"
    assert remembered(app, Remembered).note is None
    app.text_area("note").set_value("the first").run()
    assert remembered(app, Remembered).note == "the first"


def test_two_sessions_remember_apart(app):
    app.text_input("name").set_value("Ada").run()
    other = AppTest.from_function(page, default_timeout=20).run()
    assert remembered(other, Remembered) == Remembered(["ran"])


def test_another_visit_forgets_what_was_noted_and_still_knows_what_is_remembered(app):
    app.button("noting").click().run()
    assert app.markdown[0].value == "-noted-"
    app.session_state["where"] = "there"
    app.run()
    assert app.markdown[0].value == "--"
    assert remembered(app, Remembered).words == ["ran"] * 3


def test_a_button_with_nothing_to_do_cannot_be_pressed(app):
    assert app.button("never").disabled
    assert not app.button("noting").disabled


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
