"""Who does what, where, and how well is each class detected? Tokens of a key frame, and average precision."""

from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.localization.entry import ENTRY, FOLLOW

PARTS = {  # by name: imported when one is shown, or while the person reads
    "Who does what": "vizcore.features.localization.page_people:people",
    FOLLOW: "vizcore.features.localization.page_follow:follow",
    "Average precision": "vizcore.features.localization.page_precision:precision",
    "Background": "vizcore.features.localization.page_paper:background",
}


def prepare() -> None:
    """What is in memory before the first visitor."""
    for part in PARTS.values():
        resolve_name(part)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        resolve_name(PARTS[ui.part(PARTS)])()
