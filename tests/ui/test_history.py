"""Settings of a visit: undo, redo and reset, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from vizcore import ui
    from vizcore.ui import history
    from vizcore.ui.controls import arrive

    arrive("here")
    history.buttons()
    count = ui.slider("Count", 1, 9, 5, "count")
    name = ui.selectbox("Name", ["a", "b", "c"], "name")
    shown = ui.views(["first", "second"], "show")
    if ui.toggle("More", "more"):
        ui.slider("Late", 0, st.session_state["count"], 0, "late")
    st.text(f"{count} {name} {shown}")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=20).run()


def says(app: AppTest) -> str:
    return app.text[0].value


def can(app: AppTest) -> dict[str, bool]:
    return {
        key.partition("-")[0]: not app.button(key).disabled
        for key in ("undo-setting", "redo-setting", "reset-settings")
    }


def test_nothing_can_be_taken_back_at_first(app):
    assert can(app) == {"undo": False, "redo": False, "reset": False}


def test_changes_are_undone_one_by_one_and_done_again(app):
    app.slider("count").set_value(7).run()
    app.selectbox("name").set_value("c").run()
    assert says(app) == "7 c first"
    app.button("undo-setting").click().run()
    assert says(app) == "7 a first"
    app.button("undo-setting").click().run()
    assert says(app) == "5 a first"
    assert can(app) == {"undo": False, "redo": True, "reset": False}
    app.button("redo-setting").click().run()
    app.button("redo-setting").click().run()
    assert says(app) == "7 c first"
    assert can(app) == {"undo": True, "redo": False, "reset": True}


def test_a_change_after_an_undo_ends_what_could_be_done_again(app):
    app.slider("count").set_value(7).run()
    app.button("undo-setting").click().run()
    app.slider("count").set_value(2).run()
    assert can(app) == {"undo": True, "redo": False, "reset": True}
    app.button("undo-setting").click().run()
    assert says(app) == "5 a first"


def test_reset_sets_all_settings_to_their_first_values_and_can_be_undone(app):
    app.slider("count").set_value(9).run()
    app.selectbox("name").set_value("b").run()
    app.button("reset-settings").click().run()
    assert says(app) == "5 a first"
    app.button("undo-setting").click().run()
    assert says(app) == "9 b first"


def test_the_view_is_no_setting(app):
    app.button_group("show").set_value("second").run()
    assert says(app) == "5 a second"
    assert can(app) == {"undo": False, "redo": False, "reset": False}


def test_a_control_that_appears_and_one_whose_bounds_move_are_no_changes_of_a_person(app):
    app.toggle("more").set_value(True).run()
    app.slider("late").set_value(5).run()
    app.slider("count").set_value(2).run()
    assert app.slider("late").value == 2
    app.button("undo-setting").click().run()
    assert says(app) == "5 a first"
    app.button("undo-setting").click().run()
    assert app.slider("late").value == 0
    app.button("undo-setting").click().run()
    assert not app.toggle("more").value


def drawn_page():
    import streamlit as st

    from vizcore import ui
    from vizcore.ui import history
    from vizcore.ui.controls import arrive

    arrive("there")
    history.buttons()
    marks = ui.kept("marks", (), lambda linked: tuple(filter(None, linked.split("-"))), "-".join)
    st.button("Draw", key="draw", on_click=ui.keep, args=("marks", lambda now: (*now, str(len(now)))))
    st.text(",".join(marks))


def test_what_no_widget_owns_is_read_from_the_link_kept_in_it_undone_and_reset():
    app = AppTest.from_function(drawn_page, default_timeout=20)
    app.query_params["marks"] = "7-8"
    app.run()
    assert says(app) == "7,8"
    app.button("draw").click().run()
    app.button("draw").click().run()
    assert says(app) == "7,8,2,3"
    assert app.query_params["marks"] in ("7-8-2-3", ["7-8-2-3"])
    app.button("undo-setting").click().run()
    assert says(app) == "7,8,2"
    assert app.query_params["marks"] in ("7-8-2", ["7-8-2"])
    app.button("redo-setting").click().run()
    assert says(app) == "7,8,2,3"
    app.button("reset-settings").click().run()
    assert says(app) == ""
