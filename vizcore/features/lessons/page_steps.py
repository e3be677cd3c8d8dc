"""The five steps of a lesson: its goal, a prediction, something to try, the sum line by line, a question to check."""

from vizcore import ui
from vizcore.features.lessons.boards import Cells
from vizcore.features.lessons.controls import CHECK, GOAL, PREDICT, LessonView, navigation
from vizcore.features.lessons.figures import FIGURES, larger
from vizcore.features.lessons.lesson import Question
from vizcore.features.lessons.page_boards import again, play
from vizcore.features.lessons.pipeline_progress import Progress
from vizcore.ui import teaching

BEFORE = "What is known before the sum"
OURS, YOURS = "The lesson's numbers", "With what you tried"


def goal(view: LessonView) -> None:
    """What one will be able to do, and the other lessons."""
    words, menu = ui.columns([2, 1], gap="large")
    with words:
        ui.subheader(view.lesson.title)
        ui.markdown(view.lesson.goal)
        if view.lesson.worked.asked:
            _figure(view, view.lesson.worked.asked, BEFORE, captioned=False)
        navigation(view, 1, 1)
    if view.presented:
        return
    with menu:
        done = ui.session(Progress).done
        ui.markdown("**All lessons**")
        for place, title in enumerate(view.titles):
            mark = ":material/check_circle:" if title in done else ":material/radio_button_unchecked:"
            teaching.button(title, f"open-{place}", _open, title, icon=mark, off=title == view.lesson.title)


def _open(title: str) -> None:
    ui.choose("lesson", title)
    ui.choose("step", GOAL)


def predict(view: LessonView) -> None:
    """The question that comes first; the answer comes with the sum."""
    ui.subheader("What do you expect?")
    _predicted(view)
    navigation(view, 1, 1)


def _predicted(view: LessonView) -> None:
    question, known = view.lesson.predict, view.lesson.worked.asked
    left, right = ui.columns([3, 2], gap="large") if known else (ui.container(), None)
    with left:
        ui.markdown(view.lesson.filled(question.ask))
        chosen = _answer_of(view, PREDICT, question)
        if chosen is not None and view.step == PREDICT:
            ui.caption("Noted. The sum will show it.")
    if right:
        with right:
            _figure(view, known, BEFORE, captioned=False)


def attempt(view: LessonView) -> None:
    """The board, and what it comes to."""
    ui.subheader("Try it")
    ui.markdown(view.lesson.filled(view.lesson.task))
    drawn = not isinstance(view.lesson.board, Cells)  # cells are a picture already, and the figure has the answer
    left, right = ui.columns([2, 3] if drawn else [3, 2], gap="large")
    with left:
        view = play(view)
        if isinstance(view.lesson.board, Cells):
            ui.caption(
                f"Rows: {view.lesson.board.rows}. Columns: {view.lesson.board.columns}. {view.lesson.board.rule}"
            )
    worked = view.worked
    with right:
        if drawn:
            _figure(view, worked.drawn, worked.told)
        if worked.yours:
            ui.markdown(worked.yours)
        if view.lesson.there(worked):
            teaching.right(view.lesson.filled(view.lesson.reached, worked))
        elif view.lesson.reach and view.hand != view.lesson.board.first:
            teaching.not_yet("Not there yet. You may go on whenever you like.")
        again(view)
    navigation(view, 1, 1)


def reveal(view: LessonView) -> None:
    """The sum, line by line, against what was predicted."""
    ui.subheader("What comes out")
    if not view.committed:
        ui.caption("You have come here without a prediction. Make one, and the sum appears.")
        _predicted(view)
        if view.committed:
            ui.rerun()
        navigation(view, 1, 1)
        return
    ui.session(Progress).revealed.add(view.lesson.title)
    worked = view.lesson.worked
    if view.hand != view.lesson.board.first and not isinstance(view.lesson.board, Cells):
        worked = (
            view.worked
            if ui.segmented_control("Numbers", [OURS, YOURS], "whose", label_visibility="collapsed") == YOURS
            else worked
        )
    count = len(worked.lines)
    line = int(ui.slider("Line", 1, count, 1, "line", width=320))
    left, right = ui.columns([1, 1], gap="large")
    with left:
        for place, one in enumerate(worked.lines[:line], 1):
            ui.markdown(f"**{place}.** {one.words}" + (f"  \n`{one.sum}`" if one.sum else ""))
        if line == count:
            ui.markdown(view.lesson.filled(view.lesson.reveal, worked))
            _compare(view)
    if line == count:
        with right:
            _figure(view, worked.drawn, worked.told)
    navigation(view, line, count)


def _compare(view: LessonView) -> None:
    """What was predicted beside what is so."""
    question, chosen = view.lesson.predict, view.answers.get(PREDICT)
    so = view.lesson.filled(question.choices[question.right].text)
    if chosen is None:
        teaching.right(f"The answer: **{so}**")
    elif chosen == question.right:
        teaching.right(f"You predicted **{so}**, which is right.")
    else:
        predicted = view.lesson.filled(question.choices[chosen].text)
        teaching.not_yet(f"You predicted **{predicted}**; it is **{so}**.")


def check(view: LessonView) -> None:
    """A last question, with a reason for every answer, and the way to real clips."""
    question = view.lesson.check
    ui.subheader("Check yourself")
    ui.markdown(view.lesson.filled(question.ask))
    chosen = _answer_of(view, CHECK, question)
    if chosen is not None:
        why = view.lesson.filled(question.choices[chosen].why)
        (teaching.right if chosen == question.right else teaching.not_yet)(why)
    done = ui.session(Progress).done
    if chosen == question.right and view.lesson.title not in done:
        done[view.lesson.title] = True
        ui.rerun()  # the count above has been drawn already
    if view.lesson.door:
        ui.page_link(view.lesson.door.page, view.lesson.door.label, dict(view.lesson.door.query))
    navigation(view, 1, 1)


def _answer_of(view: LessonView, step: str, question: Question) -> int | None:
    """The learner's answer, once there is one; a prediction is settled as soon as the sum has been seen."""
    words = [view.lesson.filled(choice.text) for choice in question.choices]
    settled = step == PREDICT and PREDICT in view.answers and view.lesson.title in ui.session(Progress).revealed
    key = f"{step}-{view.lesson.file.removesuffix('.toml')}"
    chosen = teaching.question(words, key, view.answers.get(step), off=settled)
    if chosen is not None:
        view.answers[step] = chosen
    return chosen


def _figure(view: LessonView, drawn: tuple, alt: str, captioned: bool = True) -> None:
    draw = FIGURES[view.lesson.sum]
    fig = larger(draw(*drawn)) if view.presented else draw(*drawn)
    ui.plotly_chart(fig, draw.__name__, alt=alt, caption=draw.caption if captioned else None)
