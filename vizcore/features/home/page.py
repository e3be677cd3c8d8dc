"""The front door: what this is, things to try, and what it runs on."""

from vizcore import ui
from vizcore.features.catalog import DEMOS
from vizcore.features.home import page_gallery
from vizcore.features.home.entry import ENTRY
from vizcore.runtime.context import default_context

WHAT = "VizCore shows what video models do with time: which patch became which, and why."
MORE = "Every view has its numbers, its files, and a link that brings it back. Your own clips open on every page."


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        ui.verdict(f"{WHAT} Open one of these, and click.")
        page_gallery.gallery(DEMOS)
        ui.caption(MORE)
        ui.subheader("This machine")
        page_gallery.status(default_context().engine.status(), default_context().store.stats())
