"""What is the ground truth of a clip that was made and not filmed? A seed, a few numbers, and all that is known."""

from vizcore import ui
from vizcore.features.world import controls
from vizcore.features.world import page_sections as panels
from vizcore.features.world.entry import ENTRY

SECTIONS = {
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
        stage = ui.container()
        section = ui.segmented_control("Look closer", list(SECTIONS), "show", label_visibility="collapsed")
        followed = panels.followed_patches(view) if section == panels.PATCHES else None
        with stage:
            panels.player_and_numbers(view, followed)
        SECTIONS[section](view, *filter(None, [followed]))
