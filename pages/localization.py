"""Who does what, where, and how well is each class told? Tokens of a key frame, and average precision of results."""

from vizcore import ui
from vizcore.panels.localization import people
from vizcore.panels.localization_paper import published
from vizcore.panels.localization_precision import precision

PARTS = {
    "Who does what": people,
    "Average precision": precision,
    "The paper": published,
}

with ui.page("localization"):
    PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
