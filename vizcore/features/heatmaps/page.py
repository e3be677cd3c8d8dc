"""Where does a model look, in which frame, and is its heat map faithful? A row of heat for each model, one scale."""

from vizcore import ui
from vizcore.features.heatmaps import page_answers as answers
from vizcore.features.heatmaps import page_rows as panels
from vizcore.features.heatmaps.controls import read_controls
from vizcore.features.heatmaps.entry import ENTRY

VIEWS = {
    "Rows": panels.rows,
    "Scores": answers.scores,
    "Difference": panels.less,
    "Faithfulness": answers.deletion_insertion,
    "On people and things": panels.things,
    "Files and link": panels.export,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = read_controls()
        stage, beside = ui.stage_and_view()
        with stage:
            panels.play(view)
        with beside:
            VIEWS[ui.views(VIEWS)](view)
