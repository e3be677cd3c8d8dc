"""Which way of looking at time knows what happened? A clip of the world, four models, and the truth beside them."""

from vizcore import ui
from vizcore.panels import temporal as panels

SECTIONS = {
    "Tracks": panels.tracks,
    "Against speed": panels.speed,
    "Results": panels.table,
    "What a matching follows": panels.lesson,
    "Files and link": panels.export,
}

with ui.page("temporal"):
    view = panels.look()
    panels.player_and_answers(view)
    SECTIONS[ui.option("Look closer", list(SECTIONS), "show", quiet=True)](view)
