"""Which way of looking at time knows what happened? A clip of the world, four models, and the truth beside them."""

from vizcore import ui
from vizcore.features.temporal import page_sections as panels
from vizcore.features.temporal.entry import ENTRY

VIEWS = {
    "Answers": panels.answers,
    "Tracks": panels.tracks,
    "Against speed": panels.speed,
    "Results": panels.table,
    "What a matching follows": panels.lesson,
    "Files and link": panels.export,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = panels.chosen_view()
        stage, beside = ui.stage_and_view()
        with stage:
            panels.play(view)
        with beside:
            VIEWS[ui.views(VIEWS)](view)
