"""Who does what, where, and how well is each class told? Tokens of a key frame, and average precision of results."""

from vizcore import ui
from vizcore.features.localization.entry import ENTRY
from vizcore.features.localization.page_paper import published
from vizcore.features.localization.page_people import people
from vizcore.features.localization.page_precision import precision

PARTS = {
    "Who does what": people,
    "Average precision": precision,
    "The paper": published,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
