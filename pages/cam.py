"""Where does a model look, in which frame, and is it so? A clip, a row of heat for each model, one scale."""

from vizcore import ui
from vizcore.panels import cam as panels
from vizcore.panels.cam_controls import look

SECTIONS = {
    "Scores": panels.scores,
    "Difference": panels.less,
    "Faithfulness": panels.worth,
    "On people and things": panels.things,
    "Files and link": panels.export,
}

with ui.page("cam"):
    view = look()
    panels.strips(view)
    panels.player_and_energy(view)
    SECTIONS[ui.option("Look closer", list(SECTIONS), "show", quiet=True)](view)
