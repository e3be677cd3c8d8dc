"""Where does a model look, in which frame, and is its heat map faithful? A row of heat for each model, one scale."""

from vizcore import ui
from vizcore.features.heatmaps import page_rows as panels
from vizcore.features.heatmaps.controls import read_controls
from vizcore.features.heatmaps.entry import ENTRY

SECTIONS = {
    "Scores": panels.scores,
    "Difference": panels.less,
    "Faithfulness": panels.deletion_insertion,
    "On people and things": panels.things,
    "Files and link": panels.export,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = read_controls()
        panels.strips(view)
        panels.player_and_energy(view)
        SECTIONS[ui.segmented_control("Look closer", list(SECTIONS), "show", label_visibility="collapsed")](view)
