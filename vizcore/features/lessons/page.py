"""How does it work, by hand? Short lessons: predict, try, and see every sum that the other pages make."""

from vizcore import ui
from vizcore.features.lessons import controls as panels
from vizcore.features.lessons import page_steps as steps
from vizcore.features.lessons.entry import ENTRY

STEPS = {
    panels.GOAL: steps.goal,
    panels.PREDICT: steps.predict,
    panels.TRY: steps.attempt,
    panels.REVEAL: steps.reveal,
    panels.CHECK: steps.check,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = panels.read_controls()
        STEPS[view.step](view)
