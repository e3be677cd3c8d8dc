"""What every step of a lesson comes to, in one sentence: the question while it is open, then its answer."""

import pytest
from test_lessons import SOLVED, TITLES
from test_pages import complaints, opened

from vizcore.features.lessons.pipeline import lesson
from vizcore.features.lessons.pipeline_verdict import (
    check_verdict,
    goal_verdict,
    in_short,
    predict_verdict,
    reveal_verdict,
    try_verdict,
)


def verdict(app) -> str:
    """The sentence that a step begins with: what is written first on a page."""
    return app.main.markdown[0].value


def test_a_question_in_short_is_its_last_question_or_its_last_sentence():
    assert in_short("Take the largest number, 0.9, and go on.\nWhat do all add up to?") == "What do all add up to?"
    assert in_short("What is γ? Move it.") == "What is γ?"
    assert in_short("What is γ? Move it.", ask=False) == "Move it."
    assert in_short("Find it") == "Find it"


def test_a_goal_says_where_one_is():
    assert goal_verdict(3, 10, 2) == "Lesson 3 of 10; 2 of 10 lessons done."
    assert goal_verdict(3, 10, None) == "Lesson 3 of 10."


def test_a_prediction_is_asked_for_and_then_noted():
    assert predict_verdict("A walk pays. What does it cost?", None) == "What does it cost?"
    assert predict_verdict("What does it cost?", "About 1.") == "You predicted “About 1”; the sum will show it."


@pytest.mark.parametrize(
    ("yours", "reached", "begun", "sentence"),
    [
        ("", None, False, "Find the largest sum."),
        ("Yours so far: 0.9 = 0.9", None, True, "Not there yet; yours so far: 0.9 = 0.9"),
        ("", None, True, "Not there yet."),
        ("g(λ) is 1.", None, True, "Not there yet; g(λ) is 1."),
        ("Yours: 2.15", "That is the largest: 2.15.", True, "That is the largest: 2.15."),
    ],
)
def test_a_try_says_what_to_do_or_how_far_one_is(yours, reached, begun, sentence):
    assert try_verdict("Click one cell. Find the largest sum.", yours, reached, begun) == sentence


@pytest.mark.parametrize(
    ("line", "predicted", "sentence"),
    [
        (2, None, "Line 2 of 7 of the sum."),
        (2, "1.7", "Line 2 of 7 of the sum; you predicted “1.7”."),
        (7, None, "The answer is “2.15”."),
        (7, "2.15", "You predicted “2.15”, which is right."),
        (7, "1.7", "You predicted “1.7”; it is “2.15”."),
    ],
)
def test_the_answer_is_said_with_the_last_line_and_not_before(line, predicted, sentence):
    assert reveal_verdict(line, 7, predicted, "2.15") == sentence


@pytest.mark.parametrize(
    ("right", "predicted", "sentence"),
    [
        (True, True, "“Never” is right; 2 of 2 answers in this lesson are right."),
        (True, False, "“Never” is right; 1 of 2 answers in this lesson is right."),
        (False, True, "“Never” is not right; 1 of 2 answers in this lesson is right."),
        (False, False, "“Never” is not right; 0 of 2 answers in this lesson are right."),
        (True, None, "“Never” is right."),
        (False, None, "“Never” is not right."),
    ],
)
def test_a_check_counts_the_answers(right, predicted, sentence):
    assert check_verdict("When?", "Never.", right, predicted) == sentence
    assert check_verdict("It grows. When?", None, False, predicted) == "When?"


@pytest.mark.parametrize("title", TITLES)
def test_no_step_gives_its_answer_away(title):
    one = lesson(title)
    answer = one.filled(one.predict.choices[one.predict.right].text)
    for step in ("Predict", "Try", "Reveal", "Check"):
        app = opened("lessons", {"lesson": title, "step": step})
        assert complaints(app) == []
        assert f"“{answer}”" not in verdict(app)
        question = {"Try": one.task, "Check": one.check.ask}.get(step, one.predict.ask)
        assert verdict(app) == in_short(one.filled(question), ask=step != "Try")


def test_what_is_reached_is_said_first():
    app = opened("lessons", {"lesson": TITLES[0], "step": "Try", "hand": SOLVED[TITLES[0]]})
    assert verdict(app) == "That is the largest there is: 2.15."
    app = opened("lessons", {"lesson": TITLES[0], "step": "Try", "hand": "0.0"})
    assert verdict(app) == "Not there yet; yours so far: 0.9 = 0.9"
