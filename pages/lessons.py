"""How does it work, by hand? Short lessons: predict, try, and see every sum that the other pages make."""

from vizcore import ui
from vizcore.panels import lessons as panels
from vizcore.panels import lessons_steps as steps

STEPS = {
    panels.GOAL: steps.goal,
    panels.PREDICT: steps.predict,
    panels.TRY: steps.attempt,
    panels.REVEAL: steps.reveal,
    panels.CHECK: steps.check,
}

with ui.page("lessons"):
    view = panels.look()
    STEPS[view.step](view)
