"""How do models, or clips, differ? Two to four panes on one clock, one patch, one depth and one scale."""

from vizcore import ui
from vizcore.features.compare import page_panes as panels
from vizcore.features.compare.controls import read_controls
from vizcore.features.compare.entry import ENTRY
from vizcore.features.compare.page_spread import over_clips

SECTIONS = {"Scores": panels.scores, "Over many clips": over_clips, "Files and link": panels.export}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = read_controls()
        panels.panes(view)
        panels.proof(view)
        panels.profile(view)
        SECTIONS[ui.segmented_control("Look closer", list(SECTIONS), "show", label_visibility="collapsed")](view)
