"""The page of lessons without a browser: every lesson from goal to check, links that restore a step, and nonsense."""

from itertools import count

import pytest
from sessions import remembered
from streamlit.testing.v1 import AppTest
from test_lessons import ELSEWHERE, SOLVED, TITLES
from test_lessons_files import EXAMPLE
from test_pages import complaints, opened

from vizcore.features.lessons.lesson import STEPS
from vizcore.features.lessons.pipeline import lesson
from vizcore.ui.state import Frame

KINDS = ("Matching by hand", "Dynamic time warping", "A filter on a graph", "A re-assembly puzzle", "Kendall's tau")


def at(title: str, step: str, **query: str) -> AppTest:
    app = opened("lessons", {"lesson": title, "step": step, **query})
    assert complaints(app) == []
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert complaints(app) == []
    return app


def step(app: AppTest) -> str:
    return app.session_state["step"]


def page_words(app: AppTest) -> str:
    """Everything that the page tells."""
    return "\n".join(one.value for kind in (app.markdown, app.success, app.info, app.caption) for one in kind)


def link(app: AppTest, name: str) -> str:
    """What the address bar says under a name."""
    found = app.query_params[name]
    return found if isinstance(found, str) else "".join(found)


def charts(app: AppTest) -> list[str]:
    """What is drawn."""
    return [chart.proto.spec for chart in app.get("plotly_chart")]


def figures(app: AppTest) -> int:
    return len(charts(app))


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("rightly", [True, False], ids=["right", "wrong"])
def test_a_lesson_is_walked_from_goal_to_check(title, rightly):
    one, app = lesson(title), at(title, "Goal")
    press(app, "next")
    assert step(app) == "Predict"
    assert app.button(key="next").disabled
    before = charts(app)
    chosen = one.predict.right if rightly else (one.predict.right + 1) % len(one.predict.choices)
    app.radio[0].set_value(chosen).run()
    app.query_params["hand"] = (SOLVED if rightly else ELSEWHERE)[title]
    press(app, "next")
    assert step(app) == "Try"
    assert (one.filled(one.reached, one.work(one.board.read(SOLVED[title]))) in page_words(app)) is rightly
    assert ("Not there yet" in page_words(app)) is not rightly
    press(app, "next")
    assert step(app) == "Reveal"
    assert figures(app) == bool(one.worked.asked), "the picture of the answer comes last"
    assert charts(app) == before
    press(app, "all-lines")
    assert figures(app) == 1
    assert charts(app) != before
    assert all(line.words in page_words(app) for line in one.worked.lines)
    assert ("which is right" in page_words(app)) is rightly
    press(app, "next")
    assert step(app) == "Check"
    chosen = one.check.right if rightly else (one.check.right + 1) % len(one.check.choices)
    app.radio[0].set_value(chosen).run()
    assert one.filled(one.check.choices[chosen].why) in page_words(app)
    assert (len(app.success) == 1) is rightly
    assert f"{int(rightly)} of {len(TITLES)} lessons done" in page_words(app)


@pytest.mark.parametrize("title", TITLES)
def test_every_link_restores_its_step(title):
    app = None
    for name in STEPS:
        query = {"lesson": title, "step": name, "line": "3", "hand": SOLVED[title], "present": "true"}
        app = opened("lessons", query) if app is None else came_by(app, query)
        assert complaints(app) == []
        assert (app.selectbox(key="lesson").value, step(app)) == (title, name)
        assert app.toggle(key="present").value
        assert link(app, "hand") == SOLVED[title]
        if name == "Reveal":
            lines = lesson(title).worked.lines
            assert app.slider(key="line").value == min(3, len(lines))
            assert all((line.words in page_words(app)) is (k < 3) for k, line in enumerate(lines))


def came_by(app: AppTest, query: dict[str, str]) -> AppTest:
    """The same person comes from another page by another link; that page itself is not opened, to save time."""
    remembered(app, Frame).visit.page = "another"
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_the_page_begins_at_the_first_lesson_and_its_keys_lead_through_all_of_them():
    app = at(TITLES[0], "Goal", present="true")
    assert app.button(key="back").disabled
    walked = []
    for turn in count():
        walked.append((app.session_state["lesson"], step(app)))
        if app.button(key="next").disabled:
            break
        press(app, "next")
        assert turn < 400
    assert list(dict.fromkeys(walked)) == [(title, name) for title in TITLES for name in STEPS]
    lines = sum(len(lesson(title).worked.lines) for title in TITLES)
    assert len(walked) == len(TITLES) * (len(STEPS) - 1) + lines


