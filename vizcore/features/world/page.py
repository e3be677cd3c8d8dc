"""What is the ground truth of a clip that was made and not filmed? A seed, a few numbers, and all that is known."""

from vizcore import ui
from vizcore.features.world import controls
from vizcore.features.world import page_sections as panels
from vizcore.features.world.entry import ENTRY

VIEWS = {
    "Over time": panels.happenings,
    panels.PATCHES: panels.patches,
    "Who is there": panels.everyone,
    "Files and link": panels.export,
}


prepare = panels.prepare  # what is kept on disk, or in memory, before the first visitor


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = panels.view_of(controls.shot())
        stage, beside = ui.stage_and_view()
        with beside:
            chosen = ui.views(VIEWS)
            followed = panels.followed_patches(view) if chosen == panels.PATCHES else None
        with stage:
            panels.play(view, followed)
        with beside:
            VIEWS[chosen](view, *filter(None, [followed]))
