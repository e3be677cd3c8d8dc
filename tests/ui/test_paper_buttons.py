"""The size of a figure for paper is chosen once, kept in the link, and is what the buttons give."""

import pytest
import streamlit as st
from shown import saved
from streamlit.testing.v1 import AppTest

from vizcore.figures.paper import FORMS, SIZES

PAGE = """
from vizcore import ui
from vizcore.features.catalog import page
with ui.page(page("system")):
    ui.verdict("It is.")
    ui.paper_figure("thing", lambda size, form: f"{size.inches} {form}".encode())
"""


def opened(**query):
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("asked", ["", *SIZES, "poster"])
def test_the_link_says_the_size_and_every_form_has_a_button(asked, monkeypatch):
    made = {}
    monkeypatch.setattr(st, "download_button", lambda name, make, **more: made.update({name: (make(), more["mime"])}))
    app = opened(**{"paper": asked} if asked else {})
    assert not app.exception
    size = asked if asked in SIZES else "double column"
    control = app.segmented_control(key="paper")
    assert (control.label, control.value, list(control.options)) == ("Size", size, list(SIZES))
    assert made == {f"thing.{form}": (f"{SIZES[size].inches} {form}".encode(), mime) for form, mime in FORMS.items()}


def test_a_size_is_no_setting_that_could_be_reset():
    app = opened()
    app.segmented_control(key="paper").set_value("slide").run()
    assert app.segmented_control(key="paper").value == "slide"
    assert app.button(key="reset-settings").disabled
    assert app.button(key="undo-setting").disabled
    assert saved(app) == [f"thing.{form}" for form in FORMS]