def test_back_goes_back_through_lines_steps_and_lessons():
    app = at(TITLES[1], "Reveal", present="true", line="2")
    press(app, "back")
    assert (step(app), app.slider(key="line").value) == ("Reveal", 1)
    for name in ("Try", "Predict", "Goal"):
        press(app, "back")
        assert step(app) == name
    press(app, "back")
    assert (app.session_state["lesson"], step(app)) == (TITLES[0], "Goal")


def test_without_a_prediction_the_sum_is_held_back_and_then_shown():
    app = at(TITLES[0], "Reveal")
    one = lesson(TITLES[0])
    assert one.worked.lines[0].words not in page_words(app)
    assert app.button(key="next").disabled is False, "who will not guess may go on"
    app.radio[0].set_value(0).run()
    assert one.worked.lines[0].words in page_words(app)
    app.session_state["step"] = "Predict"
    app.run()
    assert app.radio[0].disabled, "who has seen the sum predicts nothing"
    assert app.radio[0].value == 0


def test_a_sum_that_was_seen_before_a_class_can_still_be_predicted():
    app = at(TITLES[0], "Reveal", present="true")
    app.toggle(key="present").set_value(False).run()
    assert not app.radio[0].disabled


def test_a_class_needs_no_clicked_prediction():
    app = at(TITLES[0], "Predict", present="true")
    assert not app.button(key="next").disabled
    assert "lessons done" not in page_words(app)


def test_cells_are_clicked_until_the_best_matching_is_found():
    app = at("Matching by hand", "Try")
    for cell, number in [
        ("0-0", "Yours so far: 0.9 = 0.9"),
        ("0-1", "Yours so far: 0.8 = 0.8"),
        ("1-0", "0.8 + 0.85 = 1.65"),
    ]:
        press(app, f"cell-{cell}")
        assert number in page_words(app)
    assert link(app, "hand") == "0.1_1.0"
    press(app, "cell-2-2")
    assert "That is the largest there is: 2.15." in page_words(app)
    press(app, "cell-2-2")
    assert "That is the largest" not in page_words(app)


def test_a_walk_takes_no_cell_that_is_not_next():
    app = at("Dynamic time warping", "Try")
    press(app, "cell-3-3")
    assert "hand" not in app.query_params
    press(press(app, "cell-0-0"), "cell-1-1")
    assert link(app, "hand") == "0.0_1.1"


def test_sliders_lists_and_points_move_the_sum_and_go_into_the_link():
    app = at("A filter on a graph", "Try")
    app.slider(key="08-filter-own").set_value(1.0).run()
    app.slider(key="08-filter-heard").set_value(-1.0).run()
    assert "g(λ) = 1 - λ" in page_words(app)
    assert link(app, "hand") == "1_-1"
    app = at("Kendall's tau", "Try")
    press(app, "line-of-list-up-2")
    assert "Yours: tau = 0.8" in page_words(app)
    press(app, "line-of-list-down-3")
    assert "In order." in page_words(app)
    app = at("A re-assembly puzzle", "Try")
    app.toggle(key="point-2").set_value(False).run()
    assert link(app, "hand") == "0_1_3_4_5_6_7_8"
    assert "Yours: pour · stir · drink" in page_words(app)


@pytest.mark.parametrize("title", KINDS)
def test_a_board_can_be_cleared(title):
    app = at(title, "Try", hand=ELSEWHERE[title])
    press(app, "again")
    assert "hand" not in app.query_params
    assert "again" not in {button.key for button in app.button}
    one = lesson(title)
    assert one.worked.yours in page_words(app)


def test_what_was_done_is_kept_while_other_steps_and_lessons_are_looked_at():
    app = at("A filter on a graph", "Try", hand="0.5_0.75")
    press(press(app, "next"), "back")
    assert app.slider(key="08-filter-heard").value == 0.75
    app.selectbox(key="lesson").set_value("Kendall's tau").run()
    assert step(app) == "Goal"
    assert "hand" not in app.query_params
    app.selectbox(key="lesson").set_value("A filter on a graph").run()
    app.session_state["step"] = "Try"
    app.run()
    assert link(app, "hand") == "0.5_0.75"
    assert app.slider(key="08-filter-own").value == 0.5


