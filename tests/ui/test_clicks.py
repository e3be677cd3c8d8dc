"""A click on a row of a table is acted on once, also where its callback was stopped before it did anything."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import AttributeDictionary


def page() -> None:
    import streamlit as st

    from vizcore.ui.controls import arrive, choose, slider
    from vizcore.ui.show import table

    arrive("here")
    st.text(slider("Number", 0, 9, 0, "n"))
    table(({"a": k, "b": k} for k in range(3)), key="rows", on_select=lambda row: choose("n", row + 5))


def click(app: AppTest, row: int, column: str) -> str:
    """The number after a run that sees a cell chosen, but whose callbacks nobody has called."""
    selection = {"selection": {"rows": [], "columns": [], "cells": [(row, column)]}}
    app.session_state["rows"] = AttributeDictionary(selection)
    return app.run().text[0].value


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=60).run()


def test_a_click_sets_a_control_that_has_been_drawn_above_it(app):
    assert app.text[0].value == "0"
    assert click(app, 1, "a") == "6"
    assert not app.exception


def test_a_click_is_not_repeated_by_later_runs_and_the_same_row_can_be_clicked_again(app):
    click(app, 1, "a")
    assert app.slider[0].set_value(2).run().text[0].value == "2"
    assert click(app, 1, "b") == "6"
