"""The five steps of a lesson: its goal, a prediction, something to try, the sum line by line, a question to check."""

from contextlib import AbstractContextManager

from vizcore import ui
from vizcore.features.lessons import pipeline_verdict as verdicts
from vizcore.features.lessons.boards import Cells
from vizcore.features.lessons.controls import CHECK, GOAL, PREDICT, LessonView, navigation
from vizcore.features.lessons.figures import FIGURES, larger
from vizcore.features.lessons.lesson import Question
from vizcore.features.lessons.page_boards import again, play
from vizcore.features.lessons.pipeline_progress import Progress
from vizcore.features.lessons.worked import Worked
from vizcore.ui import teaching

BEFORE = "What is known before the sum"
ALONE, ALONE_LARGE = 760, 1140  # px of a column of words, and of one before a class
OURS, YOURS = "The lesson's numbers", "With what you tried"


def goal(view: LessonView) -> None:
    """What one will be able to do, and the other lessons."""
    done = ui.session(Progress).done
    place, count = view.titles.index(view.lesson.title) + 1, len(view.titles)
    known = None if view.presented else sum(name in done for name in view.titles)
    ui.verdict(verdicts.goal_verdict(place, count, known))
    with _beside(view, view.lesson.worked.asked):
        ui.subheader(view.lesson.title)
        ui.markdown(view.lesson.goal)
        navigation(view, 1, 1)
        if view.presented:
            return
        ui.markdown("**All lessons**")
        for place, title in enumerate(view.titles):
            mark = ":material/check_circle:" if title in done else ":material/radio_button_unchecked:"
            teaching.button(title, f"open-{place}", _open, title, icon=mark, off=title == view.lesson.title)


def _open(title: str) -> None:
    ui.choose("lesson", title)
    ui.choose("step", GOAL)


def predict(view: LessonView) -> None:
    """The question that comes first; the answer comes with the sum."""
    with _beside(view, view.lesson.worked.asked):
        ui.subheader("What do you expect?")
        chosen = _predicted(view)
        if chosen is not None:
            ui.caption("Noted. The sum will show it.")
        navigation(view, 1, 1)


def _predicted(view: LessonView) -> int | None:
    """The question, and the learner's answer, once there is one."""
    question = view.lesson.predict
    ask = view.lesson.filled(question.ask)
    ui.markdown(ask)
    chosen = _answer_of(view, PREDICT, question)
    ui.verdict(verdicts.predict_verdict(ask, _text(view, question, chosen)))
    return chosen


def attempt(view: LessonView) -> None:
    """The board, and what it comes to."""
    cells = isinstance(view.lesson.board, Cells)  # they are a picture already, and the figure has the answer
    stage, beside = ui.stage_and_view()
    with beside:
        ui.subheader("Try it")
        ui.markdown(view.lesson.filled(view.lesson.task))
    with stage if cells else beside:
        view = play(view)
    worked, lesson = view.worked, view.lesson
    with stage:
        if cells:
            ui.caption(f"Rows: {lesson.board.rows}. Columns: {lesson.board.columns}. {lesson.board.rule}")
        else:
            _figure(view, worked.drawn, worked.told)
    begun = view.hand != lesson.board.first
    reached = lesson.filled(lesson.reached, worked) if lesson.there(worked) else None
    ui.verdict(verdicts.try_verdict(lesson.filled(lesson.task), worked.yours, reached, begun and bool(lesson.reach)))
    with beside:
        if worked.yours:
            ui.markdown(worked.yours)
        if reached is not None:
            teaching.right(reached)
        elif lesson.reach and begun:
            teaching.not_yet("Not there yet. You may go on whenever you like.")
        again(view)
        navigation(view, 1, 1)


