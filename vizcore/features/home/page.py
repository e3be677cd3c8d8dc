"""The front door: what this is, things to try, and what it runs on."""

from vizcore import ui
from vizcore.features.catalog import DEMOS
from vizcore.features.home import page_gallery
from vizcore.features.home.entry import ENTRY
from vizcore.runtime.context import default_context


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        ui.markdown(
            "VizCore shows what video models do with time: which patch became which, and why. "
            "Open a clip of your own or one of these, and click. "
            "Every view has its numbers, its files, and a link that brings it back."
        )
        page_gallery.gallery(DEMOS)
        ui.subheader("This machine")
        page_gallery.status(default_context().engine.status(), default_context().store.stats())
