"""Long work on a page: shown while it runs, stopped by a button, started again, shared by those who ask the same."""

import sys
import threading

import pytest
from streamlit.testing.v1 import AppTest

import vizcore.ui
from vizcore.runtime.context import default_context

go = threading.Event()
begun: list[int] = []
stopped = threading.Event()


def slow(number: int, context=None) -> str:
    """A pipeline that ends when the test says so, or when nobody wants it."""
    begun.append(number)
    try:
        while not go.wait(0.01):
            context.progress(3, 10, "counting")
    except BaseException:
        stopped.set()
        raise
    return f"{number} is done"


def script(number):
    import test_work

    from vizcore import ui

    ui.markdown(ui.work("Slow work", test_work.slow, number=number))


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    default_context()  # made beforehand: a job that still imports is not yet at its first step
    assert callable(vizcore.ui.work)  # the function, which hides the module of its name
    monkeypatch.setattr(sys.modules["vizcore.ui.work"], "QUICK", 0.05)
    go.clear()
    stopped.clear()
    begun.clear()
    yield
    go.set()


def opened(number: int) -> AppTest:
    return AppTest.from_function(script, args=(number,), default_timeout=20).run()


def finished(app: AppTest) -> str:
    go.set()
    for _ in range(50):
        if app.markdown:
            return app.markdown[0].value
        app.run()
    raise AssertionError("the work never ended")


def test_a_page_shows_how_far_its_work_is_and_then_what_came_of_it():
    app = opened(1)
    (bar,) = app.get("progress")
    assert bar.proto.value == 30
    assert "Slow work: counting" in bar.proto.text
    assert finished(app) == "1 is done"


def test_a_button_stops_the_work_and_another_starts_it_again():
    app = opened(2)
    app.button("cancel-work").click().run()
    assert stopped.wait(5)
    assert app.info[0].value == "Slow work: stopped before it was done. Nothing was lost."
    assert not app.get("progress")
    app.button("start-work").click().run()
    assert finished(app) == "2 is done"
    assert begun == [2, 2]


def test_two_sessions_that_ask_the_same_share_one_job_and_one_cannot_stop_the_others():
    one, two = opened(3), opened(3)
    one.button("cancel-work").click().run()
    assert finished(two) == "3 is done"
    assert begun == [3]
    assert not stopped.is_set()
