"""What does it run on, what is it doing, and does it compute what it should? This machine, its work and a self-test."""

from vizcore import ui
from vizcore.features.system import page_machine as panels
from vizcore.features.system.entry import ENTRY

VIEWS = {
    "Self-test": panels.selftest,
    "Models": panels.models,
    "Kept on disk": panels.on_disk,
    "Your uploads": panels.uploads,
    "Versions": panels.versions,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        left, right = ui.columns(2, gap="medium")
        with left:
            panels.what_there_is()
        with right:
            panels.what_it_does()
        VIEWS[ui.views(VIEWS)]()
        panels.say()  # last: the self-test may have ended just now
