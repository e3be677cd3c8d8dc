"""The page of lessons: which lesson, which of its five steps, and the keys that lead on."""

from dataclasses import dataclass

from vizcore import ui
from vizcore.features.lessons import pipeline
from vizcore.features.lessons.boards import Hand
from vizcore.features.lessons.lesson import STEPS, Lesson
from vizcore.features.lessons.pipeline_progress import Progress
from vizcore.features.lessons.worked import Worked
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.recording import recorded
from vizcore.ui import history, teaching

LEAVE = ":material/close_fullscreen:"
GOAL, PREDICT, TRY, REVEAL, CHECK = STEPS


@dataclass
class Opened:
    """What this visit to the page shows."""

    title: str = ""


@dataclass(frozen=True, eq=False)
class LessonView:
    """One state of the page."""

    titles: tuple[str, ...]
    lesson: Lesson
    step: str
    presented: bool
    hand: Hand

    @property
    def worked(self) -> Worked:
        """The sum with the learner's hand."""
        return self.lesson.work(self.hand)

    @property
    def answers(self) -> dict[str, int]:
        """What the learner has answered, by step."""
        return ui.session(Progress).answers.setdefault(self.lesson.title, {})

    @property
    def committed(self) -> bool:
        """The learner has said what to expect; before a class, that is said aloud."""
        return self.presented or PREDICT in self.answers


def read_controls() -> LessonView:
    """The menu of lessons, the steps, and what the learner has done so far."""
    found, faults = pipeline.titles()
    for fault in faults:
        ui.warning(fault)
    titles = tuple(found)
    with ui.top():
        title = ui.selectbox("Lesson", titles, "lesson", width=260, label_visibility="collapsed")
    history.forget("lesson")  # no setting: whoever takes a setting back stays in the lesson
    with ui.drawer():
        presented = ui.toggle("Presenter", "present", help="Large type, and nothing but the lesson. Escape leaves it.")
    if presented:
        teaching.large_type()
    opened = ui.visit(Opened)
    if opened.title not in ("", title):
        ui.choose("step", GOAL)
        teaching.keep_in_link("hand", "")
    opened.title = title
    step = ui.views(STEPS, "step", label="Step")
    if step != REVEAL:
        ui.choose("line", 1)
    lesson = pipeline.lesson(title)
    recorded.opened(
        ClipEntry(title, title, found[title], form="lesson")
    )  # a report names the file that it was read from
    return LessonView(titles, lesson, step, presented, _hand(lesson))


def put(lesson: Lesson, hand: Hand) -> None:
    """Keep what the learner has done, for this session and in the link."""
    ui.session(Progress).hands[lesson.title] = hand
    teaching.keep_in_link("hand", "" if hand == lesson.board.first else lesson.board.word(hand))


def navigation(view: LessonView, line: int, lines: int) -> None:
    """Back and on, by mouse or by key: through the lines of a sum, the steps, and the lessons.

    Args:
        view: lesson and step that are shown.
        line: of the sum, that is shown last; 1 to `lines`.
        lines: of the sum; 1 in steps without.
    """
    step, lesson = STEPS.index(view.step), view.titles.index(view.lesson.title)
    first, last = (step, lesson, line) == (0, 0, 1), (step, lesson) == (len(STEPS) - 1, len(view.titles) - 1)
    waits = view.step == PREDICT and not view.committed
    done, count = len(ui.session(Progress).done.keys() & set(view.titles)), len(view.titles)
    with ui.container(horizontal=True, gap="small", key="ways"):
        teaching.button("Back", "back", _go, view, line, lines, -1, shortcut="Left", off=first)
        teaching.button("Next", "next", _go, view, line, lines, 1, shortcut="Right", main=True, off=last or waits)
        if line < lines:
            teaching.button("All lines", "all-lines", ui.choose, "line", lines)
        if view.presented:
            teaching.button("Leave", "leave", ui.choose, "present", False, icon=LEAVE, shortcut="Escape")
    if not view.presented:
        ui.screen_caption(f"→ goes on, ← back. {done} of {count} lessons done.")
    if waits:
        ui.caption("Choose an answer first: a prediction of your own is what the sum is compared with.")


def _go(view: LessonView, line: int, lines: int, by: int) -> None:
    step, lesson = STEPS.index(view.step) + by, view.titles.index(view.lesson.title)
    if view.step == REVEAL and 1 <= line + by <= lines:
        ui.choose("line", line + by)
    elif 0 <= step < len(STEPS):
        ui.choose("step", STEPS[step])
    else:
        ui.choose("lesson", view.titles[lesson + by])
        ui.choose("step", GOAL)


def _hand(lesson: Lesson) -> Hand:
    """What the learner has done: by the link, else in this session, else nothing yet."""
    word = ui.from_link("hand")
    saved = ui.session(Progress).hands.get(lesson.title, lesson.board.first)
    hand = lesson.board.read(word) if word else saved
    put(lesson, hand)
    return hand