def test_what_was_done_in_a_lesson_is_not_done_in_the_next_one():
    app = at("Matching by hand", "Try", hand="0.1_1.0")
    app.selectbox(key="lesson").set_value("Greedy against Hungarian").run()
    assert "hand" not in app.query_params


def test_a_second_link_opens_its_own_lesson_at_its_own_step():
    app = at("Matching by hand", "Check")
    app.switch_page("pages/home.py").run()
    app.query_params["lesson"], app.query_params["step"] = "Kendall's tau", "Try"
    app.switch_page("pages/lessons.py").run()
    assert (app.selectbox(key="lesson").value, step(app)) == ("Kendall's tau", "Try")


def test_the_sum_can_be_seen_with_what_was_tried():
    app = at("A minimum with a slope", "Reveal", hand="0.5", present="true", line="6")
    assert "At γ = 1, smoothMin" in page_words(app)
    app.session_state["whose"] = "With what you tried"
    app.run()
    assert "At γ = 0.5, smoothMin" in page_words(app)
    assert complaints(app) == []


def test_the_list_of_lessons_opens_each():
    app = at(TITLES[0], "Goal")
    press(app, "open-4")
    assert (app.session_state["lesson"], step(app)) == (TITLES[4], "Goal")
    assert app.button(key="open-4").disabled


def test_a_lesson_that_is_done_stays_done_in_this_session_and_in_no_other():
    app = at(TITLES[0], "Check")
    app.radio[0].set_value(lesson(TITLES[0]).check.right).run()
    app.selectbox(key="lesson").set_value(TITLES[3]).run()
    assert "1 of 10" in page_words(app)
    assert "0 of 10" in page_words(at(TITLES[0], "Goal"))


@pytest.mark.parametrize(
    "query",
    [
        {"lesson": "<script>", "step": "Nowhere"},
        {"lesson": "../../etc/passwd"},
        {"step": "Reveal", "line": "nan", "present": "true"},
        {"step": "Reveal", "line": "-5", "present": "perhaps"},
        {"step": "Reveal", "line": "1e99", "present": "true"},
        {"step": "Try", "hand": "9.9_-1.x"},
        {"step": "Try", "hand": "0.0" * 4000},
        {"lesson": "A filter on a graph", "step": "Try", "hand": "nan_inf_7_7"},
        {"lesson": "Kendall's tau", "step": "Try", "hand": "0_0_0_0_0"},
        {"lesson": "A re-assembly puzzle", "step": "Try", "hand": "99_x"},
        {"step": "Reveal", "whose": "nobody's", "hand": "none", "present": "true"},
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query):
    app = opened("lessons", query)
    assert complaints(app) == []
    assert app.selectbox(key="lesson").value in TITLES
    assert step(app) in STEPS


def test_a_faulty_lesson_is_a_sentence_and_the_others_go_on(tmp_path, monkeypatch):
    (tmp_path / "x.toml").write_text(EXAMPLE.replace("value = 1 }", "value = 2 }"))
    (tmp_path / "y.toml").write_text("no lesson")
    monkeypatch.setenv("VIZCORE_LESSONS", str(tmp_path))
    app = opened("lessons")
    (sentence,) = complaints(app)
    assert sentence.startswith("Lesson file y.toml, the whole file: want TOML")
    assert figures(app) == 1
    app.selectbox(key="lesson").set_value("Two by two").run()
    assert "Lesson file x.toml, predict.choices: want exactly one choice" in complaints(app)[1] + complaints(app)[0]
    app.selectbox(key="lesson").set_value(TITLES[2]).run()
    assert len(complaints(app)) == 1
    assert str(tmp_path) not in str(complaints(app))


def test_a_lesson_of_a_teachers_own_is_walked_as_the_others(tmp_path, monkeypatch):
    (tmp_path / "x.toml").write_text(EXAMPLE)
    monkeypatch.setenv("VIZCORE_LESSONS", str(tmp_path))
    app = at("Two by two", "Try", hand="0.1_1.0")
    assert "0.65 more than greedy." in page_words(app)