def reveal(view: LessonView) -> None:
    """The sum, line by line, against what was predicted."""
    if not view.committed:
        _held_back(view)
        return
    ui.session(Progress).revealed.add(view.lesson.title)
    stage, beside = ui.stage_and_view()
    with beside:
        ui.subheader("What comes out")
        worked = _whose(view)
        count = len(worked.lines)
        line = int(ui.slider("Line", 1, count, 1, "line"))
    question = view.lesson.predict
    predicted = _text(view, question, view.answers.get(PREDICT))
    ui.verdict(verdicts.reveal_verdict(line, count, predicted, _text(view, question, question.right)))
    with stage:
        if line == count:
            _figure(view, worked.drawn, worked.told)
        elif worked.asked:
            _figure(view, worked.asked, BEFORE, captioned=False)
        else:
            ui.screen_caption("The picture comes with the last line.")
    with beside:
        for number, one in enumerate(worked.lines[:line], 1):
            ui.markdown(f"**{number}.** {one.words}" + (f"  \n`{one.sum}`" if one.sum else ""))
        if line == count:
            ui.markdown(view.lesson.filled(view.lesson.reveal, worked))
            _compare(view)
        navigation(view, line, count)


def _whose(view: LessonView) -> Worked:
    """The sum of the lesson's own numbers, or of what the learner has tried."""
    tried = view.hand != view.lesson.board.first and not isinstance(view.lesson.board, Cells)
    whose = ui.segmented_control("Numbers", [OURS, YOURS], "whose", label_visibility="collapsed") if tried else OURS
    return view.worked if whose == YOURS else view.lesson.worked


def _held_back(view: LessonView) -> None:
    """The sum is not shown before there is a prediction."""
    with _beside(view, view.lesson.worked.asked):
        ui.subheader("What comes out")
        ui.caption("You have come here without a prediction. Make one, and the sum appears.")
        _predicted(view)
        if view.committed:
            ui.rerun()
        navigation(view, 1, 1)


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
    question, lesson = view.lesson.check, view.lesson
    with _beside(view, ()):
        ui.subheader("Check yourself")
        ask = lesson.filled(question.ask)
        ui.markdown(ask)
        chosen = _answer_of(view, CHECK, question)
        right, predicted = chosen == question.right, view.answers.get(PREDICT)
        before = None if predicted is None else predicted == lesson.predict.right
        ui.verdict(verdicts.check_verdict(ask, _text(view, question, chosen), right, before))
        if chosen is not None:
            (teaching.right if right else teaching.not_yet)(lesson.filled(question.choices[chosen].why))
        if right:
            ui.session(Progress).done[lesson.title] = True
        if lesson.door:
            ui.page_link(lesson.door.page, lesson.door.label, dict(lesson.door.query))
        navigation(view, 1, 1)


def _text(view: LessonView, question: Question, place: int | None) -> str | None:
    """What an answer says, by its place; None for none."""
    return None if place is None else view.lesson.filled(question.choices[place].text)


def _answer_of(view: LessonView, step: str, question: Question) -> int | None:
    """The learner's answer, once there is one; a prediction is settled as soon as the sum has been seen."""
    words = [view.lesson.filled(choice.text) for choice in question.choices]
    settled = step == PREDICT and PREDICT in view.answers and view.lesson.title in ui.session(Progress).revealed
    key = f"{step}-{view.lesson.file.removesuffix('.toml')}"
    chosen = teaching.question(words, key, view.answers.get(step), off=settled)
    if chosen is not None:
        view.answers[step] = chosen
    return chosen


def _beside(view: LessonView, known: tuple) -> AbstractContextManager:
    """Where the words of a step stand: beside what is known before the sum, or alone where nothing is drawn of it."""
    if not known:
        return ui.container(width=ALONE_LARGE if view.presented else ALONE)
    stage, beside = ui.stage_and_view()
    with stage:
        _figure(view, known, BEFORE, captioned=False)
    return beside


def _figure(view: LessonView, drawn: tuple, alt: str, captioned: bool = True) -> None:
    draw = FIGURES[view.lesson.sum]
    fig = larger(draw(*drawn)) if view.presented else draw(*drawn)
    ui.plotly_chart(fig, draw.__name__, alt=alt, caption=draw.caption if captioned else None)
