"""How do models, or clips, differ? Two to four panes on one clock, one patch, one depth and one scale."""

from vizcore import ui
from vizcore.panels import compare as panels
from vizcore.panels.compare_controls import look
from vizcore.panels.compare_spread import over_clips

SECTIONS = {"Scores": panels.scores, "Over many clips": over_clips, "Files and link": panels.export}

with ui.page("compare"):
    view = look()
    panels.panes(view)
    panels.proof(view)
    panels.profile(view)
    SECTIONS[ui.option("Look closer", list(SECTIONS), "show", quiet=True)](view)
