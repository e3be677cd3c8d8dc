"""Where does a model look, in which frame, and is its heat map faithful? A row of heat for each model, one scale."""

from functools import partial
from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.heatmaps import page_rows as panels
from vizcore.features.heatmaps.controls import HeatmapView, read_controls
from vizcore.features.heatmaps.entry import ENTRY

ANSWERS = {  # by name: imported when one is shown, or while the person reads
    "Classes over time": "vizcore.features.heatmaps.page_answers:over_time",
    "Scores": "vizcore.features.heatmaps.page_answers:scores",
    "Faithfulness": "vizcore.features.heatmaps.page_answers:deletion_insertion",
}
CUTS = "vizcore.features.heatmaps.page_cuts:cuts"  # likewise


def answers(name: str, view: HeatmapView) -> None:
    """One of ANSWERS."""
    resolve_name(ANSWERS[name])(view)


VIEWS = {
    "Rows": panels.rows,
    "Classes over time": partial(answers, "Classes over time"),
    "Cuts": lambda view, stage: resolve_name(CUTS)(view, stage),  # its player shows other things
    "Scores": partial(answers, "Scores"),
    "Difference": panels.less,
    "Faithfulness": partial(answers, "Faithfulness"),
    "On people and things": panels.things,
    "Files and link": panels.export,
}


def prepare() -> None:
    """What is in memory before the first visitor."""
    for name in (*ANSWERS.values(), CUTS):
        resolve_name(name)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = read_controls()
        stage, beside = ui.stage_and_view()
        with beside:
            name = ui.views(VIEWS)
            if name == "Cuts":
                VIEWS[name](view, stage)
            else:
                with stage:
                    panels.play(view)
                VIEWS[name](view)
