"""The page's link: what was kept last holds against a link that is late, and gives way to one that leads elsewhere."""

import pytest
from presses import linked, tell
from streamlit.testing.v1 import AppTest
from test_pages import complaints, opened, settled

from vizcore.ui import link


def page() -> None:
    import streamlit as st

    from vizcore.ui.controls import arrive
    from vizcore.ui.link import from_link, set_link

    arrive(st.session_state.get("where", "here"))
    for word in ("one", "two"):
        st.button(word, on_click=set_link, args=("at", word))
    st.button("on from there", on_click=lambda: set_link("at", from_link("at") + ", and on"))
    st.text(from_link("at"))


def said(app: AppTest) -> str:
    """What the link says to the page, which the browser's address line says as well."""
    word = app.text[0].value
    assert linked(app, "at") == word
    return word


@pytest.fixture
def app() -> AppTest:
    """The page, come to by a link, after two choices."""
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params["at"] = "before"
    app.run()
    assert said(app) == "before"
    for button in (0, 1):
        app.button[button].click().run()
        assert said(app) == ("one", "two")[button]
    return app


@pytest.mark.parametrize("late", ["before", "one"])
def test_a_link_that_is_late_is_told_what_was_kept_since(app, late):
    for _ in range(2):
        app.query_params["at"] = late
        app.run()
        assert said(app) == "two"


def test_a_choice_made_while_the_link_is_late_holds(app):
    app.query_params["at"] = "before"
    app.button[0].click().run()
    assert said(app) == "one"


def test_what_is_made_of_a_choice_while_the_link_is_late_is_made_of_the_last(app):
    app.query_params["at"] = "before"
    app.button[2].click().run()
    assert said(app) == "two, and on"


def test_a_link_that_leads_elsewhere_wins(app):
    for word in ("elsewhere", "one"):  # after that, what was kept once is as good as anything
        app.query_params["at"] = word
        app.run()
        assert said(app) == word


def test_the_browsers_back_button_goes_back(app, monkeypatch):
    app.query_params["at"] = "one"
    with monkeypatch.context() as patch:
        patch.setattr(link, "_walked_back", lambda: True)
        app.run()
    assert said(app) == "one"
    app.run()
    assert said(app) == "one"


def test_another_visit_has_kept_nothing(app):
    app.session_state["where"] = "there"
    app.query_params["at"] = "one"
    app.run()
    assert said(app) == "one"


def test_a_click_on_the_timelines_outlives_a_run_that_was_asked_for_before_it_was_told():
    app = opened("segmentation", {"part": "Label files", "at": "15-54.1.a"})
    for key, content in (("labels-truth", b"take\n" * 90), ("labels-told", b"### x\n" + b"take " * 90)):
        app.file_uploader(key=key).set_value([("a.txt", content, "text/plain")])
    settled(app.run())
    tell(app, "timelines", click={"origin": "a", "start": 67, "stop": 90, "seq": 1})
    assert linked(app, "at") == "67-90.2.a"
    app.query_params["at"] = "15-54.1.a"
    settled(app.segmented_control("closer").set_value("Videos").run())
    assert linked(app, "at") == "67-90.2.a"


def test_a_link_of_before_is_led_to_what_it_says_now_and_keeps_saying_it():
    app = opened("matching", {"part": "Cost", "d": "512"})
    assert complaints(app) == []
    said = {name: app.query_params[name] for name in ("part", "background", "d")}
    assert {name: [value] if isinstance(value, str) else value for name, value in said.items()} == {
        "part": ["Background"],
        "background": ["Cost"],
        "d": ["512"],
    }
